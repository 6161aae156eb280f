"""axe-core finds nothing serious on the page, in both languages, light and dark."""

import pytest

from tests.browser.axe import load_axe, serious
from tests.browser.chromium import Page
from tests.browser.test_page import browser, file, page

__all__ = ["browser", "file", "page"]  # fixtures
pytestmark = [pytest.mark.browser, pytest.mark.stories, pytest.mark.timeout(300)]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_is_found(page: Page, scheme: str, lang: str) -> None:
    page.prefer(prefers_color_scheme=scheme, prefers_reduced_motion="reduce")
    if lang == "zh":
        page.press("l")
    load_axe(page)
    for tab in "1234":
        page.press(tab)
        assert serious(page) == [], tab

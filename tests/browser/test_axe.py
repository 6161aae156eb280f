"""axe-core finds nothing serious on the page, in both languages, light and dark.

`npm install --no-save axe-core` puts it where it is looked for; QUORUMLAB_AXE names
another place.
"""

import os
from pathlib import Path

import pytest

from tests.browser.chromium import Page
from tests.browser.test_page import browser, file, page

__all__ = ["browser", "file", "page"]  # fixtures
pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

ROOT = Path(__file__).parents[2]
AXE = Path(os.environ.get("QUORUMLAB_AXE") or ROOT / "node_modules/axe-core/axe.min.js")


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: npm")
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_is_found(page: Page, scheme: str, lang: str) -> None:
    page.prefer(prefers_color_scheme=scheme, prefers_reduced_motion="reduce")
    if lang == "zh":
        page.press("l")
    page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    for tab in "1234":
        page.press(tab)
        found = page.evaluate(
            "axe.run().then(({violations}) => violations"
            ".filter(({impact}) => ['serious', 'critical'].includes(impact))"
            ".map(({id, nodes}) => [id, nodes.map((it) => it.html.slice(0, 120))]))"
        )
        assert found == [], tab

"""25 servers and 10,000 events: the page opens, plays, and draws what is in sight."""

from pathlib import Path

import pytest

from labctl.pictures.html import html
from labctl.pictures.spacetime import whole
from tests.browser.chromium import Page
from tests.unit.pictures.generated import big_run

pytestmark = [pytest.mark.browser, pytest.mark.stories, pytest.mark.timeout(300)]


def test_a_big_run_is_opened_and_played(tmp_path: Path) -> None:
    run = big_run(25, 10_000)
    file = tmp_path / "big.html"
    file.write_text(html(run, whole(run), "en"), encoding="utf-8")
    with Page(tmp_path / "profile") as page:
        page.size(1440, 900)
        page.open(file.as_uri())
        assert page.evaluate("run.entries.length") == 10_000
        page.press(" ", "Space")
        page.until("ring.drawn > 30 && state.at > 3")
        page.press(" ", "Space")
        page.press("2")
        page.press("End")
        page.until("document.querySelectorAll('#view-diagram .arrow').length > 0")
        parts = page.evaluate("document.querySelectorAll('*').length")
        assert parts < 8_000, "the document holds what is in sight"
        assert page.complaints == []

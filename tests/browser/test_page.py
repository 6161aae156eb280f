"""The exported page in a real browser: it plays, goes back, speaks, and is calm."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.lab.runs import load
from labctl.pictures.html import html
from labctl.pictures.spacetime import whole
from tests.browser.chromium import Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
RUN = ROOT / "tests" / "vectors" / "runs" / "ghost.jsonl.gz"  # a TRUNC in it
STYLES = ROOT / "labctl" / "pictures" / "page"
SHIFT = 8
SIZES = {"wide": (1440, 900), "middle": (1024, 768), "phone": (390, 844)}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with Page(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = load(RUN)
    file = tmp_path_factory.mktemp("page") / "page.html"
    file.write_text(html(run, whole(run), "en"), encoding="utf-8")
    return file


@pytest.fixture
def page(browser: Page, file: Path) -> Iterator[Page]:
    browser.renew()
    browser.size(*SIZES["wide"])
    browser.open(file.as_uri())
    yield browser
    assert browser.complaints == []
    asked = [r for r in browser.requests if not r.startswith(("file:", "data:"))]
    assert asked == []


# The line of the story, and the diagram's present, lie within what is seen of them.
IN_SIGHT = """(() => {
  const box = $("story").getBoundingClientRect();
  const line = document.querySelector("#story [aria-current=true]");
  const { top, bottom } = line ? line.getBoundingClientRect() : { top: -1, bottom: 0 };
  return box.top <= top && bottom <= box.bottom;
})()"""
NOW_IN_SIGHT = """(() => {
  const box = $("view-diagram").getBoundingClientRect();
  const { top, bottom } = $("cursor-line").getBoundingClientRect();
  return box.top <= top && bottom <= box.bottom;
})()"""


def fates(page: Page, column: int) -> list[str]:
    """Return the fates that one node's column of the log comparison shows."""
    cells = f"#view-logs tbody td:nth-child({column + 1})"
    found: list[str] = page.evaluate(
        f"[...document.querySelectorAll('{cells}')].map((cell) => cell.dataset.fate)"
    )
    return found


def test_it_plays_and_steps_back_by_keyboard_alone(page: Page) -> None:
    assert page.evaluate("run.steps.length - state.at") < 8, "it opens at the end"
    page.press(" ", "Space")
    page.until("state.at > 2 && state.at < 20")
    page.press(" ", "Space")
    assert page.evaluate("state.playing") == 0
    here = page.evaluate("state.at")
    page.press("ArrowLeft")
    assert page.evaluate("state.at") < here
    page.press("ArrowRight")
    assert page.evaluate("state.at") == here
    page.press("ArrowRight", modifiers=SHIFT)
    assert page.evaluate("state.at") == here + 1
    page.press("2")
    page.press("End")
    assert page.evaluate("state.at === run.steps.length")
    page.until("document.getElementById('view-diagram').scrollTop > 300")
    page.press("Home")
    assert page.evaluate("state.at") == 0


def test_back_is_the_same_scene_as_forwards(page: Page) -> None:
    differ = page.evaluate(
        """(() => {
          const shown = () => ring.svg.innerHTML + $("verdict").textContent;
          const forwards = run.steps.map((_, i) => (go(i + 1), shown()));
          const back = run.steps.map((_, i) => {
            go(run.steps.length - i);
            return shown();
          });
          return forwards.filter((scene, i) =>
            scene !== back[run.steps.length - 1 - i]).length;
        })()"""
    )
    assert differ == 0


def test_the_log_comparison_shows_a_write_that_was_doomed_and_fell_off(
    page: Page,
) -> None:
    page.press("3")
    assert not page.evaluate("document.getElementById('view-logs').hidden")
    page.press("Home")
    doomed = cut = False
    for _ in range(page.evaluate("run.steps.length")):
        page.press("ArrowRight", modifiers=SHIFT)
        column = fates(page, 2)
        doomed |= "D" in column
        cut |= "X" in column and "D" not in column
    assert doomed
    assert cut
    page.press("4")
    assert (
        page.evaluate("document.querySelectorAll('#view-votes tbody tr').length") == 3
    )


def test_the_language_can_be_changed(page: Page) -> None:
    page.press("End")
    page.press("l")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert "未过半" in page.evaluate("document.getElementById('verdict').textContent")
    assert "未过半" in page.evaluate("doc.words['quorum.no'][1]")


def test_what_happens_is_said_aloud_and_everything_has_a_name(page: Page) -> None:
    controls = page.controls()
    assert len(controls) > 30
    assert [role for role, name in controls if not name.strip()] == []
    assert page.evaluate("document.getElementById('now').ariaLive") == "polite"
    page.press("Home")
    page.press("ArrowRight")
    said = page.evaluate("document.getElementById('now').textContent")
    assert "a lab of 3 voters" in said


def test_a_moment_can_be_linked_to(page: Page) -> None:
    page.evaluate("location.hash = '#seq=118'")
    page.until("number() >= 116 && number() <= 118")
    page.press("d")
    page.until(IN_SIGHT)
    page.press("2")
    page.until(NOW_IN_SIGHT)


def test_a_message_can_be_pointed_at(page: Page) -> None:
    page.press("2")
    page.evaluate(
        "document.querySelector('#view-diagram .arrow.sync').dispatchEvent("
        "new MouseEvent('click', {bubbles: true}))"
    )
    assert page.evaluate("document.querySelectorAll('.arrow.here').length") >= 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", SIZES)
def test_it_fits_its_window_and_is_seen(
    page: Page, name: str, scheme: str, tmp_path: Path
) -> None:
    wide, _ = SIZES[name]
    page.size(*SIZES[name], phone=name == "phone")
    page.prefer(prefers_color_scheme=scheme, prefers_reduced_motion="reduce")
    page.until(f"innerWidth === {wide}")
    page.evaluate("location.hash = '#seq=262'")
    page.until("number() > 250")
    assert page.evaluate("document.documentElement.scrollWidth") <= wide
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    light = sum(map(int, re.findall(r"\d+", paper)[:3])) > 3 * 128
    assert light == (scheme == "light")
    picture = _shown(tmp_path) / f"page-{name}-{scheme}.png"
    page.picture(picture)
    assert picture.stat().st_size > 20_000


@pytest.mark.chinese
def test_chinese_is_drawn_and_fits(page: Page, tmp_path: Path) -> None:
    page.press("l")
    page.evaluate("location.hash = '#seq=262'")
    page.until("number() > 250")
    shapes, letters = page.evaluate(_SHAPES)
    assert letters > 60
    assert shapes == letters, "a letter no font has looks like every other such letter"
    assert (
        page.evaluate(
            "[...document.querySelectorAll('button, #now *')].filter("
            "(it) => it.scrollWidth > it.clientWidth + 1 && it.clientWidth).length"
        )
        == 0
    )
    picture = _shown(tmp_path) / "page-wide-light.zh.png"
    page.picture(picture)
    assert picture.stat().st_size > 20_000


# How many different letters the page has in Chinese, and how many shapes they have.
_SHAPES = """(() => {
  const letters = [...new Set(document.body.innerText.match(/[\\u4e00-\\u9fff]/g))];
  const options = {willReadFrequently: true};
  const canvas = new OffscreenCanvas(40, 40).getContext("2d", options);
  canvas.font = `28px ${getComputedStyle(document.body).fontFamily}`;
  const shapes = new Set(letters.map((letter) => {
    canvas.clearRect(0, 0, 40, 40);
    canvas.fillText(letter, 4, 32);
    return canvas.getImageData(0, 0, 40, 40).data.join();
  }));
  return [shapes.size, letters.length];
})()"""


def _shown(tmp_path: Path) -> Path:
    """Where pictures go: into the docs when these are written anew."""
    rewrite = os.environ.get("QUORUMLAB_REWRITE")
    folder = ROOT / "docs" / "pictures" if rewrite else tmp_path
    folder.mkdir(exist_ok=True)
    return folder


@pytest.mark.parametrize("sheet", ["page.css", "diagram.css"])
def test_text_stands_out_in_light_and_dark(sheet: str) -> None:
    css = (STYLES / sheet).read_text(encoding="utf-8")
    root = r"(?::root|\.spacetime) \{([^}]*--paper[^}]*)\}"
    themes = [dict(_colours(found)) for found in re.findall(root, css)]
    assert len(themes) == 2 + (sheet == "diagram.css")
    inks = {"page.css": ("ink", "soft"), "diagram.css": ("ink", "soft", "sync")}
    for theme in themes[:2]:
        for ink in inks[sheet]:
            for paper in {"paper", "card", "mark"} & theme.keys():
                assert _contrast(theme[ink], theme[paper]) >= 4.5, (sheet, ink, paper)


def _colours(block: str) -> list[tuple[str, str]]:
    return re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block)


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_light(one), _light(other)))
    return (high + 0.05) / (low + 0.05)


def _light(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_what_looks_as_before_is_not_drawn_anew(page: Page) -> None:
    """Work, not time: an unchanged server stays, and no word is measured twice."""
    page.evaluate("open('ring'); jump(12); undefined")
    page.evaluate(
        "window.seen = new Map([...document.querySelectorAll('.ring .server')]"
        ".map((drawn) => [drawn, drawn.outerHTML])); window.measured = 0;"
        "for (const [, pen] of pens) { const measure = pen.measureText;"
        "pen.measureText = function (words) { measured++;"
        "return measure.call(this, words); }; } show(); undefined"
    )
    assert page.evaluate("seen.size") == 3
    assert page.evaluate("measured") == 0
    same = "[...seen].every(([drawn]) => drawn.isConnected)"
    assert page.evaluate(same), "the same step: nobody is drawn anew"
    for at in range(13, 40):
        page.evaluate(f"jump({at}); undefined")
        shown = page.evaluate(
            "[...document.querySelectorAll('.ring .server')].map((drawn) => "
            "drawn.querySelector('title').textContent)"
        )
        right = page.evaluate(
            "sids.map((sid) => nodeName(sid, nodeIn(sceneAt(number()), sid)))"
        )
        assert shown == right
        later = "[...$('story').children].filter((i) => i.matches('.later'))"
        assert page.evaluate(f"{later}.every((item) => item.at > state.at)")
        assert page.evaluate(
            "[...document.querySelectorAll('#story [aria-current=true]')]"
            ".every((line) => line.parentNode.at === state.at)"
        ), "a step without a line of its own has none that is current"

"""`ex present`: every page fits a plain terminal, and nothing is lost on the way."""

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from labctl.classroom import library, present
from labctl.classroom.exercise import fill
from labctl.classroom.load import load
from labctl.classroom.present import ASK, COUNT, DO, REVEAL, Page, Place, Talk
from labctl.screen.screen import Screen
from labctl.words.phrase import LANGUAGES, Phrase
from tests.unit.classroom.handing_in import hand_in, idle, solved

COLUMNS, ROWS = 80, 23  # and one for what is typed
NAME = "first-quorum"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LABCTL_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def terminal(lang: str = "en") -> tuple[Screen, io.StringIO]:
    screen, shown = Screen(lang), io.StringIO()
    screen.out = Console(
        file=shown, width=COLUMNS, force_terminal=True, color_system=None
    )
    return screen, shown


def presented(
    monkeypatch: pytest.MonkeyPatch,
    said: Sequence[str],
    folder: Path | None = None,
    name: str = NAME,
) -> str:
    """Present with these lines typed, then nobody there; return what was shown."""
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{s}\n" for s in said)))
    screen, shown = terminal()
    present.present(name, "", folder, screen, again=False)
    return shown.getvalue()


def everything() -> list[tuple[str, str]]:
    return [
        (path.stem, variant)
        for path in library.files()
        for variant in ("", *(one.id for one in load(path).variants))
    ]


@pytest.mark.parametrize(("name", "variant"), everything())
def test_every_page_fits_a_plain_terminal(name: str, variant: str) -> None:
    """Also the one that answers every misconception at once."""
    exercise = library.find(name, variant)
    talk = present._performed(exercise, Path("/srv/class"))
    counted: dict[str, dict[str, int]] = {}
    for wrong in exercise.misconceptions:
        answer = fill(wrong.answer, talk.facts)
        counted.setdefault(f"{wrong.step}/{wrong.question}", {})[answer] = 7
    place = Place(variant, 0, counted)
    for page in present.pages_of(talk):
        for lang in LANGUAGES:
            screen, shown = terminal(lang)
            present._show(talk, page, place, screen)
            screen.say(Phrase("present.prompt", {"page": 10, "pages": 40}))
            lines = shown.getvalue().replace("\x1b[2J\x1b[H", "").splitlines()
            assert len(lines) <= ROWS, (page, shown.getvalue())
            assert max(map(cell_len, lines)) <= COLUMNS, (page, shown.getvalue())


def test_the_class_is_counted_before_the_answer_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "class"
    folder.mkdir()
    for number in range(5):
        who = f"s{number}"
        wrong = ("in-order", "leader", "3") if number < 2 else ("", "", "")
        hand_in(folder, NAME, who, solved(NAME, who, wrong))
    hand_in(folder, NAME, "idle", idle(NAME))
    hand_in(folder, "kill-leader", "s0", solved("kill-leader", "s0"))
    (folder / "noise.sub.gz").write_bytes(b"noise")
    shown = presented(monkeypatch, ["", "", "3 4", "", "", "", ""], folder)
    pages = shown.split("\x1b[2J\x1b[H")[1:]
    before, counted, do, story, reveal = pages[2:7]
    assert [line.split()[0::2] for line in rows(before)] == [["2", "3"], ["3", "2"]]
    assert [line.split()[0::2] for line in rows(counted)] == [["3", "6"], ["2", "3"]]
    assert "it was" not in before + counted + do + story
    assert "it was 2" in reveal
    assert "✓ 2" in reveal
    assert "it must be there when a majority forms" in " ".join(reveal.split())


def rows(page: str) -> list[str]:
    return [line for line in page.splitlines() if "█" in line]


def test_a_closed_terminal_loses_neither_the_page_nor_the_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    presented(monkeypatch, ["", "2 14"])  # and the terminal is closed
    shown = presented(monkeypatch, ["", "b", "nonsense", "q"])
    assert "goes on at page 2" in shown
    assert "█ 14" in shown
    assert "page 3 of 15" in shown
    ended = presented(monkeypatch, [""] * 15)
    assert "labctl ex start first-quorum" in ended
    assert "where you left" not in presented(monkeypatch, ["q"])


@pytest.mark.parametrize("kept", ["", "[]", '{"page": "x"}', '{"counted": 3}'])
def test_a_damaged_place_begins_anew(
    kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exercise = library.find(NAME)
    path = present._path(exercise)
    path.parent.mkdir(parents=True)
    path.write_text(kept)
    assert "page 1 of 15" in presented(monkeypatch, ["q"])


def test_what_cannot_be_simulated_is_presented_without_its_story() -> None:
    exercise = library.find(NAME)
    step = exercise.steps[0]._replace(do=("labctl clock 1 +30s",))
    talk = present._performed(exercise._replace(steps=(step,)), None)
    assert talk.stories == {}
    pages = present.pages_of(talk)
    assert present.STORY not in [page.kind for page in pages]
    screen, shown = terminal()
    for page in (Page(ASK, 0), Page(COUNT, 0), Page(REVEAL, 0), Page(DO, 0)):
        present._show(talk, page, Place("", 0, {}), screen)
    assert "not simulated" in shown.getvalue()
    assert "it was" not in shown.getvalue()
    assert isinstance(talk, Talk)

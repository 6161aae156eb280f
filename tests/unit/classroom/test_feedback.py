"""A step fits a terminal of 80 columns and 24 lines, and evidence is put in words."""

import io
import re
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from labctl.classroom import library
from labctl.classroom.attempt import Attempt
from labctl.classroom.exercise import Text
from labctl.classroom.feedback import commands, evidence_of, show_step
from labctl.classroom.journal import LogChange
from labctl.classroom.marking import CHECK, Mark
from labctl.screen.screen import Screen
from labctl.words.logs import LOGS
from labctl.words.phrase import LANGUAGES
from node.events import Record

COLUMNS, LINES = 80, 24


def steps() -> list[tuple[Path, str, str]]:
    return [
        (path, variant, step.id)
        for path in library.files()
        for variant in ("", *(one.id for one in library.find(path.stem).variants))
        for step in library.find(path.stem, variant).steps
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("path", "variant", "name"),
    steps(),
    ids=lambda value: getattr(value, "stem", value),
)
def test_a_step_fits_a_plain_terminal(
    path: Path, variant: str, name: str, lang: str
) -> None:
    exercise = library.find(path.stem, variant)
    screen, shown = Screen(lang), io.StringIO()
    screen.out = Console(
        file=shown, width=COLUMNS, force_terminal=True, color_system=None
    )
    attempt = Attempt(exercise, "ada", "default", 0.0, "")
    known = {"old": 20, "new": 11, "winner": 3, **exercise.drawn(1)}
    show_step(attempt, exercise.step(name), known, screen)
    lines = shown.getvalue().splitlines()
    assert len(lines) <= LINES
    assert max(map(cell_len, lines)) <= COLUMNS
    assert "labctl ex check" in lines[-1]


@pytest.mark.parametrize(
    ("name", "up"),
    [
        ("first-quorum", "labctl up --nodes 3 --runtime process"),
        ("kill-leader", "labctl up --nodes 3"),
    ],
)
def test_an_exercise_that_is_not_for_containers_says_so(name: str, up: str) -> None:
    exercise = library.find(name)
    assert commands(exercise, exercise.steps[0], {}, "default")[0] == up


CHANGES = ("looking", "following", "leading", "observing", "diff", "snap", "trunc")
CAUSES = [key.partition(".")[2] for key in LOGS if key.startswith("logwhy.")]


def told(change: LogChange, lang: str) -> str:
    mark = Mark(
        "a/b", CHECK, Text("read", "读"), passed=True, score=1, most=1, evidence=("1",)
    )
    record = Record("1", "", 0, "", 1, 0.0, (), "", change)
    return evidence_of([mark], [record], {}, Screen(lang))["1"].words


@pytest.mark.parametrize("why", ["", *CAUSES])
@pytest.mark.parametrize("key", CHANGES)
def test_a_change_in_a_log_is_told_in_words(key: str, why: str) -> None:
    english, chinese = (told(LogChange(3, 17, key, why, ""), one) for one in LANGUAGES)
    assert english.startswith("n3 line 17: ")
    assert chinese.startswith("n3 第 17 行：")
    assert (" (" in english) == ("（" in chinese) == bool(why)
    assert "{" not in english + chinese
    terms = r"LOOKING|FOLLOWING|LEADING|OBSERVING|DIFF|SNAP|TRUNC"
    ours = r"n3|GC|epoch|zxid|id|leader|follower|quorum|syncLimit"
    assert not re.findall(r"[A-Za-z]+", re.sub(rf"\b({terms}|{ours})\b", "", chinese))

"""Every step fits a plain terminal of 80 columns and 24 lines, in both languages."""

import io
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from labctl.classroom import library
from labctl.classroom.attempt import Attempt
from labctl.classroom.feedback import commands, show_step
from labctl.screen.screen import Screen
from labctl.words.phrase import LANGUAGES

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

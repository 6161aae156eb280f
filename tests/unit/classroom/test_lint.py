"""`ex lint` finds what is wrong with an exercise, and nothing with ours."""

from pathlib import Path

import pytest

from labctl.classroom import library
from labctl.classroom.lint import lint
from labctl.words.phrase import LANGUAGES, text

SEEDS = 1  # `labctl ex lint --seeds 20` takes minutes


@pytest.mark.parametrize("path", library.files(), ids=lambda path: path.stem)
def test_a_shipped_exercise_is_as_it_says(path: Path) -> None:
    assert [text(problem.what, "en") for problem in lint(path, SEEDS)] == []


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('"labctl kill leader"]', '"labctl kill follower:1"]', "lint.unresolved"),
        ("scores: 83.3", "scores: 50", "lint.misconception"),
        ("answer: n3\n", "answer: n1\n", "lint.no-reply"),
        ("[election, epoch, zxid]", "[election, warp]", "lint.term"),
        ('en: "The leader dies", zh: "leader 之死"', "en: Same, zh: Same", "lint.same"),
        ('"labctl kill 3"\n', '"labctl kill 9"\n', "lint.cannot"),
        (
            '"labctl start 2"\n',
            '"labctl clock 2 +30s"\n',
            "lint.cannot",
        ),
    ],
)
def test_a_planted_mistake_is_found(
    tmp_path: Path, old: str, new: str, key: str
) -> None:
    written = library.path_of("kill-leader").read_text(encoding="utf-8")
    assert old in written
    path = tmp_path / "kill-leader.yaml"
    path.write_text(written.replace(old, new, 1), encoding="utf-8")
    problems = list(lint(path, 1))
    assert key in {problem.what.key for problem in problems}
    for problem in problems:
        assert all(text(problem.what, lang) for lang in LANGUAGES)

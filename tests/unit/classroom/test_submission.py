"""A submission is data from a stranger: read to a limit, and nothing in it is run."""

import gc
import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from labctl.classroom import submission
from labctl.classroom.grading import grade, submissions
from labctl.classroom.submission import Refused, read
from labctl.errors import LabError
from labctl.screen.screen import Screen
from labctl.words.phrase import LANGUAGES, text
from tests.unit.classroom.handing_in import hand_in, solved

NAME = "first-quorum"
Write = Callable[[Path, list[str]], object]


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The lines of an honest submission."""
    path = hand_in(tmp_path_factory.mktemp("ada"), NAME, "ada", solved(NAME, "ada"))
    return gzip.decompress(path.read_bytes()).decode().splitlines()


def packed(path: Path, lines: list[str]) -> None:
    path.write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode()))


def changed(line: str, **facts: object) -> str:
    return json.dumps({**json.loads(line), **facts})


def first_of(lines: list[str], kind: str) -> int:
    return next(at for at, line in enumerate(lines) if f'"event":"{kind}"' in line)


def at_first(kind: str, **facts: object) -> Write:
    """Write the submission with a field of the first such event changed."""

    def write(path: Path, lines: list[str]) -> None:
        at = first_of(lines, kind)
        packed(path, [*lines[:at], changed(lines[at], **facts), *lines[at + 1 :]])

    return write


def head(**facts: object) -> Write:
    return lambda path, lines: packed(path, [changed(lines[0], **facts), *lines[1:]])


def bomb(path: Path, _lines: list[str]) -> None:
    with gzip.open(path, "wb") as file:
        for _ in range(submission.BYTES_MAX // (1 << 20) + 1):
            file.write(bytes(1 << 20))


def cut_to(part: slice) -> Write:
    def write(path: Path, lines: list[str]) -> None:
        packed(path, lines)
        path.write_bytes(path.read_bytes()[part])

    return write


def twice(path: Path, lines: list[str]) -> None:
    packed(path, lines)
    path.write_bytes(path.read_bytes() * 2)


def to_elsewhere(path: Path, _lines: list[str]) -> None:
    (path.parent / "secret").write_text("not yours")
    path.symlink_to(path.parent / "secret")


def with_line(words: str) -> Write:
    return lambda path, lines: packed(path, [*lines, words])


HOSTILE: dict[str, tuple[Write, str]] = {
    "empty": (lambda path, _: path.write_bytes(b""), "empty"),
    "no-gzip": (lambda path, _: path.write_text("hello"), "not-packed"),
    "half": (cut_to(slice(-20)), "not-packed"),
    "two-in-one": (twice, "not-packed"),
    "nothing-inside": (lambda path, _: packed(path, []), "empty"),
    "no-text": (
        lambda path, _: path.write_bytes(gzip.compress(b"\xff\xfe")),
        "no-text",
    ),
    "no-head": (lambda path, lines: packed(path, lines[1:]), "head"),
    "deep": (lambda path, _: packed(path, ["[" * 60_000]), "head"),
    "path-as-exercise": (head(exercise="../../etc/passwd"), "head"),
    "file-as-exercise": (head(exercise="x.yaml"), "head"),
    "unknown-exercise": (head(exercise="flood"), "no-exercise"),
    "escape-as-student": (head(student="\x1b[2J"), "head"),
    "number-as-student": (head(student=7), "head"),
    "garbage-line": (with_line("{}"), "line"),
    "unknown-event": (with_line('{"v":2,"event":"Shell","cmd":"rm"}'), "line"),
    "long-line": (with_line("x" * (submission.LINE_BYTES_MAX + 1)), "line"),
    "text-as-number": (at_first("LeaderEstablished", epoch="1"), "line"),
    "huge-number": (at_first("LeaderEstablished", epoch=1 << 80), "line"),
    "list-in-list": (at_first("LeaderEstablished", sids=[[1]]), "line"),
    "many-in-list": (at_first("LeaderEstablished", sids=[1] * 300), "line"),
    "node-of-nowhere": (at_first("LeaderEstablished", node=100_000), "line"),
    "time-without-end": (at_first("LeaderEstablished", at_ms=1e300), "line"),
    "bomb": (bomb, "bomb"),
    "link": (to_elsewhere, "no-file"),
    "pipe": (lambda path, _: os.mkfifo(path), "no-file"),
    "folder": (lambda path, _: path.mkdir(), "no-file"),
    "large": (
        lambda path, _: path.write_bytes(bytes(submission.FILE_BYTES_MAX + 1)),
        "large",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_is_refused_with_a_reason(
    name: str, tmp_path: Path, lines: list[str]
) -> None:
    write, why = HOSTILE[name]
    path = tmp_path / f"eve{submission.SUFFIX}"
    write(path, lines)
    graded = grade(path, Screen("en"))
    assert graded.marks is None
    assert graded.why is not None
    assert graded.why.key == f"sub.{why}"
    assert graded.score == 0
    for lang in LANGUAGES:
        assert text(graded.why, lang)


def test_an_honest_submission_is_whole(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "ada.sub.gz"
    packed(path, lines)
    found = read(path)
    assert (found.student, found.exercise, found.whole) == ("ada", NAME, True)
    graded = grade(path, Screen("en"))
    assert (graded.percent, graded.why) == (100, None)


@pytest.mark.parametrize(
    "write",
    [
        at_first("PredictionLocked", answer="3"),
        at_first("PredictionLocked", at_ms=0.5),
        at_first("LeaderEstablished", node=3),
        head(student="bob"),
        head(digest="0" * 64),
        lambda path, lines: packed(path, lines[:-1]),
    ],
    ids=["answer", "time", "leader", "student", "digest", "last-line"],
)
def test_what_was_changed_afterwards_scores_nothing(
    write: Write, tmp_path: Path, lines: list[str]
) -> None:
    path = tmp_path / "eve.sub.gz"
    write(path, lines)
    graded = grade(path, Screen("en"))
    assert graded.why is not None
    assert graded.why.key == "sub.changed"
    assert graded.score == graded.percent == 0
    assert {line.passed for line in graded.lines} == {None}


def test_a_prediction_that_is_changed_breaks_the_seals_even_with_a_new_digest(
    tmp_path: Path, lines: list[str]
) -> None:
    at = first_of(lines, "PredictionLocked")
    body = [*lines[1:at], changed(lines[at], answer="3"), *lines[at + 1 :]]
    digest = submission._digest(body)
    packed(tmp_path / "eve.sub.gz", [changed(lines[0], digest=digest), *body])
    assert not read(tmp_path / "eve.sub.gz").whole


def test_grading_ends_when_its_time_is_up(tmp_path: Path, lines: list[str]) -> None:
    # Hypothesis leaves a callback behind, in which the signal could strike.
    kept, gc.callbacks[:] = [*gc.callbacks], []
    path = tmp_path / "ada.sub.gz"
    packed(path, lines)
    try:
        graded = grade(path, Screen("en"), cpu_limit_s=1e-6)
    finally:
        gc.callbacks[:] = kept
    assert graded.why is not None
    assert graded.why.key == "sub.slow"


def test_a_folder_is_not_searched_deeper_than_itself(tmp_path: Path) -> None:
    none = tmp_path / "none"
    none.mkdir()
    (tmp_path / "deeper").mkdir()
    for place in ("b.sub.gz", "a.sub.gz", "notes.txt", "deeper/c.sub.gz"):
        (tmp_path / place).touch()
    assert [path.name for path in submissions(tmp_path)] == ["a.sub.gz", "b.sub.gz"]
    with pytest.raises(LabError):
        submissions(none)


def test_a_students_name_makes_no_path() -> None:
    name = submission.file_name(NAME, "../../../etc/cron.d/x y\n")
    assert "/" not in name
    assert not name.startswith(".")


def test_what_would_be_refused_is_not_written(tmp_path: Path) -> None:
    records = solved(NAME, "ada")
    many = records * (submission.RECORDS_MAX // len(records) + 1)
    with pytest.raises(Refused):
        submission.write(tmp_path / "a.sub.gz", NAME, "", "ada", many)
    assert list(tmp_path.iterdir()) == []

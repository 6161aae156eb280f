"""One student's attempt at an exercise, kept on disk: it outlives the terminal.

LABCTL_HOME/classroom/ID/attempt.json   who tries what, since when, in which lab
LABCTL_HOME/classroom/ID/lab.jsonl      steps, predictions and hints, as events
LABCTL_HOME/classroom/ID/files/         the student's copy of the exercise's files
LABCTL_HOME/classroom/current           the exercise that was begun or resumed last
"""

import json
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from labctl.classroom import library
from labctl.classroom.exercise import Exercise, Step, fill, seed_of
from labctl.classroom.journal import StepBegan, last_seal, read_records, sealed
from labctl.classroom.marking import Marks, mark
from labctl.errors import CONFLICT, NO_MATCH, LabError
from labctl.lab.home import home, lab_folder
from labctl.lab.lab import open_lab
from labctl.lab.runs import kept, load, present, run_id
from labctl.screen.screen import Screen
from labctl.story.recording.order import causal
from labctl.story.recording.recorder import FILE, Recorder
from labctl.words.phrase import Phrase
from node.events import Record

ANYBODY = "student"
_STAMP = len("20260101-120000")  # what a run's id begins with, see `labctl.lab.runs`


class Asked(NamedTuple):
    """What a student said when beginning."""

    name: str
    variant: str
    student: str
    lab: str
    again: bool


class Attempt(NamedTuple):
    """Who tries what, since when, in which lab."""

    exercise: Exercise
    student: str
    lab: str
    began_ms: float
    path: str  # the exercise's file, if it is not one of ours

    @property
    def seed(self) -> int:
        """What this student's variation is drawn from."""
        return seed_of(self.student, self.exercise.id)

    @property
    def folder(self) -> Path:
        """Where it is kept."""
        return classroom() / self.exercise.id

    @property
    def files(self) -> Path:
        """Where the student's copy of the exercise's files is."""
        return files_of(self.exercise)


def classroom() -> Path:
    """Return the folder of all attempts."""
    return home() / "classroom"


def files_of(exercise: Exercise) -> Path:
    """Return where a copy of the exercise's files is, once it has begun."""
    return classroom() / exercise.id / "files"


def begin(asked: Asked) -> tuple[Attempt, bool]:
    """Begin an exercise, or take up the one that was begun; True if it is new."""
    name, variant, student, lab, again = asked
    exercise = library.find(name, variant)
    folder = classroom() / exercise.id
    if folder.joinpath("attempt.json").exists() and not again:
        attempt = _read(folder)
        wanted = (variant or attempt.exercise.variant, student or attempt.student)
        if wanted != (attempt.exercise.variant, attempt.student):
            facts = {"name": exercise.id, "student": attempt.student}
            facts["variant"] = attempt.exercise.variant or "-"
            raise LabError(Phrase("ex.other", facts), Phrase("ex.other.hint"), CONFLICT)
        _current(exercise.id)
        return attempt, False
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    path = str(Path(name).absolute()) if name.endswith((".yaml", ".yml")) else ""
    began_ms = time.time() * 1000
    attempt = Attempt(exercise, student or ANYBODY, lab, began_ms, path)
    said = {"exercise": exercise.id, "variant": variant, "student": attempt.student}
    said |= {"lab": lab, "path": path}
    document = json.dumps({**said, "began_ms": began_ms})
    folder.joinpath("attempt.json").write_text(document, encoding="utf-8")
    folder.joinpath(FILE).touch()
    if exercise.files:
        _hand_out(attempt)
    note(attempt, StepBegan(exercise.id, exercise.steps[0].id, ""))
    _current(exercise.id)
    return attempt, True


def _hand_out(attempt: Attempt) -> None:
    """Copy the exercise's files, with this student's values in their places."""
    source = attempt.exercise.folder / attempt.exercise.files
    facts = {**attempt.exercise.drawn(attempt.seed), "files": attempt.files}
    for path in sorted(source.rglob("*")):
        if path.is_file():
            copy = attempt.files / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text(encoding="utf-8")
            copy.write_text(fill(text, facts), encoding="utf-8")


def current() -> Attempt:
    """Return the attempt that was begun or resumed last."""
    try:
        name = (classroom() / "current").read_text(encoding="utf-8").strip()
        return _read(classroom() / name)
    except FileNotFoundError:
        raise LabError(
            Phrase("ex.no-attempt"), Phrase("ex.no-attempt.hint"), NO_MATCH
        ) from None


def _current(name: str) -> None:
    (classroom() / "current").write_text(name + "\n", encoding="utf-8")


def begun() -> dict[str, Attempt]:
    """Return every attempt, by its exercise."""
    found = classroom().glob("*/attempt.json")
    return {path.parent.name: _read(path.parent) for path in sorted(found)}


def _read(folder: Path) -> Attempt:
    written = folder.joinpath("attempt.json").read_text(encoding="utf-8")
    try:
        said = json.loads(written)
        exercise = library.find(said["path"] or said["exercise"], said["variant"])
        return Attempt(
            exercise, said["student"], said["lab"], said["began_ms"], said["path"]
        )
    except (ValueError, LookupError, TypeError):
        raise _damaged(folder) from None


def _damaged(folder: Path) -> LabError:
    facts = {"folder": folder, "name": folder.name}
    return LabError(
        Phrase("ex.damaged", facts), Phrase("ex.damaged.hint", facts), CONFLICT
    )


def note(attempt: Attempt, event: Any) -> None:
    """Write down what the student did, sealed."""
    before = last_seal(journal(attempt))
    Recorder(attempt.lab, attempt.folder).record(sealed(event, before, attempt.seed))


def journal(attempt: Attempt) -> list[Record]:
    """Return the attempt's own events, in the order they were written."""
    path = attempt.folder / FILE
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return read_records(lines)


def step_of(attempt: Attempt) -> Step:
    """Return the step that the student is at."""
    steps = [r.event.step for r in journal(attempt) if isinstance(r.event, StepBegan)]
    if not steps or steps[-1] not in {step.id for step in attempt.exercise.steps}:
        raise _damaged(attempt.folder)
    return attempt.exercise.step(steps[-1])


def records(attempt: Attempt, screen: Screen) -> list[Record]:
    """Return what was recorded since the attempt began: its lab's, and its own."""
    found: list[Record] = []
    for path in kept():
        if run_id(path)[_STAMP:] == f"-{attempt.lab}":
            run = load(path)
            if run.records[-1].at_ms >= attempt.began_ms:
                found += run.records
    if lab_folder(attempt.lab).joinpath("lab.json").exists():
        found += present(open_lab(attempt.lab, screen)).records
    return merged(found, journal(attempt))


def merged(lab: Sequence[Record], own: Sequence[Record]) -> list[Record]:
    """Return both in one order of time; what an exercise notes keeps its place."""
    placed = causal(lab)
    out: list[Record] = []
    at = 0  # of what the exercise noted
    for record in placed:
        while at < len(own) and own[at].at_ms <= record.at_ms:
            out.append(own[at])
            at += 1
        out.append(record)
    return [*out, *own[at:]]


def marks(attempt: Attempt, screen: Screen) -> tuple[Marks, list[Record]]:
    """Return how the attempt stands, and the records that say so."""
    found = records(attempt, screen)
    marks = mark(attempt.exercise, found, attempt.seed, str(attempt.files))
    return marks, found

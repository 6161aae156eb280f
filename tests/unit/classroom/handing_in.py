"""Submissions for the tests: solved in the simulator, then changed in every way."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from labctl.classroom import library, submission
from labctl.classroom.exercise import fill, seed_of
from labctl.classroom.journal import EXERCISE_EVENTS, StepBegan, sealed
from labctl.classroom.lint import perform, predicted
from labctl.classroom.marking import mark
from labctl.classroom.simulated_lab import SimulatedLab, in_order
from node.events import Record


def solved(
    name: str,
    student: str,
    instead: tuple[str, str, str] = ("", "", ""),
    variant: str = "",
) -> list[Record]:
    """Return a whole solution's records, with one prediction replaced."""
    exercise = library.find(name, variant)
    drawn = tuple(exercise.drawn(seed_of(student, name)).items())
    records = _performed((name, variant), drawn, seed_of(student, name))
    facts = mark(exercise, records, seed_of(student, name)).facts
    return predicted(exercise, records, facts, instead)


_DONE: dict[tuple[tuple[str, str], object], list[Record]] = {}


def _performed(which: tuple[str, str], drawn: object, seed: int) -> list[Record]:
    """Perform the solution once for each draw: what a seed draws is all it decides."""
    if (which, drawn) not in _DONE:
        _DONE[which, drawn] = perform(library.find(*which), seed)
    return _DONE[which, drawn]


def sealed_up(records: Sequence[Record], student: str, name: str) -> list[Record]:
    """Return the records as the exercise would have sealed them."""
    before, found = "", []
    for record in records:
        event: Any = record.event
        if type(event).__name__ in EXERCISE_EVENTS:
            event = sealed(event, before, seed_of(student, name))
            before = event.seal
        found.append(record._replace(event=event))
    return found


def hand_in(
    folder: Path, name: str, student: str, records: Sequence[Record], variant: str = ""
) -> Path:
    """Write a submission as `ex submit` does."""
    path = folder / submission.file_name(name, student)
    submission.write(path, name, variant, student, sealed_up(records, student, name))
    return path


def road(
    name: str, student: str, *steps: Sequence[str], answered: bool = True
) -> list[Record]:
    """Return the records of somebody who typed these commands in each step."""
    exercise = library.find(name)
    lab = SimulatedLab(seed_of(student, name))
    for step, commands in zip(exercise.steps, steps, strict=True):
        lab.note(StepBegan(name, step.id, ""))
        for command in commands:
            facts = mark(exercise, in_order(lab.records), seed_of(student, name)).facts
            lab.perform(fill(command, facts))
    records = in_order(lab.records)
    if not answered:
        return records
    facts = mark(exercise, records, seed_of(student, name)).facts
    return predicted(exercise, records, facts)


def idle(name: str) -> list[Record]:
    """Return the records of somebody who only began."""
    return [r for r in solved(name, "x") if isinstance(r.event, StepBegan)][:1]

"""`ex lint`: proves of an exercise that it can be solved, and marks what it says.

The reference solution scores everything, doing nothing scores less, and each listed
misconception scores what the exercise says, in the simulator, for several seeds.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from labctl.classroom import answers, library
from labctl.classroom.exercise import Exercise, Facts, Step, Text, fill, names_in
from labctl.classroom.exhibit import revealed
from labctl.classroom.journal import PredictionLocked, StepBegan
from labctl.classroom.load import load
from labctl.classroom.marking import Marks, mark
from labctl.classroom.matching import Unresolved
from labctl.classroom.simulated_lab import SimulatedLab, in_order
from labctl.classroom.simulated_time import CannotSimulate
from labctl.errors import LabError
from labctl.screen.screen import Screen
from labctl.story.glossary import find_term
from labctl.words.phrase import Phrase
from node.events import Record
from simulator.violation import Violation

REVEAL = "labctl ex reveal"
SLACK = 0.06  # of a hundred: marks are rounded to one place


class Problem(NamedTuple):
    """Something that is wrong with an exercise."""

    exercise: str
    what: Phrase


def lint(path: Path, seeds: int) -> Iterator[Problem]:
    """Yield every problem of an exercise and its variants."""
    whole = load(path)
    for variant in ("", *(one.id for one in whole.variants)):
        exercise = load(path, variant)
        name = f"{exercise.id}/{variant}" if variant else exercise.id
        for what in (*_words(exercise), *_solved(exercise, seeds)):
            yield Problem(name, what)


def perform(exercise: Exercise, seed: int) -> list[Record]:
    """Return what is recorded when the reference solution is performed."""
    lab = SimulatedLab(seed)
    for step in exercise.steps:
        lab.note(StepBegan(exercise.id, step.id, ""))
        for command in step.solution:
            facts: Facts = {}
            reveals = command == REVEAL
            if reveals or names_in(command):
                facts = mark(exercise, in_order(lab.records), seed).facts
            if reveals:
                for event in revealed(exercise, step, facts, seed):
                    lab.note(event)
            else:
                lab.perform(fill(command, facts))
    return in_order(lab.records)


def predicted(
    exercise: Exercise,
    records: Sequence[Record],
    facts: Facts,
    instead: tuple[str, str, str] = ("", "", ""),
) -> list[Record]:
    """Return the records with the right predictions in them, or one that is wrong.

    `instead` is a step, a question of it, and what is predicted there.
    """
    out: list[Record] = []
    for record in records:
        out.append(record)
        if isinstance(record.event, StepBegan):
            step = exercise.step(record.event.step)
            for question in step.questions:
                said = _answer(step, question.id, facts)
                if (step.id, question.id) == instead[:2]:
                    said = answers.understood(question, fill(instead[2], facts))
                event = PredictionLocked(step.id, question.id, said, "")
                name = f"{record.id}.{question.id}"
                out.append(record._replace(id=name, event=event))
    return out


def _answer(step: Step, name: str, facts: Facts) -> str:
    question = next(one for one in step.questions if one.id == name)
    if question.answer is None:
        return "-"
    return answers.understood(question, answers.truth(question, facts))


def _words(exercise: Exercise) -> Iterator[Phrase]:
    """Both languages are there by the schema; are they two languages?"""
    for text in _texts(exercise):
        if text.en == text.zh:
            yield Phrase("lint.same", {"text": text.en[:40]})
    for term in exercise.concepts:
        try:
            find_term(term)
        except LabError:
            yield Phrase("lint.term", {"term": term})
    asked = {(s.id, q.id) for s in exercise.steps for q in s.questions}
    answered = {(m.step, m.question) for m in exercise.misconceptions}
    for step, question in sorted(asked - answered):
        yield Phrase("lint.unanswered", {"name": f"{step}/{question}"})


def _texts(exercise: Exercise) -> Iterator[Text]:
    yield exercise.title
    for step in exercise.steps:
        yield from (step.say, step.explain)
        yield from (question.ask for question in step.questions)
        yield from (hint.text for hint in step.hints)
        for check in step.checks:
            yield from (check.say, check.rule)
    yield from (wrong.text for wrong in exercise.misconceptions)


def _solved(exercise: Exercise, seeds: int) -> Iterator[Phrase]:
    if "sim" not in exercise.runtimes:
        return
    for seed in range(1, seeds + 1):
        try:
            records = perform(exercise, seed)
            yield from scores(exercise, records, seed)
        except (CannotSimulate, Violation) as error:
            yield Phrase("lint.cannot", {"seed": seed, "why": str(error)})
        except LabError as error:
            yield Phrase("lint.cannot", {"seed": seed, "why": error.message})
        except (Unresolved, answers.NotAnswer) as error:
            yield Phrase("lint.unresolved", {"seed": seed, "name": str(error)})


def scores(
    exercise: Exercise, records: Sequence[Record], seed: int
) -> Iterator[Phrase]:
    """Yield what is wrong with the marks of a solution, simulated or real.

    The records hold no predictions: right and wrong ones are put in here.
    """
    facts = mark(exercise, records, seed).facts
    best = mark(exercise, predicted(exercise, records, facts), seed)
    if best.percent < 100:
        failed = ", ".join(one.id for one in best.marks if one.score < one.most)
        yield Phrase("lint.solution", _facts(best, seed) | {"failed": failed})
    nothing = [r for r in records if isinstance(r.event, StepBegan)]
    idle = mark(exercise, nothing, seed)
    if idle.score > 0:
        yield Phrase("lint.idle", _facts(idle, seed))
    for wrong in exercise.misconceptions:
        instead = wrong.step, wrong.question, wrong.answer
        marks = mark(exercise, predicted(exercise, records, facts, instead), seed)
        name = f"{wrong.step}/{wrong.question}={wrong.answer}"
        if abs(marks.percent - wrong.scores) > SLACK:
            due = {"name": name, "due": f"{wrong.scores:g}"}
            yield Phrase("lint.misconception", _facts(marks, seed) | due)
        replied = [one for one in marks.marks if one.reply == wrong.text]
        if not replied:
            yield Phrase("lint.no-reply", {"name": name, "seed": seed})


def _facts(marks: Marks, seed: int) -> dict[str, object]:
    return {"seed": seed, "percent": f"{marks.percent:g}"}


def lint_all(names: Sequence[str], seeds: int, screen: Screen) -> bool:
    """Lint these exercises, or all; print what is found, return whether all is well."""
    good = True
    for path in [library.path_of(name) for name in names] or library.files():
        problems = list(lint(path, seeds))
        for problem in problems:
            facts = {"name": problem.exercise, "what": problem.what}
            screen.say(Phrase("lint.problem", facts))
        if not problems:
            screen.say(Phrase("lint.ok", {"name": path.stem}))
        good = good and not problems
    return good

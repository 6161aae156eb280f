"""Marks: what the recording shows of each prediction and each check.

A pure function of an exercise and a recording; the student's terminal, `grade` and
`ex lint` all ask it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from labctl.classroom import answers
from labctl.classroom.exercise import (
    Check,
    Exercise,
    Facts,
    Question,
    Step,
    Text,
    names_in,
)
from labctl.classroom.journal import (
    EXERCISE_EVENTS,
    HintTaken,
    PredictionLocked,
    SolutionShown,
    StepBegan,
)
from labctl.classroom.matching import Unresolved, field, matching
from labctl.classroom.verdicts import Scene, is_act, judge
from labctl.story.lab_events import LabOpened
from labctl.story.world import LabWorld, advance, new_world
from node.events import Record

PREDICTION, CHECK = "prediction", "check"
# What became of a prediction.
ON_TIME, LATE, UNSAID, SHOWN = "on-time", "late", "unsaid", "shown"


class Mark(NamedTuple):
    """One line of the marks."""

    id: str  # step/question, or step/check
    kind: str
    title: Text
    passed: bool | None  # None: not reached
    score: float
    most: float
    evidence: tuple[str, ...] = ()  # ids of events
    rule: Text | None = None  # what decides
    said: str = ""  # predicted
    true: str = ""  # what happened
    timing: str = ""  # of a prediction
    reply: Text | None = None  # to a known misconception
    question: Question | None = None
    recorded: str = ""  # what the recording shows: passed | failed | unreached
    rerun: str = ""  # what came of it when it was done again

    def shown(self, answer: str, lang: str) -> str:
        """Return an answer as a person of this language reads it."""
        return self.question.shown(answer, lang) if self.question else answer


class Marks(NamedTuple):
    """All marks of one attempt."""

    exercise: Exercise
    facts: Mapping[str, Any]
    marks: tuple[Mark, ...]
    hints: float  # points that hints cost
    reached: int  # steps that were begun

    @property
    def most(self) -> float:
        """How many points there are."""
        return sum(mark.most for mark in self.marks)

    @property
    def score(self) -> float:
        """How many were earned, hints paid."""
        return max(0.0, sum(mark.score for mark in self.marks) - self.hints)

    @property
    def percent(self) -> float:
        """The score of a hundred."""
        return round(100 * self.score / self.most, 1) if self.most else 0.0

    def of(self, step: str) -> list[Mark]:
        """Return the marks of one step."""
        return [mark for mark in self.marks if mark.id.partition("/")[0] == step]


class Window(NamedTuple):
    """The part of a recording that belongs to one step."""

    records: tuple[Record, ...]
    world: LabWorld  # at its end


def mark(
    exercise: Exercise, records: Sequence[Record], seed: int, files: str = ""
) -> Marks:
    """Return the marks of these records, which stand in the order of time.

    `files` is where the student's copy of the exercise's files is.
    """
    windows = split(exercise, records)
    facts: dict[str, Any] = exercise.drawn(seed)
    if files:
        facts["files"] = files
    sources: dict[str, str] = {}  # what was captured -> the event it is from
    marks: list[Mark] = []
    hints = 0.0
    for step in exercise.steps:
        window = windows.get(step.id)
        if window is None:
            marks += _unreached(step)
            continue
        scene = Scene(window.records, window.world, facts)
        _capture(step, scene, facts, sources)
        hints += _paid(step, window.records)
        for question in step.questions:
            found = _predicted(exercise, step, question, scene)
            shown = [sources[name] for name in _asked(question) if name in sources]
            marks.append(found._replace(evidence=(*found.evidence, *shown)))
        marks += _checked(step, scene)
    return Marks(exercise, facts, tuple(marks), hints, len(windows))


def split(exercise: Exercise, records: Sequence[Record]) -> dict[str, Window]:
    """Return the window of each step that was begun."""
    known = {step.id for step in exercise.steps}
    windows: dict[str, Window] = {}
    world, name, inside = new_world((), ()), "", list[Record]()
    began_ms, exhibits = 0.0, False
    for record in records:
        event = record.event
        if isinstance(event, StepBegan) and event.step in known - {name, *windows}:
            if name:
                windows[name] = Window(tuple(inside), world)
            name, inside, began_ms = event.step, [], record.at_ms
            exhibits = exercise.step(name).exhibits
        world = moved(world, record)
        own = type(event).__name__ in EXERCISE_EVENTS
        # What was moved behind its cause is older than the step.
        if record.at_ms >= began_ms and (own or not exhibits):
            inside.append(record)
    if name:
        windows[name] = Window(tuple(inside), world)
    return windows


def moved(world: LabWorld, record: Record) -> LabWorld:
    """Return the world after this record; a new lab is a new world."""
    if isinstance(record.event, LabOpened):
        return new_world(record.event.voters, record.event.observers)
    return advance(world, record)


def _unreached(step: Step) -> list[Mark]:
    marks = [
        Mark(f"{step.id}/{q.id}", PREDICTION, q.ask, None, 0, q.points)
        for q in step.questions
    ]
    return marks + [
        Mark(f"{step.id}/{c.id}", CHECK, c.say, None, 0, c.points, rule=c.rule)
        for c in step.checks
    ]


def _paid(step: Step, records: Sequence[Record]) -> float:
    """What the hints cost, by the exercise: the events are the student's."""
    taken = {r.event.number for r in records if isinstance(r.event, HintTaken)}
    return sum(
        hint.cost for number, hint in enumerate(step.hints, 1) if number in taken
    )


def _asked(question: Question) -> list[str]:
    return names_in(str(question.answer))


def _capture(
    step: Step, scene: Scene, facts: dict[str, Any], sources: dict[str, str]
) -> None:
    for capture in step.captures:
        try:
            seen = _behind(capture.after, scene.records, facts)
            found = list(matching(capture.pattern, seen, facts))
        except Unresolved:
            continue
        if found:
            chosen = found[-1 if capture.last else 0]
            value = field(chosen, capture.take)
            listed = isinstance(value, tuple)
            sources[capture.name] = chosen.id
            facts[capture.name] = ",".join(map(str, value)) if listed else value


def _behind(
    mark_of: Mapping[str, Any] | None, records: Sequence[Record], facts: Facts
) -> Sequence[Record]:
    """Return what came behind the last event that matches; all if none is named."""
    if mark_of is None:
        return records
    marks = list(matching(mark_of, records, facts))
    if not marks:
        return ()
    at = next(at for at, record in enumerate(records) if record is marks[-1])
    return records[at + 1 :]


def _predicted(
    exercise: Exercise, step: Step, question: Question, scene: Scene
) -> Mark:
    name = f"{step.id}/{question.id}"
    said, timing, evidence = _said(question, scene.records)
    blank = Mark(name, PREDICTION, question.ask, None, 0, question.points)
    blank = blank._replace(question=question)
    if timing == UNSAID:
        passed = False if scene.acted else None
        return blank._replace(
            passed=passed, timing=timing, true=_truth(question, scene)
        )
    good = answers.right(question, said, scene.facts)
    earned = timing == ON_TIME and (good is True or not exercise.correct_only)
    if timing == ON_TIME and good is None and question.answer is not None:
        earned = False  # it has not happened yet
    reply = next(
        (
            wrong.text
            for wrong in exercise.misconceptions
            if (wrong.step, wrong.question) == (step.id, question.id)
            and good is False
            and _same(question, wrong.answer, said, scene.facts)
        ),
        None,
    )
    return blank._replace(
        passed=good if question.answer is not None else timing == ON_TIME,
        score=question.points if earned else 0.0,
        evidence=evidence,
        said=said,
        true=_truth(question, scene),
        timing=timing,
        reply=reply,
    )


def _same(question: Question, wrong: str, said: str, facts: Facts) -> bool:
    return answers.right(question._replace(answer=wrong), said, facts) is True


def _truth(question: Question, scene: Scene) -> str:
    if question.answer is None or not scene.acted:
        return ""
    try:
        return answers.truth(question, scene.facts)
    except Unresolved:
        return ""


def _said(
    question: Question, records: Sequence[Record]
) -> tuple[str, str, tuple[str, ...]]:
    """What was predicted first, whether in time, and the event of it."""
    acted = shown = False
    for record in records:
        event = record.event
        acted = acted or is_act(record)
        shown = shown or isinstance(event, SolutionShown)
        if isinstance(event, PredictionLocked) and event.question == question.id:
            timing = LATE if acted else SHOWN if shown else ON_TIME
            return event.answer, timing, (record.id,)
    return "", UNSAID, ()


def _checked(step: Step, scene: Scene) -> list[Mark]:
    verdicts = {check.id: judge(check.form, scene) for check in step.checks}
    passed = {name: verdict.passed for name, verdict in verdicts.items()}
    return [
        Mark(
            f"{step.id}/{check.id}",
            CHECK,
            check.say,
            _with_needs(check, passed),
            check.points if _with_needs(check, passed) else 0.0,
            check.points,
            verdicts[check.id].evidence,
            check.rule,
        )
        for check in step.checks
    ]


def _with_needs(check: Check, passed: Mapping[str, bool | None]) -> bool | None:
    """A check whose ground was not reached is not reached either."""
    if any(passed[need] is not True for need in check.needs):
        return None
    return passed[check.id]

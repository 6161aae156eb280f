"""What a student did in the exercise itself, as events between those of the lab.

Each carries a seal: a digest over its own facts and the seal before it.  A
prediction that is changed or moved afterwards breaks the chain.  That shows an
accident, not a forger: whoever can write the file can write the whole chain.
"""

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any, NamedTuple

from labctl.story.lab_events import LAB_EVENTS
from node.events import Record, decode


class StepBegan(NamedTuple):
    """The student began a step."""

    exercise: str
    step: str
    seal: str


class PredictionLocked(NamedTuple):
    """The student predicted, and cannot take it back."""

    step: str
    question: str
    answer: str
    seal: str


class HintTaken(NamedTuple):
    """The student read a hint."""

    step: str
    number: int  # from 1; the exercise says what it costs
    seal: str


class SolutionShown(NamedTuple):
    """The student had the step's solution shown."""

    step: str
    seal: str


class LogRead(NamedTuple):
    """The student had a stranger's logs explained."""

    step: str
    files: tuple[str, ...]
    lines: int
    seal: str


class LogChange(NamedTuple):
    """In such a log, a server changed its state or its way of catching up."""

    node: int
    line: int  # of its file
    key: str  # looking | following | leading | observing | diff | snap | trunc
    why: str  # started | restarted | closed | silent | higher-id | … ; may be empty
    seal: str


class RunJudged(NamedTuple):
    """The student had a simulated run judged: a bug was in it."""

    step: str
    breaks: str  # the rule
    verdict: str  # the checker's words
    seal: str


EXERCISE_EVENTS: dict[str, Any] = {
    kind.__name__: kind
    for kind in (
        *(StepBegan, PredictionLocked, HintTaken, SolutionShown),
        *(LogRead, LogChange, RunJudged),
    )
}
KNOWN = {**LAB_EVENTS, **EXERCISE_EVENTS}


def sealed(event: Any, before: str, seed: int) -> Any:
    """Return the event with its seal, which depends on the one before."""
    facts = [seed, before, type(event).__name__, *event[:-1]]
    return event._replace(seal=sha256(json.dumps(facts).encode()).hexdigest()[:16])


def unbroken(records: Iterable[Record], seed: int) -> bool:
    """Return whether every seal is the one that must stand there."""
    before = ""
    for record in records:
        if type(record.event).__name__ in EXERCISE_EVENTS:
            if sealed(record.event, before, seed) != record.event:
                return False
            before = record.event.seal
    return True


def last_seal(records: Iterable[Record]) -> str:
    """Return the newest seal; empty before the first."""
    seals = [r.event.seal for r in records if type(r.event).__name__ in EXERCISE_EVENTS]
    return seals[-1] if seals else ""


def read_records(lines: Iterable[str]) -> list[Record]:
    """Return the records in these lines, those of the exercise included."""
    found = (decode(line, KNOWN) for line in lines)
    return [record for record in found if record is not None]

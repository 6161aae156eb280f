"""Grade what strangers hand in: bounded in size and time, nothing in it is run."""

import contextlib
import os
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from labctl.classroom import bounds, library
from labctl.classroom.attempt import merged
from labctl.classroom.feedback import Evidence, evidence_of
from labctl.classroom.journal import EXERCISE_EVENTS
from labctl.classroom.marking import Mark, Marks, mark
from labctl.classroom.moments import Moment, moments, numbers
from labctl.classroom.rerun import confirmed, repeatable, rerun
from labctl.classroom.submission import SUFFIX, Refused, Submission, read
from labctl.errors import NO_MATCH, LabError
from labctl.screen.screen import Screen
from labctl.words.phrase import Phrase

_NO_MOMENTS: Mapping[str, Moment] = {}
CPU_LIMIT_S = 20.0  # of one submission; an honest one takes far less than a second
AGAIN_S = 0.05
FILES_MAX = 2000


class Graded(NamedTuple):
    """One submission with its marks, or the reason why it has none."""

    file: str
    student: str
    exercise: str
    marks: Marks | None
    why: Phrase | None  # it was refused, or changed afterwards
    evidence: dict[str, Evidence]
    moments: Mapping[str, Moment] = _NO_MOMENTS  # of lost marks, by the mark's id
    remark: Phrase | None = None  # what came of doing it again

    @property
    def score(self) -> float:
        """The points; none for a submission that was changed."""
        return self.marks.score if self.marks and not self.why else 0.0

    @property
    def most(self) -> float:
        """How many points there are; 0 if the exercise is unknown."""
        return self.marks.most if self.marks else 0.0

    @property
    def percent(self) -> float:
        """The points of a hundred."""
        return self.marks.percent if self.marks and not self.why else 0.0

    @property
    def lines(self) -> Sequence[Mark]:
        """The marks one by one; of a changed submission none counts."""
        marks = self.marks.marks if self.marks else ()
        if self.why:
            return [one._replace(score=0.0, passed=None) for one in marks]
        return marks


def submissions(path: Path) -> list[Path]:
    """Return the submissions that are meant: one file, or those in a folder."""
    if path.is_dir():
        found = sorted(p for p in path.iterdir() if p.name.endswith(SUFFIX))
    else:
        found = [path] if os.path.lexists(path) else []
    if not found:
        facts = {"path": path}
        hint = Phrase("grade.none.hint")
        raise LabError(Phrase("grade.none", facts), hint, NO_MATCH)
    return found[:FILES_MAX]


def grade(
    path: Path,
    screen: Screen,
    cpu_limit_s: float = CPU_LIMIT_S,
    fresh: int | None = None,
) -> Graded:
    """Return the marks of one submission; whatever is in it, this returns.

    With a `fresh` seed, what was done is done again, and only what shows then, too,
    scores.
    """
    handed_in: Submission | None = None
    try:
        with limited(cpu_limit_s):
            handed_in = read(path)
            return _graded(path, handed_in, screen, fresh)
    except Refused as refused:
        why = refused.why
    except LabError:
        name = handed_in.exercise if handed_in else "?"
        why = Phrase("sub.no-exercise", {"name": name})
    except TooSlow:
        why = Phrase("sub.slow")
    except bounds.PilesUp:
        why = Phrase("sub.piles-up")
    except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError):
        why = Phrase("sub.breaks")
    except (MemoryError, RecursionError):
        why = Phrase("sub.slow")
    student = handed_in.student if handed_in else ""
    exercise = handed_in.exercise if handed_in else ""
    return Graded(path.name, student, exercise, None, why, {})


def _graded(
    path: Path, handed_in: Submission, screen: Screen, fresh: int | None
) -> Graded:
    exercise = library.find(handed_in.exercise, handed_in.variant)
    own, lab = _parted(handed_in.records)
    records = merged(lab, own)
    bounds.check(records)
    marks = mark(exercise, records, handed_in.seed)
    why = None if handed_in.whole else Phrase("sub.changed")
    remark = None
    if fresh is not None and why is None and not repeatable(exercise):
        remark = Phrase("rerun.unrepeatable")
    elif fresh is not None and why is None:
        again = rerun(exercise, records, handed_in.seed, fresh)
        marks = confirmed(marks, again.marks)
        facts = {"seed": fresh, "why": again.stopped or Phrase("nothing")}
        remark = Phrase("rerun.stopped" if again.stopped else "rerun.seed", facts)
    evidence = evidence_of(marks.marks, records, numbers(records), screen)
    lost = moments(marks.marks, records, str(path))
    who = handed_in.student, handed_in.exercise
    return Graded(path.name, *who, marks, why, evidence, lost, remark)


def _parted(records: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    own, lab = list[Any](), list[Any]()
    for record in records:
        named = type(record.event).__name__ in EXERCISE_EVENTS
        (own if named else lab).append(record)
    return own, lab


class TooSlow(Exception):
    """A submission used up its time."""


@contextlib.contextmanager
def limited(cpu_s: float) -> Iterator[None]:
    """Raise TooSlow after so much time of the processor, where the system can."""
    usable = hasattr(signal, "setitimer")
    if not usable or threading.current_thread() is not threading.main_thread():
        yield
        return

    struck = False

    def over(_signal: int, _frame: object) -> None:
        nonlocal struck
        struck = True
        raise TooSlow

    before = signal.signal(signal.SIGVTALRM, over)
    # In a callback of the collector nobody can catch it: so again, and at the end.
    signal.setitimer(signal.ITIMER_VIRTUAL, cpu_s, AGAIN_S)
    try:
        yield
        if struck:
            raise TooSlow
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)

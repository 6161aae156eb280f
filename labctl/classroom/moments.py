"""The moment that a lost mark is about: its event, and the picture of it.

An event of a submission is called eN, as `labctl why --run FILE --event N` and
`labctl export FILE --at eN` call it: the N-th of its lab's events.
"""

import shlex
from collections.abc import Callable, Sequence
from typing import NamedTuple

from labctl.classroom.journal import EXERCISE_EVENTS
from labctl.classroom.marking import Mark
from labctl.pictures.plain import columns
from labctl.pictures.spacetime import EVENTS_MAX, Scope, around, layout
from labctl.pictures.svg import svg
from labctl.story.lab_events import LabOpened
from labctl.story.recording.run import Run
from labctl.words.phrase import Phrase, text
from node.events import Record


class Moment(NamedTuple):
    """One event of a recording, and the part of its lab's life that it is in."""

    name: str  # eN
    file: str
    never: bool  # nothing of the kind happened: this is the last event of the step
    run: Run
    number: int  # in that run

    @property
    def command(self) -> str:
        """The command that draws it."""
        return f"labctl export {shlex.quote(self.file)} --at {self.name}"

    def title(self, lang: str) -> str:
        """Return what the picture shows."""
        key = "moment.until" if self.never else "moment.at"
        return text(Phrase(key, {"event": self.name}), lang)

    def columns(self, lang: str) -> str:
        """Return the picture as text; "" if nothing can be drawn."""
        return self._drawn(lambda scope: columns(self.run, scope, lang))

    def svg(self, lang: str) -> str:
        """Return the picture as a drawing; "" if there can be none."""
        title = self.title(lang)
        return self._drawn(lambda scope: svg(layout(self.run, scope), title, lang))

    def _drawn(self, draw: Callable[[Scope], str]) -> str:
        """Draw; events of strangers may contradict one another, or be very many."""
        if len(self.run.records) > EVENTS_MAX:
            return ""
        try:
            return draw(around(self.run, self.number))
        except (ArithmeticError, LookupError, TypeError, ValueError):
            return ""


def numbers(records: Sequence[Record]) -> dict[str, int]:
    """Return the N of every event of the lab."""
    return {record.id: n for n, record in enumerate(_of_lab(records), start=1)}


def moments(
    marks: Sequence[Mark], records: Sequence[Record], file: str
) -> dict[str, Moment]:
    """Return the moment of each mark that was lost, by the mark's id."""
    found: dict[str, Moment] = {}
    known, runs = numbers(records), _runs(records)
    ends = _ends(records)
    for mark in marks:
        if mark.passed is not False:
            continue
        shown = [known[name] for name in mark.evidence if name in known]
        number = shown[-1] if shown else ends.get(mark.id.partition("/")[0], 0)
        for first, run in runs:
            if first <= number < first + len(run.records):
                found[mark.id] = Moment(
                    f"e{number}", file, not shown, run, number - first + 1
                )
    return found


def _of_lab(records: Sequence[Record]) -> list[Record]:
    return [r for r in records if type(r.event).__name__ not in EXERCISE_EVENTS]


def _runs(records: Sequence[Record]) -> list[tuple[int, Run]]:
    """Return each lab's run, and the number of its first event."""
    parts: list[tuple[int, list[Record]]] = []
    for number, record in enumerate(_of_lab(records), start=1):
        if isinstance(record.event, LabOpened) or not parts:
            parts.append((number, []))
        parts[-1][1].append(record)
    runs = []
    for first, part in parts:
        opened = part[0].event
        if isinstance(opened, LabOpened):
            members = opened.voters, opened.observers
            runs.append((first, Run("", tuple(part), *members)))
    return runs


def _ends(records: Sequence[Record]) -> dict[str, int]:
    """Return, for each step, the number of the last event in it."""
    step, number, ends = "", 0, dict[str, int]()
    for record in records:
        if type(record.event).__name__ in EXERCISE_EVENTS:
            step = getattr(record.event, "step", step)  # not all of them name it
        else:
            number += 1
            ends[step] = number
    return ends

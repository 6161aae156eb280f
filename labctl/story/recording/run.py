"""A run: everything that was recorded of one lab's life, in order of time."""

from collections.abc import Iterable
from typing import NamedTuple

from labctl.story.lab_events import LAB_EVENTS, LabOpened
from labctl.story.recording.order import causal
from labctl.story.world import LabWorld
from node.events import Record, decode


class Run(NamedTuple):
    """All records of one lab from its `up` to its `down`, or to now."""

    name: str  # the lab's name, the run's id, or the file it came from
    records: tuple[Record, ...]  # causes first, else by time
    voters: tuple[int, ...]
    observers: tuple[int, ...]
    before: LabWorld | None = None  # of a part of a run: the world it begins with


def parse(name: str, lines: Iterable[str]) -> Run:
    """Return the run that is in these lines of JSON; other lines are skipped."""
    found = (decode(line, LAB_EVENTS) for line in lines)
    records = causal(record for record in found if record is not None)
    opened = [r.event for r in records if isinstance(r.event, LabOpened)]
    voters = opened[0].voters if opened else tuple({r.node for r in records if r.node})
    observers = opened[0].observers if opened else ()
    return Run(name, tuple(records), tuple(sorted(voters)), tuple(sorted(observers)))

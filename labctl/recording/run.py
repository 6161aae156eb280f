"""A run: everything that was recorded of one lab's life, in order of time."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from labctl.lab import Lab
from labctl.recording.happened import HAPPENED, LabOpened, NodeEnded
from labctl.recording.order import causal
from labctl.recording.recorder import FILE, LAB
from labctl.runtime.base import DOWN
from node.events import NodeStarted, NodeStopped, Record, decode


class Run(NamedTuple):
    """All records of one lab from its `up` to its `down`, or to now."""

    name: str  # the lab's name, the run's id, or the file it came from
    records: tuple[Record, ...]  # causes first, else by time
    voters: tuple[int, ...]
    observers: tuple[int, ...]


def parse(name: str, lines: Iterable[str]) -> Run:
    """Return the run that these lines of JSON tell; other lines are skipped."""
    found = (decode(line, HAPPENED) for line in lines)
    records = causal(record for record in found if record is not None)
    opened = [r.event for r in records if isinstance(r.event, LabOpened)]
    voters = opened[0].voters if opened else tuple({r.node for r in records if r.node})
    observers = opened[0].observers if opened else ()
    return Run(name, tuple(records), tuple(sorted(voters)), tuple(sorted(observers)))


def present(lab: Lab) -> Run:
    """Return what was recorded of a lab that still exists."""
    lines: list[str] = []
    path = lab.folder / FILE
    if path.exists():
        lines += path.read_text(encoding="utf-8").splitlines()
    for sid in lab.topology.sids:
        lines += lab.runtime.history(sid)
    run = parse(lab.topology.lab, lines)
    topology = lab.topology
    run = run._replace(voters=topology.voters, observers=topology.observers)
    return run._replace(records=run.records + tuple(_unseen_ends(lab, run)))


def _unseen_ends(lab: Lab, run: Run) -> Iterator[Record]:
    """Yield the end of each node that is down and that nobody saw end."""
    alive: set[int] = set()
    for record in run.records:
        match record.event:
            case NodeStarted():
                alive.add(record.node)
            case NodeStopped():
                alive.discard(record.node)
            case NodeEnded(sid=sid):
                alive.discard(sid)
            case _:
                pass
    for sid in sorted(alive):
        if lab.runtime.run(sid).condition == DOWN:
            last = run.records[-1]
            yield last._replace(
                id=f"{LAB}.seen.{sid}",
                node=LAB,
                cause=(),
                src="",
                event=NodeEnded(sid, "died"),
            )

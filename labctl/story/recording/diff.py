"""`labctl diff A B`: where two recordings first differ.

What two runs can never share is left out: times, pids, ports, sessions, and
which of two nodes was a millisecond earlier.  So each node's own steps are
compared, and the verbs', and the earliest difference counts.
"""

from collections.abc import Mapping
from typing import NamedTuple

from labctl.screen.line import Line
from labctl.story import lab_events
from labctl.story.recording.run import Run
from labctl.story.recording.timeline import fold, narrated
from labctl.story.world import LabWorld
from node import events
from node.events import Record

Essence = tuple[object, ...]


class Beat(NamedTuple):
    """One step of a story that matters."""

    number: int
    at_ms: float  # since the beginning of its run
    essence: Essence
    line: Line


class Parting(NamedTuple):
    """Where two runs first differ; a side without a beat has ended."""

    node: int
    alike: int  # steps of all nodes before this one that are the same
    a: Beat | None
    b: Beat | None


def beats(run: Run) -> Mapping[int, list[Beat]]:
    """Return each node's steps in order; 0 is the lab itself."""
    began = run.records[0].at_ms if run.records else 0.0
    lines = {number: line for number, _, line in narrated(run)}
    found: dict[int, list[Beat]] = {0: []}
    for number, (record, world) in enumerate(fold(run), start=1):
        essence = _essence(record, world)
        line = lines.get(number)
        if essence is not None and line is not None:
            beat = Beat(number, record.at_ms - began, essence, line)
            found.setdefault(record.node, []).append(beat)
    return found


def compare(a: Run, b: Run) -> tuple[Parting | None, int]:
    """Return the first difference, if any, and how many steps were alike."""
    ours, theirs = beats(a), beats(b)
    partings: list[Parting] = []
    alike = 0
    for node in sorted({*ours, *theirs}):
        mine, other = ours.get(node, []), theirs.get(node, [])
        same = _common(mine, other)
        alike += same
        if same < max(len(mine), len(other)):
            left = mine[same] if same < len(mine) else None
            right = other[same] if same < len(other) else None
            partings.append(Parting(node, same, left, right))
    first = min(partings, key=_moment, default=None)
    return (first._replace(alike=alike) if first else None), alike


def _common(mine: list[Beat], other: list[Beat]) -> int:
    for at, (x, y) in enumerate(zip(mine, other, strict=False)):
        if x.essence != y.essence:
            return at
    return min(len(mine), len(other))


def _moment(parting: Parting) -> float:
    return min(beat.at_ms for beat in (parting.a, parting.b) if beat is not None)


def _essence(record: Record, world: LabWorld) -> Essence | None:
    """What the step says, without what differs between any two runs."""
    name = type(record.event).__name__
    match record.event:
        case events.NodeStarted(role=role):
            return (name, role)
        case events.ElectionDecided(state=state, leader=leader, how=how):
            changes = world.peers[record.node].ballots.changes
            return (name, state, leader, how, _rule(changes[-1].because, how))
        case events.EpochProposed(epoch=epoch) | events.LeaderEstablished(epoch=epoch):
            return (name, epoch)
        case events.SyncPlanned(sid=sid, mode=mode, because=because):
            return (name, sid, mode, because)
        case events.UpToDate(epoch=epoch, leader=leader):
            return (name, epoch, leader)
        case events.LeaderLost(leader=leader, why=why):
            return (name, leader, why)
        case events.LearnerLost(sid=sid, why=why):
            return (name, sid, why)
        case events.LeadershipLost(why=why) | events.PortUnavailable(why=why):
            return (name, why)
        case lab_events.LabOpened(voters=voters, observers=observers):
            return (name, voters, observers)
        case _:
            return _lab_essence(name, record.event)


def _rule(because: str, how: str) -> str:
    return "" if how == "join" else because


def _lab_essence(name: str, event: object) -> Essence | None:
    """Return what the lab did, without ids and durations."""
    match event:
        case lab_events.VerbGiven(verb=verb, nodes=nodes):
            return (name, verb, nodes)
        case lab_events.NodeEnded(sid=sid, how=how):
            return (name, sid, how)
        case lab_events.NodePaused(sid=sid) | lab_events.NodeResumed(sid=sid):
            return (name, sid)
        case lab_events.NodeWiped(sid=sid, what=what):
            return (name, sid, what)
        case lab_events.FaultSet(kind=kind, links=links, detail=detail):
            return (name, kind, links, detail)
        case _:
            return None

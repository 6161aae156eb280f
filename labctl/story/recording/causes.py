"""Causes that no node can name: what the lab did, and what a disk or socket did.

A node writes down which of its own and its peers' events led to an event.  That
its process was started by a verb, or that its leader's silence is a SIGKILL,
only the whole recording shows.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from labctl.story import lab_events
from node import events, fault_events
from node.events import Record

_STARTS = ("up", "start", "restart", "crash", "wipe")


def latest_cause(
    records: Sequence[Record], index: int, named: Iterable[int]
) -> int | None:
    """Return the index of what made this record happen, the latest of its causes.

    `named` are the indices of those that it names itself.
    """
    earlier = [cause for cause in named if cause < index]
    if not earlier:
        return implied(records, index)
    freed = released(records, max(earlier), index)
    return max(earlier) if freed is None else max(*earlier, freed)


class Causes:
    """The cause of each record of a stream, by number; old records are forgotten."""

    def __init__(self, kept: int | None = None) -> None:
        """Remember the newest `kept` records at least; None: all of them."""
        self.kept = kept
        self.records: list[Record] = []
        self.numbers: dict[str, int] = {}
        self.left_out = 0

    def add(self, record: Record) -> int:
        """Take the next record; return the number of its cause, 0 if it has none."""
        index = len(self.records)
        self.records.append(record)
        self.numbers[record.id] = self.left_out + index + 1
        known = [self.numbers.get(cause) for cause in record.cause]
        named = [n - 1 - self.left_out for n in known if n is not None]
        found = latest_cause(self.records, index, named)
        number = 0 if found is None else self.left_out + found + 1
        self._forget()
        return number

    def _forget(self) -> None:
        if self.kept is None or len(self.records) < 2 * self.kept:
            return
        for record in self.records[: self.kept]:
            self.numbers.pop(record.id, None)
        del self.records[: self.kept]
        self.left_out += self.kept


def implied(records: Sequence[Record], index: int) -> int | None:
    """Return the index of what led to this record, by all that came before it."""
    record = records[index]
    wanted = _of_node(record) or _of_lab(record)
    if wanted is None:
        return None
    healed: set[str] = set()
    at_last = None  # a fault that was healed by then, if nothing else explains it
    for at in range(index - 1, -1, -1):
        event = records[at].event
        healed |= _healed(event)
        if not wanted(records[at]):
            continue
        if isinstance(event, lab_events.FaultSet) and event.fault in healed:
            at_last = at if at_last is None else at_last
            continue
        return at
    return at_last


def _healed(event: Any) -> set[str]:
    match event:
        case lab_events.FaultHealed(fault=fault):
            return {fault}
        case fault_events.LinkFaultCleared(fault=name):
            return {name.partition(">")[0]}
        case _:
            return set()


def released(records: Sequence[Record], sent: int, got: int) -> int | None:
    """Return the index of what let a waiting message through, if anything did.

    `sent` and `got` are the indices of the message's two ends.
    """
    if not isinstance(records[got].event, _ARRIVALS):
        return None
    pair = records[sent].node, records[got].node
    for at in range(got - 1, sent, -1):
        if _frees(records[at], pair):
            return at
    return None


_ARRIVALS = (events.NotificationReceived, events.PacketReceived)


def _of_lab(record: Record) -> Callable[[Record], bool] | None:
    """Return what to look for behind what somebody did to a node or a link."""
    match record.event:
        case lab_events.NodeResumed(sid=sid):
            return lambda r: (
                isinstance(r.event, lab_events.NodePaused) and r.event.sid == sid
            )
        case fault_events.LinkFaultCleared(fault=name, why="time-up"):
            name = name.partition(">")[0]
            return lambda r: (
                isinstance(r.event, lab_events.FaultSet) and r.event.fault == name
            )
        case (
            fault_events.LinkFaultSet()
            | fault_events.LinkFaultCleared()
            | fault_events.MessageDelivered()
        ):
            return lambda r: isinstance(r.event, lab_events.VerbGiven)
        case _:
            return None


def _of_node(record: Record) -> Callable[[Record], bool] | None:
    """Return what to look for behind what a node did; None if it named it itself."""
    me, boot = record.node, record.boot
    match record.event:
        case events.NodeStarted():
            return lambda r: _verb(r, _STARTS, me)
        case (
            events.LeaderLost(leader=sid, why=why)
            | events.LearnerLost(sid=sid, why=why)
        ):
            return lambda r: (
                _struck(r, sid, me) or (why != "silent" and _gave_up(r, sid))
            )
        case events.PeerConnected(sid=sid):
            return lambda r: _calls(r, (me, sid))
        case events.NotificationTimedOut():
            return lambda r: (r.node, type(r.event)) == (me, events.ElectionStarted)
        case events.PeerLost(sid=sid):
            return lambda r: _struck(r, sid, me)
        case events.NewLeaderAcked(sid=sid):
            return lambda r: r.node == sid and isinstance(r.event, events.EpochSaved)
        case events.TxnsLogged(first=first):
            return lambda r: _covers(r, events.TxnsProposed, first)
        case events.TxnsCommitted(last=last):
            return lambda r: (
                (r.node != me and _covers(r, events.TxnsLogged, last))
                or _covers(r, events.TxnsProposed, last)
            )
        case events.LeadershipLost():
            return lambda r: r.node == me and isinstance(r.event, events.LearnerLost)
        case events.StateChanged():
            return lambda r: (r.node, r.boot) == (me, boot)
        case _:
            return None


def _verb(record: Record, verbs: Sequence[str], sid: int) -> bool:
    event = record.event
    return (
        isinstance(event, lab_events.VerbGiven)
        and event.verb in verbs
        and sid in event.nodes
    )


def _calls(record: Record, pair: tuple[int, int]) -> bool:
    """Whether one of the two looks for the other from here on, or can at last."""
    if isinstance(record.event, events.ElectionStarted):
        return record.node in pair
    return _frees(record, pair) or _frees(record, pair[::-1])


def _frees(record: Record, pair: tuple[int, int]) -> bool:
    """Whether messages from the one to the other can pass, or be read, again."""
    match record.event:
        case (
            fault_events.LinkFaultCleared(to=to) | fault_events.MessageDelivered(to=to)
        ):
            return (record.node, to) == pair
        case lab_events.NodeResumed(sid=sid):
            return sid in pair
        case _:
            return False


def _struck(record: Record, sid: int, me: int) -> bool:
    """Whether this hit the peer, or the link to it."""
    match record.event:
        case lab_events.NodeEnded(sid=who) | lab_events.NodePaused(sid=who):
            return who == sid
        case lab_events.NodeResumed(sid=who):
            return who == me  # it sees now what was closed while it was paused
        case lab_events.FaultSet(nodes=nodes, links=links):
            pair = {f"{sid}>{me}", f"{me}>{sid}"}
            return bool(pair & set(links)) or (not links and sid in nodes)
        case _:
            return False


def _gave_up(record: Record, sid: int) -> bool:
    """Whether the peer itself went away: then its connections close."""
    leaving = (events.LeadershipLost, events.LeaderLost, events.NodeStopped)
    return record.node == sid and isinstance(record.event, leaving)


def _covers(record: Record, kind: type[Any], zxid: int) -> bool:
    event = record.event
    return isinstance(event, kind) and bool(event.first <= zxid <= event.last)

"""Causes that no node can name: what the lab did, and what a disk or socket did.

A node writes down which of its own and its peers' events led to an event.  That
its process was started by a verb, or that its leader's silence is a SIGKILL,
only the whole recording shows.
"""

from collections.abc import Callable, Sequence
from typing import Any

from labctl.recording import happened
from node import events
from node.events import Record

_STARTS = ("up", "start", "restart", "crash", "wipe")


def implied(records: Sequence[Record], index: int) -> int | None:
    """Return the index of what led to this record, by all that came before it."""
    record = records[index]
    wanted = _wanted(record)
    if wanted is None:
        return None
    for at in range(index - 1, -1, -1):
        if wanted(records[at]):
            return at
    return None


def _wanted(record: Record) -> Callable[[Record], bool] | None:
    """Return what to look for; None if nothing can be said."""
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
        isinstance(event, happened.VerbGiven)
        and event.verb in verbs
        and sid in event.nodes
    )


def _struck(record: Record, sid: int, me: int) -> bool:
    """Whether this hit the peer, or the link to it."""
    match record.event:
        case happened.NodeEnded(sid=who) | happened.NodePaused(sid=who):
            return who == sid
        case happened.FaultSet(nodes=nodes, links=links):
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

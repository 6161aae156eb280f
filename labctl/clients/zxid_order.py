"""The zxid checker: zxids name a total order, and every answer must agree with it.

Every reply carries a zxid.  Taken together they claim one history; these are the
seven things that must be true of it, for all sessions, reads and watches.  What
happened to a write that was never answered is looked up in the final history,
the transaction log of the healed ensemble.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from labctl.clients.history import READS, Call, Event, History
from labctl.clients.model import Model, ZnodeHistory
from node.wire.client import Err, EventType, Op

# Refusals that depend on a session's fate, which the model does not follow.
OF_SESSIONS = frozenset({Err.SESSION_EXPIRED, Err.SESSION_MOVED})


class Txn(NamedTuple):
    """One transaction of the final history."""

    zxid: int
    session: int
    cxid: int
    type: int  # an Op


def check(history: History, final: Iterable[Txn]) -> list[str]:
    """Return every violation, each as a sentence; empty: the history is right."""
    txns = sorted(final)
    problems = [*_all_kept_once(history, txns)]
    writes = _placed(history, txns)
    problems += _distinct(writes)
    problems += _in_real_time(writes)
    znodes = ZnodeHistory()
    problems += _replay(writes, txns, znodes)
    sessions = _by_session(history)
    for calls in sessions.values():
        problems += _never_back(calls)
        problems += _reads_fit(calls, znodes)
    problems += _watched_in_time(history, sessions, znodes)
    return problems


def _placed(history: History, txns: list[Txn]) -> list[tuple[int, Call, int]]:
    """Return (zxid, write, type in the log) in the order of zxids.

    A reply's word counts before the log's: that the two agree is rule 7.
    """
    found = {(t.session, t.cxid): t for t in txns if t.type > 0 or t.type == Op.ERROR}
    placed = []
    for write in history.writes:
        txn = found.get((write.session, write.cxid))
        if write.returned is not None:
            placed.append((write.zxid, write, txn.type if txn else 0))
        elif txn is not None:
            placed.append((txn.zxid, write, txn.type))
    return sorted(placed, key=lambda one: one[0])


def _distinct(writes: list[tuple[int, Call, int]]) -> Iterator[str]:
    """Rule 1: no two writes share a zxid."""
    for zxid, count in Counter(zxid for zxid, _, _ in writes).items():
        if count > 1:
            yield f"rule 1: {count} writes have zxid 0x{zxid:x}"


def _in_real_time(writes: list[tuple[int, Call, int]]) -> Iterator[str]:
    """Rule 2: what was answered before another was asked has the smaller zxid."""
    answered = sorted(
        (call.returned, zxid) for zxid, call, _ in writes if call.returned is not None
    )
    at, newest = 0, -1
    for zxid, call, _ in sorted(writes, key=lambda one: one[1].called):
        while at < len(answered) and answered[at][0] < call.called:
            newest = max(newest, answered[at][1])
            at += 1
        if zxid < newest:
            yield (
                f"rule 2: {_name(call)} has zxid 0x{zxid:x},"
                f" but 0x{newest:x} was answered before it was asked"
            )


def _replay(
    writes: list[tuple[int, Call, int]], txns: list[Txn], znodes: ZnodeHistory
) -> Iterator[str]:
    """Rule 3: in the order of zxids the writes have just the results we were told."""
    model = Model(znodes)
    closings = [(t.zxid, t.session) for t in txns if t.type == Op.CLOSE_SESSION]
    at = 0
    for zxid, call, logged_as in writes:
        while at < len(closings) and closings[at][0] < zxid:
            model.close(*closings[at])
            at += 1
        known = call.returned is not None
        if (known and call.err in OF_SESSIONS) or (not known and logged_as == Op.ERROR):
            continue
        err, value, stat = model.write(zxid, call)
        if not known:
            continue
        if call.err != err:
            yield f"rule 3: {_name(call)} said {call.err}, history says {err}"
        elif not err and (call.value or value) != value:
            yield f"rule 3: {_name(call)} made {call.value}, history says {value}"
        elif call.stat is not None and call.stat != stat:
            yield f"rule 3: {_name(call)} said {call.stat}, history says {stat}"
    for closing in closings[at:]:
        model.close(*closing)


def _reads_fit(calls: list[Call], znodes: ZnodeHistory) -> Iterator[str]:
    """Rule 4: a read shows a state not older than the session, not beyond its zxid."""
    seen = 0
    for call in calls:
        if call.kind in READS and not znodes.shows(call, seen):
            yield (
                f"rule 4: {_name(call)} saw {call.value!r} {call.stat} err {call.err},"
                f" true at no zxid in 0x{seen:x}..0x{call.zxid:x}"
            )
        seen = max(seen, call.zxid)


def _never_back(calls: list[Call]) -> Iterator[str]:
    """Rule 5: a session's zxids never go back, whatever server it talks to."""
    seen = 0
    for call in calls:
        if call.zxid < seen:
            yield f"rule 5: {_name(call)} came with 0x{call.zxid:x} after 0x{seen:x}"
        seen = max(seen, call.zxid)


def _watched_in_time(
    history: History, sessions: dict[int, list[Call]], znodes: ZnodeHistory
) -> Iterator[str]:
    """Rule 6: the event comes before anything that is newer than the change."""
    watched: dict[tuple[int, str], list[Event]] = defaultdict(list)
    for event in history.events:
        watched[event.session, event.path].append(event)
    for session, calls in sessions.items():
        zxids = [call.zxid for call in calls]
        for at, call in enumerate(calls):
            change = _watched_change(call, znodes)
            if change is None:
                continue
            first = max(bisect_left(zxids, change), at + 1)
            if first >= len(calls) or zxids[first] < change:
                continue  # the session has not looked since
            later = calls[first]
            if call.err and later.link != call.link:
                continue  # it came and went while nobody could watch for it
            kinds = _CHILD_EVENTS if call.kind == "children" else _DATA_EVENTS
            if not any(
                call.order < event.order < later.order and event.kind in kinds
                for event in watched[session, call.path]
            ):
                yield (
                    f"rule 6: {_name(call)} left a watch, 0x{change:x} changed that,"
                    f" and {_name(later)} came before any event"
                )


_DATA_EVENTS = frozenset(
    {
        EventType.NODE_CREATED,
        EventType.NODE_DELETED,
        EventType.NODE_DATA_CHANGED,
    }
)
_CHILD_EVENTS = frozenset({EventType.NODE_DELETED, EventType.NODE_CHILDREN_CHANGED})


def _watched_change(call: Call, znodes: ZnodeHistory) -> int | None:
    """Return the zxid of the first change that a watch left here must tell."""
    if not call.watch or (call.err and call.kind != "exists"):
        return None
    children = call.kind == "children"
    changes = (znodes.child_changes if children else znodes.changes)[call.path]
    at = bisect_right(changes, call.zxid)
    return changes[at] if at < len(changes) else None


def _all_kept_once(history: History, txns: list[Txn]) -> Iterator[str]:
    """Rule 7: what was acknowledged is there, at its zxid; nothing is there twice."""
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for txn in txns:
        if txn.type > 0 or txn.type == Op.ERROR:
            found[txn.session, txn.cxid].append(txn.zxid)
    asked = set()
    for write in history.writes:
        key = write.session, write.cxid
        asked.add(key)
        zxids = found.get(key, [])
        if len(zxids) > 1:
            yield f"rule 7: {_name(write)} was done {len(zxids)} times"
        if write.returned is None:
            continue
        if not zxids:
            yield f"rule 7: {_name(write)}, answered at 0x{write.zxid:x}, is lost"
        elif write.zxid not in zxids:
            yield f"rule 7: {_name(write)} was answered at 0x{write.zxid:x}, is another"
    for session, cxid in found.keys() - asked:
        yield f"rule 7: nobody asked for 0x{session:x}/{cxid}"


def _by_session(history: History) -> dict[int, list[Call]]:
    """Return all that each session was answered, in the order of arrival."""
    sessions: dict[int, list[Call]] = defaultdict(list)
    for call in history.calls:
        if call.returned is not None:
            sessions[call.session].append(call)
    for calls in sessions.values():
        calls.sort(key=lambda call: call.order)
    return sessions


def _name(call: Call) -> str:
    return f"client {call.client}'s {call.kind} {call.path} (#{call.cxid})"

"""Records of several nodes become one order in which causes precede effects.

Time alone does not do it: a node publishes its writes in sums, up to 20 ms after the
first of them, so a learner may say "on disk" before its leader has said "proposed".
Only what stands that close together is moved; everything else keeps its time.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush
from math import inf

from node import events
from node.events import Record
from node.zxid import epoch_of

LATE_MS = 100.0  # no node publishes a write later than this after it happened
STUCK_MS = 2 * LATE_MS  # who waits longer waits in a circle
_WRITES = (events.TxnsProposed, events.TxnsLogged, events.TxnsCommitted)


def causal(records: Iterable[Record]) -> list[Record]:
    """Return the records by time, moved where an effect came before its cause.

    Sums of many writes may name one another as causes.  Such a circle is cut where
    it begins before anything passes it that is not about as old: a node's end would
    come behind its next start.
    """
    by_time = sorted(
        records, key=lambda record: (record.at_ms, record.node, record.seq)
    )
    waits = _causes(by_time)
    frees: dict[int, list[int]] = {}
    for at, causes in enumerate(waits):
        for cause in causes:
            frees.setdefault(cause, []).append(at)
    ready = [at for at, causes in enumerate(waits) if not causes]
    heapify(ready)
    left, out = set(range(len(by_time))), []
    oldest = 0
    while left:
        while oldest not in left:
            oldest += 1
        late_ms = by_time[ready[0]].at_ms - by_time[oldest].at_ms if ready else inf
        at = oldest if late_ms > STUCK_MS else heappop(ready)
        if at not in left:
            continue
        left.discard(at)
        out.append(by_time[at])
        for effect in frees.get(at, ()):
            waits[effect].discard(at)
            if not waits[effect]:
                heappush(ready, effect)
    return out


class Hold:
    """Keeps records back for a while: a slower file may bring what was first."""

    def __init__(self, hold_ms: float) -> None:
        """Hold each record back for so long."""
        self.hold_ms = hold_ms
        self.held: list[Record] = []

    def add(self, records: Iterable[Record]) -> None:
        """Take what the nodes have written."""
        self.held += records

    def release(self, now_ms: float) -> list[Record]:
        """Give up what nothing earlier can come before any more, in order."""
        self.held = causal(self.held)
        due = [
            at
            for at, record in enumerate(self.held, start=1)
            if record.at_ms <= now_ms - self.hold_ms
        ]
        end = due[-1] if due else 0
        ready = self.held[:end]
        del self.held[:end]
        return ready


class _Spans:
    """The sums of one kind that one node published: which zxids, and where."""

    def __init__(self) -> None:
        self.firsts: list[int] = []
        self.places: list[tuple[int, int]] = []  # last zxid, index

    def add(self, first: int, last: int, at: int) -> None:
        if not self.firsts or first >= self.firsts[-1]:  # a restart counts anew
            self.firsts.append(first)
            self.places.append((last, at))

    def having(self, zxid: int) -> int | None:
        """Return the index of the sum with this zxid in it."""
        place = bisect_right(self.firsts, zxid) - 1
        if place < 0 or zxid > self.places[place][0]:
            return None
        return self.places[place][1]


def _causes(by_time: Sequence[Record]) -> list[set[int]]:
    """Return, for each record, the indices of what must stand before it."""
    numbers = {record.id: at for at, record in enumerate(by_time)}
    published, leaders = _published(by_time)
    last_of: dict[tuple[int, str], int] = {}
    found = []
    for at, record in enumerate(by_time):
        causes = {numbers[cause] for cause in record.cause if cause in numbers}
        life = (record.node, record.boot)
        if life in last_of:
            causes.add(last_of[life])
        last_of[life] = at
        if isinstance(record.event, _WRITES):
            causes |= _of_write(record, published, leaders)
        found.append({c for c in causes if c < at or _close(by_time[c], record)} - {at})
    return found


Key = tuple[type, int | None]  # which kind of sum, and whose
Published = dict[Key, _Spans]


def _published(by_time: Sequence[Record]) -> tuple[Published, dict[int, int]]:
    """Return who published which writes, and who led each epoch."""
    published: Published = {}
    leaders: dict[int, int] = {}
    for at, record in enumerate(by_time):
        event = record.event
        if not isinstance(event, _WRITES):
            continue
        published.setdefault((type(event), record.node), _Spans()).add(
            event.first, event.last, at
        )
        if isinstance(event, events.TxnsProposed):
            leaders[epoch_of(event.first)] = record.node
    return published, leaders


def _of_write(
    record: Record, published: Published, leaders: dict[int, int]
) -> set[int]:
    """What the leader said of the same write must stand before what a learner says.

    And before the leader says "committed", some learner's disk has it.
    """
    event, node = record.event, record.node
    leader = leaders.get(epoch_of(event.first))
    if isinstance(event, events.TxnsLogged) and leader not in (None, node):
        sought: list[Key] = [(events.TxnsProposed, leader)]
    elif isinstance(event, events.TxnsCommitted) and leader not in (None, node):
        sought = [(events.TxnsCommitted, leader)]
    elif isinstance(event, events.TxnsCommitted):
        logs = [
            key for key in published if key[0] is events.TxnsLogged and key[1] != node
        ]
        known = [
            at for key in logs if (at := published[key].having(event.first)) is not None
        ]
        return {min(known)} if known else set()
    else:
        return set()
    places = [published[key].having(event.first) for key in sought if key in published]
    return {at for at in places if at is not None}


def _close(cause: Record, effect: Record) -> bool:
    """Whether it can be the cause, published a little late."""
    return cause.at_ms - effect.at_ms <= LATE_MS

"""The log comparison: which transactions each node holds, and what became of them.

HeldLog as spans of zxids, so that a hundred thousand writes are one pair of numbers
per epoch.  All functions are pure.
"""

from typing import NamedTuple

from node import events
from node.zxid import epoch_of, make_zxid

Spans = tuple[tuple[int, int], ...]  # (first, last) zxids, ascending, apart

LOGGED, COMMITTED, DOOMED, CUT, BEFORE = (
    "logged",  # on this disk; whether it survives is open
    "committed",  # agreed, and applied here
    "doomed",  # on this disk, but an epoch began without it: TRUNC or SNAP will come
    "cut",  # was on this disk, gone: TRUNC, SNAP or a power cut took it
    "before",  # in the snapshot that came by SNAP: not a record of its own
)


class HeldLog(NamedTuple):
    """One node's log as its events describe it; it outlives the process."""

    logged: Spans = ()
    committed: Spans = ()  # agreed, as far as this node knows
    cut: Spans = ()
    base: int = 0  # a snapshot stands for everything up to this zxid

    @property
    def last(self) -> int:
        """The last zxid of this history."""
        return max(self.logged[-1][1] if self.logged else 0, self.base)


def joined(spans: Spans, more: Spans) -> Spans:
    """Return both together; neighbours within an epoch become one span."""
    out: list[tuple[int, int]] = []
    for first, last in sorted((*spans, *more)):
        if out and first <= out[-1][1] + 1 and epoch_of(first) == epoch_of(out[-1][1]):
            out[-1] = (out[-1][0], max(out[-1][1], last))
        else:
            out.append((first, last))
    return tuple(out)


def without(spans: Spans, less: Spans) -> Spans:
    """Return what is in the first and not in the second."""
    for low, high in less:
        rest: list[tuple[int, int]] = []
        for first, last in spans:
            if high < first or last < low:
                rest.append((first, last))
                continue
            if first < low:
                rest.append((first, low - 1))
            if high < last:
                rest.append((high + 1, last))
        spans = tuple(rest)
    return spans


def up_to(spans: Spans, zxid: int) -> Spans:
    """Return the part that is not above this zxid."""
    return tuple((first, min(last, zxid)) for first, last in spans if first <= zxid)


def inside(spans: Spans, zxid: int) -> bool:
    """Return whether the zxid is in one of the spans."""
    return any(first <= zxid <= last for first, last in spans)


def count(spans: Spans) -> int:
    """Return how many zxids the spans hold."""
    return sum(last - first + 1 for first, last in spans)


def batch(first: int, last: int, txns: int) -> Spans:
    """Return the spans of one group commit; it may reach into the next epoch."""
    if epoch_of(first) == epoch_of(last):
        return ((first, last),)
    start = make_zxid(epoch_of(last), 1)
    before = max(1, txns - (last - start + 1))
    return ((first, first + before - 1), (start, last))


def written(held: HeldLog, event: object) -> HeldLog:
    """Return the log after this event of its node."""
    match event:
        case events.TxnsLogged(first=first, last=last, txns=txns):
            new = batch(first, last, txns)
            logged = joined(held.logged, new)
            return held._replace(logged=logged, cut=without(held.cut, new))
        case events.TxnsCommitted(first=first, last=last, txns=txns):
            agreed = joined(held.committed, batch(first, last, txns))
            return held._replace(committed=agreed)
        case events.LeaderEstablished() | events.UpToDate():
            return held._replace(committed=joined(held.committed, held.logged))
        case events.SyncReceived(mode="TRUNC", zxid=zxid):
            return shortened(held, zxid)
        case events.SyncReceived(mode="SNAP", zxid=zxid):
            lost = without(held.logged, held.committed)
            return HeldLog(cut=joined(held.cut, lost), base=zxid)
        case events.Recovered(last_zxid=last):
            return recovered(held, max(last, 0))
        case _:
            return held


def shortened(held: HeldLog, zxid: int) -> HeldLog:
    """Return the log after everything above this zxid fell off."""
    kept = up_to(held.logged, zxid)
    lost = without(held.logged, kept)
    return HeldLog(
        logged=kept,
        committed=up_to(held.committed, zxid),
        cut=joined(held.cut, lost),
        base=min(held.base, zxid),
    )


def recovered(held: HeldLog, last: int) -> HeldLog:
    """Return the log as a starting node found it on its disk."""
    if last <= held.last:
        return shortened(held, last)
    top = held.last
    if epoch_of(top) == epoch_of(last) and top:
        return held._replace(logged=joined(held.logged, ((top + 1, last),)))
    if held == HeldLog():
        return HeldLog(base=last)  # an older history that no event mentioned
    start = make_zxid(epoch_of(last), 1)
    return held._replace(logged=joined(held.logged, ((start, last),)))


def doomed(held: HeldLog, agreed: Spans, epoch: int) -> Spans:
    """Return what this disk holds that `epoch` began without."""
    rest = without(held.logged, joined(agreed, held.committed))
    return tuple(span for span in rest if epoch_of(span[1]) < epoch)


def fate(held: HeldLog, zxid: int, agreed: Spans, epoch: int) -> str:
    """Return what became of this zxid on this node; "" if it never had it."""
    if inside(held.logged, zxid):
        if inside(held.committed, zxid):
            return COMMITTED
        return DOOMED if inside(doomed(held, agreed, epoch), zxid) else LOGGED
    if inside(held.cut, zxid):
        return CUT
    return BEFORE if zxid <= held.base else ""

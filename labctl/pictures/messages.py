"""The messages of a run, as arrows from one moment to another.

Votes and packets are matched by the id that both ends know.  PROPOSAL, ACK and
COMMIT flow too fast to be recorded one by one: they are derived from what each
node logged and committed, one arrow per group commit.  All functions are pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from labctl.story import lab_events
from labctl.story.recording.run import Run
from labctl.story.recording.timeline import fold
from labctl.story.world import LabWorld
from node import events
from node.events import Record
from node.zxid import counter_of, show

ELECTION, SYNC, BROADCAST = "election", "sync", "broadcast"
NOTIFICATION = "NOTIFICATION"


class Arrow(NamedTuple):
    """One message, or several equal ones folded into the first."""

    kind: str  # NOTIFICATION, LEADERINFO, DIFF, PROPOSAL, …
    purpose: str  # election | sync | broadcast
    source: int  # sid
    target: int  # sid; 0 if nobody ever learnt who it was
    sent: int  # the number of the record, e1 is 1
    got: int  # 0: it never arrived
    label: str  # at most 48 characters
    ids: tuple[int, ...]  # all numbers that this arrow stands for
    times: int = 1  # how many were folded


def arrows(run: Run) -> tuple[Arrow, ...]:
    """Return all messages of a run in the order in which they were sent."""
    number = {record.id: n for n, record in enumerate(run.records, start=1)}
    got = dict(_receipts(run.records, number))
    found = [*_recorded(run.records, got), *_derived(run)]
    return tuple(sorted(found, key=lambda arrow: (arrow.sent, arrow.got)))


def folded(messages: Sequence[Arrow]) -> tuple[Arrow, ...]:
    """Return the messages with repetitions in one another's place.

    A vote that is sent again to the same peer, with the same contents, adds
    nothing to a picture: the first that arrived stands for all, with a count.
    """
    first: dict[tuple[object, ...], int] = {}
    out: list[Arrow] = []
    for arrow in messages:
        key = (arrow.kind, arrow.source, arrow.target, arrow.label, not arrow.got)
        at = first.get(key)
        if arrow.kind == NOTIFICATION and at is not None:
            same = out[at]
            ids = (*same.ids, *arrow.ids)
            out[at] = same._replace(times=same.times + 1, ids=ids)
            continue
        first[key] = len(out)
        out.append(arrow)
    return tuple(out)


def _receipts(
    records: Sequence[Record], number: Mapping[str, int]
) -> Iterator[tuple[int, int]]:
    """Yield which sending each receipt belongs to, as numbers."""
    kinds = (events.NotificationReceived, events.PacketReceived)
    for at, record in enumerate(records, start=1):
        if isinstance(record.event, kinds):
            for cause in record.cause:
                if cause.startswith("m:") and cause in number:
                    yield number[cause], at


def _recorded(records: Sequence[Record], got: Mapping[int, int]) -> Iterator[Arrow]:
    for sent, record in enumerate(records, start=1):
        event = record.event
        receipt = got.get(sent, 0)
        match event:
            case events.NotificationSent(to=to):
                label = f"{NOTIFICATION} {_vote(event)}"
                kind, purpose = NOTIFICATION, ELECTION
            case events.PacketSent(to=to, type=kind, zxid=zxid):
                label = f"{kind} {show(zxid)}" if zxid > 0 else kind
                purpose = SYNC
            case _:
                continue
        target = records[receipt - 1].node if receipt else max(to, 0)
        ids = (sent, receipt) if receipt else (sent,)
        yield Arrow(kind, purpose, record.node, target, sent, receipt, label, ids)


def _vote(event: events.NotificationSent) -> str:
    who = f"n{event.leader}" if event.leader > 0 else "-"
    return f"{who} ({event.peer_epoch}, {show(event.zxid)})"


class _Batch(NamedTuple):
    """One group commit that a leader proposed."""

    sent: int
    leader: int
    last: int  # zxid
    label: str
    learners: frozenset[int]


class _Written(NamedTuple):
    """What the nodes said of their writes: by sid, (number, first, last zxid)."""

    batches: list[_Batch]
    logged: dict[int, list[tuple[int, int, int]]]
    committed: dict[int, list[tuple[int, int, int]]]
    breaks: dict[int, list[int]]  # when a node left its leader, or died


def _derived(run: Run) -> Iterator[Arrow]:
    """Yield an arrow for each message that must have carried a write.

    Nodes publish writes in sums: what counts is which zxids they name, within one
    epoch.
    """
    said = _said(run)
    for batch in said.batches:
        heard_of = _first(said, said.committed, batch, batch.leader)
        for learner in sorted(batch.learners):
            pair = (batch.leader, learner)
            logged = _first(said, said.logged, batch, learner)
            heard = _first(said, said.committed, batch, learner)
            # A quorum may be quicker than this disk: then COMMIT is seen first.
            arrived = min((at for at in (logged, heard) if at), default=0)
            yield _arrow("PROPOSAL", batch, pair, (batch.sent, arrived))
            if logged and logged < heard_of:  # a later one was not needed for it
                yield _arrow("ACK", batch, pair[::-1], (logged, heard_of))
            if heard_of and heard:
                yield _arrow("COMMIT", batch, pair, (heard_of, heard))


def _said(run: Run) -> _Written:
    said = _Written([], {}, {}, {})
    for at, (record, world) in enumerate(fold(run), start=1):
        match record.event:
            case events.TxnsProposed(first=first, last=last):
                said.batches.append(_batch(world, record, at, (first, last)))
            case events.TxnsLogged(first=first, last=last):
                said.logged.setdefault(record.node, []).append((at, first, last))
            case events.TxnsCommitted(first=first, last=last):
                said.committed.setdefault(record.node, []).append((at, first, last))
            case events.LeaderLost() | events.NodeStarted() | events.LeadershipLost():
                said.breaks.setdefault(record.node, []).append(at)
            case lab_events.NodeEnded(sid=sid):
                said.breaks.setdefault(sid, []).append(at)
            case _:
                pass
    return said


def _first(
    said: _Written,
    spans: Mapping[int, Sequence[tuple[int, int, int]]],
    batch: _Batch,
    sid: int,
) -> int:
    """Return when this node first named the batch's last zxid, in the same epoch."""
    for at, first, last in spans.get(sid, ()):
        if first <= batch.last <= last:
            between = sorted((at, batch.sent))
            left = any(between[0] < b < between[1] for b in said.breaks.get(sid, ()))
            return 0 if left else at
    return 0


def _batch(world: LabWorld, record: Record, at: int, span: tuple[int, int]) -> _Batch:
    first, last = span
    label = show(last) if first == last else f"{show(first)}…{counter_of(last):x}"
    return _Batch(at, record.node, last, label, world.peers[record.node].learners)


def _arrow(
    kind: str, batch: _Batch, ends: tuple[int, int], when: tuple[int, int]
) -> Arrow:
    ids = tuple(number for number in when if number)
    label = f"{kind} {batch.label}"
    return Arrow(kind, BROADCAST, *ends, *when, label, ids)

"""The messages of a run, as arrows from one moment to another.

Votes and packets are matched by the id that both ends know.  PROPOSAL, ACK, COMMIT
and INFORM flow too fast to be recorded one by one: they are derived from what each
node logged and committed, one arrow per group commit.  Records are taken one by one,
so a page can draw a message while it is on its way.
"""

from collections.abc import Iterator, Sequence
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
_OPEN_MAX = 4_000  # messages on their way; what is older never arrives


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
    lost: int = 0  # the record with which its connection ended; 0: not lost


_Link = tuple[int, int, str]  # from, to, purpose: one connection, in its order
Numbered = tuple[int, Arrow]  # the message's number, and how it is now


class Messages:
    """All messages of a stream of records, each under a number of its own."""

    def __init__(self) -> None:
        """Begin before the first record."""
        self.count = 0
        self.recorded: dict[str, Numbered] = {}  # on their way, by the record's id
        self.queues: dict[_Link, dict[str, None]] = {}  # their ids, oldest first
        self.batches: list[_Batch] = []

    def take(self, at: int, record: Record, world: LabWorld) -> Iterator[Numbered]:
        """Yield each message that record `at` sends, receives or loses."""
        match record.event:
            case events.NotificationSent() | events.PacketSent():
                arrow = _sent(at, record)
                numbered = self._number(arrow)
                self.recorded[record.id] = numbered
                self.queues.setdefault(_link(arrow), {})[record.id] = None
                yield numbered
                if len(self.recorded) > _OPEN_MAX:
                    self._pop(next(iter(self.recorded)))
            case events.NotificationReceived() | events.PacketReceived():
                for cause in record.cause:
                    if cause in self.recorded:
                        yield from self._overtaken(at, cause)
                        number, arrow = self._pop(cause)
                        yield number, _arrived(arrow, at, record.node)
            case events.TxnsProposed():
                yield from self._propose(at, record, world)
            case events.TxnsLogged(first=first, last=last):
                for batch in self._covered(first, last):
                    yield from self._logged(batch, at, record.node)
            case events.TxnsCommitted(first=first, last=last):
                for batch in self._covered(first, last):
                    yield from self._committed(batch, at, record.node)
            case _:
                yield from self._broken(at, record)

    def _number(self, arrow: Arrow) -> Numbered:
        self.count += 1
        return self.count, arrow

    def _pop(self, name: str) -> Numbered:
        numbered = self.recorded.pop(name)
        self.queues[_link(numbered[1])].pop(name)
        return numbered

    def _overtaken(self, at: int, name: str) -> Iterator[Numbered]:
        """Lose what was sent before it: a connection keeps its order."""
        link = _link(self.recorded[name][1])
        if not link[1]:
            return  # whom it was sent to is not known, nor on which connection
        queue = self.queues[link]
        while (oldest := next(iter(queue))) != name:
            number, arrow = self._pop(oldest)
            yield number, arrow._replace(lost=at)

    def _covered(self, first: int, last: int) -> list["_Batch"]:
        """Return the group commits whose last zxid is one of these, in one epoch."""
        return [batch for batch in self.batches if first <= batch.last <= last]

    def _propose(self, at: int, record: Record, world: LabWorld) -> Iterator[Numbered]:
        first, last = record.event.first, record.event.last
        label = show(last) if first == last else f"{show(first)}…{counter_of(last):x}"
        learners = world.peers[record.node].learners
        voters = {sid for sid in learners if world.peers[sid].voter}
        batch = _Batch(record.node, last, label, voters, set(learners) - voters)
        self.batches = [*self.batches[-_OPEN_MAX:], batch]
        for learner in sorted(voters):
            yield self._send("PROPOSAL", batch, (record.node, learner), at)

    def _send(
        self, kind: str, batch: "_Batch", ends: tuple[int, int], at: int
    ) -> Numbered:
        label = f"{kind} {batch.label}"
        numbered = self._number(Arrow(kind, BROADCAST, *ends, at, 0, label, (at,)))
        batch.open[kind, *ends] = numbered
        return numbered

    def _logged(self, batch: "_Batch", at: int, sid: int) -> Iterator[Numbered]:
        if sid in batch.observers:
            return
        yield from batch.arrive("PROPOSAL", (batch.leader, sid), at)
        if sid in batch.waiting and not batch.committed:  # later, none is needed
            batch.waiting.discard(sid)
            yield self._send("ACK", batch, (sid, batch.leader), at)

    def _committed(self, batch: "_Batch", at: int, sid: int) -> Iterator[Numbered]:
        if sid == batch.leader and not batch.committed:
            batch.committed = True
            for learner in sorted(batch.voters):
                yield from batch.arrive("ACK", (learner, sid), at)
            for learner in sorted(batch.voters | batch.observers):
                kind = "COMMIT" if learner in batch.voters else "INFORM"
                yield self._send(kind, batch, (sid, learner), at)
        elif sid != batch.leader:
            # A quorum may be quicker than this disk: then COMMIT is seen first.
            for kind in ("PROPOSAL", "COMMIT", "INFORM"):
                yield from batch.arrive(kind, (batch.leader, sid), at)
        if batch.committed and not batch.open:
            self.batches.remove(batch)

    def _broken(self, at: int, record: Record) -> Iterator[Numbered]:
        """Lose what was under way from or to a node that has left its leader."""
        match record.event:
            case events.LeaderLost() | events.LeadershipLost() | events.NodeStarted():
                sid, ended = record.node, False
            case events.NodeStopped():
                sid, ended = record.node, True
            case lab_events.NodeEnded(sid=sid):
                ended = True
            case _:
                return
        for name, (number, arrow) in list(self.recorded.items()):
            hit = sid in (arrow.source, arrow.target)
            if hit and (ended or arrow.purpose != ELECTION):
                self._pop(name)
                yield number, arrow._replace(lost=at)
        for batch in list(self.batches):
            for numbered in batch.drop(sid):
                yield numbered[0], numbered[1]._replace(lost=at)
            if sid == batch.leader or not (batch.voters | batch.observers):
                self.batches.remove(batch)


class _Batch:
    """One group commit that a leader proposed, and which messages carry it now."""

    def __init__(
        self,
        leader: int,
        last: int,
        label: str,
        voters: set[int],
        observers: set[int],
    ) -> None:
        self.leader = leader
        self.last = last  # zxid
        self.label = label
        self.voters = voters
        self.observers = observers
        self.waiting = set(voters)  # who has not logged it
        self.committed = False  # the leader said so
        self.open: dict[tuple[str, int, int], Numbered] = {}

    def arrive(self, kind: str, ends: tuple[int, int], at: int) -> Iterator[Numbered]:
        found = self.open.pop((kind, *ends), None)
        if found is not None:
            yield found[0], _arrived(found[1], at, ends[1])

    def drop(self, sid: int) -> list[Numbered]:
        """Forget a node; return the messages that are lost by that."""
        keys = [key for key in self.open if sid in key[1:]]
        self.voters.discard(sid)
        self.observers.discard(sid)
        self.waiting.discard(sid)
        return [self.open.pop(key) for key in keys]


def _sent(at: int, record: Record) -> Arrow:
    event = record.event
    if isinstance(event, events.NotificationSent):
        label = f"{NOTIFICATION} {_vote(event)}"
        kind, purpose = NOTIFICATION, ELECTION
    else:
        kind, purpose = event.type, SYNC
        label = f"{kind} {show(event.zxid)}" if event.zxid > 0 else kind
    return Arrow(kind, purpose, record.node, max(event.to, 0), at, 0, label, (at,))


def _link(arrow: Arrow) -> _Link:
    return arrow.source, arrow.target, arrow.purpose


def _arrived(arrow: Arrow, at: int, sid: int) -> Arrow:
    return arrow._replace(got=at, target=sid, ids=(arrow.sent, at))


def _vote(event: events.NotificationSent) -> str:
    if event.leader <= 0:  # an observer's: it votes for nobody
        return "-"
    return f"n{event.leader} ({event.peer_epoch}, {show(event.zxid)})"


def arrows(run: Run) -> tuple[Arrow, ...]:
    """Return all messages of a run in the order in which they were sent.

    An ACK or a COMMIT that nobody took note of is left out: it may never have been.
    """
    messages = Messages()
    found: dict[int, Arrow] = {}
    for at, (record, world) in enumerate(fold(run), start=1):
        found.update(messages.take(at, record, world))
    sure = [
        a for a in found.values() if a.got or a.kind not in ("ACK", "COMMIT", "INFORM")
    ]
    return tuple(sorted(sure, key=lambda arrow: (arrow.sent, arrow.got)))


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

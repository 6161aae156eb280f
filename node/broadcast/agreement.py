"""One order for all: proposals, acks, and the commits that follow from them.

A transaction is committed when a majority of disks holds it and everything
before it is committed.  The leader's own disk is one voter among the others.
Zab paper (Junqueira, Reed, Serafini: DSN 2011), section 4, phase 3.
"""

from collections import deque

from node.broadcast import effects as do
from node.broadcast.history import History, Proposal
from node.broadcast.learner_handler import LearnerHandler, Stage
from node.quorum import Majority
from node.wire.errors import ProtocolViolation
from node.wire.quorum import Packet, PacketType
from node.zxid import COUNTER_MAX, counter_of, make_zxid


class Agreement:
    """What is in flight during one epoch, seen by its leader."""

    def __init__(
        self,
        sid: int,
        quorum: Majority,
        history: History,
        learners: dict[int, LearnerHandler],
    ) -> None:
        """Share the leader's handlers (by link); propose nothing yet."""
        self.sid = sid
        self.quorum = quorum
        self.history = history
        self.learners = learners
        self.last_zxid = 0  # the last zxid given out in this epoch
        self.own_ack = -1  # our own disk holds everything up to here
        self.outstanding: deque[Proposal] = deque()  # proposed, not yet committed
        self.pending_syncs: deque[tuple[int, int]] = deque()  # (zxid, link)
        self.followers: tuple[int, ...] = ()  # links that get proposals and commits
        self.observers: tuple[int, ...] = ()  # links that get informs

    def regroup(self) -> None:
        """Find out again who gets live traffic: a learner came or went."""
        live = [(n, p) for n, p in self.learners.items() if p.stage in FORWARDING]
        self.followers = tuple(n for n, peer in live if not peer.observer)
        self.observers = tuple(n for n, peer in live if peer.observer)

    def begin(self, epoch: int) -> None:
        """Start counting transactions of a new epoch."""
        self.last_zxid = self.own_ack = make_zxid(epoch, 0)

    @property
    def exhausted(self) -> bool:
        """Whether the next transaction would be the epoch's last (ZOOKEEPER-1277)."""
        return counter_of(self.last_zxid) >= COUNTER_MAX - 1

    def propose(self, proposal: Proposal) -> list[do.Effect]:
        """Give a transaction its place: to every follower and to our own log.

        Followers and our own disk work at the same time, which is why the
        PROPOSAL stands before the `Sync` and only our own ack behind it.
        """
        if proposal.zxid != self.last_zxid + 1:
            raise AssertionError(f"{proposal.zxid:#x} after {self.last_zxid:#x}")
        self.last_zxid = self.history.last_zxid = proposal.zxid
        self.outstanding.append(proposal)
        return [
            do.Send(self.followers, Packet(PacketType.PROPOSAL, *proposal)),
            do.Append(*proposal),
            do.Sync(),
            do.AckSelf(proposal.zxid),
        ]

    def own_acked(self, zxid: int) -> list[do.Effect]:
        """Our own disk holds everything up to here."""
        self.own_ack = max(self.own_ack, zxid)
        return self._advance()

    def acked(self, learner: LearnerHandler, zxid: int) -> list[do.Effect]:
        """A follower's disk holds everything up to here.

        Links keep order and followers log in order, so one ACK speaks for all
        before it: a single number per follower is enough.
        """
        if zxid > self.last_zxid:
            raise ProtocolViolation(f"ACK of 0x{zxid:x}, which was never proposed")
        if zxid <= learner.acked:
            return []  # the answer to UPTODATE repeats the ACK of NEWLEADER
        learner.acked = zxid
        return self._advance() if learner.votes(self.quorum) else []

    def sync(self, link: int) -> list[do.Effect]:
        """Answer a client's `sync` once everything proposed before it is committed."""
        if not self.outstanding:
            return [_sync_answer(link)]
        self.pending_syncs.append((self.outstanding[-1].zxid, link))
        return []

    def _advance(self) -> list[do.Effect]:
        """Commit, in order, all that a majority of disks now holds."""
        if not self.outstanding:
            return []
        reached = self.quorum.reached_by(self._marks())
        effects: list[do.Effect] = []
        followers, observers = self.followers, self.observers
        while self.outstanding and self.outstanding[0].zxid <= reached:
            proposal = self.outstanding.popleft()
            zxid = proposal.zxid
            self.history.committed(proposal)
            effects.append(do.Send(followers, Packet(PacketType.COMMIT, zxid)))
            if observers:
                inform = Packet(PacketType.INFORM, *proposal)
                effects.append(do.Send(observers, inform))
            effects.append(do.Deliver(*proposal))
            while self.pending_syncs and self.pending_syncs[0][0] <= zxid:
                effects.append(_sync_answer(self.pending_syncs.popleft()[1]))
        return effects

    def _marks(self) -> list[int]:
        """Return how far each voter's disk is known to be."""
        marks = [
            learner.acked
            for learner in self.learners.values()
            if learner.acked >= 0 and learner.votes(self.quorum)
        ]
        if self.sid in self.quorum.voters:
            marks.append(self.own_ack)
        return marks


FORWARDING = (Stage.SYNCHRONIZING, Stage.ACKED_NEWLEADER, Stage.BROADCASTING)


def _sync_answer(link: int) -> do.Effect:
    if link == do.UPSTREAM:
        return do.SyncDone()
    return do.Send((link,), Packet(PacketType.SYNC, 0))

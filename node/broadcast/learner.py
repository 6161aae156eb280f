"""A follower or observer under one leader, from the dial to the last commit.

    DISCOVERY         FOLLOWERINFO; LEADERINFO; promise, on disk, to ignore older
                      leaders (acceptedEpoch); ACKEPOCH
    SYNCHRONIZATION   DIFF, TRUNC or SNAP; make the leader's history ours, on
                      disk, dated with its epoch (currentEpoch); ACK of NEWLEADER
    BROADCAST         UPTODATE; from now on log each PROPOSAL, ACK it, COMMIT

An observer does the same without a voice: it gets INFORM instead of PROPOSAL
and COMMIT, and acknowledges nothing.  The packets: docs/protocol/zab.md.
"""

from collections import deque
from enum import Enum

from node.broadcast import effects as do
from node.broadcast import events as on
from node.broadcast.effects import UPSTREAM
from node.broadcast.history import History, Proposal, Tail
from node.broadcast.limits import Limits
from node.effects import SetTimer, TimerFired, note
from node.events import (
    EpochAccepted,
    EpochSaved,
    LeaderLost,
    LeaderUnreachable,
    NewLeaderReceived,
    PhaseChanged,
    SyncReceived,
    UpToDate,
)
from node.wire.errors import ProtocolViolation
from node.wire.quorum import (
    LearnerInfo,
    Packet,
    PacketType,
    pack_learner_info,
    unpack_revalidation,
)
from node.zxid import counter_of, epoch_of, make_zxid

DIAL_TRIES = 5
REDIAL_MS = 25  # doubled at each try


class Phase(Enum):
    """How far this learner has come with its leader."""

    DISCOVERY = "discovery"
    SYNCHRONIZATION = "synchronization"
    BROADCAST = "broadcast"


class Learner:
    """One server's time under one leader."""

    def __init__(
        self,
        sid: int,
        leader: int,
        history: History,
        limits: Limits,
        *,
        observer: bool = False,
    ) -> None:
        """Be ready to `start`; `history` is shared with later roles."""
        self.sid = sid
        self.leader = leader
        self.history = history
        self.limits = limits
        self.observer = observer
        self.phase = Phase.DISCOVERY
        self.state = "OBSERVING" if observer else "FOLLOWING"
        self.tries = 0
        self.turned_away = ""  # why: the leader hung up on us, or we on it
        self.epoch = 0
        self.cut_off: Tail | None = None  # what a TRUNC took, until it is done
        self.tree_zxid = -1  # a whole tree, of SNAP or empty, waits to be adopted
        self.accepted = False  # NEWLEADER is acknowledged: log at once from here on
        self.pending: deque[Proposal] = deque()  # proposed, not yet committed
        self.unlogged: list[Proposal] = []  # came before NEWLEADER
        self.committed: list[Proposal] = []  # the same, and already committed
        self.last_heard = 0  # the zxid of the last proposal that came
        self.half_ticks = 0
        self.quiet = 0  # half ticks since the leader last said anything

    @property
    def tail(self) -> tuple[Proposal, ...]:
        """What is in our log and not known to be committed."""
        return tuple(self.pending) if self.accepted else ()

    def start(self) -> list[do.Effect]:
        """Begin to follow: call the leader."""
        return [
            note(PhaseChanged(self.state, "discovery", 0)),
            SetTimer("tick", self.limits.tick_ms // 2),
            do.Dial(self.leader),
        ]

    def handle(self, event: on.Event) -> list[do.Effect]:
        """Advance by one event and return the effects, in order."""
        match event:
            case on.Received(_, packet):
                self.quiet = 0
                return self._receive(packet)
            case TimerFired("tick"):
                return self._on_half_tick()
            case on.LinkUp():
                return self._introduce()
            case on.DialFailed(host, port, why):
                return self._dial_failed(host, port, why)
            case on.TreeReceived(zxid):
                return self._tree_received(zxid)
            case on.TreeMoved():
                self.quiet = 0
                return []
            case on.LinkDown(_, why) if self.phase is Phase.DISCOVERY:
                # To ask again at once would change nothing: see `_on_half_tick`.
                self.turned_away = self.turned_away or why
                return []
            case on.LinkDown(_, why):
                return self._leader_lost(why)
            case on.CannotTruncate():
                if self.cut_off is not None:
                    self.history.uncut(self.cut_off)  # our next vote claims it all
                self.history.needs_tree = True
                return self._leader_lost("cannot-truncate")
            case TimerFired("redial") if self.tries:
                return [do.Dial(self.leader)]
            case _:
                return []

    def _dial_failed(self, host: str, port: int, why: str) -> list[do.Effect]:
        """The leader's port did not answer: it may only be slower than we are."""
        self.tries += 1
        unreachable = LeaderUnreachable(self.leader, host, port, self.tries, why)
        if self.tries >= DIAL_TRIES:
            return [note(unreachable), *self._leader_lost("refused")]
        delay_ms = REDIAL_MS << (self.tries - 1)
        return [note(unreachable), SetTimer("redial", delay_ms)]

    def _receive(self, packet: Packet) -> list[do.Effect]:
        match self.phase, packet.type:
            case Phase.BROADCAST, PacketType.PROPOSAL if not self.observer:
                return self._log(Proposal(packet.zxid, packet.data or b""))
            case Phase.BROADCAST, PacketType.COMMIT if not self.observer:
                return [self._commit(packet.zxid)]
            case Phase.BROADCAST, _:
                return self._hear(packet)
            case Phase.SYNCHRONIZATION, _:
                return self._synchronize(packet)
            case Phase.DISCOVERY, PacketType.LEADERINFO:
                return self._accept_epoch(packet)
            case _:
                raise ProtocolViolation(f"packet type {packet.type} in discovery")

    # --- discovery ----------------------------------------------------------

    def _introduce(self) -> list[do.Effect]:
        self.tries = 0
        kind = PacketType.OBSERVERINFO if self.observer else PacketType.FOLLOWERINFO
        accepted = make_zxid(self.history.accepted_epoch, 0)
        info = pack_learner_info(LearnerInfo(self.sid))
        return [self._send(Packet(kind, accepted, info))]

    def _accept_epoch(self, packet: Packet) -> list[do.Effect]:
        """Promise, durably, never to follow an older leader; then say how far we are.

        -1 tells a leader whose epoch we had promised before that this answer
        must not be counted a second time.
        """
        epoch = epoch_of(packet.zxid)
        accepted = self.history.accepted_epoch
        if epoch < accepted:
            raise ProtocolViolation(
                f"Leaders epoch, {epoch} is less than accepted epoch, {accepted}"
            )
        already = epoch == accepted
        self.epoch = self.history.accepted_epoch = epoch
        self.phase = Phase.SYNCHRONIZATION
        current = -1 if already else self.history.current_epoch
        last_zxid = 0 if self.history.needs_tree else self.history.last_zxid
        answer = Packet(
            PacketType.ACKEPOCH, last_zxid, current.to_bytes(4, "big", signed=True)
        )
        return [
            *([] if already else [do.SaveEpoch("acceptedEpoch", epoch)]),
            note(EpochAccepted(epoch, self.leader, already)),
            self._send(answer),
            note(PhaseChanged(self.state, "synchronization", epoch)),
        ]

    # --- synchronization ------------------------------------------------------

    def _synchronize(self, packet: Packet) -> list[do.Effect]:
        match packet.type:
            case PacketType.PROPOSAL:
                return self._collect(Proposal(packet.zxid, packet.data or b""))
            case PacketType.COMMIT:
                return self._commit_in_sync(packet.zxid)
            case PacketType.INFORM:
                return self._inform(Proposal(packet.zxid, packet.data or b""))
            case PacketType.DIFF:
                if self.history.needs_tree:
                    self.tree_zxid = 0  # we named 0, and 0 is where the leader stands
                return [self._sync_received("DIFF", packet.zxid)]
            case PacketType.TRUNC:
                received = self._sync_received("TRUNC", packet.zxid)
                self.cut_off = self.history.cut(packet.zxid)
                return [received, do.Truncate(packet.zxid)]
            case PacketType.SNAP:
                return [self._sync_received("SNAP", packet.zxid)]
            case PacketType.NEWLEADER:
                return self._accept_history(packet)
            case PacketType.UPTODATE if self.accepted:
                return self._up_to_date()
            case PacketType.PING | PacketType.SYNC | PacketType.REVALIDATE:
                return []  # meant for somebody who serves clients already
            case _:
                raise ProtocolViolation(f"packet type {packet.type} while syncing")

    def _sync_received(self, mode: str, zxid: int) -> do.Effect:
        self.last_heard = 0
        return note(SyncReceived(mode, zxid, self.history.last_zxid))

    def _tree_received(self, zxid: int) -> list[do.Effect]:
        """A whole tree came.  It stays aside until NEWLEADER: see `_accept_history`."""
        self.quiet = 0
        self.tree_zxid = zxid
        return []

    def _collect(self, proposal: Proposal) -> list[do.Effect]:
        """Before NEWLEADER keep it in memory, after it log it as in broadcast."""
        if self.accepted:
            return self._log(proposal)
        self._in_order(proposal)
        self.pending.append(proposal)
        self.unlogged.append(proposal)
        return []

    def _commit_in_sync(self, zxid: int) -> list[do.Effect]:
        if self.accepted:
            return [self._commit(zxid)]
        self.committed.append(self._next_pending(zxid))
        return []

    def _accept_history(self, packet: Packet) -> list[do.Effect]:
        """Make the leader's history ours: log it, then date it, then say so.

        The order is the safety argument.  Claiming the epoch before the log is
        durable, or acking before either, lets a crash here erase transactions
        that clients know to be committed (ZOOKEEPER-4643, -4646, -4785).
        Memory follows disk, never the other way round (ZOOKEEPER-5094).
        """
        if epoch_of(packet.zxid) != self.epoch or self.accepted:
            raise ProtocolViolation(f"NEWLEADER 0x{packet.zxid:x} in {self.epoch}")
        self.accepted = True
        effects: list[do.Effect] = [note(NewLeaderReceived(self.epoch))]
        if self.tree_zxid != -1:
            self.history.replace(self.tree_zxid)
            effects.append(do.AdoptTree(self.tree_zxid))
        effects += [do.Append(*proposal) for proposal in self.unlogged]
        if self.unlogged:
            self.history.last_zxid = self.unlogged[-1].zxid
        self.history.current_epoch = self.epoch
        effects += [
            do.Flush(),
            do.SaveEpoch("currentEpoch", self.epoch),
            note(EpochSaved(self.epoch, self.state)),
        ]
        for proposal in self.committed:
            self.history.committed(proposal)
            effects.append(do.Deliver(*proposal))
        effects.append(self._send(Packet(PacketType.ACK, packet.zxid)))
        if not self.observer:
            effects += [
                self._send(Packet(PacketType.ACK, proposal.zxid))
                for proposal in self.pending
            ]
        self.unlogged, self.committed = [], []
        return effects

    def _up_to_date(self) -> list[do.Effect]:
        self.phase = Phase.BROADCAST
        return [
            note(UpToDate(self.epoch, self.leader)),
            self._send(Packet(PacketType.ACK, make_zxid(self.epoch, 0))),
            note(PhaseChanged(self.state, "broadcast", self.epoch)),
            do.Serve(self.state, self.epoch),
        ]

    # --- broadcast --------------------------------------------------------------

    def _log(self, proposal: Proposal) -> list[do.Effect]:
        """Write it down, wait for the disk, and only then say so."""
        self._in_order(proposal)
        self.history.last_zxid = proposal.zxid
        self.pending.append(proposal)
        ack = self._send(Packet(PacketType.ACK, proposal.zxid))
        return [do.Append(*proposal), do.Sync(), ack]

    def _inform(self, proposal: Proposal) -> list[do.Effect]:
        """An observer's proposal and commit in one; it promises nothing, so no wait."""
        if not self.accepted:
            return [
                *self._collect(proposal),
                *self._commit_in_sync(proposal.zxid),
            ]
        self._in_order(proposal)
        self.history.last_zxid = proposal.zxid
        self.history.committed(proposal)
        return [do.Append(*proposal), do.Deliver(*proposal), do.Sync()]

    def _commit(self, zxid: int) -> do.Effect:
        proposal = self._next_pending(zxid)
        self.history.committed(proposal)
        return do.Deliver(*proposal)

    def _next_pending(self, zxid: int) -> Proposal:
        """Take the oldest proposal, which must be the one that is committed."""
        if not self.pending or self.pending[0].zxid != zxid:
            waiting = f"0x{self.pending[0].zxid:x}" if self.pending else "none"
            raise ProtocolViolation(
                f"Committing zxid 0x{zxid:x} but next pending txn {waiting}"
            )
        return self.pending.popleft()

    def _in_order(self, proposal: Proposal) -> None:
        base = self.history.last_zxid if self.tree_zxid == -1 else self.tree_zxid
        last = self.last_heard or base
        new_epoch = epoch_of(proposal.zxid) > epoch_of(last)
        first = new_epoch and counter_of(proposal.zxid) == 1
        if not first and proposal.zxid != last + 1:
            raise ProtocolViolation(f"Got zxid 0x{proposal.zxid:x} after 0x{last:x}")
        if len(proposal.entry) < ENTRY_MIN:
            raise ProtocolViolation(f"PROPOSAL of {len(proposal.entry)} bytes")
        self.last_heard = proposal.zxid

    def _hear(self, packet: Packet) -> list[do.Effect]:
        """Everything in broadcast that is neither proposal nor commit."""
        match packet.type:
            case PacketType.PING:
                return [do.Pong(packet.zxid)]
            case PacketType.INFORM if self.observer:
                return self._inform(Proposal(packet.zxid, packet.data or b""))
            case PacketType.REVALIDATE:
                return [do.Revalidated(*unpack_revalidation(packet.data))]
            case PacketType.SYNC:
                return [do.SyncDone()]
            case PacketType.PROPOSAL | PacketType.COMMIT:
                return []  # an observer may overhear these; it goes by INFORM
            case _:
                raise ProtocolViolation(f"packet type {packet.type} in broadcast")

    # --- the end ------------------------------------------------------------------

    def _on_half_tick(self) -> list[do.Effect]:
        """Count the silence; PINGs come twice a tick, so it means something."""
        self.half_ticks += 1
        self.quiet += 1
        if self.turned_away:
            return self._leader_lost(self.turned_away)
        limit = self.limits.init_limit
        if self.accepted:
            limit = self.limits.sync_limit
        if self.quiet > 2 * limit:
            return self._leader_lost("silent")
        return [SetTimer("tick", self.limits.tick_ms // 2)]

    def _leader_lost(self, why: str) -> list[do.Effect]:
        after_ms = self.half_ticks * self.limits.tick_ms // 2
        return [note(LeaderLost(self.leader, why, after_ms)), do.Abandon("leader-lost")]

    def _send(self, packet: Packet) -> do.Effect:
        return do.Send((UPSTREAM,), packet)


ENTRY_MIN = 32  # bytes of a TxnHeader

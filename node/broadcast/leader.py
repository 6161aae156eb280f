"""One leader epoch, from the first FOLLOWERINFO to the last commit.

    DISCOVERY         hear a majority's acceptedEpoch; name a newer epoch;
                      hear a majority's ACKEPOCH
    SYNCHRONIZATION   give each learner our history, then NEWLEADER;
                      hear a majority say it is on disk
    BROADCAST         UPTODATE; from now on PROPOSAL, ACK, COMMIT

Leading ends with `Abandon`, and the same object never leads again.
After the Zab paper (Junqueira, Reed, Serafini: DSN 2011, section 4) and the
phases of ZooKeeper's Zab 1.0; the packets are in docs/protocol/zab.md.
"""

from collections import deque
from enum import Enum

from node.broadcast import effects as do
from node.broadcast import events as on
from node.broadcast.agreement import Agreement
from node.broadcast.asked import asked
from node.broadcast.history import History, Proposal
from node.broadcast.learner_handler import (
    STRANGERS,
    LearnerHandler,
    Stage,
    greet,
    leader_info,
    lost,
    rival,
    silent,
    synced,
)
from node.broadcast.limits import Limits
from node.broadcast.sync import plan_sync, planned
from node.effects import SetTimer, StopTimer, TimerFired, note
from node.events import (
    EpochAccepted,
    EpochAcked,
    EpochProposed,
    EpochSaved,
    LeaderEstablished,
    LeadershipLost,
    LearnerJoined,
    LearnerSynced,
    NewLeaderAcked,
    PhaseChanged,
)
from node.quorum import Ensemble
from node.wire.errors import ProtocolViolation
from node.wire.quorum import Packet, PacketType
from node.zxid import EPOCH_MAX, make_zxid

NO_EPOCH_LEFT = "no-epoch-left"  # why one steps down that cannot name a newer epoch
CLAIM_HALF_TICKS = 2  # a living link answers at least one PING in this time


class Phase(Enum):
    """The three phases of a leader epoch."""

    DISCOVERY = "discovery"
    SYNCHRONIZATION = "synchronization"
    BROADCAST = "broadcast"


class Leader:
    """One server's time as the leader of one epoch."""

    def __init__(
        self, sid: int, ensemble: Ensemble, history: History, limits: Limits
    ) -> None:
        """Be ready to `start`."""
        self.sid = sid
        self.quorum = quorum = ensemble.quorum
        self.history = history
        self.limits = limits
        self.config = ensemble.config.encode()
        self.others = ensemble.members - {sid}  # who may be our learner
        self.phase = Phase.DISCOVERY
        self.epoch = 0  # unknown until a majority reported its acceptedEpoch
        self.epoch_acked: set[int] = set()
        self.learners: dict[int, LearnerHandler] = {}  # by link
        self.agreement = Agreement(sid, quorum, history, self.learners)
        self.half_ticks = 0
        # Where the last proposal stood at each of the last ticks; see `silent`.
        self.stood: deque[int] = deque(maxlen=limits.sync_limit + 1)

    @property
    def tick(self) -> int:
        """The leader's clock, in ticks since it began to lead."""
        return self.half_ticks // 2

    @property
    def next_zxid(self) -> int:
        """The zxid that the next transaction must carry."""
        return self.agreement.last_zxid + 1

    @property
    def tail(self) -> tuple[Proposal, ...]:
        """What is in our log and not yet committed."""
        return tuple(self.agreement.outstanding)

    def start(self) -> list[do.Effect]:
        """Begin to lead: our quorum port is open, so wait for a majority."""
        return [
            note(PhaseChanged("LEADING", "discovery", 0)),
            SetTimer("init", self.limits.init_limit * self.limits.tick_ms),
            SetTimer("tick", self.limits.tick_ms // 2),
            *self._name_epoch(),  # alone, we are our own majority
        ]

    def handle(self, event: on.Event) -> list[do.Effect]:
        """Advance by one event and return the effects, in order."""
        match event:
            case on.Received(link, packet) if link in self.learners:
                return self._receive(self.learners[link], packet)
            case on.Propose(zxid, entry):
                if self.agreement.exhausted:
                    return self._give_up("rollover")
                return self.agreement.propose(Proposal(zxid, entry))
            case on.OwnAck(zxid):
                return self.agreement.own_acked(zxid)
            case on.SyncAsked():
                return self.agreement.sync(do.UPSTREAM)
            case on.LinkUp(link):
                self.learners[link] = LearnerHandler(link)
                self._heard(self.learners[link])
                return []
            case on.TreeMoved(link) if link in self.learners:
                self._heard(self.learners[link])
                return []
            case on.LinkDown(link, why) if link in self.learners:
                return self._lose(link, why)
            case TimerFired("tick"):
                return self._on_half_tick()
            case TimerFired("init") if self.phase is Phase.DISCOVERY:
                why = "no-epoch-acks" if self.epoch else "no-epoch-quorum"
                return self._give_up(why)
            case TimerFired("init") if self.phase is Phase.SYNCHRONIZATION:
                return self._give_up("no-newleader-quorum")
            case _:
                return []  # a link already gone, a timer of an earlier phase

    def _heard(self, learner: LearnerHandler) -> None:
        """A learner gave a sign of life: it gets the time of its stage again."""
        learner.heard_at = self.half_ticks
        learner.deadline = self.tick + self.limits.sync_limit
        if learner.stage is not Stage.BROADCASTING:
            learner.deadline += self.limits.init_limit

    def _receive(self, learner: LearnerHandler, packet: Packet) -> list[do.Effect]:
        effects = self._answer(learner, packet)
        self._heard(learner)  # only now: the packet may have begun a new stage
        return effects

    def _answer(self, learner: LearnerHandler, packet: Packet) -> list[do.Effect]:
        match learner.stage, packet.type:
            case Stage.BROADCASTING, PacketType.ACK:
                return self.agreement.acked(learner, packet.zxid)
            case Stage.BROADCASTING, _:
                return asked(learner.link, packet, self.agreement)
            case Stage.CONNECTED, PacketType.FOLLOWERINFO | PacketType.OBSERVERINFO:
                return self._meet(learner, packet)
            case Stage.KNOWN, PacketType.ACKEPOCH:
                return self._epoch_acked(learner, packet)
            case Stage.SYNCHRONIZING, PacketType.ACK:
                return self._new_leader_acked(learner, packet.zxid)
            case _:
                raise ProtocolViolation(
                    f"packet type {packet.type} while {learner.stage.name}"
                )

    # --- discovery: which epoch? ------------------------------------------

    def _meet(self, learner: LearnerHandler, packet: Packet) -> list[do.Effect]:
        """A learner reported the newest epoch it ever accepted.

        Anybody can claim a sid.  So while we serve, whoever has it already is first
        asked for a sign of life: see `_judge_claims`.
        """
        greet(learner, packet, self.others, self.history.accepted_epoch)
        if self.phase is Phase.BROADCAST and rival(self.learners, learner):
            learner.stage = Stage.CLAIMING
            learner.claimed_at = self.half_ticks
            return []
        return self._welcome(learner)

    def _welcome(self, learner: LearnerHandler) -> list[do.Effect]:
        """Tell a learner our epoch, be it older than one that it accepted.

        Such a learner refuses us and waits for a newer leader.  To make room for one
        would let a single packet of anybody unseat us.
        """
        learner.stage = Stage.KNOWN
        joined = LearnerJoined(learner.sid, learner.observer, learner.accepted_epoch)
        if not self.epoch:
            return [note(joined), *self._name_epoch()]
        return [note(joined), leader_info(learner.link, self.epoch)]

    def _judge_claims(self) -> list[do.Effect]:
        """Of two links with one sid the older keeps it if it was heard since."""
        effects: list[do.Effect] = []
        for claim in list(self.learners.values()):
            if claim.stage is not Stage.CLAIMING:
                continue
            older = rival(self.learners, claim)
            if older is None:
                effects += self._welcome(claim)
            elif older.heard_at > claim.claimed_at:
                effects += self._hang_up(claim, "its sid is another's")
            elif self.half_ticks > claim.claimed_at + CLAIM_HALF_TICKS:
                effects += self._hang_up(older, "replaced")
        return effects

    def _name_epoch(self) -> list[do.Effect]:
        """Once a majority has reported: an epoch newer than all they ever accepted."""
        met = [p for p in self.learners.values() if p.stage is not Stage.CONNECTED]
        heard = {self.sid, *(p.sid for p in met if p.votes(self.quorum))}
        if not self.quorum.agrees(heard):
            return []
        newest = max([self.history.accepted_epoch, *(p.accepted_epoch for p in met)])
        if newest >= EPOCH_MAX:
            return self._give_up(NO_EPOCH_LEFT)
        self.epoch = self.history.accepted_epoch = newest + 1
        self.epoch_acked = {self.sid}
        return [
            do.SaveEpoch("acceptedEpoch", self.epoch),
            note(EpochProposed(self.epoch, tuple(sorted(heard)), self.quorum.need)),
            note(EpochAccepted(self.epoch, self.sid, already=False)),
            SetTimer("init", self.limits.init_limit * self.limits.tick_ms),
            *[leader_info(p.link, self.epoch) for p in met],
            *self._bind(),
        ]

    def _epoch_acked(self, learner: LearnerHandler, packet: Packet) -> list[do.Effect]:
        """A learner promised to ignore older leaders, and says how far it is."""
        if packet.data is None or len(packet.data) != 4:
            raise ProtocolViolation("ACKEPOCH without an epoch")
        current_epoch = int.from_bytes(packet.data, "big", signed=True)
        learner.last_zxid = packet.zxid
        learner.stage = Stage.EPOCH_ACKED
        mine = (self.history.current_epoch, self.history.last_zxid)
        if self.phase is Phase.DISCOVERY and (current_epoch, packet.zxid) > mine:
            raise ProtocolViolation(
                f"Follower is ahead of the leader, leader summary: {mine[0]}"
                f" (current epoch), {mine[1]} (last zxid)"
            )
        effects = [note(EpochAcked(learner.sid, current_epoch, packet.zxid))]
        if self.phase is not Phase.DISCOVERY:
            return effects + self._synchronize(learner)
        if current_epoch != -1 and learner.votes(self.quorum):
            self.epoch_acked.add(learner.sid)
        return effects + self._bind()

    def _bind(self) -> list[do.Effect]:
        """Once a majority has acked the epoch: our history becomes its history.

        No older leader can get a majority any more.
        """
        if not self.quorum.agrees(self.epoch_acked):
            return []
        self.phase = Phase.SYNCHRONIZATION
        self.agreement.begin(self.epoch)
        self.history.current_epoch = self.epoch
        effects: list[do.Effect] = [
            do.SaveEpoch("currentEpoch", self.epoch),
            note(EpochSaved(self.epoch, "LEADING")),
            note(PhaseChanged("LEADING", "synchronization", self.epoch)),
            SetTimer("init", self.limits.init_limit * self.limits.tick_ms),
        ]
        for learner in list(self.learners.values()):
            if learner.stage is Stage.EPOCH_ACKED:
                effects += self._synchronize(learner)
        return effects + self._establish()

    # --- synchronization: one history -------------------------------------

    def _synchronize(self, learner: LearnerHandler) -> list[do.Effect]:
        """Send what the learner lacks, then everything in flight, then NEWLEADER."""
        learner.stage = Stage.SYNCHRONIZING
        self.agreement.regroup()
        plan = plan_sync(learner.last_zxid, self.history)
        newest = self.history.committed_zxid
        link = (learner.link,)
        effects: list[do.Effect] = [
            note(planned(plan, learner.sid, learner.last_zxid, self.history)),
            do.Send(link, plan.opening(learner.last_zxid, newest)),
        ]
        if plan.mode == "SNAP":
            effects.append(do.SendTree(learner.link))
        packets = plan.replay()
        if not learner.observer:
            flying = self.agreement.outstanding
            packets += [Packet(PacketType.PROPOSAL, *p) for p in flying]
        zxid = make_zxid(self.epoch, 0)
        packets.append(Packet(PacketType.NEWLEADER, zxid, self.config))
        learner.synced_to = newest
        return effects + [do.Send(link, packet) for packet in packets]

    def _new_leader_acked(self, learner: LearnerHandler, zxid: int) -> list[do.Effect]:
        """A learner's disk holds our history under the new epoch."""
        if zxid != make_zxid(self.epoch, 0):
            raise ProtocolViolation(
                f"NEWLEADER ACK from sid: {learner.sid} is from a different epoch -"
                f" current 0x{make_zxid(self.epoch, 0):x} received 0x{zxid:x}"
            )
        learner.stage = Stage.ACKED_NEWLEADER
        learner.acked = max(zxid, learner.synced_to)
        effects: list[do.Effect] = [note(NewLeaderAcked(learner.sid, self.epoch))]
        while (older := rival(self.learners, learner)) is not None:
            effects += self._hang_up(older, "replaced")  # one server, one voice
        if self.phase is Phase.BROADCAST:
            return effects + self._up_to_date(learner)
        return effects + self._establish()

    def _establish(self) -> list[do.Effect]:
        """Once a majority's disks agree: nothing of this history can be lost."""
        sids = {self.sid, *self._at_stage(Stage.ACKED_NEWLEADER)}
        if not self.quorum.agrees(sids):
            return []
        self.phase = Phase.BROADCAST
        effects: list[do.Effect] = [
            StopTimer("init"),
            note(
                LeaderEstablished(
                    self.epoch,
                    tuple(sorted(sids & self.quorum.voters)),
                    self.quorum.need,
                    len(self.quorum.voters),
                )
            ),
            note(PhaseChanged("LEADING", "broadcast", self.epoch)),
            do.Serve("LEADING", self.epoch),
            do.SaveTree(),
        ]
        for learner in list(self.learners.values()):
            if learner.stage is Stage.ACKED_NEWLEADER:
                effects += self._up_to_date(learner)
        return effects

    def _up_to_date(self, learner: LearnerHandler) -> list[do.Effect]:
        learner.stage = Stage.BROADCASTING
        learner.up_to_date_at = self.tick
        self._heard(learner)
        return [
            do.Send((learner.link,), Packet(PacketType.UPTODATE, -1)),
            note(LearnerSynced(learner.sid, learner.observer)),
        ]

    # --- remaining leader ---------------------------------------------------

    def _on_half_tick(self) -> list[do.Effect]:
        """Ping everybody twice a tick; once a tick see who still answers."""
        self.half_ticks += 1
        effects: list[do.Effect] = [SetTimer("tick", self.limits.tick_ms // 2)]
        if self.phase is Phase.BROADCAST:
            everybody = tuple(
                link
                for link, peer in self.learners.items()
                if peer.stage is Stage.BROADCASTING
            )
            ping = Packet(PacketType.PING, self.agreement.last_zxid)
            effects.append(do.Send(everybody, ping))
            effects += self._judge_claims()
        if self.half_ticks % 2:
            return effects
        self.stood.append(self.agreement.last_zxid)
        overdue = self.stood[0] if len(self.stood) == self.stood.maxlen else -1
        since = self.tick - self.limits.sync_limit
        for learner in silent(self.learners, self.tick, overdue, since):
            effects += self._hang_up(learner, "silent")
        if self.phase is Phase.BROADCAST:
            alive = {self.sid, *synced(self.learners)}
            if not self.quorum.agrees(alive):
                return effects + self._give_up("no-quorum")
        return effects

    def _hang_up(self, learner: LearnerHandler, why: str) -> list[do.Effect]:
        return [do.HangUp(learner.link), *self._lose(learner.link, why)]

    def _lose(self, link: int, why: str) -> list[do.Effect]:
        learner = self.learners.pop(link)
        self.agreement.regroup()
        if learner.stage in STRANGERS or rival(self.learners, learner):
            return []  # it never was one of ours, or another link has its sid
        have = {self.sid, *(p.sid for p in self.learners.values() if not p.observer)}
        return [note(lost(learner, why, have, self.quorum))]

    def _give_up(self, why: str) -> list[do.Effect]:
        stages = (Stage.BROADCASTING, Stage.ACKED_NEWLEADER)
        sids = {self.sid}.union(*(self._at_stage(stage) for stage in stages))
        alive = tuple(sorted(sids & self.quorum.voters))
        return [note(LeadershipLost(why, alive, self.quorum.need)), do.Abandon(why)]

    def _at_stage(self, stage: Stage) -> set[int]:
        return {
            peer.sid
            for peer in self.learners.values()
            if peer.stage is stage and not peer.observer
        }

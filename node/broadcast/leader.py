"""A leader's reign, from the first FOLLOWERINFO to the last commit.

    DISCOVERY         hear a majority's acceptedEpoch; name a newer epoch;
                      hear a majority's ACKEPOCH
    SYNCHRONIZATION   give each learner our history, then NEWLEADER;
                      hear a majority say it is on disk
    BROADCAST         UPTODATE; from now on PROPOSAL, ACK, COMMIT

A reign ends with `Abandon`, and the same object never leads again.
After the Zab paper (Junqueira, Reed, Serafini: DSN 2011, section 4) and the
phases of ZooKeeper's Zab 1.0; packets in census 2.2 to 2.9.
"""

from collections import deque
from enum import Enum

from node.broadcast import effects as do
from node.broadcast.agreement import Agreement
from node.broadcast.history import History, Proposal
from node.broadcast.learners import Learner, Stage, greet, silent, synced
from node.broadcast.sync import plan_sync
from node.broadcast.timing import Timing
from node.effects import SetTimer, StopTimer, TimerFired, note
from node.events import (
    EpochAccepted,
    EpochAcked,
    EpochProposed,
    EpochSaved,
    LeaderEstablished,
    LeadershipLost,
    LearnerJoined,
    LearnerLost,
    LearnerSynced,
    NewLeaderAcked,
    PhaseChanged,
    SyncPlanned,
)
from node.quorum import Majority
from node.wire.errors import ProtocolViolation
from node.wire.quorum import (
    PROTOCOL_VERSION,
    Packet,
    PacketType,
    unpack_request,
    unpack_touches,
)
from node.zxid import make_zxid

SYNC_OP = 9  # the client's `sync`, the one request that is no transaction


class Phase(Enum):
    """The three phases of a reign."""

    DISCOVERY = "discovery"
    SYNCHRONIZATION = "synchronization"
    BROADCAST = "broadcast"


class Leader:
    """One reign of one leader."""

    def __init__(
        self,
        sid: int,
        quorum: Majority,
        history: History,
        timing: Timing,
        config: str = "",
    ) -> None:
        """Be ready to `start`; `config` is the member list for NEWLEADER."""
        self.sid = sid
        self.quorum = quorum
        self.history = history
        self.timing = timing
        self.config = config.encode()
        self.phase = Phase.DISCOVERY
        self.epoch = 0  # unknown until a majority reported its acceptedEpoch
        self.epoch_acked: set[int] = set()
        self.learners: dict[int, Learner] = {}  # by link
        self.agreement = Agreement(sid, quorum, history, self.learners)
        self.half_ticks = 0
        # Where the last proposal stood at each of the last ticks: who has not
        # acked the oldest of these keeps everybody's memory waiting.
        self.stood: deque[int] = deque(maxlen=timing.sync_limit + 1)

    @property
    def tick(self) -> int:
        """The leader's clock, in ticks since its reign began."""
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
            SetTimer("init", self.timing.init_limit * self.timing.tick_ms),
            SetTimer("tick", self.timing.tick_ms // 2),
            *self._name_epoch(),  # alone, we are our own majority
        ]

    def handle(self, event: do.Event) -> list[do.Effect]:
        """Advance by one event and return the effects, in order."""
        match event:
            case do.Received(link, packet) if link in self.learners:
                return self._receive(self.learners[link], packet)
            case do.Propose(zxid, entry):
                if self.agreement.exhausted:
                    return self._give_up("rollover")
                return self.agreement.propose(Proposal(zxid, entry))
            case do.OwnAck(zxid):
                return self.agreement.own_acked(zxid)
            case do.SyncAsked():
                return self.agreement.sync(do.UPSTREAM)
            case do.LinkUp(link):
                patience = self.timing.init_limit + self.timing.sync_limit
                self.learners[link] = Learner(link, self.tick + patience)
                return []
            case do.LinkDown(link, why) if link in self.learners:
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

    def _receive(self, learner: Learner, packet: Packet) -> list[do.Effect]:
        learner.deadline = self.tick + self.timing.sync_limit
        if self.phase is not Phase.BROADCAST or learner.stage is Stage.SYNCHRONIZING:
            learner.deadline += self.timing.init_limit
        match learner.stage, packet.type:
            case Stage.BROADCASTING, PacketType.ACK:
                return self.agreement.acked(learner, packet.zxid)
            case Stage.BROADCASTING, _:
                return self._serve_learner(learner, packet)
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

    def _meet(self, learner: Learner, packet: Packet) -> list[do.Effect]:
        """A learner reported the newest epoch it ever accepted."""
        greet(learner, packet)
        effects: list[do.Effect] = [
            note(LearnerJoined(learner.sid, learner.observer, learner.accepted_epoch))
        ]
        for link, other in list(self.learners.items()):
            if other.sid == learner.sid and link != learner.link:
                effects.append(do.HangUp(link))  # it called again: the old is dead
                effects += self._lose(link, "replaced")
        if not self.epoch:
            return effects + self._name_epoch()
        if learner.accepted_epoch > self.epoch:
            # It promised a newer leader to ignore us: it can join none but a newer.
            return effects + self._give_up("newer-epoch")
        return [*effects, self._leader_info(learner.link)]

    def _name_epoch(self) -> list[do.Effect]:
        """Once a majority has reported: an epoch newer than all they ever accepted."""
        met = [p for p in self.learners.values() if p.stage is not Stage.CONNECTED]
        heard = {self.sid, *(p.sid for p in met if p.votes(self.quorum))}
        if not self.quorum.agrees(heard):
            return []
        self.epoch = 1 + max(
            [self.history.accepted_epoch, *(p.accepted_epoch for p in met)]
        )
        self.history.accepted_epoch = self.epoch
        self.epoch_acked = {self.sid}
        return [
            do.SaveEpoch("acceptedEpoch", self.epoch),
            note(EpochProposed(self.epoch, tuple(sorted(heard)), self.quorum.need)),
            note(EpochAccepted(self.epoch, self.sid, already=False)),
            SetTimer("init", self.timing.init_limit * self.timing.tick_ms),
            *[self._leader_info(p.link) for p in met],
            *self._bind(),
        ]

    def _leader_info(self, link: int) -> do.Send:
        version = PROTOCOL_VERSION.to_bytes(4, "big")
        zxid = make_zxid(self.epoch, 0)
        return do.Send((link,), Packet(PacketType.LEADERINFO, zxid, version))

    def _epoch_acked(self, learner: Learner, packet: Packet) -> list[do.Effect]:
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
        """Once a majority has acked the epoch: our history becomes its history."""
        if not self.quorum.agrees(self.epoch_acked):
            return []
        return self._begin_synchronization()

    # --- synchronization: one history -------------------------------------

    def _begin_synchronization(self) -> list[do.Effect]:
        """No older leader can get a majority any more: bring everybody in line."""
        self.phase = Phase.SYNCHRONIZATION
        self.agreement.begin(self.epoch)
        self.history.current_epoch = self.epoch
        effects: list[do.Effect] = [
            do.SaveEpoch("currentEpoch", self.epoch),
            note(EpochSaved(self.epoch, "LEADING")),
            note(PhaseChanged("LEADING", "synchronization", self.epoch)),
            SetTimer("init", self.timing.init_limit * self.timing.tick_ms),
        ]
        for learner in list(self.learners.values()):
            if learner.stage is Stage.EPOCH_ACKED:
                effects += self._synchronize(learner)
        return effects + self._establish()

    def _synchronize(self, learner: Learner) -> list[do.Effect]:
        """Send what the learner lacks, then everything in flight, then NEWLEADER."""
        learner.stage = Stage.SYNCHRONIZING
        self.agreement.regroup()
        plan = plan_sync(learner.last_zxid, self.history)
        oldest, newest = self.history.window
        effects: list[do.Effect] = [
            note(
                SyncPlanned(
                    learner.sid,
                    plan.mode,
                    plan.because,
                    learner.last_zxid,
                    oldest,
                    newest,
                    plan.truncate_to,
                    len(plan.missing),
                )
            )
        ]
        link = (learner.link,)
        effects.append(do.Send(link, plan.opening(learner.last_zxid, newest)))
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

    def _new_leader_acked(self, learner: Learner, zxid: int) -> list[do.Effect]:
        """A learner's disk holds our history under the new epoch."""
        if zxid != make_zxid(self.epoch, 0):
            raise ProtocolViolation(
                f"NEWLEADER ACK from sid: {learner.sid} is from a different epoch -"
                f" current 0x{make_zxid(self.epoch, 0):x} received 0x{zxid:x}"
            )
        learner.stage = Stage.ACKED_NEWLEADER
        learner.acked = max(zxid, learner.synced_to)
        effects = [note(NewLeaderAcked(learner.sid, self.epoch))]
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

    def _up_to_date(self, learner: Learner) -> list[do.Effect]:
        learner.stage = Stage.BROADCASTING
        learner.deadline = self.tick + self.timing.sync_limit
        return [
            do.Send((learner.link,), Packet(PacketType.UPTODATE, -1)),
            note(LearnerSynced(learner.sid, learner.observer)),
        ]

    def _serve_learner(self, learner: Learner, packet: Packet) -> list[do.Effect]:
        """What a synchronized learner may ask besides acknowledging."""
        link = learner.link
        match packet.type:
            case PacketType.REQUEST:
                request = unpack_request(packet.data)
                if request.op == SYNC_OP:
                    return self.agreement.sync(link)
                return [do.Order(link, request, packet.authinfo or ())]
            case PacketType.PING:
                return [do.Touch(link, unpack_touches(packet.data))]
            case PacketType.REVALIDATE:
                asked = unpack_touches(packet.data)
                return [do.Revalidate(link, *session) for session in asked.items()]
            case _:
                raise ProtocolViolation(f"packet type {packet.type} from a learner")

    # --- staying in office --------------------------------------------------

    def _on_half_tick(self) -> list[do.Effect]:
        """Ping everybody twice a tick; once a tick see who still answers."""
        self.half_ticks += 1
        effects: list[do.Effect] = [SetTimer("tick", self.timing.tick_ms // 2)]
        if self.phase is Phase.BROADCAST:
            everybody = tuple(
                link
                for link, peer in self.learners.items()
                if peer.stage is Stage.BROADCASTING
            )
            ping = Packet(PacketType.PING, self.agreement.last_zxid)
            effects.append(do.Send(everybody, ping))
        if self.half_ticks % 2:
            return effects
        self.stood.append(self.agreement.last_zxid)
        overdue = self.stood[0] if len(self.stood) == self.stood.maxlen else -1
        for learner in silent(self.learners, self.tick, overdue):
            effects.append(do.HangUp(learner.link))
            effects += self._lose(learner.link, "silent")
        if self.phase is Phase.BROADCAST:
            alive = {self.sid, *synced(self.learners)}
            if not self.quorum.agrees(alive):
                return effects + self._give_up("no-quorum")
        return effects

    def _lose(self, link: int, why: str) -> list[do.Effect]:
        learner = self.learners.pop(link)
        self.agreement.regroup()
        if learner.stage is Stage.CONNECTED:
            return []  # it never said who it was
        have = {self.sid, *(p.sid for p in self.learners.values() if not p.observer)}
        lost = LearnerLost(
            learner.sid,
            learner.observer,
            why,
            len(have & self.quorum.voters),
            self.quorum.need,
            len(self.quorum.voters),
        )
        return [note(lost)]

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

"""A leader in a test's hand, with learners that say what the test wants."""

from typing import TypeVar

from node.broadcast import effects as do
from node.broadcast import events as on
from node.broadcast.history import History
from node.broadcast.leader import Leader
from node.broadcast.limits import Limits
from node.effects import Note, SetTimer, TimerFired
from node.quorum import Ensemble, Majority
from node.wire.quorum import LearnerInfo, Packet, PacketType, pack_learner_info
from node.zxid import make_zxid

LIMITS = Limits(tick_ms=2000, init_limit=10, sync_limit=5)
ENTRY = bytes(32)
TICK = TimerFired("tick")
T = TypeVar("T")


def of(kind: type[T], effects: list[do.Effect]) -> list[T]:
    """Return the effects of one kind."""
    return [effect for effect in effects if isinstance(effect, kind)]


def events(kind: type[T], effects: list[do.Effect]) -> list[T]:
    """Return the published events of one kind."""
    return [n.event for n in of(Note, effects) if isinstance(n.event, kind)]


def timers(effects: list[do.Effect]) -> dict[str, int]:
    """Return the timers that are set, in milliseconds."""
    return {timer.name: timer.after_ms for timer in of(SetTimer, effects)}


def sent(effects: list[do.Effect], *links: int) -> list[tuple[str, int]]:
    """Return what is sent on one of these links, or on any: type and zxid."""
    return [
        (PacketType(send.packet.type).name, send.packet.zxid)
        for send in of(do.Send, effects)
        if not links or set(links) & set(send.links)
    ]


class Leading:
    """Server 1 leads; a learner's link has the number of its sid."""

    def __init__(
        self, voters: int = 3, observers: int = 0, history: History | None = None
    ) -> None:
        """Open the quorum port; nobody has called."""
        known = frozenset(range(voters + 1, voters + observers + 1))
        self.observers = known
        ensemble = Ensemble(Majority(range(1, voters + 1)), "list", known)
        self.leader = Leader(1, ensemble, history or History(), LIMITS)
        self.opening = self.leader.start()

    def hear(
        self, link: int, kind: PacketType, zxid: int, data: bytes | None = None
    ) -> list[do.Effect]:
        """Receive a packet on a link."""
        return self.leader.handle(on.Received(link, Packet(kind, zxid, data)))

    def meet(self, sid: int, *, accepted: int = 0, link: int = 0) -> list[do.Effect]:
        """Let a learner call and say who it is."""
        self.leader.handle(on.LinkUp(link or sid))
        kind = PacketType.FOLLOWERINFO
        if sid in self.observers:
            kind = PacketType.OBSERVERINFO
        info = pack_learner_info(LearnerInfo(sid))
        return self.hear(link or sid, kind, make_zxid(accepted, 0), info)

    def ack_epoch(
        self, sid: int, *, current: int = 0, last: int = 0, link: int = 0
    ) -> list[do.Effect]:
        """Let a learner promise the epoch."""
        data = current.to_bytes(4, "big", signed=True)
        return self.hear(link or sid, PacketType.ACKEPOCH, last, data)

    def ack(self, sid: int, zxid: int = -1, *, link: int = 0) -> list[do.Effect]:
        """Let a learner acknowledge a zxid, or NEWLEADER."""
        last = make_zxid(self.leader.epoch, 0) if zxid < 0 else zxid
        return self.hear(link or sid, PacketType.ACK, last)

    def serve(self, *sids: int) -> "Leading":
        """Bring these learners to broadcast."""
        for step in (self.meet, self.ack_epoch, self.ack):
            for sid in sids:
                step(sid)
        return self

    def propose(self, count: int = 1) -> list[int]:
        """Propose so many transactions, and return their zxids."""
        zxids = []
        for _ in range(count):
            zxids.append(self.leader.next_zxid)
            self.leader.handle(on.Propose(self.leader.next_zxid, ENTRY))
        return zxids

    def half_ticks(self, count: int, *alive: int) -> list[do.Effect]:
        """Let half ticks pass, in each of which these learners answer a PING."""
        effects: list[do.Effect] = []
        for _ in range(count):
            effects += self.leader.handle(TICK)
            for sid in alive:
                effects += self.hear(sid, PacketType.PING, 0, b"")
        return effects

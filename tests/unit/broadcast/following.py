"""A learner in a test's hand, whose leader says what the test wants."""

from node.broadcast import effects as do
from node.broadcast import events as on
from node.broadcast.history import History
from node.broadcast.learner import Learner
from node.events import (
    LeaderLost,
)
from node.wire.quorum import Packet, PacketType
from node.zxid import make_zxid
from tests.unit.broadcast.leading import ENTRY, LIMITS, TICK, events

UP = do.UPSTREAM


def z(epoch: int, counter: int) -> int:
    """Return a zxid."""
    return make_zxid(epoch, counter)


class Following:
    """Server 1 learns from server 3, which says what the test wants."""

    def __init__(self, history: History | None = None, *, observer: bool = False):
        self.history = history or History()
        self.learner = Learner(1, 3, self.history, LIMITS, observer=observer)
        self.opening = self.learner.start()

    def hear(
        self, kind: PacketType, zxid: int = 0, data: bytes | None = None
    ) -> list[do.Effect]:
        return self.learner.handle(on.Received(UP, Packet(kind, zxid, data)))

    def syncing(self, epoch: int = 1) -> "Following":
        """Accept an epoch."""
        self.learner.handle(on.LinkUp(UP))
        self.hear(PacketType.LEADERINFO, z(epoch, 0))
        return self

    def serving(self, epoch: int = 1) -> "Following":
        """Be brought in line by an empty DIFF."""
        self.syncing(epoch)
        self.hear(PacketType.DIFF, self.history.last_zxid)
        self.hear(PacketType.NEWLEADER, z(epoch, 0))
        self.hear(PacketType.UPTODATE, -1)
        return self

    def propose(self, *zxids: int, entry: bytes = ENTRY) -> list[do.Effect]:
        effects: list[do.Effect] = []
        for zxid in zxids:
            effects += self.hear(PacketType.PROPOSAL, zxid, entry)
        return effects

    def tail(self) -> list[int]:
        return [proposal.zxid for proposal in self.learner.tail]

    def silence(self) -> int:
        """Let half ticks pass until it gives up; return how many it bore."""
        passed = 0
        while not (over := events(LeaderLost, self.learner.handle(TICK))):
            passed += 1
        assert over == [LeaderLost(3, "silent", 1000 * self.learner.half_ticks)]
        return passed

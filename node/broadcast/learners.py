"""A leader's view of its learners: how far each one has come, and who went silent."""

from enum import Enum

from node.quorum import Majority
from node.wire.errors import ProtocolViolation
from node.wire.quorum import Packet, PacketType, unpack_learner_info
from node.zxid import epoch_of


class Stage(Enum):
    """How far one learner has come; it only ever moves down this list."""

    CONNECTED = "connected"
    KNOWN = "known"  # it sent FOLLOWERINFO or OBSERVERINFO
    EPOCH_ACKED = "epoch acked"
    SYNCHRONIZING = "synchronizing"  # our history is on its way
    ACKED_NEWLEADER = "acked NEWLEADER"
    BROADCASTING = "broadcasting"  # it got UPTODATE


class Learner:
    """One connection from a follower or observer."""

    __slots__ = (
        "accepted_epoch",
        "acked",
        "deadline",
        "last_zxid",
        "link",
        "observer",
        "sid",
        "stage",
        "synced_to",
    )

    def __init__(self, link: int, deadline: int) -> None:
        """A stranger as yet: it must introduce itself before `deadline` (tick)."""
        self.link = link
        self.deadline = deadline
        self.stage = Stage.CONNECTED
        self.sid: int = STRANGER
        self.observer = False
        self.accepted_epoch = 0
        self.last_zxid = 0
        self.synced_to = -1  # the last committed zxid that it got before NEWLEADER
        self.acked = -1  # its disk holds everything up to here

    def votes(self, quorum: Majority) -> bool:
        """Return whether its acks count: a voter that does not merely observe."""
        return not self.observer and self.sid in quorum.voters


STRANGER = -1


def greet(learner: Learner, packet: Packet) -> None:
    """Take in a FOLLOWERINFO or OBSERVERINFO."""
    learner.sid = unpack_learner_info(packet.data).sid
    if learner.sid < 0:
        raise ProtocolViolation(f"learner with the id {learner.sid}")
    learner.observer = packet.type == PacketType.OBSERVERINFO
    learner.accepted_epoch = epoch_of(packet.zxid)
    learner.stage = Stage.KNOWN


def silent(learners: dict[int, Learner], tick: int, overdue: int) -> list[Learner]:
    """Return who said nothing for too long, or has not acked an `overdue` zxid."""
    return [
        learner
        for learner in learners.values()
        if learner.deadline < tick
        or (
            learner.stage is Stage.BROADCASTING
            and not learner.observer
            and learner.acked < overdue
        )
    ]


def synced(learners: dict[int, Learner]) -> set[int]:
    """Return the followers that hold our history and still answer."""
    return {
        learner.sid
        for learner in learners.values()
        if learner.stage in (Stage.ACKED_NEWLEADER, Stage.BROADCASTING)
        and not learner.observer
    }

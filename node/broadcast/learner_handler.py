"""A leader's handlers of its learners: how far each has come, and who is silent.

After ZooKeeper's LearnerHandler, of which it has one per connection, too.
"""

from enum import Enum

from node.broadcast import effects as do
from node.events import LearnerLost
from node.quorum import Majority
from node.wire.errors import ProtocolViolation
from node.wire.quorum import (
    PROTOCOL_VERSION,
    Packet,
    PacketType,
    unpack_learner_info,
)
from node.zxid import epoch_of, make_zxid

EPOCHS_AHEAD_MAX = 1 << 16  # no failed elections bring a voter further ahead of us


class Stage(Enum):
    """How far one learner has come; it only ever moves down this list."""

    CONNECTED = "connected"
    CLAIMING = "claiming"  # it says who it is, but another link has that sid
    KNOWN = "known"  # it sent FOLLOWERINFO or OBSERVERINFO
    EPOCH_ACKED = "epoch acked"
    SYNCHRONIZING = "synchronizing"  # our history is on its way
    ACKED_NEWLEADER = "acked NEWLEADER"
    BROADCASTING = "broadcasting"  # it got UPTODATE


STRANGERS = (Stage.CONNECTED, Stage.CLAIMING)  # who has shown nothing yet


class LearnerHandler:
    """One connection from a follower or observer."""

    __slots__ = (
        "accepted_epoch",
        "acked",
        "claimed_at",
        "deadline",
        "heard_at",
        "last_zxid",
        "link",
        "observer",
        "sid",
        "stage",
        "synced_to",
        "up_to_date_at",
    )

    def __init__(self, link: int) -> None:
        """Begin with an unknown peer."""
        self.link = link
        self.deadline = 0  # the tick by which it must have given a sign of life
        self.heard_at = 0  # the half tick of the last one
        self.claimed_at = 0  # the half tick in which it claimed another link's sid
        self.stage = Stage.CONNECTED
        self.sid: int = UNKNOWN
        self.observer = False
        self.accepted_epoch = 0
        self.last_zxid = 0
        self.synced_to = -1  # the last committed zxid that it got before NEWLEADER
        self.acked = -1  # its disk holds everything up to here
        self.up_to_date_at = 0  # the tick of its UPTODATE

    def votes(self, quorum: Majority) -> bool:
        """Return whether its acks count: a voter that does not merely observe."""
        return not self.observer and self.sid in quorum.voters


UNKNOWN = -1


def greet(
    learner: LearnerHandler, packet: Packet, others: frozenset[int], accepted: int
) -> None:
    """Take in a FOLLOWERINFO or OBSERVERINFO of one of the `others`.

    Raises ProtocolViolation for anybody else, and for an acceptedEpoch that no
    ensemble reaches whose leader has accepted `accepted`: naming a newer one
    would use up the epochs.
    """
    sid, epoch = unpack_learner_info(packet.data).sid, epoch_of(packet.zxid)
    if sid not in others:
        raise ProtocolViolation(f"sid {sid} is not in the configuration")
    if not 0 <= epoch <= accepted + EPOCHS_AHEAD_MAX:
        raise ProtocolViolation(f"sid {sid} accepted epoch {epoch}, we {accepted}")
    learner.sid = sid
    learner.observer = packet.type == PacketType.OBSERVERINFO
    learner.accepted_epoch = epoch


def leader_info(link: int, epoch: int) -> do.Effect:
    """Tell a learner our epoch; it decides whether it may follow."""
    version = PROTOCOL_VERSION.to_bytes(4, "big")
    return do.Send((link,), Packet(PacketType.LEADERINFO, make_zxid(epoch, 0), version))


def rival(
    learners: dict[int, LearnerHandler], learner: LearnerHandler
) -> LearnerHandler | None:
    """Return another link that has the same sid; None if there is none."""
    for other in learners.values():
        same = other.sid == learner.sid and other is not learner
        if same and other.stage not in STRANGERS:
            return other
    return None


def lost(
    learner: LearnerHandler, why: str, have: set[int], quorum: Majority
) -> LearnerLost:
    """Return the event that tells of a lost learner, and which sids we still have."""
    return LearnerLost(
        learner.sid,
        learner.observer,
        why,
        len(have & quorum.voters),
        quorum.need,
        len(quorum.voters),
    )


def silent(
    learners: dict[int, LearnerHandler], tick: int, overdue: int, since: int
) -> list[LearnerHandler]:
    """Return who said nothing for too long, or has not acked an `overdue` zxid.

    `overdue` was proposed at tick `since`.  Who got UPTODATE later is spared: behind
    a long SNAP waits what was proposed meanwhile, and that takes a while to log.
    """
    return [
        learner
        for learner in learners.values()
        if learner.deadline < tick
        or (
            learner.stage is Stage.BROADCASTING
            and not learner.observer
            and learner.acked < overdue
            and learner.up_to_date_at < since
        )
    ]


def synced(learners: dict[int, LearnerHandler]) -> set[int]:
    """Return the followers that hold our history and still answer."""
    return {
        learner.sid
        for learner in learners.values()
        if learner.stage in (Stage.ACKED_NEWLEADER, Stage.BROADCASTING)
        and not learner.observer
    }

"""DIFF, TRUNC or SNAP: the cheapest way to make a learner's log a prefix of ours.

    learner   1 2 3           learner   1 2 3 9         learner   1
    leader    1 2 3 4 5       leader    1 2 3 4         leader    . . . 400 401
              DIFF 4 5                  TRUNC 3, 4                SNAP

A pure decision, after ZooKeeper's LearnerHandler.syncFollower.
"""

from typing import NamedTuple

from node.broadcast.history import History, Proposal
from node.events import SyncPlanned
from node.wire.quorum import Packet, PacketType
from node.zxid import counter_of, epoch_of


class Plan(NamedTuple):
    """How to bring one learner in line."""

    mode: str  # DIFF | TRUNC | SNAP
    because: str  # same | behind | ahead | unknown-tail | too-far-behind | other-epoch
    truncate_to: int = -1  # zxid, if TRUNC
    missing: tuple[Proposal, ...] = ()  # to send afterwards, committed

    def opening(self, learner_last: int, newest: int) -> Packet:
        """Return the packet that tells the learner how it will be done."""
        if self.mode == "TRUNC":
            return Packet(PacketType.TRUNC, self.truncate_to)
        if self.mode == "SNAP":
            return Packet(PacketType.SNAP, newest)
        reached = self.missing[-1].zxid if self.missing else learner_last
        return Packet(PacketType.DIFF, reached)

    def replay(self) -> list[Packet]:
        """Return what the learner lacks, each proposal with its commit."""
        packets = []
        for proposal in self.missing:
            packets.append(Packet(PacketType.PROPOSAL, *proposal))
            packets.append(Packet(PacketType.COMMIT, proposal.zxid))
        return packets


def planned(plan: Plan, sid: int, learner_last: int, history: History) -> SyncPlanned:
    """Return the event that tells what was decided for a learner, and from what."""
    return SyncPlanned(
        sid,
        plan.mode,
        plan.because,
        learner_last,
        *history.window,
        plan.truncate_to,
        len(plan.missing),
    )


def plan_sync(learner_last: int, history: History) -> Plan:
    """Choose how a learner whose log ends with `learner_last` gets our history.

    The learner may hold transactions that were never committed: those must go.
    But it may only cut its log inside one epoch.  If what it holds and what we
    know next belong to different epochs, the leader cannot know where they parted,
    and it gets the whole tree.
    """
    oldest, newest = history.window
    if learner_last == newest:
        return Plan("DIFF", "same")
    if learner_last > newest and counter_of(learner_last) != 0:
        return Plan("TRUNC", "ahead", newest)
    if not oldest <= learner_last <= newest:
        too_far = learner_last < oldest
        return Plan("SNAP", "too-far-behind" if too_far else "other-epoch")
    missing = history.after(learner_last)
    known = len(history.recent) - len(missing)
    shared = history.recent[known - 1].zxid
    if shared == learner_last or counter_of(learner_last) == 0:
        return Plan("DIFF", "behind", missing=missing)
    if epoch_of(missing[0].zxid) != epoch_of(learner_last):
        return Plan("SNAP", "other-epoch")
    return Plan("TRUNC", "unknown-tail", shared, missing)

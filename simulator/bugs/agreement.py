"""Bugs of the election, of the quorum, and of a leader."""

from collections import deque
from collections.abc import Iterable
from typing import Any

from node.broadcast import effects as do
from node.broadcast.leader import Leader, Phase
from node.broadcast.learner_handler import LearnerHandler, Stage
from node.effects import TimerFired, note
from node.election.machine import Election, Heard
from node.events import EpochAcked
from node.quorum import Majority
from node.wire.notification import PeerState
from node.wire.quorum import Packet
from simulator.bugs.bug import Bug, Swap


def _stale_timer() -> list[Swap]:
    handle, count = Election.handle, Election._count

    def believe(self: Election, event: Any) -> list[Any]:
        if event == TimerFired("finalize") and self.state is PeerState.LOOKING:
            votes = self._supporters()
            return self._decide(self.vote, self.round, votes, "vote", 0)
        return handle(self, event)

    def never_stop(self: Election) -> list[Any]:
        agreed = self.agreed
        effects = count(self)
        return effects if self.agreed and not agreed else []

    return [(Election, "handle", believe), (Election, "_count", never_stop)]


def _half() -> list[Swap]:
    def init(self: Majority, voters: Iterable[int]) -> None:
        self.voters = frozenset(voters)
        self.need = max(1, len(self.voters) // 2)

    return [(Majority, "__init__", init)]


def _commit_early() -> list[Swap]:
    at_stage = Leader._at_stage

    def generous(self: Leader, stage: Stage) -> set[int]:
        sids = at_stage(self, stage)
        if stage is Stage.ACKED_NEWLEADER:
            sids |= at_stage(self, Stage.SYNCHRONIZING)
        return sids

    return [(Leader, "_at_stage", generous)]


def _old_ballots() -> list[Swap]:
    compare = Election._compare

    def count_all(self: Election, heard: Heard) -> list[Any]:
        n = heard.notification
        if n.round < self.round:
            heard = heard._replace(notification=n._replace(round=self.round))
        return compare(self, heard)

    return [(Election, "_compare", count_all)]


def _behind_its_follower() -> list[Swap]:
    def tolerate(
        self: Leader, learner: LearnerHandler, packet: Packet
    ) -> list[do.Effect]:
        current = int.from_bytes(packet.data or b"", "big", signed=True)
        learner.last_zxid = packet.zxid
        learner.stage = Stage.EPOCH_ACKED
        effects: list[do.Effect] = [note(EpochAcked(learner.sid, current, packet.zxid))]
        if self.phase is not Phase.DISCOVERY:
            return effects + self._synchronize(learner)
        if current != -1 and learner.votes(self.quorum):
            self.epoch_acked.add(learner.sid)
        return effects + self._bind()

    return [(Leader, "_epoch_acked", tolerate)]


def _outstanding_left_out() -> list[Swap]:
    synchronize = Leader._synchronize

    def send_less(self: Leader, learner: LearnerHandler) -> list[do.Effect]:
        kept, self.agreement.outstanding = self.agreement.outstanding, deque()
        effects = synchronize(self, learner)
        self.agreement.outstanding = kept
        return effects

    return [(Leader, "_synchronize", send_less)]


BUGS = (
    Bug(
        "stale-timer-elects",
        "An election ends on a stale timer, without counting again.",
        "our own draft",
        _stale_timer,
    ),
    Bug(
        "half-is-enough",
        "A quorum is half of the voters, not more than half.",
        "classic",
        _half,
    ),
    Bug(
        "leads-too-early",
        "The leader serves before a quorum acknowledged NEWLEADER.",
        "Zab, phase 2",
        _commit_early,
    ),
    Bug(
        "old-ballots-count",
        "Ballots of an older round are counted in a newer one.",
        "FastLeaderElection",
        _old_ballots,
    ),
    Bug(
        "leader-behind-follower",
        "A leader leads whoever promised it, be its own history older.",
        "Zab, phase 1",
        _behind_its_follower,
    ),
    Bug(
        "outstanding-left-out",
        "A learner that joins does not get the proposals on their way.",
        "Zab, phase 2",
        _outstanding_left_out,
    ),
)

"""A learner's dials and waits, what it refuses, and whom it answers."""

import pytest

from node.broadcast import effects as do
from node.broadcast import events as on
from node.broadcast.history import History
from node.broadcast.learner_handler import LearnerHandler
from node.effects import TimerFired
from node.events import (
    EpochAccepted,
    LeaderLost,
    LeaderUnreachable,
    PhaseChanged,
)
from node.quorum import Majority
from node.wire.errors import ProtocolViolation
from node.wire.quorum import Packet, PacketType, pack_revalidation
from tests.unit.broadcast.following import UP, Following, z
from tests.unit.broadcast.leading import ENTRY, TICK, events, of, sent, timers

# --- the call --------------------------------------------------------------


def test_it_calls_the_leader_and_ticks_in_halves() -> None:
    it = Following()
    assert of(do.Dial, it.opening) == [do.Dial(3)]
    assert timers(it.opening) == {"tick": 1000}
    phase = PhaseChanged("FOLLOWING", "discovery", 0)
    assert events(PhaseChanged, it.opening) == [phase]
    assert timers(it.learner.handle(TICK)) == {"tick": 1000}


def test_it_tries_five_times_with_growing_pauses() -> None:
    it = Following()
    failed = on.DialFailed("host", 2888, "refused")
    pauses = []
    for tries in range(1, 5):
        effects = it.learner.handle(failed)
        pauses.append(timers(effects)["redial"])
        (event,) = events(LeaderUnreachable, effects)
        assert event == LeaderUnreachable(3, "host", 2888, tries, "refused")
        assert it.learner.handle(TimerFired("redial")) == [do.Dial(3)]
    assert pauses == [25, 50, 100, 200]
    effects = it.learner.handle(failed)
    assert [event.tries for event in events(LeaderUnreachable, effects)] == [5]
    assert events(LeaderLost, effects) == [LeaderLost(3, "refused", 0)]
    assert of(do.Abandon, effects) == [do.Abandon("leader-lost")]


def test_a_redial_timer_after_the_call_is_left_over() -> None:
    it = Following()
    it.learner.handle(on.DialFailed("host", 2888, "refused"))
    it.learner.handle(on.LinkUp(UP))
    assert it.learner.handle(TimerFired("redial")) == []


@pytest.mark.parametrize(
    ("observer", "kind"), [(False, "FOLLOWERINFO"), (True, "OBSERVERINFO")]
)
def test_it_introduces_itself(kind: str, *, observer: bool) -> None:
    it = Following(History(accepted_epoch=4), observer=observer)
    effects = it.learner.handle(on.LinkUp(UP))
    assert sent(effects, UP) == [(kind, z(4, 0))]
    assert it.learner.state == ("OBSERVING" if observer else "FOLLOWING")


# --- which epoch -----------------------------------------------------------


def test_it_promises_on_disk_and_then_says_how_far_it_is() -> None:
    it = Following(History(z(4, 9), 4, 3))
    effects = it.hear(PacketType.LEADERINFO, z(6, 0))
    assert effects[0] == do.SaveEpoch("acceptedEpoch", 6)
    assert events(EpochAccepted, effects) == [EpochAccepted(6, 3, False)]
    (send,) = of(do.Send, effects)
    assert send.packet == Packet(PacketType.ACKEPOCH, z(4, 9), (3).to_bytes(4, "big"))
    assert it.history.accepted_epoch == 6


def test_an_epoch_that_it_promised_before_is_not_promised_again() -> None:
    it = Following(History(z(4, 9), 6, 3))
    effects = it.hear(PacketType.LEADERINFO, z(6, 0))
    assert of(do.SaveEpoch, effects) == []
    assert events(EpochAccepted, effects) == [EpochAccepted(6, 3, True)]
    assert of(do.Send, effects)[0].packet.data == b"\xff\xff\xff\xff"


def test_an_older_leader_is_refused() -> None:
    with pytest.raises(ProtocolViolation, match="less than accepted epoch, 6"):
        Following(History(z(4, 9), 6, 3)).hear(PacketType.LEADERINFO, z(5, 0))


@pytest.mark.parametrize("kind", ["NEWLEADER", "PROPOSAL", "DIFF", "PING"])
def test_before_the_epoch_is_known_nothing_else_is_taken(kind: str) -> None:
    with pytest.raises(ProtocolViolation, match="in discovery"):
        Following().hear(PacketType[kind])


def test_one_that_needs_a_tree_says_that_it_has_nothing() -> None:
    it = Following(History(z(4, 9), 4, 4))
    it.syncing(6)
    it.learner.handle(on.CannotTruncate(z(4, 2)))
    again = Following(it.history)
    effects = again.hear(PacketType.LEADERINFO, z(7, 0))
    assert sent(effects) == [("ACKEPOCH", 0)]


def test_a_learner_that_was_turned_away_asks_again_after_half_a_tick() -> None:
    it = Following()
    it.learner.handle(on.LinkUp(UP))
    assert it.learner.handle(on.LinkDown(UP, "protocol: no")) == []
    assert it.learner.handle(on.LinkDown(UP, "closed")) == []
    effects = it.learner.handle(TICK)
    assert events(LeaderLost, effects) == [LeaderLost(3, "protocol: no", 1000)]
    assert of(do.Abandon, effects) == [do.Abandon("leader-lost")]


# --- broadcast -------------------------------------------------------------


def test_a_proposal_is_logged_and_acknowledged_behind_the_sync() -> None:
    it = Following().serving()
    effects = it.propose(z(1, 1))
    assert effects[:2] == [do.Append(z(1, 1), ENTRY), do.Sync()]
    assert sent(effects[2:]) == [("ACK", z(1, 1))]
    assert it.history.last_zxid == z(1, 1)
    assert it.hear(PacketType.COMMIT, z(1, 1)) == [do.Deliver(z(1, 1), ENTRY)]
    assert it.history.committed_zxid == z(1, 1)
    assert it.tail() == []


@pytest.mark.parametrize(
    ("zxid", "fits"),
    [
        (z(1, 1), True), (z(1, 2), False), (z(1, 0), False), (z(0, 2), False),
        (z(2, 1), True), (z(2, 2), False), (z(2, 0), False),
    ],
)  # fmt: skip
def test_proposals_come_without_a_gap(zxid: int, *, fits: bool) -> None:
    it = Following().serving()
    if fits:
        it.propose(zxid, zxid + 1)
    else:
        with pytest.raises(ProtocolViolation, match="Got zxid"):
            it.propose(zxid)


def test_a_repeated_proposal_is_refused() -> None:
    it = Following().serving()
    it.propose(z(1, 1))
    with pytest.raises(ProtocolViolation, match="Got zxid 0x100000001 after"):
        it.propose(z(1, 1))


def test_a_proposal_is_at_least_a_header() -> None:
    it = Following().serving()
    it.propose(z(1, 1), entry=bytes(32))
    with pytest.raises(ProtocolViolation, match="31 bytes"):
        it.propose(z(1, 2), entry=bytes(31))


def test_commits_follow_the_order_of_proposals() -> None:
    it = Following().serving()
    it.propose(z(1, 1), z(1, 2))
    with pytest.raises(ProtocolViolation, match="next pending txn 0x100000001"):
        it.hear(PacketType.COMMIT, z(1, 2))
    fresh = Following().serving()
    with pytest.raises(ProtocolViolation, match="next pending txn none"):
        fresh.hear(PacketType.COMMIT, z(1, 1))


def test_pings_syncs_and_revalidations_are_answered() -> None:
    it = Following().serving()
    assert it.hear(PacketType.PING, z(1, 3)) == [do.Pong(z(1, 3))]
    assert it.hear(PacketType.SYNC) == [do.SyncDone()]
    for alive in (True, False):
        verdict = pack_revalidation(7, alive=alive)
        effects = it.hear(PacketType.REVALIDATE, -1, verdict)
        assert effects == [do.Revalidated(7, alive)]


@pytest.mark.parametrize("kind", ["INFORM", "ACK", "DIFF", "NEWLEADER", "UPTODATE"])
def test_a_follower_takes_nothing_else_in_broadcast(kind: str) -> None:
    with pytest.raises(ProtocolViolation, match="in broadcast"):
        Following().serving().hear(PacketType[kind], z(1, 1), ENTRY)


def test_an_observer_is_informed_and_promises_nothing() -> None:
    it = Following(observer=True).serving()
    assert it.hear(PacketType.INFORM, z(1, 1), ENTRY) == [
        do.Append(z(1, 1), ENTRY), do.Deliver(z(1, 1), ENTRY), do.Sync(),
    ]  # fmt: skip
    assert it.history.last_zxid == it.history.committed_zxid == z(1, 1)
    assert it.propose(z(1, 9)) == []
    assert it.hear(PacketType.COMMIT, z(1, 9)) == []
    with pytest.raises(ProtocolViolation, match="Got zxid"):
        it.hear(PacketType.INFORM, z(1, 3), ENTRY)


def test_what_an_observer_hears_before_newleader_is_taken_over_with_it() -> None:
    it = Following(observer=True).syncing()
    it.hear(PacketType.DIFF, z(1, 2))
    assert it.hear(PacketType.INFORM, z(1, 1), ENTRY) == []
    effects = it.hear(PacketType.NEWLEADER, z(1, 0))
    assert of(do.Append, effects) == [do.Append(z(1, 1), ENTRY)]
    assert of(do.Deliver, effects) == [do.Deliver(z(1, 1), ENTRY)]
    assert sent(effects) == [("ACK", z(1, 0))]
    assert it.hear(PacketType.INFORM, z(1, 2), ENTRY)[-1] == do.Sync()


# --- silence ---------------------------------------------------------------


def test_initlimit_counts_until_newleader_and_synclimit_after_it() -> None:
    assert Following().silence() == 20
    assert Following().syncing().silence() == 20
    assert Following().serving().silence() == 10


def test_whatever_the_leader_says_is_a_sign_of_life() -> None:
    it = Following().serving()
    for _ in range(9):
        it.learner.handle(TICK)
    it.hear(PacketType.PING)
    assert it.silence() == 10


@pytest.mark.parametrize("sign", [on.TreeMoved(UP), on.TreeReceived(z(1, 5))])
def test_a_tree_that_comes_is_one_too(sign: on.Event) -> None:
    it = Following().syncing()
    for _ in range(19):
        it.learner.handle(TICK)
    it.learner.handle(sign)
    assert it.silence() == 20


def test_a_connection_that_breaks_ends_it_at_once() -> None:
    it = Following().serving()
    it.learner.handle(TICK)
    it.learner.handle(TICK)
    effects = it.learner.handle(on.LinkDown(UP, "closed"))
    assert events(LeaderLost, effects) == [LeaderLost(3, "closed", 2000)]


# --- what a leader keeps of a learner --------------------------------------


def test_only_a_follower_that_is_a_voter_has_a_vote() -> None:
    it = LearnerHandler(7)
    quorum = Majority((1, 2, 3))
    assert not it.votes(quorum)
    it.sid = 2
    assert it.votes(quorum)
    it.observer = True
    assert not it.votes(quorum), "a voter that observes"
    it.sid, it.observer = 4, False
    assert not it.votes(quorum)

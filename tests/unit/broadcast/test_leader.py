"""A leader's waits, whom it hangs up on, and when it steps down."""

import pytest

from node.broadcast import effects as do
from node.broadcast import events as on
from node.broadcast.history import History
from node.broadcast.leader import NO_EPOCH_LEFT
from node.broadcast.learner_handler import EPOCHS_AHEAD_MAX, Stage
from node.effects import StopTimer, TimerFired
from node.events import (
    EpochAcked,
    EpochProposed,
    LeaderEstablished,
    LeadershipLost,
    LearnerJoined,
    LearnerLost,
    LearnerSynced,
    PhaseChanged,
    SyncPlanned,
)
from node.wire.errors import ProtocolViolation
from node.wire.quorum import (
    PacketType,
)
from node.zxid import EPOCH_MAX, make_zxid
from tests.unit.broadcast.leading import (
    ENTRY,
    TICK,
    Leading,
    events,
    of,
    sent,
    timers,
)

INIT = TimerFired("init")


def lost(effects: list[do.Effect]) -> list[tuple[int, str]]:
    return [(event.sid, event.why) for event in events(LearnerLost, effects)]


def stepped_down(effects: list[do.Effect]) -> list[str]:
    return [abandon.why for abandon in of(do.Abandon, effects)]


# --- the phases and their time ------------------------------------------------------


def test_it_waits_initlimit_for_a_majority_and_ticks_in_halves() -> None:
    it = Leading()
    assert timers(it.opening) == {"init": 20_000, "tick": 1000}
    assert events(PhaseChanged, it.opening) == [PhaseChanged("LEADING", "discovery", 0)]
    assert timers(it.leader.handle(TICK)) == {"tick": 1000}


def test_each_phase_gets_its_own_initlimit() -> None:
    it = Leading()
    named = it.meet(2)
    assert timers(named) == {"init": 20_000}
    assert events(EpochProposed, named) == [EpochProposed(1, (1, 2), 2)]
    assert sent(named) == [("LEADERINFO", make_zxid(1, 0))]
    (send,) = of(do.Send, named)
    assert send.packet.data == b"\0\1\0\0", "version 0x10000 of the protocol"
    bound = it.ack_epoch(2)
    assert timers(bound) == {"init": 20_000}
    served = it.ack(2)
    assert StopTimer("init") in served
    assert events(LeaderEstablished, served) == [LeaderEstablished(1, (1, 2), 2, 3)]
    assert events(LearnerSynced, served) == [LearnerSynced(2, False)]
    assert it.leader.handle(INIT) == [], "left over"


@pytest.mark.parametrize(
    ("steps", "why"),
    [(0, "no-epoch-quorum"), (1, "no-epoch-acks"), (2, "no-newleader-quorum")],
)
def test_without_a_majority_in_time_it_steps_down(steps: int, why: str) -> None:
    it = Leading(voters=5)
    if steps:
        it.meet(2)
        it.meet(3)
    if steps > 1:
        it.ack_epoch(2)
        it.ack_epoch(3)
        it.ack(2)
    effects = it.leader.handle(INIT)
    assert stepped_down(effects) == [why]
    have = (1, 2) if steps > 1 else (1,)
    assert events(LeadershipLost, effects) == [LeadershipLost(why, have, 3)]


def test_alone_it_is_its_own_majority() -> None:
    it = Leading(voters=1)
    assert of(do.Serve, it.opening) == [do.Serve("LEADING", 1)]
    assert of(do.SaveEpoch, it.opening) == [
        do.SaveEpoch("acceptedEpoch", 1),
        do.SaveEpoch("currentEpoch", 1),
    ]
    assert stepped_down(it.half_ticks(100)) == []


# --- which epoch -------------------------------------------------------------------


def test_the_epoch_is_newer_than_all_that_were_accepted() -> None:
    it = Leading(voters=5, history=History(accepted_epoch=4))
    it.meet(2, accepted=7)
    assert it.leader.epoch == 0
    it.meet(3, accepted=6)
    assert it.leader.epoch == it.leader.history.accepted_epoch == 8


def test_an_observers_report_counts_for_the_number_and_not_for_the_majority() -> None:
    it = Leading(voters=3, observers=1)
    joined = it.meet(4, accepted=7)
    assert events(LearnerJoined, joined) == [LearnerJoined(4, True, 7)]
    assert it.leader.epoch == 0
    named = it.meet(2)
    assert it.leader.epoch == 8
    assert sent(named, 4) == sent(named, 2) == [("LEADERINFO", make_zxid(8, 0))]


def test_who_is_connected_and_has_said_nothing_does_not_count() -> None:
    it = Leading()
    it.leader.handle(on.LinkUp(2))
    it.leader.handle(on.LinkUp(3))
    assert it.leader.epoch == 0
    assert sent(it.meet(2), 3) == []


@pytest.mark.parametrize(("ahead", "refused"), [(0, False), (1, True)])
def test_an_epoch_that_no_ensemble_reaches_is_refused(
    ahead: int, *, refused: bool
) -> None:
    it = Leading(history=History(accepted_epoch=2))
    epoch = 2 + EPOCHS_AHEAD_MAX + ahead
    assert EPOCHS_AHEAD_MAX == 65_536
    if refused:
        with pytest.raises(ProtocolViolation, match=f"accepted epoch {epoch}, we 2"):
            it.meet(2, accepted=epoch)
    else:
        it.meet(2, accepted=epoch)
        assert it.leader.epoch == epoch + 1


def test_a_negative_epoch_is_refused() -> None:
    with pytest.raises(ProtocolViolation, match="accepted epoch -1"):
        Leading().meet(2, accepted=-1)


@pytest.mark.parametrize(("accepted", "named"), [(0, EPOCH_MAX), (1, 0)])
def test_the_last_epoch_is_named_and_none_after_it(accepted: int, named: int) -> None:
    it = Leading(history=History(accepted_epoch=EPOCH_MAX - 1 + accepted))
    effects = it.meet(2)
    assert it.leader.epoch == named
    assert stepped_down(effects) == ([] if named else [NO_EPOCH_LEFT])


def test_who_had_promised_the_epoch_before_is_not_counted_again() -> None:
    it = Leading()
    it.meet(2)
    effects = it.ack_epoch(2, current=-1)
    assert events(EpochAcked, effects) == [EpochAcked(2, -1, 0)]
    assert it.leader.phase.value == "discovery"
    it.meet(3)
    it.ack_epoch(3)
    assert it.leader.phase.value == "synchronization"


@pytest.mark.parametrize("data", [None, b"", bytes(3), bytes(5)])
def test_an_ack_of_an_epoch_must_name_one(data: bytes | None) -> None:
    it = Leading()
    it.meet(2)
    with pytest.raises(ProtocolViolation, match="ACKEPOCH without an epoch"):
        it.hear(2, PacketType.ACKEPOCH, 0, data)


@pytest.mark.parametrize(
    ("current", "last", "ahead"),
    [(1, 0, True), (0, 6, True), (0, 5, False), (0, 4, False)],
)
def test_a_follower_ahead_of_the_leader_ends_its_link(
    current: int, last: int, *, ahead: bool
) -> None:
    it = Leading(history=History(5))
    it.meet(2)
    if ahead:
        with pytest.raises(ProtocolViolation, match="Follower is ahead of the leader"):
            it.ack_epoch(2, current=current, last=last)
    else:
        it.ack_epoch(2, current=current, last=last)
        assert it.leader.phase.value == "synchronization"


# --- synchronization --------------------------------------------------------------


def test_a_newcomer_gets_what_is_in_flight_and_a_newleader_with_the_list() -> None:
    it = Leading(observers=1).serve(2)
    (first,) = it.propose()
    it.meet(3)
    effects = it.ack_epoch(3)
    assert sent(effects) == [
        ("DIFF", 0), ("PROPOSAL", first), ("NEWLEADER", make_zxid(1, 0)),
    ]  # fmt: skip
    packets = [send.packet for send in of(do.Send, effects)]
    assert packets[1].data == ENTRY
    assert packets[2].data == b"list"
    assert {send.links for send in of(do.Send, effects)} == {(3,)}
    it.meet(4)
    assert [kind for kind, _ in sent(it.ack_epoch(4))] == ["DIFF", "NEWLEADER"]


def test_what_was_decided_for_a_learner_is_told() -> None:
    recent = [(make_zxid(1, n), ENTRY) for n in (4, 5, 6)]
    it = Leading(history=History(make_zxid(1, 6), 1, 1, recent))
    it.meet(2)
    effects = it.ack_epoch(2, current=1, last=make_zxid(1, 4))
    assert events(SyncPlanned, effects) == [
        SyncPlanned(
            *(2, "DIFF", "behind", make_zxid(1, 4)),
            *(make_zxid(1, 4), make_zxid(1, 6), -1, 2),
        )
    ]
    assert [kind for kind, _ in sent(effects)] == [
        *("DIFF", "PROPOSAL", "COMMIT", "PROPOSAL", "COMMIT", "NEWLEADER"),
    ]


def test_what_a_learner_was_brought_counts_as_acked_with_newleader() -> None:
    """Its ACK of NEWLEADER says that its disk holds all that came before it."""
    it = Leading(voters=3).serve(2)
    zxids = it.propose(2)
    it.leader.handle(on.OwnAck(zxids[1]))
    it.ack(2, zxids[1])
    it.meet(3)
    it.ack_epoch(3, last=0)
    it.ack(3)
    assert it.leader.learners[3].acked == zxids[1]
    assert it.ack(3, zxids[0]) == []


# --- signs of life ------------------------------------------------------------------


def test_who_only_connects_is_cut_off_after_both_limits() -> None:
    it = Leading().serve(2)
    it.leader.handle(on.LinkUp(3))
    assert of(do.HangUp, it.half_ticks(2 * 15 + 1, 2)) == []
    assert of(do.HangUp, it.half_ticks(1, 2)) == [do.HangUp(3)]


def test_a_silent_follower_is_cut_off_after_synclimit() -> None:
    it = Leading(voters=5).serve(2, 3, 4)
    assert lost(it.half_ticks(2 * 5 + 1, 2, 3)) == []
    assert lost(it.half_ticks(1, 2, 3)) == [(4, "silent")]


def test_who_acked_newleader_early_gets_synclimit_from_uptodate_on() -> None:
    it = Leading(voters=5)
    for sid in (2, 3):
        it.meet(sid)
    for sid in (2, 3):
        it.ack_epoch(sid)
    it.ack(2)
    it.half_ticks(8)
    it.ack(3)  # four ticks later both get UPTODATE
    assert lost(it.half_ticks(2 * 5 - 2, 3)) == []
    assert lost(it.half_ticks(4, 3)) == [(2, "silent")]


def test_a_piece_of_a_tree_on_its_way_is_a_sign_of_life() -> None:
    it = Leading().serve(2)
    it.meet(3)
    it.half_ticks(20, 2)
    it.leader.handle(on.TreeMoved(3))
    assert lost(it.half_ticks(2 * 15 + 1, 2)) == []
    assert lost(it.half_ticks(1, 2)) == [(3, "silent")]


@pytest.mark.parametrize(("half_ticks", "bears"), [(0, 11), (2, 11), (3, 10)])
def test_who_pings_and_never_acks_is_cut_off(half_ticks: int, bears: int) -> None:
    """Its disk hangs: what it does not ack keeps everybody's memory waiting."""
    it = Leading(voters=5).serve(2, 3, 4)
    it.half_ticks(half_ticks, 2, 3, 4)
    (zxid,) = it.propose()
    it.ack(2, zxid)
    it.ack(3, zxid)
    passed = 0
    while not (gone := lost(it.half_ticks(1, 2, 3, 4))):
        passed += 1
    assert gone == [(4, "silent")]
    assert passed == bears


def test_who_got_uptodate_behind_a_proposal_has_a_tick_more_to_ack_it() -> None:
    it = Leading(voters=5).serve(2, 3)
    (zxid,) = it.propose()
    it.ack(2, zxid)
    it.half_ticks(2, 2, 3)
    it.serve(4)
    it.ack(3, zxid)
    assert lost(it.half_ticks(11, 2, 3, 4)) == []
    assert lost(it.half_ticks(1, 2, 3, 4)) == [(4, "silent")]


def test_without_a_living_majority_it_steps_down() -> None:
    it = Leading().serve(2, 3)
    assert stepped_down(it.half_ticks(2 * 5 + 1)) == []
    effects = it.half_ticks(1)
    assert lost(effects) == [(2, "silent"), (3, "silent")]
    assert stepped_down(effects) == ["no-quorum"]
    (event,) = events(LeadershipLost, effects)
    assert (event.synced, event.need) == ((1,), 2)


def test_a_lost_follower_is_told_with_who_is_left() -> None:
    it = Leading(voters=3, observers=1).serve(2, 3, 4)
    effects = it.leader.handle(on.LinkDown(3, "closed"))
    assert events(LearnerLost, effects) == [LearnerLost(3, False, "closed", 2, 2, 3)]
    effects = it.leader.handle(on.LinkDown(4, "closed"))
    assert events(LearnerLost, effects) == [LearnerLost(4, True, "closed", 2, 2, 3)]
    assert it.leader.handle(on.LinkDown(4, "closed")) == []


def test_pings_go_to_everybody_in_broadcast_twice_a_tick() -> None:
    it = Leading(observers=1)
    assert sent(it.half_ticks(2)) == []
    it.serve(2, 4)
    it.meet(3)
    (zxid,) = it.propose()
    for _ in range(3):
        effects = it.leader.handle(TICK)
        assert sent(effects) == [("PING", zxid)]
        assert of(do.Send, effects)[0].links == (2, 4)


# --- two links with one sid -----------------------------------------------------------


def test_a_claim_is_welcome_once_the_older_link_was_silent_for_a_tick() -> None:
    it = Leading().serve(2, 3)
    assert it.meet(3, link=9) == []
    assert of(do.HangUp, it.half_ticks(2, 2)) == []
    effects = it.half_ticks(1, 2)
    assert of(do.HangUp, effects) == [do.HangUp(3)]
    assert lost(effects) == [(3, "replaced")]
    effects = it.half_ticks(1, 2)
    assert sent(effects, 9) == [("LEADERINFO", make_zxid(1, 0))]
    assert it.leader.learners[9].stage is Stage.KNOWN


def test_a_claim_is_refused_if_the_older_link_lives() -> None:
    it = Leading().serve(2, 3)
    it.half_ticks(4, 2, 3)
    it.meet(3, link=9)
    assert of(do.HangUp, it.half_ticks(1, 2, 3)) == []
    effects = it.half_ticks(1, 2, 3)
    assert of(do.HangUp, effects) == [do.HangUp(9)]
    assert lost(effects) == []
    assert 3 in it.leader.learners

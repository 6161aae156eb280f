"""One server's election: its waits, what it dates and names, and whom it answers."""

import pytest

from node.effects import StopTimer, TimerFired
from node.election.machine import Elected, Start, Tell, Waits
from node.election.vote import NOBODY, Vote
from node.events import (
    ElectionDecided,
    ElectionStarted,
    NotificationReceived,
    NotificationTimedOut,
    QuorumAgreed,
    VoteChanged,
)
from node.wire.notification import Notification
from tests.unit.election.voting import (
    FOLLOWING,
    LAST,
    LEADING,
    LOOKING,
    OBSERVING,
    causes,
    elected,
    election,
    events,
    heard,
    of,
    said,
    started,
    timers,
    told,
)

FINALIZE, RESEND = TimerFired("finalize"), TimerFired("resend")


def test_the_waits_are_zookeepers() -> None:
    assert Waits() == Waits(finalize_ms=200, resend_min_ms=200, resend_max_ms=60_000)


def test_an_election_begins_with_a_vote_for_oneself_told_to_all_others() -> None:
    it = election(2)
    effects = it.handle(Start(Vote(2, LAST, 1), 1000))
    assert of(Tell, effects) == [Tell(1, said(2)), Tell(3, said(2))]
    assert timers(effects) == {"resend": 200}
    assert events(ElectionStarted, effects) == [ElectionStarted(1, 2, LAST, 1)]
    assert StopTimer("finalize") in effects, "one of three agrees with itself"


def test_each_election_has_the_next_round_and_counts_no_old_ballot() -> None:
    it = started(1)
    it.handle(heard(2, said(2)))
    it.handle(FINALIZE)
    effects = it.handle(Start(Vote(1, LAST, 1), 9000))
    assert {tell.notification.round for tell in of(Tell, effects)} == {2}
    assert events(QuorumAgreed, effects) == []
    assert it.handle(FINALIZE) == [], "nobody has agreed in this round"


def test_who_hears_nothing_asks_again_after_growing_waits() -> None:
    it = started()
    waits = []
    for _ in range(10):
        effects = it.handle(RESEND)
        assert told(effects) == [2, 3]
        (timed_out,) = events(NotificationTimedOut, effects)
        assert timers(effects) == {"resend": timed_out.next_ms}
        waits.append(timed_out.next_ms)
    assert waits[:8] == [400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200]
    assert waits[8:] == [60_000, 60_000]


def test_the_next_election_asks_in_small_waits_again() -> None:
    it = started()
    it.handle(RESEND)
    assert timers(it.handle(Start(Vote(1, LAST, 1), 2000))) == {"resend": 200}


def test_hearing_of_a_vote_begins_the_wait_anew() -> None:
    it = started()
    it.handle(RESEND)
    assert timers(it.handle(heard(2, said(1))))["resend"] == 400
    effects = it.handle(heard(3, said(1), 1001))
    assert timers(effects) == {"resend": 400}, "and the last wait goes on"


@pytest.mark.parametrize("timer", [FINALIZE, RESEND, TimerFired("tick")])
def test_a_timer_of_an_election_that_has_ended_does_nothing(timer: TimerFired) -> None:
    it = started(1)
    it.handle(heard(2, said(2)))
    assert elected(it.handle(FINALIZE)) is not None
    assert it.handle(timer) == []


# --- a quorum and its last wait ----------------------------------------------------


def test_a_quorum_waits_two_hundred_milliseconds_for_a_better_vote() -> None:
    it = started(1)
    effects = it.handle(heard(2, said(2), 1010))
    assert timers(effects)["finalize"] == 200
    assert events(QuorumAgreed, effects) == [QuorumAgreed(1, 2, (1, 2), 2, 3)]
    assert causes(QuorumAgreed, effects) == [("n2@1010",)]
    assert causes(VoteChanged, effects) == [("n2@1010",)]


def test_the_decision_names_its_voters_and_how_long_it_took() -> None:
    it = started(1, voters=(1, 2, 3, 4, 5), now_ms=1000)
    it.handle(heard(3, said(5), 1020))
    it.handle(heard(5, said(5), 1050))
    it.handle(heard(2, said(2), 1070))
    effects = it.handle(FINALIZE)
    assert elected(effects) == Elected(FOLLOWING, Vote(5, LAST, 1))
    (decided,) = events(ElectionDecided, effects)
    assert decided == ElectionDecided(
        *("FOLLOWING", 1, 5, LAST, 1),
        votes=(1, 3, 5), need=3, voters=5, how="vote", took_ms=50 + 200,
    )  # fmt: skip
    assert causes(ElectionDecided, effects) == [("n3@1020", "n5@1050")]
    assert effects[:2] == [StopTimer("resend"), StopTimer("finalize")]


def test_the_greatest_vote_makes_its_owner_the_leader() -> None:
    it = started(3)
    it.handle(heard(1, said(3), 1030))
    effects = it.handle(FINALIZE)
    assert elected(effects) == Elected(LEADING, Vote(3, LAST, 1))
    assert events(ElectionDecided, effects)[0].took_ms == 230


def test_a_majority_that_melted_away_elects_nobody_and_may_form_again() -> None:
    it = started(1)
    it.handle(heard(2, said(1)))
    assert it.agreed
    it.handle(heard(2, said(3)))  # better: our vote changes, 2's is 3 as well
    it.handle(heard(2, said(2), 1100))  # and now it is not
    assert it.handle(FINALIZE) == []
    effects = it.handle(heard(3, said(3), 1200))
    assert timers(effects)["finalize"] == 200, "the wait begins anew"
    decided = elected(it.handle(FINALIZE))
    assert decided is not None
    assert decided.vote.leader == 3


def test_a_supporter_that_follows_another_melts_the_majority_too() -> None:
    it = started(1)
    it.handle(heard(2, said(2)))
    it.handle(heard(2, said(3, FOLLOWING)))
    assert it.handle(FINALIZE) == []
    effects = it.handle(heard(2, said(2), 1400))
    assert timers(effects)["finalize"] == 200, "the wait begins anew"


def test_a_better_vote_during_the_wait_begins_it_anew() -> None:
    it = started(1, voters=(1, 2, 3, 4, 5))
    it.handle(heard(2, said(3)))
    it.handle(heard(3, said(3)))
    assert it.agreed
    effects = it.handle(heard(4, said(4)))
    assert StopTimer("finalize") in effects
    assert it.handle(FINALIZE) == [], "left over from the wait before"
    it.handle(heard(2, said(4)))
    assert it.agreed
    assert events(QuorumAgreed, it.handle(heard(3, said(4)))) == []


def test_a_repeated_vote_does_not_begin_the_last_wait_anew() -> None:
    it = started(1)
    it.handle(heard(2, said(2)))
    assert "finalize" not in timers(it.handle(heard(2, said(2), 1100)))


# --- rounds ---------------------------------------------------------------------


def test_a_newer_round_is_joined_as_far_as_an_ensemble_can_be_ahead() -> None:
    far = 1 + (1 << 32)
    it = started()
    effects = it.handle(heard(2, said(2, round_=far + 1)))
    assert len(events(NotificationReceived, effects)) == len(effects) == 1
    assert it.round == 1, "so far ahead is nobody"
    it.handle(heard(2, said(2, round_=far)))
    assert it.round == far


def test_a_newer_round_dissolves_a_quorum_and_keeps_the_better_vote() -> None:
    it = started(3)
    it.handle(heard(1, said(3)))
    assert it.agreed
    effects = it.handle(heard(2, said(2, round_=2), 1500))
    assert not it.agreed
    assert StopTimer("finalize") in effects
    assert [t.notification.leader for t in of(Tell, effects)] == [3, 3]
    assert events(VoteChanged, effects) == [], "it votes as before, in round 2"


def test_a_newer_round_brings_ones_own_vote_back() -> None:
    it = started(2, voters=(1, 2, 3, 4, 5))
    it.handle(heard(4, said(4)))
    effects = it.handle(heard(1, said(1, round_=2), 1500))
    (changed,) = events(VoteChanged, effects)
    assert (changed.old_leader, changed.new_leader) == (4, 2)
    assert changed.because == "newer round"


def test_who_lags_is_shown_the_newer_round() -> None:
    it = started(1)
    it.handle(heard(2, said(2, round_=4)))
    effects = it.handle(heard(3, said(3, round_=3)))
    assert of(Tell, effects) == [Tell(3, said(2, round_=4))]
    assert 3 not in it.ballots


def test_a_worse_vote_is_answered_and_an_equal_one_is_not() -> None:
    it = started(2)
    assert told(it.handle(heard(1, said(1)))) == [1]
    assert told(it.handle(heard(1, said(2)))) == []


# --- who takes no part --------------------------------------------------------------


def test_a_vote_without_history_is_not_compared() -> None:
    it = started(1)
    lost = Notification(LOOKING, 2, -1, 1, 1)
    effects = it.handle(heard(2, lost))
    assert told(effects) == []
    assert not it.ballots


@pytest.mark.parametrize("zxid", [0, 1, -2])
def test_any_other_history_is(zxid: int) -> None:
    it = election(1)
    it.handle(Start(Vote(1, zxid, 1), 0))
    it.handle(heard(2, Notification(LOOKING, 2, zxid, 1, 1)))
    assert it.vote == Vote(2, zxid, 1)


def test_who_lost_its_own_history_compares_nothing() -> None:
    it = election(1)
    it.handle(Start(Vote(1, -1, 1), 0))
    it.handle(heard(2, said(2)))
    assert it.vote.leader == 1


def test_a_stranger_is_not_answered() -> None:
    it = started(1, observers=(4,))
    effects = it.handle(heard(9, said(9)))
    assert len(effects) == 1
    (received,) = events(NotificationReceived, effects)
    assert received.sender == 9
    assert causes(NotificationReceived, effects) == [("n9@1000",)]


def test_a_vote_for_an_observer_does_not_count() -> None:
    it = started(1, observers=(4,))
    effects = it.handle(heard(2, said(4)))
    assert len(events(NotificationReceived, effects)) == len(effects) == 1
    assert it.vote.leader == 1
    assert not it.ballots


def test_an_observer_is_answered_by_voters_and_counts_for_nothing() -> None:
    it = started(1, observers=(4, 5))
    effects = it.handle(heard(4, said(NOBODY)))
    assert of(Tell, effects) == [Tell(4, said(1))]
    assert not it.ballots
    assert told(started(5, observers=(4, 5)).handle(heard(4, said(NOBODY)))) == []


def test_an_observer_votes_for_nobody_and_follows_whom_a_quorum_chose() -> None:
    it = election(4, observers=(4,))
    effects = it.handle(Start(Vote(4, LAST, 1), 1000))
    assert {t.notification.leader for t in of(Tell, effects)} == {NOBODY}
    assert told(effects) == [1, 2, 3]
    it.handle(heard(3, said(3, LEADING), 1010))
    effects = it.handle(heard(1, said(3, FOLLOWING), 1040))
    assert elected(effects) == Elected(OBSERVING, Vote(3, LAST, 1))
    (decided,) = events(ElectionDecided, effects)
    assert (decided.votes, decided.how, decided.took_ms) == ((1, 3), "join", 40)
    assert told(it.handle(heard(1, said(1)))) == [], "an observer helps nobody"


def test_an_observer_does_not_count_itself_for_a_quorum() -> None:
    it = started(4, observers=(4,))
    it.handle(heard(3, said(3, LEADING)))
    assert it.state is LOOKING
    it.handle(heard(1, said(1)))
    assert not it.agreed


# --- an ensemble that has a leader ---------------------------------------------------


def test_a_late_starter_joins_in_the_leaders_round() -> None:
    it = started(1)
    it.handle(heard(2, said(3, FOLLOWING, round_=7), 1010))
    effects = it.handle(heard(3, said(3, LEADING, round_=7), 1025))
    assert elected(effects) == Elected(FOLLOWING, Vote(3, LAST, 1))
    assert causes(ElectionDecided, effects) == [("n2@1010", "n3@1025")]
    assert events(ElectionDecided, effects)[0].took_ms == 25
    assert it.round == 7


def test_followers_that_name_a_silent_leader_are_not_enough() -> None:
    it = started(1, voters=(1, 2, 3, 4, 5))
    for sender in (2, 3, 4):
        effects = it.handle(heard(sender, said(5, FOLLOWING, round_=7)))
        assert elected(effects) is None
        assert timers(effects) == {"resend": 200}
    assert elected(it.handle(heard(5, said(5, LEADING, round_=7)))) is not None


def test_deciders_of_the_same_round_count_with_candidates() -> None:
    """Three of five: two that have decided, and one that still looks."""
    it = started(1, voters=(1, 2, 3, 4, 5))
    it.handle(heard(2, said(5)))
    assert elected(it.handle(heard(5, said(5, LEADING)))) is None
    assert elected(it.handle(heard(3, said(5, FOLLOWING)))) is not None


def test_deciders_of_another_round_are_no_ballots() -> None:
    it = started(1)
    it.handle(heard(3, said(3, LEADING, round_=7)))
    assert not it.ballots
    assert not it.agreed


def test_a_decision_of_an_older_round_is_no_ballot_of_this_one() -> None:
    it = started(1, voters=(1, 2, 3, 4, 5))
    it.handle(heard(5, said(5, LEADING)))
    it.handle(heard(2, said(5, round_=2)))
    assert elected(it.handle(heard(3, said(5, FOLLOWING, round_=2)))) is None


def test_what_was_decided_before_the_last_election_is_forgotten() -> None:
    """Its leader may be the one that has just died."""
    it = started(1, voters=(1, 2, 3, 4, 5))
    it.handle(heard(2, said(5, FOLLOWING, round_=7)))
    it.handle(heard(5, said(5, LEADING, round_=7)))
    assert elected(it.handle(heard(3, said(5, FOLLOWING, round_=7)))) is not None
    it.handle(Start(Vote(1, LAST, 1), 9000))
    assert elected(it.handle(heard(4, said(5, FOLLOWING, round_=7)))) is None


def test_who_is_named_by_others_leads_only_in_its_own_round() -> None:
    it = started(3)
    it.handle(heard(1, said(3, FOLLOWING, round_=2)))
    assert elected(it.handle(heard(2, said(3, FOLLOWING, round_=2)))) is None
    effects = it.handle(heard(1, said(3, FOLLOWING)))
    assert elected(effects) == Elected(LEADING, Vote(3, LAST, 1))


def test_who_observes_a_leader_says_nothing_of_it() -> None:
    it = started(1)
    it.handle(heard(2, said(3, OBSERVING)))
    it.handle(heard(3, said(3, OBSERVING)))
    assert it.state is LOOKING
    assert not it.ballots
    assert not it.decisions


def test_a_decided_server_answers_candidates_with_its_decision() -> None:
    it = started(1)
    it.handle(heard(2, said(2)))
    it.handle(FINALIZE)
    it.established(4)
    effects = it.handle(heard(3, said(3, round_=2)))
    (tell,) = of(Tell, effects)
    assert tell == Tell(3, Notification(FOLLOWING, 2, LAST, 1, 4))
    assert told(it.handle(heard(2, said(2, LEADING)))) == []


def test_a_notification_carries_the_member_list() -> None:
    it = election(1, config="server.1=a:1:2:participant\nversion=100000000")
    effects = it.handle(Start(Vote(1, LAST, 1), 0))
    assert {t.notification.config for t in of(Tell, effects)} == {it.config}
    received = it.handle(heard(2, said(1)._replace(config=it.config)))
    (event,) = events(NotificationReceived, received)
    assert event.config_version == 0x100000000
    assert (event.state, event.version, event.my_state) == ("LOOKING", 2, "LOOKING")

"""Which ballots belong to one election, although every process counts from one."""

from labctl.story.ballots import Ballot, Ballots, VoteChange
from labctl.story.participants import last_election, participants
from labctl.story.votes import matrix
from labctl.story.world import LabWorld, Peer
from node.events import ElectionDecided


def voted(first_ms: float, sid: int, leader: int, number: int = 1) -> Ballots:
    """Return the ballots of a node that voted for itself and then decided."""
    own, last = (Ballot(who, 1, 0x100000000, number) for who in (sid, leader))
    changes = (
        VoteChange(first_ms, own, "itself", 0, f"n{sid}.1"),
        VoteChange(first_ms + 10, last, "higher id", leader, f"n{sid}.2"),
    )
    state = "LEADING" if sid == leader else "FOLLOWING"
    decided = ElectionDecided(
        state, number, leader, 0x100000000, 1, (sid, leader), 2, 3, "vote", 20
    )
    return Ballots(
        last, changes=changes, at_ms=first_ms + 20, decided=decided, ended="e"
    )


def world(*peers: Peer) -> LabWorld:
    return LabWorld({peer.sid: peer for peer in peers})


def peer(sid: int, ballots: Ballots, *, up: bool = True) -> Peer:
    return Peer(sid, voter=True, up=up, ballots=ballots)


def test_a_dead_voters_old_round_one_is_no_part_of_a_new_round_one() -> None:
    after = world(
        peer(1, voted(9_000, 1, 3)),
        peer(2, voted(0, 2, 2), up=False),
        peer(3, voted(9_005, 3, 3)),
    )
    assert set(last_election(after)) == {1, 3}
    assert set(participants(after, 1)) == {1, 3}
    assert set(participants(after, 2)) == {2}
    assert {row.voter for row in matrix(after)} == {1, 3}


def test_the_last_election_is_the_latest_and_not_the_highest_round() -> None:
    after = world(
        peer(1, voted(9_000, 1, 3)),
        peer(2, voted(0, 2, 2, number=3), up=False),
        peer(3, voted(9_005, 3, 3)),
    )
    assert set(last_election(after)) == {1, 3}


def test_who_comes_late_takes_part_in_the_election_it_joins() -> None:
    after = world(
        peer(1, voted(0, 1, 2)),
        peer(2, voted(5, 2, 2)),
        peer(3, voted(60_000, 3, 2)),
    )
    assert set(last_election(after)) == {1, 2, 3}


def test_who_died_after_the_decision_has_taken_part_in_it() -> None:
    after = world(
        peer(1, voted(0, 1, 2)),
        peer(2, voted(5, 2, 2)),
        peer(3, voted(3, 3, 2), up=False),
    )
    assert set(last_election(after)) == {1, 2, 3}


def test_nobody_has_voted_yet() -> None:
    assert last_election(world(Peer(1, voter=True))) == {}

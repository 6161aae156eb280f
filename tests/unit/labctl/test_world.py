"""The fold over events, and when it counts as settled."""

from labctl.story.settled import looking, serving, settled
from labctl.story.world import LabWorld, advance, fallen, new_world, with_pause
from node import events
from tests.unit.labctl.streams import Stream, first_quorum, started, votes_for_itself


def after(stream: Stream, world: LabWorld | None = None) -> LabWorld:
    world = world or new_world((1, 2, 3), ())
    for record in stream.records:
        world = advance(world, record)
    return world


def test_one_voter_alone_settles_by_looking() -> None:
    stream = Stream()
    stream.at(0.0, 1, started(1))
    assert not looking(after(stream), 1)
    stream.at(0.1, 1, votes_for_itself(1, 1))
    world = after(stream)
    assert looking(world, 1)
    assert settled(world)


def test_a_majority_settles_when_everybody_who_lives_serves() -> None:
    stream = first_quorum()
    everything = stream.records
    for length in range(len(everything)):
        stream.records = everything[:length]
        world = after(stream)
        voters = [peer for peer in world.alive() if peer.state]
        if settled(world) and len(voters) >= 2:
            assert set(serving(world)) == {peer.sid for peer in world.alive()}
    stream.records = everything
    assert settled(after(stream))


def test_a_dead_leader_unsettles_its_followers() -> None:
    world = fallen(after(first_quorum()), 2)
    assert not settled(world)


def test_a_dead_follower_unsettles_until_the_leader_has_noticed() -> None:
    world = fallen(after(first_quorum()), 1)
    assert not settled(world)
    stream = Stream()
    stream.at(2.0, 2, events.LearnerLost(1, False, "closed", 2, 2, 3))
    assert settled(after(stream, world))


def test_a_paused_node_counts_as_gone_until_it_is_resumed() -> None:
    world = with_pause(after(first_quorum()), 3, paused=True)
    assert [peer.sid for peer in world.alive()] == [1, 2]
    assert not settled(world)
    assert settled(with_pause(world, 3, paused=False))


def test_without_a_majority_it_settles_when_nobody_serves() -> None:
    world = fallen(fallen(after(first_quorum()), 1), 3)
    assert not settled(world)
    stream = Stream()
    stream.at(2.0, 2, events.LearnerLost(1, False, "closed", 1, 2, 3))
    stream.at(2.1, 2, events.LeadershipLost("no-quorum", (2,), 2))
    stream.at(2.1, 2, events.StateChanged("LEADING", "LOOKING", "no-quorum"))
    assert settled(after(stream, world))


def test_nobody_alive_is_settled() -> None:
    assert settled(new_world((1, 2, 3), ()))


def test_a_new_boot_begins_from_nothing() -> None:
    stream = Stream()
    stream.at(3.0, 2, started(2))
    peer = after(stream, after(first_quorum())).peers[2]
    assert (peer.up, peer.state, peer.serving, peer.learners) == (
        True,
        "",
        False,
        frozenset(),
    )


def test_of_two_who_claim_to_lead_the_newer_epoch_is_believed() -> None:
    stream = first_quorum()
    stream.at(2.0, 3, events.StateChanged("FOLLOWING", "LEADING", "elected"))
    stream.at(2.1, 3, events.ServingClients("LEADING", 2))
    world = after(stream)
    leader = world.leader()
    assert leader is not None
    assert leader.sid == 3
    assert not settled(world)


def test_an_orderly_end_is_an_end() -> None:
    stream = first_quorum()
    stream.at(2.0, 3, events.NodeStopped("SIGTERM", 0))
    assert not after(stream).peers[3].up

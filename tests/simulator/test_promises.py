"""A server that promised a newer epoch stays out, and the next leader lets it in."""

import pytest

from node.events import Record
from node.storage.epochfiles import ACCEPTED, save_epoch
from simulator.host import KILL, Host
from simulator.world import TICK_MS, Audience, Shape, World

pytestmark = pytest.mark.sim

PROMISED = 9


def world_with_a_promise(heard: list[Record]) -> tuple[World, Host]:
    """Return three servers, of which 1 promised epoch 9 and 2 and 3 serve epoch 1."""
    world = World(7, Shape(3, 0, 60), Audience(heard.append, lambda *_: None))
    for sid in (2, 3):
        world.boot(world.hosts[sid])
    world.run(5_000)
    assert world.leader() is world.hosts[3]
    bound = world.hosts[1]
    save_epoch(bound.disk, ACCEPTED, PROMISED)
    world.boot(bound)
    return world, bound


def test_it_unseats_nobody_and_does_not_hurry() -> None:
    heard: list[Record] = []
    world, bound = world_with_a_promise(heard)
    world.run(20_000)

    assert world.leader() is world.hosts[3]
    assert world.hosts[3].server.peer.history.current_epoch == 1
    assert world.shut_out() == [bound]
    lost = [r for r in heard if type(r.event).__name__ == "LeaderLost"]
    assert {r.node for r in lost} == {1}
    assert all("less than accepted epoch, 9" in r.event.why for r in lost)
    assert 10 < len(lost) <= 20_000 // (TICK_MS // 2), (
        "it asks once a half tick at most"
    )


def test_the_next_epoch_is_newer_if_it_is_needed() -> None:
    world, bound = world_with_a_promise([])
    world.end(world.hosts[2], KILL)
    world.run(20_000)

    assert world.leader() is world.hosts[3]
    assert world.hosts[3].server.peer.history.current_epoch == PROMISED + 1
    assert bound.server.peer.serving


def test_with_every_leader_that_ends_it_comes_nearer() -> None:
    world, _ = world_with_a_promise([])
    for _ in range(PROMISED):
        world.run(10_000)
        leader = world.leader()
        assert leader is not None
        if not world.shut_out():
            break
        world.end(leader, KILL)
        world.boot(leader)
    assert world.converged()

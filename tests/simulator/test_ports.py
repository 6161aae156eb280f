"""Who is elected and cannot open its quorum port looks again, until it can."""

from itertools import pairwise

import pytest

from node.events import Record
from simulator.world import TICK_MS, Audience, Shape, World

pytestmark = pytest.mark.sim


def seconds(world: World, wanted: int) -> None:
    world.run(wanted * 1000)


def test_the_elected_retries_its_port_at_the_elections_pace_and_then_leads() -> None:
    heard: list[Record] = []
    world = World(7, Shape(3, 0, 60), Audience(heard.append, lambda *_: None))
    world.hosts[3].port_taken = True
    world.boot_all()
    seconds(world, 20)
    tries = [r for r in heard if type(r.event).__name__ == "PortUnavailable"]
    assert {(r.node, r.event.port_of, r.event.port) for r in tries} == {
        (3, "quorum", 2888)
    }
    pauses = [b.at_ms - a.at_ms for a, b in pairwise(tries)]
    assert len(pauses) > 1
    assert min(pauses) >= 200
    assert world.leader() is None
    looked = [
        r.event.why
        for r in heard
        if type(r.event).__name__ == "StateChanged" and r.event.old == "LEADING"
    ]
    assert looked == ["no-quorum-port"] * len(tries)
    assert {r.node for r in heard if type(r.event).__name__ == "NodeStopped"} == set()
    world.hosts[3].port_taken = False
    seconds(world, 20)
    assert world.leader() is world.hosts[3]
    assert world.converged()
    assert world.hosts[3].server.peer.history.accepted_epoch == 1


def test_while_it_is_away_another_is_elected() -> None:
    world = World(7, Shape(3, 0, 60))
    world.hosts[3].port_taken = True
    world.boot(world.hosts[1])
    world.boot(world.hosts[2])
    seconds(world, 5)
    assert world.leader() is world.hosts[2]
    world.boot(world.hosts[3])
    seconds(world, 5)
    assert world.converged()
    assert world.leader() is world.hosts[2]


def test_a_voter_without_others_retries_as_patiently() -> None:
    heard: list[Record] = []
    world = World(7, Shape(1, 1, 60), Audience(heard.append, lambda *_: None))
    world.hosts[1].port_taken = True
    world.boot_all()
    world.run(5 * TICK_MS)
    tries = [r for r in heard if type(r.event).__name__ == "PortUnavailable"]
    assert 2 < len(tries) <= 1 + 5 * TICK_MS // 200
    assert world.hosts[1].server.peer.history.accepted_epoch == 0
    world.hosts[1].port_taken = False
    seconds(world, 20)
    assert world.leader() is world.hosts[1]
    assert world.converged()

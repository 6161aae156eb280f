"""A session that is opened while its leader catches up has its whole time-out."""

from random import Random

import pytest

from simulator.bugs.plant import planted
from simulator.clients import OPEN, Client
from simulator.violation import Violation
from simulator.world import Shape, World

pytestmark = pytest.mark.sim
PAUSE_MS = 1500  # below syncLimit, above the session's time-out


def opened_behind_a_pause() -> Client:
    world = World(7, Shape(3, 0, 60))
    world.boot_all()
    world.run(2000)
    leader = world.leader()
    assert leader is not None
    asked = next(host for host in world.hosts.values() if host is not leader)
    client = Client(world, -1, Random(1))
    client.busy, client.timeout_ms = False, 1200
    leader.pause()
    world.run(PAUSE_MS - 300)
    client.move(asked)
    world.run(300)
    leader.resume()
    world.run(1000)
    return client


def test_it_lives_on() -> None:
    client = opened_behind_a_pause()
    assert client.state == OPEN
    assert client.session in client.world.checker.past.model.sessions


def test_a_clock_that_stood_still_is_noticed() -> None:
    with planted("clock-of-the-last-look"), pytest.raises(Violation, match="expired"):
        opened_behind_a_pause()

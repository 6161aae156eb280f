"""One whole schedule from one seed: faults and clients, then a quiet time.

In the quiet time no fault happens any more, and within 30 simulated seconds there must
be one leader, everybody in line with it, a probe write acknowledged, and the
sessions of clients that died expired.  Who has promised to ignore that leader's
epoch can join only the next: to let it in, the leader is killed, as an operator would.
"""

from collections.abc import Iterable
from random import Random
from typing import NamedTuple

from simulator.clients import Client
from simulator.drills import Drills
from simulator.faults import Faults, draw_plan
from simulator.host import KILL
from simulator.passing import asks
from simulator.violation import Violation
from simulator.world import Audience, Shape, World

STORM_MS = 7_500
PEACE_MS = 30_000
LOOK_MS = 200


class Result(NamedTuple):
    """What one schedule saw; `broken` says which promise was, if any."""

    seed: int
    broken: str
    faults: dict[str, int]  # what was really injected, by kind
    deaths: int
    elections: int
    commits: int
    operations: int
    steps: int
    simulated_ms: int
    reached: dict[str, int]  # pairs and plans, of simulator.coverage
    cleaned: int  # containers and TTL nodes that a leader ended


def run_schedule(  # noqa: PLR0913 (switches by name, all with a default)
    seed: int,
    *,
    nodes: int = 0,
    kinds: Iterable[str] | None = None,
    steered: bool = True,
    purging: bool = False,
    passing: bool = False,
    audience: Audience | None = None,
) -> Result:
    """Run one schedule to its end, or to the first broken promise.

    `nodes` is how many vote (0: drawn), `kinds` which faults happen (None: drawn,
    empty: none), `audience` hears what happens.  A schedule whose faults are drawn
    is steered toward what is rare, unless `steered` says no: its clients ask more,
    and half of the schedules are drills with fewer faults beside them.  `purging`
    servers remove old snapshots and logs; `passing` clients make containers and nodes
    with a time to live.
    """
    chance = Random(seed)
    shape = Shape.drawn(chance, nodes)._replace(purging=purging, passing=passing)
    world = World(seed, shape, audience)
    plan = [] if kinds == () else draw_plan(chance, STORM_MS, kinds or ())
    steer = Random(f"steer {seed}") if steered and kinds is None else None
    if steer is not None and steer.random() < 0.5:
        share = steer.choice((0.0, 0.1, 0.3))
        plan = [fault for fault in plan if steer.random() < share]
        Drills(world, Random(f"drills {seed}"))
    faults = Faults(world, plan)
    broken = ""
    try:
        _storm(world, chance, rarely=steer is not None, passing=passing)
        faults.heal()
        _peace(world)
    except Violation as violation:
        broken = str(violation)
    except Exception as error:  # noqa: BLE001  (whatever the node raises is a finding)
        broken = f"n?: {type(error).__name__}: {error}"
    checker = world.checker
    return Result(
        seed,
        broken,
        faults.injected,
        sum(world.deaths.values()),
        checker.elections,
        checker.commits,
        checker.operations,
        world.steps,
        world.now_ms,
        checker.coverage.reached,
        checker.past.model.cleaned,
    )


def _storm(world: World, chance: Random, *, rarely: bool, passing: bool) -> None:
    world.boot_all()
    for number in range(1, chance.choice((3, 4, 5)) + 1):
        rare = Random(f"client {world.seed} {number}") if rarely else None
        client = Client(world, -number, Random(world.seed * 100 + number), rare)
        if passing:
            client.also = asks(client, Random(f"passing {world.seed} {number}"))
        world.clients.append(client)
        world.later(chance.randint(0, 500), client.connect)
    world.run(STORM_MS)


def _peace(world: World) -> None:
    """Nothing goes wrong any more: service must come back, and nothing be lost."""
    for client in world.clients:
        client.busy = False
        client.come_back()
    probe = Client(world, -100, Random(world.seed))
    probe.busy = False
    probe.connect()
    asked = 0
    end_ms = world.now_ms + PEACE_MS
    while world.now_ms < end_ms:
        world.run(LOOK_MS)
        if probe.state == "open" and not (probe.waiting or probe.acked):
            asked += 1  # a connection that broke meanwhile took the last one along
            probe.create(f"/probe{asked}", b"peace")
        if probe.acked and world.converged() and not _strangers(world, probe):
            break
        leader = world.leader()
        if probe.acked and leader is not None and world.shut_out():
            world.died(leader, KILL)
    else:
        raise Violation(_why(world, probe))
    for host in world.hosts.values():
        host.server.publish_txn_ranges()
    world.checker.finish(world.hosts.values())


def _strangers(world: World, probe: Client) -> set[int]:
    """Return sessions that no living client holds: they ought to expire."""
    held = {client.session for client in (*world.clients, probe)}
    return world.checker.past.model.sessions.keys() - held


def _why(world: World, probe: Client) -> str:
    states = [
        f"n{sid} {host.server.peer.state.name}/{host.server.peer.phase}"
        if host.up
        else f"n{sid} down"
        for sid, host in world.hosts.items()
    ]
    return (
        f"Liveness: {PEACE_MS // 1000} s after the last fault: {', '.join(states)};"
        f" probe {'acked' if probe.acked else probe.state};"
        f" {len(_strangers(world, probe))} dead sessions"
    )

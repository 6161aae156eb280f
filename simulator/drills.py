"""Drills: short scripts that bring about what chance alone seldom does.

A drill acts on the world and yields what it waits for: milliseconds, or a condition.
Whom it concerns, and for how long, is drawn from the seed.  If a condition does not
come true in time the drill ends, and another one begins.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

from node.broadcast.leader import Leader
from node.wire.notification import PeerState
from simulator.clients import OPEN, Client
from simulator.host import KILL, POWER, Host
from simulator.world import World

PATIENCE_MS = 1500
LOOK_MS = 2
HOLD_MAX_MS = 1100  # below syncLimit: nobody is given up for it

Wait = int | Callable[[], bool]
Drill = Callable[[World, Random], Iterator[Wait]]


class Drills:
    """Plays one drill after another until the faults end."""

    def __init__(self, world: World, chance: Random) -> None:
        """Put the first one into the world's future."""
        self.world = world
        self.chance = chance
        self.steps: Iterator[Wait] = iter(())
        world.later(chance.randint(300, 900), self._next)

    def _next(self) -> None:
        """Go on to the next wait of this drill, or to the next drill."""
        if self.world.peace:
            self._end()
            return
        wait = next(self.steps, None)
        if wait is None:
            self._end()
            self.steps = self.chance.choice(DRILLS)(self.world, self.chance)
            wait = self.chance.randint(20, 300)
        if isinstance(wait, int):
            self.world.later(wait, self._next)
        else:
            self._look(wait, self.world.now_ms + PATIENCE_MS)

    def _look(self, condition: Callable[[], bool], until_ms: int) -> None:
        if self.world.peace or self.world.now_ms > until_ms:
            self._end()
        elif not condition():
            self.world.later(LOOK_MS, self._look, condition, until_ms)
            return
        self._next()

    def _end(self) -> None:
        """Give a drill up: whatever it holds back goes on."""
        steps, self.steps = self.steps, iter(())
        if hasattr(steps, "close"):
            steps.close()


# --- parts of drills ----------------------------------------------------------------


@contextmanager
def held(world: World, *pairs: tuple[int, int]) -> Iterator[None]:
    """Hold back what some servers send to others."""
    cut = list(pairs)
    world.network.open_cut(cut)
    world.report("partition", *sorted({one for one, _ in cut}))
    try:
        yield
    finally:
        if not world.peace:  # which has ended all cuts already
            world.network.close_cut(cut)


def others(world: World, *hosts: Host) -> list[Host]:
    """Return the voters that are none of these."""
    return [world.hosts[sid] for sid in sorted(world.voters) if sid not in _sids(hosts)]


def serving(host: Host) -> bool:
    """Return whether a server runs and serves."""
    return host.up and host.inbox is None and host.server.peer.serving


def all_serve(world: World) -> bool:
    """Return whether every voter serves."""
    return all(serving(world.hosts[sid]) for sid in world.voters)


def at(client: Client, host: Host) -> Callable[[], bool]:
    """Return the condition that a client has its session open on a server."""
    return lambda: client.state == OPEN and client.host is host


def leads(host: Host, *, phase: str = "") -> bool:
    """Return whether a server leads, and is that far."""
    if not host.up or host.server.peer.state is not PeerState.LEADING:
        return False
    return phase in ("", host.server.peer.phase)


def _sids(hosts: tuple[Host, ...]) -> set[int]:
    return {host.sid for host in hosts}


def write(client: Client, chance: Random, writes: int, times: int = 1) -> None:
    """Let a client ask for some writes, if it can; `times` makes them long."""
    for _ in range(writes if client.state == OPEN else 0):
        data = b"drill %d " % chance.randint(0, 999) * times
        client.set(f"/k{chance.randint(0, 5)}", data)


def logs_a_tail(host: Host) -> Callable[[], bool]:
    """Return the condition that a leader's disk holds what nobody else has."""

    def holds() -> bool:
        role = host.server.peer.role if host.up else None
        if not isinstance(role, Leader) or not role.tail:
            return False
        return role.agreement.own_ack >= role.tail[-1].zxid

    return holds


# --- clients ------------------------------------------------------------------------


def session_moves(world: World, chance: Random) -> Iterator[Wait]:
    """A client moves while its last writes are on their way from its old server."""
    yield lambda: all_serve(world)
    leader = world.leader()
    if leader is None:
        return
    old, client = chance.choice(others(world, leader)), chance.choice(world.clients)
    client.move(old)
    yield at(client, old)
    with held(world, (old.sid, leader.sid)):
        write(client, chance, chance.randint(1, 3))
        yield chance.randint(3, 30)
        new = chance.choice(others(world, old))
        client.move(new)
        yield at(client, new)
        write(client, chance, chance.randint(0, 2))
        yield chance.randint(0, 60)
    yield chance.randint(10, 60)


def sync_behind(world: World, chance: Random) -> Iterator[Wait]:
    """A client asks for a sync from a follower that lags behind."""
    yield lambda: all_serve(world)
    leader = world.leader()
    if leader is None or len(world.clients) < 2:
        return
    late = chance.choice(others(world, leader))
    asks, writes = chance.sample(world.clients, 2)
    asks.move(late)
    writes.move(chance.choice(others(world, late)))
    yield lambda: at(asks, late)() and writes.state == OPEN
    with held(world, (leader.sid, late.sid)):
        before = writes.acked
        write(writes, chance, 2)
        yield lambda: writes.acked > before
        if asks.state == OPEN:
            asks.sync_and_get(f"/k{chance.randint(0, 5)}")
        yield chance.randint(20, 300)


def session_sleeps(world: World, chance: Random) -> Iterator[Wait]:
    """A client is silent for nearly its time-out, or longer, and comes back."""
    client = min(world.clients, key=lambda c: (c.timeout_ms, chance.random()))
    yield lambda: client.state == OPEN
    timeout_ms = client.timeout_ms
    client.leave()
    share = chance.choice((0.5, 0.8, 0.95, 1.1, 1.4, 1.9))
    yield int(timeout_ms * share)
    client.move(chance.choice(list(world.hosts.values())))
    yield chance.randint(10, 100)


def reads_under_a_new_leader(world: World, chance: Random) -> Iterator[Wait]:
    """A client sees a new epoch before its first write, and moves to a follower."""
    yield lambda: all_serve(world)
    old, client = world.leader(), chance.choice(world.clients)
    if old is None:
        return
    try:
        client.busy = False
        for one in world.clients:
            one.leave()
        world.end(old, KILL)
        rest = others(world, old)
        yield lambda: any(leads(host, phase="broadcast") for host in rest)
        leader = next(host for host in rest if leads(host))
        client.move(leader)
        yield at(client, leader)
        client.sync_and_get("/k0")
        yield chance.randint(10, 20)
        client.move(chance.choice(others(world, old, leader)))
        yield chance.randint(10, 30)
        if client.state == OPEN:
            client.sync_and_get("/k0")
        yield chance.randint(10, 20)
    finally:
        if not world.peace:
            client.busy = True
            client.hang_up()  # it asks again once it is back
            for one in world.clients:
                one.come_back()
            world.revive(old)


# --- histories that part --------------------------------------------------------------


def joins_in_flight(world: World, chance: Random) -> Iterator[Wait]:
    """A follower is brought in line while proposals wait for their acks."""
    yield lambda: all_serve(world)
    leader = world.leader()
    if leader is None:
        return
    joins = chance.choice(others(world, leader))
    client = chance.choice(world.clients)
    client.move(leader)
    world.end(joins, KILL)
    yield at(client, leader)
    rest = others(world, leader, joins)
    with held(world, *[(host.sid, leader.sid) for host in rest]):
        write(client, chance, chance.randint(1, 3))
        yield chance.randint(5, 20)
        world.revive(joins)
        began_ms = world.now_ms
        yield lambda: serving(joins) or world.now_ms - began_ms > HOLD_MAX_MS
        yield chance.randint(0, 20)
    world.revive(joins)


def ahead_of_the_leader(world: World, chance: Random) -> Iterator[Wait]:
    """A server with an uncommitted tail comes to a leader that is not yet followed."""
    yield lambda: all_serve(world)
    ahead = world.leader()
    if ahead is None:
        return
    client, rest = chance.choice(world.clients), others(world, ahead)
    client.move(ahead)
    yield at(client, ahead)
    with held(world, *[(ahead.sid, host.sid) for host in rest]):
        write(client, chance, 2)
        yield logs_a_tail(ahead)
        world.end(ahead, KILL)
    yield lambda: any(leads(host, phase="discovery") for host in rest)
    leader = next(host for host in rest if leads(host))
    away = others(world, ahead, leader)[len(world.voters) // 2 - 1 :]
    pairs = [(host.sid, leader.sid) for host in away]
    with held(world, *pairs, *[(leader.sid, sid) for sid, _ in pairs]):
        world.revive(ahead)
        yield chance.randint(60, 350)
    world.revive(ahead)


def snapshot_beyond_the_cut(world: World, chance: Random) -> Iterator[Wait]:
    """A server crashes as it adopts a tree that no quorum holds, and is cut back.

    Its older snapshot and log lead to where the next leader ends; the tree that it
    was writing lies beyond.
    """
    yield lambda: all_serve(world)
    crashes = world.leader()
    if crashes is None or len(world.voters) != 3:
        return
    client = chance.choice(world.clients)
    client.move(crashes)
    yield at(client, crashes)
    pair = others(world, crashes)
    with held(world, *[(crashes.sid, host.sid) for host in pair]):
        write(client, chance, 1)
        yield logs_a_tail(crashes)
        for one in world.clients:
            one.leave()
        world.end(crashes, KILL)
    yield lambda: any(leads(host, phase="broadcast") for host in pair)
    first = next(host for host in pair if leads(host))
    last = others(world, crashes, first)[0]
    yield lambda: serving(last)
    with held(world, (first.sid, last.sid)):
        client.move(first)
        yield at(client, first)
        write(client, chance, 1)
        yield logs_a_tail(first)
        client.leave()
        world.end(last, KILL)
        world.end(first, KILL)
    how = chance.choice((KILL, POWER))
    world.revive(first)
    world.revive(crashes)
    crashes.ambush = "NewLeaderReceived", chance.randint(3, 9), how
    yield lambda: not crashes.up
    world.end(first, KILL)
    world.revive(last)
    yield lambda: serving(last) and serving(crashes)
    world.revive(first)
    for one in world.clients:
        one.come_back()


# --- disks --------------------------------------------------------------------------


def acked_on_slow_disks(world: World, chance: Random) -> Iterator[Wait]:
    """Followers lose power as they write, and go on without their leader."""
    yield lambda: all_serve(world)
    leader = world.leader()
    if leader is None:
        return
    client, rest = chance.choice(world.clients), others(world, leader)
    client.move(leader)
    yield at(client, leader)
    for host in rest:
        host.slow_ms = 300
    before, began_ms = client.acked, world.now_ms
    write(client, chance, 2)
    yield lambda: client.acked > before or world.now_ms - began_ms > 100
    world.end(leader, KILL)
    for host in rest:
        host.slow_ms = 3
        world.end(host, POWER)
    yield chance.randint(5, 50)
    for host in rest:
        world.revive(host)
    yield lambda: any(leads(host, phase="broadcast") for host in rest)
    world.revive(leader)


def log_torn_and_continued(world: World, chance: Random) -> Iterator[Wait]:
    """A log is torn by a power cut, goes on in another file, and is read again."""
    yield lambda: all_serve(world)
    leader = world.leader()
    if leader is None:
        return
    torn, client = chance.choice(others(world, leader)), chance.choice(world.clients)
    client.move(leader)
    yield at(client, leader)
    for _ in range(4):
        write(client, chance, 1)  # a file that begins well
        yield chance.randint(10, 25)
        write(client, chance, 1, times=70)  # spans sectors of the disk
        yield lambda: torn.up and torn.workers[0].job is not None
        world.end(torn, POWER, steps=1)  # between a write and its sync
        yield chance.randint(2, 10)
        world.revive(torn)
        yield lambda: serving(torn)
    write(client, chance, 2)
    yield chance.randint(10, 30)
    world.end(torn, KILL)
    yield chance.randint(2, 10)
    world.revive(torn)


DRILLS: tuple[Drill, ...] = (
    session_moves,
    sync_behind,
    session_sleeps,
    reads_under_a_new_leader,
    joins_in_flight,
    ahead_of_the_leader,
    snapshot_beyond_the_cut,
    acked_on_slow_disks,
    log_torn_and_continued,
)

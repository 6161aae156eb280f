"""What goes wrong, and when: a plan of timed faults, drawn from the seed ("swarm").

Each schedule draws its own mix, so that some runs are nothing but power cuts and
others nothing but partitions: a mix of everything everywhere finds less (Groce et
al., "Swarm testing", 2012).
"""

from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import NamedTuple

from simulator.host import EIO, KILL, POWER, Host
from simulator.world import World

KINDS = (
    "kill",  # the process ends, between any two effects; its writes survive
    "power",  # the same, and what was not synced may be lost
    "ambush",  # a kill or power cut a few effects after a certain event
    "partition",  # one way or both; partitions overlap
    "reset",  # a server's quorum connections break
    "delay",  # messages take long, votes get lost
    "pause",  # a server stands still, and goes on
    "clock",  # a server's wall clock jumps
    "fsync",  # a sync fails: the server ends and recovers
    "slow",  # a disk takes its time
    "client",  # a client loses its connection, or its way to a server
)

QUIET = (KILL, POWER, "ambush", EIO)  # reported when the process dies, not when planned

MARKS = (  # an ambush crashes a server at one of these events
    "EpochAccepted",
    "EpochProposed",
    "EpochSaved",
    "NewLeaderReceived",
    "SyncReceived",
    "SyncPlanned",
    "UpToDate",
    "LeaderEstablished",
    "ServingClients",
    "TxnsLogged",
    "TxnsProposed",
    "ElectionDecided",
    "StateChanged",
    "SnapshotTaken",
)


class PlannedFault(NamedTuple):
    """One thing that goes wrong; `dice` decides the rest of it."""

    at_ms: int
    kind: str
    dice: int


def draw_plan(
    chance: Random, for_ms: int, kinds: Iterable[str] = ()
) -> list[PlannedFault]:
    """Draw a plan; crashes and partitions are always part of a swarm's mix."""
    wanted = list(kinds)
    if not wanted:
        crash = chance.choice(("kill", "power", "ambush"))
        share = chance.choice((0.2, 0.5, 0.9))
        others = [kind for kind in KINDS if chance.random() < share]
        wanted = list(dict.fromkeys((crash, "partition", *others)))
    plan = []
    for kind in wanted:
        least = {"kill": 3, "power": 3, "ambush": 4, "partition": 2}.get(kind, 1)
        for _ in range(chance.randint(least, 2 * least + 2)):
            fault = PlannedFault(
                chance.randint(300, for_ms), kind, chance.getrandbits(32)
            )
            plan.append(fault)
    return sorted(plan)


class Faults:
    """Injects a plan into a world, and ends it."""

    def __init__(self, world: World, plan: list[PlannedFault]) -> None:
        """Put the plan into the world's future."""
        self.world = world
        self.plan = plan
        self.injected: dict[str, int] = {}
        self.acts: Mapping[str, Callable[[Host, Random], bool]] = {
            "kill": self._kill,
            "power": self._power,
            "ambush": self._ambush,
            "partition": self._partition,
            "reset": self._reset,
            "delay": self._delay,
            "pause": self._pause,
            "clock": self._clock,
            "fsync": self._fsync,
            "slow": self._slow,
            "client": self._client,
        }
        for fault in plan:
            world.later(fault.at_ms, self._inject, fault)

    def heal(self) -> None:
        """End all faults for good; servers that are down start."""
        world = self.world
        world.peace = True
        world.report("peace")
        world.network.cuts.clear()
        world.network.delay_max_ms, world.network.loss = 3, 0.0
        for host in world.hosts.values():
            self._resume(host)
            host.disk.failing_syncs = 0
            host.slow_ms = 3
            host.fuse, host.ambush = -1, None
        world.boot_all()

    def _inject(self, fault: PlannedFault) -> None:
        if self.world.peace:
            return
        chance = Random(fault.dice)
        host = self._victim(chance)
        if self.acts[fault.kind](host, chance):
            self.injected[fault.kind] = self.injected.get(fault.kind, 0) + 1
            if fault.kind not in QUIET:
                self.world.report(fault.kind, host.sid)

    def _victim(self, chance: Random) -> Host:
        """Choose a server: half of the time the one that leads."""
        leader = self.world.leader()
        if leader is not None and chance.random() < 0.5:
            return leader
        return chance.choice(list(self.world.hosts.values()))

    def _kill(self, host: Host, chance: Random, how: str = KILL) -> bool:
        """End one server, or several at once, after so many more effects."""
        victims = {host.sid: host}
        if chance.random() < 0.3:
            hosts = list(self.world.hosts.values())
            for other in chance.sample(hosts, chance.randint(1, len(hosts))):
                victims[other.sid] = other
        fell = False
        for victim in victims.values():
            if victim.up:
                victim.fuse, victim.fuse_how = chance.randint(0, 40), how
                fell = True
        return fell

    def _power(self, host: Host, chance: Random) -> bool:
        return self._kill(host, chance, POWER)

    def _ambush(self, host: Host, chance: Random) -> bool:
        how = chance.choice((KILL, POWER, POWER))
        host.ambush = chance.choice(MARKS), chance.randint(0, 10), how
        return True

    def _partition(self, host: Host, chance: Random) -> bool:
        """Cut some servers off from the others: one way, or both."""
        sids = list(self.world.hosts)
        away = {host.sid}
        if chance.random() < 0.6:
            away |= set(chance.sample(sids, chance.randint(1, len(sids) // 2)))
        pairs = [(one, other) for one in away for other in sids if other not in away]
        if not pairs:
            return False
        way = chance.choice(("both", "out", "in"))
        back = [(other, one) for one, other in pairs]
        cut = {"both": pairs + back, "out": pairs, "in": back}[way]
        network = self.world.network
        network.open_cut(cut)
        self.world.later(chance.randint(300, 4000), network.close_cut, cut)
        return True

    def _reset(self, host: Host, chance: Random) -> bool:
        links = list(host.links.values())
        for link in links:
            link.break_off("reset", losing=True)
            host.later(0, host.server.link_down, link.number, "reset")
        return bool(links)

    def _delay(self, _host: Host, chance: Random) -> bool:
        network = self.world.network
        network.delay_max_ms = chance.choice((20, 80, 300))
        network.loss = chance.choice((0.0, 0.1, 0.4))

        def over() -> None:
            network.delay_max_ms, network.loss = 2, 0.0

        self.world.later(chance.randint(500, 4000), over)
        return True

    def _pause(self, host: Host, chance: Random) -> bool:
        host.pause()
        self.world.later(chance.randint(200, 4000), self._resume, host)
        return host.up

    def _resume(self, host: Host) -> None:
        if host.inbox is not None:
            self.world.report("resume", host.sid)
        host.resume()

    def _clock(self, host: Host, chance: Random) -> bool:
        host.skew_ms = chance.randint(-86_400_000, 86_400_000)
        return True

    def _fsync(self, host: Host, _chance: Random) -> bool:
        host.disk.failing_syncs = 1
        return host.up

    def _slow(self, host: Host, chance: Random) -> bool:
        host.slow_ms = chance.choice((30, 200, 1000))
        self.world.later(chance.randint(500, 3000), setattr, host, "slow_ms", 3)
        return True

    def _client(self, host: Host, chance: Random) -> bool:
        if not self.world.clients:
            return False
        client = chance.choice(self.world.clients)
        if chance.random() < 0.5:
            client.hang_up()
            return True
        pairs = [(client.number, host.sid), (host.sid, client.number)]
        cut = pairs if chance.random() < 0.5 else pairs[: chance.randint(1, 2)]
        self.world.network.open_cut(cut)
        later_ms = chance.randint(300, 4000)
        self.world.later(later_ms, self.world.network.close_cut, cut)
        return True

"""A seeded world: one heap of future events, one source of chance, no real time.

Every run of one seed is the same run: the seed is the bug report.  Whole servers
live in it, from election to client service, with the node's own log and recovery
code on simulated disks; faults and clients are drawn from the seed as well.
"""

import heapq
from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

from node.config import Config
from node.effects import Note
from node.events import Record
from node.members import Server as Member
from node.storage.disk import StorageError
from node.wire.notification import PeerState
from simulator.checkers import Checker
from simulator.clients import Client
from simulator.host import EIO, KILL, Died, Host
from simulator.network import Heard, Network
from simulator.violation import Violation

TICK_MS = 400


class Shape(NamedTuple):
    """What is drawn before anything happens."""

    voters: int
    observers: int
    snap_count: int  # transactions between snapshots
    purging: bool = False  # whether each server removes old files when it starts
    passing: bool = False  # whether there are containers and TTL nodes

    @classmethod
    def drawn(cls, chance: Random, nodes: int = 0) -> "Shape":
        """Draw the size of an ensemble, unless it is given, and its habits."""
        voters, observers = chance.choice((3, 3, 5)), chance.choice((0, 0, 1))
        if nodes:
            voters, observers = nodes, 0
        return cls(voters, observers, chance.choice((20, 60, 100_000)))


class Audience(NamedTuple):
    """Who narrates: it gets the servers' events, and what is done to the servers."""

    hear: Callable[[Record], None]
    see: Callable[[int, str, tuple[int, ...]], None]  # at_ms, kind, servers
    link: Heard = lambda _what, _pairs: None  # a cut that begins or ends


class World:
    """Servers, network, disks, clock and chance, all from one seed."""

    def __init__(
        self, seed: int, shape: Shape, audience: Audience | None = None
    ) -> None:
        """Build the world; no server is up before `boot_all`."""
        self.seed = seed
        self.chance = Random(seed)
        self.now_ms = 0
        self.order = 0
        self.future: list[tuple[int, int, Callable[..., None], tuple[Any, ...]]] = []
        self.audience = audience
        self.narrated = audience is not None
        self.network = Network(self, Random(seed + 1))
        if audience is not None:
            self.network.heard = audience.link
        configs = [_config(sid, shape) for sid in _sids(shape)]
        self.hosts = {config.my_id: Host(self, config) for config in configs}
        self.voters = frozenset(range(1, shape.voters + 1))
        self.checker = Checker(self.voters)
        self.clients: list[Client] = []
        self.deaths: dict[str, int] = {}  # how -> how often
        self.repaired = 0  # disks that a power cut left unreadable
        self.steps = 0
        self.peace = False

    # --- running ------------------------------------------------------------------

    def run(self, for_ms: int) -> None:
        """Let simulated time pass."""
        until = self.now_ms + for_ms
        future = self.future
        while future and future[0][0] <= until:
            self.now_ms, _, act, args = heapq.heappop(future)
            self.steps += 1
            act(*args)
        self.now_ms = until

    def later(self, after_ms: int, act: Callable[..., None], *args: Any) -> int:
        """Put something into the future; ties keep their order."""
        self.order += 1
        heapq.heappush(self.future, (self.now_ms + after_ms, self.order, act, args))
        return self.order

    # --- servers ------------------------------------------------------------------

    def boot_all(self) -> None:
        """Switch everybody on."""
        for host in self.hosts.values():
            if not host.up:
                self.boot(host)

    def boot(self, host: Host) -> None:
        """Start a process; what a power cut made unreadable, an operator repairs."""
        try:
            host.boot()
        except Died as died:
            self.died(host, died.how)
        except OSError:
            self.died(host, EIO)
        except StorageError as error:
            if not self._repair(host):
                raise Violation(
                    f"n{host.sid} refuses its synced disk: {error}"
                ) from error
            host.die(KILL)
            self.boot(host)
        else:
            self.checker.look(host)

    def _repair(self, host: Host) -> bool:
        """Cut off what was never synced; False if there is nothing to cut off."""
        if not host.disk.synced_only:
            return False
        host.disk.repair()
        host.disk.synced_only = {}
        self.repaired += 1
        self.report("repaired", host.sid)
        return True

    def died(self, host: Host, how: str) -> None:
        """End a process that came to the end of its fuse, and start another soon."""
        self.end(host, how)
        down_ms = self.chance.randint(10, self.chance.choice((200, 2500)))
        self.later(down_ms, self.revive, host)

    def end(self, host: Host, how: str, steps: int = -1) -> None:
        """End a process, after so many steps of what its disk is doing."""
        if host.up:
            self.deaths[how] = self.deaths.get(how, 0) + 1
            self.report(how, host.sid)
            host.die(how, steps)

    def revive(self, host: Host) -> None:
        """Start a process unless one runs."""
        if not host.up:
            self.boot(host)

    def published(self, host: Host, published: Note, name: str) -> None:
        """Show an event to the checkers, and to the narrator if there is one."""
        record = Record(
            name,
            "sim",
            host.sid,
            str(host.life),
            host.seq,
            float(self.now_ms),
            tuple(c for c in published.cause if c) or host.because_ids,
            published.src,
            published.event,
        )
        self.checker.noted(host, record)
        if self.audience is not None:
            self.audience.hear(record)

    def report(self, kind: str, *sids: int) -> None:
        """Show the narrator what is done to the servers."""
        if self.audience is not None:
            self.audience.see(self.now_ms, kind, sids)

    # --- how things stand -----------------------------------------------------------

    def leader(self) -> Host | None:
        """Return the serving leader of the newest epoch, if there is one."""
        leading = [
            host
            for host in self.hosts.values()
            if host.up
            and host.server.peer.serving
            and host.server.peer.state is PeerState.LEADING
        ]
        return max(
            leading, key=lambda h: h.server.peer.history.current_epoch, default=None
        )

    def shut_out(self) -> list[Host]:
        """Return who promised to ignore the leader's epoch, and so cannot join it."""
        leader = self.leader()
        if leader is None:
            return []
        epoch = leader.server.peer.history.current_epoch
        return [
            host
            for host in self.hosts.values()
            if host.up
            and not host.server.peer.serving
            and host.server.peer.history.accepted_epoch > epoch
        ]

    def converged(self) -> bool:
        """Return whether everybody serves, and holds the same history."""
        if not all(h.up and h.server.peer.serving for h in self.hosts.values()):
            return False
        ends = {h.server.peer.history.committed_zxid for h in self.hosts.values()}
        return len(ends) == 1


def _sids(shape: Shape) -> range:
    return range(1, shape.voters + shape.observers + 1)


def _config(sid: int, shape: Shape) -> Config:
    servers = {}
    for number in _sids(shape):
        role = "participant" if number <= shape.voters else "observer"
        servers[number] = Member(number, f"n{number}", 2888, 3888, role)
    extra = {
        "preAllocSize": "8",
        "snapCount": str(shape.snap_count),
        "fastleader.maxNotificationInterval": "1000",
    }
    if shape.passing:
        extra["extendedTypesEnabled"] = "true"
        extra["znode.container.checkIntervalMs"] = "300"
    if shape.purging:
        extra["autopurge.purgeInterval"] = "1"
    return Config(
        path="simulated",
        data_dir="",
        data_log_dir="",
        client_host="",
        client_port=2181,
        servers=servers,
        my_id=sid,
        tick_ms=TICK_MS,
        init_limit=10,
        sync_limit=4,
        connect_limit=10,
        min_session_ms=2 * TICK_MS,
        max_session_ms=20 * TICK_MS,
        max_client_cnxns=0,
        peer_type=servers[sid].role,
        listen_on_all_ips=False,
        extra=extra,
        places={},
        warnings=(),
    )

"""One simulated machine: a real `Server`, and the world as it sees it.

A fuse is a countdown to a crash.  If one is set, each call of the server to its
world takes one off; at zero the process dies there, between two effects of one
list or in the middle of a disk operation.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from random import Random
from typing import Protocol

from node.broadcast.effects import UPSTREAM
from node.clients.connection import OPEN, Connection
from node.config import Config
from node.effects import Note, note
from node.events import LeaderDialed, NodeStopped, NotificationSent
from node.server import Server
from node.settings import started
from node.storage.store import Store, StoreEnvironment
from node.wire.notification import Notification, PeerState
from node.wire.quorum import Packet
from simulator.checkers import Checker
from simulator.disk import SimDisk
from simulator.frames import Frames
from simulator.network import Channel, Down, Link, LinkWorld, connect
from simulator.worker import SimWorker

KILL, POWER = "kill", "power"  # how a process ends: does the cache survive?
EIO = "fsync"
Entry = tuple[int, Callable[..., None], tuple[object, ...]]  # life, act, arguments


class Died(Exception):
    """The process ends here; `how` says what becomes of the disk's cache."""

    def __init__(self, how: str) -> None:
        """End by a kill, a power cut or a failed fsync."""
        super().__init__(how)
        self.how = how


class Caller(Protocol):
    """A client, as the server that it calls sees it."""

    number: int
    tries: int


class World(LinkWorld, Protocol):
    """What is around a server of the simulation, and around a client."""

    chance: Random

    @property
    def checker(self) -> Checker:
        """Return the checkers of this world."""

    @property
    def hosts(self) -> "Mapping[int, Host]":
        """Return every server, by sid."""

    def published(self, host: "Host", published: Note, name: str) -> None:
        """Show an event to the checkers, and to the narrator if there is one."""

    def died(self, host: "Host", how: str) -> None:
        """End a process that came to the end of its fuse, and start another soon."""


class Host:
    """A machine with a disk that outlives its processes."""

    def __init__(self, world: World, config: Config) -> None:
        """Be switched off, with an empty disk."""
        self.world = world
        self.config = config
        self.sid = config.my_id
        self.disk = SimDisk(self.burn)
        self.up = False
        self.life = 0  # counts processes; what is meant for an older one is lost
        self.seq = 0  # events of this life
        self.inbox: deque[Entry] | None = None  # what a paused server will find
        self.skew_ms = 0  # of the wall clock
        self.slow_ms = 3  # how much longer a disk job may take
        self.fuse = -1  # so many calls until the process dies; -1: no countdown
        self.fuse_how = KILL
        self.ambush: tuple[str, int, str] | None = None  # starts the countdown
        self.server: Server
        self.store: Store
        self.workers: tuple[SimWorker, SimWorker]
        self.links: dict[int, Link] = {}
        self.link_count = UPSTREAM
        self.listening = False
        self.port_taken = False  # by somebody outside the ensemble
        self.timers: dict[str, int] = {}
        self.token = 0  # of the latest timer that was set
        self.settling = False
        self.clients: dict[Connection, tuple[Caller, Channel]] = {}
        self.frames: defaultdict[Connection, Frames] = defaultdict(Frames)
        self.because_ids: tuple[str, ...] = ()

    @property
    def disks(self) -> Mapping[int, SimDisk]:
        """Return the disks of all servers, by sid."""
        return {sid: host.disk for sid, host in self.world.hosts.items()}

    # --- life -------------------------------------------------------------------

    def boot(self) -> None:
        """Start a process on what the disk holds; StorageError if it refuses."""
        self.life, self.up = self.life + 1, True
        self.seq, self.because_ids = 0, ()
        self.links, self.link_count, self.listening = {}, UPSTREAM, False
        self.timers, self.settling, self.clients = {}, False, {}
        self.frames.clear()
        self.publish(note(started(self.config, self.life)))
        self.workers = self._worker(), self._worker()
        env = StoreEnvironment(
            snap_disk=self.disk,
            log_disk=self.disk,
            syncer=self.workers[0],
            snapper=self.workers[1],
            publish=self.publish,
            fail=self._disk_failed,
            logged=self._logged,
            settle=self._settle,
            now_ms=self.now_ms,
            draw=lambda most: self.world.chance.randint(0, most),
        )
        self.store = Store(self.config, env)
        self.server = Server(self.config, self)
        self.server.boot()
        self.later(self.config.tick_ms // 2, self._half_tick)

    def _worker(self) -> SimWorker:
        def start(act: Callable[..., None], *args: object) -> None:
            self.burn()
            self.later(1 + self.world.chance.randint(0, self.slow_ms), act, *args)

        return SimWorker(start)

    def die(self, how: str, steps: int = -1) -> None:
        """End the process after so many steps of a disk job; -1 draws them."""
        chance = self.world.chance
        self.fuse, self.ambush = -1, None
        for worker in self.workers if hasattr(self, "workers") else ():
            if worker.job is not None and how != EIO:
                self._interrupt(worker, chance.randint(0, 6) if steps < 0 else steps)
        self.up = False
        self.inbox = None
        if how != KILL:
            self.disk.lose_power(chance)
        self.disk.failing_syncs = 0
        late_ms = chance.randint(0, 1500) if how == POWER else 0
        for link in list(self.links.values()):
            link.break_off("closed", losing=how == POWER, after_ms=late_ms)
        for _, channel in self.clients.values():
            channel.end(Down("closed"), losing=how == POWER, after_ms=late_ms)

    def _interrupt(self, worker: SimWorker, steps: int) -> None:
        """Do a part of what a worker was just doing."""
        self.fuse = steps
        with suppress(Died, OSError):  # in the middle of it
            worker.finish()
        self.fuse = -1

    def run(self, life: int, act: Callable[..., None], *args: object) -> None:
        """Let the process of that life do something; watch what comes of it."""
        if life != self.life or not self.up:
            return
        if self.inbox is not None:
            self.inbox.append((life, act, args))
            return
        try:
            act(*args)
        except Died as died:
            self.world.checker.look(self, dying=True)
            self.world.died(self, died.how)
            return
        self.world.checker.look(self)

    def pause(self) -> None:
        """Stand still; everything waits."""
        if self.inbox is None:
            self.inbox = deque()

    def resume(self) -> None:
        """Go on, with what has waited, in its order."""
        waiting, self.inbox = self.inbox, None
        for life, act, args in waiting or ():
            self.run(life, act, *args)

    def later(self, after_ms: int, act: Callable[..., None], *args: object) -> int:
        """Let this process do something then, if it lives."""
        return self.world.later(after_ms, self.run, self.life, act, *args)

    def burn(self) -> None:
        """Come one step nearer to the end of the fuse."""
        if self.fuse >= 0:
            self.fuse -= 1
            if self.fuse < 0:
                raise Died(self.fuse_how)

    def _half_tick(self) -> None:
        self.later(self.config.tick_ms // 2, self._half_tick)
        self.server.half_tick()

    def _logged(self, first: int, last: int, txns: int) -> None:
        self.server.logged(first, last, txns)

    def _disk_failed(self, error: OSError) -> None:
        self.publish(note(NodeStopped(f"disk: {error}", 10)))
        raise Died(EIO)

    # --- the environment, as `node.environment` names it ----------------------------

    def now_ms(self) -> int:
        """Return the simulated time."""
        return self.world.now_ms

    def wall_ms(self) -> int:
        """Return a wall clock that may jump."""
        return 1_700_000_000_000 + self.world.now_ms + self.skew_ms

    def publish(self, published: Note, message_id: str = "") -> str:
        """Let the checkers see an event; an ambush may wait for it."""
        self.burn()
        name = self.mention(published, message_id)
        if self.ambush and type(published.event).__name__ == self.ambush[0]:
            _, self.fuse, self.fuse_how = self.ambush
            self.ambush = None
        return name

    def mention(self, published: Note, message_id: str = "") -> str:
        """Publish what only a narrator wants to know: nothing else comes of it."""
        self.seq += 1
        name = message_id or f"{self.sid}.{self.life}.{self.seq}"
        self.world.published(self, published, name)
        self.because_ids = (name,)
        return name

    def because(self, cause: tuple[str, ...]) -> None:
        """Name the cause of the events that follow."""
        self.because_ids = cause

    def set_timer(self, name: str, after_ms: int) -> None:
        """Wake the server then."""
        self.burn()
        self.token += 1
        self.timers[name] = self.token
        self.later(after_ms, self._fire, name, self.token)

    def stop_timer(self, name: str) -> None:
        """Forget a timer."""
        self.timers.pop(name, None)

    def _fire(self, name: str, token: int) -> None:
        if self.timers.get(name) == token:
            del self.timers[name]
            self.server.fire(name)

    def settle_soon(self) -> None:
        """Settle once everything that is ready now was handled."""
        if not self.settling:
            self.settling = True
            self.later(0, self._settle)

    def publish_soon(self) -> None:
        """Leave it to the next step: virtual time passes by steps alone."""

    def _settle(self) -> None:
        self.settling = False
        self.server.settle()

    def tell(self, to: int, notification: Notification) -> None:
        """Send a vote."""
        self.burn()
        peer = self.world.hosts.get(to)
        if peer is None:
            return
        self.world.checker.notified(self.sid, notification)
        name = ""
        if self.world.narrated:
            n, state = notification, PeerState(notification.state).name
            sent = NotificationSent(to, state, n.round, n.leader, n.zxid, n.peer_epoch)
            name = self.mention(note(sent))

        def hear() -> None:
            peer.run(peer.life, peer.hear, self.sid, notification, name)

        self.world.network.notify(self.sid, to, hear)

    def hear(self, sid: int, notification: Notification, message: str) -> None:
        """A vote came."""
        self.world.checker.heard(self, notification)
        self.server.heard(sid, notification, message)

    def received(self, link: int, packet: Packet, event_id: str) -> None:
        """A packet came."""
        self.world.checker.received(self, link, packet)
        self.server.received(link, packet, event_id)

    def send(self, links: tuple[int, ...], packet: Packet) -> None:
        """Put a packet in line."""
        self.burn()
        self.world.checker.sent(self, packet)
        for number in links:
            link = self.links.get(number)
            if link is not None:
                link.put(packet)

    def send_tree(self, link: int, chunks: Iterator[bytes]) -> None:
        """Stream a tree to a learner."""
        self.burn()
        if link in self.links:
            self.links[link].send_tree(chunks)

    def listen(self) -> None:
        """Accept learners from now on, unless somebody else has the port."""
        if self.port_taken:
            self.server.listen_failed(f"n{self.sid}", 2888, "Address already in use")
            return
        self.listening = True
        self.server.listening()

    def dial(self, leader: int) -> None:
        """Call a leader; it takes a moment, and may fail."""
        peer = self.world.hosts[leader]
        delay_ms = 1 + 2 * self.world.network.delay_ms()
        self.later(delay_ms, self._dialed, peer)

    def _dialed(self, peer: "Host") -> None:
        if self.server.peer.leader != peer.sid or UPSTREAM in self.links:
            return  # an older call
        cut = self.world.network.cut
        away = cut(self.sid, peer.sid) or cut(peer.sid, self.sid)
        if away or not peer.up or not peer.listening:
            self.server.dial_failed(f"n{peer.sid}", 2888, "Connection refused")
            return
        self.publish(note(LeaderDialed(peer.sid, f"n{peer.sid}", 2888)))
        connect(self, peer)

    def hang_up(self, link: int) -> None:
        """Close one link."""
        self.burn()
        if link in self.links:
            self.links[link].hang_up()

    def close_links(self) -> None:
        """Close all links and the quorum port."""
        self.burn()
        self.listening = False
        for link in list(self.links.values()):
            link.hang_up()

    def flush(self) -> None:
        """Send what is in line for peers and clients."""
        for link in list(self.links.values()):
            link.flush()
        service = self.server.service
        while service.dirty:
            conn, _ = service.dirty.popitem()
            self._flush_client(conn)

    # --- clients ----------------------------------------------------------------

    def accept(self, client: Caller, answers: Channel) -> Connection | None:
        """Take in a client's connection."""
        address = f"10.0.0.{-client.number}:{client.tries}"
        conn = self.server.service.connect(address, self.world.now_ms)
        if conn is not None:
            self.clients[conn] = client, answers
        return conn

    def feed(self, conn: Connection, chunk: bytes | Down) -> None:
        """Bytes came from a client, or the end of its connection."""
        if conn not in self.clients:
            return
        if isinstance(chunk, Down):
            del self.clients[conn]
            self.server.service.disconnect(conn)
        else:
            whole = self.frames[conn].complete(chunk)
            if whole and conn.state == OPEN and not conn.closing:
                self.world.checker.client_heard(self, conn.session)
            self.server.service.feed(conn, chunk, self.world.now_ms)
        self.settle_soon()

    def _flush_client(self, conn: Connection) -> None:
        if conn not in self.clients:
            return
        channel = self.clients[conn][1]
        if conn.out:
            channel.send(b"".join(conn.out))
            conn.out.clear()
        if conn.closing:
            del self.clients[conn]
            channel.end(Down("closed"), losing=False)
            self.later(0, self.server.service.disconnect, conn)

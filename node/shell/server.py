"""One node at work: a `Server` with real sockets, disks and clocks around it."""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Protocol

from node.admin.commands import Commands
from node.admin.metrics import Metrics, exposition
from node.admin.view import View
from node.admin.words import FourLetterWords
from node.clients.service import Service
from node.clients.session import SessionTracker
from node.config import Config, ConfigError
from node.effects import OUTSIDE, Note, note
from node.events import AdminUnavailable, NodeStopped, TlsRefused
from node.fault_events import PowerLost
from node.faults.commands import CommandHandler, restore
from node.faults.faulty_files import FaultyFiles
from node.faults.link_faults import LinkFaults
from node.faults.node_faults import NodeFaults
from node.faults.power import PowerCut
from node.faults.stepping import Stepping
from node.peer import Peer
from node.server import Server
from node.settings import started
from node.shell.client_port import ClientPort, Endpoint
from node.shell.election_port import ElectionPort
from node.shell.eventlog import EventLog
from node.shell.glance import Glance
from node.shell.quorum_port import QuorumPort
from node.shell.secure import Sockets, credentials_of
from node.shell.storage import open_store
from node.shell.timers import Timers, monotonic_ms
from node.shell.zklog import ZkLog
from node.storage.disk import Disk
from node.tls.settings import client_tls, quorum_tls, secure_endpoint
from node.txn_ranges import GATHER_MS
from node.wire.notification import Notification
from node.wire.quorum import Packet

EVENTS_FLUSH_S = 0.2  # how long an event about writes may be gathered
EXIT_DISK = 10
EXIT_KILLED = 137


class Listener(Protocol):
    """A port that may be open; the AdminServer's is there only if h11 is."""

    async def open(self) -> None:
        """Listen."""

    def close(self) -> None:
        """Stop listening."""


class Node:
    """The environment of one server: ports, storage, timers and logs."""

    def __init__(self, config: Config, events: EventLog, log: ZkLog) -> None:
        """Build it and recover; nothing is received or sent before `start`.

        Raises StorageError if the disk cannot be trusted, OSError if it cannot
        be reached.
        """
        self.config = config
        self.events = events
        self.log = log
        self.pid = os.getpid()
        self.metrics = Metrics()
        self.timers = Timers(self._fire)
        lab = config.extra.get("quorumlab.lab", "")
        self.now_ms = self.timers.now_ms if lab else monotonic_ms
        self.started_ms = self.now_ms()
        # A store that cannot be read is refused before anything is written.
        self.client_credentials = credentials_of(client_tls(config))
        self.peer_credentials = credentials_of(quorum_tls(config))
        self.stopped: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.settling = self.publishing = False
        self.publish(note(started(config, self.pid)))
        self.node_faults = NodeFaults(self.publish)
        faults = self.node_faults if lab else None
        self.store = open_store(config, self, faults)
        self.server = Server(config, self)
        peers = set(config.servers) - {config.my_id}
        self.link_faults = LinkFaults(lab, peers, self.publish)
        self.stepping = Stepping(self.link_faults, self.timers, self.publish)
        self.stepping.moved = self.server.half_tick
        self.fault_commands: dict[str, CommandHandler] = {}
        if lab:
            self.fault_commands = {
                "link-faults": self.link_faults,
                "glance": Glance(lambda: self.service.tree),
                "node-faults": self.node_faults,
                "power": PowerCut(self._lose_power),
                "step": self.stepping,
                "tap": self.stepping.tap,
            }
        injection = self.stepping if lab else self.link_faults
        self.token = os.environ.get("QUORUMLAB_TOKEN", "")  # allows commands
        restore(self.fault_commands, os.environ.get("QUORUMLAB_FAULTS", ""))
        self.election_port = ElectionPort(
            config, self, injection, self._peer_sockets("election")
        )
        self.quorum_port = QuorumPort(
            config, self, injection, self._peer_sockets("quorum")
        )
        outstanding_max = self.service.settings.outstanding_max
        self.client_port = ClientPort(self._endpoints(), self, outstanding_max)
        view = View(self)
        self.words = FourLetterWords(view)
        self.commands = Commands(view)
        self.exposition = partial(exposition, view.monitor, self.metrics)
        self.admin_port: Listener | None = None
        self.metrics_port: Listener | None = None

    def _endpoints(self) -> list[Endpoint]:
        """Return where clients may call: without TLS, with it, or both ways."""
        config, found = self.config, []
        both = config.flag("client.portUnification")
        if config.client_port:
            sockets = Sockets(
                self.client_credentials if both else None,
                self._refused("client"),
                also_plain=True,
            )
            plain = Endpoint("client", config.client_host, config.client_port, sockets)
            found.append(plain)
        host, port = secure_endpoint(config)
        if port:
            sockets = Sockets(self.client_credentials, self._refused("secure client"))
            found.append(Endpoint("secure client", host, port, sockets))
        return found

    def _peer_sockets(self, port_of: str) -> Sockets:
        config = self.config
        return Sockets(
            self.peer_credentials,
            self._refused(port_of),
            also_plain=config.flag("portUnification"),
            calls_tls=config.flag("sslQuorum"),
        )

    def _refused(self, port_of: str) -> Callable[[str, str], None]:
        def refused(address: str, why: str) -> None:
            self.publish(note(TlsRefused(port_of, address, why), OUTSIDE))

        return refused

    # --- life -----------------------------------------------------------------

    async def start(self) -> None:
        """Listen, and look for a leader; OSError for a port."""
        config = self.config
        await self.client_port.open()
        await self._open_admin()
        if config.metrics_port:
            await self._open_metrics()
        if config.servers:
            await self.election_port.open()
        self.server.boot()  # before anybody who calls now can be heard
        self._every(config.tick_ms / 2000, self.server.half_tick)
        self._every(EVENTS_FLUSH_S, self._flush_events)

    async def _open_admin(self) -> None:
        """Open the AdminServer, or warn that h11 is missing and do without."""
        try:
            from node.shell.admin_port import AdminPort
        except ImportError as error:
            port = self.config.number("admin.serverPort", 8080)
            self.publish(note(AdminUnavailable(port, str(error))))
            return
        self.admin_port = AdminPort(self.config, self.commands, self)
        await self.admin_port.open()

    async def _open_metrics(self) -> None:
        """Open the Prometheus port; zoo.cfg asks for it, so it must be had."""
        try:
            from node.shell.metrics_port import MetricsPort
        except ImportError as error:
            where = self.config.where("metricsProvider.className")
            raise ConfigError(
                f"{where}: the Prometheus port needs h11: {error}"
            ) from error
        self.metrics_port = MetricsPort(self.config, self.exposition, self.publish)
        await self.metrics_port.open()

    def stop(self, why: str, exit_code: int = 0) -> None:
        """End in an orderly way; `stopped` resolves to the exit code."""
        if self.stopped.done():
            return
        self.publish(note(NodeStopped(why, exit_code)))
        self.timers.stop_all()
        self.client_port.close()
        self.election_port.close()
        self.quorum_port.close()
        for port in (self.admin_port, self.metrics_port):
            if port is not None:
                port.close()
        if exit_code == 0:
            self.store.close()
        self.stopped.set_result(exit_code)

    def disk_failed(self, error: OSError) -> None:
        """After a failed write nobody knows what is on the disk: end here, now."""
        try:
            self.publish(note(NodeStopped(f"disk: {error}", EXIT_DISK)))
            self.events.flush()
            sys.stderr.write(f"{self.config.where('dataDir')}: disk: {error}\n")
            sys.stderr.flush()
        finally:  # whatever cannot be written on a full disk, the process ends
            os._exit(EXIT_DISK)

    def _lose_power(self, torn: bool) -> None:  # noqa: FBT001
        """Lose what no sync covers and end with the exit code of a SIGKILL, 137."""
        torn = torn or self.node_faults.torn_tail
        disks = (self.store.log_disk, self.store.snap_disk)
        faulty = [disk for disk in disks if isinstance(disk, FaultyFiles)]
        lost = [disk.lose_power(torn=torn and disk is faulty[0]) for disk in faulty]
        self.publish(note(PowerLost(*lost[0])))
        self.events.flush()
        os._exit(EXIT_KILLED)

    # --- what the ports and the views look at -----------------------------------

    @property
    def service(self) -> Service:
        """The clients' side of the server."""
        return self.server.service

    @property
    def peer(self) -> Peer:
        """The ensemble's side of the server."""
        return self.server.peer

    @property
    def in_step_mode(self) -> bool:
        """Whether a lab delivers our messages one by one."""
        return self.stepping.on

    @property
    def tracker(self) -> SessionTracker:
        """What we watch over sessions with while we lead."""
        return self.server.requests.tracker

    @property
    def disks(self) -> tuple[Disk, Disk]:
        """The folders of the snapshots and of the log."""
        return self.store.snap_disk, self.store.log_disk

    def answer(self, command: str, argument: int | None) -> bytes:
        """Return the answer to a four-letter word."""
        return self.words.answer(command, argument)

    def logged(self, first: int, last: int, txns: int) -> None:
        """The disk holds these transactions now."""
        self.server.logged(first, last, txns)

    def settle(self) -> None:
        """Let the server empty all its queues."""
        self.server.settle()

    # --- the server's environment (`node.environment`) ----------------------------

    def wall_ms(self) -> int:
        """Return milliseconds since 1970, plus the offset that a lab has injected."""
        return time.time_ns() // 1_000_000 + self.node_faults.clock_ms

    def publish(self, published: Note, message_id: str = "") -> str:
        """Write an event down, and what ZooKeeper would log for it."""
        self.metrics.hear(published.event, self.now_ms())
        self.log.note(published)
        return self.events.write(published, message_id)

    def because(self, cause: tuple[str, ...]) -> None:
        """Name the cause of the events that follow."""
        self.events.because = cause

    def set_timer(self, name: str, after_ms: int) -> None:
        """Wake the server then."""
        self.timers.set(name, after_ms)

    def stop_timer(self, name: str) -> None:
        """Forget a timer."""
        self.timers.stop(name)

    def _fire(self, name: str) -> None:
        self.server.fire(name)

    def settle_soon(self) -> None:
        """Settle once everything that is ready now was handled."""
        if not self.settling:
            self.settling = True
            asyncio.get_running_loop().call_soon(self._settle_later)

    def publish_soon(self) -> None:
        """Publish the gathered writes a moment from now, by the machine's clock."""
        if not self.publishing:
            self.publishing = True
            asyncio.get_running_loop().call_later(GATHER_MS / 1000, self._flush_events)

    def _settle_later(self) -> None:
        self.settling = False
        self.server.settle()

    def tell(self, to: int, notification: Notification) -> None:
        """Send a vote."""
        self.election_port.send(to, notification, self.events.because)

    def send(self, links: tuple[int, ...], packet: Packet) -> None:
        """Put a packet in line."""
        self.quorum_port.send(links, packet)

    def send_tree(self, link: int, chunks: Iterator[bytes]) -> None:
        """Stream a tree to a learner."""
        learner = self.quorum_port.links.get(link)
        if learner is not None:
            learner.send_tree(chunks)

    def listen(self) -> None:
        """Accept learners."""
        self.quorum_port.listen()

    def dial(self, leader: int) -> None:
        """Call a leader."""
        self.quorum_port.dial(leader)

    def hang_up(self, link: int) -> None:
        """Close one link."""
        peer = self.quorum_port.links.get(link)
        if peer is not None:
            peer.hang_up()

    def close_links(self) -> None:
        """Close all links and the quorum port."""
        self.quorum_port.close()

    def flush(self) -> None:
        """Write what is in line for peers and clients."""
        self.quorum_port.flush()
        self.client_port.flush()

    def _flush_events(self) -> None:
        """Let readers see the events that were gathered."""
        self.publishing = False
        if self.server.txn_ranges.waiting:
            self.server.publish_txn_ranges()
        self.events.flush()

    def _every(self, seconds: float, act: Callable[[], None]) -> None:
        def again() -> None:
            act()
            if not self.stopped.done():
                loop.call_later(seconds, again)

        loop = asyncio.get_running_loop()
        loop.call_later(seconds, again)

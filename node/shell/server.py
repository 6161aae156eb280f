"""One node at work: a `Server` in the real world of sockets, disks and clocks."""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from node.admin.view import View
from node.clients.service import Service
from node.config import Config
from node.effects import Note, note
from node.events import AdminUnavailable, NodeStopped
from node.peer import Peer
from node.server import Server
from node.settings import started
from node.shell.client_port import ClientPort
from node.shell.election_port import ElectionPort
from node.shell.eventlog import EventLog
from node.shell.gates import Gates
from node.shell.glance import Glance
from node.shell.orders import Orders, resume
from node.shell.quorum_port import QuorumPort
from node.shell.storage import open_store
from node.shell.zklog import ZkLog
from node.wire.notification import Notification
from node.wire.quorum import Packet

EVENTS_FLUSH_S = 0.2  # how long an event about writes may wait for company
EXIT_DISK = 10


class Node:
    """The world around one server: ports, storage, timers and logs."""

    def __init__(self, config: Config, events: EventLog, log: ZkLog) -> None:
        """Build it and recover; nothing is heard or said before `start`.

        Raises StorageError if the disk cannot be trusted, OSError if it cannot
        be reached.
        """
        self.config = config
        self.events = events
        self.log = log
        self.pid = os.getpid()
        self.started_ms = self.now_ms()
        self.stopped: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.timers: dict[str, asyncio.TimerHandle] = {}
        self.settling = False
        self.publish(note(started(config, self.pid)))
        self.store = open_store(
            config, self.publish, self._disk_failed, self.settle, self._logged
        )
        self.server = Server(config, self)
        lab = config.extra.get("quorumlab.lab", "")
        peers = set(config.servers) - {config.my_id}
        self.gates = Gates(lab, peers, self.publish)
        self.orders: dict[str, Orders] = {}
        if lab:
            self.orders = {"gates": self.gates, "glance": Glance(self)}
        self.token = os.environ.get("QUORUMLAB_TOKEN", "")  # whoever knows it may order
        resume(self.orders, os.environ.get("QUORUMLAB_ORDERS", ""))
        self.election_port = ElectionPort(
            config,
            self.server.heard,
            self.publish,
            lambda: self.peer.state,
            self.gates,
        )
        self.quorum_port = QuorumPort(config, self, self.gates)
        self.client_port = ClientPort(config.client_host, config.client_port, self)
        self.view = View(self)
        self.admin_port: Any = None

    # --- life -----------------------------------------------------------------

    async def start(self) -> None:
        """Listen, and look for a leader; OSError for a port."""
        config = self.config
        if config.client_port:
            await self.client_port.open()
        await self._open_admin()
        if config.servers:
            await self.election_port.open()
        self.server.boot()  # before anybody who calls now can be heard
        self._every(config.tick_ms / 2000, self.server.half_tick)
        self._every(EVENTS_FLUSH_S, self._tell_events)

    async def _open_admin(self) -> None:
        """Open the AdminServer, or warn that h11 is missing and do without."""
        try:
            from node.shell.admin_port import AdminPort
        except ImportError as error:
            port = self.config.number("admin.serverPort", 8080)
            self.publish(note(AdminUnavailable(port, str(error))))
            return
        self.admin_port = AdminPort(self.config, self.view, self)
        await self.admin_port.open()

    def stop(self, why: str, exit_code: int = 0) -> None:
        """End in an orderly way; `stopped` resolves to the exit code."""
        if self.stopped.done():
            return
        self.publish(note(NodeStopped(why, exit_code)))
        for timer in self.timers.values():
            timer.cancel()
        self.client_port.close()
        self.election_port.close()
        self.quorum_port.close()
        if self.admin_port is not None:
            self.admin_port.close()
        if exit_code == 0:
            self.store.close()
        self.stopped.set_result(exit_code)

    def _disk_failed(self, error: OSError) -> None:
        """After a failed write nobody knows what is on the disk: end here, now."""
        self.publish(note(NodeStopped(f"disk: {error}", EXIT_DISK)))
        self.events.flush()
        sys.stderr.write(f"{self.config.where('dataDir')}: disk: {error}\n")
        sys.stderr.flush()
        os._exit(EXIT_DISK)

    def listen_failed(self, port: int, error: OSError) -> None:
        """Our own quorum port cannot be had: this node can never lead."""
        where = self.config.where(f"server.{self.config.my_id}")
        why = f"{where}: quorum port {port}: {error.strerror or error}"
        sys.stderr.write(f"{why}\n")
        self.stop(why, 1)

    # --- what the ports and the views look at -----------------------------------

    @property
    def service(self) -> Service:
        """The clients' side of the server."""
        return self.server.service

    @property
    def peer(self) -> Peer:
        """The ensemble's side of the server."""
        return self.server.peer

    def answer(self, command: str) -> bytes:
        """Return the answer to a four-letter word."""
        return self.view.four_letter(command)

    def _logged(self, first: int, last: int, txns: int) -> None:
        self.server.logged(first, last, txns)

    def settle(self) -> None:
        """Let the server empty all its queues."""
        self.server.settle()

    # --- the world, as `node.server.World` asks for it ----------------------------

    def now_ms(self) -> int:
        """Return a clock that only rises, in milliseconds."""
        return time.monotonic_ns() // 1_000_000

    def wall_ms(self) -> int:
        """Return milliseconds since 1970."""
        return time.time_ns() // 1_000_000

    def publish(self, published: Note, message_id: str = "") -> str:
        """Write an event down, and what ZooKeeper would log for it."""
        self.log.note(published)
        return self.events.write(published, message_id)

    def because(self, cause: tuple[str, ...]) -> None:
        """Name the cause of the events that follow."""
        self.events.because = cause

    def set_timer(self, name: str, after_ms: int) -> None:
        """Wake the server then."""
        self.stop_timer(name)
        loop = asyncio.get_running_loop()
        self.timers[name] = loop.call_later(after_ms / 1000, self._fire, name)

    def stop_timer(self, name: str) -> None:
        """Forget a timer."""
        timer = self.timers.pop(name, None)
        if timer is not None:
            timer.cancel()

    def _fire(self, name: str) -> None:
        del self.timers[name]
        self.server.fire(name)

    def settle_soon(self) -> None:
        """Settle once everything that is ready now was handled."""
        if not self.settling:
            self.settling = True
            asyncio.get_running_loop().call_soon(self._settle_later)

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

    def _tell_events(self) -> None:
        """Let readers see what has waited for company."""
        if self.server.spans.waiting:
            self.server.tell_spans()
        self.events.flush()

    def _every(self, seconds: float, act: Callable[[], None]) -> None:
        def again() -> None:
            act()
            if not self.stopped.done():
                loop.call_later(seconds, again)

        loop = asyncio.get_running_loop()
        loop.call_later(seconds, again)

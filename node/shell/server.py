"""One node at work: the machines decide, this carries it out.

    bytes in -> machine.handle(event) -> effects -> disk, peers, tree, clients

Effects are performed strictly in order.  What stands behind a `Sync` becomes a
promise that the disk keeps later; everything else happens at once.
"""

import asyncio
import os
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from node.admin.view import View
from node.broadcast import effects as do
from node.broadcast.history import History
from node.clients.service import Service
from node.config import Config
from node.effects import Note, SetTimer, StopTimer, TimerFired, note
from node.election.machine import Heard, Tell
from node.events import (
    AdminUnavailable,
    NodeStopped,
    Recovered,
    TxnsCommitted,
    TxnsProposed,
)
from node.peer import Boot, Peer
from node.shell.client_port import ClientPort
from node.shell.election_port import ElectionPort
from node.shell.eventlog import EventLog
from node.shell.quorum_port import QuorumPort
from node.shell.requests import Requests
from node.shell.settings import client_settings, member, started
from node.shell.span import Span
from node.shell.storage import Storage
from node.shell.zklog import ZkLog
from node.storage.recovery import Recovery
from node.storage.snapshot import stream_chunks
from node.tree.znodes import Tree
from node.wire.notification import Notification, PeerState
from node.wire.quorum import Packet, PacketType

LEADING = PeerState.LEADING
EVENTS_FLUSH_S = 0.2  # how long an event about writes may wait for company


class Node:
    """A whole server: peer, storage, clients and ports."""

    def __init__(self, config: Config, events: EventLog, log: ZkLog) -> None:
        """Build it; nothing happens before `start`."""
        self.config = config
        self.events = events
        self.log = log
        self.stopped: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.storage = Storage(config, self.publish, self._disk_failed, self.settle)
        self.settings = client_settings(config)
        self.timers: dict[str, asyncio.TimerHandle] = {}
        self.incoming_tree: Tree | None = None
        self.own_ack = -1
        self.settling = False
        self.proposed = Span(TxnsProposed)
        self.committed = Span(TxnsCommitted)
        self.election_port = ElectionPort(config, self._hear, self.publish)
        self.quorum_port = QuorumPort(config, self)
        self.client_port = ClientPort(config.client_host, config.client_port, self)
        self.view = View(self)
        self.pid = os.getpid()
        self.started_ms = self.now_ms()
        self.admin_port: Any = None

    # --- life -----------------------------------------------------------------

    async def start(self) -> None:
        """Recover, listen, and look for a leader.

        Raises StorageError if the disk cannot be trusted, OSError for a port.
        """
        config = self.config
        self.publish(note(started(config)))
        recovery = self.storage.recover()
        accepted, current = self.storage.epochs(recovery.last_zxid)
        self.publish(
            note(
                Recovered(
                    recovery.snapshot_zxid,
                    recovery.last_zxid,
                    recovery.replayed,
                    current,
                    accepted,
                    recovery.torn,
                )
            )
        )
        recovery.tree.set_config(config.membership())
        self.service = Service(recovery.tree, self.settings)
        self.requests = Requests(self, recovery.tree, config.tick_ms)
        self._perform_one = self._performers()
        history = History(recovery.last_zxid, accepted, current, recovery.recent)
        self.peer = Peer(member(config), history)
        if config.client_port:
            await self.client_port.open()
        if config.servers:
            await self.election_port.open()
        await self._open_admin()
        self.handle(Boot())
        self.settle()
        self._every(config.tick_ms / 2000, self._on_half_tick)
        self._every(EVENTS_FLUSH_S, self.events.flush)

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
            self.storage.close()
        self.stopped.set_result(exit_code)

    def now_ms(self) -> int:
        """Return a clock that only rises, in milliseconds."""
        return time.monotonic_ns() // 1_000_000

    def publish(self, published: Note, message_id: str = "") -> str:
        """Write an event down, and what ZooKeeper would log for it."""
        self.log.note(published)
        return self.events.write(published, message_id)

    def answer(self, command: str) -> bytes:
        """Return the answer to a four-letter word."""
        return self.view.four_letter(command)

    # --- events in ------------------------------------------------------------

    def handle(self, event: Any, cause: tuple[str, ...] = ()) -> None:
        """Let the peer handle an event and perform what it asks for."""
        self.events.because = cause
        self.perform(self.peer.handle(event, self.now_ms()))

    def _hear(self, sid: int, notification: Notification, message: str) -> None:
        self.handle(Heard(sid, notification, message, self.now_ms()), (message,))
        self.settle()

    def received(self, link: int, packet: Packet, event_id: str) -> None:
        """A packet came on a quorum link."""
        self.handle(do.Received(link, packet), (event_id,) if event_id else ())

    def tree_received(self, link: int, zxid: int, tree: Tree) -> None:
        """A whole tree came behind a SNAP."""
        self.incoming_tree = tree
        self.handle(do.TreeReceived(zxid))

    def link_up(self, link: int) -> None:
        """A quorum connection stands."""
        self.requests.owners[link] = object()
        self.handle(do.LinkUp(link))
        self.settle()

    def link_down(self, link: int, why: str) -> None:
        """A quorum connection ended."""
        self.requests.owners.pop(link, None)
        self.handle(do.LinkDown(link, why))
        self.settle()

    def dial_failed(self, host: str, port: int, why: str) -> None:
        """The leader's quorum port did not answer."""
        self.handle(do.DialFailed(host, port, why))
        self.settle()

    def listen_failed(self, port: int, error: OSError) -> None:
        """Our own quorum port cannot be had: this node can never lead."""
        where = self.config.where(f"server.{self.config.my_id}")
        self.stop(f"{where}: quorum port {port}: {error.strerror or error}", 1)

    def _fire(self, name: str) -> None:
        del self.timers[name]
        self.handle(TimerFired(name))
        self.settle()

    # --- effects out ----------------------------------------------------------

    def perform(self, effects: list[Any]) -> None:
        """Perform effects strictly in order; what is behind a Sync waits for it."""
        performers = self._perform_one
        for index, effect in enumerate(effects):
            if type(effect) is do.Sync:
                tail = effects[index + 1 :]
                if tail:
                    self.storage.when_durable(partial(self.perform, tail))
                return
            performers[type(effect)](effect)

    def _performers(self) -> dict[type[Any], Callable[[Any], Any]]:
        """Return who performs which effect; hot ones are plain methods."""
        quorum, storage = self.quorum_port, self.storage
        return {
            do.Send: self._send,
            do.Append: lambda e: storage.append(e.zxid, e.entry),
            do.Deliver: self._deliver,
            do.AckSelf: self._ack_self,
            do.Order: self.requests.order,
            do.Pong: self.requests.pong,
            do.Touch: lambda e: self.requests.touch(e.sessions),
            do.Revalidate: self.requests.revalidate,
            do.Revalidated: lambda e: self.service.revalidated(e.session, e.alive),
            do.SyncDone: lambda _: self.service.sync_done(),
            do.Serve: self._serve,
            do.StopServing: self._stop_serving,
            do.Flush: lambda _: storage.flush(),
            do.SaveEpoch: lambda e: storage.save_epoch(e.name, e.epoch),
            do.SaveTree: lambda _: self._save_tree(),
            do.Truncate: self._truncate,
            do.AdoptTree: self._adopt,
            do.SendTree: self._send_tree,
            do.Dial: lambda e: quorum.dial(e.leader),
            do.Listen: lambda _: quorum.listen(),
            do.CloseLinks: lambda _: quorum.close(),
            do.HangUp: self._hang_up,
            Tell: self._tell,
            SetTimer: self._set_timer,
            StopTimer: lambda e: self._stop_timer(e.name),
            Note: self.publish,
        }

    def _send(self, effect: do.Send) -> None:
        self.quorum_port.send(effect.links, effect.packet)
        if effect.packet.type == PacketType.PROPOSAL:
            self.proposed.add(effect.packet.zxid)

    def _tell(self, tell: Tell) -> None:
        self.election_port.send(tell.to, tell.notification, self.events.because)

    def _set_timer(self, timer: SetTimer) -> None:
        self._stop_timer(timer.name)
        loop = asyncio.get_running_loop()
        self.timers[timer.name] = loop.call_later(
            timer.after_ms / 1000, self._fire, timer.name
        )

    def _stop_timer(self, name: str) -> None:
        timer = self.timers.pop(name, None)
        if timer is not None:
            timer.cancel()

    def _ack_self(self, effect: do.AckSelf) -> None:
        """Our disk holds this; one OwnAck at the end speaks for a whole batch."""
        self.own_ack = effect.zxid
        self.settle_soon()

    def _deliver(self, effect: do.Deliver) -> None:
        applied = self.service.deliver(effect.entry, self.now_ms())
        self.committed.add(effect.zxid)
        if self.peer.state is LEADING:
            self.requests.delivered(effect.zxid, applied.session, applied.type)

    def _hang_up(self, effect: do.HangUp) -> None:
        link = self.quorum_port.links.get(effect.link)
        if link is not None:
            link.hang_up()

    def _send_tree(self, effect: do.SendTree) -> None:
        link = self.quorum_port.links.get(effect.link)
        if link is not None:
            link.send_tree(stream_chunks(self.service.tree))

    # --- the tree and the disk --------------------------------------------------

    def _save_tree(self) -> None:
        """Write a snapshot of committed history beside serving."""
        zxid = self.peer.history.committed_zxid
        self.storage.save_tree(self.service.tree, zxid)

    def _truncate(self, effect: do.Truncate) -> None:
        recovery = self.storage.truncate(effect.zxid)
        if recovery is None:
            self.handle(do.CannotTruncate(effect.zxid))
        else:
            self._use_tree(recovery)

    def _use_tree(self, recovery: Recovery) -> None:
        recovery.tree.set_config(self.config.membership())
        self.service.use_tree(recovery.tree)
        self.requests.preparer.use_tree(recovery.tree)

    def _adopt(self, effect: do.AdoptTree) -> None:
        tree = self.incoming_tree
        if tree is None:
            raise AssertionError("AdoptTree without a tree")
        self.incoming_tree = None
        tree.processed_zxid = effect.zxid
        self.storage.adopt(tree, effect.zxid)
        tree.set_config(self.config.membership())
        self.service.use_tree(tree)
        self.requests.preparer.use_tree(tree)

    def _disk_failed(self, error: OSError) -> None:
        """After a failed write nobody knows what is on the disk: end here."""
        self.stop(f"disk: {error}", 10)
        os._exit(10)

    # --- clients ----------------------------------------------------------------

    def _serve(self, effect: do.Serve) -> None:
        tree = self.service.tree
        if self.peer.state is LEADING:
            tree.processed_zxid = effect.epoch << 32
            self.requests.lead(tree)
        self.service.start()

    def _stop_serving(self, _effect: do.StopServing) -> None:
        self.requests.preparer.forget()
        self.service.stop()

    # --- turns of the loop --------------------------------------------------------

    def settle_soon(self) -> None:
        """Empty all queues once everything that is ready now was handled."""
        if not self.settling:
            self.settling = True
            asyncio.get_running_loop().call_soon(self._settle_later)

    def _settle_later(self) -> None:
        self.settling = False
        self.settle()

    def settle(self) -> None:
        """Empty all queues: requests to the quorum, bytes to peers, disk, clients."""
        service = self.service
        leading = self.peer.state is LEADING and service.serving
        if self.own_ack >= 0:
            ack, self.own_ack = do.OwnAck(self.own_ack), -1
            self.perform(self.peer.handle(ack, self.now_ms()))
        self.requests.take(service, leading=leading)
        self.quorum_port.flush()
        self.storage.sync()
        self.client_port.flush()
        for published in (self.proposed.take(), self.committed.take()):
            if published is not None:
                self.publish(published)
        while service.notes:
            self.publish(note(service.notes.pop(0)))
        if self.storage.snapshot_due() and service.serving:
            self._save_tree()

    def _every(self, seconds: float, act: Callable[[], None]) -> None:
        def again() -> None:
            act()
            if not self.stopped.done():
                loop.call_later(seconds, again)

        loop = asyncio.get_running_loop()
        loop.call_later(seconds, again)

    def _on_half_tick(self) -> None:
        """Expire sessions (leader) and connections that never became one."""
        self.service.tick(self.now_ms())
        if self.peer.state is LEADING and self.service.serving:
            self.requests.expire(self.service)
        self.settle()

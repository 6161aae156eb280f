"""One whole server without its sockets, files and clock: machines, joined.

    what happened -> machine.handle(event) -> effects -> disk, peers, tree, clients

Effects are performed strictly in order.  What stands behind a `Sync` becomes a
promise that the disk keeps later; everything else happens at once.  The world
around it is a parameter: sockets and threads in `node.shell`, a heap of future
events in the simulator.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Protocol

from node.broadcast import effects as do
from node.broadcast.history import History
from node.clients.service import Service
from node.config import Config
from node.effects import Note, SetTimer, StopTimer, TimerFired, note
from node.election.machine import Heard, Tell
from node.events import Recovered
from node.peer import Boot, Peer
from node.requests import Requests
from node.settings import client_settings, member
from node.span import Spans
from node.storage.recovery import Recovery
from node.storage.snapshot import stream_chunks
from node.tree.znodes import Tree
from node.wire.notification import Notification, PeerState
from node.wire.quorum import Packet

LEADING = PeerState.LEADING


class Store(Protocol):
    """The disk of one server: log, snapshots, epoch files."""

    def recover(self) -> Recovery:
        """Read everything back."""

    def epochs(self, last_zxid: int) -> tuple[int, int]:
        """Return (acceptedEpoch, currentEpoch)."""

    def save_epoch(self, name: str, epoch: int) -> None:
        """Replace an epoch file, durably."""

    def append(self, zxid: int, entry: bytes) -> None:
        """Put a transaction in line for the next sync."""

    def when_durable(self, promise: Callable[[], None]) -> None:
        """Call `promise` once everything appended so far is on disk."""

    def sync(self) -> None:
        """Start a sync for whoever waits, unless one is running."""

    def flush(self) -> None:
        """Make everything appended durable now; promises are void."""

    def truncate(self, zxid: int) -> Recovery | None:
        """Cut the log and read the tree again; None if that is impossible."""

    def adopt(self, tree: Tree, zxid: int) -> None:
        """Make a received tree the newest thing on disk."""

    def save_tree(self, tree: Tree, zxid: int) -> None:
        """Write a snapshot beside serving."""

    def drop_snapshot(self) -> None:
        """Give up a snapshot in the making: its tree is to hold something else."""

    def snapshot_due(self) -> bool:
        """Return whether it is time for a snapshot."""


class World(Protocol):
    """What is around a server: time, peers, disk and clients."""

    @property
    def store(self) -> Store:
        """The disk."""

    def now_ms(self) -> int:
        """Return a clock that only rises."""

    def wall_ms(self) -> int:
        """Return milliseconds since 1970, for ctime and mtime alone."""

    def publish(self, published: Note, message_id: str = "") -> str:
        """Write an event down; return its id."""

    def because(self, cause: tuple[str, ...]) -> None:
        """Name the cause of the events that follow."""

    def set_timer(self, name: str, after_ms: int) -> None:
        """Call `fire(name)` then; setting a timer again replaces it."""

    def stop_timer(self, name: str) -> None:
        """Forget a timer."""

    def settle_soon(self) -> None:
        """Call `settle` once everything that is ready now was handled."""

    def tell_soon(self) -> None:
        """Call `tell_spans` a moment later, when company may have come."""

    def tell(self, to: int, notification: Notification) -> None:
        """Send a vote."""

    def send(self, links: tuple[int, ...], packet: Packet) -> None:
        """Put a packet in line on some links."""

    def send_tree(self, link: int, chunks: Iterator[bytes]) -> None:
        """Stream a tree; what is sent later waits behind it."""

    def listen(self) -> None:
        """Accept learners; call `listening` or `listen_failed`, now or later."""

    def dial(self, leader: int) -> None:
        """Call a leader."""

    def hang_up(self, link: int) -> None:
        """Close one link."""

    def close_links(self) -> None:
        """Close all links and the quorum port."""

    def flush(self) -> None:
        """Write what is in line for peers and clients."""


class Server:
    """One member of the ensemble, whatever world it lives in."""

    def __init__(self, config: Config, world: World) -> None:
        """Recover from the world's disk; nothing else happens before `boot`.

        Raises StorageError if what is on the disk cannot be trusted.
        """
        self.config = config
        self.world = world
        self.incoming_tree: Tree | None = None
        self.own_ack = -1
        self.spans = Spans()
        recovery = world.store.recover()
        accepted, current = world.store.epochs(recovery.last_zxid)
        recovered = Recovered(
            recovery.snapshot_zxid,
            recovery.last_zxid,
            recovery.replayed,
            current,
            accepted,
            recovery.torn,
        )
        world.publish(note(recovered))
        recovery.tree.set_config(config.membership())
        history = History(recovery.last_zxid, accepted, current, recovery.recent)
        self.service = Service(recovery.tree, client_settings(config))
        self.requests = Requests(self, recovery.tree, config.tick_ms)
        self.peer = Peer(member(config), history)
        self._perform_one = self._performers()

    def boot(self) -> None:
        """Look for a leader."""
        self.handle(Boot())
        self.settle()

    # --- events in ------------------------------------------------------------

    def handle(self, event: Any, cause: tuple[str, ...] = ()) -> None:
        """Let the peer handle an event and perform what it asks for."""
        self.world.because(cause)
        self.perform(self.peer.handle(event, self.world.now_ms()))

    def heard(self, sid: int, notification: Notification, message: str) -> None:
        """A vote came; `message` names the sender's event."""
        now_ms = self.world.now_ms()
        self.handle(Heard(sid, notification, message, now_ms), (message,))
        self.settle()

    def received(self, link: int, packet: Packet, event_id: str) -> None:
        """A packet came on a quorum link."""
        self.handle(do.Received(link, packet), (event_id,) if event_id else ())

    def tree_received(self, link: int, zxid: int, tree: Tree) -> None:
        """A whole tree came behind a SNAP."""
        self.incoming_tree = tree
        self.handle(do.TreeReceived(zxid))

    def listening(self) -> None:
        """Our quorum port is open."""
        self.handle(do.Listening())

    def listen_failed(self, address: str, port: int, why: str) -> None:
        """Our quorum port cannot be had."""
        self.handle(do.ListenFailed(address, port, why))

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

    def fire(self, name: str) -> None:
        """The time of a timer has come."""
        self.handle(TimerFired(name))
        self.settle()

    # --- effects out ----------------------------------------------------------

    def perform(self, effects: list[Any]) -> None:
        """Perform effects strictly in order; what is behind a Sync waits for it."""
        performers = self._perform_one
        for index, effect in enumerate(effects):
            if type(effect) is do.Sync:
                # Even without a tail: what was appended must get to the disk.
                tail = effects[index + 1 :]
                self.world.store.when_durable(partial(self.perform, tail))
                return
            performers[type(effect)](effect)

    def _performers(self) -> dict[type[Any], Callable[[Any], Any]]:
        """Return who performs which effect; hot ones are plain methods."""
        world, store = self.world, self.world.store
        return {
            do.Send: lambda e: world.send(e.links, e.packet),
            do.Append: lambda e: store.append(e.zxid, e.entry),
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
            do.Flush: lambda _: store.flush(),
            do.SaveEpoch: lambda e: store.save_epoch(e.name, e.epoch),
            do.SaveTree: lambda _: self._save_tree(),
            do.Truncate: self._truncate,
            do.AdoptTree: self._adopt,
            do.SendTree: lambda e: world.send_tree(
                e.link, stream_chunks(self.service.tree)
            ),
            do.Dial: lambda e: world.dial(e.leader),
            do.Listen: lambda _: world.listen(),
            do.CloseLinks: self._close_links,
            do.HangUp: lambda e: world.hang_up(e.link),
            Tell: lambda e: world.tell(e.to, e.notification),
            SetTimer: lambda e: world.set_timer(e.name, e.after_ms),
            StopTimer: lambda e: world.stop_timer(e.name),
            Note: self._publish,
        }

    def logged(self, first: int, last: int, txns: int) -> None:
        """The disk holds these transactions now."""
        self.spans.logged.add(first, last, txns)

    def tell_spans(self) -> None:
        """Publish what has been gathered about writes."""
        for gathered in self.spans.take():
            self.world.publish(gathered)

    def _publish(self, published: Note) -> None:
        """Publish an event behind whatever happened to writes before it."""
        if self.spans.waiting:
            self.tell_spans()
        self.world.publish(published)

    def _ack_self(self, effect: do.AckSelf) -> None:
        """Our disk holds this; one OwnAck at the end speaks for a whole batch."""
        self.own_ack = effect.zxid
        self.world.settle_soon()

    def _deliver(self, effect: do.Deliver) -> None:
        agreed = self.peer.role is not None  # else it is a tail: our next vote's claim
        if not agreed:
            self.world.store.drop_snapshot()
        applied = self.service.deliver(effect.entry, self.world.now_ms())
        if agreed:
            self.spans.committed.add(effect.zxid, effect.zxid)
        if self.peer.state is LEADING:
            self.requests.delivered(effect.zxid, applied.session, applied.type)

    def _close_links(self, _effect: do.CloseLinks) -> None:
        """A reign ends: what it proposed and committed is told before that."""
        if self.spans.waiting:
            self.tell_spans()
        self.world.close_links()

    # --- the tree and the disk --------------------------------------------------

    def _save_tree(self) -> None:
        """Write a snapshot of committed history beside serving."""
        zxid = self.peer.history.committed_zxid
        self.world.store.save_tree(self.service.tree, zxid)

    def _truncate(self, effect: do.Truncate) -> None:
        recovery = self.world.store.truncate(effect.zxid)
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
        self.world.store.adopt(tree, effect.zxid)
        tree.set_config(self.config.membership())
        self.service.use_tree(tree)
        self.requests.preparer.use_tree(tree)

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

    def settle(self) -> None:
        """Empty all queues: requests to the quorum, bytes to peers, disk, clients."""
        service = self.service
        leading = self.peer.state is LEADING and service.serving
        if self.own_ack >= 0:
            ack, self.own_ack = do.OwnAck(self.own_ack), -1
            self.perform(self.peer.handle(ack, self.world.now_ms()))
        self.requests.take(service, leading=leading)
        self.world.store.sync()
        self.world.flush()
        if self.spans.waiting and self.spans.due(self.world.now_ms()):
            self.tell_spans()
        elif self.spans.waiting:
            self.world.tell_soon()
        while service.notes:
            self._publish(note(service.notes.pop(0)))
        if self.world.store.snapshot_due() and service.serving:
            self._save_tree()

    def half_tick(self) -> None:
        """Twice a tick: expire sessions, and connections that never became one."""
        self.service.tick(self.world.now_ms())
        if self.peer.state is LEADING and self.service.serving:
            self.requests.expire(self.service)
        self.settle()

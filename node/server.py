"""One whole server without its sockets, files and clock: machines, joined.

    what happened -> machine.handle(event) -> effects -> disk, peers, tree, clients

Effects are performed strictly in order.  What stands behind a `Sync` becomes a
promise that the disk keeps later; everything else happens at once.  What is
around it is a parameter (`node.environment`): sockets and threads in `node.shell`, a
heap of future events in the simulator.
"""

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from node.broadcast import effects as do
from node.broadcast import events as on
from node.broadcast.effects import UPSTREAM
from node.broadcast.history import History
from node.clients.service import Service
from node.config import Config
from node.effects import Note, SetTimer, StopTimer, TimerFired, note
from node.election.machine import Heard, Tell
from node.environment import Environment
from node.events import Recovered
from node.peer import Boot, Peer
from node.requests import Requests
from node.settings import client_settings, member
from node.storage.recovery import Recovery
from node.storage.snapshot import stream_chunks
from node.tree.znodes import Tree
from node.txn_ranges import TxnRanges
from node.wire.errors import ProtocolViolation
from node.wire.jute import MalformedRecord
from node.wire.notification import Notification, PeerState
from node.wire.quorum import Packet

LEADING = PeerState.LEADING


class Server:
    """One member of the ensemble, whatever its environment is."""

    def __init__(self, config: Config, env: Environment) -> None:
        """Recover from the disk; nothing else happens before `boot`.

        Raises StorageError if what is on the disk cannot be trusted.
        """
        self.config = config
        self.env = env
        self.incoming_tree: Tree | None = None
        self.writing_tree = False  # until it is on disk, nobody hears of it
        self.behind_tree: deque[tuple[Packet, str]] = deque()  # what came after it
        self.own_ack = -1
        self.txn_ranges = TxnRanges()
        recovery = env.store.recover()
        accepted, current = env.store.epochs(recovery.last_zxid)
        recovered = Recovered(
            recovery.snapshot_zxid,
            recovery.last_zxid,
            recovery.replayed,
            current,
            accepted,
            recovery.torn,
        )
        env.publish(note(recovered))
        recovery.tree.set_config(config.membership())
        history = History(recovery.last_zxid, accepted, current, recovery.recent)
        self.service = Service(recovery.tree, client_settings(config))
        self.peer = Peer(member(config), history)
        self.requests = Requests(
            env, self.peer, self.service, self.perform, self.txn_ranges.proposed
        )
        self._perform_one = self._performers()

    def boot(self) -> None:
        """Look for a leader."""
        self.handle(Boot())
        self.settle()

    # --- events in ------------------------------------------------------------

    def handle(self, event: Any, cause: tuple[str, ...] = ()) -> None:
        """Let the peer handle an event and perform what it asks for."""
        self.env.because(cause)
        self.perform(self.peer.handle(event, self.env.now_ms()))

    def heard(self, sid: int, notification: Notification, message: str) -> None:
        """A vote came; `message` names the sender's event."""
        now_ms = self.env.now_ms()
        self.handle(Heard(sid, notification, message, now_ms), (message,))
        self.settle()

    def received(self, link: int, packet: Packet, event_id: str) -> None:
        """A packet came on a quorum link; behind a tree it waits for that."""
        if self.writing_tree and link == UPSTREAM:
            self.behind_tree.append((packet, event_id))
            return
        self.handle(on.Received(link, packet), (event_id,) if event_id else ())

    def tree_received(self, link: int, zxid: int, tree: Tree) -> None:
        """A whole tree came behind a SNAP: write it, then go on with its link."""
        self.incoming_tree = tree
        self.writing_tree = True
        self.env.store.write_ahead(
            *(tree, zxid),
            moved=lambda: self.tree_moved(link),
            done=lambda: self._tree_written(link, zxid),
        )

    def _tree_written(self, link: int, zxid: int) -> None:
        self.writing_tree = False
        try:
            self.handle(on.TreeReceived(zxid))
            while self.behind_tree:
                self.received(link, *self.behind_tree.popleft())
        except (ProtocolViolation, MalformedRecord) as violation:
            self.env.hang_up(link)
            self.link_down(link, f"protocol: {violation}")
        self.settle()

    def tree_moved(self, link: int) -> None:
        """A piece of a tree left, or came, behind a SNAP: its link lives."""
        self.handle(on.TreeMoved(link))

    def listening(self) -> None:
        """Our quorum port is open."""
        self.handle(on.Listening())

    def listen_failed(self, address: str, port: int, why: str) -> None:
        """Our quorum port cannot be had."""
        self.handle(on.ListenFailed(address, port, why))

    def link_up(self, link: int) -> None:
        """A quorum connection stands."""
        self.requests.learner_up(link)
        self.handle(on.LinkUp(link))
        self.settle()

    def link_down(self, link: int, why: str) -> None:
        """A quorum connection ended."""
        self.requests.learner_down(link)
        self.handle(on.LinkDown(link, why))
        self.settle()

    def dial_failed(self, host: str, port: int, why: str) -> None:
        """The leader's quorum port did not answer."""
        self.handle(on.DialFailed(host, port, why))
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
                self.env.store.when_durable(partial(self.perform, tail))
                return
            performers[type(effect)](effect)

    def _performers(self) -> dict[type[Any], Callable[[Any], Any]]:
        """Return who performs which effect; hot ones are plain methods."""
        env, store = self.env, self.env.store
        return {
            do.Send: lambda e: env.send(e.links, e.packet),
            do.Append: lambda e: store.append(e.zxid, e.entry),
            do.Deliver: self._deliver,
            do.AckSelf: self._ack_self,
            do.Prepare: self.requests.forwarded,
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
            do.SendTree: lambda e: env.send_tree(
                e.link, stream_chunks(self.service.tree)
            ),
            do.Dial: lambda e: env.dial(e.leader),
            do.Listen: lambda _: env.listen(),
            do.CloseLinks: self._close_links,
            do.HangUp: lambda e: env.hang_up(e.link),
            Tell: lambda e: env.tell(e.to, e.notification),
            SetTimer: lambda e: env.set_timer(e.name, e.after_ms),
            StopTimer: lambda e: env.stop_timer(e.name),
            Note: self._publish,
        }

    def logged(self, first: int, last: int, txns: int) -> None:
        """The disk holds these transactions now."""
        self.txn_ranges.logged.add(first, last, txns)

    def publish_txn_ranges(self) -> None:
        """Publish what has been gathered about writes."""
        for gathered in self.txn_ranges.take():
            self.env.publish(gathered)

    def _publish(self, published: Note) -> None:
        """Publish an event behind whatever happened to writes before it."""
        if self.txn_ranges.waiting:
            self.publish_txn_ranges()
        self.env.publish(published)

    def _ack_self(self, effect: do.AckSelf) -> None:
        """Our disk holds this; one OwnAck at the end speaks for a whole batch."""
        self.own_ack = effect.zxid
        self.env.settle_soon()

    def _deliver(self, effect: do.Deliver) -> None:
        agreed = self.peer.role is not None  # else it is a tail: our next vote's claim
        if not agreed:
            self.env.store.drop_snapshot()
        applied = self.service.deliver(effect.entry, self.env.now_ms())
        if agreed:
            self.txn_ranges.committed.add(effect.zxid, effect.zxid)
        if self.peer.state is LEADING:
            self.requests.delivered(effect.zxid, applied.session, applied.type)

    def _close_links(self, _effect: do.CloseLinks) -> None:
        """A role ends: what it proposed and committed is published before that."""
        if self.txn_ranges.waiting:
            self.publish_txn_ranges()
        self.incoming_tree = None
        if self.writing_tree:
            self.writing_tree = False
            self.env.store.drop_snapshot()
        self.behind_tree.clear()
        self.env.close_links()

    # --- the tree and the disk --------------------------------------------------

    def _save_tree(self) -> None:
        """Write a snapshot of committed history beside serving."""
        zxid = self.peer.history.committed_zxid
        self.env.store.save_tree(self.service.tree, zxid)

    def _truncate(self, effect: do.Truncate) -> None:
        recovery = self.env.store.truncate(effect.zxid)
        if recovery is None:
            self.handle(on.CannotTruncate(effect.zxid))
        else:
            self._use_tree(recovery)

    def _use_tree(self, recovery: Recovery) -> None:
        recovery.tree.set_config(self.config.membership())
        self.service.use_tree(recovery.tree)
        self.requests.use_tree(recovery.tree)

    def _adopt(self, effect: do.AdoptTree) -> None:
        tree = self.incoming_tree
        if tree is None and effect.zxid == 0:
            tree = Tree()
        if tree is None:
            raise AssertionError("AdoptTree without a tree")
        self.incoming_tree = None
        tree.processed_zxid = effect.zxid
        self.env.store.adopt(tree, effect.zxid)
        tree.set_config(self.config.membership())
        self.service.use_tree(tree)
        self.requests.use_tree(tree)

    # --- clients ----------------------------------------------------------------

    def _serve(self, effect: do.Serve) -> None:
        tree = self.service.tree
        if self.peer.state is LEADING:
            tree.processed_zxid = effect.epoch << 32
            self.requests.lead()
        self.service.start()

    def _stop_serving(self, _effect: do.StopServing) -> None:
        self.requests.stop()
        self.service.stop()

    # --- turns of the loop --------------------------------------------------------

    def settle(self) -> None:
        """Empty all queues: requests to the quorum, bytes to peers, disk, clients."""
        service = self.service
        leading = self.peer.state is LEADING and service.serving
        if self.own_ack >= 0:
            ack, self.own_ack = on.OwnAck(self.own_ack), -1
            self.perform(self.peer.handle(ack, self.env.now_ms()))
        if leading:
            self.requests.end_expired()
        self.requests.take(leading=leading)
        self.env.store.sync()
        self.env.flush()
        if self.txn_ranges.waiting and self.txn_ranges.due(self.env.now_ms()):
            self.publish_txn_ranges()
        elif self.txn_ranges.waiting:
            self.env.publish_soon()
        while service.notes:
            self._publish(note(service.notes.pop(0)))
        if self.env.store.snapshot_due() and service.serving:
            self._save_tree()

    def half_tick(self) -> None:
        """Twice a tick: end what is over: sessions, containers, old files."""
        self.service.tick(self.env.now_ms())
        if self.peer.state is LEADING and self.service.serving:
            self.requests.expire()
            self.requests.clean()
        self.env.store.purge()
        self.settle()

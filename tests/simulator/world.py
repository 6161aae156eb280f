"""A seeded world: one heap of future events, one source of chance, no real time.

Runs whole `Peer`s, election to broadcast, over a simulated network and simulated
disks, with crashes, partitions and lost connections drawn from the seed.  Every
run of one seed is the same run: the seed is the bug report.
"""

import heapq
from collections.abc import Callable
from random import Random
from typing import Any

from node.broadcast import effects as do
from node.broadcast.history import WINDOW, History
from node.broadcast.leader import Leader
from node.broadcast.timing import Timing
from node.effects import Note, SetTimer, StopTimer, TimerFired
from node.election.machine import Heard, Tell
from node.events import ElectionDecided
from node.peer import Boot, Member, Peer
from node.quorum import Majority
from node.wire.notification import PeerState
from node.wire.quorum import Packet, pack_touches
from tests.simulator.checkers import Checker
from tests.simulator.parts import Cable, Fault, Faults, Server


class World:
    """Servers, network, disks, clock and chance, all from one seed."""

    def __init__(self, seed: int, voters: int = 3, observers: int = 0) -> None:
        """Build the world; nobody is up before `boot_all`."""
        self.seed = seed
        self.chance = Random(seed)
        self.faults = Faults.drawn(self.chance)
        self.checker = Checker()
        self.now_ms = 0
        self.order = 0
        self.future: list[tuple[int, int, Callable[[], None]]] = []
        self.quorum = Majority(range(1, voters + 1))
        self.servers = {s: Server(s) for s in range(1, voters + observers + 1)}
        self.cuts: set[frozenset[int]] = set()
        self.links = 0
        self.writes = 0
        self.acked: list[int] = []  # zxids that a client was told are committed
        self.timing = Timing(tick_ms=200, init_limit=10, sync_limit=5)

    # --- running --------------------------------------------------------------

    def boot_all(self) -> None:
        """Switch everybody on."""
        for server in self.servers.values():
            if not server.up:
                self.boot(server)

    def run(self, for_ms: int) -> None:
        """Let simulated time pass."""
        until = self.now_ms + for_ms
        while self.future and self.future[0][0] <= until:
            self.step()
        self.now_ms = until

    def step(self) -> None:
        """Perform the next event of the future."""
        self.now_ms, _, happen = heapq.heappop(self.future)
        happen()

    def later(self, after_ms: int, happen: Callable[[], None]) -> int:
        """Put something into the future; ties keep their order."""
        self.order += 1
        heapq.heappush(self.future, (self.now_ms + after_ms, self.order, happen))
        return self.order

    def unleash(self) -> None:
        """Begin with faults and clients, as the seed drew them."""
        self._every(self.faults.crash_every_ms, self._crash_somebody)
        self._every(self.faults.cut_every_ms, self._cut_somebody)
        self._every(self.faults.reset_every_ms, self._reset_some_link)
        self._every(30, self._write_somewhere)
        if self.faults.snapshots:
            self._every(1_500, self._snapshot_somewhere)

    def heal(self) -> None:
        """End all faults for good."""
        self.future = [f for f in self.future if not isinstance(f[2], Fault)]
        heapq.heapify(self.future)
        self.cuts.clear()
        self.faults = self.faults._replace(loss=0, delay_ms=5, sync_ms=2)
        self.boot_all()

    def _every(self, about_ms: int, act: Callable[[], None]) -> None:
        def again() -> None:
            act()
            self.later(self.chance.randint(1, 2 * about_ms), Fault(again))

        self.later(self.chance.randint(1, 2 * about_ms), Fault(again))

    # --- servers ----------------------------------------------------------------

    def boot(self, server: Server) -> None:
        """Start a process: recover from disk, then look for a leader."""
        server.life += 1
        server.up = True
        server.tree = server.disk.history()
        server.timers, server.links = {}, {}
        server.behind_sync, server.syncing, server.listening = [], False, False
        epochs = server.disk.epochs
        member = Member(server.sid, self.quorum, "", self.timing)
        history = History(
            server.tree[-1][0] if server.tree else 0,
            epochs.get("acceptedEpoch", 0),
            epochs.get("currentEpoch", 0),
            server.tree[len(server.disk.snapshot) :][-WINDOW:],
        )
        server.peer = Peer(member, history)
        self.tell(server, Boot())

    def crash(self, server: Server) -> None:
        """Cut the power of one server."""
        server.up = False
        server.life += 1
        server.disk.lose_power(self.chance)
        for cable in list(server.links.values()):
            self.break_cable(cable, "closed")

    def tell(self, server: Server, event: Any) -> None:
        """Let a server handle an event, and perform what it asks for."""
        self.perform(server, server.peer.handle(event, self.now_ms))

    def tell_later(self, after_ms: int, server: Server, event: Any) -> int:
        """The same in the future, unless the server restarts meanwhile."""
        life = server.life

        def happen() -> None:
            if server.up and server.life == life:
                self.tell(server, event)

        return self.later(after_ms, happen)

    # --- effects ----------------------------------------------------------------

    def perform(self, server: Server, effects: list[Any]) -> None:
        """Perform effects strictly in order; what is behind a Sync waits."""
        for index, effect in enumerate(effects):
            if isinstance(effect, do.Sync):
                server.behind_sync.append(effects[index + 1 :])
                self._begin_sync(server)
                return
            self._perform_one(server, effect)

    def _perform_one(self, server: Server, effect: Any) -> None:
        match effect:
            case Tell():
                self.checker.told(server.sid, effect)
                self._notify(server, effect)
            case Note(ElectionDecided() as event):
                self.checker.decided(server.sid, event)
            case SetTimer(name, after_ms):
                self._set_timer(server, name, after_ms)
            case StopTimer(name):
                server.timers.pop(name, None)
            case do.Send(links, packet):
                for link in links:
                    self._send(server, link, packet)
            case do.Deliver(zxid, entry):
                server.tree.append((zxid, entry))
                if server.peer.serving:
                    self.checker.delivers(server.sid, server.tree)
                    if server.peer.state is PeerState.LEADING:
                        self.acked.append(zxid)
            case do.Serve(state, epoch):
                self.checker.serves(server.sid, state, epoch, server.tree)
            case do.AckSelf(zxid):
                self.tell(server, do.OwnAck(zxid))
            case do.Pong(zxid):
                self._send(server, do.UPSTREAM, Packet(5, zxid, pack_touches({})))
            case _:
                self._perform_rare(server, effect)

    def _perform_rare(self, server: Server, effect: Any) -> None:
        disk = server.disk
        match effect:
            case do.Append(zxid, entry):
                disk.log.append((zxid, entry))
            case do.Flush():
                disk.sync()
            case do.SaveEpoch(name, epoch):
                before = dict(disk.epochs)
                disk.epochs[name] = epoch
                self.checker.epochs(server.sid, before, disk.epochs)
            case do.Truncate(zxid):
                if disk.truncate(zxid):
                    server.tree = disk.history()
                else:
                    self.tell(server, do.CannotTruncate(zxid))
            case do.AdoptTree(zxid):
                disk.snapshot = server.incoming_tree
                disk.log = [txn for txn in disk.log if txn[0] <= zxid]
                disk.sync()
                server.tree = list(server.incoming_tree)
            case do.Listen():
                server.listening = True
            case do.CloseLinks():
                server.listening = False
                for cable in list(server.links.values()):
                    self.break_cable(cable, "closed")
            case do.Dial(leader):
                self._dial(server, self.servers[leader])
            case do.HangUp(link):
                if link in server.links:
                    self.break_cable(server.links[link], "closed")
            case do.SendTree(link):
                tree = tuple(server.tree)
                self._send(server, link, tree)
            case _:
                pass  # what only clients would notice

    def _begin_sync(self, server: Server) -> None:
        if server.syncing:
            return
        server.syncing = True
        life = server.life
        covered, tails = len(server.disk.log), len(server.behind_sync)
        log = server.disk.log

        def done() -> None:
            if not server.up or server.life != life:
                return
            server.syncing = False
            if server.disk.log is log:
                server.disk.synced = max(server.disk.synced, min(covered, len(log)))
            ready = server.behind_sync[:tails]
            del server.behind_sync[:tails]
            for effects in ready:
                self.perform(server, effects)
            if server.behind_sync:
                self._begin_sync(server)

        self.later(self.chance.randint(0, self.faults.sync_ms), done)

    def _set_timer(self, server: Server, name: str, after_ms: int) -> None:
        life = server.life

        def fire() -> None:
            if server.up and server.life == life and server.timers.get(name) == order:
                del server.timers[name]
                self.tell(server, TimerFired(name))

        order = self.later(after_ms, fire)
        server.timers[name] = order

    # --- network ------------------------------------------------------------------

    def _delay_ms(self) -> int:
        return self.chance.randint(1, self.faults.delay_ms)

    def _cut(self, one: int, other: int) -> bool:
        return frozenset((one, other)) in self.cuts

    def _notify(self, server: Server, tell: Tell) -> None:
        lost = self.chance.random() < self.faults.loss
        if tell.to not in self.servers or lost or self._cut(server.sid, tell.to):
            return
        heard = Heard(server.sid, tell.notification, "", self.now_ms)
        self.tell_later(self._delay_ms(), self.servers[tell.to], heard)

    def _dial(self, server: Server, leader: Server) -> None:
        def connect() -> None:
            if not server.up or server.life != life:
                return
            if not leader.up or not leader.listening or self._cut(*pair):
                self.tell(server, do.DialFailed("sim", leader.sid, "refused"))
                return
            self.links += 1
            cable = Cable({server.sid: do.UPSTREAM, leader.sid: self.links})
            server.links[do.UPSTREAM] = leader.links[self.links] = cable
            self.tell(leader, do.LinkUp(self.links))
            self.tell(server, do.LinkUp(do.UPSTREAM))

        life, pair = server.life, (server.sid, leader.sid)
        self.later(self._delay_ms(), connect)

    def _send(self, server: Server, link: int, packet: Any) -> None:
        """Put a packet (or a whole tree) on a cable; cables keep order."""
        cable = server.links.get(link)
        if cable is None or not cable.open:
            return
        (to,) = cable.ends.keys() - {server.sid}
        cable.queues[to].append(packet)

        def arrive() -> None:
            if not cable.open:
                return
            if self._cut(server.sid, to):  # the network holds it back, TCP retries
                self.later(50, arrive)
                return
            self._arrive(self.servers[to], cable.ends[to], cable.queues[to].popleft())

        self.later(self._delay_ms(), arrive)

    def _arrive(self, receiver: Server, link: int, packet: Any) -> None:
        """Whichever delay ends first, what arrives is what was sent first."""
        if isinstance(packet, Packet):
            self.tell(receiver, do.Received(link, packet))
        else:
            receiver.incoming_tree = packet
            zxid = packet[-1][0] if packet else 0
            self.tell(receiver, do.TreeReceived(zxid))

    def break_cable(self, cable: Cable, why: str) -> None:
        """End a connection; each end that is up hears of it a little later."""
        if not cable.open:
            return
        cable.open = False
        for sid, link in cable.ends.items():
            server = self.servers[sid]
            if server.links.get(link) is cable:
                del server.links[link]
                if server.up:
                    self.tell_later(self._delay_ms(), server, do.LinkDown(link, why))

    # --- faults and clients ---------------------------------------------------------

    def _crash_somebody(self) -> None:
        server = self.chance.choice(list(self.servers.values()))
        if server.up:
            self.crash(server)
            self.later(
                self.chance.randint(10, 3_000),
                Fault(lambda: None if server.up else self.boot(server)),
            )

    def _cut_somebody(self) -> None:
        if self.cuts and self.chance.random() < 0.6:
            self.cuts.clear()
            return
        alone = self.chance.sample(
            list(self.servers), self.chance.randint(1, len(self.servers) // 2)
        )
        for one in alone:
            for other in self.servers.keys() - set(alone):
                self.cuts.add(frozenset((one, other)))

    def _reset_some_link(self) -> None:
        server = self.chance.choice(list(self.servers.values()))
        for cable in list(server.links.values()):
            self.break_cable(cable, "closed")

    def _write_somewhere(self) -> None:
        for server in self.servers.values():
            self.write(server)

    def write(self, server: Server) -> int | None:
        """Propose one write at a server if it leads; return its zxid."""
        if not server.up or not server.peer.serving:
            return None
        role = server.peer.role
        if not isinstance(role, Leader):
            return None
        self.writes += 1
        zxid = role.next_zxid
        entry = b"%032d" % self.writes
        self.checker.proposes(zxid, entry)
        self.tell(server, do.Propose(zxid, entry))
        return zxid

    def _snapshot_somewhere(self) -> None:
        server = self.chance.choice(list(self.servers.values()))
        if server.up and server.peer.serving:
            server.disk.snapshot = tuple(server.tree)

    # --- liveness ---------------------------------------------------------------------

    def leader(self) -> Server | None:
        """Return the serving leader of the newest epoch, if there is one."""
        leading = [
            s
            for s in self.servers.values()
            if s.up and s.peer.serving and s.peer.state is PeerState.LEADING
        ]
        return max(leading, key=lambda s: s.peer.history.current_epoch, default=None)

    def converged(self) -> bool:
        """Return whether everybody serves the same history."""
        trees = [s.tree for s in self.servers.values() if s.up and s.peer.serving]
        return len(trees) == len(self.servers) and all(t == trees[0] for t in trees)

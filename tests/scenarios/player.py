"""Plays a scenario: commands at the margin, the machines' exact answers indented.

    # what this scene shows
    servers 3              voters 1..3 (`servers 3 + 1` adds an observer)
    disk 1 1:7 1:8         what a log holds, as epoch:counter
    epochs 1 2 2           acceptedEpoch and currentEpoch of server 1
    boot 1 2               start servers
    deliver 1->2           hand over the oldest message from 1 to 2
    lose 1->2              drop it
    settle                 hand over everything, until nothing moves any more
    fire 1 finalize        a timer of server 1 comes due
    synced 1               the disk of server 1 has finished its fdatasync
    write 2                a client of leader 2 writes
    crash 1                power cut: what was not synced is lost
    tree 1                 show what server 1 has applied

`pytest --rewrite` writes the answers anew; read the diff before you keep it.
"""

from collections import deque
from typing import Any

from node.broadcast import effects as do
from node.broadcast.history import History
from node.broadcast.timing import Timing
from node.effects import Note, SetTimer, StopTimer, TimerFired
from node.election.machine import Heard, Tell
from node.peer import Boot, Member, Peer
from node.quorum import Majority
from node.wire.notification import PeerState
from node.wire.quorum import Packet, PacketType, pack_touches
from node.zxid import counter_of, epoch_of, make_zxid
from tests.simulator.parts import Server

Line = tuple[int, int]  # sender, receiver


class Stage:
    """A few servers, every message and every timer in the player's hand."""

    def __init__(self) -> None:
        """Begin without servers."""
        self.servers: dict[int, Server] = {}
        self.quorum = Majority(())
        self.wires: dict[Line, deque[tuple[str, Any]]] = {}
        self.answers: list[str] = []
        self.writes = 0
        self.links: dict[Line, int] = {}  # (server, peer) -> link number there
        self.now_ms = 0

    def play(self, command: str) -> list[str]:
        """Perform one command and return the machines' answers."""
        self.answers = []
        verb, *words = command.split()
        getattr(self, f"do_{verb}")(*words)
        return self.answers

    # --- commands -------------------------------------------------------------

    def do_servers(self, voters: str, *more: str) -> None:
        observers = int(more[1]) if more else 0
        self.quorum = Majority(range(1, int(voters) + 1))
        for sid in range(1, int(voters) + observers + 1):
            self.servers[sid] = Server(sid)

    def do_disk(self, sid: str, *txns: str) -> None:
        disk = self.servers[int(sid)].disk
        disk.log = [(_zxid(txn), _entry(txn)) for txn in txns]
        disk.sync()
        disk.epochs.setdefault("acceptedEpoch", epoch_of(disk.log[-1][0]))
        disk.epochs.setdefault("currentEpoch", epoch_of(disk.log[-1][0]))

    def do_snapshot(self, sid: str, *txns: str) -> None:
        disk = self.servers[int(sid)].disk
        disk.snapshot = tuple((_zxid(txn), _entry(txn)) for txn in txns)

    def do_epochs(self, sid: str, accepted: str, current: str) -> None:
        epochs = self.servers[int(sid)].disk.epochs
        epochs.update(acceptedEpoch=int(accepted), currentEpoch=int(current))

    def do_boot(self, *sids: str) -> None:
        for sid in map(int, sids):
            server = self.servers[sid]
            server.up = True
            server.tree = server.disk.history()
            server.behind_sync, server.timers = [], {}
            epochs = server.disk.epochs
            history = History(
                server.tree[-1][0] if server.tree else 0,
                epochs.get("acceptedEpoch", 0),
                epochs.get("currentEpoch", 0),
                server.tree[len(server.disk.snapshot) :],
            )
            timing = Timing(tick_ms=2000, init_limit=10, sync_limit=5)
            server.peer = Peer(Member(sid, self.quorum, "", timing), history)
            self.tell(server, Boot())

    def do_deliver(self, wire: str) -> None:
        sender, receiver = _wire(wire)
        kind, message = self.wires[sender, receiver].popleft()
        self.arrive(sender, receiver, kind, message)

    def do_lose(self, wire: str) -> None:
        self.wires[_wire(wire)].popleft()

    def do_settle(self) -> None:
        moving = True
        while moving:
            moving = False
            for (sender, receiver), waiting in list(self.wires.items()):
                while waiting:
                    moving = True
                    self.arrive(sender, receiver, *waiting.popleft())
            for server in self.servers.values():
                while server.up and server.behind_sync:
                    moving = True
                    self.do_synced(str(server.sid))

    def do_fire(self, sid: str, name: str) -> None:
        server = self.servers[int(sid)]
        if name not in server.timers:
            raise AssertionError(f"server {sid} has no timer {name}: {server.timers}")
        self.now_ms += server.timers.pop(name)
        self.tell(server, TimerFired(name))

    def do_synced(self, sid: str) -> None:
        server = self.servers[int(sid)]
        server.disk.sync()
        self.answers.append(f"n{sid} disk: synced to {_show(server.disk.log[-1][0])}")
        tails, server.behind_sync = server.behind_sync, []
        for tail in tails:
            self.perform(server, tail)

    def do_write(self, sid: str) -> None:
        server = self.servers[int(sid)]
        role: Any = server.peer.role
        zxid = role.next_zxid
        self.tell(server, do.Propose(zxid, _entry(_show(zxid))))

    def do_crash(self, *sids: str) -> None:
        for sid in map(int, sids):
            server = self.servers[sid]
            server.up = False
            del server.disk.log[server.disk.synced :]
            server.behind_sync = []
            server.listening = False
            for peer in self.servers:
                self.wires.pop((sid, peer), None)
                self.wires.pop((peer, sid), None)
                self.hang_up(sid, peer)

    def do_tree(self, *sids: str) -> None:
        for sid in map(int, sids):
            applied = " ".join(_show(zxid) for zxid, _ in self.servers[sid].tree)
            self.answers.append(f"n{sid} tree: {applied or 'empty'}")

    # --- machinery ------------------------------------------------------------

    def tell(self, server: Server, event: Any) -> None:
        self.perform(server, server.peer.handle(event, self.now_ms))

    def arrive(self, sender: int, receiver: int, kind: str, message: Any) -> None:
        server = self.servers[receiver]
        if not server.up:
            return
        link = self.links.get((receiver, sender))
        if kind == "vote":
            self.tell(server, Heard(sender, message, "", self.now_ms))
        elif kind == "down":
            self.tell(server, do.LinkDown(message, "closed"))
        elif link is None:
            return
        elif kind == "tree":
            server.incoming_tree = message
            zxid = message[-1][0] if message else 0
            self.tell(server, do.TreeReceived(zxid))
        else:
            self.tell(server, do.Received(link, message))

    def send(self, sender: int, receiver: int, kind: str, message: Any) -> None:
        self.wires.setdefault((sender, receiver), deque()).append((kind, message))

    def dial(self, caller: int, leader: int) -> None:
        """Connect at once; what is said on the line waits to be delivered."""
        callee = self.servers[leader]
        if not callee.up or not callee.listening:
            self.tell(self.servers[caller], do.DialFailed("", leader, "refused"))
            return
        self.links[caller, leader] = do.UPSTREAM
        self.links[leader, caller] = 10 + caller
        self.tell(callee, do.LinkUp(10 + caller))
        self.tell(self.servers[caller], do.LinkUp(do.UPSTREAM))

    def hang_up(self, one: int, other: int) -> None:
        """End a quorum connection; each end that lives will hear of it."""
        for here, there in ((one, other), (other, one)):
            link = self.links.pop((here, there), None)
            if link is not None and self.servers[here].up:
                waiting = self.wires.setdefault((there, here), deque())
                votes = [m for m in waiting if m[0] == "vote"]
                self.wires[there, here] = deque([*votes, ("down", link)])

    def peer_on(self, sid: int, link: int) -> int | None:
        for (here, there), number in self.links.items():
            if here == sid and number == link:
                return there
        return None

    def perform(self, server: Server, effects: list[Any]) -> None:
        for index, effect in enumerate(effects):
            if isinstance(effect, do.Sync):
                server.behind_sync.append(effects[index + 1 :])
                return
            self.perform_one(server, effect)

    def perform_one(self, server: Server, effect: Any) -> None:
        sid = server.sid
        match effect:
            case Note(event):
                name = type(event).__name__
                if name not in ("NotificationReceived", "ServingClients"):
                    self.answers.append(f"n{sid} {_describe(event)}")
            case Tell(to, vote):
                state = PeerState(vote.state).name
                self.answers.append(
                    f"n{sid} -> n{to}: {state} in round {vote.round}, votes for"
                    f" n{vote.leader} ({_show(vote.zxid)}, epoch {vote.peer_epoch})"
                )
                self.send(sid, to, "vote", vote)
            case do.Send(links, packet):
                for near in filter(None, (self.peer_on(sid, link) for link in links)):
                    kind = PacketType(packet.type).name
                    self.answers.append(
                        f"n{sid} -> n{near}: {kind} {_show(packet.zxid)}"
                    )
                    self.send(sid, near, "packet", packet)
            case do.SendTree(link):
                near = self.peer_on(sid, link) or 0
                self.answers.append(f"n{sid} -> n{near}: the whole tree")
                self.send(sid, near, "tree", tuple(server.tree))
            case SetTimer(name, after_ms):
                server.timers[name] = after_ms
            case StopTimer(name):
                server.timers.pop(name, None)
            case _:
                self.perform_disk(server, effect)

    def perform_disk(self, server: Server, effect: Any) -> None:
        sid, disk, say = server.sid, server.disk, self.answers.append
        match effect:
            case do.Append(zxid, entry):
                disk.log.append((zxid, entry))
                say(f"n{sid} disk: append {_show(zxid)}")
            case do.Flush():
                if disk.synced < len(disk.log):
                    say(f"n{sid} disk: flush to {_show(disk.log[-1][0])}")
                disk.sync()
                server.behind_sync = []
            case do.SaveEpoch(name, epoch):
                disk.epochs[name] = epoch
                say(f"n{sid} disk: {name} {epoch}")
            case do.Truncate(zxid):
                if not disk.truncate(zxid):
                    say(f"n{sid} disk: cannot truncate to {_show(zxid)}")
                    self.tell(server, do.CannotTruncate(zxid))
                    return
                server.tree = disk.history()
                say(f"n{sid} disk: truncate to {_show(zxid)}")
            case do.AdoptTree(zxid):
                disk.snapshot = server.incoming_tree
                disk.log = [txn for txn in disk.log if txn[0] <= zxid]
                disk.sync()
                server.tree = list(server.incoming_tree)
                say(f"n{sid} disk: adopt the tree of {_show(zxid)}")
            case do.Deliver(zxid, entry):
                server.tree.append((zxid, entry))
                say(f"n{sid} applies {_show(zxid)}")
            case do.AckSelf(zxid):
                self.tell(server, do.OwnAck(zxid))
            case do.Pong(zxid):
                packet = Packet(PacketType.PING, zxid, pack_touches({}))
                self.perform_one(server, do.Send((do.UPSTREAM,), packet))
            case do.Dial(leader):
                self.dial(sid, leader)
            case do.Listen():
                server.listening = True
            case do.CloseLinks():
                server.listening = False
                for other in self.servers:
                    self.hang_up(sid, other)
            case do.HangUp(link):
                peer = self.peer_on(sid, link)
                if peer is not None:
                    self.hang_up(sid, peer)
            case _:
                pass  # what only clients would notice


def _wire(text: str) -> Line:
    sender, receiver = text.split("->")
    return int(sender), int(receiver)


def _zxid(text: str) -> int:
    epoch, counter = text.split(":")
    return make_zxid(int(epoch), int(counter))


def _entry(text: str) -> bytes:
    return text.encode().ljust(32)


def _show(zxid: int) -> str:
    """Return a zxid as epoch:counter, which is easier on the eye than hex."""
    if zxid < 0:
        return "-"
    return f"{epoch_of(zxid)}:{counter_of(zxid)}"


def _describe(event: Any) -> str:
    fields = []
    for name, value in event._asdict().items():
        zxid = "zxid" in name or name in (
            "learner_last",
            "min_committed",
            "max_committed",
            "truncate_to",
            "was",
            "first",
            "last",
        )
        if name in ("took_ms", "after_ms"):
            continue
        fields.append(f"{name}={_show(value) if zxid else value}")
    return f"{type(event).__name__}({', '.join(fields)})"


def rewrite(text: str) -> str:
    """Return the scenario with the answers that the machines give today."""
    stage = Stage()
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith((" ", "\t")):
            continue
        lines.append(line)
        if line and not line.startswith("#"):
            lines += [f"    {answer}" for answer in stage.play(line)]
    return "\n".join(lines) + "\n"

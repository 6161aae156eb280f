"""A few servers whose every message and every timer is in the player's hand."""

from collections import deque
from typing import Any

from node.broadcast import effects as do
from node.broadcast import events as on
from node.effects import Note, SetTimer, StopTimer
from node.election.machine import Heard, Tell
from node.quorum import Majority
from node.wire.quorum import Packet, PacketType, pack_touches
from tests.scenarios.words import Line, describe, show, spoken
from tests.simulator.parts import Server

_UNSAID = ("NotificationReceived", "ServingClients")


class Stage:
    """Servers, the wires between them, and what they answered."""

    def __init__(self) -> None:
        """Begin without servers."""
        self.servers: dict[int, Server] = {}
        self.quorum = Majority(())
        self.wires: dict[Line, deque[tuple[str, Any]]] = {}
        self.answers: list[str] = []
        self.links: dict[Line, int] = {}  # (server, peer) -> link number there
        self.dials = do.UPSTREAM
        self.severed: set[Line] = set()
        self.sessions: dict[int, dict[int, int]] = {}  # heard of since the last PING
        self.now_ms = 0

    def say(self, answer: str) -> None:
        """Note an answer."""
        self.answers.append(answer)

    # --- messages ---

    def tell(self, server: Server, event: Any) -> None:
        """Let a server handle an event, and do what it asks for."""
        self.perform(server, server.peer.handle(event, self.now_ms))

    def send(self, sender: int, receiver: int, kind: str, message: Any) -> None:
        """Put a message on a wire, unless the wire is cut."""
        if (sender, receiver) not in self.severed and receiver in self.servers:
            self.wires.setdefault((sender, receiver), deque()).append((kind, message))

    def arrive(self, sender: int, receiver: int, kind: str, message: Any) -> None:
        """Hand over one message."""
        server = self.servers[receiver]
        if not server.up:
            return
        link = self.links.get((receiver, sender))
        if kind == "vote":
            self.tell(server, Heard(sender, message, "", self.now_ms))
        elif kind == "down":
            self.tell(server, on.LinkDown(message, "closed"))
        elif link is None:
            return
        elif kind == "tree":
            server.incoming_tree = message
            last = message[-1][0] if message else 0
            self.tell(server, on.TreeReceived(last))
        else:
            self.tell(server, on.Received(link, message))

    def dial(self, caller: int, leader: int) -> None:
        """Connect at once; what is said on the line waits to be delivered."""
        callee = self.servers[leader]
        why = "" if callee.up and callee.listening else "refused"
        if (caller, leader) in self.severed:
            why = "unreachable"
        if why:
            self.tell(self.servers[caller], on.DialFailed("", leader, why))
            return
        self.dials += 1
        self.links[caller, leader] = do.UPSTREAM
        self.links[leader, caller] = self.dials
        self.tell(callee, on.LinkUp(self.dials))
        self.tell(self.servers[caller], on.LinkUp(do.UPSTREAM))

    def call(self, stranger: int, leader: int) -> None:
        """Let somebody connect who is no server of ours."""
        self.dials += 1
        self.links[leader, stranger] = self.dials
        self.tell(self.servers[leader], on.LinkUp(self.dials))

    def hang_up(self, one: int, other: int) -> None:
        """End a quorum connection; each end that lives will hear of it."""
        for here, there in ((one, other), (other, one)):
            link = self.links.pop((here, there), None)
            if link is not None and self.servers[here].up:
                waiting = self.wires.setdefault((there, here), deque())
                votes = [m for m in waiting if m[0] == "vote"]
                self.wires[there, here] = deque([*votes, ("down", link)])

    def peer_on(self, sid: int, link: int) -> int | None:
        """Return who is at the other end of a link."""
        for (here, there), number in self.links.items():
            if here == sid and number == link:
                return there
        return None

    # --- effects ---

    def perform(self, server: Server, effects: list[Any]) -> None:
        """Do what a server asks for; what stands behind a Sync waits."""
        for index, effect in enumerate(effects):
            if isinstance(effect, do.Sync):
                server.behind_sync.append(effects[index + 1 :])
                return
            self._perform_one(server, effect)

    def _perform_one(self, server: Server, effect: Any) -> None:
        sid = server.sid
        match effect:
            case Note(event):
                if type(event).__name__ not in _UNSAID:
                    self.say(f"n{sid} {describe(event)}")
            case Tell(to, notification):
                self.say(spoken(sid, effect))
                self.send(sid, to, "vote", notification)
            case do.Send(links, packet):
                for near in filter(None, (self.peer_on(sid, link) for link in links)):
                    kind = PacketType(packet.type).name
                    self.say(f"n{sid} -> n{near}: {kind} {show(packet.zxid)}")
                    self.send(sid, near, "packet", packet)
            case do.SendTree(link):
                near = self.peer_on(sid, link) or 0
                self.say(f"n{sid} -> n{near}: the whole tree")
                self.send(sid, near, "tree", tuple(server.tree))
            case SetTimer(name, after_ms):
                server.timers[name] = after_ms
            case StopTimer(name):
                server.timers.pop(name, None)
            case _:
                self._perform_disk(server, effect)

    def _perform_disk(self, server: Server, effect: Any) -> None:
        sid, disk, say = server.sid, server.disk, self.say
        match effect:
            case do.Append(zxid, entry):
                disk.log.append((zxid, entry))
                say(f"n{sid} disk: append {show(zxid)}")
            case do.Flush():
                if disk.synced < len(disk.log):
                    say(f"n{sid} disk: flush to {show(disk.log[-1][0])}")
                disk.sync()
                server.behind_sync = []
            case do.SaveEpoch(name, epoch):
                disk.epochs[name] = epoch
                say(f"n{sid} disk: {name} {epoch}")
            case do.Truncate(zxid):
                if not disk.truncate(zxid):
                    say(f"n{sid} disk: cannot truncate to {show(zxid)}")
                    self.tell(server, on.CannotTruncate(zxid))
                    return
                server.tree = disk.history()
                say(f"n{sid} disk: truncate to {show(zxid)}")
            case do.AdoptTree(zxid):
                disk.snapshot = server.incoming_tree
                disk.log = [txn for txn in disk.log if txn[0] <= zxid]
                disk.sync()
                server.tree = list(server.incoming_tree)
                server.incoming_tree = ()
                say(f"n{sid} disk: adopt the tree of {show(zxid)}")
            case do.Deliver(zxid, entry):
                server.tree.append((zxid, entry))
                say(f"n{sid} applies {show(zxid)}")
            case do.AckSelf(zxid):
                self.tell(server, on.OwnAck(zxid))
            case _:
                self._perform_link(server, effect)

    def _perform_link(self, server: Server, effect: Any) -> None:
        sid = server.sid
        match effect:
            case do.Pong(zxid):
                touched = pack_touches(self.sessions.pop(sid, {}))
                packet = Packet(PacketType.PING, zxid, touched)
                self._perform_one(server, do.Send((do.UPSTREAM,), packet))
            case do.Dial(leader):
                self.dial(sid, leader)
            case do.Listen():
                server.listening = True
                self.tell(server, on.Listening())
            case do.CloseLinks():
                server.listening, server.incoming_tree = False, ()
                for other in self.servers:
                    self.hang_up(sid, other)
            case do.HangUp(link):
                peer = self.peer_on(sid, link)
                if peer is not None:
                    self.say(f"n{sid} hangs up on n{peer}")
                    self.hang_up(sid, peer)
            case _:
                self._perform_service(sid, effect)

    def _perform_service(self, sid: int, effect: Any) -> None:
        match effect:
            case do.Touch(link, sessions) if sessions:
                near = self.peer_on(sid, link)
                alive = ", ".join(map(str, sessions))
                self.say(f"n{sid} hears from n{near} of session {alive}")
            case do.Prepare(link, request):
                near = self.peer_on(sid, link)
                self.say(f"n{sid} is asked by n{near} to order request {request.cxid}")
            case do.Revalidate(link, session):
                near = self.peer_on(sid, link)
                self.say(f"n{sid} is asked by n{near} whether session {session} lives")
            case do.Revalidated(session, alive):
                lives = "lives" if alive else "is gone"
                self.say(f"n{sid} learns that session {session} {lives}")
            case do.SyncDone():
                self.say(f"n{sid} completes a sync")
            case _:
                pass  # what only clients would notice

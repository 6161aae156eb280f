"""Clients: sessions that read, write, watch, get lost and come back.

Each speaks the client protocol's own bytes to `node.clients.service`, keeps the
promises that a client library makes (timeouts, reconnecting with the last zxid it
saw, leaving its watches again), and judges every answer by what is agreed on.
"""

from collections import deque
from collections.abc import Callable
from random import Random

from node.wire.client import (
    ACL,
    MULTI_END,
    MULTI_HEADER,
    CheckVersionRequest,
    ConnectRequest,
    CreateRequest,
    DeleteRequest,
    Err,
    Id,
    Op,
    PathRequest,
    SetDataRequest,
    SetWatches,
    Xid,
    frame,
    pack_connect_request,
    unpack_connect_response,
)
from node.wire.jute import INT, pack, read_ustring, ustring_bytes
from simulator.host import Host, World
from simulator.judge import Judge, Sent
from simulator.network import Channel, Down
from simulator.sessions import Hello

TIMEOUTS_MS = (1200, 2400, 6000)
IN_FLIGHT_MAX = 4
SHARED = tuple(f"/k{number}" for number in range(6))
SIZES = (8, 8, 40, 40, 700)  # of data: some records must span sectors
ANYBODY = (ACL(31, Id("world", "anyone")),)
DOWN, CONNECTING, OPEN = "down", "connecting", "open"


class Client:
    """One client; when its session has gone it begins another."""

    def __init__(
        self, world: World, number: int, chance: Random, rare: Random | None = None
    ) -> None:
        """Be down; `number` is negative, its address in the network.

        Of `rare` it draws what is asked seldom otherwise; without it, nothing.
        """
        self.world = world
        self.number = number
        self.chance = chance
        self.rare = rare
        self.judge = Judge(world.checker)
        self.state = DOWN
        self.tries = 0  # connections so far; what is of an older one is ignored
        self.host: Host
        self.out: Channel
        self.hello: Hello
        self.session = 0
        self.password = b""
        self.timeout_ms = chance.choice(TIMEOUTS_MS)
        self.xid = 0
        self.waiting: deque[Sent] = deque()
        self.heard_ms = 0
        self.buffer = b""
        self.busy = True  # asks things of its own accord
        self.away = False  # says nothing until it is sent somewhere
        self.acked = 0  # writes that were acknowledged
        self.mine: list[str] = []  # nodes that it made, to be removed again
        self.also: Callable[[], bool] | None = None  # what may ask in our place

    # --- the connection -------------------------------------------------------------

    def connect(self) -> None:
        """Call any server."""
        if self.state == DOWN and not self.away:
            self._call(self.chance.choice(list(self.world.hosts.values())))

    def move(self, host: Host) -> None:
        """Leave this connection, in order, and call that server."""
        if self.state == OPEN and self.host is host:
            return
        self.leave()
        self.away = False
        self._call(host)

    def leave(self) -> None:
        """Leave this connection, in order, and stay away until sent somewhere."""
        if self.state != DOWN:
            self._end_connection(losing=False)
        self.away = True

    def come_back(self) -> None:
        """Be away no longer."""
        self.away = False
        self.connect()

    def _call(self, host: Host) -> None:
        self.state = CONNECTING
        self.tries += 1
        self.host = host
        self.world.later(self.world.network.delay_ms(), self._dial, self.tries)

    def _dial(self, tries: int) -> None:
        host, cut = self.host, self.world.network.cut
        if tries != self.tries:
            return
        if cut(self.number, host.sid) or cut(host.sid, self.number) or not host.up:
            self.lost()
            return
        host.run(host.life, self._accepted, host.life, tries)
        self.later(self.timeout_ms // 3, self._mind)

    def _accepted(self, life: int, tries: int) -> None:
        """Our call stands: the server has taken us in."""
        host, network = self.host, self.world.network
        if tries != self.tries:
            return

        def answers(item: object) -> None:
            if tries == self.tries:
                self._arrived(item)

        conn = host.accept(self, Channel(network, (host.sid, self.number), answers))
        if conn is None:
            self.lost()
            return

        def reaches(item: bytes | Down) -> None:
            peer = host.server.peer
            if tries == self.tries and peer.serving:
                self.judge.epoch = peer.history.current_epoch
            host.feed(conn, item)

        def asks(item: object) -> None:
            host.run(life, reaches, item)

        self.out = Channel(network, (self.number, host.sid), asks)
        self.buffer, self.heard_ms = b"", self.world.now_ms
        self.hello = self.world.checker.sessions.hello(self.session)
        hello = ConnectRequest(
            0,
            self.judge.last_zxid,
            self.timeout_ms,
            self.session,
            self.password or bytes(16),
            read_only=False,
        )
        self.out.send(frame(pack_connect_request(hello)))

    def lost(self) -> None:
        """The connection has gone; what became of its requests is unknown."""
        self.state = DOWN
        self.tries += 1
        self.waiting.clear()
        self.judge.disconnected()
        self.later(self.chance.choice((1, 5, 50, 200)), self.connect)

    def hang_up(self) -> None:
        """Break the connection."""
        losing = hasattr(self, "out") and self.chance.random() < 0.5
        self._end_connection(losing=losing)

    def _end_connection(self, *, losing: bool) -> None:
        if hasattr(self, "out"):
            self.out.end(Down("closed"), losing=losing)
        self.lost()

    def vanish(self) -> None:
        """Die without closing the session; the next client knows nothing of it."""
        self.hang_up()
        self._forget()

    def _forget(self) -> None:
        self.session, self.password, self.xid = 0, b"", 0
        self.mine.clear()
        self.judge = Judge(self.world.checker)

    def _mind(self) -> None:
        """Ping, and give up a server that says nothing."""
        if self.state == DOWN:
            return
        quiet_ms = self.world.now_ms - self.heard_ms
        if quiet_ms > self.timeout_ms * 2 // 3:
            self.hang_up()
            return
        if self.state == OPEN:
            self.out.send(frame(INT.pack(Xid.PING) + INT.pack(Op.PING)))
        self.later(self.timeout_ms // 3, self._mind)

    def later(self, after_ms: int, act: Callable[[], None]) -> None:
        """Do something then, unless the connection is another one."""
        tries = self.tries
        self.world.later(after_ms, lambda: act() if tries == self.tries else None)

    # --- answers ----------------------------------------------------------------------

    def _arrived(self, item: object) -> None:
        self.heard_ms = self.world.now_ms
        if not isinstance(item, bytes):
            self.lost()
            return
        data = self.buffer + item
        at, tries = 0, self.tries
        while tries == self.tries and len(data) - at >= 4:
            (length,) = INT.unpack_from(data, at)
            end = at + 4 + length
            if end > len(data):
                break
            body = data[at + 4 : end]
            at = end
            if self.state == CONNECTING:
                self._welcomed(body)
            else:
                self._answered(body)
        self.buffer = data[at:]

    def _welcomed(self, body: bytes) -> None:
        answer = unpack_connect_response(body)
        sessions, epoch = self.world.checker.sessions, self.judge.epoch
        if not answer.session:
            sessions.refused(self.hello, epoch)
            self._forget()  # expired
            self.hang_up()
            return
        sessions.welcomed(self.hello, answer.session, epoch)
        sessions.moved(answer.session, epoch, self.xid + 1)
        self.session, self.password = answer.session, answer.password or b""
        self.timeout_ms = answer.timeout_ms
        self.state = OPEN
        if self.judge.watching.left:
            wanted = SetWatches(self.judge.last_zxid, *self.judge.watching.lists())
            self._send(Xid.SET_WATCHES, Op.SET_WATCHES, pack(wanted))
        if self.busy:
            self.later(1, self._work)

    def _answered(self, body: bytes) -> None:
        (xid,) = INT.unpack_from(body)
        if xid == Xid.EVENT:
            self.judge.event(body)
        elif xid == Xid.PING:
            self.judge.saw(body)
        elif xid == Xid.SET_WATCHES:
            self.judge.watches_left(body)
        else:
            assert self.waiting, f"an answer to no request: {xid}"
            sent = self.waiting.popleft()
            err = self.judge.answer(self.session, sent, body)
            self.world.checker.operations += 1
            self.acked += sent.op in (Op.CREATE, Op.SET_DATA) and err == Err.OK
            if err == Err.OK and sent.op == Op.CREATE and sent.path[1] in "sq":
                self.mine.append(str(read_ustring(body, 16)[0]))
            if sent.op == Op.CLOSE_SESSION:
                self.hang_up()
                self._forget()

    # --- questions --------------------------------------------------------------------

    def _work(self) -> None:
        if self.state != OPEN or not self.busy:
            return
        while self.state == OPEN and len(self.waiting) < IN_FLIGHT_MAX:
            if self.also is None or not self.also():
                self._ask()
            if self.chance.random() < 0.7:
                break
        self.later(self.chance.randint(1, 40), self._work)

    def _ask(self) -> None:
        if self.rare is not None and self.rare.random() < 0.2:
            self._ask_rarely(self.rare)
            return
        dice = self.chance.random()
        path = self.chance.choice(SHARED)
        data = b"%d" % self.chance.randint(0, 999) * (self.chance.choice(SIZES) // 3)
        watch = self.chance.random() < 0.3
        if dice < 0.30:
            self.set(path, data)
        elif dice < 0.42:
            self.create(path, data)
        elif dice < 0.50:
            own = self.chance.choice(("/e", "/s")) + str(-self.number)
            self.create(own, data, flags=1 if own[1] == "e" else 2)
        elif dice < 0.56:
            path = self.mine.pop() if self.mine else path
            self.request(Op.DELETE, path, pack(DeleteRequest(path, -1)))
        elif dice < 0.80:
            body = ustring_bytes(path) + bytes([watch])
            kind = Op.GET_DATA if dice < 0.74 else Op.EXISTS
            self.request(kind, path, body, watch=watch)
        elif dice < 0.86:
            self.request(Op.GET_CHILDREN, "/", ustring_bytes("/") + b"\0")
        elif dice < 0.93:
            self._multi(path, data)
        elif dice < 0.945:
            self.request(Op.SYNC, path, pack(PathRequest(path)))
        elif dice < 0.985:
            self.hang_up()
        elif dice < 0.993:
            self.request(Op.CLOSE_SESSION, "", b"")
        else:
            self.vanish()

    def _ask_rarely(self, rare: Random) -> None:
        """Ask what a client of a lock or a queue asks."""
        path, dice = rare.choice(SHARED), rare.random()
        data = b"rare %d" % rare.randint(0, 999)
        if dice < 0.25:
            self.sync_and_get(path)
        elif dice < 0.45:
            body = ustring_bytes("/") + b"\1"
            self.request(Op.GET_CHILDREN, "/", body, watch=True)
        elif dice < 0.65:
            self.create("/q-", data, flags=3)
        elif dice < 0.80:
            self.set(path, data, version=rare.randint(0, 4))
        else:
            self._multi_checked(path, data, rare.randint(0, 4))

    def sync_and_get(self, path: str) -> None:
        """Ask to be brought in line, then read."""
        self.request(Op.SYNC, path, pack(PathRequest(path)))
        self.request(Op.GET_DATA, path, ustring_bytes(path) + b"\0")

    def _multi_checked(self, path: str, data: bytes, version: int) -> None:
        """Ask for a write that must not happen unless a version is as expected."""
        parts = (
            (Op.SET_DATA, pack(SetDataRequest(path, data, -1))),
            (Op.CHECK, pack(CheckVersionRequest(path, version))),
        )
        body = b"".join(MULTI_HEADER.pack(op, 0, -1) + part for op, part in parts)
        self.request(Op.MULTI, path, body + MULTI_END)

    def set(self, path: str, data: bytes, version: int = -1) -> None:
        """Ask for a setData."""
        body = pack(SetDataRequest(path, data, version))
        self.request(Op.SET_DATA, path, body, data=data)

    def create(self, path: str, data: bytes, flags: int = 0) -> None:
        """Ask for a create; flag 1 makes it ephemeral, 2 numbers it."""
        body = pack(CreateRequest(path, data, ANYBODY, flags))
        self.request(Op.CREATE, path, body, data=data)

    def _multi(self, path: str, data: bytes) -> None:
        other = self.chance.choice(SHARED)
        parts = (
            (Op.SET_DATA, pack(SetDataRequest(path, data, -1))),
            (Op.DELETE, pack(DeleteRequest(other, -1))),
            (Op.CREATE, pack(CreateRequest(other, data, ANYBODY, 0))),
        )
        body = b"".join(MULTI_HEADER.pack(op, 0, -1) + part for op, part in parts)
        self.request(Op.MULTI, path, body + MULTI_END)

    def request(
        self,
        op: int,
        path: str,
        body: bytes,
        *,
        watch: bool = False,
        data: bytes | None = None,
    ) -> None:
        """Send one request of our own; `data` is what it wants to store."""
        self.xid += 1
        checker = self.world.checker
        seen = dict(checker.seen) if op == Op.SYNC else {}
        sent = Sent(self.xid, op, path, watch, data, checker.acked_zxid, seen)
        self.waiting.append(sent)
        self._send(self.xid, op, body)

    def _send(self, xid: int, op: int, body: bytes) -> None:
        data = frame(INT.pack(xid) + INT.pack(op) + body)
        if self.chance.random() < 0.05:  # bytes come as they like
            cut = self.chance.randint(0, len(data))
            self.out.send(data[:cut])
            data = data[cut:]
        self.out.send(data)

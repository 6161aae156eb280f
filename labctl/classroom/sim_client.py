"""A client of the simulated lab: it does one thing, and is answered."""

from random import Random
from typing import Any

from labctl.classroom.unjudged import Believing, Unjudged
from labctl.clients.execute import NAMES
from labctl.clients.grammar import Command
from node.wire.client import (
    DeleteRequest,
    Err,
    Op,
    PathRequest,
    SetDataRequest,
    Xid,
)
from node.wire.jute import pack, read_buffer, read_ustring, ustring_bytes
from simulator.clients import CONNECTING, DOWN, Client
from simulator.world import TICK_MS, World

_HEAD = 16  # xid, zxid, err
_TIMEOUT_TICKS_MAX = 20  # a server grants no longer session
_NO_WATCH, _WATCH = b"\0", b"\1"


class OneClient(Client):
    """Calls the server that it is told to, and asks what it is told to.

    If that one is gone it calls another: its session moves with it.
    """

    def __init__(self, world: World, number: int, sid: int, timeout_ms: int) -> None:
        """Be down; call `connect` to begin."""
        super().__init__(world, number, Random(world.seed - number))
        self.busy = False
        self.sid = sid
        self.timeout_ms = min(timeout_ms, _TIMEOUT_TICKS_MAX * TICK_MS)
        if isinstance(world.checker, Unjudged):
            self.judge = Believing(world.checker)
        self.answer: bytes | None = None
        self.notified = 0  # events of watches
        self.done = False

    def connect(self) -> None:
        """Call our server, or one that is up, unless we are done."""
        if self.state != DOWN or self.done:
            return
        self.state = CONNECTING
        self.tries += 1
        ours = self.world.hosts[self.sid]
        serving = [
            h for h in self.world.hosts.values() if h.up and h.server.peer.serving
        ]
        self.host = ours if ours in serving or not serving else serving[0]
        self.world.later(self.world.network.delay_ms(), self._dial, self.tries)

    def ask(self, command: Command) -> None:
        """Send the request that the command means."""
        path = command.path
        self.answer = None
        match command.kind:
            case "create":
                self.create(path, command.data.encode(), command.flags)
            case "set":
                data = command.data.encode()
                body = pack(SetDataRequest(path, data, command.version))
                self.request(Op.SET_DATA, path, body, data=data)
            case "delete":
                body = pack(DeleteRequest(path, command.version))
                self.request(Op.DELETE, path, body)
            case "sync":
                self.request(Op.SYNC, path, pack(PathRequest(path)))
            case "exists":
                self.request(Op.EXISTS, path, ustring_bytes(path) + _NO_WATCH)
            case _:
                self.request(Op.GET_DATA, path, ustring_bytes(path) + _NO_WATCH)

    def watch(self, path: str) -> None:
        """Read a znode and leave a watch on it."""
        self.answer = None
        self.request(Op.GET_DATA, path, ustring_bytes(path) + _WATCH, watch=True)

    def close(self) -> None:
        """End the session, and do not come back."""
        self.done = True
        self.request(Op.CLOSE_SESSION, "", b"")

    def fall_silent(self) -> None:
        """Leave without a word, and do not come back: the session will expire."""
        self.done = True
        self.hang_up()

    @property
    def result(self) -> str:
        """The outcome as a lab's client notes it."""
        assert self.answer is not None
        err = int.from_bytes(self.answer[12:16], "big", signed=True)
        zxid = int.from_bytes(self.answer[4:12], "big", signed=True)
        return f"ok {zxid:#x}" if err == Err.OK else NAMES[err]

    @property
    def value(self) -> str:
        """The data that was read."""
        assert self.answer is not None
        data: bytes | None = read_buffer(self.answer, _HEAD)[0]
        return (data or b"").decode("utf-8", "replace")

    @property
    def made(self) -> str:
        """The path of the znode that was created."""
        assert self.answer is not None
        return str(read_ustring(self.answer, _HEAD)[0])

    def _answered(self, body: bytes) -> None:
        waiting: Any = self.waiting
        xid = int.from_bytes(body[:4], "big", signed=True)
        if waiting and xid == waiting[0].xid:
            self.answer = body
        self.notified += xid == Xid.EVENT
        super()._answered(body)

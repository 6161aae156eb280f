"""A small ZooKeeper client that writes down everything it does and sees.

kazoo hides what the witness needs: the zxid in every reply's header.
"""

import asyncio
import contextlib
import struct
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from labctl.clients.history import WRITES, Call, Event, History, Seen
from node.wire import client as wire
from node.wire.client import Err, EventType, Op
from node.wire.jute import INT, pack, read, read_buffer, read_ustring

OPEN_ACL = (wire.ACL(wire.Perm.ALL, wire.Id("world", "anyone")),)
DATA, EXIST, CHILD = range(3)  # the lists of SetWatches
_MIND_S = 0.25  # between looks at whether our server's process still lives
_REPLY_HEAD = struct.Struct(">iqi")
_OPS = {
    "create": Op.CREATE2,
    "set": Op.SET_DATA,
    "delete": Op.DELETE,
    "get": Op.GET_DATA,
    "exists": Op.EXISTS,
    "children": Op.GET_CHILDREN2,
    "sync": Op.SYNC,
    "ping": Op.PING,
}
_USED_UP = {
    EventType.NODE_CREATED: (DATA, EXIST),
    EventType.NODE_DATA_CHANGED: (DATA, EXIST),
    EventType.NODE_DELETED: (DATA, EXIST, CHILD),
    EventType.NODE_CHILDREN_CHANGED: (CHILD,),
}


class Lost(Exception):
    """The connection ended; what was on its way may have happened, or not."""


class Gone(Exception):
    """The processes of all our servers have ended: nobody will answer."""


class PendingRequest(NamedTuple):
    """A request without an answer yet."""

    call: Call
    answer: "asyncio.Future[Call]"


class Reply(NamedTuple):
    """An answer as it came, for requests that are not recorded."""

    zxid: int
    err: int
    body: bytes


class Client:
    """One client with one session at a time; `call` reconnects by itself."""

    def __init__(
        self,
        number: int,
        addresses: Sequence[tuple[str, int]],
        history: History,
        timeout_ms: int = 2000,
        dead: Callable[[int], bool] | None = None,
    ):
        """Connect to nothing yet; `dead` says whether a port's process has ended."""
        self.number = number
        self.addresses = list(addresses)
        self.history = history
        self.timeout_ms = timeout_ms
        self.dead = dead
        self.session = 0
        self.password = bytes(16)
        self.sessions = 0  # how many we have had
        self.link = 0
        self.last_zxid = 0
        self.cxid = 0
        self.order = 0
        self.connecting = asyncio.Lock()
        self.writer: asyncio.StreamWriter | None = None
        self.waiting: dict[int, PendingRequest] = {}
        self.watched: tuple[set[str], set[str], set[str]] = (set(), set(), set())
        self.heard = 0.0
        self.tasks: list[asyncio.Task[None]] = []
        self.asked: dict[int, asyncio.Future[Reply]] = {}
        self.endpoint = 0  # port of the server we are with, or were with last
        self.on_event: Callable[[Event], None] = lambda _event: None

    async def call(self, kind: str, path: str, **how: object) -> Call:
        """Send one request and return what came of it; Lost if nothing did."""
        return await (await self.send(kind, path, **how))

    async def send(self, kind: str, path: str, **how: object) -> "asyncio.Future[Call]":
        """Send one request, connecting first if need be; its answer comes later."""
        await self.join()
        self.cxid += 1
        call = Call(
            self.number, self.session, self.cxid, kind, path, time.monotonic(), None
        )
        call = call._replace(link=self.link, endpoint=self.endpoint, **how)  # type: ignore[arg-type]  # by name
        answer: asyncio.Future[Call] = asyncio.get_running_loop().create_future()
        self.waiting[self.cxid] = PendingRequest(call, answer)
        self._write(call.cxid, _OPS[kind], _body(call))
        return answer

    async def join(self) -> None:
        """Come back with a connection and a session, however long it takes.

        Gone if all servers are known to be dead.
        """
        async with self.connecting:
            while self.writer is None:
                await self._connect()

    async def ask(self, op: int, body: bytes) -> Reply:
        """Send any other request (a multi, the end of the session); not recorded."""
        await self.join()
        self.cxid += 1
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self.asked[self.cxid] = answer
        self._write(self.cxid, op, body)
        return await answer

    async def leave(self, limit_s: float = 2.0) -> None:
        """End the session in order: its ephemerals go now, not after its time-out."""
        if self.writer is not None:
            with contextlib.suppress(Lost, Gone, TimeoutError):
                async with asyncio.timeout(limit_s):
                    await self.ask(Op.CLOSE_SESSION, b"")
        await self.close()

    async def close(self) -> None:
        """Close the connection but not the session; the servers must notice."""
        self._hang_up()
        for task in self.tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def _write(self, xid: int, op: int, body: bytes) -> None:
        assert self.writer is not None
        self.writer.write(wire.frame(struct.pack(">ii", xid, op) + body))

    # --- connecting -------------------------------------------------------------

    async def _connect(self) -> None:
        """Try the next server; come back with or without a connection."""
        host, port = self.addresses[0]
        self.addresses.append(self.addresses.pop(0))
        if self.dead is not None and self.dead(port):
            if all(self.dead(other) for _, other in self.addresses):
                raise Gone
            return
        writer = None
        try:
            # Giving up early leaves a session behind that expires at a bad moment.
            async with asyncio.timeout(max(1.0, self.timeout_ms / 3000)):
                reader, writer = await asyncio.open_connection(host, port)
                request = wire.ConnectRequest(
                    *(0, self.last_zxid, self.timeout_ms, self.session, self.password),
                    read_only=False,
                )
                writer.write(wire.frame(wire.pack_connect_request(request)))
                (length,) = INT.unpack(await reader.readexactly(4))
                body = await reader.readexactly(length)
        except (OSError, EOFError):
            if writer is not None:
                writer.close()
            await asyncio.sleep(0.02)
            return
        answer = wire.unpack_connect_response(body)
        if not answer.session:
            writer.close()
            self._begin_anew()
            return
        self.session, self.password = answer.session, answer.password or b""
        self.timeout_ms = answer.timeout_ms
        self.sessions += self.link == 0 or not self.cxid
        self._joined(reader, writer)

    def _begin_anew(self) -> None:
        """The session has expired: forget everything that belonged to it."""
        self.session, self.password, self.last_zxid, self.cxid = 0, bytes(16), 0, 0
        for paths in self.watched:
            paths.clear()

    def _joined(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.writer = writer
        self.endpoint = self.addresses[-1][1]
        self.link += 1
        self.heard = time.monotonic()
        self.tasks = [task for task in self.tasks if not task.done()]
        works = [self._listen(reader, writer), self._ping(writer)]
        if self.dead is not None:
            works.append(self._mind(writer, self.dead))
        for work in works:
            self.tasks.append(asyncio.get_running_loop().create_task(work))
        if any(self.watched):
            lists = [tuple(sorted(paths)) for paths in self.watched]
            request = wire.SetWatches(self.last_zxid, *lists)
            self._write(wire.Xid.SET_WATCHES, Op.SET_WATCHES, pack(request))

    async def _ping(self, writer: asyncio.StreamWriter) -> None:
        """Keep the session alive, and give up a server that says nothing."""
        while self.writer is writer:
            await asyncio.sleep(self.timeout_ms / 4000)
            if self.writer is not writer:
                return
            if time.monotonic() - self.heard > self.timeout_ms / 1500:
                self._hang_up()
                return
            self._write(wire.Xid.PING, Op.PING, b"")

    async def _mind(
        self, writer: asyncio.StreamWriter, dead: Callable[[int], bool]
    ) -> None:
        """Give up a server whose process has ended, though nobody told the socket."""
        while self.writer is writer:
            await asyncio.sleep(_MIND_S)
            if self.writer is writer and dead(self.endpoint):
                self._hang_up()

    async def _listen(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            while self.writer is writer:
                (length,) = INT.unpack(await reader.readexactly(4))
                body = await reader.readexactly(length)
                if self.writer is writer:
                    self._hear(body)
        except (OSError, EOFError):
            pass
        if self.writer is writer:
            self._hang_up()

    def _hang_up(self) -> None:
        """No answer will come any more; a write is recorded as unknown."""
        if self.writer is not None:
            self.writer.close()
            self.writer = None
        waiting, self.waiting = self.waiting, {}
        for call, answer in waiting.values():
            if call.kind in WRITES:
                self.history.calls.append(call)
            if not answer.done():
                answer.set_exception(Lost())
                answer.exception()  # so that asyncio does not warn
        asked, self.asked = self.asked, {}
        for reply in asked.values():
            if not reply.done():
                reply.set_exception(Lost())
                reply.exception()

    # --- hearing ----------------------------------------------------------------

    def _hear(self, body: bytes) -> None:
        self.heard = time.monotonic()
        self.order += 1
        xid, zxid, err = _REPLY_HEAD.unpack_from(body)
        if xid == wire.Xid.EVENT:
            self._event(zxid, body[_REPLY_HEAD.size :])
            return
        self.last_zxid = max(self.last_zxid, zxid)
        if xid in (wire.Xid.PING, wire.Xid.SET_WATCHES):
            ping = Call(
                *(self.number, self.session, xid, "ping", "", self.heard, self.heard),
                *(self.link, self.order, err, zxid),
            )
            self.history.calls.append(ping)
            return
        if xid in self.asked:
            reply = self.asked.pop(xid)
            if not reply.done():
                reply.set_result(Reply(zxid, err, body[_REPLY_HEAD.size :]))
            return
        call, answer = self.waiting.pop(xid)
        call = call._replace(returned=self.heard, order=self.order, err=err, zxid=zxid)
        if not err:
            call = _with_answer(call, body)
        if call.watch:
            self._left_watch(call)
        self.history.calls.append(call)
        if not answer.done():
            answer.set_result(call)

    def _event(self, zxid: int, body: bytes) -> None:
        event = read(wire.WatcherEvent, body, 0)[0]
        for kind in _USED_UP[event.type]:
            self.watched[kind].discard(event.path)
        fired = Event(
            *(self.number, self.session, event.type, event.path),
            *(self.heard, self.order, self.link, zxid),
        )
        self.history.events.append(fired)
        self.on_event(fired)

    def _left_watch(self, call: Call) -> None:
        if call.kind == "children" and not call.err:
            self.watched[CHILD].add(call.path)
        elif call.kind == "exists" and call.err == Err.NO_NODE:
            self.watched[EXIST].add(call.path)
        elif not call.err:
            self.watched[DATA].add(call.path)


def _body(call: Call) -> bytes:
    """Return a request's record."""
    data = call.data.encode()
    match call.kind:
        case "create":
            return pack(wire.CreateRequest(call.path, data, OPEN_ACL, call.flags))
        case "set":
            return pack(wire.SetDataRequest(call.path, data, call.version))
        case "delete":
            return pack(wire.DeleteRequest(call.path, call.version))
        case "sync":
            return pack(wire.PathRequest(call.path))
        case _:
            return pack(wire.PathRequest(call.path)) + bytes([call.watch])


def _with_answer(call: Call, body: bytes) -> Call:
    """Read what a reply says beyond its header."""
    at = _REPLY_HEAD.size
    match call.kind:
        case "create":
            path, at = read_ustring(body, at)
            return call._replace(value=path, stat=_seen(body, at))
        case "set" | "exists":
            return call._replace(stat=_seen(body, at))
        case "get":
            data, at = read_buffer(body, at)
            return call._replace(value=(data or b"").decode(), stat=_seen(body, at))
        case "children":
            (count,) = INT.unpack_from(body, at)
            at, names = at + 4, []
            for _ in range(count):
                name, at = read_ustring(body, at)
                names.append(name or "")
            return call._replace(names=tuple(names), stat=_seen(body, at))
        case _:
            return call


def _seen(body: bytes, at: int) -> Seen:
    stat = wire.Stat(*wire.STAT.unpack_from(body, at))
    return Seen(
        *(stat.czxid, stat.mzxid, stat.version, stat.cversion),
        *(stat.ephemeral_owner, stat.num_children, stat.pzxid),
    )

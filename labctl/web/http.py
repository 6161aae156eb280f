"""HTTP for browsers that may be slow, many, or hostile: h11 on asyncio, with limits.

h11 parses for the AdminServer already; starlette and uvicorn would bring five packages
and no limit on how long a caller may take to send its headers.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import NamedTuple

import h11

HEADERS_MAX = 1 << 14  # bytes
BODY_MAX = 1 << 12
REQUEST_S = 10.0  # to send a whole request, or the next one
DRAIN_S = 30.0  # to take in what was written
CONNECTIONS_MAX = 300
_WRITE_AHEAD = 1 << 16  # bytes that wait for a slow reader

Headers = Sequence[tuple[str, str]]


class HttpRequest(NamedTuple):
    """One request with its body."""

    method: str
    target: str
    headers: dict[str, str]  # names in small letters
    body: bytes


class Answer(NamedTuple):
    """A whole answer."""

    status: int
    kind: str
    body: bytes
    more: Headers = ()


class Stream(NamedTuple):
    """An answer that goes on: server-sent events."""

    parts: AsyncIterator[bytes]


Respond = Callable[[HttpRequest], Awaitable[Answer | Stream]]

_ALWAYS = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Content-Security-Policy", "frame-ancestors 'none'"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)


class HttpServer:
    """Listens, and hands whole requests to `respond`."""

    def __init__(self, respond: Respond) -> None:
        """Do not listen yet."""
        self.respond = respond
        self.server: asyncio.Server | None = None
        self.idle: dict[asyncio.StreamWriter, None] = {}  # the oldest first
        self.open: set[asyncio.StreamWriter] = set()
        self.tasks: set[asyncio.Task[None] | None] = set()

    async def listen(self, host: str, port: int) -> None:
        """Listen; OSError if the port is taken."""
        self.server = await asyncio.start_server(
            self._connected, host, port, limit=HEADERS_MAX
        )

    async def close(self) -> None:
        """Stop listening and end what is open."""
        if self.server is not None:
            self.server.close()
        for writer in self.open:
            writer.transport.abort()
        tasks = [task for task in self.tasks if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks)

    async def _connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if not self._make_room():
            writer.transport.abort()
            return
        self.open.add(writer)
        task = asyncio.current_task()
        self.tasks.add(task)
        writer.transport.set_write_buffer_limits(_WRITE_AHEAD)
        connection = Connection(reader, writer)
        try:
            await self._serve(connection)
        except (OSError, TimeoutError, h11.ProtocolError, asyncio.CancelledError):
            pass  # the caller has gone or is too slow, or the server closes
        finally:
            self.tasks.discard(task)
            self.open.discard(writer)
            self.idle.pop(writer, None)
            writer.transport.abort() if connection.broken else writer.close()

    def _make_room(self) -> bool:
        """Whether one more fits; who has been idle the longest goes for it."""
        if len(self.open) < CONNECTIONS_MAX:
            return True
        if not self.idle:
            return False
        oldest = next(iter(self.idle))
        self.idle.pop(oldest)
        self.open.discard(oldest)
        oldest.transport.abort()
        return True

    async def _serve(self, connection: "Connection") -> None:
        while True:
            self.idle[connection.writer] = None
            async with asyncio.timeout(REQUEST_S):
                found = await connection.request()
            self.idle.pop(connection.writer, None)
            if found is None:
                return
            if isinstance(found, Answer):  # it could not be understood
                await connection.send(found, close=True)
                return
            answer = await self.respond(found)
            if isinstance(answer, Stream):
                await connection.stream(answer)
                return
            await connection.send(answer)
            if not connection.again():
                return


class Connection:
    """One connection: requests come in whole, answers go out whole or in parts."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Expect the first request."""
        self.reader = reader
        self.writer = writer
        self.http = h11.Connection(h11.SERVER, max_incomplete_event_size=HEADERS_MAX)
        self.broken = False

    async def request(self) -> HttpRequest | Answer | None:
        """Return the next request, an answer to what is none, None at the end."""
        try:
            return await self._request()
        except h11.RemoteProtocolError as error:
            status = error.error_status_hint
            return plain(status, HTTPStatus(status).phrase)

    async def _request(self) -> HttpRequest | Answer | None:
        head: h11.Request | None = None
        body = b""
        while True:
            event = self.http.next_event()
            if event is h11.NEED_DATA:
                self.http.receive_data(await self.reader.read(1 << 14))
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > BODY_MAX:
                    return plain(413, "commands are short")
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                names = {n.decode(): v.decode("latin-1") for n, v in head.headers}
                target = head.target.decode("latin-1")
                return HttpRequest(head.method.decode(), target, names, body)
            else:
                return None

    async def send(self, answer: Answer, *, close: bool = False) -> None:
        """Send a whole answer."""
        headers = [
            *(("Content-Type", answer.kind), ("Content-Length", str(len(answer.body)))),
            *_ALWAYS,
            *answer.more,
        ]
        if close or self.http.our_state is h11.MUST_CLOSE:
            headers.append(("Connection", "close"))
        await self._write(h11.Response(status_code=answer.status, headers=headers))
        await self._write(h11.Data(data=answer.body))
        await self._write(h11.EndOfMessage())

    async def stream(self, stream: Stream) -> None:
        """Send parts until there are no more, or the reader is gone."""
        headers = [
            *(("Content-Type", "text/event-stream"), ("Connection", "close")),
            *_ALWAYS,
        ]
        await self._write(h11.Response(status_code=200, headers=headers))
        gone = asyncio.create_task(self._gone())
        try:
            async for part in stream.parts:
                if gone.done():
                    return
                await self._write(h11.Data(data=part))
        finally:
            gone.cancel()
            self.broken = True

    def again(self) -> bool:
        """Make ready for another request; False if this connection ends."""
        if self.http.our_state is not h11.DONE or self.http.their_state is not h11.DONE:
            return False
        self.http.start_next_cycle()
        return True

    async def _gone(self) -> None:
        """Return when the reader has closed; what it sends meanwhile is nothing."""
        with suppress(OSError):
            while await self.reader.read(1 << 12):
                pass

    async def _write(self, event: h11.Event) -> None:
        self.writer.write(self.http.send(event) or b"")
        async with asyncio.timeout(DRAIN_S):
            await self.writer.drain()


def plain(status: int, words: str) -> Answer:
    """Return an answer of one line."""
    return Answer(status, "text/plain; charset=utf-8", f"{words}\n".encode())

"""The client port: sockets on one side, `node.clients.service` on the other.

Whatever arrives in one turn of the loop is handled before anything is written,
and each client gets one write for all its answers.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from node.clients.connection import Connection
from node.clients.service import Service
from node.effects import Note, note
from node.events import ListenerOpened
from node.shell.election_port import no_delay
from node.shell.secure import Listener, Sockets
from node.tls.names import subject

UNSENT_HIGH = 1 << 20  # bytes waiting for a slow reader before we stop reading it
UNSENT_MAX = 64 << 20  # bytes: it will never read them
LINGER_S = 5.0  # how long the last words may take


class Owner(Protocol):
    """The node, as the client port sees it."""

    @property
    def service(self) -> Service:
        """What serves clients."""

    def now_ms(self) -> int:
        """Return a clock that only rises."""

    def publish(self, published: Note, /) -> object:
        """Take an event."""

    def answer(self, command: str, argument: int | None) -> bytes:
        """Return the answer to a four-letter word."""

    def settle(self) -> None:
        """Empty all queues."""

    def settle_soon(self) -> None:
        """Empty all queues once everything that is ready now was handled."""


class Endpoint(NamedTuple):
    """Where clients may call."""

    name: str  # client or secure client
    host: str
    port: int
    sockets: Sockets


class ClientPort:
    """All client connections of one server.

    `limit` says how many requests of all clients may be outstanding before no more
    of them are read (globalOutstandingLimit).
    """

    def __init__(self, endpoints: Sequence[Endpoint], owner: Owner, limit: int) -> None:
        """Do not listen yet."""
        self.limit = limit
        self.endpoints = endpoints
        self.owner = owner
        self.clients: dict[Connection, Client] = {}
        self.held: set[Client] = set()  # not read while too much is on its way
        self.servers: list[asyncio.Server | Listener] = []

    async def open(self) -> None:
        """Listen; OSError if a port cannot be had."""
        for name, host, port, sockets in self.endpoints:
            server = await sockets.listen(lambda: Client(self), host or None, port)
            self.servers.append(server)
            opened = ListenerOpened(name, host or "0.0.0.0", port)
            self.owner.publish(note(opened))

    def close(self) -> None:
        """Hang up on everybody."""
        for server in self.servers:
            server.close()
        for client in list(self.clients.values()):
            client.transport.close()

    def flush(self) -> None:
        """Write what the service has for its clients."""
        dirty = self.owner.service.dirty
        while dirty:
            conn, _ = dirty.popitem()
            client = self.clients.get(conn)
            if client is not None:
                client.flush()
        if self.held and self.owner.service.outstanding <= self.limit // 2:
            held, self.held = self.held, set()
            for client in held:
                client.update_reading()


class Client(asyncio.Protocol):
    """One client's socket."""

    def __init__(self, port: ClientPort) -> None:
        """Wait for the connection."""
        self.port = port
        self.transport: Any = None
        self.conn: Connection | None = None
        self.slow = False  # it does not read what we wrote
        self.reading = True

    def connection_made(self, transport: Any) -> None:
        """Let the service take it in, or refuse it."""
        self.transport = transport
        no_delay(transport)
        transport.set_write_buffer_limits(high=UNSENT_HIGH)
        host, number = (transport.get_extra_info("peername") or ("?", 0))[:2]
        address = f"[{host}]:{number}" if ":" in host else f"{host}:{number}"
        owner = self.port.owner
        self.conn = owner.service.connect(address, owner.now_ms())
        if self.conn is None:
            transport.abort()
            owner.settle()
            return
        self.conn.secure = transport.get_extra_info("sslcontext") is not None
        certificate = transport.get_extra_info("peercert")
        if certificate:
            owner.service.certified(self.conn, subject(certificate))
        self.port.clients[self.conn] = self

    def data_received(self, data: bytes) -> None:
        """Hand the bytes on; answers are written at the end of this turn."""
        owner, conn = self.port.owner, self.conn
        if conn is None:
            return
        owner.service.feed(conn, data, owner.now_ms())
        if conn.pending and owner.service.outstanding > self.port.limit:
            self.port.held.add(self)
            self.update_reading()
        owner.settle_soon()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it; the session lives on."""
        if self.conn is not None:
            self.port.clients.pop(self.conn, None)
            self.port.held.discard(self)
            self.port.owner.service.disconnect(self.conn)
            self.port.owner.settle()

    def pause_writing(self) -> None:
        """It reads too slowly: take no more of its requests."""
        self.slow = True
        self.update_reading()

    def resume_writing(self) -> None:
        """It has caught up: go on with what it asked."""
        self.slow = False
        self.update_reading()
        self._go_on()

    def flush(self) -> None:
        """Write all answers at once; close if that was the last."""
        conn = self.conn
        if conn is None:
            return
        if conn.command:
            conn.out.append(self.port.owner.answer(conn.command, conn.argument))
            conn.closing = True
        if conn.out:
            self.transport.write(b"".join(conn.out))
            conn.out.clear()
            conn.owed = 0
            if self.transport.get_write_buffer_size() > UNSENT_MAX:
                self.transport.abort()
                return
        if conn.closing:
            self.transport.close()
            if self.transport.get_write_buffer_size():
                loop = asyncio.get_running_loop()
                loop.call_later(LINGER_S, self.transport.abort)
            return
        self.update_reading()
        if conn.more and not self.slow:
            asyncio.get_running_loop().call_soon(self._go_on)

    def _go_on(self) -> None:
        """Serve the requests that waited until earlier answers were written."""
        conn, owner = self.conn, self.port.owner
        if conn is not None and conn.more and not self.slow:
            owner.service.feed(conn, b"", owner.now_ms())
            self.update_reading()
            owner.settle_soon()

    def update_reading(self) -> None:
        """Read from the socket unless somebody asks for a pause."""
        conn = self.conn
        wanted = conn is not None and not (conn.paused or conn.more or self.slow)
        wanted = wanted and self not in self.port.held
        if wanted is not self.reading and not self.transport.is_closing():
            self.reading = wanted
            if wanted:
                self.transport.resume_reading()
            else:
                self.transport.pause_reading()

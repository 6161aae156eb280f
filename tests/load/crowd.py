"""Many clients in one process: bytes on sockets, nothing in between."""

import asyncio
import socket
from pathlib import Path
from typing import NamedTuple

from tests.e2e.ensemble import LOOPBACK, Server
from tests.unit.clients.standalone import REPLY, hello

SMALL_BUFFER = 16 * 1024  # of a socket: what the kernel holds is not the node's


class Reply(NamedTuple):
    """The head of an answer."""

    xid: int
    zxid: int
    err: int
    body: bytes


class Caller:
    """One client with an open session."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self.reader = reader
        self.writer = writer

    def say(self, data: bytes) -> None:
        """Send without waiting."""
        self.writer.write(data)

    async def hear(self) -> Reply:
        """Wait for one answer."""
        head = await self.reader.readexactly(REPLY.size)
        length, xid, zxid, err = REPLY.unpack(head)
        body = await self.reader.readexactly(length + 4 - REPLY.size)
        return Reply(xid, zxid, err, body)

    async def hear_all(self, count: int) -> list[Reply]:
        """Wait for so many answers."""
        return [await self.hear() for _ in range(count)]

    def hang_up(self) -> None:
        """Close at once."""
        self.writer.transport.abort()


async def call(server: Server, *, timeout_ms: int = 30_000) -> Caller:
    """Open a session."""
    link = socket.socket()
    link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
    link.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(link, (LOOPBACK, server.ports.client))
    reader, writer = await asyncio.open_connection(sock=link, limit=SMALL_BUFFER)
    writer.write(hello(timeout_ms=timeout_ms))
    try:
        welcome = await reader.readexactly(4 + 37)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.transport.abort()
        raise
    assert any(welcome[12:20]), "no session was opened"
    return Caller(reader, writer)


async def call_many(
    server: Server, count: int, *, timeout_ms: int = 30_000
) -> list[Caller]:
    """Open many sessions, a hundred at a time."""
    callers: list[Caller] = []
    while len(callers) < count:
        more = min(100, count - len(callers))
        callers += await asyncio.gather(
            *[call(server, timeout_ms=timeout_ms) for _ in range(more)]
        )
    return callers


def memory_mb(server: Server) -> float:
    """Return how much memory the server's process holds."""
    assert server.process is not None
    pages = Path(f"/proc/{server.process.pid}/statm").read_text().split()[1]
    return int(pages) * 4096 / 2**20


def peak_mb(server: Server) -> float:
    """Return the most memory that the server's process ever held."""
    assert server.process is not None
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    line = next(one for one in status.splitlines() if one.startswith("VmHWM"))
    return int(line.split()[1]) / 1024

"""A server without a quorum, a socket or a clock: service, preparer and tree."""

import struct
from typing import Any

from node.clients.connection import Connection
from node.clients.prepare import Preparer
from node.clients.service import Service
from node.clients.session import SessionTracker
from node.clients.state import ClientSettings
from node.tree.znodes import Tree
from node.wire.client import ACL, ConnectRequest, Id, Op, frame, pack_connect_request
from node.wire.jute import INT

OPEN_ACL = (ACL(31, Id("world", "anyone")),)
SETTINGS = ClientSettings(1, 2000, 4000, 40000, 60)
REPLY = struct.Struct(">iiqi")


class Standalone:
    """Every request is ordered, prepared and committed at once."""

    def __init__(self, settings: ClientSettings = SETTINGS) -> None:
        self.tree = Tree()
        self.tracker = SessionTracker(settings.tick_ms)
        self.service = Service(self.tree, settings)
        self.preparer = Preparer(
            self.tree, self.tracker, ttl_nodes=settings.cleaner.ttl_nodes
        )
        self.zxid = 0
        self.wall_ms = 1000
        self.service.start()

    def connect(self, **fields: Any) -> Connection:
        """Open a session as a client does."""
        conn = self.service.connect("127.0.0.1:5000", 0)
        assert conn is not None
        self.service.feed(conn, hello(**fields), 0)
        self.commit()
        return conn

    def commit(self) -> list[bytes]:
        """Commit what waits; return the entries."""
        entries = self.prepare()
        for entry in entries:
            applied = self.service.deliver(entry, 0)
            self.preparer.committed(applied.zxid)
        return entries

    def prepare(self) -> list[bytes]:
        """Order and prepare what waits, without committing it."""
        entries = []
        for request in tuple(self.service.requests):
            if request.op == Op.SYNC:
                self.service.sync_done()
                continue
            self.zxid += 1
            entries.append(self.preparer.prepare(request, self.zxid, self.wall_ms))
        self.service.requests.clear()
        return entries

    def ask(self, conn: Connection, op: int, body: bytes = b"", xid: int = 1) -> None:
        """Send one request, and commit it if it is a write."""
        self.service.feed(conn, request(xid, op, body), 0)
        self.commit()


def hello(**fields: Any) -> bytes:
    """Return a framed ConnectRequest."""
    request = ConnectRequest(0, 0, 10000, 0, bytes(16), read_only=False)
    return frame(pack_connect_request(request._replace(**fields)))


def request(xid: int, op: int, body: bytes = b"") -> bytes:
    """Return a framed request."""
    return frame(INT.pack(xid) + INT.pack(op) + body)


def take(conn: Connection) -> list[bytes]:
    """Take all that is queued for a client, a frame each."""
    data, frames = b"".join(conn.out), []
    conn.out.clear()
    while data:
        end = 4 + INT.unpack_from(data)[0]
        frames.append(data[:end])
        data = data[end:]
    return frames


def heads(conn: Connection) -> list[tuple[int, int, int]]:
    """Take all that is queued for a client; return xid, zxid and err of each."""
    return [REPLY.unpack_from(reply)[1:] for reply in take(conn)]

"""How long the client path takes in pure Python: microseconds per operation.

Run it from the project's root: `python -m bench.micro_clients`.  No sockets and
no disk: chunks of 32 frames through `Service.feed`, requests through `Preparer`,
entries through `Service.deliver`.
"""

import sys
import time
from collections.abc import Callable

from node.clients.connection import Connection
from node.clients.prepare import Preparer
from node.clients.service import Service
from node.clients.session import SessionTracker
from node.clients.state import ClientSettings
from node.tree.znodes import Tree
from node.wire.client import (
    ACL,
    ConnectRequest,
    CreateRequest,
    Id,
    Op,
    SetDataRequest,
    frame,
    pack_connect_request,
)
from node.wire.jute import INT, pack, ustring_bytes

KEYS = 1000
CHUNK_FRAMES = 32
ROUNDS = 1000
OPEN_ACL = (ACL(31, Id("world", "anyone")),)


class Bench:
    """A standalone server without sockets."""

    def __init__(self) -> None:
        self.tree = Tree()
        self.tracker = SessionTracker(2000)
        self.service = Service(self.tree, ClientSettings(1, 2000, 4000, 40000, 0))
        self.preparer = Preparer(self.tree, self.tracker)
        self.zxid = 0
        self.service.start()
        conn = self.service.connect("127.0.0.1:5000", 0)
        assert conn is not None
        self.conn: Connection = conn
        hello = ConnectRequest(0, 0, 10000, 0, bytes(16), read_only=False)
        self.service.feed(conn, frame(pack_connect_request(hello)), 0)
        self.commit()
        for key in range(KEYS):
            body = pack(CreateRequest(path(key), b"x" * 128, OPEN_ACL, 0))
            self.service.feed(conn, request(key, Op.CREATE, body), 0)
        self.commit()

    def prepare(self) -> list[bytes]:
        """Turn the waiting requests into entries."""
        entries = []
        for waiting in self.service.requests:
            self.zxid += 1
            entries.append(self.preparer.prepare(waiting, self.zxid, 1000))
        self.service.requests.clear()
        return entries

    def commit(self) -> None:
        """Order, apply and answer everything that waits."""
        for entry in self.prepare():
            applied = self.service.deliver(entry, 0)
            self.preparer.committed(applied.zxid)
        self.conn.out.clear()


def path(key: int) -> str:
    """Return a node's path, as the load generator names it."""
    return f"/k{key:06d}"


def request(xid: int, op: int, body: bytes) -> bytes:
    """Return a framed request."""
    return frame(INT.pack(xid) + INT.pack(op) + body)


def reads(bench: Bench, op: int, watch: bytes = b"\0") -> float:
    """Return µs per read, from the chunk to the joined replies."""
    frames = [request(i, op, ustring_bytes(path(i)) + watch) for i in range(KEYS)]
    step = CHUNK_FRAMES
    chunks = [b"".join(frames[i : i + step]) for i in range(0, KEYS - step, step)]
    conn, feed = bench.conn, bench.service.feed
    begin = time.perf_counter()
    for index in range(ROUNDS):
        feed(conn, chunks[index % len(chunks)], 0)
        b"".join(conn.out)
        conn.out.clear()
    return (time.perf_counter() - begin) / (ROUNDS * CHUNK_FRAMES) * 1e6


def writes(bench: Bench, op: int, body_of: Callable[[int], bytes]) -> list[float]:
    """Return µs per write for feed, prepare and deliver."""
    spent = [0.0, 0.0, 0.0]
    for index in range(ROUNDS):
        base = index * CHUNK_FRAMES
        chunk = b"".join(
            request(i, op, body_of(i)) for i in range(base, base + CHUNK_FRAMES)
        )
        times = [time.perf_counter()]
        bench.service.feed(bench.conn, chunk, 0)
        times.append(time.perf_counter())
        entries = bench.prepare()
        times.append(time.perf_counter())
        for entry in entries:
            applied = bench.service.deliver(entry, 0)
            bench.preparer.committed(applied.zxid)
        b"".join(bench.conn.out)
        bench.conn.out.clear()
        times.append(time.perf_counter())
        for part in range(3):
            spent[part] += times[part + 1] - times[part]
    return [part / (ROUNDS * CHUNK_FRAMES) * 1e6 for part in spent]


def main() -> None:
    """Measure the hot operations and say what they cost."""
    bench = Bench()
    out = sys.stdout.write
    for name, op in (("getData", Op.GET_DATA), ("exists", Op.EXISTS)):
        out(f"{name:12} feed {reads(bench, op):6.2f} µs\n")
    for name, op, body_of in (
        ("setData", Op.SET_DATA, lambda i: _set(path(i % KEYS))),
        ("create", Op.CREATE, lambda i: _create(f"/new{i:07d}")),
    ):
        feed, prepare, deliver = writes(bench, op, body_of)
        out(f"{name:12} feed {feed:6.2f}  prepare {prepare:6.2f}  ")
        out(f"deliver {deliver:6.2f} µs\n")


def _set(where: str) -> bytes:
    return pack(SetDataRequest(where, b"y" * 128, -1))


def _create(where: str) -> bytes:
    return pack(CreateRequest(where, b"x" * 128, OPEN_ACL, 0))


if __name__ == "__main__":
    main()

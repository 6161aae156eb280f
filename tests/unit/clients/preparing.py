"""A leader that prepares, for the tests of prepare."""

from node.clients.prepare import Preparer, Request
from node.clients.session import SessionTracker
from node.tree.acl import digest_id
from node.tree.apply import apply
from node.tree.znodes import Tree
from node.wire.client import (
    ACL,
    MULTI_END,
    MULTI_HEADER,
    CreateRequest,
    Id,
    Op,
)
from node.wire.jute import pack, read
from node.wire.txn import (
    HEADER_BYTES,
    CreateTxn,
    ErrorTxn,
    MultiTxn,
    header_of,
)

OPEN = (ACL(31, Id("world", "anyone")),)
READ_ONLY = (ACL(1, Id("world", "anyone")),)
HERE = object()
BOB = digest_id("bob:secret")


class Leader:
    """Prepares one request after another; commits when it is told to."""

    def __init__(
        self, tracker: SessionTracker | None = None, *, ttl_nodes: bool = False
    ) -> None:
        self.tree = Tree()
        self.preparer = Preparer(self.tree, tracker, ttl_nodes=ttl_nodes)
        self.zxid = 0
        self.waiting: list[bytes] = []

    def ask(
        self,
        op: int,
        record: tuple[object, ...] | bytes,
        session: int = 5,
        ids: tuple[Id, ...] = (),
    ) -> bytes:
        self.zxid += 1
        body = record if isinstance(record, bytes) else pack(record)
        request = Request(session, 1, op, body, ids, HERE)
        entry = self.preparer.prepare(request, self.zxid, 1000)
        self.waiting.append(entry)
        return entry

    def create(
        self,
        path: str,
        flags: int = 0,
        session: int = 5,
        ids: tuple[Id, ...] = (),
        acl: tuple[ACL, ...] = OPEN,
    ) -> bytes:
        wanted = CreateRequest(path, b"", acl, flags)
        return self.ask(Op.CREATE, wanted, session, ids)

    def commit(self) -> None:
        for entry in self.waiting:
            applied = apply(self.tree, entry)
            self.preparer.committed(applied.zxid)
        self.waiting.clear()


def err_of(entry: bytes) -> int:
    """Return the error of an entry, 0 if it is none."""
    if header_of(entry).type != Op.ERROR:
        return 0
    return read(ErrorTxn, entry, HEADER_BYTES)[0].err


def path_of(entry: bytes) -> str:
    return read(CreateTxn, entry, HEADER_BYTES)[0].path


def multi(*operations: tuple[int, tuple[object, ...]]) -> bytes:
    head = MULTI_HEADER
    parts = [head.pack(op, False, -1) + pack(record) for op, record in operations]
    return b"".join(parts) + MULTI_END


def members(entry: bytes) -> list[int]:
    return [sub.type for sub in read(MultiTxn, entry, HEADER_BYTES)[0].operations]

"""Applying a committed transaction: the only thing that changes the tree.

The leader decided when it wrote the transaction; here nothing is checked again,
so every server comes to the same tree.  Replay must be harmless: a snapshot is
taken while transactions flow, so recovery applies some that are in it already.
Hence new values are absolute (a version, never "one more"), and creating what
exists or deleting what is gone only repairs the parent.  After ZooKeeper's
DataTree.processTxn.
"""

import struct
from collections.abc import Callable

from node.tree.acl import skip_acl
from node.tree.znodes import (
    CONTAINER_OWNER,
    RESERVED_PATHS,
    TTL_MARK,
    Tree,
    Znode,
    is_path,
    parent_of,
)
from node.wire.client import Err, EventType, Op
from node.wire.jute import INT, LONG, MalformedRecord, read, read_buffer, ustring_bytes
from node.wire.txn import (
    DIGEST,
    DIGEST_VERSION,
    HEADER,
    HEADER_BYTES,
    CloseSessionTxn,
    MultiTxn,
)

Trigger = tuple[int, str, int]  # event type, path, number of the node's ACL

_header = HEADER.unpack_from
_int = INT.unpack_from


class Applied:
    """What a transaction did, for the reply and the watches."""

    __slots__ = (
        "body",  # in a multi: the reply's body, packed when its turn was
        "cxid",
        "err",
        "node",  # the znode it touched, None if that is gone
        "path",
        "results",  # of a multi: one Applied per operation
        "session",
        "time_ms",
        "triggers",  # what watches may hear of
        "type",
        "zxid",
    )

    def __init__(
        self, session: int, cxid: int, zxid: int, time_ms: int, type_: int
    ) -> None:
        self.session = session
        self.cxid = cxid
        self.zxid = zxid
        self.time_ms = time_ms
        self.type = type_
        self.err = 0
        self.path = ""
        self.node: Znode | None = None
        self.triggers: tuple[Trigger, ...] = ()
        self.results: list[Applied] | None = None
        self.body = b""


def apply(tree: Tree, entry: bytes) -> Applied:
    """Carry out one transaction and say what it did.

    Raises MalformedRecord if the entry is no transaction; the tree is then not
    to be trusted any more, so the caller must give up the entry's source.
    """
    try:
        applied = Applied(*_header(entry))
        handler = _HANDLERS.get(applied.type)
        if handler is None:
            raise MalformedRecord(f"transaction of type {applied.type}")
        handler(tree, applied, entry, HEADER_BYTES)
    except struct.error as error:
        raise MalformedRecord(f"transaction: {error}") from error
    # Last, so that a snapshot begun inside a multi cannot claim the whole of it.
    tree.processed_zxid = max(tree.processed_zxid, applied.zxid)
    return applied


def reply_body(applied: Applied) -> bytes:
    """Return what follows the reply's header for a write that went well."""
    kind, node = applied.type, applied.node
    if kind in (Op.SET_DATA, Op.SET_ACL):
        return node.packed_stat() if node is not None else b""
    if kind == Op.CREATE:
        return ustring_bytes(applied.path)
    if kind in _CREATES:
        stat = node.packed_stat() if node is not None else b""
        return ustring_bytes(applied.path) + stat
    return b""


def _set_data(tree: Tree, applied: Applied, entry: bytes, at: int) -> None:
    # The commonest transaction: fields are cut out here, not by the codec.
    (length,) = _int(entry, at)
    at += 4
    end = at + length
    path = str(entry[at:end], "utf-8", "replace")
    (size,) = _int(entry, end)
    at = end + 4
    end = at + size if size > 0 else at
    (version,) = _int(entry, end)
    if length < 0 or size < -1:
        raise MalformedRecord(f"setData of {length} and {size} bytes")
    applied.path = path
    node = tree.nodes.get(path)
    if node is None:
        applied.err = Err.NO_NODE
        return
    node.data = entry[at:end] if size >= 0 else None
    node.version = version
    node.mzxid = applied.zxid
    node.mtime = applied.time_ms
    node.stat = None
    applied.node = node
    applied.triggers = ((EventType.NODE_DATA_CHANGED, path, node.acl),)


def _create(tree: Tree, applied: Applied, entry: bytes, at: int) -> None:
    path, at = _path(entry, at)
    data, at = read_buffer(entry, at)
    end = skip_acl(entry, at)
    # Number the ACL even if the node exists: see AclTable about fuzzy snapshots.
    acl = tree.acls.number(entry[at:end])
    owner, cversion = _owner_and_cversion(applied, entry, end)
    above = path.rpartition("/")[0]
    parent = tree.nodes.get(above)
    applied.path = path
    if parent is None:
        applied.err = Err.NO_NODE
        return
    if cversion == -1:
        cversion = parent.cversion + 1
    if cversion > parent.cversion:
        # Not in the order of replay but in that of history: never backwards.
        parent.cversion = cversion
        parent.pzxid = applied.zxid
        parent.stat = None
    if path in tree.nodes:
        applied.err = Err.NODE_EXISTS
        return
    node = Znode(data, acl, owner, applied.zxid)
    node.ctime = node.mtime = applied.time_ms
    tree.insert(path, node)
    applied.node = node
    applied.triggers = (
        (EventType.NODE_CREATED, path, acl),
        (EventType.NODE_CHILDREN_CHANGED, above or "/", parent.acl),
    )


def _owner_and_cversion(applied: Applied, entry: bytes, at: int) -> tuple[int, int]:
    """Read what follows the ACL, which depends on the kind of creation."""
    if applied.type == Op.CREATE_CONTAINER:
        return CONTAINER_OWNER, _int(entry, at)[0]
    if applied.type == Op.CREATE_TTL:
        return TTL_MARK + LONG.unpack_from(entry, at + 4)[0], _int(entry, at)[0]
    if at >= len(entry):
        raise MalformedRecord("a creation that ends early")
    owner = applied.session if entry[at] else 0
    at += 1
    # Logs of 3.4 lack the parent's counter.
    return owner, _int(entry, at)[0] if at < len(entry) else -1


def _delete(tree: Tree, applied: Applied, entry: bytes, at: int) -> None:
    applied.path = _path(entry, at)[0]
    if applied.path in RESERVED_PATHS:
        raise MalformedRecord(f"a transaction that deletes {applied.path}")
    if not _take_out(tree, applied, applied.path):
        applied.err = Err.NO_NODE


def _take_out(tree: Tree, applied: Applied, path: str) -> bool:
    """Remove one node; on replay it may be gone, its parent's pzxid counts still."""
    node = tree.remove(path)
    above = parent_of(path)
    parent = tree.nodes.get(above)
    if parent is not None and applied.zxid > parent.pzxid:
        parent.pzxid = applied.zxid
        parent.stat = None
    if node is None:
        return False
    applied.triggers += (
        (EventType.NODE_DELETED, path, node.acl),
        (EventType.NODE_CHILDREN_CHANGED, above, parent.acl if parent else -1),
    )
    return True


def _set_acl(tree: Tree, applied: Applied, entry: bytes, at: int) -> None:
    applied.path, at = _path(entry, at)
    end = skip_acl(entry, at)
    acl = tree.acls.number(entry[at:end])
    node = tree.nodes.get(applied.path)
    if node is None:
        applied.err = Err.NO_NODE
        return
    (node.aversion,) = _int(entry, end)
    node.acl = acl
    node.stat = None
    applied.node = node


def _check(_tree: Tree, applied: Applied, entry: bytes, at: int) -> None:
    applied.path = _path(entry, at)[0]


def _create_session(tree: Tree, applied: Applied, entry: bytes, at: int) -> None:
    tree.sessions[applied.session] = _int(entry, at)[0]


def _close_session(tree: Tree, applied: Applied, entry: bytes, at: int) -> None:
    """End a session with its ephemerals: those that the leader saw, and any left."""
    session = applied.session
    tree.sessions.pop(session, None)
    for path in _paths_to_delete(entry, at):
        if not is_path(path) or path in RESERVED_PATHS:
            raise MalformedRecord(f"a session's end that deletes {path!r}")
        _take_out(tree, applied, path)
    for path in tuple(tree.ephemerals.get(session, ())):
        _take_out(tree, applied, path)


def _paths_to_delete(entry: bytes, at: int) -> tuple[str, ...]:
    """Read the paths, which releases before 3.6 did not write.

    A digest alone begins with its version, 2; two paths take more than its 12
    bytes, so the two cannot be confused.
    """
    left = len(entry) - at
    digest_alone = left == DIGEST.size and _int(entry, at)[0] == DIGEST_VERSION
    if left == 0 or digest_alone:
        return ()
    return read(CloseSessionTxn, entry, at)[0].paths


def _error(_tree: Tree, applied: Applied, entry: bytes, at: int) -> None:
    (applied.err,) = _int(entry, at)


def _multi(tree: Tree, applied: Applied, entry: bytes, at: int) -> None:
    """Carry out all operations, or none if the leader refused one of them."""
    operations = read(MultiTxn, entry, at)[0].operations
    refused = any(operation.type == Op.ERROR for operation in operations)
    seen_refusal = False
    results: list[Applied] = []
    for type_, record in operations:
        one = Applied(
            applied.session, applied.cxid, applied.zxid, applied.time_ms, type_
        )
        if type_ == Op.ERROR:
            _error(tree, one, record or b"", 0)
            seen_refusal = True
        elif refused:
            one.type = Op.ERROR
            one.err = Err.RUNTIME_INCONSISTENCY if seen_refusal else Err.OK
        else:
            handler = _MEMBERS.get(type_)
            if handler is None:
                raise MalformedRecord(f"multi with a member of type {type_}")
            handler(tree, one, record or b"", 0)
            one.body = reply_body(one)
        results.append(one)
        applied.triggers += one.triggers
    applied.results = results


def _path(entry: bytes, at: int) -> tuple[str, int]:
    """Read a path; every one of a transaction begins with a slash."""
    raw, end = read_buffer(entry, at)
    path = str(raw or b"", "utf-8", "replace")
    if path != "/" and not is_path(path):
        raise MalformedRecord(f"a transaction on {raw!r}")
    return path, end


_Handler = Callable[[Tree, Applied, bytes, int], None]

_CREATES = frozenset((Op.CREATE2, Op.CREATE_CONTAINER, Op.CREATE_TTL))

_MEMBERS: dict[int, _Handler] = {
    Op.CREATE: _create,
    Op.CREATE2: _create,
    Op.CREATE_CONTAINER: _create,
    Op.CREATE_TTL: _create,
    Op.DELETE: _delete,
    Op.DELETE_CONTAINER: _delete,
    Op.SET_DATA: _set_data,
    Op.SET_ACL: _set_acl,
    Op.CHECK: _check,
}

_HANDLERS: dict[int, _Handler] = {
    **_MEMBERS,
    Op.RECONFIG: _set_data,  # of the node /zookeeper/config
    Op.CREATE_SESSION: _create_session,
    Op.CLOSE_SESSION: _close_session,
    Op.ERROR: _error,
    Op.MULTI: _multi,
}

"""Answering without the leader: reads, watches, and who you are.

Every server answers these from its own tree, as of the last transaction it has
applied: fast, and possibly a little behind.  The two hottest, getData and
exists without a watch, are answered in `node.clients.service` in the very loop
that cuts the frames; what they do there is what they do here.  After ZooKeeper's
FinalRequestProcessor.
"""

import struct
from collections.abc import Callable

from node.clients.connection import Connection
from node.clients.prepare import Refused
from node.tree.acl import AclList, masked
from node.tree.watches import CHILD, DATA, KINDS_OF_TYPE, PERSISTENT, RECURSIVE, Watches
from node.tree.znodes import Tree, Znode
from node.wire.client import (
    MULTI_END,
    MULTI_HEADER,
    REPLY,
    REPLY_HEAD_BYTES,
    AddWatchRequest,
    CheckWatchesRequest,
    ClientInfo,
    Err,
    EventType,
    Op,
    PathRequest,
    Perm,
    SetWatches,
    SetWatches2,
    WatcherEvent,
    WhoAmIResponse,
    Xid,
    multi_error,
    multi_result,
)
from node.wire.jute import (
    INT,
    MalformedRecord,
    buffer_bytes,
    pack,
    read,
    read_ustring,
    ustring_bytes,
)

SYNC_CONNECTED = 3
MULTI_READ_MAX = 16 << 20  # bytes of one answer: no client takes a larger one


def event_frame(event_type: int, path: str, zxid: int) -> bytes:
    """Return the message that announces a change to a client."""
    body = pack(WatcherEvent(event_type, SYNC_CONNECTED, path))
    return REPLY.pack(REPLY_HEAD_BYTES + len(body), Xid.EVENT, zxid, 0) + body


class Reads:
    """Answers from one tree, and keeps the watches that the answers leave."""

    def __init__(self, tree: Tree, watches: Watches[Connection]) -> None:
        self.tree = tree
        self.watches = watches
        self._answers: dict[int, Callable[[Connection, bytes], bytes]] = {
            Op.GET_DATA: self._get_data,
            Op.EXISTS: self._exists,
            Op.GET_CHILDREN: self._get_children,
            Op.GET_CHILDREN2: self._get_children2,
            Op.GET_ACL: self._get_acl,
            Op.PING: lambda _conn, _body: b"",
            Op.MULTI_READ: self._multi_read,
            Op.SET_WATCHES: self._set_watches,
            Op.SET_WATCHES2: self._set_watches2,
            Op.ADD_WATCH: self._add_watch,
            Op.REMOVE_WATCHES: self._remove_watches,
            Op.CHECK_WATCHES: self._check_watches,
            Op.GET_EPHEMERALS: self._get_ephemerals,
            Op.GET_ALL_CHILDREN_NUMBER: self._get_all_children_number,
            Op.WHO_AM_I: self._who_am_i,
        }

    def knows(self, op: int) -> bool:
        """Return whether this is a request that is answered here."""
        return op in self._answers

    def answer(self, conn: Connection, op: int, body: bytes) -> bytes:
        """Return the body of the reply; raises Refused with the error instead."""
        try:
            return self._answers[op](conn, body)
        except (MalformedRecord, struct.error):
            raise Refused(Err.MARSHALLING) from None

    def _get_data(self, conn: Connection, body: bytes) -> bytes:
        path, watch = _path_and_watch(body)
        node = self._readable(conn, path)
        if watch:
            self.watches.add(DATA, path, conn)
        return buffer_bytes(node.data) + node.packed_stat()

    def _exists(self, conn: Connection, body: bytes) -> bytes:
        path, watch = _path_and_watch(body)
        if watch:  # also for a node that is not there: that is the use of it
            self.watches.add(DATA, path, conn)
        return self._readable(conn, path).packed_stat()

    def _get_children(self, conn: Connection, body: bytes) -> bytes:
        path, watch = _path_and_watch(body)
        node = self._readable(conn, path)
        if watch:
            self.watches.add(CHILD, path, conn)
        return _names(list(node.children or ()))

    def _get_children2(self, conn: Connection, body: bytes) -> bytes:
        names = self._get_children(conn, body)
        return names + self.tree.nodes[_path_and_watch(body)[0]].packed_stat()

    def _get_acl(self, conn: Connection, body: bytes) -> bytes:
        node = self._node(_path(body))
        acls = self.tree.acls
        if not acls.allows(node.acl, Perm.READ | Perm.ADMIN, conn.ids):
            raise Refused(Err.NO_AUTH)
        entries = acls.entries(node.acl)
        if not acls.allows(node.acl, Perm.ADMIN, conn.ids):
            entries = masked(entries)
        return pack(AclList(entries)) + node.packed_stat()

    def _multi_read(self, conn: Connection, body: bytes) -> bytes:
        """Answer several reads; each of them may fail alone."""
        at = owed = 0
        parts: list[bytes] = []
        while owed <= MULTI_READ_MAX:
            op, done, _ = MULTI_HEADER.unpack_from(body, at)
            at += MULTI_HEADER.size
            if done:
                return b"".join([*parts, MULTI_END])
            if op not in (Op.GET_DATA, Op.GET_CHILDREN):
                raise Refused(Err.MARSHALLING)
            end = read_ustring(body, at)[1] + 1
            try:
                result = self._answers[op](conn, body[at:end])
                parts.append(multi_result(op, result))
            except Refused as refused:
                parts.append(multi_error(refused.err))
            owed += len(parts[-1])
            at = end
        raise Refused(Err.MARSHALLING)

    def _set_watches(self, conn: Connection, body: bytes) -> bytes:
        """Leave the watches of an earlier connection, or send the events it missed."""
        wanted = read(SetWatches, body, 0)[0]
        for kind, paths in enumerate(wanted[1:]):
            for path in _given(paths):
                event_type = _missed(kind, self.tree.nodes.get(path), wanted[0])
                if event_type:
                    conn.out.append(event_frame(event_type, path, -1))
                else:
                    self.watches.add(CHILD if kind == _CHILD else DATA, path, conn)
        return b""

    def _set_watches2(self, conn: Connection, body: bytes) -> bytes:
        more = read(SetWatches2, body, 0)[0]
        for path in _given(more.persistent):
            self.watches.add(PERSISTENT, path, conn)
        for path in _given(more.recursive):
            self.watches.add(RECURSIVE, path, conn)
        return self._set_watches(conn, body)

    def _add_watch(self, conn: Connection, body: bytes) -> bytes:
        path, mode = read(AddWatchRequest, body, 0)[0]
        if mode not in (0, 1):
            raise MalformedRecord(f"addWatch of mode {mode}")
        if path is not None:  # Java accepts a watch on nothing
            self.watches.add(RECURSIVE if mode else PERSISTENT, path, conn)
        return INT.pack(Err.OK)

    def _remove_watches(self, conn: Connection, body: bytes) -> bytes:
        path, kinds = _path_and_kinds(body)
        if path is None or not self.watches.remove(path, conn, kinds):
            raise Refused(Err.NO_WATCHER)
        return b""

    def _check_watches(self, conn: Connection, body: bytes) -> bytes:
        path, kinds = _path_and_kinds(body)
        if path is None:
            raise MalformedRecord("no path")
        if not self.watches.has(path, conn, kinds):
            raise Refused(Err.NO_WATCHER)
        return b""

    def _get_ephemerals(self, conn: Connection, body: bytes) -> bytes:
        prefix = read(PathRequest, body, 0)[0].path or ""  # null: all of them
        mine = self.tree.ephemerals.get(conn.session, {})
        return _names([path for path in mine if path.startswith(prefix)])

    def _get_all_children_number(self, conn: Connection, body: bytes) -> bytes:
        path = _path(body)
        self._readable(conn, path)
        if path == "/":
            return INT.pack(len(self.tree.nodes) - 2)  # the root goes by two names
        below = path + "/"
        return INT.pack(sum(other.startswith(below) for other in self.tree.nodes))

    def _who_am_i(self, conn: Connection, _body: bytes) -> bytes:
        return pack(WhoAmIResponse(tuple(_user(*who) for who in conn.ids)))

    def _node(self, path: str) -> Znode:
        if "\0" in path:
            raise Refused(Err.BAD_ARGUMENTS)
        node = self.tree.nodes.get(path)
        if node is None:
            raise Refused(Err.NO_NODE)
        return node

    def _readable(self, conn: Connection, path: str) -> Znode:
        node = self._node(path)
        if not self.tree.acls.allows(node.acl, Perm.READ, conn.ids):
            raise Refused(Err.NO_AUTH)
        return node


_DATA, _EXIST, _CHILD = range(3)  # the lists of SetWatches, in their order


def _missed(kind: int, node: Znode | None, since_zxid: int) -> int:
    """Return the event that a watch would have fired since; 0: none."""
    if kind == _EXIST:
        return EventType.NODE_CREATED if node is not None else 0
    if node is None:
        return EventType.NODE_DELETED
    if kind == _DATA and node.mzxid > since_zxid:
        return EventType.NODE_DATA_CHANGED
    if kind == _CHILD and node.pzxid > since_zxid:
        return EventType.NODE_CHILDREN_CHANGED
    return 0


def _given(paths: tuple[str, ...] | None) -> tuple[str, ...]:
    if paths is None:
        raise MalformedRecord("a null list of paths")
    return paths


def _path(body: bytes) -> str:
    path = read(PathRequest, body, 0)[0].path
    if path is None:
        raise MalformedRecord("no path")
    return path


def _path_and_watch(body: bytes) -> tuple[str, bool]:
    path, at = read_ustring(body, 0)
    if path is None or at >= len(body):
        raise MalformedRecord("no path, or no watch flag")
    return path, body[at] != 0


def _path_and_kinds(body: bytes) -> tuple[str | None, tuple[int, ...]]:
    path, kind = read(CheckWatchesRequest, body, 0)[0]
    if kind not in KINDS_OF_TYPE:
        raise MalformedRecord(f"watches of type {kind}")
    return path, KINDS_OF_TYPE[kind]


def _names(names: list[str]) -> bytes:
    return INT.pack(len(names)) + b"".join([ustring_bytes(name) for name in names])


def _user(scheme: str, identity: str) -> ClientInfo:
    user = identity.partition(":")[0] if scheme == "digest" else identity
    return ClientInfo(scheme, user)

"""The leader's first step: a request becomes a transaction, or an error.

Requests are judged one after another, before the earlier ones are committed;
so the leader judges them by the tree *as it will be*: the tree, overlaid with
the changes that are on their way.  A transaction holds results, not intentions (the
new version, the final name), which is what makes it safe to apply twice.
A refused write becomes an error transaction and takes its place in the order.
Where clients can notice it, the order of the checks is that of ZooKeeper's
PrepRequestProcessor.
"""

import struct
from collections.abc import Callable
from typing import NamedTuple

from node.clients.multi import CONTAINER_FLAG, TTL_FLAGS, operations
from node.clients.outstanding import Change, OutstandingChanges, child_count, wrapped
from node.clients.paths import is_valid
from node.clients.session import SessionTracker
from node.tree.acl import OPEN_ACL, AskedList, acl_bytes, settle, skip_acl
from node.tree.znodes import (
    CONTAINER_OWNER,
    RESERVED_PATHS,
    TTL_MARK,
    TTL_MAX_MS,
    Tree,
    Znode,
    is_session,
    parent_of,
)
from node.wire.client import (
    CheckVersionRequest,
    DeleteRequest,
    Err,
    Id,
    Op,
    Perm,
    SetACLRequest,
)
from node.wire.jute import (
    INT,
    LONG,
    MalformedRecord,
    buffer_bytes,
    pack,
    read,
    read_buffer,
    read_ustring,
    ustring_bytes,
)
from node.wire.txn import HEADER, CloseSessionTxn

EPHEMERAL_FLAGS = (1, 3)
SEQUENTIAL_FLAGS = (2, 3, 6)

_int = INT.unpack_from
_long = LONG.unpack_from
Outcome = tuple[int, bytes]  # type of the transaction, its record


class Request(NamedTuple):
    """A write, or a sync, on its way to the leader."""

    session: int
    cxid: int  # the client's own number for it
    op: int
    body: bytes  # what followed the request's header
    ids: tuple[Id, ...]  # who the client has proved to be
    owner: object  # who serves the session: the Service here, or a learner


class Refused(Exception):
    """A write that cannot be done; `err` is what the client will read."""

    def __init__(self, err: int) -> None:
        super().__init__(err)
        self.err = err


class Preparer:
    """Turns requests into transactions, in the order of their zxids."""

    def __init__(
        self,
        tree: Tree,
        tracker: SessionTracker | None = None,
        *,
        ttl_nodes: bool = False,
    ) -> None:
        self.tree = tree
        self.tracker = tracker  # None: every session may do everything (tests)
        self.ttl_nodes = ttl_nodes  # extendedTypesEnabled
        self._outstanding = OutstandingChanges(tree)
        self._handlers: dict[int, Callable[[Request, int], Outcome]] = {
            Op.SET_DATA: self._set_data,
            Op.CREATE: self._create,
            Op.CREATE2: self._create,
            Op.CREATE_CONTAINER: self._create,
            Op.CREATE_TTL: self._create,
            Op.DELETE: self._delete,
            Op.DELETE_CONTAINER: self._delete_container,
            Op.SET_ACL: self._set_acl,
            Op.CHECK: self._check,
            Op.MULTI: self._multi,
            Op.CREATE_SESSION: self._create_session,
            Op.CLOSE_SESSION: self._close_session,
            Op.RECONFIG: self._reconfig,
        }

    def prepare(self, request: Request, zxid: int, now_ms: int) -> bytes:
        """Return the entry for a request: a transaction, or the error it meets.

        `now_ms` is the wall clock, which becomes ctime or mtime.  Whatever the
        client sent, this returns an entry.
        """
        try:
            handler = self._handlers.get(request.op)
            if handler is None or request.op == Op.CHECK:  # legal in a multi only
                kind, record = Op.ERROR, INT.pack(Err.UNIMPLEMENTED)
            else:
                kind, record = handler(request, zxid)
        except Refused as refused:
            kind, record = Op.ERROR, INT.pack(refused.err)
        except (MalformedRecord, struct.error):
            kind, record = Op.ERROR, INT.pack(Err.MARSHALLING)
        return HEADER.pack(request.session, request.cxid, zxid, now_ms, kind) + record

    def committed(self, zxid: int) -> None:
        """Drop what the tree now holds itself: all changes up to `zxid`."""
        self._outstanding.committed(zxid)

    def at_rest(self, path: str) -> bool:
        """Return whether no change of a node is on its way."""
        return not isinstance(self._outstanding.at(path), Change)

    def forget(self) -> None:
        """Drop all changes on their way: this server leads no more, or again."""
        self._outstanding.forget()

    def use_tree(self, tree: Tree) -> None:
        """Judge by another tree, after a SNAP or TRUNC put it in place."""
        self.tree = tree
        self._outstanding = OutstandingChanges(tree)

    # --- the requests ---------------------------------------------------------

    def _set_data(self, request: Request, zxid: int) -> Outcome:
        # The commonest write.  Its transaction is the request's own bytes with
        # the version replaced, so nothing is decoded but what is needed here.
        body = request.body
        (length,) = _int(body)
        if length == -1:
            self._check_session(request)
            raise Refused(Err.BAD_ARGUMENTS)  # setData without a path
        (size,) = _int(body, 4 + length) if length >= 0 else (-2,)
        if size < -1:
            raise MalformedRecord("setData")
        end = 8 + length + max(size, 0)
        (expected,) = _int(body, end)
        path = str(body[4 : 4 + length], "utf-8", "replace")
        self._check_session(request)
        known = self._known(path)
        self._allow(known, Perm.WRITE, request)
        change = self._outstanding.edit(path, zxid)
        change.version = version = _next_version(change.version, expected)
        return Op.SET_DATA, body[:end] + INT.pack(version)

    def _create(self, request: Request, zxid: int) -> Outcome:
        body = request.body
        raw_path, at = read_buffer(body, 0)
        data_at = at
        at = read_buffer(body, at)[1]
        acl_end = skip_acl(body, at)
        (flags,) = _int(body, acl_end)
        with_ttl = request.op == Op.CREATE_TTL
        ttl_ms = _long(body, acl_end + INT.size)[0] if with_ttl else -1
        if raw_path is None:
            raise MalformedRecord("create without a path")
        self._check_mode(flags, ttl_ms, with_ttl=with_ttl)
        self._check_session(request)
        path = str(raw_path, "utf-8", "replace")
        if "/" not in path or "\0" in path:
            raise Refused(Err.BAD_ARGUMENTS)
        acl = _settled(body[at:acl_end], request)
        parent = self._outstanding.at(parent_of(path))
        if parent is None:
            raise Refused(Err.NO_NODE)
        self._allow(parent, Perm.CREATE, request)
        if flags in SEQUENTIAL_FLAGS:
            path += f"{parent.cversion:010d}"
        self._check_new(path, parent)
        ephemeral = flags in EPHEMERAL_FLAGS
        owner = request.session if ephemeral else 0
        if request.op == Op.CREATE_CONTAINER:
            owner = CONTAINER_OWNER
        elif with_ttl:
            owner = TTL_MARK + ttl_ms
        cversion = INT.pack(self._outstanding.create(path, zxid, owner, acl))
        record = ustring_bytes(path) + body[data_at:at] + acl
        if with_ttl:
            return request.op, record + cversion + LONG.pack(ttl_ms)
        if request.op != Op.CREATE_CONTAINER:
            record += b"\1" if ephemeral else b"\0"
        return request.op, record + cversion

    def _check_mode(self, flags: int, ttl_ms: int, *, with_ttl: bool) -> None:
        """Refuse a create mode that is none, or that goes with another request."""
        if flags in TTL_FLAGS and not self.ttl_nodes:
            raise Refused(Err.UNIMPLEMENTED)
        known = TTL_FLAGS if with_ttl else range(CONTAINER_FLAG + 1)
        if flags not in known or (with_ttl and not 0 < ttl_ms <= TTL_MAX_MS):
            raise Refused(Err.BAD_ARGUMENTS)

    def _delete(self, request: Request, zxid: int) -> Outcome:
        wanted = read(DeleteRequest, request.body, 0)[0]
        self._check_session(request)
        path = wanted.path
        if path is None:
            raise MalformedRecord("delete without a path")
        if "/" not in path or "\0" in path or path in RESERVED_PATHS:
            raise Refused(Err.BAD_ARGUMENTS)
        parent = self._outstanding.at(parent_of(path))
        if parent is None:
            raise Refused(Err.NO_NODE)
        self._allow(parent, Perm.DELETE, request)
        known = self._outstanding.at(path)
        if known is None:
            raise Refused(Err.NO_NODE)
        _next_version(known.version, wanted.version)
        if child_count(known):
            raise Refused(Err.NOT_EMPTY)
        self._outstanding.remove(path, zxid)
        return Op.DELETE, ustring_bytes(path)

    def _delete_container(self, request: Request, zxid: int) -> Outcome:
        """Remove a container or TTL node for the cleaner, which has no session."""
        if request.session:
            raise Refused(Err.BAD_ARGUMENTS)
        path = read_ustring(request.body, 0)[0] or ""
        known = self._known(path)
        if child_count(known):
            raise Refused(Err.NOT_EMPTY)
        if not known.owner or is_session(known.owner):
            raise Refused(Err.BAD_VERSION)
        self._outstanding.remove(path, zxid)
        return Op.DELETE_CONTAINER, ustring_bytes(path)

    def _set_acl(self, request: Request, zxid: int) -> Outcome:
        wanted = read(SetACLRequest, request.body, 0)[0]
        self._check_session(request)
        path = wanted.path or ""
        if not is_valid(path):
            raise Refused(Err.BAD_ARGUMENTS)
        acl = _settled(pack(AskedList(wanted.acl)), request)
        known = self._known(path)
        self._allow(known, Perm.ADMIN, request)
        version = _next_version(known.aversion, wanted.version)
        change = self._outstanding.edit(path, zxid)
        change.aversion = version
        change.acl = self._outstanding.number(acl)
        return Op.SET_ACL, ustring_bytes(path) + acl + INT.pack(version)

    def _check(self, request: Request, _zxid: int) -> Outcome:
        wanted = read(CheckVersionRequest, request.body, 0)[0]
        self._check_session(request)
        path = wanted.path or ""
        known = self._known(path)
        self._allow(known, Perm.READ, request)
        version = _next_version(known.version, wanted.version)
        return Op.CHECK, ustring_bytes(path) + INT.pack(version)

    def _multi(self, request: Request, zxid: int) -> Outcome:
        """Prepare all operations, or refuse all because of the first that fails."""
        members = [
            request._replace(op=kind, body=body)
            for kind, body in operations(request.body)
        ]
        self._outstanding.begin()
        outcomes: list[Outcome] = []
        try:
            for member in members:
                outcome = self._handlers[member.op](member, zxid)
                outcomes.append(outcome)
        except Refused as refused:
            self._outstanding.undo(zxid)
            after = len(members) - len(outcomes) - 1
            outcomes.append((Op.ERROR, INT.pack(refused.err)))
            outcomes += [(Op.ERROR, INT.pack(Err.RUNTIME_INCONSISTENCY))] * after
        except (MalformedRecord, struct.error):
            self._outstanding.undo(zxid)
            raise
        finally:
            self._outstanding.keep()
        txns = [INT.pack(kind) + buffer_bytes(record) for kind, record in outcomes]
        return Op.MULTI, INT.pack(len(txns)) + b"".join(txns)

    def _create_session(self, request: Request, _zxid: int) -> Outcome:
        (timeout_ms,) = _int(request.body)
        if self.tracker is not None:
            self.tracker.add(request.session, timeout_ms)
            self.tracker.set_owner(request.session, request.owner)
        return Op.CREATE_SESSION, request.body[:4]

    def _close_session(self, request: Request, zxid: int) -> Outcome:
        """End a session, and name its ephemerals, those on their way included."""
        session = request.session
        paths = self._outstanding.ephemerals_of(session)
        for path in paths:
            self._outstanding.remove(path, zxid)
        if self.tracker is not None:
            self.tracker.close(session)
        return Op.CLOSE_SESSION, pack(CloseSessionTxn(tuple(paths)))

    def _reconfig(self, _request: Request, _zxid: int) -> Outcome:
        raise Refused(Err.RECONFIG_DISABLED)

    # --- what they ask --------------------------------------------------------

    def _check_session(self, request: Request) -> None:
        if self.tracker is not None:
            err = self.tracker.check(request.session, request.owner)
            if err:
                raise Refused(err)

    def _known(self, path: str) -> Change | Znode:
        """Return a node as it will be, or refuse: a bad path, or none there."""
        known = self._outstanding.at(path)
        if known is None or not path:
            raise Refused(Err.NO_NODE if is_valid(path) else Err.BAD_ARGUMENTS)
        return known

    def _allow(self, known: Change | Znode, wanted: int, request: Request) -> None:
        if not self.tree.acls.allows(known.acl, wanted, request.ids):
            raise Refused(Err.NO_AUTH)

    def _check_new(self, path: str, parent: Change | Znode) -> None:
        if not is_valid(path):
            raise Refused(Err.BAD_ARGUMENTS)
        if self._outstanding.at(path) is not None:
            raise Refused(Err.NODE_EXISTS)
        if parent.owner and is_session(parent.owner):
            raise Refused(Err.NO_CHILDREN_FOR_EPHEMERALS)


def _next_version(current: int, expected: int) -> int:
    """Return the version after this one, if it is what the client expects."""
    if expected not in (-1, current):
        raise Refused(Err.BAD_VERSION)
    following = wrapped(current + 1)
    return following if following != -1 else 0  # -1 means "any" in a request


def _settled(raw: bytes, request: Request) -> bytes:
    """Return an ACL as it is stored, or refuse it."""
    if raw == OPEN_ACL:  # nearly always
        return raw
    entries = settle(read(AskedList, raw, 0)[0].entries, request.ids)
    if entries is None:
        raise Refused(Err.INVALID_ACL)
    return acl_bytes(entries)

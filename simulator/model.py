"""A second tree, written apart from the node's own: small, obvious, slow.

The node's tree carries out what the leader decided and checks nothing again.  This
one judges each transaction by what stood there before it: a version is one more
than the last, a sequence number is new, a session's end takes its ephemerals and
nothing else.  Server trees are compared with it by fingerprint.
"""

import re
from typing import NamedTuple

from node.tree.znodes import CONFIG_PATH, CONTAINER_OWNER, TTL_MARK, Tree
from node.tree.znodes import Znode as TreeNode
from node.wire.client import Err, Op
from node.wire.jute import read
from node.wire.txn import (
    HEADER_BYTES,
    CheckVersionTxn,
    CloseSessionTxn,
    CreateContainerTxn,
    CreateSessionTxn,
    CreateTTLTxn,
    CreateTxn,
    DeleteTxn,
    ErrorTxn,
    MultiTxn,
    SetDataTxn,
    TxnHeader,
    header_of,
)
from simulator.violation import Violation

_NUMBERED = re.compile(r"\d{10}$")


class Node(NamedTuple):
    """One znode at one moment."""

    data: bytes | None
    owner: int
    version: int
    cversion: int  # children ever created
    czxid: int
    mzxid: int
    pzxid: int
    ctime: int
    mtime: int


_SYSTEM = Node(b"", 0, 0, 0, 0, 0, 0, 0, 0)


class Model:
    """All znodes and sessions, after one transaction and then the next."""

    def __init__(self) -> None:
        """Hold what an empty server holds."""
        self.nodes: dict[str, Node] = {}
        self.sessions: dict[int, int] = {}  # alive: session -> time-out in ms
        self.created: dict[int, int] = {}  # session -> zxid, of all there ever were
        self.ended: dict[int, int] = {}  # session -> zxid
        self.numbers: dict[str, int] = {}  # parent -> highest sequence number given
        self.fingerprint = 0
        self.changed: list[str] = []  # paths, by the last transaction
        self.cleaned = 0  # containers and TTL nodes that a leader ended
        for path in ("/", "/zookeeper", "/zookeeper/quota"):
            self._put(path, _SYSTEM)

    def take(self, entry: bytes) -> TxnHeader:
        """Carry out a transaction; Violation if it could not follow what was."""
        header = header_of(entry)
        self.changed = []
        record = entry[HEADER_BYTES:]
        match header.type:
            case Op.CREATE_SESSION:
                self._begin_session(header, record)
            case Op.CLOSE_SESSION:
                self._end_session(header, record)
            case Op.ERROR:
                pass
            case Op.MULTI:
                self._multi(header, record)
            case Op.DELETE_CONTAINER:
                self._clean(header, read(DeleteTxn, record, 0)[0].path)
            case _:
                self._need_session(header)
                self._one(header, header.type, record)
        return header

    def below(self, path: str) -> list[str]:
        """Return the paths of a znode's children."""
        return [p for p in self.nodes if p != "/" and parent_of(p) == path]

    def owned(self, session: int) -> set[str]:
        """Return the paths of a session's ephemerals."""
        return {path for path, node in self.nodes.items() if node.owner == session}

    # --- sessions -----------------------------------------------------------------

    def _begin_session(self, header: TxnHeader, record: bytes) -> None:
        session = header.session
        if session in self.created:
            raise Violation(
                f"{header.zxid:#x} gives session {session:#x} again, which"
                f" {self.created[session]:#x} gave"
            )
        timeout_ms = read(CreateSessionTxn, record, 0)[0].timeout_ms
        self.created[session] = header.zxid
        self.sessions[session] = timeout_ms
        self.fingerprint ^= hash((session, timeout_ms))

    def _end_session(self, header: TxnHeader, record: bytes) -> None:
        session = header.session
        owned = self.owned(session)
        paths = read(CloseSessionTxn, record, 0)[0].paths
        if set(paths) != owned or len(paths) != len(owned):
            raise Violation(
                f"Ephemerals: {header.zxid:#x} ends {session:#x}, which owns"
                f" {sorted(owned)}, and deletes {sorted(paths)}"
            )
        for path in paths:
            self._remove(header, path)
        timeout_ms = self.sessions.pop(session, None)
        if timeout_ms is not None:
            self.fingerprint ^= hash((session, timeout_ms))
            self.ended[session] = header.zxid

    def _need_session(self, header: TxnHeader) -> None:
        session = header.session
        if session in self.ended:
            raise Violation(
                f"Session death: {header.zxid:#x} is of {session:#x}, which"
                f" {self.ended[session]:#x} ended"
            )
        if session not in self.sessions:
            raise Violation(f"{header.zxid:#x} is of {session:#x}, which never began")

    # --- znodes -------------------------------------------------------------------

    def _multi(self, header: TxnHeader, record: bytes) -> None:
        """All operations happen, or none: one that was refused refuses all."""
        operations = read(MultiTxn, record, 0)[0].operations
        if any(operation.type == Op.ERROR for operation in operations):
            errors = [
                read(ErrorTxn, one.record or b"", 0)[0].err
                for one in operations
                if one.type == Op.ERROR
            ]
            if errors[0] == Err.OK or set(errors[1:]) - {Err.RUNTIME_INCONSISTENCY}:
                raise Violation(f"Multi: {header.zxid:#x} is refused by {errors}")
            return
        self._need_session(header)
        for operation in operations:
            self._one(header, operation.type, operation.record or b"")

    def _one(self, header: TxnHeader, kind: int, record: bytes) -> None:
        match kind:
            case Op.CREATE | Op.CREATE2:
                txn = read(CreateTxn, record, 0)[0]
                self._create(header, txn, header.session if txn.ephemeral else 0)
            case Op.CREATE_CONTAINER:
                box = read(CreateContainerTxn, record, 0)[0]
                self._create(header, box, CONTAINER_OWNER)
            case Op.CREATE_TTL:
                passing = read(CreateTTLTxn, record, 0)[0]
                self._create(header, passing, TTL_MARK + passing.ttl_ms)
            case Op.DELETE:
                self._delete(header, read(DeleteTxn, record, 0)[0].path)
            case Op.SET_DATA:
                self._set_data(header, read(SetDataTxn, record, 0)[0])
            case Op.CHECK:
                wanted = read(CheckVersionTxn, record, 0)[0]
                node = self._node(header, wanted.path)
                self._expect(header, wanted.path, wanted.version, node.version + 1)
            case _:
                raise Violation(f"{header.zxid:#x} is of type {kind}")

    def _create(
        self,
        header: TxnHeader,
        txn: CreateTxn | CreateContainerTxn | CreateTTLTxn,
        owner: int,
    ) -> None:
        path, above = txn.path, parent_of(txn.path)
        if path in self.nodes:
            raise Violation(f"{header.zxid:#x} creates {path}, which is there")
        parent = self._node(header, above)
        if parent.owner > 0:
            raise Violation(f"{header.zxid:#x} creates {path} below an ephemeral")
        self._expect(header, above, txn.parent_cversion, parent.cversion + 1)
        if _NUMBERED.search(path):
            number, last = int(path[-10:]), self.numbers.get(above, -1)
            if number <= last:
                raise Violation(f"Sequence: {path} of {header.zxid:#x} after {last}")
            self.numbers[above] = number
        zxid, time = header.zxid, header.time_ms
        self._put(above, parent._replace(cversion=parent.cversion + 1, pzxid=zxid))
        self._put(path, Node(txn.data, owner, 0, 0, zxid, zxid, zxid, time, time))

    def _delete(self, header: TxnHeader, path: str) -> None:
        self._node(header, path)
        if self.below(path):
            raise Violation(f"{header.zxid:#x} deletes {path}, which has children")
        self._remove(header, path)

    def _clean(self, header: TxnHeader, path: str) -> None:
        """A leader's cleaner removes what has served its time, and nothing else."""
        node = self._node(header, path)
        age_ms = header.time_ms - node.mtime
        if header.session:
            raise Violation(f"Cleaner: {header.zxid:#x} is of {header.session:#x}")
        if node.owner == CONTAINER_OWNER:
            over = node.cversion > 0
        else:
            over = node.owner < 0 and age_ms > node.owner - TTL_MARK
        if not over or self.below(path):
            raise Violation(
                f"Cleaner: {header.zxid:#x} deletes {path}, {age_ms} ms old, with"
                f" {len(self.below(path))} children: {_shown(node)}"
            )
        self._remove(header, path)
        self.cleaned += 1

    def _remove(self, header: TxnHeader, path: str) -> None:
        above = parent_of(path)
        self._put(path, None)
        self._put(above, self._node(header, above)._replace(pzxid=header.zxid))

    def _set_data(self, header: TxnHeader, txn: SetDataTxn) -> None:
        node = self._node(header, txn.path)
        self._expect(header, txn.path, txn.version, node.version + 1)
        changed = node._replace(
            data=txn.data,
            version=txn.version,
            mzxid=header.zxid,
            mtime=header.time_ms,
        )
        self._put(txn.path, changed)

    def _node(self, header: TxnHeader, path: str) -> Node:
        node = self.nodes.get(path)
        if node is None:
            raise Violation(f"{header.zxid:#x} concerns {path}, which is not there")
        return node

    def _expect(self, header: TxnHeader, path: str, said: int, due: int) -> None:
        if said != due:
            raise Violation(f"{header.zxid:#x} brings {path} to {said}, {due} is due")

    def _put(self, path: str, node: Node | None) -> None:
        before = self.nodes.pop(path, None)
        if before is not None:
            self.fingerprint ^= hash((path, before))
        if node is not None:
            self.nodes[path] = node
            self.fingerprint ^= hash((path, node))
        self.changed.append(path)


def fingerprint(tree: Tree) -> int:
    """Return a server tree's number: the model's own if both hold the same."""
    number = 0
    for path, node in tree.nodes.items():
        if path not in ("", CONFIG_PATH):
            number ^= hash((path, _as_model(node)))
        if node.owner > 0:
            number ^= hash((node.owner, path))  # its list of ephemerals must have it
        elif node.owner:
            number ^= hash((True, path))  # and so must that of what may be cleaned up
    for owner, paths in tree.ephemerals.items():
        for path in paths:
            number ^= hash((owner, path))
    for path in tree.cleanable:
        number ^= hash((True, path))
    for session in tree.sessions.items():
        number ^= hash(session)
    return number


def difference(tree: Tree, model: Model) -> str:
    """Return what a server's tree has otherwise, for a person."""
    said = []
    for path in sorted((tree.nodes.keys() - {"", CONFIG_PATH}) | model.nodes.keys()):
        node = tree.nodes.get(path)
        mine = _as_model(node) if node is not None else None
        if mine != model.nodes.get(path):
            said.append(f"{path}: {_shown(mine)} or {_shown(model.nodes.get(path))}")
    if tree.sessions != model.sessions:
        said.append(f"sessions: {sorted(tree.sessions)} or {sorted(model.sessions)}")
    return "; ".join(said) or "nothing"


def _as_model(node: TreeNode) -> Node:
    return Node(
        node.data,
        node.owner,
        node.version,
        node.cversion,
        node.czxid,
        node.mzxid,
        node.pzxid,
        node.ctime,
        node.mtime,
    )


def parent_of(path: str) -> str:
    """Return the path of the znode above."""
    return path.rpartition("/")[0] or "/"


def _shown(node: Node | None) -> str:
    if node is None:
        return "absent"
    return (
        f"v{node.version} c{node.cversion} {node.czxid:#x} {node.mzxid:#x}"
        f" {node.pzxid:#x} owner {node.owner:#x} {(node.data or b'')[:8]!r}"
    )

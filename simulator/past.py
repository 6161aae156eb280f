"""What is agreed: one order of transactions, and what each client may see of it.

The reference is a tree of its own, fed with every transaction the first time that
any serving server delivers it.  Server trees are compared with it by fingerprint,
clients' answers by looking up what a znode was at the zxid that the answer names.
"""

from bisect import bisect_right
from typing import NamedTuple

from node.tree.apply import apply
from node.tree.znodes import CONFIG_PATH, Tree
from node.wire.client import Op
from node.wire.txn import header_of
from node.zxid import counter_of, epoch_of

Txn = tuple[int, bytes]  # zxid, entry


class Violation(AssertionError):
    """A promise of the protocol was broken."""


class Znode(NamedTuple):
    """A znode as clients see it."""

    data: bytes | None
    version: int
    czxid: int
    mzxid: int


class Past:
    """Everything that was ever delivered to clients, in its order."""

    def __init__(self) -> None:
        """Begin with an empty tree."""
        self.agreed: list[Txn] = []
        self.index: dict[int, int] = {}  # zxid -> place in `agreed`
        self.tree = Tree()
        self.prints = [fingerprint(self.tree)]  # after so many transactions
        self.znodes: dict[str, list[tuple[int, Znode | None]]] = {}
        self.requests: dict[tuple[int, int], int] = {}  # (session, cxid) -> zxid

    @property
    def last_zxid(self) -> int:
        """The newest transaction; 0 if there is none."""
        return self.agreed[-1][0] if self.agreed else 0

    def extend(self, txn: Txn) -> None:
        """Add the next transaction; it must be the next one in Zab's order."""
        zxid, entry = txn
        before = self.last_zxid
        if epoch_of(zxid) == epoch_of(before):
            if counter_of(zxid) != counter_of(before) + 1:
                raise Violation(f"LocalPrimaryOrder: {zxid:#x} after {before:#x}")
        elif epoch_of(zxid) < epoch_of(before) or counter_of(zxid) != 1:
            raise Violation(f"GlobalPrimaryOrder: {zxid:#x} after {before:#x}")
        self.index[zxid] = len(self.agreed)
        self.agreed.append(txn)
        header = header_of(entry)
        if header.cxid > 0:
            request = header.session, header.cxid
            if self.requests.setdefault(request, zxid) != zxid:
                raise Violation(f"{zxid:#x} repeats {self.requests[request]:#x}")
        applied = apply(self.tree, entry)
        for _, path, _ in applied.triggers:
            self._remember(path, zxid)
        if applied.type == Op.CLOSE_SESSION and applied.session in self.tree.ephemerals:
            raise Violation(f"{zxid:#x} closed a session, its ephemerals are left")
        self.prints.append(fingerprint(self.tree))

    def _remember(self, path: str, zxid: int) -> None:
        node = self.tree.nodes.get(path)
        now = None
        if node is not None:
            now = Znode(node.data, node.version, node.czxid, node.mzxid)
        known = self.znodes.setdefault(path, [])
        if not known or known[-1][1] != now:
            known.append((zxid, now))

    def at(self, path: str, zxid: int) -> Znode | None:
        """Return a znode as it was after that transaction."""
        known = self.znodes.get(path, [])
        place = bisect_right(known, zxid, key=lambda item: item[0])
        return known[place - 1][1] if place else None

    def changed(self, path: str, after: int, up_to: int) -> bool:
        """Return whether a znode came, changed or went between two moments."""
        known = self.znodes.get(path, [])
        return any(after < zxid <= up_to for zxid, _ in known)

    def children(self, path: str, zxid: int) -> set[str]:
        """Return the names below a path as they were then."""
        top = path.rstrip("/") + "/"
        below = [p for p in self.znodes if p.startswith(top) and p != top]
        return {
            p[len(top) :]
            for p in below
            if "/" not in p[len(top) :] and self.at(p, zxid) is not None
        }


def fingerprint(tree: Tree) -> int:
    """Return a number that two trees share only if they are the same."""
    nodes = frozenset(
        (
            path,
            node.data,
            node.version,
            node.czxid,
            node.mzxid,
            node.pzxid,
            node.mtime,
            node.cversion,
            node.owner,
        )
        for path, node in tree.nodes.items()
        if path != CONFIG_PATH
    )
    return hash((nodes, frozenset(tree.sessions.items())))


def difference(one: Tree, other: Tree) -> str:
    """Return what differs, for a person."""
    said = []
    for path in sorted(one.nodes.keys() | other.nodes.keys()):
        if path == CONFIG_PATH:
            continue
        pair = [_shown(tree, path) for tree in (one, other)]
        if pair[0] != pair[1]:
            said.append(f"{path}: {pair[0]} or {pair[1]}")
    if one.sessions != other.sessions:
        said.append(f"sessions: {sorted(one.sessions)} or {sorted(other.sessions)}")
    return "; ".join(said) or "nothing"


def _shown(tree: Tree, path: str) -> str:
    node = tree.nodes.get(path)
    if node is None:
        return "absent"
    return (
        f"v{node.version} c{node.cversion} {node.czxid:#x} {node.mzxid:#x}"
        f" {node.pzxid:#x} owner {node.owner:#x}"
    )

"""Outstanding changes: the tree as it will be once everything prepared is applied.

Each transaction that is prepared leaves its changes here until the tree holds
them itself.  After outstandingChanges in ZooKeeper's ZooKeeperServer.
"""

from collections import deque

from node.tree.acl import OPEN_ID
from node.tree.znodes import Tree, Znode, parent_of


class Change:
    """What one znode will be when the transactions on their way are applied."""

    __slots__ = (
        "acl",
        "aversion",
        "child_count",
        "cversion",
        "exists",
        "owner",
        "path",
        "version",
        "zxid",
    )

    def __init__(self, path: str, node: Znode) -> None:
        self.path = path
        self.zxid = 0  # the last transaction that changes it
        self.exists = True
        self.acl: int | bytes = node.acl  # bytes: a list that is not numbered yet
        self.owner = node.owner
        self.version = node.version
        self.cversion = node.cversion
        self.aversion = node.aversion
        self.child_count = len(node.children) if node.children else 0

    def copy(self) -> "Change":
        """Return another one that is the same."""
        twin = Change.__new__(Change)
        for name in Change.__slots__:
            setattr(twin, name, getattr(self, name))
        return twin


class OutstandingChanges:
    """Nodes as they will be, and how to change them further."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._latest: dict[str, Change] = {}
        self._queue: deque[tuple[int, Change]] = deque()  # zxid, what it changes
        self._undo: list[tuple[str, Change | None]] | None = None  # in a multi

    def at(self, path: str) -> Change | Znode | None:
        """Return a node as it will be; None if there will be none."""
        change = self._latest.get(path)
        if change is not None:
            return change if change.exists else None
        return self.tree.nodes.get(path)

    def ephemerals_of(self, session: int) -> list[str]:
        """Return the paths of the nodes that will go with a session."""
        paths = dict(self.tree.ephemerals.get(session, {}))
        for path, change in self._latest.items():
            if not change.exists:
                paths.pop(path, None)
            elif change.owner == session:
                paths[path] = None
        return list(paths)

    def edit(self, path: str, zxid: int) -> Change:
        """Return what an existing node will be, for `zxid` to change it."""
        change = self._latest.get(path)
        if change is None:
            change = Change(path, self.tree.nodes[path])
            self._replace(path, change)
        elif self._undo is not None:
            change = change.copy()
            self._replace(path, change)
        change.zxid = zxid
        self._queue.append((zxid, change))
        return change

    def create(self, path: str, zxid: int, owner: int, acl: bytes) -> int:
        """Add a new node; return how many its parent will have had."""
        parent = self.edit(parent_of(path), zxid)
        parent.cversion = wrapped(parent.cversion + 1)
        parent.child_count += 1
        change = Change(path, Znode(None, OPEN_ID, owner, zxid))
        change.acl = self.number(acl)
        change.zxid = zxid
        self._replace(path, change)
        self._queue.append((zxid, change))
        return parent.cversion

    def remove(self, path: str, zxid: int) -> None:
        """Remove a node, and one child from its parent."""
        self.edit(path, zxid).exists = False
        self.edit(parent_of(path), zxid).child_count -= 1

    def number(self, acl: bytes) -> int | bytes:
        """Return the number of an ACL; one without keeps its bytes until applied.

        Numbers are given in the order of application, never here: see AclTable.
        """
        number = self.tree.acls.find(acl)
        return acl if number is None else number

    def committed(self, zxid: int) -> None:
        """Drop what the tree now holds itself: all changes up to `zxid`."""
        queue, latest = self._queue, self._latest
        while queue and queue[0][0] <= zxid:
            _, change = queue.popleft()
            if change.zxid <= zxid and latest.get(change.path) is change:
                del latest[change.path]

    def forget(self) -> None:
        """Drop all changes: what was on its way may never arrive."""
        self._latest.clear()
        self._queue.clear()

    def begin(self) -> None:
        """Remember what changes from now on, as a multi may have to undo it."""
        self._undo = []

    def keep(self) -> None:
        """Keep the changes since `begin`."""
        self._undo = None

    def undo(self, zxid: int) -> None:
        """Take back the changes since `begin`, all of which are of `zxid`."""
        while self._undo:
            path, change = self._undo.pop()
            if change is None:
                del self._latest[path]
            else:
                self._latest[path] = change
        while self._queue and self._queue[-1][0] == zxid:
            self._queue.pop()

    def _replace(self, path: str, change: Change) -> None:
        if self._undo is not None:
            self._undo.append((path, self._latest.get(path)))
        self._latest[path] = change


def child_count(known: Change | Znode) -> int:
    """Return how many children a node will have."""
    if isinstance(known, Change):
        return known.child_count
    return len(known.children or ())


def wrapped(number: int) -> int:
    """Return a number as a 32-bit counter: after the greatest comes the least."""
    return (number + 0x80000000 & 0xFFFFFFFF) - 0x80000000

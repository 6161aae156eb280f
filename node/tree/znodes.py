"""The tree: every znode by its path, and who owns the ephemeral ones.

A dictionary from path to znode, since clients name whole paths; each znode also
knows its children's names.  The root goes by two names, "/" and "": the parent
of "/a" is the part before its last slash.  After DataTree.
"""

from typing import TypeAlias

from node.tree.acl import OPEN_ID, READ_ACL, AclTable
from node.wire.client import STAT

CONTAINER_OWNER = -(1 << 63)
TTL_MARK = -(1 << 56)  # 0xff in the highest byte, then the milliseconds
TTL_MAX_MS = 0xFFFFFFFFFF

CONFIG_PATH = "/zookeeper/config"
RESERVED_PATHS = frozenset(("/", "/zookeeper", "/zookeeper/quota", CONFIG_PATH))

Names: TypeAlias = dict[str, None]  # a set that remembers its order: runs repeat


class Znode:
    """One node: data, who may access it, and the fields of `Stat`.

    A million of them must fit, and reads must be cheap: slots, no children
    until there is one, and the packed Stat kept until something changes it.
    """

    __slots__ = (
        "acl",  # number in the AclTable
        "aversion",
        "children",
        "ctime",
        "cversion",  # children ever created; clients are shown another number
        "czxid",
        "data",
        "mtime",
        "mzxid",
        "owner",  # session of an ephemeral; or container, or time to live; or 0
        "pzxid",
        "stat",  # the packed Stat, or None if it must be packed again
        "version",
    )

    def __init__(self, data: bytes | None, acl: int, owner: int, zxid: int) -> None:
        self.data = data
        self.acl = acl
        self.owner = owner
        self.czxid = self.mzxid = self.pzxid = zxid
        self.ctime = self.mtime = 0
        self.version = self.cversion = self.aversion = 0
        self.children: Names | None = None
        self.stat: bytes | None = None

    def packed_stat(self) -> bytes:
        """Return the 68 bytes that clients get; the caller must not cache them.

        Clients see as cversion all changes of the children, creations and
        deletions: twice the creations less the children that are left.
        """
        if self.stat is None:
            data, children = self.data, len(self.children or ())
            self.stat = STAT.pack(
                self.czxid,
                self.mzxid,
                self.ctime,
                self.mtime,
                self.version,
                (2 * self.cversion - children + 0x80000000 & 0xFFFFFFFF) - 0x80000000,
                self.aversion,
                self.owner if is_session(self.owner) else 0,
                len(data) if data else 0,
                children,
                self.pzxid,
            )
        return self.stat


class Tree:
    """All that a server stores: nodes, sessions, and how far it has come."""

    def __init__(self) -> None:
        self.acls = AclTable()
        self.sessions: dict[int, int] = {}  # id to time-out in milliseconds
        self.ephemerals: dict[int, Names] = {}  # session to its paths
        self.cleanable: Names = {}  # paths of containers and TTL nodes
        self.processed_zxid = 0  # the last transaction that is in here
        root = Znode(b"", OPEN_ID, 0, 0)
        self.nodes: dict[str, Znode] = {"": root, "/": root}
        self._add_system_nodes()

    def set_config(self, text: str, time_ms: int = 0) -> None:
        """Show the ensemble's configuration in its node."""
        node = self.nodes[CONFIG_PATH]
        node.data = text.encode()
        node.version = node.aversion = -1
        node.mtime = time_ms
        node.stat = None

    def insert(self, path: str, node: Znode) -> None:
        """Put a node under its parent, which must be there."""
        parent, name = path.rsplit("/", 1)
        above = self.nodes[parent]
        if above.children is None:
            above.children = {}
        above.children[name] = None
        above.stat = None
        self.nodes[path] = node
        if not node.owner:
            return
        if is_session(node.owner):
            self.ephemerals.setdefault(node.owner, {})[path] = None
        else:
            self.cleanable[path] = None

    def remove(self, path: str) -> Znode | None:
        """Take a node out; None if it was not there."""
        node = self.nodes.pop(path, None)
        parent, name = path.rsplit("/", 1)
        above = self.nodes.get(parent)
        if above is not None and above.children is not None:
            above.children.pop(name, None)
            above.stat = None
        if node is not None and node.owner:
            self.cleanable.pop(path, None)
            owned = self.ephemerals.get(node.owner)
            if owned is not None:
                owned.pop(path, None)
                if not owned:
                    del self.ephemerals[node.owner]
        return node

    def add_missing_system_nodes(self) -> None:
        """Make what a snapshot by an old release may lack."""
        self._add_system_nodes()

    def data_bytes(self) -> int:
        """Return the size of all paths and data, as `mntr` reports it."""
        return sum(
            len(path) + len(node.data or b"") for path, node in self.nodes.items()
        )

    def _add_system_nodes(self) -> None:
        for path in ("/zookeeper", "/zookeeper/quota", CONFIG_PATH):
            if path not in self.nodes:
                config = path == CONFIG_PATH
                acl = self.acls.number(READ_ACL) if config else OPEN_ID
                node = Znode(b"", acl, 0, 0)
                node.aversion = -1 if config else 0
                self.insert(path, node)


def is_session(owner: int) -> bool:
    """Return whether an owner is a session; others mark containers and TTL nodes."""
    if owner >= 0:
        return True
    return owner != CONTAINER_OWNER and not TTL_MARK <= owner <= TTL_MARK + TTL_MAX_MS


def is_path(path: str) -> bool:
    """Return whether a node below the root can have this path."""
    return path[:1] == "/" and path[-1] != "/" and "//" not in path


def parent_of(path: str) -> str:
    """Return the parent's path as events name it: "/" for "/a"."""
    return path.rpartition("/")[0] or "/"

"""A simple model of ZooKeeper's tree, and the history of every znode.

The model says what each write must answer; `ZnodeHistory` keeps what every znode
ever was, so that a read can be looked up.
"""

from bisect import bisect_right
from collections import defaultdict

from labctl.clients.history import Call, Seen
from node.wire.client import Err

View = tuple[str, Seen] | None  # data and stat; None: there is no such znode
Result = tuple[int, str | None, Seen | None]  # err, path made, stat

EPHEMERAL, SEQUENTIAL = 1, 2


class ZnodeHistory:
    """What every znode was, from zxid to zxid."""

    def __init__(self) -> None:
        """Begin before the first transaction."""
        self.zxids: dict[str, list[int]] = defaultdict(list)
        self.views: dict[str, list[View]] = defaultdict(list)
        self.changes: dict[str, list[int]] = defaultdict(list)
        self.child_changes: dict[str, list[int]] = defaultdict(list)
        self.children: dict[str, list[tuple[int, str, bool]]] = defaultdict(list)

    def shows(self, call: Call, since: int) -> bool:
        """Return whether a read's answer was true somewhere in (since … its zxid)."""
        zxids, views = self.zxids[call.path], self.views[call.path]
        first = bisect_right(zxids, since) - 1
        last = bisect_right(zxids, call.zxid) - 1
        if first < 0 and call.err == Err.NO_NODE:
            return True
        return any(
            self._is(call, views[at], zxids[at + 1] - 1 if at < last else call.zxid)
            for at in range(max(first, 0), last + 1)
        )

    def _is(self, call: Call, view: View, until: int) -> bool:
        if view is None or call.err:
            return view is None and call.err == Err.NO_NODE
        data, stat = view
        if call.stat != stat or (call.kind == "get" and call.value != data):
            return False
        return call.kind != "children" or set(call.names) == self._names(call, until)

    def _names(self, call: Call, until: int) -> set[str]:
        names: set[str] = set()
        for zxid, name, there in self.children[call.path]:
            if zxid > until:
                break
            if there:
                names.add(name)
            else:
                names.discard(name)
        return names


class ModelZnode:
    """One znode."""

    def __init__(self, data: str, zxid: int, owner: int) -> None:
        """Make it at `zxid`."""
        self.data = data
        self.czxid = self.mzxid = self.pzxid = zxid
        self.version = self.creates = 0
        self.owner = owner
        self.children: set[str] = set()

    def seen(self) -> Seen:
        """Return its Stat; cversion counts creations and deletions of children."""
        count = len(self.children)
        cversion = 2 * self.creates - count
        return Seen(
            self.czxid,
            self.mzxid,
            self.version,
            cversion,
            self.owner,
            count,
            self.pzxid,
        )


class Model:
    """The tree; each write returns what a right server must answer."""

    def __init__(self, znodes: ZnodeHistory) -> None:
        """Begin with the root alone."""
        self.nodes = {"/": ModelZnode("", 0, 0)}
        self.znodes = znodes

    def write(self, zxid: int, call: Call) -> Result:
        """Carry out one write."""
        if call.kind == "create":
            return self._create(zxid, call)
        node = self.nodes.get(call.path)
        if node is None:
            return Err.NO_NODE, None, None
        if call.version not in (-1, node.version):
            return Err.BAD_VERSION, None, None
        if call.kind == "set":
            node.data, node.mzxid = call.data, zxid
            node.version += 1
            self._keep(zxid, call.path)
            self.znodes.changes[call.path].append(zxid)
            return Err.OK, None, node.seen()
        if node.children:
            return Err.NOT_EMPTY, None, None
        self._remove(zxid, call.path)
        return Err.OK, None, None

    def close(self, zxid: int, session: int) -> None:
        """End a session: its ephemeral znodes go."""
        mine = [path for path, node in self.nodes.items() if node.owner == session]
        for path in mine if session else ():
            self._remove(zxid, path)

    def _create(self, zxid: int, call: Call) -> Result:
        above = _above(call.path)
        parent = self.nodes.get(above)
        if parent is None:
            return Err.NO_NODE, None, None
        path = call.path
        if call.flags & SEQUENTIAL:
            path += f"{parent.creates:010d}"
        if path in self.nodes:
            return Err.NODE_EXISTS, None, None
        if parent.owner:
            return Err.NO_CHILDREN_FOR_EPHEMERALS, None, None
        owner = call.session if call.flags & EPHEMERAL else 0
        node = self.nodes[path] = ModelZnode(call.data, zxid, owner)
        parent.creates += 1
        self._relate(zxid, path, there=True)
        return Err.OK, path, node.seen()

    def _remove(self, zxid: int, path: str) -> None:
        del self.nodes[path]
        self.znodes.child_changes[path].append(zxid)
        self._relate(zxid, path, there=False)

    def _relate(self, zxid: int, path: str, *, there: bool) -> None:
        """A znode came or went: its parent and the history take note of it."""
        above, name = _above(path), path.rpartition("/")[2]
        parent = self.nodes[above]
        parent.pzxid = zxid
        (parent.children.add if there else parent.children.discard)(name)
        znodes = self.znodes
        znodes.changes[path].append(zxid)
        znodes.child_changes[above].append(zxid)
        znodes.children[above].append((zxid, name, there))
        self._keep(zxid, path)
        self._keep(zxid, above)

    def _keep(self, zxid: int, path: str) -> None:
        node = self.nodes.get(path)
        self.znodes.zxids[path].append(zxid)
        view = None if node is None else (node.data, node.seen())
        self.znodes.views[path].append(view)


def _above(path: str) -> str:
    return path.rpartition("/")[0] or "/"

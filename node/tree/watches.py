"""Watches: who wants to hear when a znode changes.

A standard watch fires once; a persistent one stays; a recursive one also hears
of everything below.  However many watches of one watcher match, it hears of a change
once.  A watcher is anything hashable (for the server, a client's connection);
dictionaries keep the order, so that runs repeat.  After WatchManager.
"""

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

from node.wire.client import EventType

DATA, CHILD, PERSISTENT, RECURSIVE = range(4)

# What removeWatches and checkWatches name by number.
KINDS_OF_TYPE = {
    1: (CHILD,),
    2: (DATA,),
    3: (DATA, CHILD, PERSISTENT, RECURSIVE),
    4: (PERSISTENT,),
    5: (RECURSIVE,),
}

# Which watches an event concerns; the recursive ones are looked up above, too.
_CONCERNED = {
    EventType.NODE_CREATED: (DATA, PERSISTENT),
    EventType.NODE_DATA_CHANGED: (DATA, PERSISTENT),
    EventType.NODE_DELETED: (DATA, CHILD, PERSISTENT),
    EventType.NODE_CHILDREN_CHANGED: (CHILD, PERSISTENT),
}

W = TypeVar("W", bound=Hashable)


class Watches(Generic[W]):
    """All watches of one server, by kind and path and by watcher."""

    def __init__(self) -> None:
        self.tables: tuple[dict[str, dict[W, None]], ...] = ({}, {}, {}, {})
        # Empty means that nobody watches anything: the one test per transaction.
        self.by_watcher: dict[W, dict[tuple[int, str], None]] = {}

    def add(self, kind: int, path: str, watcher: W) -> None:
        """Leave a watch; exists and getData leave DATA, getChildren CHILD."""
        self.tables[kind].setdefault(path, {})[watcher] = None
        self.by_watcher.setdefault(watcher, {})[kind, path] = None

    def fire(self, event_type: int, path: str) -> list[W]:
        """Return who must hear of this event, and drop the watches it uses up."""
        heard: dict[W, None] = {}
        for kind in _CONCERNED[event_type]:
            watchers = self.tables[kind].get(path)
            if watchers is not None:
                heard.update(watchers)
                if kind in (DATA, CHILD):
                    for watcher in tuple(watchers):
                        self._drop(kind, path, watcher)
        if self.tables[RECURSIVE] and event_type != EventType.NODE_CHILDREN_CHANGED:
            for above in _lineage(path):
                heard.update(self.tables[RECURSIVE].get(above, {}))
        return list(heard)

    def has(self, path: str, watcher: W, kinds: Iterable[int]) -> bool:
        """Return whether this watcher has a watch of one of these kinds here."""
        return any(watcher in self.tables[kind].get(path, {}) for kind in kinds)

    def remove(self, path: str, watcher: W, kinds: Iterable[int]) -> bool:
        """Take back watches; False if there were none."""
        found = [k for k in kinds if watcher in self.tables[k].get(path, {})]
        for kind in found:
            self._drop(kind, path, watcher)
        return bool(found)

    def forget(self, watcher: W) -> None:
        """Drop all that a watcher had: watches die with the connection."""
        for kind, path in tuple(self.by_watcher.get(watcher, ())):
            self._drop(kind, path, watcher)

    def count(self) -> int:
        """Return how many watches there are."""
        return sum(len(watches) for watches in self.by_watcher.values())

    def _drop(self, kind: int, path: str, watcher: W) -> None:
        watchers = self.tables[kind][path]
        del watchers[watcher]
        if not watchers:
            del self.tables[kind][path]
        mine = self.by_watcher[watcher]
        del mine[kind, path]
        if not mine:
            del self.by_watcher[watcher]


def _lineage(path: str) -> Iterable[str]:
    """Yield a path and every path above it, up to the root."""
    while len(path) > 1:
        yield path
        path = path.rpartition("/")[0]
    yield "/"

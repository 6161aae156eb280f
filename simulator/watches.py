"""What one session's watches owe it: each fires once, for the first change, in time.

An event comes before any answer that is newer than the change, and none is lost
while the client is away: it leaves its watches again, and by the answer to that it
has heard of everything.
"""

from node.wire.client import EventType, WatcherEvent
from node.wire.jute import read
from simulator.past import Past
from simulator.violation import Violation

DATA, CHILD = "data", "child"
CATCHING_UP = -1  # the zxid of an event that was due while the client was away

Key = tuple[str, str]  # kind, path


class Watching:
    """The watches of one session."""

    def __init__(self, past: Past) -> None:
        """Begin with none."""
        self.past = past
        self.left: dict[Key, tuple[int, bool]] = {}  # since when, was it there
        self.unsure = False  # they are being left again

    def leave(self, kind: str, path: str, zxid: int, *, there: bool) -> None:
        """An answer left a watch; a second one of its kind is the same one."""
        self.left.setdefault((kind, path), (zxid, there))

    def lists(self) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """Return the paths that are watched: data, existence, children."""
        data = [p for (kind, p), (_, there) in self.left.items() if kind == DATA]
        absent = [p for (kind, p), (_, there) in self.left.items() if not there]
        child = [p for kind, p in self.left if kind == CHILD]
        return tuple(p for p in data if p not in absent), tuple(absent), tuple(child)

    def shown(self, zxid: int) -> None:
        """An answer showed this moment: every event before it must have come."""
        for key, (since, _) in self.left.items() if not self.unsure else ():
            if self._changed(key, since, zxid):
                raise Violation(
                    f"Watches: {zxid:#x} was shown before the event of {key[1]},"
                    f" watched since {since:#x}"
                )

    def left_again(self, zxid: int) -> None:
        """They are set on a new connection; missed events must have come by now."""
        for (kind, path), (since, there) in self.left.items():
            now = self.past.at(path, zxid)
            if kind == CHILD:
                due = self.past.relisted(path, since, zxid)
            elif there:
                due = now is None or now.mzxid > since
            else:
                due = now is not None
            if due:
                raise Violation(f"Watches: {path} changed unheard before {zxid:#x}")
            self.left[kind, path] = zxid, there
        self.unsure = False

    def fired(self, body: bytes, last_zxid: int) -> None:
        """An event came: we must have waited for it, and it must be true."""
        zxid = int.from_bytes(body[4:12], "big", signed=True)
        event = read(WatcherEvent, body, 16)[0]
        path = event.path or ""
        kind = CHILD if event.type == EventType.NODE_CHILDREN_CHANGED else DATA
        since, there = self.left.pop((kind, path), (None, False))
        if since is None:
            raise Violation(f"Watches: {path} at {zxid:#x}: nobody waits for that")
        if kind == DATA and (event.type == EventType.NODE_CREATED) == there:
            raise Violation(f"Watches: {path} at {zxid:#x}: event {event.type}")
        if zxid == CATCHING_UP:
            return
        if zxid < last_zxid:
            raise Violation(f"Watches: event {zxid:#x} after {last_zxid:#x} was shown")
        if not self._changed((kind, path), since, zxid):
            raise Violation(f"Watches: {path} did not change at {zxid:#x}")
        if self._changed((kind, path), since, zxid - 1):
            raise Violation(f"Watches: {path} changed before {zxid:#x}, unheard")

    def _changed(self, key: Key, after: int, up_to: int) -> bool:
        kind, path = key
        changed = self.past.relisted if kind == CHILD else self.past.changed
        return changed(path, after, up_to)

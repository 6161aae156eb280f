"""A glance: the tree as this very node has it, read without a session.

Opening a session is a write, and in a lab that write may be the one that is held
back: so a lab reads this way, and leaves no trace in the log.  Only a lab may,
because no ACL is checked.
"""

import json
from collections.abc import Callable
from typing import Any

from node.faults.commands import CommandRefused
from node.tree.znodes import Tree
from node.wire.client import STAT, Stat

ZNODES_MAX = 10_000
DATA_MAX = 4096  # bytes of each znode


class Glance:
    """Answers `{"path": "/a", "deep": true}`; there is nothing to take back."""

    def __init__(self, tree: Callable[[], Tree]) -> None:
        """Look at the tree that `tree` returns at that moment."""
        self.tree = tree

    def handle(self, body: bytes) -> dict[str, Any]:
        """Return the znode, and with `deep` everything below it."""
        try:
            asked = json.loads(body)
            path, deep = asked["path"], bool(asked.get("deep"))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise CommandRefused('{"path": "/a", "deep": true} is asked for') from None
        if not isinstance(path, str) or not path.startswith("/"):
            raise CommandRefused(f"{path!r} is no path of a znode")
        tree = self.tree()
        znodes: dict[str, Any] = {}
        left = [path]
        while left and len(znodes) < ZNODES_MAX:
            here = left.pop()
            if here in tree.nodes:
                znodes[here] = _shown(tree, here)
                prefix = here.rstrip("/")
                left += [f"{prefix}/{n}" for n in znodes[here]["names"] if deep]
        return {"zxid": tree.processed_zxid, "znodes": znodes}

    def clear(self) -> None:
        """Do nothing: a glance leaves nothing behind."""

    def listed(self) -> dict[str, Any]:
        """Return nothing: a glance leaves nothing behind."""
        return {}


def _shown(tree: Tree, path: str) -> dict[str, Any]:
    node = tree.nodes[path]
    stat = Stat(*STAT.unpack(node.packed_stat()))
    data = (node.data or b"")[:DATA_MAX].decode("utf-8", "replace")
    return {"data": data, "names": sorted(node.children or ()), **stat._asdict()}

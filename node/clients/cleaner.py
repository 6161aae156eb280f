"""The leader's cleaner: which containers and TTL nodes have served their time.

A container may go when its last child has gone, a node with a time to live when
nobody has set its data for so long and it has no children.  Only the leader looks,
and what it finds it proposes as any other write: all servers delete together.
After ZooKeeper's ContainerManager.
"""

from collections import deque
from typing import NamedTuple

from node.tree.znodes import CONTAINER_OWNER, TTL_MARK, Tree, Znode

MINUTE_MS = 60_000
LOOKS_AT_ONCE = 10_000  # nodes that one turn looks at: a million must not stop us


class CleanerLimits(NamedTuple):
    """How often the cleaner looks, and how much it may do."""

    interval_ms: int = MINUTE_MS  # znode.container.checkIntervalMs
    per_minute: int = 10_000  # znode.container.maxPerMinute
    never_used_ms: int = 0  # znode.container.maxNeverUsedIntervalMs; 0: never
    ttl_nodes: bool = False  # extendedTypesEnabled


class Cleaner:
    """Goes through a leader's tree, from time to time and a part at once."""

    def __init__(self, tree: Tree, limits: CleanerLimits, now_ms: int) -> None:
        """Look for the first time when an interval has passed."""
        self.tree = tree
        self.limits = limits
        self._look_ms = now_ms + limits.interval_ms
        self._turn_ms = now_ms  # when we had our last turn
        self._allowance = 0  # milliseconds of which each deletion takes its share
        self._waiting: deque[str] = deque()  # paths that this look has still before it

    def due(self, now_ms: int, wall_ms: int) -> list[str]:
        """Return the paths of the nodes to delete now.

        `now_ms` is a clock that never jumps, `wall_ms` the one that nodes are
        stamped with.
        """
        if not self._waiting and now_ms >= self._look_ms:
            self._waiting.extend(self.tree.cleanable)
            self._look_ms = now_ms + self.limits.interval_ms
            self._allowance = MINUTE_MS  # the first goes at once
        else:
            saved = min(self._allowance, MINUTE_MS)  # or they all come at once later
            earned = (now_ms - self._turn_ms) * self.limits.per_minute
            self._allowance = saved + earned
        self._turn_ms = now_ms
        return self._found(wall_ms)

    def _found(self, wall_ms: int) -> list[str]:
        waiting, nodes = self._waiting, self.tree.nodes
        found: list[str] = []
        for _ in range(min(len(waiting), LOOKS_AT_ONCE)):
            if self._allowance < MINUTE_MS:
                break
            path = waiting.popleft()
            node = nodes.get(path)
            if node is not None and self._is_over(node, wall_ms):
                found.append(path)
                self._allowance -= MINUTE_MS
        return found

    def _is_over(self, node: Znode, wall_ms: int) -> bool:
        """Return whether a node's time has passed."""
        if node.children:
            return False
        age_ms = wall_ms - node.mtime
        if node.owner == CONTAINER_OWNER:
            if node.cversion > 0:  # it had children
                return True
            return 0 < self.limits.never_used_ms < age_ms
        return self.limits.ttl_nodes and age_ms > node.owner - TTL_MARK

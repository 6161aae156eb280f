"""What a server remembers of the past, whatever its role: log end, epochs, window.

`last_zxid` is the last transaction in the log, committed or not: what a vote
claims.  `recent` is the window of committed transactions from which a leader
brings learners up to date without sending the whole tree (ZooKeeper's
committedLog, 500 long).  A learner keeps the window too: tomorrow it may lead,
and a hole in it would spread (ZOOKEEPER-4925).
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

WINDOW = 500  # zookeeper.commitLogCount


class Proposal(NamedTuple):
    """A transaction on its way, or in the window."""

    zxid: int
    entry: bytes


class Tail(NamedTuple):
    """What `cut` took away."""

    last_zxid: int
    committed_zxid: int
    recent: tuple[Proposal, ...]


class History:
    """The memory image of the log's end and of the two epoch files."""

    def __init__(
        self,
        last_zxid: int = 0,
        accepted_epoch: int = 0,
        current_epoch: int = 0,
        recent: Iterable[tuple[int, bytes]] = (),
    ) -> None:
        """Begin with what recovery read from disk."""
        self.last_zxid = last_zxid
        self.committed_zxid = last_zxid  # recovery takes the whole log as committed
        self.accepted_epoch = accepted_epoch
        self.current_epoch = current_epoch
        self.needs_tree = False  # our log could not be truncated: ask for a SNAP
        self.recent: deque[Proposal] = deque(
            (Proposal(*txn) for txn in recent), maxlen=WINDOW
        )

    def committed(self, proposal: Proposal) -> None:
        """Add a committed transaction to the window."""
        self.committed_zxid = proposal.zxid
        self.recent.append(proposal)

    def cut(self, zxid: int) -> Tail:
        """Forget everything behind `zxid`: it is being truncated; return it."""
        last_zxid, committed_zxid = self.last_zxid, self.committed_zxid
        forgotten: deque[Proposal] = deque()
        while self.recent and self.recent[-1].zxid > zxid:
            forgotten.appendleft(self.recent.pop())
        self.last_zxid = self.committed_zxid = zxid
        return Tail(last_zxid, committed_zxid, tuple(forgotten))

    def uncut(self, tail: Tail) -> None:
        """Remember again: the disk could not be truncated, so it holds it all."""
        self.recent.extend(tail.recent)
        self.last_zxid, self.committed_zxid = tail.last_zxid, tail.committed_zxid

    def replace(self, zxid: int) -> None:
        """Forget the window: a whole tree came, and nothing before it is known."""
        self.recent.clear()
        self.needs_tree = False
        self.last_zxid = self.committed_zxid = zxid

    @property
    def window(self) -> tuple[int, int]:
        """Oldest and newest committed zxid that can be sent one by one."""
        oldest = self.recent[0].zxid if self.recent else self.committed_zxid
        return oldest, self.committed_zxid

    def after(self, zxid: int) -> tuple[Proposal, ...]:
        """Return the window's transactions behind `zxid`, oldest first."""
        start = bisect_right(self.recent, zxid, key=lambda p: p.zxid)
        return tuple(islice(self.recent, start, None))

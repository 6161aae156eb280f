"""What a scenario's player keeps of a server: a Peer, a list for a disk, a tree."""

from typing import Any

from node.peer import Peer

Txn = tuple[int, bytes]


class Disk:
    """What one server has written; a crash keeps what was synced, and perhaps more."""

    def __init__(self) -> None:
        """Begin empty."""
        self.snapshot: tuple[Txn, ...] = ()
        self.log: list[Txn] = []  # behind the snapshot
        self.synced = 0  # so many entries of the log survive a crash
        self.epochs: dict[str, int] = {}

    def sync(self) -> None:
        """Make everything appended durable."""
        self.synced = len(self.log)

    def history(self) -> list[Txn]:
        """Return all transactions that recovery would find."""
        last = self.snapshot[-1][0] if self.snapshot else 0
        return [*self.snapshot, *(txn for txn in self.log if txn[0] > last)]

    def truncate(self, zxid: int) -> bool:
        """Cut behind `zxid`; False if the snapshot already reaches beyond it."""
        if self.snapshot and self.snapshot[-1][0] > zxid:
            return False
        self.log = [txn for txn in self.log if txn[0] <= zxid]
        self.synced = len(self.log)
        return True


class Server:
    """One server of the world: a Peer, its disk, its tree, its connections."""

    def __init__(self, sid: int) -> None:
        """Be switched off, with an empty disk."""
        self.sid = sid
        self.disk = Disk()
        self.life = 0  # counts boots; what is addressed to an older life is lost
        self.up = False
        self.peer: Peer
        self.tree: list[Txn] = []
        self.listening = False
        self.timers: dict[str, int] = {}
        self.behind_sync: list[list[Any]] = []
        self.syncing = False
        self.incoming_tree: tuple[Txn, ...] = ()

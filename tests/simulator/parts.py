"""What a simulated world is made of: faults, disks, servers, cables."""

from collections import deque
from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

from node.peer import Peer

Txn = tuple[int, bytes]


class Faults(NamedTuple):
    """How unfriendly this world is; drawn from the seed ("swarm")."""

    loss: float  # of election notifications
    delay_ms: int  # of any message, at most
    sync_ms: int  # of one fdatasync, at most
    crash_every_ms: int
    cut_every_ms: int
    reset_every_ms: int  # a quorum connection breaks
    snapshots: bool

    @classmethod
    def drawn(cls, chance: Random) -> "Faults":
        """Draw a mix of faults."""
        return cls(
            loss=chance.choice([0, 0.05, 0.3]),
            delay_ms=chance.choice([2, 20, 150]),
            sync_ms=chance.choice([1, 5, 60]),
            crash_every_ms=chance.choice([2_000, 5_000, 20_000]),
            cut_every_ms=chance.choice([2_000, 6_000, 20_000]),
            reset_every_ms=chance.choice([1_000, 5_000, 20_000]),
            snapshots=chance.random() < 0.5,
        )


class Disk:
    """What one server has written; a crash keeps what was synced, and perhaps more."""

    def __init__(self) -> None:
        """Begin empty."""
        self.snapshot: tuple[Txn, ...] = ()
        self.log: list[Txn] = []  # behind the snapshot
        self.synced = 0  # so many entries of the log survive a crash
        self.epochs: dict[str, int] = {}

    def lose_power(self, chance: Random) -> None:
        """Keep everything synced and a random piece of the rest."""
        del self.log[chance.randint(self.synced, len(self.log)) :]
        self.synced = len(self.log)

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
        self.links: dict[int, Cable] = {}
        self.timers: dict[str, int] = {}
        self.behind_sync: list[list[Any]] = []
        self.syncing = False
        self.incoming_tree: tuple[Txn, ...] = ()


class Cable:
    """One quorum connection: two ends, each with a link number at its server."""

    def __init__(self, ends: dict[int, int]) -> None:
        """Know {sid: link} of both ends."""
        self.ends = ends
        self.open = True
        self.queues: dict[int, deque[Any]] = {sid: deque() for sid in ends}


class Fault:
    """Something that stops happening when the world heals."""

    def __init__(self, act: Callable[[], None]) -> None:
        """Wrap an act."""
        self.act = act

    def __call__(self) -> None:
        """Do it."""
        self.act()

"""A store on a disk in memory, whose workers and clock are in a test's hand."""

from pathlib import Path
from typing import Any

from node.config import load_config
from node.storage.store import Done, Job, Store, StoreEnvironment
from node.tree.acl import OPEN_ID
from node.tree.znodes import Tree, Znode
from node.wire.client import ACL, Id, Op
from node.wire.jute import pack
from node.wire.txn import CreateTxn, TxnHeader, pack_entry
from tests.unit.memory_disk import MemoryDisk

OPEN = (ACL(31, Id("world", "anyone")),)


class Worker:
    """Does a job when the test says so."""

    def __init__(self) -> None:
        self.jobs: list[tuple[Job, Done]] = []
        self.closed = False

    def start(self, job: Job, done: Done) -> None:
        assert not self.jobs, "one job at a time"
        self.jobs.append((job, done))

    def work(self) -> None:
        """Do the job that waits, and say how it ended."""
        job, done = self.jobs.pop()
        try:
            job()
        except OSError as error:
            done(error)
        else:
            done(None)

    def work_all(self) -> int:
        """Do jobs until there is none; return how many it were."""
        count = 0
        while self.jobs:
            self.work()
            count += 1
        return count

    def finish(self) -> None:
        if self.jobs:
            job, _ = self.jobs.pop()
            job()

    def close(self) -> None:
        self.closed = True


class Bench:
    """A store and all that it does to what is around it."""

    def __init__(self, folder: Path, *lines: str) -> None:
        """`lines` are added to zoo.cfg."""
        config = folder / "zoo.cfg"
        text = "\n".join((f"dataDir={folder}", "clientPort=0", *lines))
        config.write_text(text + "\n")
        self.disk, self.logs = MemoryDisk(), MemoryDisk()
        self.syncer, self.snapper = Worker(), Worker()
        self.said: list[Any] = []  # events, batches and "settle", as they came
        self.failed: list[OSError] = []
        self.drawn: list[int] = []
        self.draw = 0
        self.now_ms = 0
        env = StoreEnvironment(
            *(self.disk, self.logs, self.syncer, self.snapper),
            publish=lambda note: self.said.append(note.event),
            fail=self.failed.append,
            logged=lambda *batch: self.said.append(batch),
            settle=lambda: self.said.append("settle"),
            now_ms=lambda: self.now_ms,
            draw=self._draw,
        )
        self.store = Store(load_config(str(config)), env)

    def _draw(self, most: int) -> int:
        self.drawn.append(most)
        return self.draw

    def append(self, *zxids: int) -> None:
        for zxid in zxids:
            self.store.append(zxid, create(zxid))

    def logged(self) -> list[int]:
        """Return the transactions that the disk holds."""
        return [zxid for zxid, _ in self.store.log.read(0)]


def create(zxid: int) -> bytes:
    """Return a transaction that makes /n<zxid>."""
    record = pack(CreateTxn(f"/n{zxid}", b"", OPEN, False, zxid))
    return pack_entry(TxnHeader(5, 1, zxid, 10, Op.CREATE), record)


def wide(nodes: int, size: int) -> Tree:
    """Return a tree with so many nodes of this many bytes."""
    tree = Tree()
    for number in range(nodes):
        data = bytes([number % 256]) * size
        tree.insert(f"/w{number}", Znode(data, OPEN_ID, 0, 1))
    return tree

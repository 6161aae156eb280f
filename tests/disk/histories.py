"""A history of creations, and what a disk may hold of it after the power went.

Transaction N of an epoch creates /eE-N, so a tree shows which ones it has seen,
and an invented or a missing one cannot hide.
"""

from functools import cache
from typing import NamedTuple

from node.storage.disk import StorageError
from node.storage.recovery import Recovery, recover
from node.storage.snapshot import file_chunks
from node.storage.txnlog import TxnLog
from node.tree.apply import apply
from node.tree.znodes import Tree
from node.wire.client import ACL, Id, Op
from node.wire.jute import pack
from node.wire.txn import CreateTxn, TxnHeader, pack_entry
from node.zxid import counter_of, epoch_of
from tests.disk.power import Image, PowerDisk

OPEN = (ACL(31, Id("world", "anyone")),)
BASE = b"".join(file_chunks(Tree(), 0))


@cache
def entry(zxid: int, size: int = 20) -> bytes:
    """Return the creation that bears this zxid, with so much data."""
    path = f"/e{epoch_of(zxid)}-{counter_of(zxid)}"
    record = pack(CreateTxn(path, bytes([zxid % 251]) * size, OPEN, False, -1))
    return pack_entry(TxnHeader(5, 1, zxid, 10, Op.CREATE), record)


def tree_of(zxids: list[int]) -> Tree:
    """Return the tree that these creations make."""
    tree = Tree()
    for zxid in zxids:
        apply(tree, entry(zxid))
    return tree


def snapshot_of(zxids: list[int]) -> bytes:
    """Return the snapshot file of the tree that these creations make."""
    return b"".join(file_chunks(tree_of(zxids), 0))


def written(disk: PowerDisk, zxids: list[int], size: int = 20) -> None:
    """Log transactions in one batch."""
    log = TxnLog(disk, preallocate_bytes=0)
    for zxid in zxids:
        log.append(zxid, entry(zxid, size))
    batch = log.take()
    if batch is not None:
        log.write(batch)


class Found(NamedTuple):
    """What recovery made of an image: transactions, or a refusal."""

    zxids: tuple[int, ...]
    refused: str = ""


def found(image: Image) -> Found:
    """Recover from an image; AssertionError if tree and zxid contradict each other."""
    disk = PowerDisk(image)
    try:
        recovery = recover(disk, disk)
    except StorageError as error:
        assert any(name in str(error) for name in image), f"no file named: {error}"
        return Found((), str(error))
    return Found(zxids_in(recovery))


def zxids_in(recovery: Recovery) -> tuple[int, ...]:
    """Return the transactions that a recovered tree has seen."""
    seen = []
    for path in recovery.tree.nodes:
        if path.startswith("/e"):
            epoch, _, counter = path[2:].partition("-")
            seen.append(int(epoch) << 32 | int(counter))
    zxids = tuple(sorted(seen))
    last = max(zxids, default=recovery.last_zxid)
    assert recovery.last_zxid == last, "it claims more, or less, than its tree holds"
    return zxids

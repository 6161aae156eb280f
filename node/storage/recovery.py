"""Recovery: the newest whole snapshot, then the log after it.

Everything in the log is applied, agreed on or not: whether a tail was committed
is decided by the next leader, which truncates it if it was not.  After
FileTxnSnapLog.restore.
"""

from collections import deque
from typing import NamedTuple

from node.storage.disk import Disk, StorageError
from node.storage.snapshot import load_file, snapshot_names, zxid_in
from node.storage.txnlog import TxnLog, check_files, log_names
from node.tree.apply import apply
from node.tree.znodes import Tree
from node.wire.jute import MalformedRecord

RECENT_MAX = 500  # commitLogCount: transactions kept to bring followers up to date
SNAPSHOTS_TRIED_MAX = 100


class Recovery(NamedTuple):
    """What a server has read back from its disk."""

    tree: Tree
    last_zxid: int  # of snapshot and log together
    snapshot_zxid: int  # -1: there was none
    replayed: int  # transactions taken from the log
    recent: list[tuple[int, bytes]]  # the last of them, oldest first
    torn: bool  # a record written in part was dropped


def recover(snap_disk: Disk, log_disk: Disk) -> Recovery:
    """Read back snapshot and log; both disks may be the same.

    Raises StorageError when what is there cannot be trusted.  An empty log file
    that a crash left at the end is deleted.
    """
    tree, snapshot_zxid = _newest_snapshot(snap_disk)
    logs = log_names(log_disk.names())
    if snapshot_zxid < 0 and logs:
        raise StorageError(
            f"{logs[0]}: no snapshot found, but there are log entries. "
            "Something is broken!"
        )
    empty = check_files(log_disk)
    if empty is not None:
        log_disk.remove(empty)
    log = TxnLog(log_disk)
    recent: deque[tuple[int, bytes]] = deque(maxlen=RECENT_MAX)
    replayed = 0
    for zxid, entry in log.read(max(snapshot_zxid, 0)):
        try:
            apply(tree, entry)
        except MalformedRecord as error:
            raise StorageError(f"log, zxid 0x{zxid:x}: {error}") from error
        recent.append((zxid, entry))
        replayed += 1
    last_zxid = tree.processed_zxid
    return Recovery(tree, last_zxid, snapshot_zxid, replayed, list(recent), log.torn)


def _newest_snapshot(disk: Disk) -> tuple[Tree, int]:
    """Return the newest snapshot that is whole, and its zxid; or a new tree, -1."""
    names = snapshot_names(disk.names())
    for name in names[:SNAPSHOTS_TRIED_MAX]:
        try:
            tree = load_file(disk.read(name), name)
        except StorageError:
            continue  # half written when the node died: the one before is older
        tree.processed_zxid = zxid_in(name) or 0
        return tree, tree.processed_zxid
    if names:
        raise StorageError(f"{names[0]}: not able to find valid snapshots")
    return Tree(), -1

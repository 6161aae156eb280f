"""Recovery: the newest whole snapshot, the log after it, or a refusal by name."""

import pytest

from node.storage.disk import StorageError
from node.storage.recovery import RECENT_MAX, recover
from node.storage.snapshot import file_chunks
from node.storage.txnlog import TxnLog
from node.tree.apply import apply
from node.tree.znodes import Tree
from node.wire.client import ACL, Id, Op
from node.wire.jute import pack
from node.wire.txn import CreateTxn, TxnHeader, pack_entry
from tests.unit.java import LOG, SNAPSHOT
from tests.unit.memory_disk import MemoryDisk

OPEN = (ACL(31, Id("world", "anyone")),)


def create(zxid: int) -> bytes:
    record = pack(CreateTxn(f"/n{zxid}", b"", OPEN, False, zxid))
    return pack_entry(TxnHeader(5, 1, zxid, 10, Op.CREATE), record)


def snapshot_at(zxid: int) -> bytes:
    tree = Tree()
    for one in range(1, zxid + 1):
        apply(tree, create(one))
    return b"".join(file_chunks(tree, zxid))


def disk_with(snapshots: list[int], zxids: range) -> MemoryDisk:
    disk = MemoryDisk()
    for zxid in snapshots:
        disk.replace(f"snapshot.{zxid:x}", snapshot_at(zxid))
    log = TxnLog(disk, preallocate_bytes=4096)
    for zxid in zxids:
        log.append(zxid, create(zxid))
    batch = log.take()
    if batch is not None:
        log.write(batch)
    return disk


def test_an_empty_disk_is_an_empty_tree() -> None:
    found = recover(MemoryDisk(), MemoryDisk())

    assert (found.last_zxid, found.snapshot_zxid, found.replayed) == (0, -1, 0)
    assert set(found.tree.nodes) == set(Tree().nodes)


def test_the_log_continues_where_the_snapshot_ends() -> None:
    disk = disk_with([0, 5], range(1, 10))
    found = recover(disk, disk)

    assert (found.last_zxid, found.snapshot_zxid, found.replayed) == (9, 5, 4)
    assert [zxid for zxid, _ in found.recent] == [6, 7, 8, 9]
    assert "/n9" in found.tree.nodes
    assert not found.torn


def test_what_java_left_is_recovered() -> None:
    disk = MemoryDisk()
    disk.replace("snapshot.0", snapshot_at(0))
    disk.replace("log.1", LOG + bytes(4096))
    disk.replace("snapshot.5d", SNAPSHOT)
    found = recover(disk, disk)

    assert found.snapshot_zxid == 0x5D
    assert found.last_zxid >= 0x5D


def test_only_the_last_five_hundred_are_kept_for_followers() -> None:
    disk = disk_with([0], range(1, 700))

    assert len(recover(disk, disk).recent) == RECENT_MAX


def test_a_broken_snapshot_gives_way_to_the_one_before() -> None:
    disk = disk_with([0, 5], range(1, 10))
    disk.files["snapshot.5"][40] ^= 1

    found = recover(disk, disk)

    assert (found.snapshot_zxid, found.replayed) == (0, 9)


def test_nothing_but_broken_snapshots_is_refused_by_name() -> None:
    disk = MemoryDisk()
    disk.replace("snapshot.5", b"ZKSN")
    with pytest.raises(StorageError, match=r"snapshot\.5"):
        recover(disk, disk)


def test_a_log_without_a_snapshot_is_refused() -> None:
    disk = disk_with([], range(1, 3))
    with pytest.raises(StorageError, match=r"log\.1: no snapshot found"):
        recover(disk, disk)


def test_a_record_that_does_not_fit_its_checksum_is_refused() -> None:
    disk = disk_with([0], range(1, 5))
    disk.files["log.1"][80] ^= 1
    with pytest.raises(StorageError, match=r"log\.1: CRC check failed"):
        recover(disk, disk)


def test_a_torn_tail_is_dropped_and_said_so() -> None:
    disk = disk_with([0], range(1, 5))
    whole = bytes(disk.files["log.1"]).rstrip(b"\0")
    disk.replace("log.1", whole[:-3])

    found = recover(disk, disk)

    assert (found.last_zxid, found.torn) == (3, True)


def test_an_empty_log_file_at_the_end_is_deleted() -> None:
    disk = disk_with([0], range(1, 5))
    disk.write("log.5", 0, b"")

    assert recover(disk, disk).last_zxid == 4
    assert "log.5" not in disk.names()


def test_snapshots_and_logs_may_lie_on_two_disks() -> None:
    both = disk_with([0], range(1, 5))
    snaps, logs = MemoryDisk(), MemoryDisk()
    snaps.replace("snapshot.0", both.read("snapshot.0"))
    logs.replace("log.1", both.read("log.1"))

    assert recover(snaps, logs).last_zxid == 4


def test_a_record_that_is_no_transaction_is_refused_by_its_zxid() -> None:
    disk = disk_with([0], range(1, 3))
    log = TxnLog(disk, preallocate_bytes=0)
    log.append(3, pack_entry(TxnHeader(5, 1, 3, 10, Op.CREATE), b"?"))
    batch = log.take()
    assert batch is not None
    log.write(batch)
    with pytest.raises(StorageError, match="log, zxid 0x3"):
        recover(disk, disk)


@pytest.mark.parametrize(("broken", "found"), [(99, True), (100, False)])
def test_a_hundred_snapshots_are_tried(broken: int, *, found: bool) -> None:
    disk = disk_with([0], range(1, 3))
    for zxid in range(10, 10 + broken):
        disk.replace(f"snapshot.{zxid:x}", b"ZKSN")
    if found:
        assert recover(disk, disk).snapshot_zxid == 0
    else:
        with pytest.raises(StorageError, match="not able to find valid snapshots"):
            recover(disk, disk)


def test_the_last_zxid_is_the_snapshots_where_the_log_says_no_more() -> None:
    disk = disk_with([0, 5], range(1, 4))
    found = recover(disk, disk)
    assert (found.last_zxid, found.replayed, found.recent) == (5, 0, [])
    assert found.tree.processed_zxid == 5

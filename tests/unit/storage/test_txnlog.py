"""The log: its bytes, its batches, and every way a tail can be torn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.storage.disk import StorageError
from node.storage.txnlog import HEADER, TxnLog, check_files, files_after, log_names
from node.wire.txn import TxnHeader, pack_entry, zxid_of
from tests.unit.java import LOG
from tests.unit.memory_disk import MemoryDisk


def entry(zxid: int, size: int = 10) -> bytes:
    return pack_entry(TxnHeader(1, 1, zxid, 1, -1), b"x" * size)


def written(*zxids: int, disk: MemoryDisk | None = None) -> MemoryDisk:
    disk = disk or MemoryDisk()
    log = TxnLog(disk, preallocate_bytes=1024)
    for zxid in zxids:
        log.append(zxid, entry(zxid))
    batch = log.take()
    assert batch is not None
    log.write(batch)
    return disk


def zxids_in(disk: MemoryDisk, after: int = 0) -> list[int]:
    return [zxid for zxid, _ in TxnLog(disk).read(after)]


def test_a_log_of_java_is_read_and_written_again_byte_for_byte() -> None:
    disk = MemoryDisk()
    disk.write("log.1", 0, LOG + bytes(1000))
    entries = list(TxnLog(disk).read(0))
    assert [zxid for zxid, _ in entries] == list(range(1, 0x60))[: len(entries)]

    copy = MemoryDisk()
    log = TxnLog(copy, preallocate_bytes=0)
    for zxid, one in entries:
        log.append(zxid, one)
    batch = log.take()
    assert batch is not None
    log.write(batch)

    assert copy.read("log.1") == LOG


def test_a_fresh_log_is_header_plus_reserve_as_in_zookeeper() -> None:
    disk = MemoryDisk()
    log = TxnLog(disk)
    log.append(0x700000001, entry(0x700000001))
    batch = log.take()
    assert batch is not None
    log.write(batch)

    assert disk.names() == ["log.700000001"]
    assert disk.size("log.700000001") == 67_108_880


def test_nothing_is_on_the_disk_before_write() -> None:
    disk = MemoryDisk()
    log = TxnLog(disk)
    log.append(1, entry(1))

    assert disk.names() == []
    assert log.take() is not None
    assert log.take() is None


def test_one_sync_serves_a_whole_batch() -> None:
    disk = written(1)
    before = disk.syncs
    log = TxnLog(disk, preallocate_bytes=0)
    log.roll()
    for zxid in range(2, 50):
        log.append(zxid, entry(zxid))
    batch = log.take()
    assert batch is not None
    assert (batch.first, batch.last, batch.txns) == (2, 49, 48)
    log.write(batch)

    assert disk.syncs - before == 2  # the new file's header, then the batch
    disk.crash()
    assert zxids_in(disk) == list(range(1, 50))


def test_the_reserve_grows_ahead_of_the_records() -> None:
    disk = MemoryDisk()
    log = TxnLog(disk, preallocate_bytes=8192)
    for zxid in range(1, 40):
        log.append(zxid, entry(zxid, 1000))
        batch = log.take()
        assert batch is not None
        log.write(batch)
        assert (disk.size("log.1") - 16) % 8192 == 0

    assert zxids_in(disk) == list(range(1, 40))


def test_rolling_begins_a_new_file_named_after_its_first_record() -> None:
    disk = MemoryDisk()
    log = TxnLog(disk, preallocate_bytes=0)
    log.append(1, entry(1))
    log.roll()
    log.append(2, entry(2))
    log.roll()
    batch = log.take()
    assert batch is not None
    log.write(batch)
    log.append(0x1F, entry(0x1F))
    batch = log.take()
    assert batch is not None
    log.write(batch)

    assert log_names(disk.names()) == ["log.1", "log.2", "log.1f"]


def test_a_restart_begins_a_new_file() -> None:
    disk = written(1, 2)
    written(3, disk=disk)

    assert log_names(disk.names()) == ["log.1", "log.3"]
    assert zxids_in(disk) == [1, 2, 3]


def test_a_failed_sync_goes_up() -> None:
    disk = written(1)
    disk.fail_sync = True
    with pytest.raises(OSError, match="planned"):
        written(2, disk=disk)


def test_reading_begins_in_the_file_that_may_hold_the_next_zxid() -> None:
    names = ["log.1", "log.a", "log.14", "snapshot.5", "log.zz"]

    assert files_after(names, 0) == ["log.1", "log.a", "log.14"]
    assert files_after(names, 8) == ["log.1", "log.a", "log.14"]
    assert files_after(names, 9) == ["log.a", "log.14"]
    assert files_after(names, 0x20) == ["log.14"]


def test_reading_stops_at_the_zxid_that_is_known_to_be_durable() -> None:
    disk = written(1, 2, 3)

    assert [zxid for zxid, _ in TxnLog(disk).read(0, up_to_zxid=2)] == [1, 2]
    assert zxids_in(disk, after=2) == [3]


def test_reading_up_to_where_it_begins_yields_nothing() -> None:
    disk = written(3, 4, disk=written(1, 2))
    assert list(TxnLog(disk).read(2, up_to_zxid=2)) == []


FOUR = written(1, 2, 3, 4).read("log.1").rstrip(b"\0")
ENDS = [
    len(HEADER) + n * (len(FOUR) - len(HEADER)) // 4 for n in range(5)
]  # where each record ends; they are of one size


@pytest.mark.parametrize("padding", [0, 100])
@pytest.mark.parametrize("size", range(len(HEADER), len(FOUR) + 1))
def test_a_tail_torn_at_any_byte_loses_only_the_record_it_tears(
    size: int, padding: int
) -> None:
    disk = MemoryDisk()
    disk.write("log.1", 0, FOUR[:size] + bytes(padding))
    whole = sum(end <= size for end in ENDS) - 1
    log = TxnLog(disk)

    # A hole inside a record that still has its end mark would be decay; a tail
    # of zeros has none, so it is a torn tail and no more.
    assert [zxid for zxid, _ in log.read(0)] == list(range(1, whole + 1))
    if size not in ENDS and any(FOUR[ENDS[whole] : size]):
        length_came = size >= ENDS[whole] + 12
        assert log.torn is (length_came or padding == 0)


@given(st.integers(0, (len(FOUR) - len(HEADER)) * 8 - 1))
def test_a_flipped_bit_is_found_or_ends_the_log_but_invents_nothing(bit: int) -> None:
    data = bytearray(FOUR + bytes(50))
    data[len(HEADER) + bit // 8] ^= 1 << bit % 8
    disk = MemoryDisk()
    disk.write("log.1", 0, bytes(data))

    try:
        entries = list(TxnLog(disk).read(0))
    except StorageError as error:
        assert "log.1" in str(error)
        return
    assert [zxid for zxid, _ in entries] == list(range(1, len(entries) + 1))
    assert all(one == entry(zxid) for zxid, one in entries)


def test_after_a_torn_record_the_next_file_follows() -> None:
    disk = MemoryDisk()
    disk.write("log.1", 0, FOUR[: ENDS[2] + 20])
    written(3, 4, disk=disk)

    assert zxids_in(disk) == [1, 2, 3, 4]


def test_a_first_record_that_was_torn_is_written_over() -> None:
    disk = MemoryDisk()
    disk.write("log.1", 0, FOUR[:30])
    written(1, 2, disk=disk)

    assert zxids_in(disk) == [1, 2]


def test_truncation_cuts_after_the_record_and_deletes_later_files() -> None:
    disk = written(1, 2, 3)
    written(4, 5, disk=disk)
    log = TxnLog(disk)

    log.truncate(2)

    assert disk.names() == ["log.1"]
    assert disk.size("log.1") == ENDS[2]
    assert zxids_in(disk) == [1, 2]
    disk.crash()
    assert zxids_in(disk) == [1, 2]


def test_truncation_to_a_zxid_between_records_keeps_what_is_before() -> None:
    disk = written(0x100000001, 0x100000002, 0x200000001)

    TxnLog(disk).truncate(0x1FFFFFFFF)

    assert zxids_in(disk) == [0x100000001, 0x100000002]


def test_after_truncation_the_next_append_begins_a_new_file() -> None:
    disk = written(1, 2, 3)
    log = TxnLog(disk, preallocate_bytes=0)
    log.truncate(2)
    log.append(0x100000001, entry(0x100000001))
    batch = log.take()
    assert batch is not None
    log.write(batch)

    assert log_names(disk.names()) == ["log.1", "log.100000001"]
    assert zxids_in(disk) == [1, 2, 0x100000001]


def test_an_empty_file_at_the_end_may_go_and_nowhere_else() -> None:
    disk = written(1)
    disk.write("log.2", 0, bytes(5000))
    assert check_files(disk) == "log.2"

    written(3, disk=disk)
    with pytest.raises(StorageError, match=r"log\.2"):
        check_files(disk)


@pytest.mark.parametrize("kept", range(len(HEADER.rstrip(b"\0"))))
@pytest.mark.parametrize("zeros", [0, 5000])
def test_a_torn_header_at_the_end_may_go(kept: int, zeros: int) -> None:
    """Seed 733908391: a header is durable before any record, so nothing is lost."""
    disk = written(1)
    disk.write("log.2", 0, HEADER[:kept] + bytes(zeros))
    assert check_files(disk) == "log.2"


def test_a_torn_header_with_records_behind_it_is_refused() -> None:
    disk = written(1)
    disk.write("log.2", 0, HEADER[:2].ljust(len(HEADER), b"\0") + b"records")

    with pytest.raises(StorageError, match=r"log\.2: not a transaction log"):
        check_files(disk)


def test_a_file_that_is_no_log_is_refused() -> None:
    disk = written(1)
    disk.write("log.2", 0, b"#!/bin/sh")

    with pytest.raises(StorageError, match=r"log\.2: not a transaction log"):
        check_files(disk)


def test_records_larger_than_what_is_read_at_once_are_read() -> None:
    disk = MemoryDisk()
    log = TxnLog(disk, preallocate_bytes=0)
    for zxid in range(1, 8):
        log.append(zxid, entry(zxid, 900_000))
    batch = log.take()
    assert batch is not None
    log.write(batch)

    assert [zxid_of(one) for _, one in TxnLog(disk).read(0)] == list(range(1, 8))

"""The log at its limits: names, holes, lengths, the reserve, what a cut forgets."""

import pytest

from node.storage.disk import StorageError
from node.storage.txnlog import (
    ENTRY_MAX,
    HEADER,
    TxnLog,
    end_of_log,
    files_after,
    first_zxid,
    follows,
    half_a_record,
    is_log,
    torn_record,
    whole_records,
)
from tests.unit.memory_disk import MemoryDisk
from tests.unit.storage.test_txnlog import ENDS, FOUR, entry, written, zxids_in

# --- names and zxids ------------------------------------------------------------------


def test_the_next_zxid_is_one_more_or_the_first_of_a_newer_epoch() -> None:
    assert follows(0x100000004, 0x100000005)
    assert follows(0x100000004, 0x200000001)
    assert follows(0x100000004, 0x500000001)
    assert not follows(0x100000004, 0x100000004)
    assert not follows(0x100000004, 0x100000006)
    assert not follows(0x100000004, 0x200000002)
    assert not follows(0x100000004, 0x200000000)
    assert not follows(0x100000004, 0x100000001)
    assert not follows(0x200000004, 0x100000001)


def test_a_hole_is_decay_and_refused() -> None:
    with pytest.raises(StorageError, match=r"log\.1: zxid 0x4 after 0x2"):
        zxids_in(written(1, 2, 4))


def test_a_log_is_known_by_its_name() -> None:
    assert is_log("log.1f")
    assert not is_log("log.zz")
    assert not is_log("snapshot.1")
    assert first_zxid("log.1f") == 0x1F
    with pytest.raises(AssertionError, match=r"snapshot\.1 is no log file"):
        first_zxid("snapshot.1")


def test_reading_from_before_the_first_file_begins_with_it() -> None:
    assert files_after(["log.5", "log.9"], 1) == ["log.5", "log.9"]
    assert files_after([], 1) == []


def test_the_end_of_the_log_is_behind_its_last_whole_record() -> None:
    assert end_of_log(MemoryDisk()) is None
    disk = written(1, 2)
    assert end_of_log(disk) == ("log.1", ENDS[2])
    written(3, disk=disk)
    assert end_of_log(disk) == ("log.3", ENDS[1])
    disk.write("log.9", 0, HEADER)
    assert end_of_log(disk) == ("log.9", len(HEADER))


def test_records_are_counted_and_halved() -> None:
    records = FOUR[len(HEADER) :]
    assert whole_records(records) == 4
    assert whole_records(b"") == 0
    assert whole_records(records[: ENDS[1] - len(HEADER)]) == 1
    half = half_a_record(records)
    size = ENDS[1] - ENDS[0]
    assert records.startswith(half)
    torn = torn_record()
    assert 2 * (len(torn) - 12) == int.from_bytes(torn[8:12], "big")
    assert 12 + 32 // 2 < len(half) < size - 1, "its length is whole, its entry is not"


@pytest.mark.parametrize("tear", [torn_record(), half_a_record(FOUR[len(HEADER) :])])
def test_half_a_record_at_the_end_is_a_torn_tail(tear: bytes) -> None:
    disk = written(1, 2)
    disk.write("log.1", ENDS[2], tear)
    log = TxnLog(disk)
    assert [zxid for zxid, _ in log.read(0)] == [1, 2]
    assert log.torn
    disk.truncate("log.1", ENDS[2])
    assert [zxid for zxid, _ in log.read(0)] == [1, 2]
    assert not log.torn


# --- limits ---------------------------------------------------------------------------


@pytest.mark.parametrize("length", [1, 31, ENTRY_MAX + 1, -1])
def test_a_length_that_no_record_has_is_refused(length: int) -> None:
    disk = written(1)
    field = (7).to_bytes(8, "big") + length.to_bytes(4, "big", signed=True)
    disk.write("log.1", ENDS[1], field)
    message = rf"log\.1: unreasonable length {length} at offset {ENDS[1]}"
    with pytest.raises(StorageError, match=message):
        zxids_in(disk)


@pytest.mark.parametrize("size", [0, ENTRY_MAX - 32])
def test_the_smallest_and_the_largest_record_are_read(size: int) -> None:
    disk = MemoryDisk()
    log = TxnLog(disk, preallocate_bytes=0)
    for zxid in (1, 2):
        log.append(zxid, entry(zxid, size))
    batch = log.take()
    assert batch is not None
    log.write(batch)
    entries = list(TxnLog(disk).read(0))
    assert [len(one) for _, one in entries] == [32 + size] * 2


def test_a_checksum_that_is_wrong_names_the_place() -> None:
    disk = written(1, 2)
    disk.files["log.1"][ENDS[1] + 20] ^= 1
    with pytest.raises(StorageError, match=f"CRC check failed at offset {ENDS[1]}"):
        zxids_in(disk)


def reserved(disk: MemoryDisk, *sizes: int) -> list[int]:
    """Write records of these sizes; return the size of the file after each."""
    log = TxnLog(disk, preallocate_bytes=10_000)
    found = []
    for zxid, size in enumerate(sizes, 1):
        log.append(zxid, entry(zxid, size - 32 - 13))
        batch = log.take()
        assert batch is not None
        log.write(batch)
        found.append(disk.size("log.1") - len(HEADER))
    assert zxids_in(disk) == list(range(1, len(sizes) + 1))
    return found


MARGIN = 4096


def test_the_reserve_grows_before_the_margin_is_used_up() -> None:
    """A file with less than 4096 bytes of reserve left is extended first."""
    left = 10_000 - 5000 - MARGIN
    assert reserved(MemoryDisk(), 5000, left - 1) == [10_000, 10_000]
    assert reserved(MemoryDisk(), 5000, left) == [10_000, 20_000]
    assert reserved(MemoryDisk(), 5000, 900, 100, 40_000) == [
        *(10_000, 10_000, 20_000, 60_000),
    ]
    assert reserved(MemoryDisk(), 10_000 - MARGIN) == [20_000]
    assert reserved(MemoryDisk(), 10_000 - MARGIN - 1) == [10_000]


def test_nothing_is_left_of_a_torn_file_that_is_written_over() -> None:
    """A long first record was torn; a short one comes in its place."""
    disk = written(1)
    long = MemoryDisk()
    reserved(long, 3000)
    disk.files["log.1"] = long.files["log.1"][:2900]
    written(1, disk=disk)
    log = TxnLog(disk)
    assert [zxid for zxid, _ in log.read(0)] == [1]
    assert not log.torn


def test_truncation_forgets_what_was_not_written() -> None:
    disk = written(1, 2, 3)
    log = TxnLog(disk, preallocate_bytes=0)
    log.append(4, entry(4))
    log.truncate(2)
    assert log.take() is None


def test_truncation_deletes_the_newest_files_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    disk = written(1)
    for zxid in (2, 3, 4):
        written(zxid, disk=disk)
    removed: list[str] = []
    remove = disk.remove

    def watched(name: str) -> None:
        removed.append(name)
        remove(name)

    monkeypatch.setattr(disk, "remove", watched)
    TxnLog(disk).truncate(1)
    assert removed == ["log.4", "log.3", "log.2"]
    assert disk.names() == ["log.1"]


def test_truncation_to_nothing_deletes_every_file() -> None:
    disk = written(1, 2)
    TxnLog(disk).truncate(0)
    assert disk.names() == []


def test_reading_stops_in_the_file_that_holds_the_last_durable_zxid() -> None:
    disk = written(1, 2)
    written(3, disk=disk)
    disk.write("log.3", len(HEADER), b"written in part, as we look")
    assert [zxid for zxid, _ in TxnLog(disk).read(0, up_to_zxid=2)] == [1, 2]


def test_what_torn_says_is_of_the_last_reading() -> None:
    disk = MemoryDisk()
    disk.write("log.1", 0, FOUR[:-3])
    log = TxnLog(disk)
    assert not log.torn
    assert len(list(log.read(0))) == 3
    assert log.torn
    disk.truncate("log.1", ENDS[3])
    list(log.read(0))
    assert not log.torn

"""The two promises: a number in a file, or none, or a refusal."""

import pytest

from node.storage.disk import StorageError
from node.storage.epochfiles import ACCEPTED, CURRENT, read_epoch, save_epoch
from tests.unit.memory_disk import MemoryDisk


def test_an_epoch_is_ascii_without_a_newline_and_survives_a_crash() -> None:
    disk = MemoryDisk()
    save_epoch(disk, ACCEPTED, 12)
    disk.crash()

    assert disk.read(ACCEPTED) == b"12"
    assert read_epoch(disk, ACCEPTED) == 12


def test_a_missing_file_is_no_epoch() -> None:
    assert read_epoch(MemoryDisk(), CURRENT) is None


def test_what_is_no_number_is_refused_by_name() -> None:
    disk = MemoryDisk()
    disk.replace(CURRENT, b"soon")

    with pytest.raises(StorageError, match="currentEpoch"):
        read_epoch(disk, CURRENT)


@pytest.mark.parametrize("text", [b"7\n", b"7\r\n", b"0", b"2147483647"])
def test_a_person_may_have_edited_the_file(text: bytes) -> None:
    disk = MemoryDisk()
    disk.replace(CURRENT, text)
    assert read_epoch(disk, CURRENT) == int(text)


@pytest.mark.parametrize("text", [b"2147483648", b"-1", b"", b"\n", b"1" * 400])
def test_what_is_no_epoch_is_refused(text: bytes) -> None:
    disk = MemoryDisk()
    disk.replace(CURRENT, text)
    with pytest.raises(StorageError, match="currentEpoch: not an epoch") as error:
        read_epoch(disk, CURRENT)
    assert len(str(error.value)) < 80, "the message shows no more than its beginning"

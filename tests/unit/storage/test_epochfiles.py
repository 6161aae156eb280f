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

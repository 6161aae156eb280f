"""The real disk does what the one in memory does."""

from pathlib import Path

from node.shell.files import Files
from node.storage.disk import Disk
from tests.unit.memory_disk import MemoryDisk


def exercise(disk: Disk) -> list[object]:
    """Use every operation; return all that can be seen of them."""
    seen: list[object] = []
    disk.write("a", 3, b"xyz")
    disk.write("a", 0, b"1")
    disk.sync("a")
    seen += [disk.read("a"), disk.size("a"), disk.size("none"), disk.names()]
    disk.write("b", 0, b"other")
    disk.sync("b")
    disk.write("a", 100, b"\0")
    seen += [disk.read("a", 2, 3), disk.read("a", 99), disk.read("a", 500, 5)]
    disk.truncate("a", 4)
    disk.replace("c", b"whole")
    disk.replace("c", b"anew")
    disk.rename("b", "d")
    disk.write("d", 0, b"O")
    disk.sync("d")
    disk.remove("none")
    disk.remove("a")
    seen += [disk.names(), disk.read("c"), disk.read("d")]
    return seen


def test_files_and_memory_agree(tmp_path: Path) -> None:
    assert exercise(Files(tmp_path / "made" / "for")) == exercise(MemoryDisk())


def test_a_file_that_was_replaced_is_not_written_through_the_old_one(
    tmp_path: Path,
) -> None:
    files = Files(tmp_path)
    files.write("a", 0, b"old")
    files.replace("a", b"new")
    files.write("a", 0, b"N")
    files.sync("a")
    files.close()

    assert (tmp_path / "a").read_bytes() == b"New"

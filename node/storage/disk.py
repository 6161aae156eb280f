"""What we ask of a disk: a handful of operations on the files of one folder.

Storage code is written against this protocol, so that the same code runs on the
real disk (`node.shell.files`) and on a simulated one that loses what was not
synced.  Every operation may raise OSError.  After a failed `sync` nobody knows
what is on the disk: the process must end and recover (Rebello et al., "Can
Applications Recover from fsync Failures?", USENIX ATC 2020).
"""

from typing import Protocol


class Disk(Protocol):
    """One folder of flat files."""

    def names(self) -> list[str]:
        """Return the names of all files, sorted."""

    def read(self, name: str, offset: int = 0, length: int = -1) -> bytes:
        """Return `length` bytes from `offset`, fewer at the end; -1: all of them."""

    def size(self, name: str) -> int:
        """Return a file's length in bytes; 0 if there is no such file."""

    def write(self, name: str, offset: int, data: bytes) -> None:
        """Write into a file, which is made or extended with zeros as needed."""

    def sync(self, name: str) -> None:
        """Make what was written to a file, and the file's name, survive a crash."""

    def replace(self, name: str, data: bytes) -> None:
        """Make `data` the whole of a file: durably, and all of it or nothing."""

    def rename(self, old: str, new: str) -> None:
        """Give a synced file its final name, durably; `new` is replaced."""

    def truncate(self, name: str, size: int) -> None:
        """Cut a file to `size` bytes, durably."""

    def remove(self, name: str) -> None:
        """Delete a file, durably; nothing happens if there is none."""


class StorageError(Exception):
    """What is on the disk cannot be trusted; the message names the file."""

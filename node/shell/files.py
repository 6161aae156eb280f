"""The real disk: one folder of files behind `node.storage.disk.Disk`.

The file that is being written (the current transaction log) stays open, so that
a group commit costs one `pwrite` and one `fdatasync`.  All methods block; the
shell calls them from the disk thread.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path


class Files:
    """A folder, made when it is missing."""

    def __init__(
        self, directory: str | Path, synced: Callable[[float], None] | None = None
    ) -> None:
        """Tell `synced` how long each `sync` took, in milliseconds."""
        self.directory = Path(directory)
        self._synced = synced
        self.directory.mkdir(parents=True, exist_ok=True)
        self._open_name = ""
        self._open_fd = -1
        self._unsynced_names: set[str] = set()
        self._names_synced = False  # a process before us may have been killed

    def names(self) -> list[str]:
        """Return the names of all files, sorted."""
        with os.scandir(self.directory) as entries:
            return sorted(entry.name for entry in entries if entry.is_file())

    def read(self, name: str, offset: int = 0, length: int = -1) -> bytes:
        """Return `length` bytes from `offset`, fewer at the end; -1: all of them."""
        with (self.directory / name).open("rb", buffering=0) as file:
            file.seek(offset)
            return file.read(length) or b""

    def size(self, name: str) -> int:
        """Return a file's length in bytes; 0 if there is no such file."""
        try:
            return (self.directory / name).stat().st_size
        except FileNotFoundError:
            return 0

    def write(self, name: str, offset: int, data: bytes) -> None:
        """Write into a file, which is made or extended with zeros as needed."""
        fd = self._fd(name)
        view = memoryview(data)
        while view:
            written = os.pwrite(fd, view, offset)
            view = view[written:]
            offset += written

    def sync(self, name: str) -> None:
        """Make what was written to a file, and the file's name, survive a crash."""
        began = time.perf_counter()
        os.fdatasync(self._fd(name))
        if self._synced is not None:
            self._synced((time.perf_counter() - began) * 1000)
        if name in self._unsynced_names or not self._names_synced:
            self._sync_directory()
            self._unsynced_names.discard(name)

    def replace(self, name: str, data: bytes) -> None:
        """Make `data` the whole of a file: durably, and all of it or nothing."""
        temporary = name + ".tmp"
        with (self.directory / temporary).open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        self.rename(temporary, name)

    def rename(self, old: str, new: str) -> None:
        """Give a synced file its final name, durably; `new` is replaced."""
        self._close({old, new})
        (self.directory / old).replace(self.directory / new)
        self._sync_directory()

    def truncate(self, name: str, size: int) -> None:
        """Cut a file to `size` bytes, durably."""
        fd = self._fd(name)
        os.ftruncate(fd, size)
        os.fsync(fd)

    def remove(self, name: str) -> None:
        """Delete a file, durably; nothing happens if there is none."""
        self._close({name})
        (self.directory / name).unlink(missing_ok=True)
        self._sync_directory()

    def close(self) -> None:
        """Let go of the open file."""
        self._close({self._open_name})

    def _fd(self, name: str) -> int:
        """Return the file's descriptor; the last one asked for stays open."""
        if name != self._open_name or self._open_fd < 0:
            self.close()
            path = self.directory / name
            if not path.exists():
                self._unsynced_names.add(name)
            self._open_fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            self._open_name = name
        return self._open_fd

    def _close(self, names: set[str]) -> None:
        if self._open_fd >= 0 and self._open_name in names:
            os.close(self._open_fd)
            self._open_fd = -1
        self._unsynced_names -= names

    def _sync_directory(self) -> None:
        """Make names durable: on ext4 a new file can vanish without this."""
        fd = os.open(self.directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
        self._names_synced = True

"""A disk that loses what was not synced, by the sector, when the power goes.

    written    in the cache: a killed process leaves it there, a power cut keeps
               any subset of its 512-byte sectors, the last one perhaps in part
    synced     on the platter, for good
    renamed    in the directory's journal: a power cut keeps a first part of it

It is `node.storage.disk.Disk`, so the node's own log, snapshot and recovery code
runs on it.  `burn` is called before each step, and may end the process there.
"""

from collections.abc import Callable
from random import Random

SECTOR = 512


class File:
    """One file's bytes: as the process sees them, and as the platter holds them."""

    __slots__ = ("data", "dirty", "platter")

    def __init__(self) -> None:
        """Begin empty."""
        self.data = bytearray()
        self.platter = bytearray()
        self.dirty: list[tuple[int, int]] = []  # from, to: written since the sync

    def write(self, offset: int, data: bytes) -> None:
        """Put bytes into the cache."""
        end = offset + len(data)
        if end > len(self.data):
            self.data.extend(bytes(end - len(self.data)))
        self.data[offset:end] = data
        self.dirty.append((offset, end))

    def sync(self) -> None:
        """Bring the cache to the platter."""
        for start, end in self.dirty:
            self._keep(start, end)
        del self.platter[len(self.data) :]
        self.dirty.clear()

    def truncate(self, size: int) -> None:
        """Cut it, on the platter too."""
        self.sync()
        del self.data[size:], self.platter[size:]

    def lose_power(self, chance: Random) -> None:
        """Keep some sectors of what was not synced: none, all, or any."""
        share = chance.choice((0.0, 0.5, 0.9, 1.0))
        for start, end in self.dirty:
            at = start
            while at < end:
                stop = min(end, (at // SECTOR + 1) * SECTOR)
                if chance.random() < share:
                    self._keep(at, stop)
                elif stop == end and share and chance.random() < 0.6:
                    self._keep(at, chance.randint(at, stop))  # torn
                at = stop
        self.data = bytearray(self.platter)
        self.dirty.clear()

    def _keep(self, start: int, end: int) -> None:
        if end > len(self.platter):
            self.platter.extend(bytes(end - len(self.platter)))
        self.platter[start:end] = self.data[start:end]


class SimDisk:
    """One folder of files."""

    def __init__(self, burn: Callable[[], None]) -> None:
        """Begin empty; `burn` may raise at any step."""
        self.burn = burn
        self.files: dict[str, File] = {}
        self.journaled: dict[str, File] = {}  # the names that a power cut leaves
        self.journal: list[dict[str, File]] = []  # the names after each change since
        self.failing_syncs = 0  # so many syncs from now on raise
        self.syncs = 0
        self.synced_only: dict[str, bytes] = {}  # what a cut would at least leave

    # --- the protocol -----------------------------------------------------------

    def names(self) -> list[str]:
        """Return the names of all files, sorted."""
        return sorted(self.files)

    def read(self, name: str, offset: int = 0, length: int = -1) -> bytes:
        """Return bytes from `offset` on; all of them if the length is -1."""
        if name not in self.files:
            raise FileNotFoundError(name)
        data = self.files[name].data
        return bytes(data[offset:] if length < 0 else data[offset : offset + length])

    def size(self, name: str) -> int:
        """Return a file's length; 0 if there is none."""
        file = self.files.get(name)
        return len(file.data) if file is not None else 0

    def write(self, name: str, offset: int, data: bytes) -> None:
        """Write into the cache."""
        self.burn()
        if name not in self.files:
            self.files[name] = File()
            self._changed()
        self.files[name].write(offset, data)

    def sync(self, name: str) -> None:
        """Make contents and name durable; or fail, as planned."""
        self.burn()
        if self.failing_syncs:
            self.failing_syncs -= 1
            raise OSError(5, "Input/output error")
        self.files[name].sync()
        self.syncs += 1
        if self.journal:
            self.burn()
            self._sync_names()

    def replace(self, name: str, data: bytes) -> None:
        """Write beside, sync, rename."""
        temporary = name + ".tmp"
        self.burn()
        self.files[temporary] = file = File()
        self._changed()
        file.write(0, data)
        self.burn()
        file.sync()
        self.rename(temporary, name)

    def rename(self, old: str, new: str) -> None:
        """Change a name, then make names durable; a cut may fall in between."""
        self.burn()
        self.files[new] = self.files.pop(old)
        self._changed()
        self.burn()
        self._sync_names()

    def truncate(self, name: str, size: int) -> None:
        """Cut a file, durably."""
        self.burn()
        self.files[name].truncate(size)

    def remove(self, name: str) -> None:
        """Delete a file, durably."""
        if self.files.pop(name, None) is not None:
            self._changed()
        self.burn()
        self._sync_names()

    # --- what may happen to it ----------------------------------------------------

    def lose_power(self, chance: Random) -> None:
        """Forget the cache: keep what was synced, and any part of the rest."""
        kept = chance.randint(0, len(self.journal))
        self.files = dict(self.journal[kept - 1] if kept else self.journaled)
        self.journaled, self.journal = dict(self.files), []
        self.synced_only = {
            name: bytes(file.platter) for name, file in self.files.items()
        }
        for file in self.files.values():
            file.lose_power(chance)

    def after_worst_cut(self) -> "SimDisk":
        """Return what a power cut leaves at least: a disk of its own."""
        left = SimDisk(lambda: None)
        for name, file in self.journaled.items():
            left.files[name] = kept = File()
            kept.data, kept.platter = bytearray(file.platter), bytearray(file.platter)
        left.journaled = dict(left.files)
        return left

    def repair(self) -> None:
        """Cut off what was never synced and cannot be read, as an operator would."""
        for name, data in self.synced_only.items():
            if name in self.files:
                self.files[name].data = bytearray(data)
                self.files[name].platter = bytearray(data)

    def _changed(self) -> None:
        self.journal.append(dict(self.files))

    def _sync_names(self) -> None:
        self.journaled, self.journal = dict(self.files), []

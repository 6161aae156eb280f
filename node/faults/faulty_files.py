"""A disk that a lab may make slow or full, and whose cache a power cut loses.

It keeps what each write since the last completed sync has replaced, so that a cut
can put it back: bytes, the length of the file, and whether the file was there at
all.  What is modelled is the whole cache lost, or all of it but a torn record;
`simulator.disk` loses any subset of sectors.  Renames, removals and truncations
are made durable in the same step, so a cut falls before or behind them, never in
between.
"""

import errno
import os
import threading
import time
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple, Protocol

from node.faults.node_faults import NodeFaults
from node.storage.disk import Disk
from node.storage.txnlog import (
    end_of_log,
    half_a_record,
    is_log,
    torn_record,
    whole_records,
)


class Folder(Disk, Protocol):
    """A real folder: a disk whose files can be reached by their paths, too."""

    directory: Path


class Undo(NamedTuple):
    """What one write has replaced."""

    name: str
    offset: int
    before: bytes
    size: int  # of the file before; -1: there was none
    written: bytes


class Lost(NamedTuple):
    """What a power cut took."""

    txns: int  # whole records of the log
    bytes: int
    torn: bool  # half a record is at the log's end


class FaultyFiles:
    """A folder whose disk has the faults that are active; it is a `Disk` itself."""

    def __init__(self, folder: Folder, faults: NodeFaults) -> None:
        """Wrap `folder`; look at `faults` at each operation."""
        self.folder = folder
        self.faults = faults
        self._step = threading.RLock()  # a power cut falls between two steps
        self._undo: list[Undo] = []

    # --- the disk ---------------------------------------------------------------

    def names(self) -> list[str]:
        """Return the names of all files, sorted."""
        return self.folder.names()

    def read(self, name: str, offset: int = 0, length: int = -1) -> bytes:
        """Return `length` bytes from `offset`, fewer at the end; -1: all of them."""
        return self.folder.read(name, offset, length)

    def size(self, name: str) -> int:
        """Return a file's length in bytes; 0 if there is no such file."""
        return self.folder.size(name)

    def write(self, name: str, offset: int, data: bytes) -> None:
        """Write into the cache, if there is space."""
        with self._step:
            self._need_space()
            size = self.size(name) if self._path(name).exists() else -1
            before = self.read(name, offset, len(data)) if size > offset else b""
            self._undo.append(Undo(name, offset, before, size, data))
            self.folder.write(name, offset, data)

    def sync(self, name: str) -> None:
        """Wait as long as the faults want, then sync: until then a cut loses it."""
        delay_ms = self.faults.fsync_delay_ms
        if delay_ms:
            time.sleep(delay_ms / 1000)
        with self._step:
            self.folder.sync(name)
            self._durable({name})

    def replace(self, name: str, data: bytes) -> None:
        """Replace a file, durably, if there is space."""
        with self._step:
            self._need_space()
            self.folder.replace(name, data)
            self._durable({name})

    def rename(self, old: str, new: str) -> None:
        """Rename, durably: nothing of either name can be undone any more."""
        with self._step:
            self.folder.rename(old, new)
            self._durable({old, new})

    def truncate(self, name: str, size: int) -> None:
        """Cut a file, which syncs it."""
        with self._step:
            self.folder.truncate(name, size)
            self._durable({name})

    def remove(self, name: str) -> None:
        """Delete a file, durably."""
        with self._step:
            self.folder.remove(name)
            self._durable({name})

    # --- the power cut ----------------------------------------------------------

    def lose_power(self, *, torn: bool) -> Lost:
        """Undo what no sync covers; nothing may be written after it.

        The lock is never released: the disk's thread ends with the process.
        """
        self._step.acquire()
        appended = [
            undo
            for undo in self._undo
            if is_log(undo.name) and undo.offset and any(undo.written)
        ]
        for undo in reversed(self._undo):
            self._put_back(undo)
        txns = sum(whole_records(undo.written) for undo in appended)
        lost = sum(len(undo.written) for undo in appended)
        left = torn and self._tear(appended)
        return Lost(txns, lost, left)

    def _put_back(self, undo: Undo) -> None:
        path = self._path(undo.name)
        if undo.size < 0:
            path.unlink(missing_ok=True)
            return
        with path.open("r+b", buffering=0) as file:
            file.seek(undo.offset)
            file.write(undo.before)
            file.truncate(undo.size)

    def _tear(self, appended: list[Undo]) -> bool:
        """Leave half of the first lost record, or half of one that never was."""
        if appended and self._path(appended[0].name).exists():
            name, at = appended[0].name, appended[0].offset
            half = half_a_record(appended[0].written)
        else:
            found = end_of_log(self)
            if found is None:
                return False
            (name, at), half = found, torn_record()
        with self._path(name).open("r+b", buffering=0) as file:
            file.seek(at)
            file.write(half)
        return True

    def _durable(self, names: Collection[str]) -> None:
        self._undo = [undo for undo in self._undo if undo.name not in names]

    def _need_space(self) -> None:
        if self.faults.full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _path(self, name: str) -> Path:
        return self.folder.directory / name

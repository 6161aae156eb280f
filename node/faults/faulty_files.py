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
from pathlib import Path
from typing import NamedTuple

from node.shell.files import Files
from node.shell.ills import Ills
from node.storage.txnlog import (
    end_of_log,
    half_a_record,
    is_log,
    torn_record,
    whole_records,
)


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


class FrailFiles(Files):
    """A folder on such a disk."""

    def __init__(self, directory: str | Path, ills: Ills) -> None:
        """Suffer what `ills` says, at each operation."""
        super().__init__(directory)
        self.ills = ills
        self._step = threading.RLock()  # a power cut falls between two steps
        self._undo: list[Undo] = []

    def write(self, name: str, offset: int, data: bytes) -> None:
        """Write into the cache, if there is space."""
        with self._step:
            self._need_space()
            size = self.size(name) if (self.directory / name).exists() else -1
            before = self.read(name, offset, len(data)) if size > offset else b""
            self._undo.append(Undo(name, offset, before, size, data))
            super().write(name, offset, data)

    def sync(self, name: str) -> None:
        """Wait as long as the ills want, then sync: until then a cut loses it."""
        delay_ms = self.ills.fsync_delay_ms
        if delay_ms:
            time.sleep(delay_ms / 1000)
        with self._step:
            super().sync(name)
            self._undo = [undo for undo in self._undo if undo.name != name]

    def replace(self, name: str, data: bytes) -> None:
        """Replace a file, if there is space."""
        with self._step:
            self._need_space()
            super().replace(name, data)

    def rename(self, old: str, new: str) -> None:
        """Rename; what was undone under the old name is durable under the new."""
        with self._step:
            super().rename(old, new)
            self._undo = [undo for undo in self._undo if undo.name not in (old, new)]

    def truncate(self, name: str, size: int) -> None:
        """Cut a file, which syncs it."""
        with self._step:
            super().truncate(name, size)
            self._undo = [undo for undo in self._undo if undo.name != name]

    def remove(self, name: str) -> None:
        """Delete a file."""
        with self._step:
            super().remove(name)
            self._undo = [undo for undo in self._undo if undo.name != name]

    def lose_power(self, *, torn: bool) -> Lost:
        """Undo what no sync covers; nothing may be written after it.

        The lock is never let go: the disk's thread ends with the process.
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
        path = self.directory / undo.name
        if undo.size < 0:
            path.unlink(missing_ok=True)
            return
        with path.open("r+b", buffering=0) as file:
            file.seek(undo.offset)
            file.write(undo.before)
            file.truncate(undo.size)

    def _tear(self, appended: list[Undo]) -> bool:
        """Leave half of the first lost record, or half of one that never was."""
        if appended and (self.directory / appended[0].name).exists():
            name, at = appended[0].name, appended[0].offset
            half = half_a_record(appended[0].written)
        else:
            found = end_of_log(self)
            if found is None:
                return False
            (name, at), half = found, torn_record()
        with (self.directory / name).open("r+b", buffering=0) as file:
            file.seek(at)
            file.write(half)
        return True

    def _need_space(self) -> None:
        if self.ills.full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

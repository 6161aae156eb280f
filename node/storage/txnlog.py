"""The transaction log: every proposal is written here before it is acknowledged.

A file is a 16-byte header and records, each with a checksum and an end mark; it
is named after the zxid of its first record.  Space is reserved 64 MiB at a time,
since syncing a file whose length does not change is faster.  The bytes:
docs/protocol/disk.md.

Two threads share a TxnLog.  The event loop calls `append`, `roll` and `take`;
the disk thread calls `write` with what was taken.  That is group commit: one
`fdatasync` serves every proposal that arrived while the previous one ran.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple
from zlib import adler32

from node.storage.disk import Disk, StorageError
from node.storage.names import zxid_behind
from node.wire.jute import BUFFER_MAX
from node.wire.txn import HEADER_BYTES, zxid_of
from node.zxid import counter_of, epoch_of

PREFIX = "log."
HEADER = struct.pack(">4siq", b"ZKLG", 2, 0)
END_MARK = b"B"
PREALLOCATE_BYTES = 64 << 20
MARGIN_BYTES = 4096  # extend the file before it is as full as this
ENTRY_MAX = 2 * BUFFER_MAX + 1024
READ_BYTES = 1 << 20

_RECORD = struct.Struct(">qi")  # checksum of the entry, its length


class Batch(NamedTuple):
    """What one `write` makes durable; None in `items` begins a new file."""

    items: list[tuple[int, bytes] | None]
    first: int  # zxid
    last: int
    txns: int  # how many


class TxnLog:
    """The log in one folder, appended to and cut, never changed in between."""

    def __init__(self, disk: Disk, preallocate_bytes: int = PREALLOCATE_BYTES) -> None:
        self.disk = disk
        self.torn = False  # the last `read` met a record that was written in part
        self._preallocate_bytes = preallocate_bytes
        self._waiting: list[tuple[int, bytes] | None] = []
        # The disk thread's: the file in use ("" until the next record) and how
        # far it is filled and reserved.
        self._name = ""
        self._end = 0
        self._size = 0

    def append(self, zxid: int, entry: bytes) -> None:
        """Put a transaction in line for the disk; nothing is durable yet."""
        self._waiting.append((zxid, entry))

    def roll(self) -> None:
        """Begin a new file with the next transaction."""
        self._waiting.append(None)

    def take(self) -> Batch | None:
        """Return everything appended since the last time; None if nothing was."""
        items = self._waiting
        entries = [item for item in items if item is not None]
        if not entries:
            return None
        self._waiting = []
        return Batch(items, entries[0][0], entries[-1][0], len(entries))

    def write(self, batch: Batch) -> None:
        """Make a batch durable; OSError means that the process must end."""
        parts: list[bytes] = []
        for item in batch.items:
            if item is None:
                self._flush(parts)
                self._name = ""
                continue
            zxid, entry = item
            if not self._name:
                self._begin(zxid)
            parts += (_RECORD.pack(adler32(entry), len(entry)), entry, END_MARK)
        self._flush(parts)

    def truncate(self, zxid: int) -> None:
        """Forget every transaction after `zxid`, durably.

        No batch may be on its way.  Later files go first, the newest before the
        older: a crash in between leaves a log without a gap.
        """
        self._waiting = []
        self._name = ""
        for name in reversed(log_names(self.disk.names())):
            if first_zxid(name) > zxid:
                self.disk.remove(name)
                continue
            end = len(HEADER)
            for kept, _, record_end in _records(self.disk, name, self):
                if kept > zxid:
                    break
                end = record_end
            self.disk.truncate(name, end)
            return

    def read(
        self, after_zxid: int, up_to_zxid: int | None = None
    ) -> Iterator[tuple[int, bytes]]:
        """Yield zxid and entry of every durable transaction after `after_zxid`.

        While the log is written to, `up_to_zxid` must be one that is durable:
        what comes behind it may be there in part.  Raises StorageError for a
        record whose checksum is wrong, and for a hole: that is no torn tail but
        decay, and skipping it would lose what was promised.
        """
        self.torn = False
        last = after_zxid
        for name in files_after(self.disk.names(), after_zxid):
            for zxid, entry, _ in _records(self.disk, name, self):
                if up_to_zxid is not None and zxid > up_to_zxid:
                    return
                if zxid > after_zxid:
                    if not follows(last, zxid):
                        raise StorageError(f"{name}: zxid 0x{zxid:x} after 0x{last:x}")
                    last = zxid
                    yield zxid, entry
                if zxid == up_to_zxid:
                    return

    def _begin(self, zxid: int) -> None:
        """Open a new file.

        Its header is durable before any record: so a file without one was never
        promised to anybody, and recovery may delete it.
        """
        name = f"{PREFIX}{zxid:x}"
        if self.disk.size(name):  # its first record was torn: that zxid comes again
            self.disk.truncate(name, 0)
        self.disk.write(name, 0, HEADER)
        self.disk.sync(name)
        self._name = name
        self._end = self._size = len(HEADER)

    def _flush(self, parts: list[bytes]) -> None:
        if not parts:
            return
        data = b"".join(parts)
        parts.clear()
        full = self._end + len(data) + MARGIN_BYTES
        if self._preallocate_bytes and full >= self._size:
            while full >= self._size:
                self._size += self._preallocate_bytes
            self.disk.write(self._name, self._size - 1, b"\0")  # a hole before it
        self.disk.write(self._name, self._end, data)
        self.disk.sync(self._name)
        self._end += len(data)


def follows(last: int, zxid: int) -> bool:
    """Return whether a zxid is the next one: of its epoch, or of a newer epoch."""
    new_epoch = epoch_of(zxid) > epoch_of(last) and counter_of(zxid) == 1
    return zxid == last + 1 or new_epoch


def log_names(names: list[str]) -> list[str]:
    """Return the log files among `names`, oldest first."""
    logs = [name for name in names if _zxid_in(name) is not None]
    return sorted(logs, key=first_zxid)


def first_zxid(name: str) -> int:
    """Return the zxid that a log file is named after."""
    zxid = _zxid_in(name)
    if zxid is None:
        raise AssertionError(f"{name} is no log file")
    return zxid


def files_after(names: list[str], zxid: int) -> list[str]:
    """Return the log files that may hold transactions after `zxid`, oldest first."""
    logs = log_names(names)
    older = sum(first_zxid(name) <= zxid + 1 for name in logs)
    return logs[max(older - 1, 0) :]


def check_files(disk: Disk) -> str | None:
    """Return the newest file if its header is not whole: it may go; refuse others.

    A crash between a file's creation and its header's sync leaves nothing, zeros
    or a part of the header.  Anywhere but at the end that means that records
    were lost.
    """
    logs = log_names(disk.names())
    for name in logs:
        head = disk.read(name, 0, len(HEADER))
        if head == HEADER:
            continue
        if name == logs[-1] and _only_part_of_a_header(disk, name):
            return name
        raise StorageError(f"{name}: not a transaction log: it begins with {head!r}")
    return None


def is_log(name: str) -> bool:
    """Return whether a file is one of the log's."""
    return _zxid_in(name) is not None


def end_of_log(disk: Disk) -> tuple[str, int] | None:
    """Return the newest file and the offset behind its last whole record."""
    names = log_names(disk.names())
    if not names:
        return None
    ends = [end for _, _, end in _records(disk, names[-1], TxnLog(disk))]
    return names[-1], ends[-1] if ends else len(HEADER)


def whole_records(data: bytes) -> int:
    """Return how many records these bytes, as they are appended, hold."""
    at = count = 0
    while at + _RECORD.size <= len(data):
        _, length = _RECORD.unpack_from(data, at)
        at += _RECORD.size + length + len(END_MARK)
        count += 1
    return count


def half_a_record(data: bytes) -> bytes:
    """Return what a torn write leaves of the first record in `data`."""
    _, length = _RECORD.unpack_from(data)
    return data[: _RECORD.size + length // 2]


def torn_record() -> bytes:
    """Return half of a record that nobody ever appended."""
    return _RECORD.pack(1, 2 * HEADER_BYTES) + b"\x01" * HEADER_BYTES


def _zxid_in(name: str) -> int | None:
    return zxid_behind(PREFIX, name)


def _only_part_of_a_header(disk: Disk, name: str) -> bool:
    """Return whether nothing but zeros follows a first part of the header."""
    pieces = range(0, disk.size(name), READ_BYTES)
    held = (disk.read(name, at, READ_BYTES).rstrip(b"\0") for at in pieces)
    return HEADER.startswith(next(held, b"")) and not any(held)


def _records(disk: Disk, name: str, log: TxnLog) -> Iterator[tuple[int, bytes, int]]:
    """Yield zxid, entry and end offset of every whole record of one file.

    The file is read piecewise: most of it is the reserve of zeros, where a
    record of length 0 says that the log ends.
    """
    at = len(HEADER)
    size = disk.size(name)
    held, start = disk.read(name, 0, READ_BYTES), 0
    if not held.startswith(HEADER):
        return
    while True:
        head = at - start
        if len(held) - head < ENTRY_MAX and start + len(held) < size:
            held, start = disk.read(name, at, READ_BYTES + ENTRY_MAX), at
            head = 0
        if len(held) - head < _RECORD.size:
            log.torn |= any(held[head:])
            return
        checksum, length = _RECORD.unpack_from(held, head)
        if length == 0:
            return
        if not HEADER_BYTES <= length <= ENTRY_MAX:
            raise StorageError(f"{name}: unreasonable length {length} at offset {at}")
        end = head + _RECORD.size + length
        if held[end : end + 1] != END_MARK:
            log.torn = True  # "Last transaction was partial."
            return
        entry = held[end - length : end]
        if adler32(entry) != checksum:
            raise StorageError(f"{name}: CRC check failed at offset {at}")
        at = start + end + 1
        yield zxid_of(entry), entry, at

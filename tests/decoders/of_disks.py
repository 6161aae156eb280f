"""Claims about what a disk holds: logs, snapshots, epochs."""

import struct
from zlib import adler32

from node.storage.disk import StorageError
from node.storage.epochfiles import read_epoch, save_epoch
from node.storage.recovery import recover
from node.storage.snapshot import (
    END,
    StreamReader,
    file_chunks,
    load_file,
    stream_chunks,
)
from node.storage.txnlog import HEADER, TxnLog
from node.tree.znodes import Tree
from node.wire import jute
from node.wire.jute import LONG, MalformedRecord
from tests.unit.memory_disk import MemoryDisk

_BASE = b"".join(file_chunks(Tree(), 0))
_LOG_RECORD = struct.Struct(">qi")


def check_log(data: bytes) -> None:
    """A log is read as transactions that are written again the same, or refused."""
    disk = MemoryDisk()
    disk.replace("snapshot.0", _BASE)
    disk.replace("log.1", _honest(data) if len(data) % 2 else data)
    try:
        recovery = recover(disk, disk)
    except StorageError as error:
        assert "log" in str(error), "the file is not named"
        return
    kept = recovery.recent
    assert [zxid for zxid, _ in kept] == [
        jute.LONG.unpack_from(e, 12)[0] for _, e in kept
    ]
    if not kept or adler32(data) % 4:
        return
    copy = MemoryDisk()
    log = TxnLog(copy, preallocate_bytes=0)
    for zxid, entry in kept:
        log.append(zxid, entry)
    batch = log.take()
    assert batch is not None
    log.write(batch)
    written = [item for name in copy.names() for item in _entries(copy.read(name))]
    assert written == [entry for _, entry in kept]


def _honest(data: bytes) -> bytes:
    """Return a log with right checksums, so that damage comes past them."""
    log = bytearray(data)
    log[: len(HEADER)] = HEADER
    at = len(HEADER)
    while at + 12 <= len(log):
        _, length = _LOG_RECORD.unpack_from(log, at)
        if not 0 < length <= len(log) - at - 13:
            break
        end = at + 12 + length
        _LOG_RECORD.pack_into(log, at, adler32(log[at + 12 : end]), length)
        log[end] = ord("B")
        at = end + 1
    return bytes(log)


def _entries(log: bytes) -> list[bytes]:
    found, at = [], len(HEADER)
    while at + 12 <= len(log):
        _, length = _LOG_RECORD.unpack_from(log, at)
        found.append(log[at + 12 : at + 12 + length])
        at += 13 + length
    return found


def check_snapshot(data: bytes) -> None:
    """A snapshot is a tree that is written and read again the same, or refused."""
    if len(data) % 2 and len(data) > 13:  # a right seal, so that damage comes past it
        data = data[:-13] + LONG.pack(adler32(data[:-13])) + END
    try:
        tree = load_file(data, "snapshot.7")
    except StorageError as error:
        assert "snapshot.7" in str(error)
        return
    once = b"".join(file_chunks(tree, 0))
    assert b"".join(file_chunks(load_file(once), 0)) == once


def check_stream(data: bytes) -> None:
    """The stream of a SNAP, the same in one piece and in pieces of any size."""
    outcomes = []
    size = 1 + adler32(data) % 400
    for step in (len(data) or 1, size):
        reader, rest, why = StreamReader(), None, ""
        try:
            for at in range(0, len(data), step):
                rest = reader.feed(data[at : at + step])
                if rest is not None:
                    rest += data[at + step :]
                    break
        except MalformedRecord as error:
            why = type(error).__name__
        written = b"".join(stream_chunks(reader.tree)) if rest is not None else b""
        outcomes.append((rest, why, written))
    assert outcomes[0] == outcomes[1]
    if outcomes[0][2]:
        again = StreamReader()
        assert again.feed(outcomes[0][2]) == b""
        assert b"".join(stream_chunks(again.tree)) == outcomes[0][2]


def check_epoch(data: bytes) -> None:
    """An epoch file holds one number or is refused."""
    disk = MemoryDisk()
    disk.replace("currentEpoch", data)
    try:
        epoch = read_epoch(disk, "currentEpoch")
    except StorageError as error:
        assert "currentEpoch" in str(error)
        return
    assert epoch is not None
    assert 0 <= epoch < 2**32
    save_epoch(disk, "currentEpoch", epoch)
    assert read_epoch(disk, "currentEpoch") == epoch

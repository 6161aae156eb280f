"""NodeFaults of disk and clock, and the power cut that loses what no sync covers."""

import asyncio
import errno
import json
from pathlib import Path
from typing import Any

import pytest

from node.fault_events import NodeFaultCleared, NodeFaultSet
from node.faults.commands import CommandRefused
from node.faults.faulty_files import FaultyFiles
from node.faults.node_faults import NodeFaults
from node.shell.files import Files
from node.storage.txnlog import TxnLog
from node.wire.txn import HEADER
from tests.unit import leaping


def no_faults() -> NodeFaults:
    return NodeFaults(lambda _note: None)


def ask(faults: NodeFaults, **order: Any) -> list[dict[str, Any]]:
    return faults.handle(json.dumps([{"id": "f1", **order}]).encode())


def entry(zxid: int) -> bytes:
    return HEADER.pack(1, 1, zxid, 0, -1) + b"\0\0\0\0"


def logged(
    folder: Path, faults: NodeFaults, zxids: range
) -> tuple[TxnLog, FaultyFiles]:
    disk = FaultyFiles(Files(folder), faults)
    log = TxnLog(disk, 1 << 16)
    for zxid in zxids:
        log.append(zxid, entry(zxid))
    batch = log.take()
    assert batch is not None
    log.write(batch)
    return log, disk


def unsynced(log: TxnLog, disk: FaultyFiles, zxids: range) -> None:
    """Write a batch whose sync never completes."""

    class PowerGoneError(Exception):
        pass

    def sync(_name: str) -> None:
        raise PowerGoneError

    for zxid in zxids:
        log.append(zxid, entry(zxid))
    batch = log.take()
    assert batch is not None
    disk.sync = sync  # type: ignore[method-assign, assignment]
    with pytest.raises(PowerGoneError):
        log.write(batch)


def read(folder: Path) -> tuple[list[int], bool]:
    log = TxnLog(FaultyFiles(Files(folder), no_faults()))
    return [zxid for zxid, _ in log.read(0)], log.torn


def test_a_power_cut_takes_what_no_sync_covers_and_nothing_else(tmp_path: Path) -> None:
    log, disk = logged(tmp_path, no_faults(), range(1, 4))
    size = disk.size("log.1")
    unsynced(log, disk, range(4, 6))
    lost = disk.lose_power(torn=False)
    assert (lost.txns, lost.torn) == (2, False)
    assert disk.size("log.1") == size
    assert read(tmp_path) == ([1, 2, 3], False)


def test_a_file_that_no_sync_covers_was_never_there(tmp_path: Path) -> None:
    disk = FaultyFiles(Files(tmp_path), no_faults())
    disk.write("snapshot.5.tmp", 0, b"half a tree")
    disk.lose_power(torn=False)
    assert disk.names() == []


@pytest.mark.parametrize("more", [range(4, 6), range(0)])
def test_a_torn_tail_is_seen_and_dropped(tmp_path: Path, more: range) -> None:
    log, disk = logged(tmp_path, no_faults(), range(1, 4))
    if more:
        unsynced(log, disk, more)
    assert disk.lose_power(torn=True).torn
    assert read(tmp_path) == ([1, 2, 3], True)


def test_a_full_disk_says_so_as_the_system_would(tmp_path: Path) -> None:
    faults = no_faults()
    log, _ = logged(tmp_path, faults, range(1, 2))
    ask(faults, action="full")
    log.append(2, entry(2))
    batch = log.take()
    assert batch is not None
    with pytest.raises(OSError, match="No space left") as failed:
        log.write(batch)
    assert failed.value.errno == errno.ENOSPC
    faults.clear()
    log.write(batch)
    assert read(tmp_path)[0] == [1, 2]


def test_node_faults_add_up_and_are_listed_until_cleared() -> None:
    happened: list[Any] = []
    faults = NodeFaults(lambda note: happened.append(note.event))
    ask(faults, action="clock", ms=-5000)
    listed = ask(faults, id="f2", action="clock", ms=2000)
    assert faults.clock_ms == -3000
    assert [(fault["id"], fault["kind"], fault["left_ms"]) for fault in listed] == [
        ("f1", "clock", None),
        ("f2", "clock", None),
    ]
    faults.handle(b'{"clear": "f1"}')
    assert faults.clock_ms == 2000
    assert happened == [
        NodeFaultSet("f1", "clock", -5000, 0),
        NodeFaultSet("f2", "clock", 2000, 0),
        NodeFaultCleared("f1", "clock", "asked"),
    ]


def test_a_node_fault_ends_by_the_nodes_own_timer() -> None:
    async def live() -> None:
        happened: list[Any] = []
        faults = NodeFaults(lambda note: happened.append(note.event))
        listed = ask(faults, action="fsync-delay", ms=800, for_ms=40)
        assert listed[0]["left_ms"] == 40
        await asyncio.sleep(0.039)
        assert faults.fsync_delay_ms == 800
        await asyncio.sleep(0.002)
        assert (faults.fsync_delay_ms, faults.listed()) == (0, [])
        assert happened[1:] == [NodeFaultCleared("f1", "fsync-delay", "time-up")]

    leaping.run(live())


@pytest.mark.parametrize(
    "order",
    [
        {"action": "fire"},
        {"action": "full", "ms": 5},
        {"action": "fsync-delay"},
        {"action": "fsync-delay", "ms": -5},
        {"action": "clock", "ms": True},
        {"action": "full", "for_ms": 10**12},
        {"action": "full", "id": "*"},
        {"action": "full", "colour": "red"},
    ],
)
def test_an_order_that_makes_no_sense_is_refused_as_a_whole(
    order: dict[str, Any],
) -> None:
    faults = no_faults()
    good = {"id": "f9", "action": "full"}
    with pytest.raises(CommandRefused):
        faults.handle(json.dumps([good, {"id": "f1", **order}]).encode())
    assert (faults.listed(), faults.full) == ([], False)

"""One history out of several logs: what was never committed must not slip in."""

import struct
from pathlib import Path
from zlib import adler32

import pytest

from labctl.clients.txn_logs import Contradiction
from node.wire.client import Op
from node.wire.txn import HEADER
from tests.torture.verdict import logged


def log(folder: Path, *zxids: tuple[int, int], session: int = 7) -> Path:
    """Write a log with these (epoch, counter)."""
    folder.mkdir()
    data = b"ZKLG" + bytes(12)
    for epoch, counter in zxids:
        zxid = epoch << 32 | counter
        entry = HEADER.pack(session, counter, zxid, 0, Op.SET_DATA)
        data += struct.pack(">qi", adler32(entry), len(entry)) + entry + b"B"
    (folder / "log.1").write_bytes(data + bytes(100))
    return folder


def read(*folders: Path) -> list[tuple[int, int]]:
    return [(t.zxid >> 32, t.zxid & 0xFFFFFFFF) for t in logged([*folders])]


def test_a_log_that_begins_behind_a_snapshot_is_filled_from_another(tmp_path: Path):
    whole = log(tmp_path / "a", (1, 1), (1, 2), (2, 1), (2, 2))
    late = log(tmp_path / "b", (2, 1), (2, 2), (2, 3))
    assert read(whole, late) == [(1, 1), (1, 2), (2, 1), (2, 2), (2, 3)]


def test_a_tail_that_another_went_on_without_was_never_committed(tmp_path: Path):
    went_on = log(tmp_path / "a", (1, 1), (2, 1), (2, 2))
    behind_a_snapshot = log(tmp_path / "b", (1, 1), (1, 2), (2, 2))
    assert read(went_on, behind_a_snapshot) == [(1, 1), (2, 1), (2, 2)]


def test_a_hole_behind_a_snapshot_proves_nothing(tmp_path: Path):
    holed = log(tmp_path / "a", (1, 1), (1, 5))
    whole = log(tmp_path / "b", (1, 1), (1, 2), (1, 3), (1, 4), (1, 5))
    assert len(read(holed, whole)) == 5


def test_two_logs_that_disagree_are_found(tmp_path: Path):
    one, other = log(tmp_path / "a", (1, 1)), log(tmp_path / "b", (1, 1), session=8)
    with pytest.raises(Contradiction, match="different things at"):
        read(one, other)

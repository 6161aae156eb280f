"""A disk that fails ends the node, whatever the node was just doing with it."""

import asyncio
import os
from pathlib import Path

import pytest

from node.config import load_config
from node.shell.storage import Storage
from node.tree.znodes import Tree
from node.wire.client import Op
from node.wire.txn import HEADER


class Ended(Exception):
    """The process would have ended here."""


def storage(folder: Path, failures: list[OSError]) -> Storage:
    """Open a storage that tells of its end instead of coming to it."""
    config = folder / "zoo.cfg"
    config.write_text(f"dataDir={folder / 'data'}\nclientPort=0\npreAllocSize=64\n")

    def fail(error: OSError) -> None:
        failures.append(error)
        raise Ended

    return Storage(
        load_config(str(config)),
        lambda *_: "",
        fail,
        lambda: None,
        lambda *_: None,
    )


def broken(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_snapshot_that_cannot_be_written_ends_the_node(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    failures: list[OSError] = []

    async def write() -> None:
        store = storage(tmp_path, failures)
        monkeypatch.setattr(os, "pwrite", broken)
        store.save_tree(Tree(), 7)
        assert store._snapshot is not None
        with pytest.raises(Ended):
            await store._snapshot

    asyncio.run(write())
    assert [error.errno for error in failures] == [28]


@pytest.mark.parametrize("what", ["truncate", "adopt"])
def test_a_log_that_cannot_be_cut_ends_the_node(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
):
    failures: list[OSError] = []
    store = storage(tmp_path, failures)
    store.recover()
    for zxid in (4, 5):
        store.append(zxid, HEADER.pack(1, 1, zxid, 0, Op.CREATE_SESSION) + bytes(4))
    store.flush()
    monkeypatch.setattr(os, "ftruncate", broken)
    with pytest.raises(Ended):
        store.truncate(4) if what == "truncate" else store.adopt(Tree(), 4)
    assert [error.errno for error in failures] == [28]

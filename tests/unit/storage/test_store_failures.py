"""A disk that fails ends the server, whatever it was just doing with the disk."""

from pathlib import Path

import pytest

from node.config import load_config
from node.storage.store import Done, Job, Store, StoreEnvironment
from node.tree.znodes import Tree
from node.wire.client import Op
from node.wire.txn import HEADER
from tests.unit.memory_disk import MemoryDisk


class Ended(Exception):
    """The process would have ended here."""


class AtOnce:
    """A worker that does everything on the spot."""

    def start(self, job: Job, done: Done) -> None:
        try:
            job()
        except OSError as error:
            done(error)
        else:
            done(None)

    def finish(self) -> None:
        raise AssertionError("nothing runs")

    def close(self) -> None:
        """Nothing to end."""


def fail(_error: OSError) -> None:
    raise Ended


def broken(*_: object) -> None:
    raise OSError(28, "No space left on device")


def opened(folder: Path) -> Store:
    """Return a store that has logged 1 and 2 on top of its first snapshot."""
    config = folder / "zoo.cfg"
    config.write_text(f"dataDir={folder}\nclientPort=0\n")
    disk, worker = MemoryDisk(), AtOnce()
    env = StoreEnvironment(
        *(disk, disk, worker, worker, lambda _: None, fail),
        *(lambda *_: None, lambda: None, lambda: 0, lambda _: 0),
    )
    store = Store(load_config(str(config)), env)
    store.recover()
    for zxid in (1, 2):
        store.append(zxid, HEADER.pack(1, 1, zxid, 0, Op.CREATE_SESSION) + bytes(4))
    store.flush()
    return store


def test_a_log_that_cannot_be_cut_ends_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    store = opened(tmp_path)
    monkeypatch.setattr(store.log_disk, "truncate", broken)
    with pytest.raises(Ended):
        store.truncate(1)


def test_a_tree_that_cannot_replace_what_was_there_ends_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    store = opened(tmp_path)
    monkeypatch.setattr(store.log_disk, "truncate", broken)
    with pytest.raises(Ended):
        store.adopt(Tree(), 1)


def test_a_snapshot_that_cannot_be_written_ends_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    store = opened(tmp_path)
    monkeypatch.setattr(store.snap_disk, "write", broken)
    with pytest.raises(Ended):
        store.save_tree(Tree(), 2)


def test_what_was_read_and_cannot_be_made_durable_ends_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    store = opened(tmp_path)
    monkeypatch.setattr(store.log_disk, "sync", broken)
    with pytest.raises(Ended):
        store.recover()


class Slow(AtOnce):
    """A worker whose jobs wait until they are let go."""

    def __init__(self) -> None:
        self.jobs: list[tuple[Job, Done]] = []

    def start(self, job: Job, done: Done) -> None:
        self.jobs.append((job, done))

    def finish(self) -> None:
        while self.jobs:
            job, done = self.jobs.pop(0)
            AtOnce().start(job, done)


def test_a_snapshot_that_is_dropped_while_it_is_written_never_has_a_name(
    tmp_path: Path,
):
    store = opened(tmp_path)
    slow = Slow()
    store.env = store.env._replace(snapper=slow)
    store.save_tree(Tree(), 2)
    assert slow.jobs
    store.drop_snapshot()
    slow.finish()
    assert "snapshot.2" not in store.snap_disk.names()
    store.save_tree(Tree(), 2)
    slow.finish()
    assert "snapshot.2" in store.snap_disk.names()

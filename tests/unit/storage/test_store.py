"""A store at work: one sync for many, epochs, snapshots beside serving, a TRUNC."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from node.events import SlowSync, SnapshotTaken
from node.storage.snapshot import file_chunks
from node.tree.znodes import Tree
from tests.unit.storage.stores import Bench, create, wide


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    it = Bench(tmp_path, "preAllocSize=1", "snapCount=10")
    it.store.recover()
    return it


def promise(it: Bench, name: str) -> Callable[[], None]:
    return lambda: it.said.append(name)


# --- group commit --------------------------------------------------------------------


def test_a_promise_waits_for_its_sync_and_is_sent_at_once_then(bench: Bench) -> None:
    bench.append(1, 2)
    bench.store.when_durable(promise(bench, "ack"))
    bench.store.sync()
    assert bench.said == []
    assert bench.logged() == []
    bench.syncer.work()
    assert bench.said == [(1, 2, 2), "ack", "settle"]
    assert bench.logged() == [1, 2]


def test_what_arrives_during_a_sync_shares_the_next_one(bench: Bench) -> None:
    store = bench.store
    bench.append(1)
    store.when_durable(promise(bench, "1"))
    store.sync()
    bench.append(2, 3)
    for name in ("2", "3"):
        store.when_durable(promise(bench, name))
        store.sync()
    bench.syncer.work()
    assert bench.said == [(1, 1, 1), "1", "settle"]
    assert bench.syncer.jobs == []
    store.sync()
    bench.syncer.work()
    assert bench.said[3:] == [(2, 3, 2), "2", "3", "settle"]
    store.sync()
    assert bench.syncer.jobs == [], "nobody waits"


def test_a_promise_with_nothing_to_write_is_kept_at_once(bench: Bench) -> None:
    bench.store.when_durable(promise(bench, "nothing"))
    bench.store.sync()
    assert bench.said == ["nothing"]
    bench.append(1)
    bench.store.when_durable(promise(bench, "1"))
    bench.store.sync()
    assert len(bench.syncer.jobs) == 1, "the next sync is not held up"


def test_without_a_promise_nothing_is_synced(bench: Bench) -> None:
    bench.append(1)
    bench.store.sync()
    assert bench.syncer.jobs == []


@pytest.mark.parametrize(("took_ms", "slow"), [(1000, []), (1001, [SlowSync(1001)])])
def test_a_slow_sync_is_told_of(
    bench: Bench, took_ms: int, slow: list[SlowSync]
) -> None:
    bench.now_ms = 500
    bench.append(1)
    bench.store.when_durable(promise(bench, "ack"))
    bench.store.sync()
    bench.now_ms += took_ms
    bench.syncer.work()
    assert bench.said == [(1, 1, 1), *slow, "ack", "settle"]


def test_a_failed_sync_ends_the_server_and_keeps_no_promise(bench: Bench) -> None:
    bench.append(1)
    bench.store.when_durable(promise(bench, "ack"))
    bench.store.sync()
    bench.logs.fail_sync = True
    bench.syncer.work()
    assert [str(error) for error in bench.failed] == ["planned"]
    assert bench.said == []


def test_a_flush_writes_everything_and_voids_the_promises(bench: Bench) -> None:
    store = bench.store
    bench.append(1)
    store.when_durable(promise(bench, "1"))
    store.sync()
    bench.append(2)
    store.when_durable(promise(bench, "2"))
    store.flush()
    assert bench.said == [(1, 1, 1), (2, 2, 1)]
    assert bench.logged() == [1, 2]
    store.flush()
    assert len(bench.said) == 2, "nothing is left to write"
    bench.append(3)
    store.when_durable(promise(bench, "3"))
    store.sync()
    bench.syncer.work()
    assert bench.said[2:] == [(3, 3, 1), "3", "settle"]


def test_closing_writes_what_is_left_and_ends_the_workers(bench: Bench) -> None:
    bench.append(1)
    bench.store.save_tree(Tree(), 1)
    bench.store.close()
    assert bench.logged() == [1]
    assert bench.syncer.closed
    assert bench.snapper.closed
    assert bench.snapper.jobs == []


# --- recovery and epochs -----------------------------------------------------------


def test_a_new_disk_gets_an_empty_snapshot(tmp_path: Path) -> None:
    it = Bench(tmp_path)
    assert it.store.recover().snapshot_zxid == -1
    assert it.disk.names() == ["snapshot.0"]
    assert it.disk.read("snapshot.0") == b"".join(file_chunks(Tree(), 0))
    assert it.store.recover().snapshot_zxid == 0


def test_what_is_read_is_made_durable_first(tmp_path: Path) -> None:
    it = Bench(tmp_path)
    it.store.recover()
    it.append(1)
    it.store.flush()
    it.disk.write("snapshot.1", 0, b"".join(file_chunks(Tree(), 1)))
    it.logs.write("log.2", 0, it.logs.read("log.1", 0, 16))
    again = Bench(tmp_path)
    again.disk.files, again.logs.files = it.disk.files, it.logs.files
    again.store.recover()
    assert set(again.disk.durable) == {"snapshot.1"}, "the newest"
    assert set(again.logs.durable) == {"log.2"}


def test_missing_epochs_come_from_the_log_and_are_kept(bench: Bench) -> None:
    assert bench.store.epochs(0x500000007) == (5, 5)
    assert bench.disk.read("acceptedEpoch") == b"5"
    assert bench.disk.read("currentEpoch") == b"5"
    bench.store.save_epoch("acceptedEpoch", 8)
    assert bench.store.epochs(0x700000007) == (8, 5)
    bench.disk.remove("currentEpoch")
    assert bench.store.epochs(0x700000007) == (8, 7)
    assert bench.disk.durable["currentEpoch"] == b"7"
    bench.disk.remove("acceptedEpoch")
    assert bench.store.epochs(0x900000001) == (9, 7)
    assert bench.disk.durable["acceptedEpoch"] == b"9"


def test_the_log_reserves_what_zoo_cfg_says(bench: Bench, tmp_path: Path) -> None:
    bench.append(1)
    bench.store.flush()
    # A reserve of 1 KiB is less than the margin, so it takes several.
    assert (bench.logs.size("log.1") - 16) % 1024 == 0
    assert bench.logs.size("log.1") < 8192
    other = Bench(tmp_path)
    other.store.recover()
    other.append(1)
    other.store.flush()
    assert other.logs.size("log.1") == 16 + (64 << 20)


# --- snapshots beside serving -----------------------------------------------------


@pytest.mark.parametrize(("draw", "due_after"), [(0, 5), (3, 8)])
def test_a_snapshot_is_due_after_half_to_all_of_snapcount(
    tmp_path: Path, draw: int, due_after: int
) -> None:
    it = Bench(tmp_path, "snapCount=10")
    it.draw = draw
    it.store.recover()
    it.store.save_tree(Tree(), 0)  # there already; the count begins anew
    for zxid in range(1, due_after):
        it.append(zxid)
        assert not it.store.snapshot_due()
    it.append(due_after)
    assert it.store.snapshot_due()
    it.store.save_tree(Tree(), due_after)
    assert not it.store.snapshot_due()
    assert set(it.drawn) == {5}


def test_a_snapcount_of_less_than_two_is_two(tmp_path: Path) -> None:
    it = Bench(tmp_path, "snapCount=1")
    assert not it.store.snapshot_due()
    it.append(1)
    assert it.store.snapshot_due()
    assert it.drawn == [1]


def test_the_default_is_a_snapshot_each_hundred_thousand(tmp_path: Path) -> None:
    assert Bench(tmp_path).drawn == [50_000]


def test_a_snapshot_is_written_piece_by_piece_and_named_when_whole(
    bench: Bench,
) -> None:
    tree = wide(600, 10)
    bench.append(1)
    bench.store.flush()
    bench.said.clear()
    bench.disk.write("snapshot.1.tmp", 0, b"left over" * 1000)
    bench.now_ms = 100
    bench.store.save_tree(tree, 1)
    pieces = 0
    while "snapshot.1" not in bench.disk.names():
        bench.snapper.work()
        pieces += 1
    bench.now_ms = 130
    whole = b"".join(file_chunks(tree, 1))
    assert pieces > 5
    assert bench.disk.durable["snapshot.1"] == whole
    assert "snapshot.1.tmp" not in bench.disk.names()
    assert bench.snapper.jobs == []
    assert bench.said == [SnapshotTaken(1, 0, len(whole))]


def test_how_long_a_snapshot_took_is_told(bench: Bench) -> None:
    bench.now_ms = 100
    bench.store.save_tree(Tree(), 3)
    bench.now_ms = 130
    bench.snapper.work_all()
    (taken,) = bench.said
    assert (taken.zxid, taken.took_ms) == (3, 30)


def test_one_snapshot_at_a_time(bench: Bench) -> None:
    bench.store.save_tree(Tree(), 3)
    bench.store.save_tree(Tree(), 4)
    bench.snapper.work_all()
    assert "snapshot.3" in bench.disk.names()
    assert "snapshot.4" not in bench.disk.names()
    bench.store.save_tree(Tree(), 4)
    bench.snapper.work_all()
    assert "snapshot.4" in bench.disk.names()


def test_a_snapshot_that_is_there_is_not_written_again(bench: Bench) -> None:
    bench.store.save_tree(Tree(), 0)
    assert bench.snapper.jobs == []
    bench.append(1, 2)
    bench.store.flush()
    assert bench.logs.names() == ["log.1"], "and the log goes on in its file"


def test_the_log_goes_on_in_a_new_file_behind_a_snapshot(bench: Bench) -> None:
    bench.append(1)
    bench.store.save_tree(Tree(), 1)
    bench.append(2)
    bench.store.flush()
    assert bench.logs.names() == ["log.1", "log.2"]


def test_a_snapshot_that_is_given_up_is_not_told_of(bench: Bench) -> None:
    bench.store.save_tree(Tree(), 3)
    bench.store.drop_snapshot()
    assert bench.snapper.jobs == [], "the piece that was being written is waited for"
    bench.store.drop_snapshot()
    assert bench.said == []
    bench.store.save_tree(Tree(), 4)
    bench.snapper.work_all()
    assert "snapshot.4" in bench.disk.names()


# --- what a leader orders -------------------------------------------------------------


def test_a_cut_log_is_read_again(bench: Bench) -> None:
    bench.append(1, 2, 3)
    found = bench.store.truncate(2)
    assert found is not None
    assert (found.last_zxid, found.replayed) == (2, 2)
    assert bench.logged() == [1, 2]


def test_a_cut_deletes_snapshots_of_what_is_cut_off(bench: Bench) -> None:
    bench.append(1, 2, 3)
    bench.store.flush()
    for zxid in (2, 3):
        bench.disk.replace(f"snapshot.{zxid}", b"".join(file_chunks(Tree(), zxid)))
    found = bench.store.truncate(2)
    assert found is not None
    assert (found.last_zxid, found.snapshot_zxid) == (2, 2)
    assert bench.disk.names() == ["snapshot.0", "snapshot.2"]


def test_a_snapshot_in_the_making_does_not_survive_a_cut(bench: Bench) -> None:
    bench.append(1, 2)
    bench.store.save_tree(Tree(), 1)
    bench.store.truncate(1)
    assert bench.snapper.work_all() == 0
    assert "snapshot.1" not in bench.disk.names()


def test_a_log_is_not_cut_before_every_snapshot(bench: Bench) -> None:
    bench.append(1, 2, 3)
    bench.store.flush()
    bench.disk.replace("snapshot.2", b"".join(file_chunks(Tree(), 2)))
    bench.disk.remove("snapshot.0")
    assert bench.store.truncate(1) is None
    assert bench.logged() == [1, 2, 3]


def test_a_log_is_not_cut_where_it_does_not_lead(bench: Bench) -> None:
    """A whole tree came as 5, and only what followed it was logged."""
    bench.store.adopt(Tree(), 5)
    bench.append(6, 7)
    bench.store.flush()
    assert bench.store.truncate(3) is None
    bench.disk.replace("snapshot.1", b"".join(file_chunks(Tree(), 1)))
    assert bench.store.truncate(3) is None
    assert bench.store.truncate(6) is not None
    assert [zxid for zxid, _ in bench.store.log.read(5)] == [6]


def test_an_adopted_tree_is_all_that_is_left(bench: Bench) -> None:
    bench.append(1, 2, 3)
    bench.store.flush()
    for zxid in (2, 9):
        bench.disk.replace(f"snapshot.{zxid}", b"".join(file_chunks(Tree(), zxid)))
    bench.disk.write("snapshot.5.tmp", 0, b"left over" * 300_000)
    tree = wide(12, 200 << 10)
    bench.store.adopt(tree, 5)
    assert bench.disk.names() == ["snapshot.5"]
    assert bench.disk.durable["snapshot.5"] == b"".join(file_chunks(tree, 5))
    assert bench.logged() == []
    found = bench.store.recover()
    assert (found.last_zxid, found.replayed) == (5, 0)
    assert len(found.tree.nodes) == len(tree.nodes)


def test_a_snapshot_in_the_making_does_not_survive_an_adopted_tree(
    bench: Bench,
) -> None:
    bench.append(7)
    bench.store.save_tree(Tree(), 7)
    bench.store.adopt(Tree(), 5)
    assert bench.snapper.work_all() == 0
    assert bench.store.recover().snapshot_zxid == 5


def test_a_large_tree_is_written_in_pieces_of_a_megabyte(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[tuple[int, int]] = []
    write = bench.disk.write

    def watched(name: str, offset: int, data: bytes) -> None:
        written.append((offset, len(data)))
        write(name, offset, data)

    monkeypatch.setattr(bench.disk, "write", watched)
    bench.store.adopt(wide(1300, 2000), 5)
    assert len(written) > 2
    assert all(1 << 20 <= size < 1600_000 for _, size in written[:-1])
    assert all(one[0] + one[1] == next_[0] for one, next_ in pairwise(written))
    assert written[0][0] == 0


def test_what_was_logged_after_a_restart_is_read_behind_what_was_before(
    bench: Bench, tmp_path: Path
) -> None:
    bench.append(1, 2)
    bench.store.flush()
    again = Bench(tmp_path, "preAllocSize=1")
    again.disk.files, again.logs.files = bench.disk.files, bench.logs.files
    assert again.store.recover().last_zxid == 2
    again.store.append(3, create(3))
    again.store.flush()
    assert again.logged() == [1, 2, 3]

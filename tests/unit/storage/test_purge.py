"""Purging keeps what recovery from the oldest kept snapshot needs."""

from pathlib import Path

import pytest

from node.config import read_config
from node.events import OldFilesRemoved, SnapshotTaken
from node.settings import doubts
from node.storage.purge import HOUR_MS, Autopurge, Doomed, choose
from node.storage.snapshot import file_chunks, looks_whole
from node.storage.txnlog import TxnLog
from node.tree.znodes import Tree
from tests.unit.memory_disk import MemoryDisk
from tests.unit.storage.stores import Bench, create, wide

NAMES = [
    *(f"snapshot.{zxid:x}" for zxid in (0, 10, 20, 30, 40)),
    *(f"log.{zxid:x}" for zxid in (1, 11, 18, 25, 41)),
    "currentEpoch",
]
WHOLE = b"".join(file_chunks(Tree(), 0))
DAILY = "autopurge.purgeInterval=24"


def test_older_snapshots_go_and_logs_that_end_before_the_oldest_kept() -> None:
    # 20, 30 and 40 stay; the log that begins at 18 holds 21 and on.
    old = Doomed(["snapshot.0", "snapshot.a"], ["log.1", "log.b"], 20)
    assert choose(NAMES, 3) == old


def test_never_fewer_than_three_are_kept() -> None:
    assert choose(NAMES, 1) == choose(NAMES, 3)


def test_without_snapshots_nothing_goes() -> None:
    assert choose(["log.1", "log.9"], 3) == ([], [], -1)
    assert choose(NAMES, 3, [name for name in NAMES if "snap" in name]) == ([], [], -1)


def test_the_only_log_stays() -> None:
    assert choose(["snapshot.5", "log.1"], 3) == ([], [], 5)


def test_more_than_three_are_kept_if_asked() -> None:
    assert choose(NAMES, 4) == (["snapshot.0"], [], 10)


def test_a_log_that_begins_with_the_oldest_kept_snapshot_stays_alone() -> None:
    names = ["snapshot.14", "log.1", "log.14", "log.15"]
    assert choose(names, 3) == ([], ["log.1"], 20)


def test_a_snapshot_of_nothing_keeps_every_log() -> None:
    names = ["snapshot.0", "snapshot.a", "log.1", "log.b"]
    assert choose(names, 3) == ([], [], 0)


def test_a_broken_snapshot_does_not_count_among_those_that_are_kept() -> None:
    assert choose(NAMES, 3, {"snapshot.28"}) == (["snapshot.0"], [], 10)
    assert choose(NAMES, 3, {"snapshot.0"}) == choose(NAMES, 3), "it is older: it goes"


def test_zxids_are_numbers_not_words() -> None:
    names = [f"snapshot.{zxid:x}" for zxid in (9, 16, 255, 256, 4096)]
    assert choose(names, 3).snapshots == ["snapshot.9", "snapshot.10"]


@pytest.mark.parametrize(
    ("name", "data", "whole"),
    [
        ("snapshot.5", WHOLE, True),
        ("snapshot.5", WHOLE[:-1], False),
        ("snapshot.5", WHOLE[:20], False),
        ("snapshot.5", b"", False),
        ("snapshot.5.gz", b"\x1f\x8b and so on, without our end", True),
        ("snapshot.5.snappy", b"", False),
    ],
)
def test_a_snapshot_is_whole_if_it_has_its_end(
    name: str, data: bytes, whole: bool
) -> None:
    disk = MemoryDisk()
    disk.replace(name, data)
    assert looks_whole(disk, name) is whole


def test_a_snapshot_that_somebody_else_removes_is_not_whole() -> None:
    class Vanishing(MemoryDisk):
        def size(self, name: str) -> int:
            return 1000

    assert not looks_whole(Vanishing(), "snapshot.5")


def filled(bench: Bench) -> None:
    """Give a store five snapshots, and a log before and behind each."""
    for zxid in range(1, 6):
        bench.disk.replace(f"snapshot.{zxid:x}", WHOLE)
        log = TxnLog(bench.logs, 0)
        log.append(zxid, create(zxid))
        batch = log.take()
        assert batch is not None
        log.write(batch)


KEPT = ["snapshot.3", "snapshot.4", "snapshot.5"]
LOGS_KEPT = ["log.3", "log.4", "log.5"]


def test_it_purges_both_folders_at_start_and_after_every_interval(
    tmp_path: Path,
) -> None:
    bench = Bench(tmp_path, DAILY)
    filled(bench)
    bench.store.purge()
    assert bench.snapper.work_all() == 5, "one look, and four files"
    assert bench.disk.names() == KEPT
    assert bench.logs.names() == LOGS_KEPT
    assert bench.said == [OldFilesRemoved(2, 2, 3)]

    filled(bench)
    bench.now_ms = 24 * HOUR_MS - 1
    bench.store.purge()
    assert bench.snapper.work_all() == 0, "not yet"
    bench.now_ms += 1
    bench.store.purge()
    bench.snapper.work_all()
    assert bench.disk.names() == KEPT
    assert bench.said[1:] == [OldFilesRemoved(2, 2, 3)]


@pytest.mark.parametrize(
    "line", ["", "autopurge.purgeInterval=0", "autopurge.purgeInterval=-1"]
)
def test_without_an_interval_nothing_is_ever_purged(tmp_path: Path, line: str) -> None:
    bench = Bench(tmp_path, line)
    filled(bench)
    bench.now_ms = 1000 * HOUR_MS
    bench.store.purge()
    assert bench.snapper.jobs == []


def test_more_snapshots_are_kept_if_zoo_cfg_says_so(tmp_path: Path) -> None:
    bench = Bench(tmp_path, DAILY, "autopurge.snapRetainCount=4")
    filled(bench)
    bench.store.purge()
    bench.snapper.work_all()
    assert bench.disk.names() == ["snapshot.2", *KEPT]
    assert bench.logs.names() == ["log.2", *LOGS_KEPT]


def test_it_waits_while_a_snapshot_is_being_written(tmp_path: Path) -> None:
    bench = Bench(tmp_path, DAILY)
    filled(bench)
    bench.store.save_tree(wide(3, 10), 9)
    bench.snapper.work()
    bench.store.purge()
    bench.snapper.work_all()
    assert len(bench.disk.names()) == 6, "the snapshot, and nothing less"
    bench.store.purge()
    bench.snapper.work_all()
    assert bench.disk.names() == ["snapshot.4", "snapshot.5", "snapshot.9"]
    assert [type(event) for event in bench.said] == [SnapshotTaken, OldFilesRemoved]


def test_it_waits_while_a_snap_is_received_and_until_it_is_adopted(
    tmp_path: Path,
) -> None:
    bench = Bench(tmp_path, DAILY)
    filled(bench)
    tree, written = wide(3, 10), []
    bench.store.write_ahead(tree, 9, lambda: None, lambda: written.append(9))
    bench.store.purge()
    bench.snapper.work_all()
    assert written == [9]
    bench.store.purge()
    assert bench.snapper.jobs == [], "its tree has no name yet"
    bench.store.adopt(tree, 9)
    bench.store.purge()
    bench.snapper.work_all()
    assert bench.disk.names() == ["snapshot.9"]
    assert bench.said == [OldFilesRemoved(0, 0, 9)]


def test_a_snapshot_does_not_wait_for_a_purge_which_goes_on_later(
    tmp_path: Path,
) -> None:
    bench = Bench(tmp_path, DAILY)
    filled(bench)
    bench.store.purge()
    bench.snapper.work()
    bench.store.save_tree(wide(3, 10), 9)
    assert bench.disk.names()[0] == "snapshot.2", "the file at hand was removed"
    bench.snapper.work_all()
    assert bench.said == [SnapshotTaken(9, 0, bench.disk.size("snapshot.9"))]
    bench.store.purge()
    bench.snapper.work_all()
    assert bench.disk.names() == ["snapshot.4", "snapshot.5", "snapshot.9"]
    assert bench.logs.names() == ["log.4", "log.5"]
    assert bench.said[1:] == [OldFilesRemoved(2, 3, 4)]


def test_a_purge_ends_before_the_log_is_cut(tmp_path: Path) -> None:
    bench = Bench(tmp_path, DAILY)
    bench.disk.replace("snapshot.0", WHOLE)
    filled(bench)
    bench.store.purge()
    bench.snapper.work()
    recovery = bench.store.truncate(4)
    assert recovery is not None
    assert recovery.last_zxid == 4
    assert bench.snapper.jobs == []
    assert bench.disk.names() == [
        "snapshot.1",
        "snapshot.2",
        "snapshot.3",
        "snapshot.4",
    ]
    bench.store.purge()
    bench.snapper.work_all()
    assert bench.disk.names() == ["snapshot.2", "snapshot.3", "snapshot.4"]


def test_a_purge_that_fails_ends_the_process(tmp_path: Path) -> None:
    bench = Bench(tmp_path, DAILY)
    filled(bench)
    bench.store.purge()

    def fail(_: str) -> None:
        raise OSError(30, "Read-only file system")

    bench.disk.remove = fail  # type: ignore[method-assign,assignment]
    bench.snapper.work_all()
    assert [error.errno for error in bench.failed] == [30]
    assert bench.snapper.jobs == []


def test_too_few_to_keep_are_said_and_not_obeyed(tmp_path: Path) -> None:
    lines = f"dataDir={tmp_path}\nclientPort=1\nautopurge.snapRetainCount="
    config = read_config("zoo.cfg", lines + "2\n")
    said = "zoo.cfg:3: Invalid autopurge.snapRetainCount: 2. Defaulting to 3"
    assert doubts(config) == (said,)
    assert doubts(read_config("zoo.cfg", lines + "3\n")) == ()


def test_every_hour_is_an_hour(tmp_path: Path) -> None:
    text = f"dataDir={tmp_path}\nclientPort=1\nautopurge.purgeInterval=2\n"
    config, disk = read_config("zoo.cfg", text), MemoryDisk()
    purge = Autopurge(config, disk, disk, lambda _: None)
    for job in purge.jobs(5):
        job()
    assert not purge.due(5 + 2 * 3_600_000 - 1)
    assert purge.due(5 + 2 * 3_600_000)

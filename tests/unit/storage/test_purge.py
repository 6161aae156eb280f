"""Purging keeps what recovery from the oldest kept snapshot needs."""

from node.storage.purge import choose

NAMES = [
    *(f"snapshot.{zxid:x}" for zxid in (0, 10, 20, 30, 40)),
    *(f"log.{zxid:x}" for zxid in (1, 11, 18, 25, 41)),
    "currentEpoch",
]


def test_older_snapshots_go_and_logs_that_end_before_the_oldest_kept() -> None:
    # 20, 30 and 40 stay; the log that begins at 18 holds 21 and on.
    assert choose(NAMES, 3) == ["log.1", "log.b", "snapshot.0", "snapshot.a"]


def test_never_fewer_than_three_are_kept() -> None:
    assert choose(NAMES, 1) == choose(NAMES, 3)


def test_without_snapshots_nothing_goes() -> None:
    assert choose(["log.1", "log.9"], 3) == []


def test_the_only_log_stays() -> None:
    assert choose(["snapshot.5", "log.1"], 3) == []


def test_more_than_three_are_kept_if_asked() -> None:
    assert choose(NAMES, 4) == ["snapshot.0"]


def test_a_log_that_begins_with_the_oldest_kept_snapshot_stays_alone() -> None:
    names = ["snapshot.14", "log.1", "log.14", "log.15"]
    assert choose(names, 3) == ["log.1"]


def test_a_snapshot_of_nothing_keeps_every_log() -> None:
    names = ["snapshot.0", "snapshot.a", "log.1", "log.b"]
    assert choose(names, 3) == []

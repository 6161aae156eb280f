"""The power goes between any two disk operations, and in the midst of each.

The real `Store` works on a disk that keeps every state it passes through.  From
each of them the real recovery must find what the claim allows, and nothing else.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from node.config import read_config
from node.storage.disk import StorageError
from node.storage.epochfiles import read_epoch, save_epoch
from node.storage.recovery import recover
from node.storage.snapshot import snapshot_names
from node.storage.store import Done, Job, Store, StoreEnvironment
from node.storage.txnlog import TxnLog
from node.zxid import make_zxid
from tests.disk.histories import (
    BASE,
    Found,
    entry,
    found,
    snapshot_of,
    tree_of,
    written,
)
from tests.disk.power import Image, PowerDisk

DAILY = "autopurge.purgeInterval=24"
E1 = [make_zxid(1, n) for n in range(1, 10)]
E2 = [make_zxid(2, n) for n in range(1, 10)]
E3 = [make_zxid(3, n) for n in range(1, 10)]


class AtOnce:
    """A worker that does its job while it is being asked."""

    def start(self, job: Job, done: Done) -> None:
        job()
        done(None)

    def finish(self) -> None:
        pass

    def close(self) -> None:
        pass


def storage_on(disk: PowerDisk, folder: Path) -> Store:
    """Return the real thing, on this disk."""
    config = read_config("zoo.cfg", f"dataDir={folder}\npreAllocSize=1\n{DAILY}\n")

    def fail(error: OSError) -> None:
        raise error

    env = StoreEnvironment(
        snap_disk=disk,
        log_disk=disk,
        syncer=AtOnce(),
        snapper=AtOnce(),
        publish=lambda _: None,
        fail=fail,
        logged=lambda *_: None,
        settle=lambda: None,
        now_ms=lambda: 0,
        draw=lambda most: most,
    )
    store = Store(config, env)
    store.log = TxnLog(disk, 1024)
    return store


def cut(
    disk: PowerDisk, folder: Path, act: Callable[[Store], None], *, least: int = 4
) -> list[tuple[str, Image, Found]]:
    """Act on a disk; return what recovery finds wherever the power may have gone."""
    storage = storage_on(disk, folder)
    act(storage)
    storage.close()
    images = [*disk.images, ("at the end", dict(disk.files))]
    assert len(images) >= least, "nothing was written: this test shows nothing"
    return [(when, image, found(image)) for when, image in images]


def prefixes(zxids: list[int], least: int) -> list[tuple[int, ...]]:
    return [tuple(zxids[:end]) for end in range(least, len(zxids) + 1)]


def test_a_batch_is_whole_or_a_prefix_and_never_less_than_before(
    tmp_path: Path,
) -> None:
    disk = PowerDisk({"snapshot.0": BASE})
    written(disk, E1[:3])
    disk.images.clear()

    def log_three_more(storage: Store) -> None:
        for zxid in E1[3:6]:
            storage.append(zxid, entry(zxid, 700))
        storage.log.roll()
        storage.append(E1[6], entry(E1[6]))
        storage.flush()

    for when, _, result in cut(disk, tmp_path, log_three_more):
        assert result.zxids in prefixes(E1[:7], 3), when


def test_what_flush_returned_from_is_there(tmp_path: Path) -> None:
    disk = PowerDisk({"snapshot.0": BASE})
    storage = storage_on(disk, tmp_path)
    for count, zxid in enumerate(E1, 1):
        storage.append(zxid, entry(zxid))
        storage.flush()
        assert found(disk.durable).zxids == tuple(E1[:count])
    storage.close()


@pytest.mark.parametrize("keep", range(1, 9))
def test_truncate_leaves_a_prefix_no_shorter_than_told(
    tmp_path: Path, keep: int
) -> None:
    disk = PowerDisk({"snapshot.0": BASE})
    for at in (0, 3, 6):
        written(disk, E1[at : at + 3])
    disk.replace(f"snapshot.{E1[7]:x}", snapshot_of(E1[:8]))
    if keep >= 4:
        disk.replace(f"snapshot.{E1[3]:x}", snapshot_of(E1[:4]))
    disk.images.clear()

    results = cut(
        disk, tmp_path, lambda storage: storage.truncate(E1[keep - 1]) and None
    )

    for when, _, result in results:
        assert result.zxids in prefixes(E1, keep), when
    assert results[-1][2].zxids == tuple(E1[:keep])


def test_truncate_below_a_tree_that_came_whole(tmp_path: Path) -> None:
    disk = PowerDisk({"snapshot.0": BASE})
    written(disk, E1[:3])
    disk.replace(f"snapshot.{E1[7]:x}", snapshot_of(E1[:8]))  # it came with SNAP
    written(disk, E1[8:])
    disk.images.clear()
    image = dict(disk.files)

    results = cut(disk, tmp_path, lambda storage: storage.truncate(E1[1]) and None)

    for when, _, result in results:
        assert result.zxids in [*prefixes(E1, 8), *prefixes(E1[:3], 2)], when
    assert results[-1][2].zxids == tuple(E1[:2])

    disk = PowerDisk(image)
    storage = storage_on(disk, tmp_path)
    assert storage.truncate(E1[4]) is None, "its log has no such transaction"
    storage.close()
    assert disk.files == image


def old_life(*, purged: bool) -> PowerDisk:
    """A server that saw epoch 1 and a tail of epoch 2 that nobody agreed on."""
    disk = PowerDisk({f"snapshot.{E1[2]:x}": snapshot_of(E1[:3])})
    if not purged:
        disk = PowerDisk({"snapshot.0": BASE})
        written(disk, E1[:3])
    written(disk, E1[3:6])
    written(disk, E2[:2])
    disk.replace(f"snapshot.{E2[1]:x}", snapshot_of(E1[:6] + E2[:2]))
    if purged:  # autopurge kept only what the newest snapshot needs
        disk.remove(f"log.{E1[3]:x}")
        disk.remove(f"snapshot.{E1[2]:x}")
    written(disk, E2[2:4])
    disk.images.clear()
    return disk


@pytest.mark.parametrize("purged", [False, True])
@pytest.mark.parametrize(
    "theirs",
    [E1[:3], E1[:5], E1[:6] + E2[:1], E1[:6] + E2[:3], E1[:5] + E3[:2], E1[:6] + E3],
    ids=["far-back", "back", "inside", "near", "other-epoch", "ahead"],
)
def test_adopting_a_tree_is_the_old_history_or_the_new_one(
    tmp_path: Path, theirs: list[int], purged: bool
) -> None:
    """Never a mixture: half of each would be a state that no server ever had."""
    old = E1[:6] + E2[:4]
    disk = old_life(purged=purged)

    results = cut(
        disk, tmp_path, lambda storage: storage.adopt(tree_of(theirs), theirs[-1])
    )

    for when, image, result in results:
        allowed = [*prefixes(old, 3), tuple(theirs)]
        assert result.zxids in allowed, (when, sorted(image), result)
    assert results[-1][2].zxids == tuple(theirs)


@pytest.mark.parametrize("purged", [False, True])
def test_logging_on_behind_an_adopted_tree(tmp_path: Path, purged: bool) -> None:
    theirs = E1[:6] + E2[:1]
    disk = old_life(purged=purged)

    def adopt_and_log(storage: Store) -> None:
        storage.adopt(tree_of(theirs), theirs[-1])
        disk.images.clear()
        for zxid in E3[:3]:
            storage.append(zxid, entry(zxid))
        storage.flush()

    for when, _, result in cut(disk, tmp_path, adopt_and_log):
        assert result.zxids in prefixes(theirs + E3[:3], len(theirs)), when


def test_a_snapshot_beside_serving_changes_nothing(tmp_path: Path) -> None:
    disk = PowerDisk({"snapshot.0": BASE})
    written(disk, E1)
    disk.images.clear()

    def save(storage: Store) -> None:
        storage.save_tree(tree_of(E1), E1[-1])

    results = cut(disk, tmp_path, save)

    assert {result.zxids for _, _, result in results} == {tuple(E1)}
    assert f"snapshot.{E1[-1]:x}" in disk.files


def test_the_first_start_of_all(tmp_path: Path) -> None:
    results = cut(PowerDisk(), tmp_path, lambda storage: storage.recover() and None)

    assert {result for _, _, result in results} == {Found(())}


def test_an_epoch_is_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    disk = PowerDisk()
    save_epoch(disk, "currentEpoch", 7)
    disk.images.clear()
    storage = storage_on(disk, tmp_path)
    storage.save_epoch("currentEpoch", 2_147_483_647)
    storage.close()

    seen = {read_epoch(PowerDisk(image), "currentEpoch") for _, image in disk.images}

    assert len(disk.images) >= 6
    assert seen == {7, 2_147_483_647}


# --- what no crash leaves, but a bad disk may -----------------------------------


def decayed(data: bytes) -> list[bytes]:
    """Return a file cut at every length, and with every bit turned."""
    images = [data[:length] for length in range(len(data))]
    for bit in range(8 * len(data)):
        turned = bytearray(data)
        turned[bit // 8] ^= 1 << bit % 8
        images.append(bytes(turned))
    return images


def test_a_decayed_snapshot_is_replaced_by_an_older_one_or_refused() -> None:
    newest, older = snapshot_of(E1[:6]), snapshot_of(E1[:2])
    disk = PowerDisk({f"snapshot.{E1[1]:x}": older})
    written(disk, E1[2:6])
    written(disk, E1[6:])
    name = f"snapshot.{E1[5]:x}"
    alone = {name: newest, f"log.{E1[6]:x}": disk.files[f"log.{E1[6]:x}"]}
    for data in decayed(newest)[::3]:
        assert found({**disk.files, name: data}).zxids == tuple(E1)
        result = found({**alone, name: data})
        assert name in result.refused, "half a snapshot must not pass for a whole one"


def test_an_older_snapshot_with_a_hole_behind_it_is_refused() -> None:
    disk = PowerDisk({f"snapshot.{E1[1]:x}": snapshot_of(E1[:2])})
    written(disk, E1[5:])  # what came before was never here: a SNAP brought it
    name = f"snapshot.{E1[4]:x}"

    assert found({**disk.files, name: snapshot_of(E1[:5])}).zxids == tuple(E1)
    result = found({**disk.files, name: b"decayed"})

    assert f"log.{E1[5]:x}" in result.refused


def test_a_decayed_epoch_file_is_a_number_or_refused() -> None:
    for data in decayed(b"4294967295"):
        disk = PowerDisk({"acceptedEpoch": data})
        try:
            epoch = read_epoch(disk, "acceptedEpoch")
        except StorageError as error:
            assert "acceptedEpoch" in str(error)
        else:
            assert epoch is not None
            assert b"%d" % epoch == data.rstrip(b"\r\n").lstrip(b"0") or epoch == 0


def test_recovery_itself_may_be_cut_short() -> None:
    """It deletes the empty file that an earlier crash left behind."""
    disk = PowerDisk({"snapshot.0": BASE, f"log.{E1[3]:x}": bytes(10)})
    written(disk, E1[:3])
    disk.images.clear()

    recover(disk, disk)

    assert f"log.{E1[3]:x}" not in disk.files
    assert disk.images
    for when, image in disk.images:
        assert found(image).zxids == tuple(E1[:3]), when


def test_a_purge_leaves_every_snapshot_the_logs_that_follow_it(tmp_path: Path) -> None:
    """Wherever it ends, all is there; also if the newer snapshots turn out bad."""
    disk = PowerDisk({"snapshot.0": BASE})
    for end in range(1, 7):
        written(disk, E1[end - 1 : end])
        disk.replace(f"snapshot.{E1[end - 1]:x}", snapshot_of(E1[:end]))
    written(disk, E1[6:8])
    disk.images.clear()

    results = cut(disk, tmp_path, Store.purge, least=14)
    for when, image, result in results:
        assert result.zxids == tuple(E1[:8]), when
        left = dict(image)
        for name in snapshot_names(list(image))[:-1]:
            del left[name]
            assert found(left).zxids == tuple(E1[:8]), (when, name)
    names = sorted(results[-1][1])
    assert names == sorted(
        [f"snapshot.{zxid:x}" for zxid in E1[3:6]]
        + [f"log.{zxid:x}" for zxid in (*E1[3:6], E1[6])]
    )


def test_a_purge_that_a_power_cut_ended_is_done_again(tmp_path: Path) -> None:
    disk = PowerDisk({"snapshot.0": BASE})
    for end in range(1, 7):
        written(disk, E1[end - 1 : end])
        disk.replace(f"snapshot.{E1[end - 1]:x}", snapshot_of(E1[:end]))
    disk.images.clear()
    results = cut(disk, tmp_path, Store.purge, least=14)
    ends = set()
    for when, image, _ in results:
        again = PowerDisk(image)
        storage = storage_on(again, tmp_path)
        assert storage.recover().last_zxid == E1[5], when
        storage.purge()
        ends.add(tuple(again.names()))
    assert ends == {tuple(sorted(results[-1][1]))}

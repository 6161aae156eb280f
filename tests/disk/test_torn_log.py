"""Every way a log's tail can be torn, on the real log and the real recovery.

A log holds synced records and a last write that the power interrupted.  What
recovery returns is a prefix that holds every synced record, or it refuses and
names the file.  It never invents one and never loses a synced one.
"""

from collections.abc import Iterator

import pytest

from node.storage.txnlog import HEADER
from tests.disk.histories import BASE, entry, found, written
from tests.disk.power import Image, PowerDisk, mixed, sectors, subsets
from tests.torture import figures

pytestmark = pytest.mark.counted

SYNCED = [1, 2, 3]
IMAGES = {"lengths": 4_000, "bits": 6_000, "sectors": 11_000, "behind": 400}
counted: dict[str, int] = {}


def log_of(first: int, more: list[int], size: int) -> tuple[bytes, bytes]:
    """Return a log before and after the last write; `first` shifts its sectors."""
    disk = PowerDisk()
    written(disk, SYNCED[:1], first)
    synced = disk.files["log.1"] + records(SYNCED[1:], 20)
    return synced, synced + records(more, size)


def records(zxids: list[int], size: int) -> bytes:
    disk = PowerDisk()
    written(disk, zxids, size)
    return disk.files[f"log.{zxids[0]:x}"][len(HEADER) :]


def judge(kind: str, images: Iterator[bytes], appended: list[int]) -> None:
    """Hold recovery to its claim on every image; count them."""
    allowed = [tuple(appended[:end]) for end in range(len(SYNCED), len(appended) + 1)]
    count = refused = 0
    for data in images:
        count += 1
        result = found({"snapshot.0": BASE, "log.1": data})
        if result.refused:
            refused += 1
            assert "log.1" in result.refused
        else:
            assert result.zxids in allowed, (kind, count, result)
        if count % 16 == 0 and not result.refused:
            goes_on({"snapshot.0": BASE, "log.1": data}, result.zxids)
    assert refused < count, "who always refuses keeps nothing"
    counted[kind] = counted.get(kind, 0) + count
    figures.count("disk", "images of a torn log judged", count)
    figures.count("disk", "of them refused, with the file named", refused)


def goes_on(image: Image, zxids: tuple[int, ...]) -> None:
    """A node that recovered logs on, and finds both again the next time."""
    disk = PowerDisk(image)
    found(image)
    written(disk, [zxids[-1] + 1])
    assert found(disk.files).zxids == (*zxids, zxids[-1] + 1)


def test_every_length() -> None:
    for size in (20, 700, 3000):
        synced, whole = log_of(20, [4], size)
        judge(
            "lengths", (whole[:n] for n in range(len(synced), len(whole))), [1, 2, 3, 4]
        )


def test_every_length_with_the_reserve_of_zeros_behind() -> None:
    synced, whole = log_of(20, [4, 5], 300)
    cuts = range(len(synced), len(whole))
    judge("lengths", (whole[:n].ljust(8192, b"\0") for n in cuts), [1, 2, 3, 4, 5])


@pytest.mark.parametrize("size", [0, 20, 31, 500])
def test_every_bit_of_the_last_record(size: int) -> None:
    synced, whole = log_of(20, [4], size)

    def flipped() -> Iterator[bytes]:
        for bit in range(8 * len(synced), 8 * len(whole)):
            data = bytearray(whole.ljust(4096, b"\0"))
            data[bit // 8] ^= 1 << bit % 8
            yield bytes(data)

    judge("bits", flipped(), [1, 2, 3, 4])


@pytest.mark.parametrize("first", range(0, 512, 23))
@pytest.mark.parametrize(("more", "size"), [([4], 3600), ([4, 5, 6, 7], 850)])
def test_every_subset_of_the_last_eight_sectors(
    first: int, more: list[int], size: int
) -> None:
    synced, whole = log_of(first, more, size)
    old = synced.ljust(len(whole), b"\0")
    kept = [True] * (len(sectors(whole)) - 8)
    assert len(kept) * 512 <= len(synced) + 512, "the last write has eight sectors"
    images = (mixed(old, whole, kept + subset) for subset in subsets(8))
    judge("sectors", images, [*SYNCED, *more])


def test_zeros_or_garbage_behind() -> None:
    _synced, whole = log_of(20, [4], 40)
    stale = records([2], 20)

    def images() -> Iterator[bytes]:
        for size in range(1, 100):
            yield whole + bytes(size)
            yield whole + b"\xff" * size
            yield whole + b"B" * size
            yield whole + bytes(size) + stale
            yield whole + stale[:size]
        yield whole + stale

    judge("behind", images(), [1, 2, 3, 4])
    result = found({"snapshot.0": BASE, "log.1": whole + stale})
    assert "log.1" in result.refused, "an old record behind a newer one is no history"


def test_damage_before_the_last_record_is_refused_or_seen() -> None:
    _synced, whole = log_of(20, [4], 40)
    later = PowerDisk({"snapshot.0": BASE, "log.1": whole})
    written(later, [5, 6])
    lost = 0
    for bit in range(8 * len(HEADER), 8 * len(whole)):
        data = bytearray(whole)
        data[bit // 8] ^= 1 << bit % 8
        result = found({**later.files, "log.1": bytes(data)})
        lost += not result.refused
    assert lost == 0, "a hole in the middle of history must be refused"


def test_enough_images_were_judged() -> None:
    if len(counted) < len(IMAGES):
        return  # asked for by hand: only a part of this file ran
    assert all(counted[kind] >= least for kind, least in IMAGES.items()), counted
    assert sum(counted.values()) >= 20_000, counted
    assert entry(1) != entry(2)

"""The simulated disk forgets as a real one may, and no more."""

from random import Random

import pytest

from node.storage.disk import Disk
from simulator.disk import SECTOR, SimDisk


def disk() -> SimDisk:
    return SimDisk(lambda: None)


_: Disk = disk()  # the type checker holds the two together


@pytest.mark.parametrize("seed", range(50))
def test_what_was_synced_survives_every_power_cut(seed: int) -> None:
    it = disk()
    it.write("log", 0, b"promised" * 100)
    it.sync("log")
    it.write("log", 800, b"not yet!" * 100)
    it.lose_power(Random(seed))
    assert it.read("log", 0, 800) == b"promised" * 100


def test_what_was_not_synced_may_be_lost_by_the_sector() -> None:
    left = set()
    for seed in range(200):
        it = disk()
        it.write("log", 0, b"")
        it.sync("log")
        it.write("log", 0, b"1" * SECTOR + b"2" * SECTOR + b"3" * SECTOR)
        it.lose_power(Random(seed))
        left.add(bytes(it.files["log"].data[::SECTOR]))
    assert {b"", b"1", b"123", b"\0" + b"2", b"1\0" + b"3"} <= left


def test_a_name_without_a_sync_may_vanish() -> None:
    found = set()
    for seed in range(50):
        it = disk()
        it.write("new", 0, b"x")
        it.lose_power(Random(seed))
        found.add("new" in it.names())
    assert found == {True, False}


def test_a_replaced_file_is_whole_old_or_new_wherever_the_power_goes() -> None:
    found = set()
    for seed in range(100):
        steps = Random(seed).randint(0, 6)
        left = [steps]

        def burn(left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise RuntimeError

        it = disk()
        it.replace("epoch", b"1")
        it.burn = burn
        try:
            it.replace("epoch", b"2")
        except RuntimeError:
            it.lose_power(Random(seed))
        found.add(it.read("epoch"))
    assert found == {b"1", b"2"}

"""Faults last until they are cleared, or until their own timers fire."""

import asyncio
from typing import NamedTuple

import pytest

from node.faults.active import ActiveFaults
from node.faults.commands import CommandRefused, number, text
from tests.unit import leaping


class Fault(NamedTuple):
    id: str
    for_ms: int = 0


def kept() -> ActiveFaults[Fault]:
    return ActiveFaults("faults", 3, lambda _name, _why: None)


def test_a_name_means_a_fault_in_all_its_places_and_no_other() -> None:
    faults = kept()
    faults.add([Fault("f1>2"), Fault("f1>3"), Fault("f10")])
    assert faults.take("f1>2") == [Fault("f1>2")]
    assert faults.take("f1") == [Fault("f1>3")]
    assert faults.take("f1") == []
    assert faults.take("*") == [Fault("f10")]


def test_of_too_many_none_is_kept() -> None:
    faults = kept()
    faults.add([Fault("f1"), Fault("f2")])
    with pytest.raises(CommandRefused, match="more than 3 faults"):
        faults.add([Fault("f3"), Fault("f4")])
    assert list(faults.by_id) == ["f1", "f2"]


def test_whoever_replaces_a_fault_replaces_its_end() -> None:
    async def live() -> None:
        ended: list[tuple[str, str]] = []
        faults: ActiveFaults[Fault] = ActiveFaults(
            "faults", 3, lambda name, why: ended.append((name, why))
        )
        faults.add([Fault("f1", 10), Fault("f2", 30)])
        faults.add([Fault("f1")])
        assert faults.left_ms("f1") is None
        assert faults.left_ms("f2") == 30
        await asyncio.sleep(0.029)
        assert ended == []
        await asyncio.sleep(0.002)
        assert ended == [("f2", "time-up")]

    leaping.run(live())


@pytest.mark.parametrize("value", [-1, 4, 1.5, "2", True])
def test_a_number_of_an_order_has_its_bounds(value: object) -> None:
    with pytest.raises(CommandRefused, match="n .* is no number from 0 to 3"):
        number({"n": value}, "n", 3)
    assert number({}, "n", 3) == 0


def test_words_are_few() -> None:
    assert text({"kind": "cut"}, "kind") == "cut"
    with pytest.raises(CommandRefused, match="kind has at most"):
        text({"kind": "x" * 101}, "kind")

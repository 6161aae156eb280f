"""A clock that may stand still: nothing is late when it goes on."""

import asyncio

import pytest

from node.shell import timers as shell
from node.shell.timers import Timers
from tests.unit import leaping


@pytest.fixture(autouse=True)
def the_loops_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the timers live by the clock that leaps."""
    monkeypatch.setattr(shell, "monotonic_ms", leaping.now_ms)


def test_no_timer_fires_while_the_clock_stands_and_none_is_late_behind_it() -> None:
    async def live() -> None:
        fired: list[str] = []
        timers = Timers(fired.append)
        timers.set("tick", 30)
        await asyncio.sleep(0.010)
        timers.pause()
        await asyncio.sleep(0.100)
        assert (fired, timers.now_ms()) == ([], 10)
        timers.resume()
        assert (timers.now_ms(), timers.left_ms()) == (10, {"tick": 20})
        await asyncio.sleep(0.019)
        assert fired == []
        await asyncio.sleep(0.002)
        assert (fired, timers.now_ms()) == (["tick"], 31)

    leaping.run(live())


def test_a_clock_moved_by_hand_fires_what_is_due_and_nothing_else() -> None:
    async def live() -> None:
        fired: list[str] = []
        timers = Timers(fired.append)
        timers.pause()
        before_ms = timers.now_ms()
        timers.set("late", 1000)
        timers.set("soon", 200)
        assert list(timers.left_ms()) == ["soon", "late"]
        assert timers.advance(200) == ["soon"]
        assert (fired, timers.left_ms()) == (["soon"], {"late": 800})
        assert timers.now_ms() == before_ms + 200

    leaping.run(live())


def test_a_timer_that_another_one_stops_does_not_fire() -> None:
    async def live() -> None:
        fired: list[str] = []

        def fire(name: str) -> None:
            fired.append(name)
            timers.stop("b")

        timers = Timers(fire)
        timers.pause()
        timers.set("a", 1)
        timers.set("b", 2)
        timers.advance(5)
        assert fired == ["a"]

    leaping.run(live())

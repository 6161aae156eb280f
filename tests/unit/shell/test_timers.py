"""A clock that may stand still: nothing is late when it goes on."""

import asyncio

from node.shell.timers import Timers


def test_no_timer_fires_while_the_clock_stands_and_none_is_late_behind_it() -> None:
    async def live() -> None:
        fired: list[str] = []
        rang = asyncio.Event()

        def fire(name: str) -> None:
            fired.append(name)
            rang.set()

        timers = Timers(fire)
        timers.set("tick", 30)
        timers.freeze()
        before_ms = timers.now_ms()
        await asyncio.sleep(0.1)
        assert (fired, timers.now_ms()) == ([], before_ms)
        timers.thaw()
        assert timers.now_ms() - before_ms < 20
        await asyncio.wait_for(rang.wait(), 2)
        assert fired == ["tick"]

    asyncio.run(live())


def test_a_clock_moved_by_hand_fires_what_is_due_and_nothing_else() -> None:
    async def live() -> None:
        fired: list[str] = []
        timers = Timers(fired.append)
        timers.freeze()
        before_ms = timers.now_ms()
        timers.set("late", 1000)
        timers.set("soon", 200)
        assert list(timers.left_ms()) == ["soon", "late"]
        assert timers.advance(200) == ["soon"]
        assert (fired, timers.left_ms()) == (["soon"], {"late": 800})
        assert timers.now_ms() == before_ms + 200

    asyncio.run(live())


def test_a_timer_that_another_one_stops_does_not_fire() -> None:
    async def live() -> None:
        fired: list[str] = []

        def fire(name: str) -> None:
            fired.append(name)
            timers.stop("b")

        timers = Timers(fire)
        timers.freeze()
        timers.set("a", 1)
        timers.set("b", 2)
        timers.advance(5)
        assert fired == ["a"]

    asyncio.run(live())

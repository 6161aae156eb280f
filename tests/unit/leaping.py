"""An asyncio loop that never waits: where it would, its clock leaps to the next timer.

For what knows nothing but timers: there are no sockets here and no threads.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any


class _Leap(selectors.SelectSelector):
    """Takes waiting for the time that it would take."""

    now_s = 0.0

    def select(
        self, timeout: float | None = None
    ) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            assert timeout is not None, "all wait, and no timer will end it"
            self.now_s += timeout
        return ready


class LeapingLoop(asyncio.SelectorEventLoop):
    """A loop on that clock."""

    def __init__(self) -> None:
        self._leap = _Leap()
        super().__init__(self._leap)

    def time(self) -> float:
        return self._leap.now_s


def now_ms() -> int:
    """Return the time on the clock of the loop that runs."""
    return round(asyncio.get_running_loop().time() * 1000)


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run this in a loop of its own."""
    with asyncio.Runner(loop_factory=LeapingLoop) as runner:
        runner.run(work)

"""A node's clock and its timers; a lab may pause and resume both.

Whatever a server decides by time, it decides by this clock: ticks, time limits,
the end of a session.  While the clock is paused no time passes for any of
them, so nothing is late when it goes on.
"""

import asyncio
import time
from collections.abc import Callable


def monotonic_ms() -> int:
    """Return a clock that only rises, in milliseconds."""
    return time.monotonic_ns() // 1_000_000


class Timers:
    """Named timers of one node, on a clock that can be stopped."""

    def __init__(self, fire: Callable[[str], None]) -> None:
        """`fire(name)` is called when a timer's time has come."""
        self.fire = fire
        self.paused_ms: int | None = None  # what a paused clock shows
        self._behind_ms = 0  # behind the machine's clock, by all the stops
        self._due_ms: dict[str, int] = {}
        self._handles: dict[str, asyncio.TimerHandle] = {}

    def now_ms(self) -> int:
        """Return the time on our clock, which only rises."""
        if self.paused_ms is not None:
            return self.paused_ms
        return monotonic_ms() - self._behind_ms

    def set(self, name: str, after_ms: int) -> None:
        """Fire then; setting a timer again replaces it."""
        self.stop(name)
        self._due_ms[name] = self.now_ms() + after_ms
        if self.paused_ms is None:
            self._wind(name, after_ms)

    def stop(self, name: str) -> None:
        """Forget a timer."""
        self._due_ms.pop(name, None)
        handle = self._handles.pop(name, None)
        if handle is not None:
            handle.cancel()

    def stop_all(self) -> None:
        """Forget all of them."""
        for name in [*self._due_ms]:
            self.stop(name)

    def left_ms(self) -> dict[str, int]:
        """Return how long each timer has to wait yet, the first one first."""
        now_ms = self.now_ms()
        left = {name: max(0, due - now_ms) for name, due in self._due_ms.items()}
        return dict(sorted(left.items(), key=lambda item: item[1]))

    def pause(self) -> None:
        """Stop the clock; nothing happens if it is stopped already."""
        if self.paused_ms is None:
            self.paused_ms = self.now_ms()
            for handle in self._handles.values():
                handle.cancel()
            self._handles.clear()

    def resume(self) -> None:
        """Let the clock go on from where it stands."""
        if self.paused_ms is None:
            return
        self._behind_ms = monotonic_ms() - self.paused_ms
        self.paused_ms = None
        for name, left_ms in self.left_ms().items():
            self._wind(name, left_ms)

    def advance(self, by_ms: int) -> list[str]:
        """Move a paused clock, fire what is due; return what was."""
        if self.paused_ms is None:
            raise AssertionError("the clock goes by itself")
        self.paused_ms += by_ms
        due = [name for name, left_ms in self.left_ms().items() if not left_ms]
        for name in due:
            if name in self._due_ms:  # else one that fired before it stopped it
                self._fire(name)
        return due

    def _wind(self, name: str, after_ms: int) -> None:
        loop = asyncio.get_running_loop()
        self._handles[name] = loop.call_later(after_ms / 1000, self._fire, name)

    def _fire(self, name: str) -> None:
        self._handles.pop(name, None)
        del self._due_ms[name]
        self.fire(name)

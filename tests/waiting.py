"""Waiting for what another thread, process or container does in its own time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
LONG_S = 120.0  # the end of hope on any machine, no measure of how long it may take
_PAUSE_S = 0.02


def wait_for(
    look: Callable[[], T],
    what: str,
    seen: Callable[[], object] | None = None,
    within_s: float = LONG_S,
) -> T:
    """Look again and again until there is something, and return it.

    Whoever waits in vain reads what was awaited, and what was seen in its place:
    what `seen` says in the end, or else what the last look returned.
    """
    end = time.monotonic() + within_s
    while not (found := look()):
        if time.monotonic() > end:
            last = seen() if seen else repr(found)
            raise AssertionError(f"not within {within_s:g} s: {what}; seen: {last}")
        time.sleep(_PAUSE_S)
    return found

"""One event for a whole batch: first and last zxid, and how many."""

from collections.abc import Callable
from typing import Any

from node.effects import Note, note


class Span:
    """Gathers the zxids of one turn of the loop."""

    def __init__(self, event: Callable[[int, int, int], Any]) -> None:
        """`event(first, last, txns)` is what becomes of them."""
        self.event = event
        self.first = self.last = self.txns = 0

    def add(self, zxid: int) -> None:
        """Count one transaction."""
        if not self.txns:
            self.first = zxid
        self.last = zxid
        self.txns += 1

    def take(self) -> Note | None:
        """Return the event for what was counted, and begin anew."""
        if not self.txns:
            return None
        event = self.event(self.first, self.last, self.txns)
        self.txns = 0
        return note(event)

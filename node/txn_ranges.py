"""Events about writes: one for a whole batch, with first and last zxid.

A busy server commits thousands of transactions a second; an event for each one
would cost more than the transaction.  So they are published at once while there
are few, and else gathered and published together, in order: proposed, logged,
committed.
"""

from collections.abc import Callable
from typing import Any

from node.effects import Note, note
from node.events import TxnsCommitted, TxnsLogged, TxnsProposed

GATHER_MS = 20  # how long writes are gathered when there are many
FEW = 10  # so many publications in a window are not too many
WINDOW_MS = 100


class TxnRange:
    """Gathers the zxids of one kind of event."""

    def __init__(self, event: Callable[[int, int, int], Any]) -> None:
        """`event(first, last, txns)` is what becomes of them."""
        self.event = event
        self.first = self.last = self.txns = 0

    def add(self, first: int, last: int, txns: int = 1) -> None:
        """Count transactions."""
        if not self.txns:
            self.first = first
        self.last = last
        self.txns += txns


class TxnRanges:
    """What was proposed, logged and committed and is not yet published."""

    def __init__(self) -> None:
        """Begin with nothing to publish."""
        self.proposed = TxnRange(TxnsProposed)
        self.logged = TxnRange(TxnsLogged)
        self.committed = TxnRange(TxnsCommitted)
        self._window_ms = -WINDOW_MS  # when it began
        self._published = 0  # in this window

    def due(self, now_ms: int) -> bool:
        """Return whether what waits may be published at once."""
        if now_ms - self._window_ms >= WINDOW_MS:
            self._window_ms, self._published = now_ms, 0
        return self._published < FEW

    @property
    def waiting(self) -> bool:
        """Whether anything has not been published yet."""
        return bool(self.proposed.txns or self.logged.txns or self.committed.txns)

    def take(self) -> list[Note]:
        """Return the events for what was gathered, and start again."""
        self._published += 1
        notes = []
        for span in (self.proposed, self.logged, self.committed):
            if span.txns:
                notes.append(note(span.event(span.first, span.last, span.txns)))
                span.txns = 0
        return notes

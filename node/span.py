"""Events about writes: one for a whole batch, with first and last zxid.

A busy server commits thousands of transactions a second; an event for each one
would cost more than the transaction.  So they are gathered, and told together
and in order: proposed, logged, committed.
"""

from collections.abc import Callable
from typing import Any

from node.effects import Note, note
from node.events import TxnsCommitted, TxnsLogged, TxnsProposed

QUIET_MS = 20  # events about writes are at least this far apart


class Span:
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


class Spans:
    """What was proposed, logged and committed and is not yet told."""

    def __init__(self) -> None:
        """Begin with nothing to tell."""
        self.proposed = Span(TxnsProposed)
        self.logged = Span(TxnsLogged)
        self.committed = Span(TxnsCommitted)
        self.quiet_ms = QUIET_MS
        self._told_ms = 0

    def due(self, now_ms: int) -> bool:
        """Return whether there is something to tell, and it is time."""
        return now_ms - self._told_ms >= self.quiet_ms and self.waiting

    @property
    def waiting(self) -> bool:
        """Whether anything has not been told yet."""
        return bool(self.proposed.txns or self.logged.txns or self.committed.txns)

    def take(self, now_ms: int) -> list[Note]:
        """Return the events for what was gathered, and begin anew."""
        self._told_ms = now_ms
        notes = []
        for span in (self.proposed, self.logged, self.committed):
            if span.txns:
                notes.append(note(span.event(span.first, span.last, span.txns)))
                span.txns = 0
        return notes

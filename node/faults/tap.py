"""The tap: while a lab watches, each message to a peer is published with its bytes.

Whoever watches asks for it again every second; if it dies, the tap closes by itself.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from node.effects import OUTSIDE, Note, note
from node.events import MessageTapped
from node.faults.commands import checked, document, number

LONGEST_MS = 60_000
SHOWN_BYTES = 256  # of one message
MOST, WINDOW_S = 20, 0.1  # messages published in a tenth of a second
LEFT_OUT = ("PING", "")  # what says nothing new; "" is a piece of a tree


class Tap:
    """Closed, or open for a time."""

    def __init__(
        self,
        publish: Callable[[Note], object],
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin closed."""
        self.publish = publish
        self.now_s = now_s
        self._until_s = self._window_s = 0.0
        self._published = self._left_out = 0

    @property
    def open(self) -> bool:
        """Whether somebody watches."""
        return bool(self._until_s) and self.now_s() < self._until_s

    def handle(self, body: bytes) -> dict[str, Any]:
        """Do `{"for_ms": N}`: open for so long from now on."""
        asked = checked(document(body), "a tap", ("for_ms",))
        for_ms = number(asked, "for_ms", LONGEST_MS, least=1)
        self._until_s = self.now_s() + for_ms / 1000
        return self.listed()

    def clear(self) -> None:
        """Close."""
        self._until_s = 0.0

    def listed(self) -> dict[str, Any]:
        """Return how long it stays open."""
        left_s = max(0.0, self._until_s - self.now_s()) if self._until_s else 0.0
        return {"left_ms": round(left_s * 1000)}

    def sent(self, to: int, messages: Iterable[tuple[str, bytes]]) -> None:
        """Publish messages that leave for a peer; of very many not each."""
        for kind, data in messages:
            if kind in LEFT_OUT:
                continue
            if self.now_s() - self._window_s >= WINDOW_S:
                self._window_s, self._published = self.now_s(), 0
            if self._published >= MOST:
                self._left_out += 1
                continue
            self._published += 1
            shown = data[:SHOWN_BYTES].hex()
            event = MessageTapped(to, kind, len(data), shown, self._left_out)
            self._left_out = 0
            self.publish(note(event, OUTSIDE))

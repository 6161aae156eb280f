"""The faults that are active: each until it is cleared, or until its own timer fires.

Link faults and node faults are kept alike, so that a tool which dies leaves
nothing behind that the node does not know of and does not end.
"""

import asyncio
import math
from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from node.faults.commands import CommandRefused

LONGEST_MS = 24 * 3600 * 1000


class TimedFault(Protocol):
    """A fault that may end by itself."""

    @property
    def id(self) -> str:
        """The lab's name of the fault, or that and a place: f1, f1>3."""

    @property
    def for_ms(self) -> int:
        """How long it lasts; 0: until it is cleared."""


F = TypeVar("F", bound=TimedFault)


class ActiveFaults(Generic[F]):
    """All active faults of one kind; when time is up, `end(id, why)` is called."""

    def __init__(self, kind: str, most: int, end: Callable[[str, str], None]) -> None:
        """Begin with none; never hold more than `most`."""
        self.kind = kind
        self.most = most
        self.end = end
        self.by_id: dict[str, F] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def add(self, faults: Sequence[F]) -> None:
        """Keep all of these, or with CommandRefused none; the same id replaces."""
        if len(self.by_id) + len(faults) > self.most:
            raise CommandRefused(f"more than {self.most} {self.kind}")
        for fault in faults:
            self._stop(fault.id)
            self.by_id[fault.id] = fault
            if fault.for_ms:
                self._timers[fault.id] = asyncio.get_running_loop().call_later(
                    fault.for_ms / 1000, self.end, fault.id, "time-up"
                )

    def take(self, name: str) -> list[F]:
        """Remove one fault in all its places, one place of it, or all ("*")."""
        gone = [
            fault
            for fault in self.by_id.values()
            if name in ("*", fault.id, fault.id.partition(">")[0])
        ]
        for fault in gone:
            del self.by_id[fault.id]
            self._stop(fault.id)
        return gone

    def left_ms(self, name: str) -> int | None:
        """Return how long this one still lasts; None: until it is cleared."""
        timer = self._timers.get(name)
        if timer is None:
            return None
        return math.ceil((timer.when() - asyncio.get_running_loop().time()) * 1000)

    def _stop(self, name: str) -> None:
        timer = self._timers.pop(name, None)
        if timer is not None:
            timer.cancel()

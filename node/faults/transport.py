"""Where faults are injected: between a peer port and the connections it writes to."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

# Splits what is written into messages, each with the name of its type.
Split = Callable[[bytes], Iterable[tuple[str, bytes]]]


class Transport(Protocol):
    """What a connection writes to: asyncio's transport, or one with faults."""

    def write(self, data: bytes) -> None:
        """Write, now or later."""

    def close(self) -> None:
        """Close once everything was written."""

    def abort(self) -> None:
        """Close at once; what was not written is lost."""

    def is_closing(self) -> bool:
        """Return whether our side has ended."""

    def pause_reading(self) -> None:
        """Take in nothing for now."""

    def get_write_buffer_size(self) -> int:
        """Return how many bytes wait to be written."""

    def get_extra_info(self, name: str) -> Any:
        """Return what the socket knows of itself, as asyncio does."""


class InjectionPoint(Protocol):
    """What the peer ports ask before they call a peer or write to it."""

    def wrap(self, transport: Transport, split: Split) -> Transport:
        """Return what a connection must write to."""

    def meet(self, transport: Transport, sid: int) -> bool:
        """Tell a connection who its peer is; False: it must not hear that peer."""

    def lost(self, transport: Transport | None) -> None:
        """Forget a connection that has ended."""

    async def reachable(self, sid: int) -> None:
        """Wait until this peer can be called."""

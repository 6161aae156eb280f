"""Ports that the system lends to outgoing connections: a lab had better have none.

Between looking whether such a port is free and listening there, any connection
that a program of this machine opens may have been given it.
"""

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from labctl.words.phrase import Phrase

_KERNEL = Path("/proc/sys/net/ipv4")
_ROOM = 22_400  # a lab at the port that we advise ends below this


class Lent(NamedTuple):
    """The range, and what of it somebody took out by hand."""

    first: int
    last: int
    reserved: frozenset[int] = frozenset()

    def of(self, ports: Iterable[int]) -> list[int]:
        """Return which of these ports may be lent, ascending."""
        return sorted(
            port
            for port in ports
            if self.first <= port <= self.last and port not in self.reserved
        )

    def facts(self, ports: list[int]) -> dict[str, object]:
        """Return what is to be said of a lab with these ports."""
        low = self.first > _ROOM
        instead = Phrase("lent.below" if low else "lent.reserve", {"first": self.first})
        many = f"{ports[0]}-{ports[-1]}" if len(ports) > 1 else str(ports[0])
        facts = {"ports": many, "first": self.first, "last": self.last}
        return {**facts, "instead": instead}


def lent(kernel: Path = _KERNEL) -> Lent | None:
    """Return what the system lends; None if it does not tell."""
    try:
        first, last = map(int, (kernel / "ip_local_port_range").read_text().split())
    except (OSError, ValueError):
        return None
    reserved: set[int] = set()
    with contextlib.suppress(OSError, ValueError):
        for part in (kernel / "ip_local_reserved_ports").read_text().split(","):
            low, _, high = part.strip().partition("-")
            if low:
                reserved.update(range(int(low), int(high or low) + 1))
    return Lent(first, last, frozenset(reserved))

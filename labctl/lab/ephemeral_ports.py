"""Ephemeral ports: the system gives them to outgoing connections, so a lab avoids them.

Between our check that such a port is free and our listening on it, the system may
give it to an outgoing connection of any program.
"""

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from labctl.words.phrase import Phrase

_KERNEL = Path("/proc/sys/net/ipv4")
_ROOM = 22_400  # a lab at the base port that we suggest ends below this


class EphemeralRange(NamedTuple):
    """The range, and the ports that were taken out of it by hand."""

    first: int
    last: int
    reserved: frozenset[int] = frozenset()

    def of(self, ports: Iterable[int]) -> list[int]:
        """Return which of these ports are in the range, ascending."""
        return sorted(
            port
            for port in ports
            if self.first <= port <= self.last and port not in self.reserved
        )

    def facts(self, ports: list[int]) -> dict[str, object]:
        """Return the facts for a warning about these ports."""
        low = self.first > _ROOM
        instead = Phrase(
            "ephemeral.below" if low else "ephemeral.reserve", {"first": self.first}
        )
        many = f"{ports[0]}-{ports[-1]}" if len(ports) > 1 else str(ports[0])
        facts = {"ports": many, "first": self.first, "last": self.last}
        return {**facts, "instead": instead}


def ephemeral(kernel: Path = _KERNEL) -> EphemeralRange | None:
    """Return the range of this system; None if it does not say."""
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
    return EphemeralRange(first, last, frozenset(reserved))

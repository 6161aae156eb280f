"""Orders: what a lab may tell a node to suffer, through its AdminServer.

Each kind of order has a place of its own below `/commands/quorumlab/`: POST a
JSON body to order, GET to list what stands, DELETE to take all of it back.  A
node takes orders only if `quorumlab.lab` names its lab.
"""

from typing import Any, Protocol


class OrderRefused(Exception):
    """An order that makes no sense; the message says why, for a person."""


class Orders(Protocol):
    """One kind of order."""

    def order(self, body: bytes) -> Any:
        """Obey a JSON document, or raise OrderRefused and do nothing of it."""

    def clear(self) -> None:
        """Take everything of this kind back."""

    def listed(self) -> Any:
        """Return what stands now, as JSON has it."""

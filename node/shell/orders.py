"""Orders: what a lab may tell a node to suffer, through its AdminServer.

Each kind of order has a place of its own below `/commands/quorumlab/`: POST a
JSON body to order, GET to list what stands, DELETE to take all of it back.  A
node takes orders only if `quorumlab.lab` names its lab.

What a list shows of a fault has at least `id` (the lab's name of the fault, or that
and a place: `f1>3`), `kind`, `detail` and `left_ms` (None: until healed); a gate has
`to` as well.  A lab hands a node that starts again what still stands for it in
QUORUMLAB_ORDERS: `{kind: body}`.
"""

import json
import sys
from collections.abc import Collection, Mapping
from typing import Any, Protocol

WORDS_MAX = 100  # characters


class OrderRefused(Exception):
    """An order that makes no sense; the message says why, for a person."""


def document(body: bytes) -> Any:
    """Return the JSON document that an order is."""
    try:
        return json.loads(body or b"{}")
    except ValueError as error:
        raise OrderRefused(f"this is no JSON: {error}") from None


def to_clear(asked: Any) -> str | None:
    """Return the name in `{"clear": name}`; None: the order is to set something."""
    if isinstance(asked, dict) and set(asked) == {"clear"}:
        return str(asked["clear"])
    return None


def checked(order: Any, what: str, fields: Collection[str]) -> dict[str, Any]:
    """Return the order if it is an object that has no other fields than these."""
    if not isinstance(order, dict):
        raise OrderRefused(f"{what} is a JSON object")
    unknown = set(order) - set(fields)
    if unknown:
        raise OrderRefused(f"{what} has no {', '.join(sorted(unknown))}")
    return order


def number(order: dict[str, Any], key: str, most: int, least: int = 0) -> int:
    """Return a number of the order; not to say it is 0."""
    value = order.get(key) or 0
    if type(value) is not int or not least <= value <= most:
        raise OrderRefused(f"{key} {value!r} is no number from {least} to {most}")
    return value


def words(order: dict[str, Any], key: str, default: str = "") -> str:
    """Return some words of the order."""
    said = str(order.get(key) or default)
    if len(said) > WORDS_MAX:
        raise OrderRefused(f"{key} has at most {WORDS_MAX} characters")
    return said


class Orders(Protocol):
    """One kind of order."""

    def order(self, body: bytes) -> Any:
        """Obey a JSON document, or raise OrderRefused and do nothing of it."""

    def clear(self) -> None:
        """Take everything of this kind back."""

    def listed(self) -> Any:
        """Return what stands now, as JSON has it."""


class Standing:
    """All kinds at once, to look at or to take back."""

    def __init__(self, orders: Mapping[str, Orders]) -> None:
        """Know every kind."""
        self.kinds = orders

    def order(self, body: bytes) -> Any:
        """Obey `{kind: body}`, kind after kind; the first refusal ends it."""
        try:
            asked = dict(document(body))
        except (ValueError, TypeError) as error:
            raise OrderRefused(f"this is no JSON object: {error}") from None
        unknown = set(asked) - set(self.kinds)
        if unknown:
            raise OrderRefused(f"no such orders: {', '.join(sorted(unknown))}")
        for kind, order in asked.items():
            self.kinds[kind].order(json.dumps(order).encode())
        return self.listed()

    def clear(self) -> None:
        """Take everything back."""
        for orders in self.kinds.values():
            orders.clear()

    def listed(self) -> dict[str, Any]:
        """Return what stands, by kind."""
        return {kind: orders.listed() for kind, orders in self.kinds.items()}


def resume(orders: Mapping[str, Orders], text: str) -> None:
    """Obey what stood before this boot; a refusal is told on standard error."""
    if not text or not orders:
        return
    try:
        Standing(orders).order(text.encode())
    except OrderRefused as refused:
        sys.stderr.write(f"QUORUMLAB_ORDERS: {refused}\n")

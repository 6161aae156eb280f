"""Does a recorded event match a pattern?  `{event: ElectionDecided, epoch: ">1"}`."""

import operator
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from labctl.classroom.exercise import Facts, fill, names_in
from node.events import Record

_ORDERS = {
    ">=": operator.ge,
    "<=": operator.le,
    "!=": operator.ne,
    "==": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
}
_ORDER = re.compile(r"(>=|<=|!=|==|>|<) *(.+)")


class Unresolved(Exception):
    """A pattern asks for something that was never captured."""


def matching(
    pattern: Mapping[str, Any], records: Iterable[Record], facts: Facts
) -> Iterator[Record]:
    """Yield the records that match the pattern, in their order."""
    wanted = {name: resolved(value, facts) for name, value in pattern.items()}
    for record in records:
        if type(record.event).__name__ == wanted["event"] and all(
            fits(value, field(record, name))
            for name, value in wanted.items()
            if name != "event"
        ):
            yield record


def resolved(value: Any, facts: Facts) -> Any:
    """Return the value with captured facts in place of their names."""
    if isinstance(value, list):
        return [resolved(one, facts) for one in value]
    if not isinstance(value, str):
        return value
    for name in names_in(value):
        if name not in facts:
            raise Unresolved(name)
    return fill(value, facts)


def field(record: Record, name: str) -> Any:
    """Return the field of an event; an event of the lab may name its node itself."""
    return getattr(record.event, name, record.node if name == "node" else None)


def fits(wanted: Any, value: Any) -> bool:
    """Return whether a value is as wanted.

    A list means any of these; for a field that holds several, one must be among
    them.  `>1` and its kin compare.
    """
    if isinstance(value, tuple):
        return any(fits(wanted, one) for one in value)
    if isinstance(wanted, list):
        return any(fits(one, value) for one in wanted)
    if isinstance(wanted, str) and (order := _ORDER.fullmatch(wanted)):
        return compares(order[1], value, order[2])
    return same(wanted, value)


def compares(order: str, value: Any, limit: Any) -> bool:
    """Return whether a value stands in this order to the limit."""
    compare = _ORDERS[order]
    left, right = _number(value), _number(limit)
    if left is None or right is None:
        return bool(order in ("!=", "==") and compare(str(value), str(limit)))
    return bool(compare(left, right))


def same(wanted: Any, value: Any) -> bool:
    """Return whether both are the same number, or the same text."""
    left, right = _number(wanted), _number(value)
    if left is not None and right is not None:
        return left == right
    return str(wanted) == str(value)


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        return int(value, 0) if isinstance(value, str) else value + 0
    except (ValueError, TypeError):
        return None

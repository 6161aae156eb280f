"""Which faults stand now: asked of the nodes, and read up for those that are mute."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from labctl.faults import orders
from labctl.faults.ledger import Ledger
from labctl.runtime.base import PAUSED, UP

if TYPE_CHECKING:
    from labctl.lab import Lab


class Row(NamedTuple):
    """One fault's part in one node, as the node lists it."""

    fault: str
    sid: int  # who suffers it
    order: str  # the kind of order: gates, disk, …; "" for a pause
    kind: str  # partition, cut, disk, pause, …
    detail: str
    left_ms: int | None  # None: until healed
    place: str = ""  # the row's own id: f1>3
    to: int = 0  # a gate's other end
    action: str = ""  # a gate's: cut | hold | delay | lose


class Fault(NamedTuple):
    """One fault over all nodes."""

    id: str
    kind: str
    nodes: tuple[int, ...]  # whom it concerns
    links: tuple[str, ...]  # "3>1": what 3 sends to 1
    detail: str
    left_ms: int | None


def rows(lab: "Lab") -> list[Row]:
    """Return every part of every fault."""
    ledger = Ledger(lab.folder)
    found: list[Row] = []
    for sid in lab.topology.sids:
        condition = lab.runtime.run(sid).condition
        if condition == PAUSED:
            found.append(_pause(ledger, sid))
        if condition == UP:
            kinds = orders.standing(lab, sid)
        else:
            kinds = ledger.orders_for(sid)
        for order, listed in kinds.items():
            found += [_row(sid, order, one) for one in listed]
    return found


def faults(lab: "Lab") -> tuple[Fault, ...]:
    """Return every fault that stands, oldest first."""
    return merged(rows(lab))


def merged(parts: Iterable[Row]) -> tuple[Fault, ...]:
    """Join the parts that bear the same name."""
    together: dict[str, list[Row]] = {}
    for row in parts:
        together.setdefault(row.fault, []).append(row)
    found = [_fault(name, rows) for name, rows in together.items()]
    return tuple(sorted(found, key=lambda fault: _age(fault.id)))


def blocked(parts: Iterable[Row]) -> frozenset[tuple[int, int]]:
    """Return the directions in which nothing passes from the first message on."""
    return frozenset((row.sid, row.to) for row in parts if row.action == "cut")


def _fault(name: str, parts: Sequence[Row]) -> Fault:
    ends = {sid for row in parts for sid in (row.sid, row.to) if sid}
    links = sorted({f"{row.sid}>{row.to}" for row in parts if row.to})
    left = [row.left_ms for row in parts]
    longest = None if None in left else max(ms for ms in left if ms is not None)
    first = parts[0]
    return Fault(
        name, first.kind, tuple(sorted(ends)), tuple(links), first.detail, longest
    )


def _age(name: str) -> tuple[int, str]:
    return (int(name[1:]) if name[1:].isdecimal() else 1 << 30, name)


def _pause(ledger: Ledger, sid: int) -> Row:
    for entry in reversed(ledger.entries):
        if sid in entry.frozen:
            return Row(entry.id, sid, "", "pause", entry.detail, entry.left_ms)
    return Row(f"pause-n{sid}", sid, "", "pause", "", None)


def _row(sid: int, order: str, listed: dict[str, Any]) -> Row:
    place = str(listed.get("id") or order)
    left = listed.get("left_ms", listed.get("for_ms") or None)
    return Row(
        fault=place.partition(">")[0],
        sid=sid,
        order=order,
        kind=str(listed.get("kind") or listed.get("action") or order),
        detail=str(listed.get("detail") or ""),
        left_ms=left if isinstance(left, int) else None,
        place=place,
        to=int(listed.get("to") or 0),
        action=str(listed.get("action") or "") if order == "gates" else "",
    )

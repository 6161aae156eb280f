"""Which faults are active: asked of the nodes, or read up for those that are down."""

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from labctl.lab.fault_ledger import Ledger
from labctl.lab.lab import Lab
from labctl.lab.runtime.base import PAUSED, UP


class FaultRow(NamedTuple):
    """One fault's part in one node, as the node lists it."""

    fault: str
    sid: int  # the node that it is set in
    command: str  # the kind of command: link-faults, disk, …; "" for a pause
    kind: str  # partition, cut, disk, pause, …
    detail: str
    left_ms: int | None  # None: until healed
    place: str = ""  # the row's own id: f1>3
    to: int = 0  # a link fault's other end
    action: str = ""  # a link fault's: cut | hold | delay | lose
    in_force: bool = True  # False: recorded, but the node never got it


class Fault(NamedTuple):
    """One fault over all nodes."""

    id: str
    kind: str
    nodes: tuple[int, ...]  # the nodes that it concerns
    links: tuple[str, ...]  # "3>1": what 3 sends to 1
    detail: str
    left_ms: int | None
    unapplied: tuple[int, ...] = ()  # the nodes in which it is recorded, not in force


def rows(lab: Lab) -> list[FaultRow]:
    """Return every part of every fault."""
    ledger = Ledger(lab.folder)
    found: list[FaultRow] = []
    for sid in lab.topology.sids:
        condition = lab.runtime.run(sid).condition
        if condition == PAUSED:
            found.append(_pause(ledger, sid))
        if condition == UP:
            kinds = lab.admin.standing(sid)
        else:
            kinds = ledger.commands_for(sid)
        for command, listed in kinds.items():
            found += [_row(sid, command, one) for one in listed]
        if condition == UP:
            applied = {row.place for row in found if row.sid == sid}
            found += _unapplied(ledger, sid, applied)
    return found


def faults(lab: Lab) -> tuple[Fault, ...]:
    """Return every active fault, oldest first."""
    return merged(rows(lab))


def merged(parts: Iterable[FaultRow]) -> tuple[Fault, ...]:
    """Join the parts that bear the same name."""
    together: dict[str, list[FaultRow]] = {}
    for row in parts:
        together.setdefault(row.fault, []).append(row)
    found = [_fault(name, rows) for name, rows in together.items()]
    return tuple(sorted(found, key=lambda fault: _age(fault.id)))


def blocked(parts: Iterable[FaultRow]) -> frozenset[tuple[int, int]]:
    """Return the directions in which nothing passes from the first message on."""
    cuts = (row for row in parts if row.action == "cut" and row.in_force)
    return frozenset((row.sid, row.to) for row in cuts)


def blocked_links(lab: Lab) -> frozenset[tuple[int, int]]:
    """Ask the nodes which directions are blocked now."""
    return blocked(rows(lab))


def _fault(name: str, parts: Sequence[FaultRow]) -> Fault:
    ends = {sid for row in parts for sid in (row.sid, row.to) if sid}
    links = sorted({f"{row.sid}>{row.to}" for row in parts if row.to})
    left = [row.left_ms for row in parts]
    longest = None if None in left else max(ms for ms in left if ms is not None)
    first = parts[0]
    unapplied = sorted({row.sid for row in parts if not row.in_force})
    return Fault(
        *(name, first.kind, tuple(sorted(ends)), tuple(links), first.detail, longest),
        unapplied=tuple(unapplied),
    )


def _age(name: str) -> tuple[int, str]:
    return (int(name[1:]) if name[1:].isdecimal() else 1 << 30, name)


def _pause(ledger: Ledger, sid: int) -> FaultRow:
    for entry in reversed(ledger.entries):
        if sid in entry.paused:
            return FaultRow(entry.id, sid, "", "pause", entry.detail, entry.left_ms)
    return FaultRow(f"pause-n{sid}", sid, "", "pause", "", None)


def _unapplied(ledger: Ledger, sid: int, has: Container[str]) -> Iterator[FaultRow]:
    """Yield the parts that a node was to get and did not: the verb was killed."""
    for entry in ledger.unapplied():
        if sid in entry.paused:
            row = FaultRow(entry.id, sid, "", "pause", entry.detail, entry.left_ms)
            yield row._replace(in_force=False)
        for command, listed in entry.commands.get(sid, {}).items():
            for one in listed:
                row = _row(sid, command, one)._replace(left_ms=entry.left_ms)
                if row.place not in has:
                    yield row._replace(in_force=False)


def _row(sid: int, command: str, listed: dict[str, Any]) -> FaultRow:
    place = str(listed.get("id") or command)
    left = listed.get("left_ms", listed.get("for_ms") or None)
    return FaultRow(
        fault=place.partition(">")[0],
        sid=sid,
        command=command,
        kind=str(listed.get("kind") or listed.get("action") or command),
        detail=str(listed.get("detail") or ""),
        left_ms=left if isinstance(left, int) else None,
        place=place,
        to=int(listed.get("to") or 0),
        action=str(listed.get("action") or "") if command == "link-faults" else "",
    )

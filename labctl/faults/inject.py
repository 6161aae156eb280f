"""Set a fault on links: write it down, order it, record it."""

import time
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from labctl.errors import PARTLY, LabError
from labctl.faults import orders
from labctl.faults.grammar import Link
from labctl.faults.ledger import Entry, Ledger
from labctl.faults.register import Fault, rows
from labctl.lab import Lab
from labctl.recording.happened import FaultHealed, FaultSet, NodeResumed
from labctl.runtime.base import UP


class Wanted(NamedTuple):
    """A fault on links, before it has a name."""

    kind: str  # partition | cut | hold | delay | lose
    links: tuple[Link, ...]
    action: str  # what each gate does
    detail: str = ""
    for_ms: int = 0
    from_type: str = ""
    delay_ms: int = 0
    jitter_ms: int = 0
    times: int = 1


def set_links(lab: Lab, wanted: Wanted) -> Fault:
    """Set the fault in every node that sends on these links.

    A node that is down or frozen gets its part when it starts or thaws.  If one
    refuses, nobody keeps anything.
    """
    ledger = Ledger(lab.folder)
    name = ledger.next_id(row.fault for row in rows(lab))
    gates = _gates(name, wanted)
    until = _until(wanted.for_ms)
    per_node = {sid: {"gates": bodies} for sid, bodies in gates.items()}
    ledger.add(Entry(name, wanted.kind, wanted.detail, until, per_node))
    told: list[int] = []
    try:
        for sid, bodies in gates.items():
            if lab.runtime.run(sid).condition == UP:
                told.append(sid)
                orders.send(lab, sid, "gates", bodies)
    except LabError:
        for sid in told[:-1]:
            orders.take_back(lab, sid, "gates", name)
        ledger.drop(name)
        raise
    ends = tuple(sorted({sid for link in wanted.links for sid in link}))
    shown = tuple(f"{a}>{b}" for a, b in wanted.links)
    fault = Fault(name, wanted.kind, ends, shown, wanted.detail, wanted.for_ms or None)
    note_set(lab, fault, wanted.for_ms)
    return fault


def note_set(lab: Lab, fault: Fault, for_ms: int) -> None:
    """Record that a fault stands."""
    lab.did(
        FaultSet(fault.id, fault.kind, fault.nodes, fault.links, fault.detail, for_ms)
    )


def heal(lab: Lab, names: Sequence[str]) -> None:
    """Take faults back wherever they stand; frozen nodes that are part of one thaw."""
    ledger = Ledger(lab.folder)
    found = [row for row in rows(lab) if row.fault in names]
    for name in names:
        ledger.drop(name)
    deaf: list[LabError] = []  # one that does not hear must not keep the rest ill
    for sid, order, name in sorted({(r.sid, r.order, r.fault) for r in found}):
        try:
            if not order:
                wake(lab, sid)
                reconcile(lab, sid)
            elif lab.runtime.run(sid).condition == UP:
                orders.take_back(lab, sid, order, name)
        except LabError as error:
            deaf.append(error)
    for name in names:
        lab.did(FaultHealed(name, "asked"))
    if deaf:
        raise LabError(deaf[0].message, deaf[0].hint, PARTLY)


def heal_links(lab: Lab, links: Iterable[Link]) -> None:
    """Free these directions of every fault; faults elsewhere stay."""
    ledger = Ledger(lab.folder)
    before = {row.fault for row in rows(lab)}
    for row in rows(lab):
        if (row.sid, row.to) in set(links):
            ledger.drop_one(row.fault, row.sid, row.place)
            if lab.runtime.run(row.sid).condition == UP:
                orders.take_back(lab, row.sid, row.order, row.place)
    for name in sorted(before - {row.fault for row in rows(lab)}):
        ledger.drop(name)
        lab.did(FaultHealed(name, "asked"))


def wake(lab: Lab, sid: int) -> None:
    """Thaw a node, and write down that it was: what it does next follows from it."""
    lab.did(NodeResumed(sid))
    lab.runtime.resume(sid)


def reconcile(lab: Lab, sid: int) -> None:
    """Tell a node that could not hear us what was ordered and healed meanwhile."""
    wanted = Ledger(lab.folder).orders_for(sid)
    known = {entry.id for entry in Ledger(lab.folder)}
    has = orders.standing(lab, sid)
    for order, listed in has.items():
        for one in listed:
            if str(one.get("id", "")).partition(">")[0] not in known:
                orders.take_back(lab, sid, order, str(one.get("id", "")))
    for order, bodies in wanted.items():
        names = {one.get("id") for one in has.get(order, [])}
        if missing := [body for body in bodies if body.get("id") not in names]:
            orders.send(lab, sid, order, missing)


def _gates(name: str, wanted: Wanted) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for sender, receiver in wanted.links:
        gate = {
            "id": f"{name}>{receiver}",
            "to": receiver,
            "action": wanted.action,
            "from_type": wanted.from_type,
            "delay_ms": wanted.delay_ms,
            "jitter_ms": wanted.jitter_ms,
            "times": wanted.times,
            "for_ms": wanted.for_ms,
            "kind": wanted.kind,
            "detail": wanted.detail[:100],
        }
        found.setdefault(sender, []).append(gate)
    return found


def _until(for_ms: int) -> float:
    return time.time() * 1000 + for_ms if for_ms else 0.0

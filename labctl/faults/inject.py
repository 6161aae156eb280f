"""Set a fault on links: write it down, send the commands, record it."""

import time
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from labctl.errors import PARTLY, LabError
from labctl.faults.active import Fault, rows
from labctl.faults.grammar import Link
from labctl.lab.fault_ledger import Entry, Ledger
from labctl.lab.lab import Lab
from labctl.lab.runtime.base import PAUSED, UP
from labctl.story.lab_events import FaultHealed, FaultSet, NodeResumed


class LinkFaultSpec(NamedTuple):
    """A fault on links, before it has a name."""

    kind: str  # partition | cut | hold | delay | lose
    links: tuple[Link, ...]
    action: str  # what each command does
    detail: str = ""
    for_ms: int = 0
    from_type: str = ""
    delay_ms: int = 0
    jitter_ms: int = 0
    times: int = 1


def set_links(lab: Lab, wanted: LinkFaultSpec) -> Fault:
    """Set the fault in every node that sends on these links.

    A node that is down or paused gets its part when it starts or resumes.  If one
    refuses, no node keeps its part.
    """
    ledger = Ledger(lab.folder)
    name = ledger.next_id(row.fault for row in rows(lab))
    link_faults = _commands(name, wanted)
    until = _until(wanted.for_ms)
    per_node = {sid: {"link-faults": bodies} for sid, bodies in link_faults.items()}
    ledger.add(Entry(name, wanted.kind, wanted.detail, until, per_node))
    reached: list[int] = []
    try:
        for sid, bodies in link_faults.items():
            if lab.runtime.run(sid).condition == UP:
                reached.append(sid)
                lab.admin.send(sid, "link-faults", bodies)
    except LabError:
        for sid in reached[:-1]:
            lab.admin.clear(sid, "link-faults", name)
        ledger.drop(name)
        raise
    ledger.mark_applied(name)
    ends = tuple(sorted({sid for link in wanted.links for sid in link}))
    arrows = tuple(f"{a}>{b}" for a, b in wanted.links)
    fault = Fault(name, wanted.kind, ends, arrows, wanted.detail, wanted.for_ms or None)
    note_set(lab, fault, wanted.for_ms)
    return fault


def note_set(lab: Lab, fault: Fault, for_ms: int) -> None:
    """Record that a fault is active."""
    lab.did(
        FaultSet(fault.id, fault.kind, fault.nodes, fault.links, fault.detail, for_ms)
    )


def heal(lab: Lab, names: Sequence[str]) -> None:
    """Heal faults wherever they stand; nodes that one of them paused are resumed."""
    ledger = Ledger(lab.folder)
    found = [row for row in rows(lab) if row.fault in names]
    for name in names:
        ledger.drop(name)
    unreached: list[
        LabError
    ] = []  # one that does not answer must not keep the others from being healed
    for sid, command, name in sorted({(r.sid, r.command, r.fault) for r in found}):
        try:
            if not command and lab.runtime.run(sid).condition == PAUSED:
                resume_process(lab, sid)
                reconcile(lab, sid)
            elif command and lab.runtime.run(sid).condition == UP:
                lab.admin.clear(sid, command, name)
        except LabError as error:
            unreached.append(error)
    for name in names:
        lab.did(FaultHealed(name, "asked"))
    if unreached:
        raise LabError(unreached[0].message, unreached[0].hint, PARTLY)


def heal_links(lab: Lab, links: Iterable[Link]) -> None:
    """Free these directions of every fault; faults elsewhere stay."""
    ledger = Ledger(lab.folder)
    before = {row.fault for row in rows(lab)}
    for row in rows(lab):
        if (row.sid, row.to) in set(links):
            ledger.drop_one(row.fault, row.sid, row.place)
            if lab.runtime.run(row.sid).condition == UP:
                lab.admin.clear(row.sid, row.command, row.place)
    for name in sorted(before - {row.fault for row in rows(lab)}):
        ledger.drop(name)
        lab.did(FaultHealed(name, "asked"))


def resume_process(lab: Lab, sid: int) -> None:
    """Resume a node, and record that as the cause of what it does next."""
    lab.did(NodeResumed(sid))
    lab.runtime.resume(sid)


def reconcile(lab: Lab, sid: int) -> None:
    """Send a node what was set and healed while it could not be reached."""
    wanted = Ledger(lab.folder).commands_for(sid)
    known = {entry.id for entry in Ledger(lab.folder)}
    has = lab.admin.standing(sid)
    for command, listed in has.items():
        for one in listed:
            if str(one.get("id", "")).partition(">")[0] not in known:
                lab.admin.clear(sid, command, str(one.get("id", "")))
    for command, bodies in wanted.items():
        names = {one.get("id") for one in has.get(command, [])}
        if missing := [body for body in bodies if body.get("id") not in names]:
            lab.admin.send(sid, command, missing)


def _commands(name: str, wanted: LinkFaultSpec) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for sender, receiver in wanted.links:
        command = {
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
        found.setdefault(sender, []).append(command)
    return found


def _until(for_ms: int) -> float:
    return time.time() * 1000 + for_ms if for_ms else 0.0

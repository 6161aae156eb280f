"""Who hears whom, as a matrix; and the list of faults."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from labctl.faults.active import Fault, FaultRow, merged, rows
from labctl.lab.lab import Lab
from labctl.lab.status import NodeView
from labctl.screen.glyphs import GLYPHS
from labctl.words.phrase import Phrase

MARKS: Mapping[str, str] = {"cut": "⊘", "hold": "❚", "delay": "~", "lose": "?"}
OPEN = "─"


def net_report(lab: Lab) -> None:
    """The matrix of links, then the faults; or one JSON document."""
    views, parts = lab.look(), rows(lab)
    in_force = [row for row in parts if row.in_force]
    if lab.screen.quiet:
        lab.screen.document(net_document(lab, views, parts))
        return
    lab.screen.say(Phrase("net.head"))
    lab.screen.show(_matrix(lab, views, in_force))
    lab.screen.say(Phrase("net.legend"))
    lab.screen.say(Phrase("net.clients"))
    say_faults(lab, merged(parts))


def fault_report(lab: Lab) -> None:
    """One line per fault; or one JSON document."""
    found = merged(rows(lab))
    if lab.screen.quiet:
        shown = [document(fault) for fault in found]
        lab.screen.document({"v": 1, "lab": lab.topology.lab, "faults": shown})
        return
    say_faults(lab, found)


def say_faults(lab: Lab, found: Sequence[Fault]) -> None:
    """Say each fault in a line, with the time it has left."""
    for fault in found:
        lab.screen.say(line(fault))
    if not found:
        lab.screen.say(Phrase("fault.none"))


def line(fault: Fault) -> Phrase:
    """Return a fault as one line."""
    where = " ".join(link.replace(">", "→") for link in fault.links)
    if fault.kind == "partition":  # its groups say it shorter
        where = " ".join(f"n{sid}" for sid in fault.nodes)
    left = Phrase("fault.until-healed")
    if fault.left_ms is not None:
        left = Phrase("fault.left", {"left": f"{fault.left_ms / 1000:.1f}"})
    facts: dict[str, object] = {
        "fault": f"{fault.id:<4}",
        "kind": f"{fault.kind:<9}",
        "detail": f"{fault.detail}  " if fault.detail else "",
        "where": where or " ".join(f"n{sid}" for sid in fault.nodes),
        "left": left,
        "unapplied": Phrase("nothing"),
    }
    if fault.unapplied:
        applied = {"nodes": fault.unapplied, "fault": fault.id}
        facts["unapplied"] = Phrase("fault.unapplied", applied)
    return Phrase("fault.line", facts)


def document(fault: Fault) -> dict[str, Any]:
    """Return a fault as JSON has it."""
    lists = {"nodes": fault.nodes, "links": fault.links, "unapplied": fault.unapplied}
    return {**fault._asdict(), **{name: list(row) for name, row in lists.items()}}


def net_document(
    lab: Lab, views: Sequence[NodeView], parts: Sequence[FaultRow]
) -> dict[str, Any]:
    """Return the matrix for programs: one object per direction."""
    sids = lab.topology.sids
    links = []
    for a in sids:
        for b in sids:
            found = [
                row for row in parts if row.in_force and (row.sid, row.to) == (a, b)
            ]
            if a != b:
                links.append(
                    {
                        "from": a,
                        "to": b,
                        "state": _worst(found) or "open",
                        "faults": [row.fault for row in found],
                    }
                )
    nodes = [{"id": view.node.sid, "state": view.state} for view in views]
    faults = [document(fault) for fault in merged(parts)]
    head = {"v": 1, "lab": lab.topology.lab}
    return {**head, "nodes": nodes, "links": links, "faults": faults}


def _matrix(lab: Lab, views: Sequence[NodeView], parts: Sequence[FaultRow]) -> Table:
    fit = lab.screen.fit
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    table.add_column(lab.screen.text(Phrase("net.from")), no_wrap=True)
    for view in views:
        table.add_column(fit(f"→n{view.node.sid}"), no_wrap=True)
    for view in views:
        sid = view.node.sid
        cells = [_cell(parts, sid, other) for other in lab.topology.sids]
        name = f"n{sid} {GLYPHS.get(view.state, '?')}"
        table.add_row(fit(name), *(fit(cell) for cell in cells))
    return table


def _cell(parts: Sequence[FaultRow], a: int, b: int) -> str:
    if a == b:
        return ""
    found = [row for row in parts if (row.sid, row.to) == (a, b)]
    if not found:
        return OPEN
    names = found[0].fault + ("+" if len(found) > 1 else "")
    return f"{MARKS.get(_worst(found), '?')} {names}"


def _worst(found: Sequence[FaultRow]) -> str:
    """Return the strongest action of these: nothing passes a cut."""
    return next((m for m in MARKS if any(row.action == m for row in found)), "")

"""Faults inside one node: its disk, its clock, its power, what its disk holds."""

import time
from collections.abc import Sequence
from typing import NamedTuple

from labctl.errors import CONFLICT, USAGE, LabError
from labctl.faults.active import rows
from labctl.faults.pausing import resume_node
from labctl.lab.fault_ledger import Entry, Ledger
from labctl.lab.follower import Follower
from labctl.lab.lab import Lab
from labctl.lab.runtime.base import DOWN, PAUSED, UP
from labctl.lab.status import NodeView
from labctl.story.lab_events import FaultSet, NodeEnded, NodeWiped
from labctl.words.phrase import Phrase

WIPES = {
    "log": ("log.*",),
    "snapshots": ("snapshot.*",),
    "epochs": ("acceptedEpoch", "currentEpoch"),
    "all": ("log.*", "snapshot.*", "acceptedEpoch", "currentEpoch"),
}


class NodeFaultSpec(NamedTuple):
    """A fault of one node, before it has a name."""

    kind: str  # disk | clock
    action: str  # fsync-delay | full | torn-tail | clock
    ms: int
    for_ms: int

    @property
    def detail(self) -> str:
        """What a list of faults shows of it."""
        if self.action == "clock":
            return f"{self.ms / 1000:+g} s"
        return f"{self.action} {self.ms} ms" if self.ms else self.action


def set_node_fault(lab: Lab, sids: Sequence[int], fault: NodeFaultSpec) -> str:
    """Set the fault in these nodes under one new name, which is returned.

    A node that is down or paused gets its part when it starts or resumes.
    """
    ledger = Ledger(lab.folder)
    name = ledger.next_id(row.fault for row in rows(lab))
    body = {
        "id": name,
        "action": fault.action,
        "ms": fault.ms,
        "for_ms": fault.for_ms,
        "kind": fault.kind,
        "detail": fault.detail,
    }
    until_ms = time.time() * 1000 + fault.for_ms if fault.for_ms else 0.0
    per_node = {sid: {"node-faults": [body]} for sid in sids}
    ledger.add(Entry(name, fault.kind, fault.detail, until_ms, per_node))
    reached: list[int] = []
    try:
        for sid in sids:
            if lab.runtime.run(sid).condition == UP:
                lab.admin.send(sid, "node-faults", [body])
                reached.append(sid)
    except LabError:
        for sid in reached:
            lab.admin.clear(sid, "node-faults", name)
        ledger.drop(name)
        raise
    ledger.mark_applied(name)
    event = FaultSet(name, fault.kind, tuple(sids), (), fault.detail, fault.for_ms)
    lab.recorder.record(event)
    return name


def cut_power(
    lab: Lab, watch: Follower, sids: Sequence[int], *, torn: bool
) -> list[int]:
    """Make running nodes lose their caches and end; return which nodes ran."""
    runs = {sid: lab.runtime.run(sid).condition for sid in sids}
    for sid, condition in runs.items():
        if condition == PAUSED:  # its power is cut in the instant in which it resumes
            watch.note(sid, Phrase("crash.resumed"), Phrase("crash.resumed.why"))
            resume_node(lab, sid)
            watch.set_paused(sid, paused=False)
        if condition == DOWN:
            watch.note(sid, Phrase("already", {"sid": sid}))
    living = [sid for sid, condition in runs.items() if condition != DOWN]
    for sid in living:
        watch.ends(sid)
        lab.admin.send(sid, "power", {"torn_tail": True} if torn else {})
        lab.recorder.record(NodeEnded(sid, "unsynced-lost"))
    return living


def wipe(lab: Lab, sids: Sequence[int], what: str) -> None:
    """Empty the disks of nodes that are down."""
    for sid in sids:
        gone = lab.runtime.wipe(sid, WIPES[what])
        lab.recorder.record(NodeWiped(sid, what))
        facts = {"sid": sid, "count": gone, "what": Phrase(f"wipe-of.{what}")}
        lab.screen.say(Phrase("wiped", facts))


def wipe_kind(what: str) -> str:
    """Return what is to be wiped, or say what could be."""
    if what not in WIPES:
        facts = {"what": what, "kinds": " | ".join(WIPES)}
        raise LabError(Phrase("wipe.unknown", facts), None, USAGE)
    return what


def check_majority_remembers(
    views: Sequence[NodeView], wiped: Sequence[int], *, out_of_model: bool
) -> Phrase | None:
    """Refuse to wipe so much that a majority could have forgotten a promise.

    A write was promised when a majority had it.  If the wiped voters and those
    that are away now make a majority, that one may lead without the write.
    Returns what to say when it is done all the same.
    """
    voters = {view.node.sid for view in views if view.node.voter}
    away = {
        view.node.sid
        for view in views
        if view.node.voter and not (view.answer and view.answer.serving)
    }
    forgot = voters & set(wiped)
    need = len(voters) // 2 + 1
    if not forgot or len(forgot | away) < need:
        return None
    facts = {
        "wiped": tuple(sorted(forgot)),
        "away": tuple(sorted(away - forgot)),
        "have": len(forgot | away),
        "voters": len(voters),
    }
    if not out_of_model:
        raise LabError(
            Phrase("wipe.majority", facts), Phrase("wipe.majority.hint"), CONFLICT
        )
    return Phrase("wipe.beyond", facts)

"""Pause as a fault: it has a name, may have a time, and ends without labctl.

A paused node cannot time itself.  For `--for` a small process of its own is left
behind that resumes the node when the time has come; it ends as soon as the pause
is healed or the lab is gone.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import labctl
from labctl.errors import LabError
from labctl.faults.active import Fault, rows
from labctl.faults.inject import note_set, reconcile, resume_process
from labctl.lab.fault_ledger import Entry, Ledger
from labctl.lab.lab import Lab
from labctl.lab.runtime.base import PAUSED
from labctl.story.lab_events import FaultHealed, NodePaused
from labctl.words.phrase import Phrase


class Pause(NamedTuple):
    """What was paused together, and until when."""

    fault: str
    sids: tuple[int, ...]
    until_ms: float  # wall clock; 0: until healed
    lab: Lab | None = None

    def over(self) -> bool:
        """Return whether it has resumed by itself."""
        if not self.until_ms or self.lab is None or time.time() * 1000 < self.until_ms:
            return False
        return all(self.lab.runtime.run(sid).condition != PAUSED for sid in self.sids)

    def say(self, lab: Lab) -> None:
        """Say how it ends."""
        if not self.sids or self.over():
            return
        facts: dict[str, object] = {"fault": self.fault, "lab": lab.suffix}
        left = self.until_ms - time.time() * 1000
        facts["left"] = f"{max(0.0, left) / 1000:.1f}"
        lab.screen.say(Phrase("fault.ends" if self.until_ms else "fault.stands", facts))


NO_PAUSE = Pause("", (), 0.0)


def pause_nodes(lab: Lab, sids: Sequence[int], for_ms: int) -> Pause:
    """Pause these nodes as one fault; it is written down before it is done."""
    if not sids:
        return NO_PAUSE
    ledger = Ledger(lab.folder)
    name = ledger.next_id(row.fault for row in rows(lab))
    until = time.time() * 1000 + for_ms if for_ms else 0.0
    ledger.add(Entry(name, "pause", "", until, paused=tuple(sids)))
    if for_ms:  # before the pause: this command may be killed at any moment
        _start_resumer(lab, name)
    for sid in sids:
        lab.did(NodePaused(sid))
        lab.runtime.pause(sid)
    ledger.mark_applied(name)
    note_set(lab, Fault(name, "pause", tuple(sids), (), "", None), for_ms)
    return Pause(name, tuple(sids), until, lab)


def resume_node(lab: Lab, sid: int) -> None:
    """Resume a node, and tell it what it could not hear."""
    resume_process(lab, sid)
    ledger = Ledger(lab.folder)
    for entry in ledger:
        if sid in entry.paused and not any(
            lab.runtime.run(other).condition == PAUSED for other in entry.paused
        ):
            ledger.drop(entry.id)
            lab.did(FaultHealed(entry.id, "asked"))
    with suppress(LabError):  # it may be busy: `status` tells what stands
        reconcile(lab, sid)


def _start_resumer(lab: Lab, fault: str) -> None:
    """Start the process that resumes them when the time has come."""
    paths = [str(Path(labctl.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    subprocess.Popen(  # noqa: S603  (our own interpreter)
        [sys.executable, "-m", "labctl.faults.resumer", str(lab.folder), fault],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in paths if p)},
        cwd="/",
        start_new_session=True,
    )

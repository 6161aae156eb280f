"""Pause as a fault: it has a name, may have a time, and ends without us.

A frozen node cannot time itself.  For `--for` a small process of its own is left
behind that thaws the node when the time has come; it ends as soon as the pause
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
from labctl.faults.ledger import Entry, Ledger
from labctl.faults.register import Fault, rows
from labctl.faults.setting import note_set, reconcile, wake
from labctl.lab import Lab
from labctl.recording.happened import FaultHealed, NodePaused
from labctl.runtime.base import PAUSED
from labctl.words.phrase import Phrase


class Frost(NamedTuple):
    """What was frozen together, and until when."""

    fault: str
    sids: tuple[int, ...]
    until_ms: float  # wall clock; 0: until healed
    lab: Lab | None = None

    def over(self) -> bool:
        """Return whether it has thawed by itself."""
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


MILD = Frost("", (), 0.0)


def freeze(lab: Lab, sids: Sequence[int], for_ms: int) -> Frost:
    """Freeze these nodes as one fault; it is written down before it is done."""
    if not sids:
        return MILD
    ledger = Ledger(lab.folder)
    name = ledger.next_id(row.fault for row in rows(lab))
    until = time.time() * 1000 + for_ms if for_ms else 0.0
    ledger.add(Entry(name, "pause", "", until, frozen=tuple(sids)))
    for sid in sids:
        lab.did(NodePaused(sid))
        lab.runtime.pause(sid)
    if for_ms:
        _leave_a_thawer(lab, name)
    note_set(lab, Fault(name, "pause", tuple(sids), (), "", None), for_ms)
    return Frost(name, tuple(sids), until, lab)


def thaw(lab: Lab, sid: int) -> None:
    """Thaw a node, and tell it what it could not hear."""
    wake(lab, sid)
    ledger = Ledger(lab.folder)
    for entry in ledger:
        if sid in entry.frozen and not any(
            lab.runtime.run(other).condition == PAUSED for other in entry.frozen
        ):
            ledger.drop(entry.id)
            lab.did(FaultHealed(entry.id, "asked"))
    with suppress(LabError):  # it may be busy: `status` tells what stands
        reconcile(lab, sid)


def _leave_a_thawer(lab: Lab, fault: str) -> None:
    """Start the process that thaws when the time has come."""
    paths = [str(Path(labctl.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    subprocess.Popen(  # noqa: S603  (our own interpreter)
        [sys.executable, "-m", "labctl.faults.thawer", str(lab.folder), fault],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in paths if p)},
        cwd="/",
        start_new_session=True,
    )

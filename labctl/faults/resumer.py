"""The process that outlives `labctl pause --for`: it resumes the nodes, and ends.

Run as `python -m labctl.faults.resumer FOLDER FAULT`.
"""

import sys
import time
from pathlib import Path

from labctl.faults.inject import reconcile, resume_process
from labctl.lab.fault_ledger import Entry, Ledger
from labctl.lab.lab import Lab, make_runtime
from labctl.lab.runtime.base import PAUSED
from labctl.lab.topology import load
from labctl.screen.screen import Screen
from labctl.story.lab_events import FaultHealed

_LOOK_S = 1.0  # so soon after a pause was healed this process ends, too


def main(folder: Path, fault: str) -> None:
    """Wait until the fault's time is up, or until there is nothing to wait for."""
    topology = load(folder)
    if topology is None:
        return
    lab = Lab(topology, make_runtime(topology, folder), folder, Screen("en"))
    lab.screen.quiet = True
    while (entry := _entry(folder, fault)) is not None:
        left_s = entry.until_ms / 1000 - time.time()
        if left_s <= 0:
            _resume(lab, entry)
            return
        time.sleep(min(left_s, _LOOK_S))


def _entry(folder: Path, fault: str) -> Entry | None:
    return next((one for one in Ledger(folder) if one.id == fault), None)


def _resume(lab: Lab, entry: Entry) -> None:
    paused = [s for s in entry.paused if lab.runtime.run(s).condition == PAUSED]
    for sid in paused:
        resume_process(lab, sid)
    lab.recorder.record(FaultHealed(entry.id, "time-up"))
    for sid in paused:
        reconcile(lab, sid)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

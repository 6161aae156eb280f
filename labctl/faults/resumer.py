"""The process that outlives `labctl pause --for`: it thaws, and ends.

Run as `python -m labctl.faults.thawer FOLDER FAULT`.
"""

import sys
import time
from pathlib import Path

from labctl.faults.ledger import Entry, Ledger
from labctl.faults.setting import reconcile, wake
from labctl.lab import Lab, make_runtime
from labctl.recording.happened import FaultHealed
from labctl.runtime.base import PAUSED
from labctl.screen.screen import Screen
from labctl.topology import load

_LOOK_S = 1.0  # how long after a pause was healed we are gone, too


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
            _thaw(lab, entry)
            return
        time.sleep(min(left_s, _LOOK_S))


def _entry(folder: Path, fault: str) -> Entry | None:
    return next((one for one in Ledger(folder) if one.id == fault), None)


def _thaw(lab: Lab, entry: Entry) -> None:
    frozen = [s for s in entry.frozen if lab.runtime.run(s).condition == PAUSED]
    for sid in frozen:
        wake(lab, sid)
    lab.recorder.record(FaultHealed(entry.id, "time-up"))
    for sid in frozen:
        reconcile(lab, sid)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

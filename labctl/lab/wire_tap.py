"""Keep the nodes' taps open for as long as somebody watches the wire."""

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from labctl.errors import LabError
from labctl.faults import orders
from labctl.faults.ledger import TAP_MS, watched
from labctl.runtime.base import UP

if TYPE_CHECKING:
    from labctl.lab import Lab

_AGAIN_S, _RETRY_S = 1.0, 0.1


class Wiretap:
    """Asks every node that runs to tell each message with its bytes."""

    def __init__(self, lab: "Lab") -> None:
        """Ask nobody yet."""
        self.lab = lab
        self.due_s: dict[int, float] = {}
        self.mark_s = 0.0

    def renew(self) -> None:
        """Ask those whose time is nearly up; one that does not hear is asked again."""
        now_s = time.monotonic()
        if now_s >= self.mark_s:
            self.mark_s = now_s + _AGAIN_S
            watched(self.lab.folder, now=True)
        for sid in self.lab.topology.sids:
            if now_s < self.due_s.get(sid, 0.0):
                continue
            self.due_s[sid] = now_s + _RETRY_S
            if self.lab.runtime.run(sid).condition == UP:
                with suppress(LabError):
                    orders.send(self.lab, sid, "tap", {"for_ms": TAP_MS})
                    self.due_s[sid] = now_s + _AGAIN_S

"""Keep the nodes' taps open for as long as somebody watches the wire."""

import time
from contextlib import suppress
from pathlib import Path

from labctl.errors import LabError
from labctl.lab.admin import AdminClient
from labctl.lab.fault_ledger import TAP_MS, watched
from labctl.lab.runtime.base import UP, Runtime

_AGAIN_S, _RETRY_S = 1.0, 0.1


class Wiretap:
    """Asks every node that runs to publish each message with its bytes."""

    def __init__(self, admin: AdminClient, runtime: Runtime, folder: Path) -> None:
        """Ask nobody yet."""
        self.admin = admin
        self.runtime = runtime
        self.folder = folder
        self.due_s: dict[int, float] = {}
        self.mark_s = 0.0

    def renew(self) -> None:
        """Ask those whose time is nearly up; who does not answer is asked again."""
        now_s = time.monotonic()
        if now_s >= self.mark_s:
            self.mark_s = now_s + _AGAIN_S
            watched(self.folder, now=True)
        for sid in self.admin.topology.sids:
            if now_s < self.due_s.get(sid, 0.0):
                continue
            self.due_s[sid] = now_s + _RETRY_S
            if self.runtime.run(sid).condition == UP:
                with suppress(LabError):
                    self.admin.send(sid, "tap", {"for_ms": TAP_MS})
                    self.due_s[sid] = now_s + _AGAIN_S

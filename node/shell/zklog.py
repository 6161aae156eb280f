"""What a node logs: ZooKeeper's own words, for people who know them.

    … 07:44:42,818 [myid:1] - INFO  [QuorumPeer[myid=1]…:QuorumPeer@120] - LOOKING

The wording is that of ZooKeeper 3.5 (`node.wording`).  `QuorumPeer` is ZooKeeper's
name for the place, and the number is a line of *our* source: `PLACES` says
which file the name stands for.  Lines are made from events, so whatever the log
says, the event stream says too.
"""

import contextlib
import sys
from datetime import datetime
from typing import TextIO

from node import events as ev
from node.effects import Note
from node.wording.line import Line, Speaker
from node.wording.say import say

_LEADER, _LEARNER = "node/broadcast/leader.py", "node/broadcast/learner.py"

# Where a name may lead; the event stream's `src` says which it was.
PLACES: dict[str, tuple[str, ...]] = {
    "QuorumPeerConfig": ("node/__main__.py",),
    "QuorumPeerMain": ("node/shell/server.py",),
    "QuorumPeer": ("node/peer.py", _LEARNER, "node/server.py", "node/shell/server.py"),
    "FastLeaderElection": ("node/election/machine.py",),
    "QuorumCnxManager": ("node/shell/election_port.py",),
    "QuorumCnxManager$RecvWorker": ("node/shell/election_port.py",),
    "QuorumCnxManager$Listener": ("node/shell/election_port.py",),
    "Leader": (_LEADER, "node/peer.py"),
    "LearnerHandler": (_LEADER,),
    "Learner": (_LEARNER,),
    "Follower": (_LEARNER,),
    "Observer": (_LEARNER,),
    "ZooKeeperServer": (_LEADER, _LEARNER, "node/requests.py", "node/storage/store.py"),
    "DatadirCleanupManager$PurgeTask": ("node/storage/purge.py",),
    "FileSnap": ("node/server.py",),
    "FileTxnSnapLog": ("node/server.py", "node/storage/store.py"),
    "FileTxnLog": ("node/storage/store.py",),
    "NIOServerCnxnFactory": ("node/shell/client_port.py",),
    "JettyAdminServer": ("node/shell/admin_port.py",),
}


_BUSY = (ev.TxnsProposed, ev.TxnsLogged, ev.TxnsCommitted, ev.NotificationSent)


class ZkLog:
    """Lays out lines and writes them to standard output."""

    def __init__(self, me: Speaker, out: TextIO | None = None) -> None:
        """Speak for this server."""
        self.me = me
        self.out = out or sys.stdout

    def note(self, note: Note) -> None:
        """Write what ZooKeeper would log for this event, if anything."""
        if isinstance(note.event, _BUSY):
            return
        for line in say(self.me, note.event):
            self._write(line, note.src.rpartition(":")[2])

    def say(self, line: Line) -> None:
        """Write a line that belongs to no event."""
        self._write(line, str(sys._getframe(1).f_lineno))

    def flush(self) -> None:
        """Let the reader see it; a full disk keeps the server from nothing else."""
        with contextlib.suppress(OSError):
            self.out.flush()

    def _write(self, line: Line, number: str) -> None:
        now = datetime.now()  # noqa: DTZ005 (ZooKeeper logs local time)
        stamp = f"{now:%Y-%m-%d %H:%M:%S},{now.microsecond // 1000:03d}"
        my_id = self.me.my_id if self.me.my_id >= 0 else ""
        trace = f"{line.trace}\n" if line.trace else ""
        with contextlib.suppress(OSError):
            self.out.write(
                f"{stamp} [myid:{my_id}] - {line.level:<5} "
                f"[{line.thread}:{line.place}@{number}] - {line.message}\n{trace}"
            )
        self.flush()

"""What a runtime can do; the lab asks for nothing else.

A runtime knows processes or containers, never ZooKeeper.  It hands out each
node's two streams (log text, event lines) and starts, stops and pauses it.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from labctl.words.phrase import Phrase

UP, DOWN, PAUSED = "up", "down", "paused"


class NodeRun(NamedTuple):
    """One node's process or container as the operating system or engine sees it."""

    condition: str  # up | down | paused
    boot: str = ""  # nonce of this run
    pid: int = 0
    exit_code: int | None = None  # of the last run, where it is known


class Belonging(NamedTuple):
    """Something of a lab that was found without the lab's folder."""

    kind: str  # process | container | network | volume | image | folder
    name: str  # a pid, the engine's name, or a path
    lab: str  # "": of no lab
    folder: str  # the state folder that it names; "": it names none
    boot: str = ""  # nonce of its boot, if it is a process that runs
    ours: bool = True  # whether we may end it


class LineTail(Protocol):
    """Follows a stream of lines from some point on; never blocks."""

    def read(self) -> list[str]:
        """Return the complete lines that arrived since the last call."""

    def close(self) -> None:
        """Stop following."""


class Runtime(Protocol):
    """Processes on this machine, or containers on a Docker engine."""

    name: str

    def create(self) -> Iterator[Phrase]:
        """Make what nodes need before they start; yield progress to show."""

    def start(self, sid: int) -> None:
        """Start one node with a fresh boot nonce."""

    def terminate(self, sid: int) -> None:
        """Ask a node to end (SIGTERM); a paused one is resumed to get the signal."""

    def kill(self, sid: int) -> None:
        """End a node as a power cut would (SIGKILL)."""

    def pause(self, sid: int) -> None:
        """Pause a node (SIGSTOP): it is silent but not gone."""

    def resume(self, sid: int) -> None:
        """Resume a node (SIGCONT)."""

    def wipe(self, sid: int, patterns: Sequence[str]) -> int:
        """Delete files of a node that is down, by patterns; return how many."""

    def run(self, sid: int) -> NodeRun:
        """Return how the node's process is; never mistakes a foreign one for it."""

    def events(self, sid: int) -> LineTail:
        """Follow the node's events from now on, across restarts."""

    def history(self, sid: int) -> list[str]:
        """Return the lines of all events that the node has written so far."""

    def log(self, sid: int, *, last: int) -> tuple[list[str], LineTail]:
        """Return the last lines of the node's log, and follow it from there."""

    def txn_logs(self, sid: int) -> list[bytes]:
        """Return the node's transaction log files as they are now, in order."""

    def last_words(self, sid: int) -> str:
        """Return the last line that the node wrote before it ended, or ""."""

    def save_logs(self, to: Path) -> None:
        """Copy every node's log there, as evidence of a failed bring-up."""

    def remove(self) -> list[str]:
        """Delete everything of this lab; return what was removed."""

"""Writes the lab's own events; the nodes write theirs."""

import contextlib
import itertools
import secrets
import sys
import time
from pathlib import Path
from typing import Any

from node.events import Record, encode

FILE = "lab.jsonl"
_MIDDLEMAN = "labctl/lab/lab.py"  # it records for the verbs
LAB = 0  # the node number of the lab itself


class Recorder:
    """Appends to a lab's `lab.jsonl`; two labctl at once do not mix their lines."""

    def __init__(self, lab: str, folder: Path) -> None:
        """Record for this lab, into its folder."""
        self.lab = lab
        self.path = folder / FILE
        self.boot = secrets.token_hex(4)  # of this command
        self.numbers = itertools.count(1)

    def record(self, event: Any, *cause: str) -> str:
        """Write one event, now; return its id for whatever it causes.

        A lab that somebody has taken down takes no more events.
        """
        seq = next(self.numbers)
        src = _caller()
        record = Record(
            id=f"{LAB}.{self.boot}.{seq}",
            lab=self.lab,
            node=LAB,
            boot=self.boot,
            seq=seq,
            at_ms=time.time() * 1000,
            cause=cause,
            src=src,
            event=event,
        )
        with (
            contextlib.suppress(FileNotFoundError),
            self.path.open("ab", buffering=0) as file,
        ):
            file.write(encode(record).encode() + b"\n")
        return record.id


def _caller() -> str:
    frame = sys._getframe(2)  # noqa: SLF001  (as logging does)
    while frame.f_back and frame.f_code.co_filename.endswith(_MIDDLEMAN):
        frame = frame.f_back
    root = Path(__file__).resolve().parents[3]
    path = Path(frame.f_code.co_filename)
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    return f"{shown.as_posix()}:{frame.f_lineno}"

"""The event stream of one node: JSON Lines, one object per event, ids for causes."""

import contextlib
import sys
import time
from pathlib import Path
from typing import Any, TextIO

from node.effects import OUTSIDE, Note
from node.events import Record, TxnsCommitted, TxnsLogged, TxnsProposed, encode

# Written once per group commit: these are not flushed one by one.
_BUSY = (TxnsProposed, TxnsLogged, TxnsCommitted)


class EventLog:
    """Gives every event its place, its time and its cause, and writes it down.

    Where a Note names no cause of its own, the cause is what the node was just
    handling: `because` is set before each input and moves along with the events
    that come of it, so that one input's events form a chain.
    """

    def __init__(self, target: str, lab: str, node: int, boot: str) -> None:
        """Write to a path, to `stderr`, or nowhere if the target is empty."""
        self.lab, self.node, self.boot = lab, node, boot
        self.seq = 0
        self.because: tuple[str, ...] = ()
        self._target = target
        self._out = _open(target)

    def write(self, note: Note, message_id: str = "") -> str:
        """Write one event and return its id."""
        self.seq += 1
        event_id = message_id or f"{self.node}.{self.boot}.{self.seq}"
        cause = tuple(c for c in note.cause if c)
        if not cause and note.cause != (OUTSIDE,):
            cause = self.because
        self.because = (event_id,)
        if self._out is not None:
            record = Record(
                event_id,
                self.lab,
                self.node,
                self.boot,
                self.seq,
                time.time() * 1000,
                cause,
                note.src,
                note.event,
            )
            try:
                self._out.write(encode(record) + "\n")
                if type(note.event) not in _BUSY:
                    self._out.flush()
            except OSError:
                self._begin_anew()
        return event_id

    def flush(self) -> None:
        """Let readers see everything that was written."""
        if self._out is not None:
            try:
                self._out.flush()
            except OSError:
                self._begin_anew()

    def _begin_anew(self) -> None:
        """Drop what a full disk did not take: the server goes on without it."""
        with contextlib.suppress(OSError):
            self.close()
        self._out = None  # for good, if it cannot be opened either
        with contextlib.suppress(OSError):
            self._out = _open(self._target)

    def close(self) -> None:
        """Let go of the file."""
        if self._out is not None and self._out is not sys.stderr:
            self._out.close()


def message_id(sender: Any, receiver: Any, ordinal: int) -> str:
    """Name a message by what both ends of a connection know of it.

    `sender` and `receiver` are socket addresses, `ordinal` counts the messages
    in this direction from 1.
    """
    return f"m:{_address(sender)}>{_address(receiver)}#{ordinal}"


def _address(address: Any) -> str:
    return f"{address[0]}:{address[1]}" if address else "?"


def _open(target: str) -> TextIO | None:
    if not target:
        return None
    if target == "stderr":
        return sys.stderr
    return Path(target).open("a", encoding="utf-8")

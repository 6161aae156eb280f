"""The effects that every machine may ask for, whatever it decides about.

A machine never acts.  It returns effects, and its driver (the shell in
production, the simulator in tests) performs them strictly in order.
"""

import sys
from typing import Any, NamedTuple


class SetTimer(NamedTuple):
    """Wake the machine with `TimerFired(name)`; setting it again replaces it."""

    name: str
    after_ms: int


class StopTimer(NamedTuple):
    """Forget a timer; a machine must still tolerate one that fired meanwhile."""

    name: str


class TimerFired(NamedTuple):
    """An event: the time of a timer has come."""

    name: str


class Note(NamedTuple):
    """Publish an event: what happened, why, and where in our source it was noticed."""

    event: Any  # one of node.events
    cause: tuple[str, ...]  # ids of earlier events, where the machine knows them
    src: str  # "node/election/machine.py:120"


OUTSIDE = ""  # as the cause of an event: nothing that this node knows led to it


def note(event: Any, *cause: str) -> Note:
    """Return a Note that carries its caller's line, so a student can land there."""
    frame = sys._getframe(1)
    module = frame.f_globals["__name__"].replace(".", "/")
    return Note(event, cause, f"{module}.py:{frame.f_lineno}")

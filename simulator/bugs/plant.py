"""The list of planted bugs, and how one is planted.

    with planted("ack-before-sync"):
        run_schedule(7)

The simulator must find every one; `labctl sim --bug NAME` shows what it breaks.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from simulator.bugs import agreement, clients, disk, learner, sessions
from simulator.bugs.bug import Bug, Swap

BUGS = {
    bug.name: bug
    for room in (learner, agreement, disk, clients, sessions)
    for bug in room.BUGS
}


@contextmanager
def planted(name: str) -> Iterator[Bug]:
    """Let the node be wrong in this way for a while; KeyError for no such bug."""
    bug = BUGS[name]
    kept: list[Swap] = []
    try:
        for owner, attribute, wrong in bug.swaps():
            kept.append((owner, attribute, getattr(owner, attribute)))
            setattr(owner, attribute, wrong)
        yield bug
    finally:
        for owner, attribute, right in reversed(kept):
            setattr(owner, attribute, right)

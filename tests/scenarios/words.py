"""How scenario files write zxids, votes and events."""

from typing import Any

from node.election.machine import Tell
from node.wire.notification import Notification, PeerState
from node.zxid import counter_of, epoch_of, make_zxid

Line = tuple[int, int]  # sender, receiver

_ZXIDS = frozenset(
    "learner_last min_committed max_committed truncate_to was first last".split()
)
_TIMES = ("took_ms", "after_ms")


def wire(text: str) -> Line:
    """Read `1->2`, or `1-2` where the direction does not matter."""
    sender, receiver = text.replace(">", "").split("-")
    return int(sender), int(receiver)


def zxid(text: str) -> int:
    """Read a zxid written as epoch:counter, the counter in hex from `x` on; `-`: -1."""
    if text == "-":
        return -1
    epoch, counter = text.split(":")
    base = 16 if counter.startswith("x") else 10
    return make_zxid(int(epoch), int(counter.removeprefix("x"), base))


def entry(text: str) -> bytes:
    """Return what a log holds for a transaction: its own name."""
    return text.encode().ljust(32)


def show(value: int) -> str:
    """Return a zxid as epoch:counter, which is easier on the eye than hex."""
    if value < 0:
        return "-"
    counter = counter_of(value)
    return f"{epoch_of(value)}:{counter if counter < 0xFFFF else f'x{counter:x}'}"


def vote(state: str, leader: str, last: str, round_: str, epoch: str) -> Notification:
    """Read a vote: LOOKING 3 1:5 2 1 is for server 3, in round 2, of epoch 1."""
    known = PeerState[state]
    return Notification(known, int(leader), zxid(last), int(round_), int(epoch))


def spoken(sid: int, tell: Tell) -> str:
    """Return a vote as it leaves a server."""
    said = tell.notification
    return (
        f"n{sid} -> n{tell.to}: {PeerState(said.state).name} in round {said.round},"
        f" votes for n{said.leader} ({show(said.zxid)}, epoch {said.peer_epoch})"
    )


def describe(event: Any) -> str:
    """Return an event with its fields; times are left out."""
    fields = []
    for name, value in event._asdict().items():
        if name in _TIMES:
            continue
        is_zxid = "zxid" in name or name in _ZXIDS
        fields.append(f"{name}={show(value) if is_zxid else value}")
    return f"{type(event).__name__}({', '.join(fields)})"

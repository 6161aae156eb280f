"""PUBLISHED: what a lab makes a node suffer, in the words of that node.

Events like those of `node.events`, in the same envelope; a node that no lab
torments never says one of them.
"""

from typing import NamedTuple


class IllSet(NamedTuple):
    """A lab made the disk or the wall clock ill; see `node.shell.ills`."""

    ill: str  # the lab's name of the fault: f1, f2, …
    action: str  # fsync-delay | full | torn-tail | clock
    ms: int  # how much longer, or how far off
    for_ms: int  # 0: until it is cleared


class IllCleared(NamedTuple):
    """That ill is over."""

    ill: str
    action: str
    why: str  # asked | time-up


class PowerLost(NamedTuple):
    """A lab cut the power: what no completed fsync covered is gone, and we end."""

    txns: int  # that were written to the log and not yet synced
    bytes: int
    torn: bool  # half a record is left at the log's end


class SteppingChanged(NamedTuple):
    """A lab began to deliver our messages by hand, or lets all of them go."""

    on: bool
    waiting: int  # messages that go now


class MessageDelivered(NamedTuple):
    """In step mode: somebody let this message go."""

    to: int
    number: int  # counts what we have written for that peer in step mode
    type: str  # COMMIT, NOTIFICATION, …


class GateSet(NamedTuple):
    """A lab closed or narrowed the way to one peer; see `node.shell.gates`."""

    gate: str  # "f1>3"; what stands before ">" is the lab's name of the fault
    to: int
    action: str  # cut | hold | delay | lose
    from_type: str  # from the first message of this type on; "": at once
    delay_ms: int
    for_ms: int  # 0: until it is cleared


class GateCleared(NamedTuple):
    """The way is as it was before that gate."""

    gate: str
    to: int
    action: str
    why: str  # asked | time-up | used-up


class MessageLost(NamedTuple):
    """A gate swallowed a message: something that TCP never does."""

    gate: str
    to: int
    type: str  # COMMIT, NOTIFICATION, …

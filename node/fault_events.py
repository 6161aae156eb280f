"""PUBLISHED: the faults that a lab injects into a node, as that node publishes them.

Events like those of `node.events`, in the same envelope; a node outside a lab never
publishes one of them.
"""

from typing import NamedTuple


class NodeFaultSet(NamedTuple):
    """A fault of the disk or the wall clock begins; see `node.faults.node_faults`."""

    fault: str  # the lab's name of the fault: f1, f2, …
    action: str  # fsync-delay | full | torn-tail | clock
    ms: int  # how much longer, or how far off
    for_ms: int  # 0: until it is cleared


class NodeFaultCleared(NamedTuple):
    """That fault is over."""

    fault: str
    action: str
    why: str  # asked | time-up


class PowerLost(NamedTuple):
    """A lab cut the power: what no completed fsync covered is gone, and we end."""

    txns: int  # that were written to the log and not yet synced
    bytes: int
    torn: bool  # half a record is left at the log's end


class SteppingChanged(NamedTuple):
    """Step mode begins: a lab delivers our messages one by one; or it ends."""

    on: bool
    waiting: int  # messages that go now


class MessageDelivered(NamedTuple):
    """In step mode: a lab delivered this message."""

    to: int
    number: int  # counts what we have written for that peer in step mode
    type: str  # COMMIT, NOTIFICATION, …


class LinkFaultSet(NamedTuple):
    """A fault of the link to one peer begins; see `node.faults.link_faults`."""

    fault: str  # "f1>3"; the part before ">" is the lab's name of the fault
    to: int
    action: str  # cut | hold | delay | lose
    from_type: str  # from the first message of this type on; "": at once
    delay_ms: int
    for_ms: int  # 0: until it is cleared


class LinkFaultCleared(NamedTuple):
    """That fault of the link to one peer is over."""

    fault: str
    to: int
    action: str
    why: str  # asked | time-up | used-up


class MessageLost(NamedTuple):
    """A link fault dropped a message and lets the next pass; TCP never does that."""

    fault: str
    to: int
    type: str  # COMMIT, NOTIFICATION, …

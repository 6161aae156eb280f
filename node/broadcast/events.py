"""Events: what a leader or a learner hears; `node.broadcast.effects`: what it asks.

An event is a fact that has already happened outside the machine.  Used as
`on.LinkUp`, beside the effects, which read `do.HangUp`.
"""

from typing import NamedTuple

from node.effects import TimerFired
from node.wire.quorum import Packet


class Listening(NamedTuple):
    """Our quorum port is open."""


class ListenFailed(NamedTuple):
    """Our quorum port cannot be had."""

    address: str
    port: int
    why: str


class LinkUp(NamedTuple):
    """A connection on the quorum port stands."""

    link: int


class LinkDown(NamedTuple):
    """A connection on the quorum port ended, or could not be opened."""

    link: int
    why: str


class DialFailed(NamedTuple):
    """The leader's quorum port did not answer."""

    host: str
    port: int
    why: str


class Received(NamedTuple):
    """A packet arrived."""

    link: int
    packet: Packet


class TreeReceived(NamedTuple):
    """The tree behind a SNAP packet arrived whole; the shell holds it."""

    zxid: int


class TreeMoved(NamedTuple):
    """A piece of the tree behind a SNAP packet left, or arrived, on this link."""

    link: int


class CannotTruncate(NamedTuple):
    """Our oldest usable snapshot is already behind the point to cut at."""

    zxid: int


class Propose(NamedTuple):
    """A transaction is ready to be agreed on; `zxid` is `Leader.next_zxid`."""

    zxid: int
    entry: bytes  # TxnHeader and txn, as in the log


class OwnAck(NamedTuple):
    """Our own disk holds everything up to here: an AckSelf came due."""

    zxid: int


class SyncAsked(NamedTuple):
    """A client of the leader asked for `sync`."""


Event = (
    Listening
    | ListenFailed
    | LinkUp
    | LinkDown
    | DialFailed
    | Received
    | TreeReceived
    | TreeMoved
    | CannotTruncate
    | Propose
    | OwnAck
    | SyncAsked
    | TimerFired
)

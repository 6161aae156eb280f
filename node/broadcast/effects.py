"""Effects: what a leader or a learner asks for; `node.broadcast.events`: what it hears.

The order of the effects of one event is the safety argument.  What stands
behind a `Sync` waits until everything appended so far is on disk, so a promise
(`Send(ACK)`) behind a `Sync` can never be broken by a power cut.  `Flush` is the
same for recovery, when no client is served: everything waits for it.
"""

from typing import NamedTuple

from node.effects import Note, SetTimer, StopTimer
from node.wire.quorum import ForwardedRequest, Packet

UPSTREAM = 0  # the link of a learner to its leader; a leader's links count from 1


# --- effects: the disk --------------------------------------------------------


class Append(NamedTuple):
    """Write a transaction to the log; durable only after the next Sync or Flush."""

    zxid: int
    entry: bytes


class Sync(NamedTuple):
    """What follows in this list waits for the disk; other events go on meanwhile."""


class Flush(NamedTuple):
    """Make everything appended durable now; everything waits."""


class SaveEpoch(NamedTuple):
    """Replace `acceptedEpoch` or `currentEpoch` on disk, durably."""

    name: str
    epoch: int


class Truncate(NamedTuple):
    """Cut the log behind `zxid`, durably, and read the tree again from disk."""

    zxid: int


class AdoptTree(NamedTuple):
    """Make the tree that came with SNAP ours: on disk first, then in memory.

    If none came and `zxid` is 0, it is the empty tree.
    Snapshots and log records newer than `zxid` are removed: they belong to a
    history that the leader does not share.
    """

    zxid: int


class SaveTree(NamedTuple):
    """Write a snapshot of our tree to disk, beside serving."""


# --- effects: peers -------------------------------------------------------------


class Dial(NamedTuple):
    """Open a connection to this leader's quorum port."""

    leader: int


class Listen(NamedTuple):
    """Accept learners on our quorum port; Listening or ListenFailed comes of it."""


class Send(NamedTuple):
    """Send one packet on these links."""

    links: tuple[int, ...]
    packet: Packet


class SendTree(NamedTuple):
    """Stream our tree behind a SNAP packet; what is sent later waits behind it."""

    link: int


class HangUp(NamedTuple):
    """Close a link."""

    link: int


class CloseLinks(NamedTuple):
    """Close every link and the quorum port: this role is over."""


class Pong(NamedTuple):
    """Answer a PING with the sessions that we heard of since the last one."""

    zxid: int


# --- effects: the service -------------------------------------------------------


class AckSelf(NamedTuple):
    """Come back with `OwnAck`: the leader's disk votes too."""

    zxid: int


class Deliver(NamedTuple):
    """This transaction is committed: apply it to the tree, answer its client."""

    zxid: int
    entry: bytes


class Prepare(NamedTuple):
    """A learner forwards a client's write: prepare it and `Propose` it."""

    link: int
    request: ForwardedRequest
    authinfo: tuple[tuple[str, str], ...]


class Touch(NamedTuple):
    """A learner heard of these sessions."""

    link: int
    sessions: dict[int, int]


class Revalidate(NamedTuple):
    """A learner asks whether a session that moved to it is still alive."""

    link: int
    session: int
    timeout_ms: int


class Revalidated(NamedTuple):
    """The leader answered whether a session is still alive."""

    session: int
    alive: bool


class SyncDone(NamedTuple):
    """The oldest `sync` of our clients is complete."""


class Serve(NamedTuple):
    """Serve clients from now on."""

    state: str
    epoch: int


class StopServing(NamedTuple):
    """Drop every client: without a leader no server may answer."""

    why: str


class Abandon(NamedTuple):
    """This role is over: stop serving and look for a leader again."""

    why: str


Effect = (
    Append
    | Sync
    | Flush
    | SaveEpoch
    | Truncate
    | AdoptTree
    | SaveTree
    | Dial
    | Listen
    | Send
    | SendTree
    | HangUp
    | CloseLinks
    | Pong
    | AckSelf
    | Deliver
    | Prepare
    | Touch
    | Revalidate
    | Revalidated
    | SyncDone
    | Serve
    | StopServing
    | Abandon
    | Note
    | SetTimer
    | StopTimer
)

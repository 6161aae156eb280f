"""PUBLISHED: what a node says about itself, as one JSON object per line.

This is the only thing that `labctl` builds on.  Each event says what happened
(never prose), and the envelope says where, when and *because of which other
events*: `cause` holds event ids.  An event that is a message sent to a peer has
an id that the peer can compute from the wire (the two ends of the connection
and the ordinal of the message in it), so a receiver names the sender's event
although ZooKeeper's bytes carry no ids.

Rules of the schema: `v` counts incompatible changes; fields and events may be
added within a version; a reader ignores what it does not know (`decode` gives
None for an unknown event and drops unknown fields).  What was recorded under an
older version is still read: `OLD_NAMES` says what was called otherwise.  zxids are
plain integers.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from node import fault_events

SCHEMA_VERSION = 2


# --- the life of the process ------------------------------------------------


class NodeStarted(NamedTuple):
    """The process read its configuration and begins."""

    role: str  # participant | observer | standalone
    voters: tuple[int, ...]
    observers: tuple[int, ...]
    client_port: int
    admin_port: int  # 0: no AdminServer
    tick_ms: int
    init_limit: int  # ticks
    sync_limit: int  # ticks
    pid: int


class Recovered(NamedTuple):
    """The node read its disk and knows its history again."""

    snapshot_zxid: int  # -1: there was none
    last_zxid: int  # last transaction in snapshot plus log
    replayed: int  # transactions taken from the log
    current_epoch: int
    accepted_epoch: int
    torn: bool  # the last record was partial and was dropped


class ListenerOpened(NamedTuple):
    """A port accepts connections."""

    port_of: str  # election | quorum | client | admin
    address: str
    port: int


class TlsRefused(NamedTuple):
    """A caller and we came to no TLS: nothing that it says is heard."""

    port_of: str  # client | secure client | quorum | election
    address: str  # host:port of who called
    why: str  # expired, foreign, no-certificate, wrong-host, not-tls, ours-refused, …


class PortUnavailable(NamedTuple):
    """A port cannot be had: a server that was elected to lead looks again."""

    port_of: str  # quorum
    address: str
    port: int
    why: str


class AdminUnavailable(NamedTuple):
    """The AdminServer's port is taken; the node goes on without it."""

    port: int
    why: str


class NodeStopped(NamedTuple):
    """The process ends in an orderly way."""

    why: str  # "SIGTERM", "fsync failed: …"
    exit_code: int


class StateChanged(NamedTuple):
    """The server moved between LOOKING, FOLLOWING, LEADING and OBSERVING."""

    old: str
    new: str
    why: str  # start | elected | leader-lost | quorum-lost | sync-failed | …


# --- election ---------------------------------------------------------------


class ElectionStarted(NamedTuple):
    """The server votes for itself in a new round; an observer has no vote."""

    round: int
    leader: int  # its own id; -2^63 for an observer
    zxid: int
    peer_epoch: int


class NotificationSent(NamedTuple):
    """A vote left for a peer; the event's id names the message on the wire."""

    to: int
    state: str
    round: int
    leader: int
    zxid: int
    peer_epoch: int


class NotificationReceived(NamedTuple):
    """A vote arrived; its cause is the sender's NotificationSent."""

    sender: int
    state: str
    round: int
    leader: int
    zxid: int
    peer_epoch: int
    version: int  # message format
    config_version: int
    my_state: str


class VoteChanged(NamedTuple):
    """The server abandoned one candidate for a better one."""

    round: int
    old_leader: int
    new_leader: int
    because: str  # newer epoch | newer zxid | higher id | newer round
    heard_from: int
    old_zxid: int
    new_zxid: int
    old_epoch: int
    new_epoch: int


class RoundJoined(NamedTuple):
    """A peer is in a newer round; the server forgets its ballots and joins it."""

    old_round: int
    new_round: int
    heard_from: int


class QuorumAgreed(NamedTuple):
    """A majority holds our vote; wait 200 ms for a better one before believing it."""

    round: int
    leader: int
    votes: tuple[int, ...]  # the sids that voted so
    need: int
    voters: int


class ElectionDecided(NamedTuple):
    """The election is over for this server."""

    state: str  # LEADING | FOLLOWING | OBSERVING
    round: int
    leader: int
    zxid: int
    peer_epoch: int
    votes: tuple[int, ...]
    need: int
    voters: int
    how: str  # vote: a majority chose | join: found an established leader
    took_ms: int


class NotificationTimedOut(NamedTuple):
    """Nobody said anything new; ask again and wait twice as long."""

    next_ms: int


class PeerConnected(NamedTuple):
    """The election connection with a peer stands."""

    sid: int


class PeerLost(NamedTuple):
    """The election connection with a peer broke."""

    sid: int
    why: str


class PeerUnreachable(NamedTuple):
    """An election connection could not be opened."""

    sid: int
    host: str
    port: int
    why: str


class ConnectionYielded(NamedTuple):
    """We called a peer with a higher id: we hang up, it will call back."""

    sid: int


# --- discovery and synchronization ------------------------------------------


class PhaseChanged(NamedTuple):
    """The server entered a phase of Zab."""

    state: str  # FOLLOWING | LEADING | OBSERVING
    phase: str  # discovery | synchronization | broadcast
    epoch: int  # the epoch being entered; 0 while unknown


class LeaderDialed(NamedTuple):
    """The learner reached its leader's quorum port."""

    leader: int
    host: str
    port: int


class LeaderUnreachable(NamedTuple):
    """The learner could not reach its leader's quorum port this time."""

    leader: int
    host: str
    port: int
    tries: int
    why: str


class PacketSent(NamedTuple):
    """A packet of discovery or synchronization left; its id names it on the wire."""

    to: int  # sid; -1 while the leader does not know who called
    type: str  # FOLLOWERINFO, LEADERINFO, ACKEPOCH, DIFF, …
    zxid: int


class PacketReceived(NamedTuple):
    """Such a packet arrived; its cause is the sender's PacketSent."""

    sender: int
    type: str
    zxid: int


class MessageTapped(NamedTuple):
    """These bytes leave for a peer; published only while a lab watches."""

    to: int
    type: str  # NOTIFICATION, PROPOSAL, …
    size: int  # bytes
    data: str  # the first of them, in hex
    left_out: int  # messages before it that were too many to be published


class LearnerJoined(NamedTuple):
    """A FOLLOWERINFO or OBSERVERINFO reached the leader."""

    sid: int
    observer: bool
    accepted_epoch: int


class EpochProposed(NamedTuple):
    """A majority reported, so the leader names the new epoch (LEADERINFO)."""

    epoch: int
    heard: tuple[int, ...]  # sids, the leader included
    need: int


class EpochAccepted(NamedTuple):
    """The server promises, on disk, never to follow an older epoch."""

    epoch: int
    leader: int
    already: bool  # it had promised this very epoch before: its ACKEPOCH cannot count


class EpochAcked(NamedTuple):
    """The leader knows a learner's last transaction (ACKEPOCH)."""

    sid: int
    current_epoch: int
    last_zxid: int


class SyncPlanned(NamedTuple):
    """The leader chose how to bring a learner in line, and why so."""

    sid: int
    mode: str  # DIFF | TRUNC | SNAP
    # same | behind | ahead | unknown-tail | too-far-behind | other-epoch
    because: str
    learner_last: int  # zxid
    min_committed: int  # the leader's window of recent transactions
    max_committed: int
    truncate_to: int  # zxid; -1 unless TRUNC
    sent_txns: int


class SyncReceived(NamedTuple):
    """The learner knows how the leader will bring it in line."""

    mode: str  # DIFF | TRUNC | SNAP
    zxid: int
    was: int  # its last zxid before


class EpochSaved(NamedTuple):
    """The history is durable and now carries the new epoch (currentEpoch)."""

    epoch: int
    state: str


class NewLeaderReceived(NamedTuple):
    """The learner has the leader's whole history up to this point."""

    epoch: int


class NewLeaderAcked(NamedTuple):
    """The leader heard that a learner's disk holds the history of this epoch."""

    sid: int
    epoch: int


class LeaderEstablished(NamedTuple):
    """A majority's disks hold the history: the leader may serve."""

    epoch: int
    sids: tuple[int, ...]
    need: int
    voters: int


class UpToDate(NamedTuple):
    """The learner may serve clients."""

    epoch: int
    leader: int


class ServingClients(NamedTuple):
    """Client sessions are accepted from now on."""

    state: str
    epoch: int


class ServingStopped(NamedTuple):
    """Client sessions are dropped: without a leader no server may answer."""

    why: str


class LearnerSynced(NamedTuple):
    """The leader sent UPTODATE: this learner now takes part in the broadcast."""

    sid: int
    observer: bool


class LeaderLost(NamedTuple):
    """A learner lost its leader."""

    leader: int
    why: str  # closed | reset | silent | refused | protocol: …
    after_ms: int  # how long it had followed


class LearnerLost(NamedTuple):
    """A leader lost a learner; with `have` of `need` it may go on."""

    sid: int
    observer: bool
    why: str
    have: int  # voters still with the leader, itself included
    need: int
    voters: int


class LeadershipLost(NamedTuple):
    """The leader gives up."""

    why: str  # no-quorum | no-epoch-quorum | no-newleader-quorum | no-epoch-left
    synced: tuple[int, ...]
    need: int


# --- broadcast (one event per group commit, never per transaction) -----------


class TxnsProposed(NamedTuple):
    """The leader sent PROPOSALs for these zxids to its followers."""

    first: int
    last: int
    txns: int


class TxnsLogged(NamedTuple):
    """One fdatasync made these transactions durable here."""

    first: int
    last: int
    txns: int


class TxnsCommitted(NamedTuple):
    """A majority has them on disk (leader), or the leader said so (learner)."""

    first: int
    last: int
    txns: int


class SnapshotTaken(NamedTuple):
    """The tree was written to disk, so that older log files are not needed."""

    zxid: int
    took_ms: int
    bytes: int


class OldFilesRemoved(NamedTuple):
    """Autopurge has deleted files that recovery does not need."""

    snapshots: int
    logs: int
    oldest: int  # the zxid of the oldest snapshot that stays


class SlowSync(NamedTuple):
    """An fdatasync took long enough to delay clients."""

    took_ms: int


# --- sessions ---------------------------------------------------------------


class SessionOpened(NamedTuple):
    """A client got a session, or brought one here from another server."""

    session: int
    timeout_ms: int
    reattached: bool
    client: str


class SessionRefused(NamedTuple):
    """A client was turned away at the handshake."""

    session: int
    client: str
    why: str  # expired | saw-newer-zxid | bad-password | too-many-connections


class SessionExpired(NamedTuple):
    """The leader heard nothing of a session for its whole time-out."""

    session: int
    timeout_ms: int


class SessionClosed(NamedTuple):
    """A session ended and took its ephemeral nodes along."""

    session: int
    ephemerals: int


class ClientLost(NamedTuple):
    """A client's connection broke; its session lives on for its time-out."""

    session: int
    client: str


EVENTS: dict[str, Any] = {
    name: kind
    for name, kind in [*globals().items(), *vars(fault_events).items()]
    if isinstance(kind, type) and issubclass(kind, tuple)
}


# What version 1 called otherwise: event -> its name now, its fields' names now.
OLD_NAMES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "GateSet": ("LinkFaultSet", {"gate": "fault"}),
    "GateCleared": ("LinkFaultCleared", {"gate": "fault"}),
    "MessageLost": ("MessageLost", {"gate": "fault"}),
    "IllSet": ("NodeFaultSet", {"ill": "fault"}),
    "IllCleared": ("NodeFaultCleared", {"ill": "fault"}),
}

_NO_EVENT = (
    *(ValueError, KeyError, TypeError, AttributeError),
    *(OverflowError, RecursionError),  # an infinite number, a bottomless list
)


class Record(NamedTuple):
    """One event with its envelope."""

    id: str  # "NODE.SEQ", or "m:FROM>TO#ORDINAL" for a message sent to a peer
    lab: str
    node: int
    boot: str  # nonce of this run of the process
    seq: int  # counts this boot's events from 1
    at_ms: float  # wall clock, milliseconds since 1970
    cause: tuple[str, ...]  # ids of the events that led here
    src: str  # the line of our source that noticed: node/election/machine.py:120
    event: Any  # one of the classes above, or of `node.fault_events`


def encode(record: Record) -> str:
    """Return the record as one line of JSON, without the newline."""
    event = record.event
    document = {
        "v": SCHEMA_VERSION,
        "id": record.id,
        "lab": record.lab,
        "node": record.node,
        "boot": record.boot,
        "seq": record.seq,
        "at_ms": round(record.at_ms, 3),
        "cause": record.cause,
        "src": record.src,
        "event": type(event).__name__,
    }
    document.update(event._asdict())
    return json.dumps(document, separators=(",", ":"))


def decode(line: str, more: Mapping[str, Any] = MappingProxyType({})) -> Record | None:
    """Parse one line; None for what is no event, or one this version does not know.

    `more` names event classes that others publish in the same envelope.
    """
    try:
        document = json.loads(line)
        if document["v"] == 1:
            document = _renamed(document)
        name = document["event"]
        kind = EVENTS.get(name) or more[name]
        fields = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in ((name, document[name]) for name in kind._fields)
        }
        if document["v"] != SCHEMA_VERSION:
            return None
        return Record(
            id=str(document["id"]),
            lab=str(document["lab"]),
            node=int(document["node"]),
            boot=str(document["boot"]),
            seq=int(document["seq"]),
            at_ms=float(document["at_ms"]),
            cause=tuple(str(cause) for cause in document["cause"]),
            src=str(document["src"]),
            event=kind(**fields),
        )
    except _NO_EVENT:
        return None


def _renamed(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document of version 1 with the names of today."""
    name, fields = OLD_NAMES.get(document["event"], (document["event"], {}))
    today = {fields.get(key, key): value for key, value in document.items()}
    return {**today, "event": name, "v": SCHEMA_VERSION}

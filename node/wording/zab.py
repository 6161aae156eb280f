"""What is logged while a leader and its learners agree, and when they part."""

from collections.abc import Callable, Mapping
from typing import Any

from node import events
from node.wording.election import Lines
from node.wording.line import UNTOLD, V3_5, V3_8, V3_9, Line, Speaker, address
from node.zxid import make_zxid, show

_TRACES = (  # what an end looks like to Java
    ("closed", "java.io.EOFException"),
    ("silent", "java.net.SocketTimeoutException: Read timed out"),
    ("refused", "java.net.ConnectException: Connection refused"),
    ("reset", "java.net.SocketException: Connection reset"),
)


def phase(me: Speaker, event: events.PhaseChanged) -> Lines:
    """Say that the server takes up its role, or how far it has come in it."""
    if event.phase == "discovery":
        yield from _role_begins(me, event.state)
    if not me.before(V3_8):
        said = f"Peer state changed: {event.state.lower()} - {event.phase}"
        yield Line(me.peer, "QuorumPeer", said)


def _role_begins(me: Speaker, state: str) -> Lines:
    me.state, me.synced, me.fresh = state, False, state != "LEADING"
    role = {"LEADING": "Leader", "FOLLOWING": "Follower"}.get(state, "")
    if me.before(V3_8):
        place = "Leader" if state == "LEADING" else "Learner"
        yield Line(me.peer, place, "TCP NoDelay set to: true")
    if me.created:
        yield Line(me.peer, "ZooKeeperServer", me.created)
    if role:  # an observer took part in no election
        unit = "" if me.before(V3_5) else " MS"
        said = f"{state} - LEADER ELECTION TOOK - {me.took_ms}{unit}"
        yield Line(me.peer, role, said)


def dialed(me: Speaker, event: events.LeaderDialed) -> Lines:
    """Say that the leader's quorum port answered."""
    me.leader = address(event.host, event.port)
    if me.state == "OBSERVING":
        whom = f"new leader sid={event.leader} addr={me.leader}"
        said = f"Observing {me.leader if me.before(V3_8) else whom}"
        yield Line(me.peer, "Observer", said)
    if not me.before(V3_8):
        said = f"Successfully connected to leader, using address: {me.leader}"
        thread = f"LeaderConnector-{me.leader}"
        yield Line(thread, "Learner$LeaderConnector", said)


def leader_unreachable(me: Speaker, event: events.LeaderUnreachable) -> Lines:
    """Say that it did not answer this time."""
    where = address(event.host, event.port)
    first = event.tries <= 1 and me.limit_ms
    left = f" remaining init limit={me.limit_ms if first else UNTOLD},"
    said = f"Unexpected exception, tries={event.tries - 1},"
    said += f"{'' if me.before(V3_5) else left} connecting to {where}"
    thread, place = f"LeaderConnector-{where}", "Learner$LeaderConnector"
    if me.before(V3_8):
        thread, place = me.peer, "Learner"
    yield Line(thread, place, said, "WARN", _trace(event.why or "refused"))


def learner_joined(me: Speaker, event: events.LearnerJoined) -> Lines:
    """Say who asks to be led."""
    role = "observer" if event.observer else "participant"
    known = me.servers.get(event.sid, f"{UNTOLD}:{role}")
    if me.before(V3_5):
        known = f"org.apache.zookeeper.server.quorum.QuorumPeer$QuorumServer@{UNTOLD}"
    said = f"Follower sid: {event.sid} : info : {known}"
    yield Line(_handler(event.sid), "LearnerHandler", said)


def sync_planned(me: Speaker, event: events.SyncPlanned) -> Lines:
    """Say where the learner ends, and how it will be brought in line."""
    thread, place, sid = _handler(event.sid), "LearnerHandler", event.sid
    last = show(event.max_committed)
    own = "" if me.before(V3_5) else f" lastProcessedZxid={last}"
    said = (
        f"Synchronizing with {'Follower' if me.before(V3_8) else 'Learner'} sid: {sid}"
        f" maxCommittedLog={last} minCommittedLog={show(event.min_committed)}{own}"
        f" peerLastZxid={show(event.learner_last)}"
    )
    yield Line(thread, place, said)
    yield Line(thread, place, _sending(me, event))


def _sending(me: Speaker, event: events.SyncPlanned) -> str:
    last, whom = show(event.max_committed), f"for peer sid: {event.sid}"
    many = "snapshot sync, snapshot sync was"
    if me.before(V3_8):
        many = "snapshots, snapshot was"
    if event.mode == "SNAP":
        peer = f"last zxid of peer is {show(event.learner_last)}"
        if me.before(V3_5):
            return f"Sending snapshot {peer} zxid of leader is {last}"
        return (
            f"Sending snapshot {peer}, zxid of leader is {last},"
            f" send zxid of db as {last}, {UNTOLD} concurrent {many} {UNTOLD}"
            " from throttle"
        )
    if me.before(V3_5):
        return f"Sending {event.mode}"
    zxid = show(event.truncate_to) if event.mode == "TRUNC" else last
    return f"Sending {event.mode} zxid={zxid} {whom}"


def sync_received(me: Speaker, event: events.SyncReceived) -> Lines:
    """Say how it is brought in line."""
    if not me.before(V3_8):
        said = f"{me.state.lower()} - synchronization - {event.mode.lower()}"
        yield Line(me.peer, "QuorumPeer", f"Peer state changed: {said}")
    zxid = show(event.zxid)
    match event.mode:
        case "DIFF":
            said, level = f"Getting a diff from the leader {zxid}", "INFO"
        case "SNAP":
            where = "" if me.before(V3_5) else f" {zxid}"
            said, level = f"Getting a snapshot from leader{where}", "INFO"
        case _:
            said = f"Truncating log to get in sync with the leader {zxid}"
            level = "WARN"
    yield Line(me.peer, "Learner", said, level)


def new_leader(me: Speaker, _event: events.NewLeaderReceived) -> Lines:
    """Say that the history is here."""
    if not me.before(V3_5):
        said = "Dynamic reconfig is disabled, we don't store the last seen config."
        yield Line(me.peer, "Learner", "Learner received NEWLEADER message")
        yield Line(me.peer, "QuorumPeer", said)


def epoch_saved(me: Speaker, event: events.EpochSaved) -> Lines:
    """Say that the epoch is on disk."""
    if me.state != "LEADING" and not me.before(V3_9):
        yield Line(me.peer, "Learner", f"Set the current epoch to {event.epoch}")


def up_to_date(me: Speaker, _event: events.UpToDate) -> Lines:
    """Say that clients may come."""
    me.synced = True
    if not me.before(V3_5):
        yield Line(me.peer, "Learner", "Learner received UPTODATE message")


def established(me: Speaker, event: events.LeaderEstablished) -> Lines:
    """Say who follows, and where the epoch begins."""
    members = ", ".join(map(str, event.sids))
    sids = f"[[{members}]]"
    if me.before(V3_8):
        sids = f"[ [{members}] ]"
    if me.before(V3_5):
        sids = f"[ {','.join(map(str, event.sids))} ]"
    said = f"Have quorum of supporters, sids: {sids}; starting up and setting last"
    said += f" processed zxid: {show(make_zxid(event.epoch, 0))}"
    yield Line(me.peer, "Leader", said)


def leader_lost(me: Speaker, event: events.LeaderLost) -> Lines:
    """Say that the leader is gone."""
    verb = "observing" if me.state == "OBSERVING" else "following"
    said, trace = f"Exception when {verb} the leader", _trace(event.why)
    yield Line(me.peer, me.role, said, "WARN", trace)
    if me.before(V3_8):
        trace = f"java.lang.Exception: shutdown {me.role}"
        yield Line(me.peer, me.role, "shutdown called", trace=trace)
        return
    said = f"Disconnected from leader (with address: {me.leader})."
    synced = str(me.synced).lower()
    said += f" Was connected for {event.after_ms}ms. Sync state: {synced}"
    yield Line(me.peer, me.role, said)
    yield Line(me.peer, me.role, f"shutdown {me.role}")


def learner_lost(me: Speaker, event: events.LearnerLost) -> Lines:
    """Say that a learner has gone."""
    thread, place = _handler(event.sid), "LearnerHandler"
    said = "Unexpected exception in LearnerHandler: "
    if me.before(V3_8):
        said = "Unexpected exception causing shutdown while sock still open"
    yield Line(thread, place, said, "ERROR", _trace(event.why))
    who = "" if me.before(V3_9) else f"sid:{event.sid} "
    yield Line(thread, place, f"******* GOODBYE {who}/{UNTOLD} ********", "WARN")


_REASONS: Mapping[str, str] = {
    "no-quorum": "Not sufficient followers synced, only synced with sids: {}",
    "no-epoch-quorum": "Timeout while waiting for epoch from quorum",
    "no-epoch-acks": "Timeout while waiting for epoch to be acked by quorum",
    "no-epoch-left": "There is no newer epoch to propose",
    "no-newleader-quorum": (
        "Waiting for a quorum of followers, only synced with sids: {}"
    ),
    "rollover": (
        "zxid lower 32 bits have rolled over, forcing re-election,"
        " and therefore new epoch start"
    ),
}


def leadership_lost(me: Speaker, event: events.LeadershipLost) -> Lines:
    """Say why it leads no longer."""
    members = ", ".join(map(str, event.synced))
    reason = _REASONS.get(event.why, event.why).format(f"[ [{members}] ]")
    yield Line(me.peer, "Leader", "Shutting down")
    if me.before(V3_8):
        trace = f"java.lang.Exception: shutdown Leader! reason: {reason}"
        yield Line(me.peer, "Leader", "Shutdown called", trace=trace)
        return
    yield Line(me.peer, "Leader", f"Shutdown called. For the reason {reason}")


def _handler(sid: int) -> str:
    """The thread that serves a learner: Java names it by an address, we by the sid."""
    return f"LearnerHandler-{sid}"


def _trace(why: str) -> str:
    return next((trace for word, trace in _TRACES if word in why.lower()), "")


def port_unavailable(me: Speaker, event: events.PortUnavailable) -> Lines:
    """Say that whoever was elected cannot lead, for want of its quorum port."""
    where = str(event.port) if me.before(V3_8) else address(event.address, event.port)
    said = f"Couldn't bind to {'port ' if me.before(V3_8) else ''}{where}"
    trace = f"java.net.BindException: {event.why}"
    yield Line(me.peer, "Leader", said, "ERROR", trace)
    yield Line(me.peer, "QuorumPeer", "Unexpected exception", "WARN", trace)


SAYS: Mapping[type[Any], Callable[[Speaker, Any], Lines]] = {
    events.PhaseChanged: phase,
    events.LeaderDialed: dialed,
    events.LeaderUnreachable: leader_unreachable,
    events.LearnerJoined: learner_joined,
    events.SyncPlanned: sync_planned,
    events.SyncReceived: sync_received,
    events.NewLeaderReceived: new_leader,
    events.EpochSaved: epoch_saved,
    events.UpToDate: up_to_date,
    events.LeaderEstablished: established,
    events.LeaderLost: leader_lost,
    events.LearnerLost: learner_lost,
    events.LeadershipLost: leadership_lost,
    events.PortUnavailable: port_unavailable,
}

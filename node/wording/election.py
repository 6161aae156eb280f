"""What is logged while servers look for a leader."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from node import events
from node.wording.line import UNTOLD, V3_5, V3_8, Line, Speaker, address
from node.zxid import show

Lines = Iterator[Line]
_FLE = "FastLeaderElection"


def started(me: Speaker, event: events.NodeStarted) -> Lines:
    """Say who begins."""
    me.limit_ms = event.tick_ms * event.init_limit
    if me.my_id < 0:
        gap = "  " if me.before(V3_8) else " "
        said = f"or no quorum defined in config, running{gap}in standalone mode"
        yield Line("main", "QuorumPeerMain", f"Either no config {said}", "WARN")
    else:
        who = "" if me.before(V3_5) else f", myid={me.my_id}"
        yield Line("main", "QuorumPeerMain", f"Starting quorum peer{who}")


def listening(me: Speaker, event: events.ListenerOpened) -> Lines:
    """Say which port is open."""
    where = address(event.address, event.port)
    match event.port_of:
        case "election":
            yield from _election_port(me, where)
        case "client":
            yield Line("main", "NIOServerCnxnFactory", f"binding to port {where}")
        case "secure client":
            yield Line("main", "NettyServerCnxnFactory", f"binding to port {where}")
        case "admin" if not me.before(V3_5):
            said = f"Started AdminServer on address {event.address}, port {event.port}"
            said += " and command URL /commands"
            yield Line(me.peer, "JettyAdminServer", said)


def _election_port(me: Speaker, where: str) -> Lines:
    listener = "QuorumCnxManager$Listener"
    accepts = f"{me.my_id} is accepting connections now, my election bind port: {where}"
    if me.before(V3_5):
        yield Line(where, listener, f"My election bind port: {where}")
        return
    yield Line("main", listener, "Election port bind maximum retries is 3")
    if me.before(V3_8):
        yield Line("QuorumPeerListener", listener, accepts)
    else:
        thread = f"ListenerHandler-{where}"
        yield Line(thread, f"{listener}$ListenerHandler", accepts)


def state_changed(me: Speaker, event: events.StateChanged) -> Lines:
    """Say what the server is now."""
    me.state = event.new
    peer = "QuorumPeer"
    if event.old and not me.before(V3_8):
        yield Line(me.peer, peer, f"Peer state changed: {event.new.lower()}")
    if event.old and event.new == "LOOKING":
        yield Line(me.peer, peer, "PeerState set to LOOKING", "WARN")
    yield Line(me.peer, peer, event.new)


def election_started(me: Speaker, event: events.ElectionStarted) -> Lines:
    """Say whom it proposes; in Java a server's own vote comes back to itself."""
    gap = "  " if me.before(V3_8) else " "
    said = f"New election. My id ={gap}{me.my_id}, proposed zxid={show(event.zxid)}"
    yield Line(me.peer, _FLE, said)
    if event.leader >= 0:
        own = events.NotificationReceived(
            *(me.my_id, "LOOKING", event.round, event.leader, event.zxid),
            *(event.peer_epoch, 2, 0, "LOOKING"),
        )
        yield from notified(me, own)


def notified(me: Speaker, event: events.NotificationReceived) -> Lines:
    """Show a vote that came."""
    thread = f"WorkerReceiver[myid={me.my_id}]"
    old = me.before(V3_8)
    place = _FLE if old else f"{_FLE}$Messenger$WorkerReceiver"
    yield Line(thread, place, _old_vote(me, event) if old else _vote(event))


def _vote(event: events.NotificationReceived) -> str:
    return (
        f"Notification: my state:{event.my_state}; n.sid:{event.sender},"
        f" n.state:{event.state}, n.leader:{event.leader},"
        f" n.round:{show(event.round)}, n.peerEpoch:{show(event.peer_epoch)},"
        f" n.zxid:{show(event.zxid)}, message format version:0x{event.version:x},"
        f" n.config version:0x{event.config_version:x}"
    )


def _old_vote(me: Speaker, event: events.NotificationReceived) -> str:
    """3.5 spells it `n.peerEPoch`, and glues the config version to what precedes."""
    version = min(event.version, 1) if me.before(V3_5) else event.version
    said = (
        f"Notification: {version} (message format version),"
        f" {event.leader} (n.leader), {show(event.zxid)} (n.zxid),"
        f" {show(event.round)} (n.round), {event.state} (n.state),"
        f" {event.sender} (n.sid), {show(event.peer_epoch)} "
    )
    if me.before(V3_5):
        return f"{said}(n.peerEpoch) {event.my_state} (my state)"
    config = f"{event.config_version:x} (n.config version)"
    return f"{said}(n.peerEPoch), {event.my_state} (my state){config}"


def asks_again(me: Speaker, event: events.NotificationTimedOut) -> Lines:
    """Say how long it waits now."""
    unit = "" if me.before(V3_8) else " ms"
    yield Line(me.peer, _FLE, f"Notification time out: {event.next_ms}{unit}")


def unreachable(me: Speaker, event: events.PeerUnreachable) -> Lines:
    """Say that a peer's election port did not answer."""
    where = address(event.host, event.port)
    said = f"Cannot open channel to {event.sid} at election address {where}"
    thread = (
        f"WorkerSender[myid={me.my_id}]"
        if me.before(V3_5)
        else f"QuorumConnectionThread-[myid={me.my_id}]-{event.sid}"
    )
    refused = "java.net.ConnectException: Connection refused"
    trace = refused if "refused" in event.why.lower() else ""
    yield Line(thread, "QuorumCnxManager", said, "WARN", trace)


def yielded(me: Speaker, event: events.ConnectionYielded) -> Lines:
    """Say that the peer with the higher id will call."""
    pair = f"(myId:{me.my_id} --> sid:{event.sid})"
    if me.before(V3_5):
        pair = f"({event.sid}, {me.my_id})"
    said = f"Have smaller server identifier, so dropping the connection: {pair}"
    thread = f"QuorumConnectionThread-[myid={me.my_id}]-{event.sid}"
    yield Line(me.peer if me.before(V3_8) else thread, "QuorumCnxManager", said)


def peer_lost(me: Speaker, event: events.PeerLost) -> Lines:
    """Say that an election connection broke."""
    end = ", error = " if me.before(V3_8) else ""
    said = f"Connection broken for id {event.sid}, my id = {me.my_id}{end}"
    place, thread = "QuorumCnxManager$RecvWorker", f"RecvWorker:{event.sid}"
    yield Line(thread, place, said, "WARN", "java.io.EOFException")


def decided(me: Speaker, event: events.ElectionDecided) -> Lines:
    """Keep how long it took: the role says so when it begins."""
    me.took_ms = event.took_ms
    me.leader = me.servers.get(event.leader, UNTOLD)
    yield from ()


SAYS: Mapping[type[Any], Callable[[Speaker, Any], Lines]] = {
    events.NodeStarted: started,
    events.ListenerOpened: listening,
    events.StateChanged: state_changed,
    events.ElectionStarted: election_started,
    events.NotificationReceived: notified,
    events.NotificationTimedOut: asks_again,
    events.PeerUnreachable: unreachable,
    events.ConnectionYielded: yielded,
    events.PeerLost: peer_lost,
    events.ElectionDecided: decided,
}

"""What is logged about the disk, sessions and the process itself."""

from collections.abc import Callable, Mapping
from typing import Any

from node import events
from node.wording.election import Lines
from node.wording.line import UNTOLD, V3_5, V3_8, V3_9, Line, Speaker
from node.zxid import show

_ID = 0xFFFFFFFFFFFFFFFF
_UPGRADE = "This should only happen when you are upgrading your installation"


def recovered(me: Speaker, event: events.Recovered) -> Lines:
    """Say what was found on disk; a new server finds nothing."""
    me.logging = False
    if event.snapshot_zxid >= 0:
        file = f"{me.folder}/snapshot.{event.snapshot_zxid:x}"
        yield Line("main", "FileSnap", f"Reading snapshot {file}")
        return
    yield Line("main", "FileTxnSnapLog", f"Snapshotting: 0x0 to {me.folder}/snapshot.0")
    for name in ("currentEpoch", "acceptedEpoch"):
        said = f"{name} not found! Creating with a reasonable default of 0. {_UPGRADE}"
        yield Line("main", "QuorumPeer", said)


def logged(me: Speaker, event: events.TxnsLogged) -> Lines:
    """Say the first of a term, and the first of a file; of others nothing."""
    if me.fresh:
        me.fresh = False
        said = f"Got zxid {show(event.first)} expected 0x1"
        yield Line(me.peer, me.role, said, "WARN")
    if not me.logging:
        me.logging = True
        said = f"Creating new log file: log.{event.first:x}"
        yield Line(f"SyncThread:{me.my_id}", "FileTxnLog", said)


def snapshot_taken(me: Speaker, event: events.SnapshotTaken) -> Lines:
    """Say where the tree was written to."""
    me.logging = False  # the next transaction begins a file
    file = f"{me.folder}/snapshot.{event.zxid:x}"
    said = f"Snapshotting: {show(event.zxid)} to {file}"
    yield Line(me.peer, "FileTxnSnapLog", said)
    if not me.before(V3_5):
        said = f"Snapshot taken in {event.took_ms} ms"
        yield Line(me.peer, "ZooKeeperServer", said)


def old_files_removed(me: Speaker, _event: events.OldFilesRemoved) -> Lines:
    """Say that autopurge has been at work."""
    del me
    for said in ("Purge task started.", "Purge task completed."):
        yield Line("PurgeTask", "DatadirCleanupManager$PurgeTask", said)


def slow_sync(me: Speaker, event: events.SlowSync) -> Lines:
    """Say that the disk keeps clients waiting."""
    thread = f"SyncThread:{me.my_id}"
    size = "" if me.before(V3_5) else f"File size is {UNTOLD} bytes. "
    gap = " " if me.before(V3_8) else ""
    said = (
        f"fsync-ing the write ahead log in {thread} took {event.took_ms}ms which will"
        f" adversely effect operation latency.{gap}{size}"
        "See the ZooKeeper troubleshooting guide"
    )
    yield Line(thread, "FileTxnLog", said, "WARN")


def session_opened(me: Speaker, event: events.SessionOpened) -> Lines:
    """Say that a client is here."""
    session = _session(event.session)
    if me.before(V3_5):
        thread = "NIOServerCxn.Factory"
        act = (
            f"renew session {session}" if event.reattached else "establish new session"
        )
        said = f"Client attempting to {act} at /{event.client}"
        yield Line(thread, "ZooKeeperServer", said)
        said = f"Established session {session} with negotiated timeout"
        said += f" {event.timeout_ms} for client /{event.client}"
        yield Line(f"CommitProcessor:{me.my_id}", "ZooKeeperServer", said)
    elif not event.reattached:
        verb = "Adding" if me.before(V3_8) else "Committing"
        place = "LeaderSessionTracker"
        if me.state != "LEADING":
            place = "LearnerSessionTracker"
        said = f"{verb} global session {session}"
        yield Line(f"CommitProcessor:{me.my_id}", place, said)


def session_refused(_me: Speaker, event: events.SessionRefused) -> Lines:
    """Say why a client was turned away."""
    where = f"/{event.client}"
    thread = f"NIOWorkerThread-{UNTOLD}"
    match event.why:
        case "too-many-connections":
            said = f"Too many connections from {where} - max is {UNTOLD}"
            said = f"Error accepting new connection: {said}"
            yield Line(thread, "NIOServerCnxnFactory", said, "WARN")
        case "saw-newer-zxid":
            said = f"Refusing session request for client {where} as it has seen zxid"
            said += (
                f" {UNTOLD} our last zxid is {UNTOLD} client must try another server"
            )
            yield Line(thread, "ZooKeeperServer", said)
        case "expired":
            session = _session(event.session)
            said = f"Invalid session {session} for client {where}, probably expired"
            yield Line(thread, "ZooKeeperServer", said)
        case _:
            pass


def session_expired(me: Speaker, event: events.SessionExpired) -> Lines:
    """Say that a client was silent for too long."""
    session = _session(event.session)
    said = f"Expiring session {session}, timeout of {event.timeout_ms}ms exceeded"
    yield Line("SessionTracker", "ZooKeeperServer", said)
    if not me.before(V3_5):
        said = f"Submitting global closeSession request for session {session}"
        yield Line("SessionTracker", "QuorumZooKeeperServer", said)


def session_closed(me: Speaker, event: events.SessionClosed) -> Lines:
    """Say that a session ended: a thing that only 3.4 logs."""
    if me.before(V3_5):
        said = f"Processed session termination for sessionid: {_session(event.session)}"
        thread = f"ProcessThread(sid:{me.my_id} cport:-1):"
        yield Line(thread, "PrepRequestProcessor", said)


def client_lost(me: Speaker, event: events.ClientLost) -> Lines:
    """Say that a client's connection broke."""
    session, thread = _session(event.session), f"NIOWorkerThread-{UNTOLD}"
    said = "Unable to read additional data from client"
    if me.before(V3_8):
        said += f" sessionid {session}, likely client has closed socket"
    else:
        said += f", it probably closed the socket: address = /{event.client},"
        said += f" session = {session}"
    yield Line(thread, "NIOServerCnxn", said, "WARN" if me.before(V3_9) else "INFO")


def tls_refused(me: Speaker, event: events.TlsRefused) -> Lines:
    """Say that a caller and we came to no TLS: netty's words for clients."""
    if event.port_of.endswith("client"):
        said = "Unsuccessful handshake with session 0x0"
        yield Line("nioEventLoopGroup-4-1", "NettyServerCnxnFactory", said, "ERROR")
        return
    thread = f"QuorumPeer[myid={me.my_id}]" if event.port_of == "quorum" else me.peer
    said = f"Accepted TLS connection from {event.address} failed: {event.why}"
    yield Line(thread, "UnifiedServerSocket", said, "WARN")


def admin_unavailable(me: Speaker, event: events.AdminUnavailable) -> Lines:
    """Say that there is no AdminServer, and why."""
    if not me.before(V3_5):
        trace = (
            "org.apache.zookeeper.server.admin.AdminServer$AdminServerException:"
            f" Problem starting AdminServer on port {event.port}"
            f"\nCaused by: {event.why}"
        )
        said = "Problem starting AdminServer"
        yield Line("main", "QuorumPeer", said, "WARN", trace)


def stopped(me: Speaker, event: events.NodeStopped) -> Lines:
    """Say that the disk failed; on SIGTERM ZooKeeper says nothing at all."""
    if event.why.startswith("disk"):
        thread = f"SyncThread:{me.my_id}"
        said = f"Severe unrecoverable error, from thread : {thread}"
        trace = f"java.io.IOException: {event.why.partition(': ')[2]}"
        yield Line(thread, "ZooKeeperCriticalThread", said, "ERROR", trace)


def _session(session: int) -> str:
    return f"0x{session & _ID:x}"


SAYS: Mapping[type[Any], Callable[[Speaker, Any], Lines]] = {
    events.Recovered: recovered,
    events.TxnsLogged: logged,
    events.SnapshotTaken: snapshot_taken,
    events.OldFilesRemoved: old_files_removed,
    events.SlowSync: slow_sync,
    events.SessionOpened: session_opened,
    events.SessionRefused: session_refused,
    events.SessionExpired: session_expired,
    events.SessionClosed: session_closed,
    events.ClientLost: client_lost,
    events.AdminUnavailable: admin_unavailable,
    events.TlsRefused: tls_refused,
    events.NodeStopped: stopped,
}

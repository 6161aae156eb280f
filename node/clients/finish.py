"""The last step: a committed transaction is applied, and clients hear of it.

Watchers first, then the client that asked, then the reads that waited behind
its write: a client never sees a change before the event that announces it.
"""

from node.clients.connection import OPEN, PENDING_MAX, Connection, Pending
from node.clients.handshake import Greeter
from node.clients.reads import event_frame
from node.clients.state import COMMITTED, ClientState
from node.events import SessionClosed
from node.tree.apply import Applied, apply, reply_body
from node.wire.client import (
    MULTI_END,
    REPLY,
    REPLY_HEAD_BYTES,
    Err,
    Op,
    Perm,
    multi_error,
    multi_result,
    reply,
)
from node.wire.jute import MalformedRecord, read_ustring

# Whatever way a node was made with its Stat asked for, a multi calls it create2.
_SHOWN_TYPES = {Op.CREATE_CONTAINER: Op.CREATE2, Op.CREATE_TTL: Op.CREATE2}


class Finisher:
    """Applies transactions and finishes the requests they came from."""

    def __init__(self, state: ClientState, greeter: Greeter) -> None:
        self.state = state
        self.greeter = greeter

    def deliver(self, entry: bytes, now_ms: int) -> Applied:
        """Apply a committed transaction; notify watchers, then answer."""
        state = self.state
        applied = apply(state.tree, entry)
        if applied.triggers and state.watches.by_watcher:
            self._notify(applied)
        conn = state.by_session.get(applied.session)
        if conn is not None and conn.pending:
            head = conn.pending[0]
            if head.xid == applied.cxid and head.op in COMMITTED:
                self._complete(conn, applied, now_ms)
        if applied.type == Op.CLOSE_SESSION:
            self._session_closed(applied)
        return applied

    def sync_done(self) -> None:
        """Complete the oldest sync: the leader answers them in their order."""
        if self.state.syncs:
            conn = self.state.syncs.popleft()
            conn.syncs_done += 1
            self._drain(conn, self.state.now_ms)

    def _complete(self, conn: Connection, applied: Applied, now_ms: int) -> None:
        """Answer a write, and the reads that waited behind it."""
        request = conn.pending.popleft()
        self.state.outstanding -= 1
        if request.op == Op.CREATE_SESSION:
            self.greeter.opened(conn, reattached=False)
            return
        if applied.err == Err.SESSION_MOVED:
            # The session lives on at another server; this connection may not
            # say anything else to its client (ZOOKEEPER-710).
            self.state.close(conn)
            return
        took_ms = now_ms - request.at_ms
        frame = finished(request.xid, applied)
        self.state.replied(conn, frame, applied.zxid, took_ms)
        if conn.pending:
            self._drain(conn, now_ms)

    def _drain(self, conn: Connection, now_ms: int) -> None:
        """Answer what waits in front of the next write."""
        pending = conn.pending
        while pending and not conn.closing and pending[0].op not in COMMITTED:
            if pending[0].op == Op.SYNC:
                if not conn.syncs_done:
                    break
                self._answer_sync(conn, pending.popleft(), now_ms)
            else:
                self.state.answer(conn, pending.popleft(), now_ms)
        if conn.paused and len(pending) <= PENDING_MAX // 2:
            conn.paused = False
            self.state.dirty[conn] = None  # for the shell to read on

    def _answer_sync(self, conn: Connection, request: Pending, now_ms: int) -> None:
        conn.syncs_done -= 1
        self.state.outstanding -= 1
        zxid = self.state.tree.processed_zxid
        try:
            path = request.body[: read_ustring(request.body, 0)[1]]
            frame = reply(request.xid, zxid, Err.OK, path)
        except MalformedRecord:
            frame = reply(request.xid, zxid, Err.MARSHALLING)
        self.state.replied(conn, frame, zxid, now_ms - request.at_ms)

    def _notify(self, applied: Applied) -> None:
        """Queue the events of a transaction, for those who may read the node."""
        state = self.state
        for event_type, path, acl in applied.triggers:
            watchers = state.watches.fire(event_type, path)
            frame = event_frame(event_type, path, applied.zxid) if watchers else b""
            for conn in watchers:
                allowed = state.tree.acls.allows(acl, Perm.READ, conn.ids)
                if allowed and not conn.closing:
                    state.put(conn, frame)

    def _session_closed(self, applied: Applied) -> None:
        """Close the connection of a session that has ended, if it is here."""
        state = self.state
        ephemerals = len(applied.triggers) // 2  # each deletion has two triggers
        state.notes.append(SessionClosed(applied.session, ephemerals))
        conn = state.by_session.get(applied.session)
        if conn is not None and conn.state == OPEN:
            del state.by_session[applied.session]
            state.close(conn)


def finished(xid: int, applied: Applied) -> bytes:
    """Return the framed reply to a write; its zxid is the write's own."""
    body = b""
    if applied.results is not None:
        body = _results(applied.results)
    elif not applied.err:
        body = reply_body(applied)
    size = REPLY_HEAD_BYTES + len(body)
    return REPLY.pack(size, xid, applied.zxid, applied.err) + body


def _results(results: list[Applied]) -> bytes:
    """Return a multi's results; of one that was refused, why, for each operation."""
    if any(result.type == Op.ERROR for result in results):
        parts = [multi_error(result.err) for result in results]
    else:
        parts = [
            multi_result(_SHOWN_TYPES.get(result.type, result.type), result.body)
            for result in results
        ]
    return b"".join([*parts, MULTI_END])

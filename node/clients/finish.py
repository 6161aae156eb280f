"""The last step: a committed transaction is applied, and people are told.

Watchers first, then the client that asked, then the reads that waited behind
its write: a client never sees a change before the event that announces it.
"""

from node.clients.connection import OPEN, PENDING_MAX, Connection, Pending
from node.clients.desk import COMMITTED, Desk
from node.clients.handshake import Greeter
from node.clients.reads import event_frame
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

    def __init__(self, desk: Desk, greeter: Greeter) -> None:
        self.desk = desk
        self.greeter = greeter

    def deliver(self, entry: bytes, now_ms: int) -> Applied:
        """Apply a committed transaction; tell watchers, then the one who asked."""
        desk = self.desk
        applied = apply(desk.tree, entry)
        if applied.triggers and desk.watches.by_watcher:
            self._notify(applied)
        conn = desk.by_session.get(applied.session)
        if conn is not None and conn.pending:
            head = conn.pending[0]
            if head.xid == applied.cxid and head.op in COMMITTED:
                self._complete(conn, applied, now_ms)
        if applied.type == Op.CLOSE_SESSION:
            self._session_closed(applied)
        return applied

    def sync_done(self) -> None:
        """Complete the oldest sync: the leader answers them in their order."""
        if self.desk.syncs:
            conn = self.desk.syncs.popleft()
            conn.syncs_done += 1
            self._drain(conn, self.desk.now_ms)

    def _complete(self, conn: Connection, applied: Applied, now_ms: int) -> None:
        """Answer a write, and the reads that waited behind it."""
        request = conn.pending.popleft()
        self.desk.outstanding -= 1
        if request.op == Op.CREATE_SESSION:
            self.greeter.opened(conn, reattached=False)
            return
        if applied.err == Err.SESSION_MOVED:
            # The session lives on at another server; this connection may not
            # tell its client otherwise (ZOOKEEPER-710).
            self.desk.close(conn)
            return
        took_ms = now_ms - request.at_ms
        frame = finished(request.xid, applied)
        self.desk.replied(conn, frame, applied.zxid, took_ms)
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
                self.desk.answer(conn, pending.popleft(), now_ms)
        if conn.paused and len(pending) <= PENDING_MAX // 2:
            conn.paused = False
            self.desk.dirty[conn] = None  # for the shell to read on

    def _answer_sync(self, conn: Connection, request: Pending, now_ms: int) -> None:
        conn.syncs_done -= 1
        self.desk.outstanding -= 1
        zxid = self.desk.tree.processed_zxid
        try:
            path = request.body[: read_ustring(request.body, 0)[1]]
            frame = reply(request.xid, zxid, Err.OK, path)
        except MalformedRecord:
            frame = reply(request.xid, zxid, Err.MARSHALLING)
        self.desk.replied(conn, frame, zxid, now_ms - request.at_ms)

    def _notify(self, applied: Applied) -> None:
        """Queue the events of a transaction, for those who may read the node."""
        desk = self.desk
        for event_type, path, acl in applied.triggers:
            watchers = desk.watches.fire(event_type, path)
            frame = event_frame(event_type, path, applied.zxid) if watchers else b""
            for conn in watchers:
                allowed = desk.tree.acls.allows(acl, Perm.READ, conn.ids)
                if allowed and not conn.closing:
                    desk.put(conn, frame)

    def _session_closed(self, applied: Applied) -> None:
        """Close the connection of a session that has ended, if it is here."""
        desk = self.desk
        ephemerals = len(applied.triggers) // 2  # each deletion is told twice
        desk.notes.append(SessionClosed(applied.session, ephemerals))
        conn = desk.by_session.get(applied.session)
        if conn is not None and conn.state == OPEN:
            del desk.by_session[applied.session]
            desk.close(conn)


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

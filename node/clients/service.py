"""Everything a server does for its clients, between their bytes and the quorum.

Bytes come in through `feed`, committed transactions through `deliver`; what
must leave collects in plain queues that the shell empties: each connection's
`out`, and here `requests` (for the leader), `revalidations`, `notes`, `dirty`.
No I/O, no clock: `now_ms` is handed in (a clock that never jumps).

A session's requests are answered in their order: a read that follows a write
waits for that write's commit.  Sessions do not wait for each other.
"""

import struct
from collections import deque
from typing import Any, NamedTuple

from node.clients import handshake
from node.clients.auth import authenticate
from node.clients.connection import (
    CONNECTING,
    OPEN,
    PENDING_MAX,
    Connection,
    Latency,
    Pending,
)
from node.clients.finish import finished
from node.clients.prepare import Refused, Request
from node.clients.reads import Reads, event_frame
from node.clients.session import make_session_id
from node.events import ClientLost, SessionClosed, SessionOpened, SessionRefused
from node.tree.apply import Applied, apply
from node.tree.watches import Watches
from node.tree.znodes import Tree
from node.wire.client import (
    REPLY,
    ConnectRequest,
    Err,
    Op,
    Perm,
    reply,
    unpack_connect_request,
)
from node.wire.jute import BUFFER_MAX, INT, MalformedRecord, read_ustring

SESSIONLESS_MS = 10_000  # how long a connection may take to open a session

# What the hot loop needs, as globals: each is a dictionary look-up less.
_HEAD = struct.Struct(">iiii")  # frame length, xid, type, and the path's length
_DATA_HEAD = struct.Struct(">iiqii")  # a reply's head and the data's length
_SHORT_HEAD = struct.Struct(">iii")  # of a frame without anything else
_head = _HEAD.unpack_from
_short_head = _SHORT_HEAD.unpack_from
_int = INT.unpack_from
_reply = REPLY.pack
_data_reply = _DATA_HEAD.pack
_GET_DATA, _EXISTS, _READ = Op.GET_DATA, Op.EXISTS, Perm.READ
_STAT_BYTES = 68

WRITES = frozenset(
    (
        Op.CREATE,
        Op.CREATE2,
        Op.CREATE_CONTAINER,
        Op.CREATE_TTL,
        Op.DELETE,
        Op.SET_DATA,
        Op.SET_ACL,
        Op.MULTI,
        Op.RECONFIG,
        Op.CLOSE_SESSION,
    )
)
_COMMITTED = WRITES | {Op.CREATE_SESSION}  # what waits for the quorum


class ClientSettings(NamedTuple):
    """What zoo.cfg says about clients."""

    sid: int
    tick_ms: int
    min_session_ms: int
    max_session_ms: int
    max_client_cnxns: int  # connections per source address; 0: no limit
    super_digest: str = ""  # "user:hash" of the one who may do everything


class Service:
    """The clients of one server, for as long as it serves."""

    def __init__(self, tree: Tree, settings: ClientSettings) -> None:
        self.tree = tree
        self.settings = settings
        self.serving = False
        self.watches = Watches()
        self.connections: dict[Connection, None] = {}
        self.latency = Latency()
        self.recved = 0
        self.sent = 0
        self.outstanding = 0  # writes and syncs on their way
        # For the shell to empty.
        self.requests: list[Request] = []
        self.revalidations: list[tuple[int, int]] = []  # session, time-out in ms
        self.dirty: dict[Connection, None] = {}  # with output, or closing
        self.notes: list[Any] = []  # of node.events
        self._reads = Reads(tree, self.watches)
        self._by_session: dict[int, Connection] = {}
        self._syncs: deque[Connection] = deque()
        self._touched: dict[int, int] = {}
        self._next_session = 0
        self._now_ms = 0  # the latest that was handed in

    # --- life -----------------------------------------------------------------

    def start(self) -> None:
        """Serve from now on; `tree` is in line with the quorum."""
        self.serving = True

    def stop(self) -> None:
        """Serve no more: without a leader nobody may answer.

        Requests on their way are dropped; their clients see the connection
        close and cannot know whether they were done.
        """
        self.serving = False
        for conn in tuple(self.connections):
            self._close(conn)
        self.requests.clear()
        self.revalidations.clear()
        self._syncs.clear()
        self._touched.clear()
        self.outstanding = 0

    def use_tree(self, tree: Tree) -> None:
        """Answer from another tree, after a SNAP or TRUNC put it in place."""
        self.tree = tree
        self._reads.tree = tree

    def tick(self, now_ms: int) -> None:
        """Close connections that have not opened a session in time."""
        self._now_ms = now_ms
        for conn in self.connections:
            if conn.state != OPEN and now_ms - conn.established_ms > SESSIONLESS_MS:
                self._close(conn)

    def touched(self) -> dict[int, int]:
        """Return the sessions heard of since the last call, with their time-outs."""
        touched, self._touched = self._touched, {}
        return touched

    # --- connections ----------------------------------------------------------

    def connect(self, client_address: str, now_ms: int) -> Connection | None:
        """Take in a connection; None if its host has too many already."""
        conn = Connection(client_address, now_ms)
        most = self.settings.max_client_cnxns
        if most and sum(other.ip == conn.ip for other in self.connections) >= most:
            self.notes.append(SessionRefused(0, client_address, "too-many-connections"))
            return None
        self.connections[conn] = None
        return conn

    def disconnect(self, conn: Connection) -> None:
        """Forget a connection that has closed, whoever closed it."""
        if self.connections.pop(conn, self) is self:
            return
        self.watches.forget(conn)
        self._drop_pending(conn)
        if self._by_session.get(conn.session) is conn:
            del self._by_session[conn.session]
            if conn.state == OPEN:
                self.notes.append(ClientLost(conn.session, conn.address))

    def feed(self, conn: Connection, chunk: bytes, now_ms: int) -> None:
        """Take in bytes from a client and act on every frame that is complete."""
        self._now_ms = now_ms
        if conn.closing:
            return
        if conn.waiting:
            conn.waiting.append(chunk)
            conn.waiting_bytes += len(chunk)
            if conn.waiting_bytes < conn.needed or conn.state == CONNECTING:
                return
            chunk = b"".join(conn.waiting)
            conn.waiting.clear()
        if conn.state == OPEN:
            at = self._serve(conn, chunk, now_ms)
        else:
            at = self._greet(conn, chunk, now_ms)
        if at < len(chunk) and not conn.closing:
            self._keep(conn, chunk[at:] if at else chunk)

    def _serve(self, conn: Connection, chunk: bytes, now_ms: int) -> int:
        """Answer or queue every complete frame; return where the rest begins.

        This loop is the server's hot path, so it is written for the machine:
        one `unpack` gives length, xid, type and path length of a frame; getData
        and exists of a readable node without a watch are answered on the spot
        from the packed Stat that the znode keeps, and the pieces of all replies
        are joined once per chunk, by whoever writes them.  All else takes the
        readable way through `_request`.
        """
        tree, out, pending = self.tree, conn.out, conn.pending
        node_at, granted = tree.nodes.get, tree.acls.world.get
        zxid = tree.processed_zxid
        at, end, answered, others = 0, len(chunk), 0, 0
        xid, op = conn.last_cxid, conn.last_op
        while (left := end - at) >= 12:
            if left >= 16:
                length, xid, op, path_bytes = _head(chunk, at)
            else:
                length, xid, op = _short_head(chunk, at)
                path_bytes = -1
            stop = at + 4 + length
            if stop > end or length < 8:
                break
            if (
                (op == _GET_DATA or op == _EXISTS)
                and path_bytes == length - 13
                and not chunk[stop - 1]  # no watch
                and not pending
            ):
                node = node_at(str(chunk[at + 16 : stop - 1], "utf-8", "replace"))
                if node is not None and granted(node.acl, 0) & _READ:
                    stat, data = node.stat or node.packed_stat(), node.data
                    if op == _EXISTS:
                        out += (_reply(84, xid, zxid, 0), stat)
                    elif data is not None:
                        size = len(data)
                        out += (_data_reply(88 + size, xid, zxid, 0, size), data, stat)
                    else:
                        out += (_data_reply(88, xid, zxid, 0, -1), stat)
                    answered += 1
                    at = stop
                    continue
            self._request(conn, Pending(xid, op, chunk[at + 12 : stop], now_ms))
            others += 1
            at = stop
            if conn.closing:
                break
        if answered or others:
            conn.last_cxid, conn.last_op = xid, op
            self._count(conn, answered, others, now_ms)
        return at

    def _count(
        self, conn: Connection, answered: int, others: int, now_ms: int
    ) -> None:
        """Keep the books, once per chunk."""
        self._touched[conn.session] = conn.timeout_ms
        conn.recved += answered + others
        self.recved += answered + others
        if answered:
            conn.sent += answered
            self.sent += answered
            conn.latency.add(0, answered)
            self.latency.add(0, answered)
            conn.last_zxid = self.tree.processed_zxid
            conn.last_response_ms = now_ms
            self.dirty[conn] = None

    def _keep(self, conn: Connection, rest: bytes) -> None:
        """Put aside a frame that is not complete, once its length is believed.

        A large frame comes in many chunks; they are joined when it is whole and
        not before, or a slow sender could make us copy without end.
        """
        conn.needed = 4
        if len(rest) >= 4:
            (length,) = _int(rest)
            least = 8 if conn.state == OPEN else 0
            if not least <= length <= BUFFER_MAX:
                self._close(conn)
                return
            conn.needed = 4 + length
        conn.waiting = [rest]
        conn.waiting_bytes = len(rest)

    # --- the first message ----------------------------------------------------

    def _greet(self, conn: Connection, chunk: bytes, now_ms: int) -> int:
        """Take in the first bytes; return how many are done with."""
        if conn.state == CONNECTING or len(chunk) < 4:
            return 0
        if conn.command or chunk[:4] in handshake.FOUR_LETTER_WORDS:
            conn.command = conn.command or chunk[:4].decode()
            self.dirty[conn] = None
            return len(chunk)
        (length,) = _int(chunk)
        if not 0 <= length <= BUFFER_MAX or len(chunk) < 4 + length:
            return 0
        try:
            if self.serving:
                request = unpack_connect_request(chunk[4 : 4 + length])
                self._open_session(conn, request, now_ms)
            else:
                self._close(conn)
        except MalformedRecord:
            self._close(conn)
        return 4 + length

    def _open_session(
        self, conn: Connection, request: ConnectRequest, now_ms: int
    ) -> None:
        """Ask for a new session, or whether an old one is still alive."""
        conn.recved += 1
        self.recved += 1
        conn.read_only_known = request.read_only is not None
        if request.last_zxid_seen > self.tree.processed_zxid:
            # It saw writes that we have not: it must not see time run backwards.
            self._refuse(conn, request.session, "saw-newer-zxid")
            return
        settings = self.settings
        conn.timeout_ms = handshake.clamp_timeout(
            request.timeout_ms, settings.min_session_ms, settings.max_session_ms
        )
        conn.state = CONNECTING
        conn.paused = True
        if request.session == 0:
            self._new_session(conn, now_ms)
            return
        other = self._by_session.get(request.session)
        if other is not None:
            self._close(other)
        if not handshake.password_fits(request):
            conn.out.append(handshake.goodbye(with_flag=conn.read_only_known))
            self._refuse(conn, request.session, "bad-password")
            return
        conn.session = request.session
        self._by_session[conn.session] = conn
        self.revalidations.append((conn.session, conn.timeout_ms))

    def _new_session(self, conn: Connection, now_ms: int) -> None:
        if not self._next_session:
            self._next_session = make_session_id(self.settings.sid, now_ms)
        while self._next_session in self.tree.sessions:
            self._next_session += 1  # the machine was booted and its clock began anew
        conn.session = self._next_session
        self._next_session += 1
        self._by_session[conn.session] = conn
        timeout = INT.pack(conn.timeout_ms)
        conn.pending.append(Pending(0, Op.CREATE_SESSION, timeout, now_ms))
        self.outstanding += 1
        self.requests.append(
            Request(conn.session, 0, Op.CREATE_SESSION, timeout, conn.ids, self)
        )

    def _refuse(self, conn: Connection, session: int, why: str) -> None:
        self.notes.append(SessionRefused(session, conn.address, why))
        self._close(conn)

    def revalidated(self, session: int, ok: bool) -> None:  # noqa: FBT001 (a verdict)
        """Take the leader's word on a session that a client brought here."""
        conn = self._by_session.get(session)
        if conn is None or conn.state != CONNECTING or conn.pending:
            return
        if ok:
            self._opened(conn, self._now_ms, reattached=True)
            return
        del self._by_session[session]
        conn.out.append(handshake.goodbye(with_flag=conn.read_only_known))
        self._refuse(conn, session, "expired")

    def _opened(self, conn: Connection, now_ms: int, *, reattached: bool) -> None:
        conn.state = OPEN
        conn.paused = False
        flag = conn.read_only_known
        self._put(
            conn, handshake.welcome(conn.session, conn.timeout_ms, with_flag=flag)
        )
        conn.last_op = Op.CREATE_SESSION
        self._touched[conn.session] = conn.timeout_ms
        self.notes.append(
            SessionOpened(conn.session, conn.timeout_ms, reattached, conn.address)
        )
        early, conn.waiting = b"".join(conn.waiting), []
        if early:  # the client did not wait for our answer
            self.feed(conn, early, now_ms)

    # --- requests -------------------------------------------------------------

    def _request(self, conn: Connection, request: Pending) -> None:
        """Send a write on its way; answer anything else, or let it wait its turn."""
        op = request.op
        if op in WRITES or op == Op.SYNC:
            conn.pending.append(request)
            self.outstanding += 1
            if op == Op.SYNC:
                self._syncs.append(conn)
            self.requests.append(
                Request(conn.session, request.xid, op, request.body, conn.ids, self)
            )
        elif op == Op.AUTH:
            self._authenticate(conn, request)
        elif conn.pending:
            conn.pending.append(request)
        else:
            self._answer(conn, request, request.at_ms)
        if len(conn.pending) > PENDING_MAX:
            conn.paused = True

    def _answer(self, conn: Connection, request: Pending, now_ms: int) -> None:
        """Answer what needs no quorum."""
        xid, op, body, at_ms = request
        if not self._reads.knows(op):
            self._put(conn, reply(xid, -1, Err.UNIMPLEMENTED))
            self._close(conn)
            return
        zxid = self.tree.processed_zxid
        try:
            frame = reply(xid, zxid, Err.OK, self._reads.answer(conn, op, body))
        except Refused as refused:
            frame = reply(xid, zxid, refused.err)
        self._replied(conn, frame, zxid, now_ms - at_ms)

    def _authenticate(self, conn: Connection, request: Pending) -> None:
        """Judge at once who the client says to be, as ZooKeeper does."""
        try:
            proved = authenticate(conn, request.body, self.settings.super_digest)
        except MalformedRecord:
            self._close(conn)
            return
        err = Err.OK if proved else Err.AUTH_FAILED
        self._put(conn, reply(request.xid, 0, err))
        if not proved:
            self._close(conn)

    # --- what the quorum says -------------------------------------------------

    def deliver(self, entry: bytes, now_ms: int) -> Applied:
        """Apply a committed transaction; tell watchers, then the one who asked.

        Raises MalformedRecord if the entry is none.
        """
        self._now_ms = now_ms
        applied = apply(self.tree, entry)
        if applied.triggers and self.watches.by_watcher:
            self._notify(applied)
        conn = self._by_session.get(applied.session)
        if conn is not None and conn.pending:
            head = conn.pending[0]
            if head.xid == applied.cxid and head.op in _COMMITTED:
                self._complete(conn, head, applied, now_ms)
        if applied.type == Op.CLOSE_SESSION:
            self._session_closed(applied)
        return applied

    def sync_done(self) -> None:
        """Complete the oldest sync: the leader answers them in their order."""
        if self._syncs:
            conn = self._syncs.popleft()
            conn.syncs_done += 1
            self._drain(conn, self._now_ms)

    def _complete(
        self, conn: Connection, request: Pending, applied: Applied, now_ms: int
    ) -> None:
        """Answer a write, and the reads that waited behind it."""
        conn.pending.popleft()
        self.outstanding -= 1
        if request.op == Op.CREATE_SESSION:
            self._opened(conn, now_ms, reattached=False)
            return
        if applied.err == Err.SESSION_MOVED:
            # The session lives on at another server; this connection may not
            # tell its client otherwise (ZOOKEEPER-710).
            self._close(conn)
            return
        took_ms = now_ms - request.at_ms
        self._replied(conn, finished(request.xid, applied), applied.zxid, took_ms)
        conn.last_response_ms = now_ms
        if conn.pending:
            self._drain(conn, now_ms)

    def _drain(self, conn: Connection, now_ms: int) -> None:
        """Answer what waits in front of the next write."""
        pending = conn.pending
        while pending and not conn.closing and pending[0].op not in _COMMITTED:
            if pending[0].op == Op.SYNC:
                if not conn.syncs_done:
                    break
                conn.syncs_done -= 1
                self.outstanding -= 1
                self._answer_sync(conn, pending.popleft(), now_ms)
            else:
                self._answer(conn, pending.popleft(), now_ms)
        if conn.paused and len(pending) <= PENDING_MAX // 2:
            conn.paused = False
            self.dirty[conn] = None

    def _answer_sync(self, conn: Connection, request: Pending, now_ms: int) -> None:
        zxid = self.tree.processed_zxid
        try:
            path = request.body[: read_ustring(request.body, 0)[1]]
            frame = reply(request.xid, zxid, Err.OK, path)
        except MalformedRecord:
            frame = reply(request.xid, zxid, Err.MARSHALLING)
        self._replied(conn, frame, zxid, now_ms - request.at_ms)

    def _notify(self, applied: Applied) -> None:
        """Queue the events of a transaction, for those who may read the node."""
        for event_type, path, acl in applied.triggers:
            watchers = self.watches.fire(event_type, path)
            frame = event_frame(event_type, path, applied.zxid) if watchers else b""
            for conn in watchers:
                allowed = self.tree.acls.allows(acl, Perm.READ, conn.ids)
                if allowed and not conn.closing:
                    self._put(conn, frame)

    def _session_closed(self, applied: Applied) -> None:
        """Close the connection of a session that has ended, if it is here."""
        ephemerals = len(applied.triggers) // 2  # each deletion is told twice
        self.notes.append(SessionClosed(applied.session, ephemerals))
        conn = self._by_session.get(applied.session)
        if conn is not None and conn.state == OPEN:
            del self._by_session[applied.session]
            self._close(conn)

    # --- output ---------------------------------------------------------------

    def _replied(
        self, conn: Connection, frame: bytes, zxid: int, took_ms: int
    ) -> None:
        conn.latency.add(took_ms)
        self.latency.add(took_ms)
        conn.last_zxid = zxid
        self._put(conn, frame)

    def _put(self, conn: Connection, frame: bytes) -> None:
        conn.out.append(frame)
        conn.sent += 1
        self.sent += 1
        self.dirty[conn] = None

    def _close(self, conn: Connection) -> None:
        """Let the shell write what there is and close."""
        conn.closing = True
        self._drop_pending(conn)
        self.dirty[conn] = None

    def _drop_pending(self, conn: Connection) -> None:
        waiting = (request.op for request in conn.pending)
        self.outstanding -= sum(op in _COMMITTED or op == Op.SYNC for op in waiting)
        conn.pending.clear()

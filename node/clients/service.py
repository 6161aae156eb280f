"""Everything a server does for its clients, between their bytes and the quorum.

Bytes come in through `feed`, committed transactions through `deliver`; what
must leave collects in plain queues that the shell empties: each connection's
`out`, and here `requests` (for the leader), `revalidations`, `notes`, `dirty`.
No I/O, no clock: `now_ms` is handed in (from a clock that never jumps).

A session's requests are answered in their order: a read that follows a write
waits for that write's commit.  Sessions do not wait for each other.
"""

import struct

from node.clients.auth import authenticate, certify
from node.clients.connection import (
    CONNECTING,
    OPEN,
    OWED_HIGH,
    PENDING_MAX,
    Connection,
    Pending,
)
from node.clients.finish import Finisher
from node.clients.handshake import Greeter
from node.clients.state import WRITES, ClientSettings, ClientState
from node.events import ClientLost, SessionRefused
from node.tree.apply import Applied
from node.tree.znodes import Tree
from node.wire.client import REPLY, Err, Op, Perm, reply
from node.wire.jute import BUFFER_MAX, INT, MalformedRecord

SESSIONLESS_MS = 10_000  # how long a connection may take to open a session
HEAD_BYTES = 8  # xid and type, the least that a request has
LARGE = 4096  # bytes of an answer that is worth counting

# What the hot loop needs, as globals: each is an attribute look-up less.
_HEAD = struct.Struct(">iiii")  # frame length, xid, type, and the path's length
_SHORT_HEAD = struct.Struct(">iii")  # of a frame without a path, at a chunk's end
_DATA_HEAD = struct.Struct(">iiqii")  # a reply's head and the data's length
_head = _HEAD.unpack_from
_short_head = _SHORT_HEAD.unpack_from
_reply = REPLY.pack
_data_reply = _DATA_HEAD.pack
_GET_DATA, _EXISTS, _READ = Op.GET_DATA, Op.EXISTS, Perm.READ


class Service:
    """The clients of one server.

    `requests`, `revalidations`, `notes` and `dirty` are emptied by the owner
    (`clear`, never replaced); a session's requests bear this object as owner.
    """

    def __init__(self, tree: Tree, settings: ClientSettings) -> None:
        self.settings = settings
        self.state = state = ClientState(tree, settings, self)
        self.serving = False
        self.watches = state.watches
        self.connections = state.connections
        self.latency = state.latency
        self.requests = state.requests
        self.revalidations = state.revalidations
        self.dirty = state.dirty
        self.notes = state.notes
        self._greeter = Greeter(state)
        self._finisher = Finisher(state, self._greeter)

    # --- life -----------------------------------------------------------------

    def start(self) -> None:
        """Serve from now on: the tree is in line with the quorum."""
        self.serving = True

    def stop(self) -> None:
        """Serve no more: without a leader no server may answer.

        Requests on their way are dropped; their clients see the connection
        close and cannot know whether they were done.
        """
        self.serving = False
        for conn in self.connections:
            if not conn.command:  # a four-letter word is still answered
                self.state.close(conn)
        self.requests.clear()
        self.revalidations.clear()
        self.state.syncs.clear()
        self.state.touched.clear()

    def use_tree(self, tree: Tree) -> None:
        """Answer from another tree, after a SNAP or TRUNC put it in place."""
        self.state.tree = tree
        self.state.reads.tree = tree

    def tick(self, now_ms: int) -> None:
        """Close connections that have not opened a session in time."""
        self.state.now_ms = now_ms
        for conn in self.connections:
            if conn.state != OPEN and now_ms - conn.established_ms > SESSIONLESS_MS:
                self.state.close(conn)

    def touched(self) -> dict[int, int]:
        """Return the sessions heard of since the last call, with their time-outs."""
        touched = dict(self.state.touched)
        self.state.touched.clear()
        return touched

    # --- counters, for srvr, mntr and the AdminServer- ------------------------

    @property
    def tree(self) -> Tree:
        """The tree that answers."""
        return self.state.tree

    @property
    def recved(self) -> int:
        """How many requests came in."""
        return self.state.recved

    @property
    def sent(self) -> int:
        """How many replies and events went out."""
        return self.state.sent

    @property
    def outstanding(self) -> int:
        """How many writes and syncs are on their way."""
        return self.state.outstanding

    def reset_counters(self) -> None:
        """Count packets and latencies from nothing again."""
        self.state.reset_counters()

    # --- connections ----------------------------------------------------------

    def connect(self, client_address: str, now_ms: int) -> Connection | None:
        """Take in a connection; None if its host has too many already."""
        conn = Connection(client_address, now_ms)
        most = self.state.settings.max_client_cnxns
        if most and sum(other.ip == conn.ip for other in self.connections) >= most:
            self.notes.append(SessionRefused(0, client_address, "too-many-connections"))
            return None
        self.connections[conn] = None
        return conn

    def certified(self, conn: Connection, name: str) -> None:
        """A client has shown a certificate that we believe."""
        certify(conn, name, self.state.settings.super_subject)

    def disconnect(self, conn: Connection) -> None:
        """Forget a connection that has closed, whoever closed it."""
        if conn not in self.connections:
            return
        del self.connections[conn]
        self.dirty.pop(conn, None)
        self.watches.forget(conn)
        self.state.drop_pending(conn)
        if self.state.by_session.get(conn.session) is conn:
            del self.state.by_session[conn.session]
            if conn.state == OPEN:
                self.notes.append(ClientLost(conn.session, conn.address))

    def feed(self, conn: Connection, chunk: bytes, now_ms: int) -> None:
        """Take in bytes from a client and act on every frame that is complete.

        Answers far larger than their requests could fill the memory, so after
        `OWED_HIGH` bytes of them the rest waits (`more`); once the port has written
        them it feeds `b""`, and we go on.
        """
        self.state.now_ms = now_ms
        conn.more = False
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
            at = self._greeter.greet(conn, chunk, now_ms, serving=self.serving)
        if at < len(chunk) and not conn.closing:
            self._keep(conn, chunk[at:] if at else chunk)

    def _serve(self, conn: Connection, chunk: bytes, now_ms: int) -> int:
        """Answer or queue every complete frame; return where the rest begins.

        This loop is the server's hot path, so it is written for the machine:
        one `unpack` gives length, xid, type and path length of a frame; getData
        and exists of a readable node without a watch are answered on the spot
        from the packed Stat that the znode keeps, and the pieces of all replies
        are joined once per chunk, by the port that writes them.  All else takes the
        readable way through `_request`.
        """
        tree, out, pending = self.state.tree, conn.out, conn.pending
        node_at, granted = tree.nodes.get, tree.acls.world.get
        zxid = tree.processed_zxid
        at, end, answered, others = 0, len(chunk), 0, 0
        xid, op = conn.last_cxid, conn.last_op
        while (left := end - at) >= 12 and conn.owed <= OWED_HIGH:
            if left >= 16:
                length, xid, op, path_bytes = _head(chunk, at)
            else:
                length, xid, op = _short_head(chunk, at)
                path_bytes = -1
            stop = at + 4 + length
            if stop > end or length < HEAD_BYTES:
                break
            if (
                (op == _GET_DATA or op == _EXISTS)  # noqa: PLR1714, SIM109 (speed)
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
                        if size > LARGE:
                            conn.owed += size
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
        conn.more = conn.owed > OWED_HIGH and not conn.closing
        if answered or others:
            conn.last_cxid, conn.last_op = xid, op
            self._count(conn, answered, others, now_ms)
        return at

    def _count(self, conn: Connection, answered: int, others: int, now_ms: int) -> None:
        """Update the counters, once per chunk."""
        state = self.state
        state.touched[conn.session] = conn.timeout_ms
        conn.recved += answered + others
        state.recved += answered + others
        if answered:
            conn.sent += answered
            state.sent += answered
            conn.latency.add(0, answered)
            state.latency.add(0, answered)
            conn.last_zxid = state.tree.processed_zxid
            conn.last_response_ms = now_ms
            state.dirty[conn] = None

    def _keep(self, conn: Connection, rest: bytes) -> None:
        """Put aside a frame that is not complete, once its length is believed.

        A large frame comes in many chunks; they are joined when it is whole and
        not before, or a slow sender could make us copy without end.
        """
        conn.needed = INT.size
        if len(rest) >= INT.size and conn.state != CONNECTING:
            (length,) = INT.unpack_from(rest)
            least = HEAD_BYTES if conn.state == OPEN else 0
            if not least <= length <= BUFFER_MAX:
                self.state.close(conn)
                return
            conn.needed = INT.size + length
        conn.waiting = [rest]
        conn.waiting_bytes = len(rest)

    def _request(self, conn: Connection, request: Pending) -> None:
        """Send a write on its way; answer anything else, or let it wait its turn."""
        state, op = self.state, request.op
        if op in WRITES:
            state.submit(conn, request)
        elif op == Op.SYNC:
            state.syncs.append(conn)
            state.submit(conn, request)
        elif op == Op.AUTH:
            self._authenticate(conn, request)
        elif conn.pending:
            conn.pending.append(request)
        else:
            state.answer(conn, request, request.at_ms)
        if len(conn.pending) > PENDING_MAX:
            conn.paused = True

    def _authenticate(self, conn: Connection, request: Pending) -> None:
        """Judge at once who the client says to be, as ZooKeeper does."""
        state = self.state
        try:
            proved = authenticate(conn, request.body, state.settings.super_digest)
        except MalformedRecord:
            state.close(conn)
            return
        err = Err.OK if proved else Err.AUTH_FAILED
        state.put(conn, reply(request.xid, 0, err))
        if not proved:
            state.close(conn)

    # --- what the quorum says -------------------------------------------------

    def deliver(self, entry: bytes, now_ms: int) -> Applied:
        """Apply a committed transaction; notify watchers, then answer.

        Raises MalformedRecord if the entry is no transaction.
        """
        self.state.now_ms = now_ms
        applied = self._finisher.deliver(entry, now_ms)
        if applied.type == Op.CREATE_SESSION:
            self._serve_early(applied.session)
        return applied

    def sync_done(self) -> None:
        """Complete the oldest sync: the leader answers them in their order."""
        self._finisher.sync_done()

    def revalidated(self, session: int, ok: bool) -> None:  # noqa: FBT001 (a verdict)
        """The leader has answered whether a session that moved here is alive."""
        conn = self.state.by_session.get(session)
        if conn is not None and conn.state == CONNECTING and not conn.pending:
            self._greeter.revalidated(conn, alive=ok)
            self._serve_early(session)

    def _serve_early(self, session: int) -> None:
        """Serve what a client sent before it knew that its session is open."""
        conn = self.state.by_session.get(session)
        if conn is not None and conn.state == OPEN and conn.waiting:
            self.feed(conn, b"", self.state.now_ms)

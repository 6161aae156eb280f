"""The client state: what a server knows of its clients, and its request queues.

The parts of the client side (handshake, service, completion) share one of these.
"""

from collections import deque
from typing import Any, NamedTuple

from node.clients.cleaner import CleanerLimits
from node.clients.connection import OWED_MAX, Connection, Latency, Pending
from node.clients.prepare import Refused, Request
from node.clients.reads import Reads
from node.tree.watches import Watches
from node.tree.znodes import Tree
from node.wire.client import Err, Op, reply

# What waits for the quorum; the handshake's is never a client's own request.
WRITES = frozenset(
    (
        Op.CREATE,
        Op.CREATE2,
        Op.CREATE_CONTAINER,
        Op.CREATE_TTL,
        Op.DELETE,
        Op.DELETE_CONTAINER,  # to be refused
        Op.SET_DATA,
        Op.SET_ACL,
        Op.MULTI,
        Op.RECONFIG,
        Op.CLOSE_SESSION,
    )
)
COMMITTED = WRITES | {Op.CREATE_SESSION}
TO_LEADER = COMMITTED | {Op.SYNC}


class ClientSettings(NamedTuple):
    """What zoo.cfg says about clients."""

    sid: int
    tick_ms: int
    min_session_ms: int
    max_session_ms: int
    max_client_cnxns: int  # connections per source address; 0: no limit
    super_digest: str = ""  # "user:hash" of the one who may do everything
    super_subject: str = ""  # the same for a certificate's subject
    outstanding_max: int = 1000  # globalOutstandingLimit: requests on their way
    cleaner: CleanerLimits = CleanerLimits()


class ClientState:
    """The state that the parts of the client side share."""

    def __init__(self, tree: Tree, settings: ClientSettings, owner: object) -> None:
        self.tree = tree
        self.settings = settings
        self.owner = owner  # what the leader's session tracker knows our sessions by
        self.watches: Watches[Connection] = Watches()
        self.reads = Reads(tree, self.watches)
        self.connections: dict[Connection, None] = {}
        self.by_session: dict[int, Connection] = {}
        self.syncs: deque[Connection] = deque()  # who waits for the leader's SYNC
        self.touched: dict[int, int] = {}  # session to time-out in ms
        self.now_ms = 0  # the latest time that was handed in
        # For the shell to empty.
        self.requests: list[Request] = []
        self.revalidations: list[tuple[int, int]] = []  # session, time-out in ms
        self.dirty: dict[Connection, None] = {}  # with output, or closing
        self.notes: list[Any] = []  # of node.events
        self.outstanding = 0  # writes and syncs on their way
        self.latency = Latency()
        self.reset_counters()

    def reset_counters(self) -> None:
        """Count from nothing again; what is outstanding stays so."""
        self.latency.reset()
        self.recved = 0
        self.sent = 0

    def submit(self, conn: Connection, request: Pending) -> None:
        """Send a request to the leader; its place in `pending` keeps the order."""
        conn.pending.append(request)
        self.outstanding += 1
        xid, op, body, _ = request
        self.requests.append(Request(conn.session, xid, op, body, conn.ids, self.owner))

    def answer(self, conn: Connection, request: Pending, now_ms: int) -> None:
        """Answer what needs no quorum."""
        xid, op, body, at_ms = request
        if not self.reads.knows(op):
            self.put(conn, reply(xid, -1, Err.UNIMPLEMENTED))
            self.close(conn)
            return
        zxid = self.tree.processed_zxid
        try:
            frame = reply(xid, zxid, Err.OK, self.reads.answer(conn, op, body))
        except Refused as refused:
            frame = reply(xid, zxid, refused.err)
        self.replied(conn, frame, zxid, now_ms - at_ms)

    def replied(self, conn: Connection, frame: bytes, zxid: int, took_ms: int) -> None:
        """Queue a reply and count it."""
        conn.latency.add(took_ms)
        self.latency.add(took_ms)
        conn.last_zxid = zxid
        conn.last_response_ms = self.now_ms
        self.put(conn, frame)

    def put(self, conn: Connection, frame: bytes) -> None:
        """Queue a frame for a client."""
        conn.out.append(frame)
        conn.owed += len(frame)
        conn.sent += 1
        self.sent += 1
        self.dirty[conn] = None
        if conn.owed > OWED_MAX and not conn.closing:
            self.close(conn)

    def close(self, conn: Connection) -> None:
        """Let the shell write what there is and close."""
        conn.closing = True
        self.drop_pending(conn)
        self.dirty[conn] = None

    def drop_pending(self, conn: Connection) -> None:
        """Forget what a client waits for: its connection is closing."""
        self.outstanding -= sum(request.op in TO_LEADER for request in conn.pending)
        conn.pending.clear()

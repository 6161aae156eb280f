"""One client's connection, as the server sees it between two chunks of bytes."""

from collections import deque
from typing import NamedTuple

from node.wire.client import Id, Op

# Where a connection stands; a plain int, since the hot path compares it.
GREETING, CONNECTING, OPEN = range(3)

PENDING_MAX = 1000  # requests of one client in flight before we stop reading
OWED_HIGH = 1 << 20  # bytes of answers before they must be written, then we go on
OWED_MAX = 64 << 20  # bytes of answers at once: no client needs that much

# How `cons` and the AdminServer call the operations.
OPERATION_NAMES = {
    Op.CREATE_SESSION: "SESS",
    Op.CLOSE_SESSION: "CLOS",
    Op.CREATE: "CREA",
    Op.CREATE2: "CREA",
    Op.CREATE_CONTAINER: "CREA",
    Op.CREATE_TTL: "CREA",
    Op.DELETE: "DELE",
    Op.DELETE_CONTAINER: "DELE",
    Op.EXISTS: "EXIS",
    Op.GET_DATA: "GETD",
    Op.SET_DATA: "SETD",
    Op.GET_ACL: "GETA",
    Op.SET_ACL: "SETA",
    Op.GET_CHILDREN: "GETC",
    Op.GET_CHILDREN2: "GETC",
    Op.SYNC: "SYNC",
    Op.PING: "PING",
    Op.MULTI: "MULT",
    Op.MULTI_READ: "MLTR",
    Op.RECONFIG: "RECO",
    Op.CHECK_WATCHES: "CHKW",
    Op.REMOVE_WATCHES: "REMW",
    Op.SET_WATCHES: "SETW",
    Op.SET_WATCHES2: "STW2",
    Op.ADD_WATCH: "ADDW",
    Op.GET_EPHEMERALS: "GETE",
    Op.GET_ALL_CHILDREN_NUMBER: "GETACN",
    Op.WHO_AM_I: "HOMI",
}


class Pending(NamedTuple):
    """A request that waits: a write for its commit, a read for earlier writes."""

    xid: int
    op: int
    body: bytes
    at_ms: int  # when it arrived


class Latency:
    """Least, mean and greatest time to answer, in milliseconds."""

    __slots__ = ("count", "last_ms", "max_ms", "min_ms", "total_ms")

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget every answer."""
        self.count = self.total_ms = self.max_ms = self.last_ms = 0
        self.min_ms = 0

    def add(self, took_ms: int, count: int = 1) -> None:
        """Count `count` answers that took this long each."""
        if took_ms < self.min_ms or not self.count:
            self.min_ms = took_ms
        self.max_ms = max(self.max_ms, took_ms)
        self.count += count
        self.total_ms += took_ms * count
        self.last_ms = took_ms

    def average_ms(self) -> float:
        """Return the mean."""
        return self.total_ms / self.count if self.count else 0.0


class Connection:
    """What the server knows of one client."""

    __slots__ = (
        "address",
        "argument",
        "closing",
        "command",
        "established_ms",
        "ids",
        "ip",
        "last_cxid",
        "last_op",
        "last_response_ms",
        "last_zxid",
        "latency",
        "more",
        "needed",
        "out",
        "owed",
        "paused",
        "pending",
        "recved",
        "secure",
        "sends_flag",
        "sent",
        "session",
        "state",
        "syncs_done",
        "timeout_ms",
        "waiting",
        "waiting_bytes",
    )

    def __init__(self, address: str, now_ms: int) -> None:
        self.address = address  # "host:port" as the shell gives it
        self.ip = address.rpartition(":")[0].strip("[]")
        self.secure = False  # it speaks TLS
        self.state = GREETING
        self.out: list[bytes] = []  # to be written, in order; the shell empties it
        self.owed = 0  # bytes in `out`, as far as anybody need count them
        self.more = False  # whole requests wait until `out` has been written
        self.closing = False  # write what is in `out`, then close
        self.paused = False  # read no more for now
        self.command = ""  # a four-letter word, which the shell answers
        self.argument: int | None = None  # what stands behind `stmk`
        self.session = 0
        self.timeout_ms = 0
        self.sends_flag = False  # the client knows the readOnly byte
        self.ids: tuple[Id, ...] = (Id("ip", self.ip),)
        self.pending: deque[Pending] = deque()
        self.syncs_done = 0  # syncs the leader has answered, not yet the client
        # Bytes of a frame that is not complete: kept in pieces until it is.
        self.waiting: list[bytes] = []
        self.waiting_bytes = 0
        self.needed = 0
        # What cons and stat show.
        self.established_ms = now_ms
        self.latency = Latency()
        self.reset_counters()

    def reset_counters(self) -> None:
        """Count from nothing again."""
        self.recved = 0
        self.sent = 0
        self.last_op = 0
        self.last_cxid = -1
        self.last_zxid = -1
        self.last_response_ms = 0
        self.latency.reset()

    def last_op_name(self) -> str:
        """Return the last operation as `cons` shows it."""
        return OPERATION_NAMES.get(self.last_op, "NA")

"""What one session may see: the client's guarantees, per answer.

zxids never go back, across reconnects too; a write is acknowledged with its own
place in the order, after every write that anybody knew of when it was sent; a
read is exactly what was agreed on at the zxid that it names; a watch's event
comes before anything newer.
"""

from typing import NamedTuple, Protocol

from node.wire.client import STAT, Err, Op, WatcherEvent
from node.wire.jute import INT, read, read_buffer, read_ustring
from node.wire.txn import header_of
from simulator.past import Past, Znode
from simulator.violation import Violation

WRITES = frozenset((Op.CREATE, Op.DELETE, Op.SET_DATA, Op.MULTI, Op.CLOSE_SESSION))
_HEAD = 16  # xid, zxid, err


class Sent(NamedTuple):
    """A request that waits for its answer."""

    xid: int
    op: int
    path: str
    watch: bool
    floor: int  # the newest write that anybody knew of when it was sent


class Known(Protocol):
    """What all sessions share: the agreed past, and the newest write they know."""

    past: Past
    acked_zxid: int


class Judge:
    """What one session has seen so far."""

    def __init__(self, checker: Known) -> None:
        """Begin with a session that has seen nothing."""
        self.checker = checker
        self.past = checker.past
        self.last_zxid = 0
        self.watches: dict[str, tuple[int, bool]] = {}  # path -> since, was there
        self.unsure = False  # the watches are being left again

    def disconnected(self) -> None:
        """Watches are the connection's: they must be left again."""
        self.unsure = True

    def saw(self, body: bytes) -> int:
        """Take in an answer's zxid."""
        zxid = int.from_bytes(body[4:12], "big", signed=True)
        if zxid < self.last_zxid:
            raise Violation(
                f"Session order: {zxid:#x} after {self.last_zxid:#x} was seen"
            )
        for path, (since, _) in self.watches.items() if not self.unsure else ():
            if self.past.changed(path, since, zxid):
                raise Violation(
                    f"Watches: {zxid:#x} was shown before the event of {path},"
                    f" watched since {since:#x}"
                )
        self.last_zxid = zxid
        return zxid

    def watching(self, body: bytes) -> None:
        """Our watches are set again; missed events must have arrived by now."""
        zxid = self.saw(body)
        for path, (since, there) in self.watches.items():
            now = self.past.at(path, zxid)
            due = now is None or now.mzxid > since if there else now is not None
            if due:
                raise Violation(f"Watches: {path} changed unheard before {zxid:#x}")
            self.watches[path] = zxid, there
        self.unsure = False

    def event(self, body: bytes) -> None:
        """A watch fired: it must be ours, and true."""
        zxid = int.from_bytes(body[4:12], "big", signed=True)
        event = read(WatcherEvent, body, _HEAD)[0]
        since = self.watches.pop(event.path, None)
        if since is None:
            return  # the second of two events of one multi
        if zxid != -1 and not self.past.changed(event.path, since[0], zxid):
            raise Violation(f"Watches: {event.path} did not change at {zxid:#x}")

    def answer(self, session: int, sent: Sent, body: bytes) -> int:
        """Judge the answer to a request; return its error code."""
        (xid,) = INT.unpack_from(body)
        err = int(INT.unpack_from(body, 12)[0])
        if xid != sent.xid:
            raise Violation(f"Session order: answer {xid} where {sent.xid} was due")
        if sent.op in WRITES:
            self._written(session, sent, body, err)
            self.saw(body)
            return err
        zxid = self.saw(body)
        if sent.op in (Op.GET_DATA, Op.EXISTS):
            self._was_read(sent, zxid, body, err)
            if sent.watch and (err == Err.OK or sent.op == Op.EXISTS):
                self.watches.setdefault(sent.path, (zxid, err == Err.OK))
        elif sent.op == Op.GET_CHILDREN and err == Err.OK:
            self._were_listed(sent, zxid, body)
        return err

    def _written(self, session: int, sent: Sent, body: bytes, err: int) -> None:
        zxid = int.from_bytes(body[4:12], "big", signed=True)
        place = self.past.index.get(zxid)
        if place is None:
            raise Violation(f"Durability: {zxid:#x} was acked, never agreed on")
        header = header_of(self.past.agreed[place][1])
        if (header.session, header.cxid) != (session, sent.xid):
            raise Violation(f"{zxid:#x} was acked to {session:#x}, who did not ask it")
        if zxid <= sent.floor:
            raise Violation(f"Real time: {zxid:#x} was asked after {sent.floor:#x}")
        if sent.op == Op.SET_DATA and err == Err.OK:
            znode = self.past.at(sent.path, zxid)
            if znode is None or STAT.unpack_from(body, _HEAD)[4] != znode.version:
                raise Violation(f"{sent.path} is {znode} at {zxid:#x}, not as acked")
        self.checker.acked_zxid = max(self.checker.acked_zxid, zxid)

    def _was_read(self, sent: Sent, zxid: int, body: bytes, err: int) -> None:
        expected = self.past.at(sent.path, zxid)
        seen: Znode | None = None
        if err == Err.OK:
            data: bytes | None = expected.data if expected else None
            at = _HEAD
            if sent.op == Op.GET_DATA:
                data, at = read_buffer(body, at)
            stat = STAT.unpack_from(body, at)
            seen = Znode(data, stat[4], stat[0], stat[1])
        elif err != Err.NO_NODE:
            raise Violation(f"{sent.path}: error {err} from a read")
        if seen != expected:
            raise Violation(
                f"Reads: {sent.path} at {zxid:#x} is {_shown(expected)}, a client was"
                f" shown {_shown(seen)}"
            )

    def _were_listed(self, sent: Sent, zxid: int, body: bytes) -> None:
        (count,) = INT.unpack_from(body, _HEAD)
        names, at = set(), _HEAD + 4
        for _ in range(count):
            name, at = read_ustring(body, at)
            names.add(name)
        expected = self.past.children(sent.path, zxid)
        if names - {"zookeeper"} != expected:
            raise Violation(
                f"Reads: below {sent.path} at {zxid:#x}: {names ^ expected}"
            )


def _shown(znode: Znode | None) -> str:
    if znode is None:
        return "absent"
    data = (znode.data or b"")[:12]
    return f"{data!r} version {znode.version} of {znode.mzxid:#x}"

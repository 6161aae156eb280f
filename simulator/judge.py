"""What one session may see: the client's guarantees, per answer.

zxids never go back, across reconnects too; a write is acknowledged with its own
place in the order, after every write that anybody knew of when it was sent, and
holds what was asked; a read is exactly what was agreed on at the zxid that it names;
a `sync` brings whatever any client was shown before it was sent.
"""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from node.wire.client import MULTI_HEADER, STAT, Err, Op
from node.wire.jute import INT, read_buffer, read_ustring
from node.wire.txn import header_of
from node.zxid import counter_of, epoch_of
from simulator.past import Past, Znode
from simulator.violation import Violation
from simulator.watches import CHILD, DATA, Watching

CREATES = frozenset((Op.CREATE, Op.CREATE_CONTAINER, Op.CREATE_TTL))
WRITES = CREATES | {Op.DELETE, Op.SET_DATA, Op.MULTI, Op.CLOSE_SESSION}
# What a refusal claims of the path: error by operation, and whether it is there.
CLAIMS = {
    (Op.SET_DATA, Err.NO_NODE): False,
    (Op.DELETE, Err.NO_NODE): False,
    **{(op, Err.NODE_EXISTS): True for op in CREATES},
    (Op.SET_DATA, Err.BAD_VERSION): True,
}
_HEAD = 16  # xid, zxid, err


class Sent(NamedTuple):
    """A request that waits for its answer."""

    xid: int
    op: int
    path: str
    watch: bool
    data: bytes | None  # what it wants to store
    floor: int  # the newest write that anybody knew of when it was sent
    seen: Mapping[int, int]  # of a sync: epoch -> the newest zxid anybody was shown


class Known(Protocol):
    """What all sessions share: the agreed past, and how much of it clients know."""

    past: Past
    acked_zxid: int
    seen: dict[int, int]


class Judge:
    """What one session has seen so far."""

    def __init__(self, checker: Known) -> None:
        """Begin with a session that has seen nothing."""
        self.checker = checker
        self.past = checker.past
        self.last_zxid = 0
        self.epoch = 0  # of the leader under which our server serves us
        self.watching = Watching(self.past)

    def disconnected(self) -> None:
        """Watches are the connection's: they must be left again."""
        self.watching.unsure = True

    def saw(self, body: bytes) -> int:
        """Take in an answer's zxid."""
        zxid = int.from_bytes(body[4:12], "big", signed=True)
        if zxid < self.last_zxid:
            raise Violation(
                f"Session order: {zxid:#x} after {self.last_zxid:#x} was seen"
            )
        self.watching.shown(zxid)
        self.last_zxid = zxid
        seen, epoch = self.checker.seen, epoch_of(zxid)
        if counter_of(zxid) and zxid > seen.get(epoch, 0):
            seen[epoch] = zxid
        return zxid

    def watches_left(self, body: bytes) -> None:
        """Our watches are set again."""
        zxid = self.saw(body)
        self.watching.left_again(zxid)

    def event(self, body: bytes) -> None:
        """A watch fired."""
        self.watching.fired(body, self.last_zxid)

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
                self.watching.leave(DATA, sent.path, zxid, there=err == Err.OK)
        elif sent.op == Op.GET_CHILDREN and err == Err.OK:
            self._were_listed(sent, zxid, body)
            if sent.watch:
                self.watching.leave(CHILD, sent.path, zxid, there=True)
        elif sent.op == Op.SYNC and err == Err.OK:
            self._synced(sent, zxid)
        return err

    def _synced(self, sent: Sent, zxid: int) -> None:
        """A deposed leader cannot know its successors' writes: they do not count."""
        due = max((z for e, z in sent.seen.items() if e <= self.epoch), default=0)
        if zxid < due:
            raise Violation(f"Sync: it brought {zxid:#x}, {due:#x} was shown before it")

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
        if sent.op == Op.MULTI and err == Err.OK:
            self._multi(place, body)
        elif err == Err.OK:
            self._stored(sent, zxid, body)
        elif (sent.op, err) in CLAIMS:
            there = self.past.at(sent.path, zxid) is not None
            if there != CLAIMS[sent.op, err]:
                raise Violation(f"Refusal: {sent.path} at {zxid:#x}: error {err}")
        self.checker.acked_zxid = max(self.checker.acked_zxid, zxid)

    def _stored(self, sent: Sent, zxid: int, body: bytes) -> None:
        """The znode must be as the client asked, and as the answer says."""
        path, version = sent.path, 0
        if sent.op in CREATES:
            path = read_ustring(body, _HEAD)[0] or ""
        elif sent.op == Op.SET_DATA:
            version = STAT.unpack_from(body, _HEAD)[4]
        else:
            return
        znode = self.past.at(path, zxid)
        asked = sent.data, version
        if znode is None or (znode.data, znode.version) != asked:
            raise Violation(f"{path} is {_shown(znode)} at {zxid:#x}, not as acked")
        if not path.startswith(sent.path):
            raise Violation(f"{sent.path} was created as {path}")

    def _multi(self, place: int, body: bytes) -> None:
        """All results are errors and nothing changed, or none is and something did."""
        refused, at = set(), _HEAD
        while True:
            kind, done, _ = MULTI_HEADER.unpack_from(body, at)
            at += MULTI_HEADER.size
            if done:
                break
            refused.add(kind == Op.ERROR)
            if kind == Op.ERROR:
                at += INT.size
            elif kind == Op.SET_DATA:
                at += STAT.size
            elif kind == Op.CREATE:
                at = read_ustring(body, at)[1]
        same = self.past.prints[place] == self.past.prints[place + 1]
        if refused != {same}:
            zxid = self.past.agreed[place][0]
            raise Violation(f"Multi: {zxid:#x} was refused in part: {refused}")

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

"""The whole client side, driven with raw frames against a recording of Java."""

from node.clients.connection import Connection
from node.storage.txnlog import TxnLog
from node.wire.client import Op, unpack_connect_response
from node.wire.jute import INT
from node.wire.txn import header_of
from tests.unit.clients.standalone import Standalone, hello, take
from tests.unit.java import HELLOS, LOG, STEPS
from tests.unit.memory_disk import MemoryDisk

DIGEST_BYTES = 12
EVENT_XID = b"\xff\xff\xff\xff"
# What Java lists in the order of its hash sets: the same bytes, shuffled.
LISTS = [INT.pack(op) for op in (Op.GET_CHILDREN, Op.GET_CHILDREN2, Op.GET_EPHEMERALS)]


def without_digest(entry: bytes) -> bytes:
    """Return an entry as we write it: Java adds a digest to all but errors."""
    return entry if header_of(entry).type == Op.ERROR else entry[:-DIGEST_BYTES]


def without_event_zxid(reply: bytes | None) -> bytes | None:
    """Blot out the zxid of events, which 3.8.0 leaves at -1 and 3.10 fills in."""
    if reply is not None and reply[4:8] == EVENT_XID:
        return reply[:8] + reply[16:]
    return reply


def test_every_transaction_and_every_reply_is_javas_byte_for_byte() -> None:
    disk = MemoryDisk()
    disk.write("log.1", 0, LOG)
    java = {zxid: without_digest(entry) for zxid, entry in TxnLog(disk).read(0)}
    here = Standalone()

    def commit() -> None:
        """Commit at the time of day that Java did."""
        if here.zxid + 1 in java:
            here.wall_ms = header_of(java[here.zxid + 1]).time_ms
        for entry in here.commit():
            # Java cannot parse one of the multis; it adds a digest to that error.
            assert entry == java[here.zxid][: len(entry)]

    conns: list[Connection] = []
    for expected in HELLOS:
        conn = here.service.connect("127.0.0.1:5000", 0)
        assert conn is not None
        session = unpack_connect_response(expected[4:]).session
        here.service._greeter._next_session = session
        here.service.feed(conn, hello(timeout_ms=30000), 0)
        commit()
        assert take(conn) == [expected]
        conns.append(conn)
    hung_up: set[Connection] = set()
    for number, step in enumerate(STEPS):
        here.service.feed(conns[step.client], step.request, 0)
        commit()
        for conn, expected_frames in zip(conns, step.replies, strict=True):
            frames: list[bytes | None] = list(take(conn))
            if conn.closing and conn not in hung_up:
                hung_up.add(conn)
                frames.append(None)
            ours = [without_event_zxid(reply) for reply in frames]
            javas = [without_event_zxid(reply) for reply in expected_frames]
            if step.request[8:12] in LISTS:
                assert [sorted(f or b"") for f in ours] == [
                    sorted(f or b"") for f in javas
                ]
            else:
                assert ours == javas, f"step {number}: {step.request!r}"
    assert len(STEPS) > 130
    assert here.zxid == max(java)

"""Valid bytes to start from: recorded from Java ZooKeeper, and our encoders' own."""

from functools import cache

from node import events
from node.broadcast.effects import UPSTREAM
from node.storage.snapshot import file_chunks, stream_chunks
from node.storage.txnlog import TxnLog
from node.tree.znodes import Tree
from node.wire.client import (
    ACL,
    AddWatchRequest,
    AuthPacket,
    CheckWatchesRequest,
    CreateRequest,
    CreateTTLRequest,
    DeleteRequest,
    Id,
    Op,
    PathRequest,
    SetACLRequest,
    SetDataRequest,
    SetWatches2,
)
from node.wire.jute import INT, pack
from node.wire.notification import Greeting, Notification, pack_greeting
from node.wire.notification import pack_notification as pack_vote
from node.wire.quorum import (
    ForwardedRequest,
    LearnerInfo,
    Packet,
    PacketType,
    pack_learner_info,
    pack_packet,
    pack_request,
    pack_touches,
)
from tests.unit import java
from tests.unit.clients.standalone import Standalone, hello, request
from tests.unit.memory_disk import MemoryDisk
from tests.vectors.load import DISK, conversation

ACLS = (ACL(31, Id("world", "anyone")), ACL(1, Id("digest", "bob:hash")))
CONFIG = (
    "tickTime=2000\ninitLimit=10\nsyncLimit=5\ndataDir=DATA\nclientPort=2181\n"
    "# three servers\nserver.1=127.0.0.1:2888:3888\nserver.2=[::1]:2889:3889:observer\n"
    "server.3 : h3:2890:3890:participant;0.0.0.0:2183\n4lw.commands.whitelist=*\n"
    "server.4=h4:2888:3888\\\n  ;2184\nkey\\ with\\u0020blanks=C:\\\\data\n"
)


@cache
def client_frames() -> tuple[bytes, ...]:
    """Conversations of one client each: greeting first, then requests."""
    asked = [
        request(1, Op.CREATE, pack(CreateRequest("/a/n", b"x", ACLS, 3))),
        request(2, Op.CREATE_TTL, pack(CreateTTLRequest("/t", b"", ACLS, 5, 1000))),
        request(3, Op.DELETE, pack(DeleteRequest("/a", -1))),
        request(4, Op.SET_DATA, pack(SetDataRequest("/a", b"data", -1))),
        request(5, Op.SET_ACL, pack(SetACLRequest("/a", ACLS, -1))),
        request(6, Op.GET_DATA, pack(PathRequest("/a")) + b"\0"),
        request(7, Op.EXISTS, pack(PathRequest("/b")) + b"\1"),
        request(8, Op.GET_CHILDREN2, pack(PathRequest("/")) + b"\1"),
        request(9, Op.SYNC, pack(PathRequest("/"))),
        request(-2, Op.PING),
        request(-4, Op.AUTH, pack(AuthPacket(0, "digest", b"bob:secret"))),
        request(10, Op.ADD_WATCH, pack(AddWatchRequest("/a", 1))),
        request(11, Op.REMOVE_WATCHES, pack(CheckWatchesRequest("/a", 3))),
        request(-8, Op.SET_WATCHES2, pack(SetWatches2(1, *[("/a", "/b")] * 5))),
        request(12, Op.GET_EPHEMERALS, pack(PathRequest("/"))),
        request(13, Op.WHO_AM_I),
        request(14, Op.CLOSE_SESSION),
    ]
    talks = [b"".join([hello(), *asked[at : at + 3]]) for at in range(len(asked))]
    recorded = [step.request for step in java.STEPS]
    talks += [
        hello() + one + request(99, Op.PING) for one in recorded if len(one) < 600
    ]
    return (*talks, *java.HELLOS, b"ruok", b"mntr\n", hello(session=7))


@cache
def quorum_packets() -> tuple[bytes, ...]:
    """A handful of packets each, of every kind."""
    bare = [pack_packet(Packet(kind, 0x100000001 + kind)) for kind in PacketType]
    forwarded = pack_request(ForwardedRequest(7, 1, Op.SET_DATA, b"body"))
    ids = (("ip", "127.0.0.1"), ("digest", "bob:hash"))
    ours = [
        pack_packet(Packet(PacketType.REQUEST, -1, forwarded, ids)),
        pack_packet(Packet(PacketType.PROPOSAL, 0x100000001, bytes(40))),
        pack_packet(Packet(PacketType.PING, 1, pack_touches({1: 4000, 2: 9000}))),
        pack_packet(
            Packet(PacketType.FOLLOWERINFO, 0, pack_learner_info(LearnerInfo(3)))
        ),
        pack_packet(Packet(PacketType.NEWLEADER, 1 << 32, b"server.1=h:1:2", ())),
    ]
    names = ("leader", "follower-diff", "follower-trunc", "observer")
    recorded = [said.data for name in names for said in conversation(name)]
    return (b"".join(bare), b"".join(ours), *ours, *(r for r in recorded if r))


@cache
def greetings() -> tuple[bytes, ...]:
    """Every way an election connection may open, a vote behind some."""
    one = pack_greeting(Greeting(3, ("127.0.0.1:3888",)))
    many = pack_greeting(Greeting(2, ("h1:3888", "[::1]:3889")))
    said = [m.data for m in conversation("election") if m.what.startswith("initial")]
    return (one, many, bytes(7) + b"\5", *said)


@cache
def votes() -> tuple[bytes, ...]:
    """Ballot papers of every age."""
    full = pack_vote(Notification(0, 3, 0x500000001, 2, 5, config=CONFIG))
    bare = pack_vote(Notification(2, 1, 1 << 32, 1, 1))
    said = [m.data[4:] for m in conversation("election") if "initial" not in m.what]
    return (full, bare, bare[:28], bare[:36], bare[:40], *said)


@cache
def entries() -> tuple[tuple[int, bytes], ...]:
    """Transactions that build a small tree, with their zxids."""
    world = Standalone()
    found: list[bytes] = []
    conn = world.service.connect("127.0.0.1:5000", 0)
    if conn is None:
        raise AssertionError("the service refuses its first client")
    world.service.feed(conn, hello(), 0)
    found += world.commit()
    for xid, path in enumerate(("/a", "/a/b", "/e"), 1):
        body = pack(CreateRequest(path, b"data", ACLS, xid // 3))
        world.service.feed(conn, request(xid, Op.CREATE, body), 0)
        found += world.commit()
    asked = (
        (Op.SET_DATA, pack(SetDataRequest("/a", b"other", -1))),
        (Op.SET_ACL, pack(SetACLRequest("/a", ACLS[:1], -1))),
        (Op.DELETE, pack(DeleteRequest("/a/b", -1))),
        (Op.CLOSE_SESSION, b""),
    )
    for xid, (op, body) in enumerate(asked, 4):
        world.service.feed(conn, request(xid, op, body), 0)
        found += world.commit()
    return tuple(enumerate(found, 1))


@cache
def logs() -> tuple[bytes, ...]:
    """Log files, ours and Java's."""
    disk = MemoryDisk()
    log = TxnLog(disk, preallocate_bytes=0)
    for zxid, entry in entries():
        log.append(zxid, entry)
    batch = log.take()
    if batch is None:
        raise AssertionError("nothing to write")
    log.write(batch)
    ours = disk.read("log.1")
    recorded = [path.read_bytes().rstrip(b"\0") for path in DISK.glob("log.*")]
    return (ours, ours + bytes(64), java.LOG[:2000], *(r[:1500] for r in recorded))


@cache
def tree() -> Tree:
    """A small tree with sessions, ephemerals and two lists of permissions."""
    world = Standalone()
    conn = world.connect()
    for xid, path in enumerate(("/a", "/a/b", "/e"), 1):
        body = pack(CreateRequest(path, b"data", ACLS, xid // 3))
        world.ask(conn, Op.CREATE, body, xid)
    return world.tree


@cache
def snapshots() -> tuple[bytes, ...]:
    """Snapshot files, ours and Java's."""
    recorded = [path.read_bytes() for path in DISK.glob("snapshot.*")]
    small = [data for data in (java.SNAPSHOT, *recorded) if len(data) < 2000]
    return (b"".join(file_chunks(tree(), 1)), b"".join(file_chunks(Tree(), 0)), *small)


@cache
def streams() -> tuple[bytes, ...]:
    """What follows a SNAP packet, with a packet behind it."""
    body = b"".join(stream_chunks(tree()))
    return (body, body + pack_packet(Packet(PacketType.NEWLEADER, 1 << 32)))


@cache
def records() -> tuple[bytes, ...]:
    """Bodies of requests, and what rides inside quorum packets."""
    bodies = [frame[12:] for talk in client_frames() for frame in _frames(talk)]
    inner = [
        pack_learner_info(LearnerInfo(3)),
        pack_request(ForwardedRequest(7, 1, Op.SET_DATA, b"body")),
        pack_touches({1: 4000, 2: 9000}),
        INT.pack(UPSTREAM),
    ]
    return (*sorted(set(bodies)), *inner)


@cache
def lines() -> tuple[bytes, ...]:
    """Events as nodes write them down, one line each."""
    some = (
        events.ElectionDecided("LEADING", 1, 3, 5, 1, (1, 3), 2, 3, "vote", 210),
        events.SyncPlanned(2, "DIFF", "behind", 1, 1, 5, -1, 4),
        events.ClientLost(-5, "127.0.0.1:4000"),
        events.SlowSync(1200),
    )
    return tuple(
        events.encode(
            events.Record(f"1.{n}", "lab", 1, "b", n, 1.5, ("1.1",), "x.py:1", event)
        ).encode()
        for n, event in enumerate(some, 2)
    )


def _frames(talk: bytes) -> list[bytes]:
    frames = []
    while len(talk) >= 4:
        end = 4 + INT.unpack_from(talk)[0]
        frames.append(talk[:end])
        talk = talk[end:]
    return frames

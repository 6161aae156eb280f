"""Just enough of ZooKeeper's framing to tell where one message ends.

The recorder must not use the codecs that its recordings test, so it has its own
few lines of `struct`.  Everything is big-endian; a buffer or string is a length
(-1: null) and its bytes.
"""

import socket
import struct
from typing import Any, NamedTuple

NULL = struct.pack(">i", -1)
PASSWORD = bytes(16)


def buffer(data: bytes) -> bytes:
    """Return the bytes behind their length, as jute writes buffers and strings."""
    return struct.pack(">i", len(data)) + data


class Said(NamedTuple):
    """One message of a conversation."""

    by: str  # who sent it: java, or the part that the recorder played
    what: str  # its name: FOLLOWERINFO, getData, watch event…
    data: bytes

    def as_json(self) -> dict[str, str]:
        """Return the message as the vectors' files keep it."""
        return {"by": self.by, "what": self.what, "hex": self.data.hex()}


class Line:
    """A connection that keeps what both sides said, message by message."""

    def __init__(self, link: socket.socket, me: str):
        """Speak over `link` as `me`."""
        self.link = link
        self.me = me
        self.said: list[Said] = []
        self._heard = b""
        link.settimeout(60)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, what: str, data: bytes) -> None:
        """Say something and note it down."""
        self.said.append(Said(self.me, what, data))
        self.link.sendall(data)

    def note(self, what: str) -> bytes:
        """Note down what was heard since the last note, and return it."""
        data, self._heard = self._heard, b""
        self.said.append(Said("java", what, data))
        return data

    def drop(self) -> None:
        """Forget what was heard since the last note."""
        self._heard = b""

    def take(self, count: int) -> bytes:
        """Hear exactly this many bytes."""
        data = b""
        while len(data) < count:
            part = self.link.recv(count - len(data))
            if not part:
                raise ConnectionError(f"closed after {data!r}")
            data += part
        self._heard += data
        return data

    def int32(self) -> int:
        """Hear an int."""
        return int(struct.unpack(">i", self.take(4))[0])

    def int64(self) -> int:
        """Hear a long."""
        return int(struct.unpack(">q", self.take(8))[0])

    def blob(self) -> bytes:
        """Hear a buffer or string; null is empty."""
        return self.take(max(self.int32(), 0))

    def frame(self) -> bytes:
        """Hear a length and that many bytes."""
        return self.take(self.int32())


_PACKETS = (
    "? REQUEST PROPOSAL ACK COMMIT PING REVALIDATE SYNC INFORM COMMITANDACTIVATE "
    "NEWLEADER FOLLOWERINFO UPTODATE DIFF TRUNC SNAP OBSERVERINFO LEADERINFO "
    "ACKEPOCH INFORMANDACTIVATE"
).split()


class Packet(NamedTuple):
    """A quorum packet, its authinfo skipped."""

    name: str
    zxid: int
    data: bytes


def packet(name: str, zxid: int, data: bytes | None = None) -> bytes:
    """Return the bytes of a quorum packet without authinfo."""
    body = NULL if data is None else buffer(data)
    return struct.pack(">iq", _PACKETS.index(name), zxid) + body + NULL


def hear_packet(line: Line) -> Packet:
    """Hear one quorum packet and note it under its name."""
    kind, zxid, data = line.int32(), line.int64(), line.blob()
    for _ in range(max(line.int32(), 0)):
        line.blob(), line.blob()
    line.note(_PACKETS[kind])
    return Packet(_PACKETS[kind], zxid, data)


def hear_until(line: Line, *names: str) -> Packet:
    """Hear packets, the ones on the way included, until one has such a name."""
    while (heard := hear_packet(line)).name not in names:
        pass
    return heard


def hear_snapshot(line: Line) -> None:
    """Hear the tree that follows a SNAP packet, up to its signature."""
    for _ in range(line.int32()):
        line.int64(), line.int32()
    for _ in range(line.int32()):
        line.int64()
        for _ in range(line.int32()):
            line.int32(), line.blob(), line.blob()
    while line.blob() != b"/":
        line.blob(), line.int64(), line.take(60)
    line.blob()
    line.note("snapshot stream")


def learner_info(sid: int) -> bytes:
    """Return what a learner says about itself in FOLLOWERINFO."""
    return struct.pack(">qiq", sid, 0x10000, 0)


def hello(sid: int, host: str, port: int) -> bytes:
    """Return the initial message of an election connection."""
    return struct.pack(">qq", -65536, sid) + buffer(f"{host}:{port}".encode())


class Ballot(NamedTuple):
    """A notification's numbers, in the order of the wire."""

    state: int
    leader: int
    zxid: int
    election_epoch: int
    peer_epoch: int


def notification(ballot: Ballot, config: bytes) -> bytes:
    """Return a framed notification, version 2."""
    body = struct.pack(">iqqqq", *ballot) + struct.pack(">i", 2) + buffer(config)
    return buffer(body)


def hear_notification(line: Line, what: str) -> Ballot:
    """Hear one notification and note it."""
    body = line.frame()
    line.note(what)
    numbers: Any = struct.unpack_from(">iqqqq", body)
    return Ballot(*numbers)

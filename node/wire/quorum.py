"""The quorum port's bytes: what a leader and its learners say to one another.

    QuorumPacket { int type; long zxid; buffer data; vector<Id> authinfo }

Packets follow one another with no length in front, so a reader finds the end of
one only by reading it.  `unpack_packets` takes all that is
whole in a chunk: on a busy link one chunk holds dozens.
"""

import struct
from enum import IntEnum
from typing import NamedTuple

from node.wire.errors import ProtocolViolation

PROTOCOL_VERSION = 0x10000
DATA_MAX = 0xFFFFF + 0x100000  # jute.maxbuffer and jute.maxbuffer.extrasize
AUTHINFO_MAX = 1024  # ids
AUTHINFO_BYTES_MAX = DATA_MAX  # all of them together


class PacketType(IntEnum):
    """The kinds of packet, by ZooKeeper's numbers."""

    REQUEST = 1
    PROPOSAL = 2
    ACK = 3
    COMMIT = 4
    PING = 5
    REVALIDATE = 6
    SYNC = 7
    INFORM = 8
    COMMITANDACTIVATE = 9
    NEWLEADER = 10
    FOLLOWERINFO = 11
    UPTODATE = 12
    DIFF = 13
    TRUNC = 14
    SNAP = 15
    OBSERVERINFO = 16
    LEADERINFO = 17
    ACKEPOCH = 18
    INFORMANDACTIVATE = 19


# What flows all the time in a broadcast: published as ranges, not one by one.
ORDINARY = frozenset(
    (
        PacketType.REQUEST,
        PacketType.PROPOSAL,
        PacketType.ACK,
        PacketType.COMMIT,
        PacketType.PING,
        PacketType.REVALIDATE,
        PacketType.SYNC,
        PacketType.INFORM,
    )
)


class Packet(NamedTuple):
    """One packet; `authinfo` is a client's (scheme, id) pairs in a REQUEST."""

    type: int
    zxid: int
    data: bytes | None = None
    authinfo: tuple[tuple[str, str], ...] | None = None


class LearnerInfo(NamedTuple):
    """What a learner says of itself in FOLLOWERINFO and OBSERVERINFO."""

    sid: int
    protocol_version: int = PROTOCOL_VERSION
    config_version: int = 0


class ForwardedRequest(NamedTuple):
    """A client's write on its way to the leader, in a REQUEST packet."""

    session: int
    cxid: int
    op: int
    body: bytes


_HEAD = struct.Struct(">iqi")  # type, zxid, length of data
_INT = struct.Struct(">i")
_BARE = struct.Struct(">iqii")  # a packet with neither data nor authinfo
_LEARNER_INFO = struct.Struct(">qiq")
_REQUEST = struct.Struct(">qii")
_TOUCH = struct.Struct(">qi")
_REVALIDATED = struct.Struct(">q?")


def pack_bare(packet_type: int, zxid: int) -> bytes:
    """Return a packet that is only a type and a zxid, as ACK and COMMIT are."""
    return _BARE.pack(packet_type, zxid, -1, -1)


def pack_data(packet_type: int, zxid: int, data: bytes) -> bytes:
    """Return a packet with data and no authinfo, as PROPOSAL is."""
    return b"%b%b\xff\xff\xff\xff" % (_HEAD.pack(packet_type, zxid, len(data)), data)


def pack_packet(packet: Packet) -> bytes:
    """Return any packet's bytes."""
    data = packet.data
    head = _HEAD.pack(packet.type, packet.zxid, -1 if data is None else len(data))
    parts = [head, data or b""]
    if packet.authinfo is None:
        parts.append(_INT.pack(-1))
    else:
        parts.append(_INT.pack(len(packet.authinfo)))
        for scheme, identity in packet.authinfo:
            for text in (scheme.encode(), identity.encode()):
                parts += [_INT.pack(len(text)), text]
    return b"".join(parts)


def unpack_packets(buffer: bytes, at: int = 0) -> tuple[list[Packet], int]:
    """Return every whole packet from offset `at`, and where the rest begins.

    Stops behind a SNAP: what follows that one is no packet but a whole tree.
    """
    packets: list[Packet] = []
    end = len(buffer)
    while end - at >= _BARE.size:
        packet, after = unpack_packet(buffer, at)
        if packet is None:
            break
        packets.append(packet)
        at = after
        if packet.type == PacketType.SNAP:
            break
    return packets, at


def newest_acks(packets: list[Packet]) -> list[Packet]:
    """Drop each ACK that another follows at once: the later one says it all.

    True of ACKs in broadcast only, where links keep order and logs do, too.
    """
    following = [packet.type for packet in packets[1:]]
    ack = PacketType.ACK
    return [
        packet
        for packet, next_type in zip(packets, [*following, None], strict=True)
        if not packet.type == next_type == ack
    ]


def unpack_packet(buffer: bytes, at: int) -> tuple[Packet | None, int]:
    """Return one packet and its end; (None, at) while bytes are missing.

    This is the hot path of every learner: a packet without authinfo, which is
    nearly every packet, costs two `unpack_from` and one slice.
    """
    if len(buffer) - at < _BARE.size:
        return None, at
    packet_type, zxid, length = _HEAD.unpack_from(buffer, at)
    start = at + 16
    if length > DATA_MAX or length < -1:
        raise ProtocolViolation(f"packet type {packet_type} with {length} bytes")
    stop = start + length if length > 0 else start
    if len(buffer) < stop + 4:
        return None, at
    (count,) = _INT.unpack_from(buffer, stop)
    data = None if length < 0 else buffer[start:stop]
    if count == -1:
        return Packet(packet_type, zxid, data), stop + 4
    authinfo, after = _unpack_authinfo(buffer, stop + 4, count)
    if authinfo is None:
        return None, at
    return Packet(packet_type, zxid, data, authinfo), after


def _unpack_authinfo(
    buffer: bytes, at: int, count: int
) -> tuple[tuple[tuple[str, str], ...] | None, int]:
    if not 0 <= count <= AUTHINFO_MAX:
        raise ProtocolViolation(f"authinfo of {count} ids")
    texts: list[str] = []
    most = at + AUTHINFO_BYTES_MAX
    for _ in range(2 * count):
        if len(buffer) - at < 4:
            return None, at
        (length,) = _INT.unpack_from(buffer, at)
        if not 0 <= length <= most - at:
            raise ProtocolViolation(f"authinfo text of {length} bytes")
        at += 4
        if len(buffer) - at < length:
            return None, at
        try:
            texts.append(buffer[at : at + length].decode())
        except UnicodeDecodeError as error:
            raise ProtocolViolation(f"authinfo is not text: {error}") from None
        at += length
    return tuple(zip(texts[::2], texts[1::2], strict=True)), at


def pack_learner_info(info: LearnerInfo) -> bytes:
    """Return the 20 bytes of a learner's introduction."""
    return _LEARNER_INFO.pack(*info)


def unpack_learner_info(data: bytes | None) -> LearnerInfo:
    """Decode a LearnerInfo of 8, 12 or 20 bytes: later releases made it longer."""
    if data is None or len(data) not in (8, 12, 20):
        raise ProtocolViolation(f"learner info of {len(data or b'')} bytes")
    sid, version, config = _LEARNER_INFO.unpack(data.ljust(20, b"\0"))
    return LearnerInfo(sid, version, config)


def pack_request(request: ForwardedRequest) -> bytes:
    """Return the data of a REQUEST packet."""
    return _REQUEST.pack(*request[:3]) + request.body


def unpack_request(data: bytes | None) -> ForwardedRequest:
    """Decode the data of a REQUEST packet."""
    if data is None or len(data) < _REQUEST.size:
        raise ProtocolViolation("REQUEST without a session")
    session, cxid, op = _REQUEST.unpack_from(data)
    return ForwardedRequest(session, cxid, op, data[_REQUEST.size :])


def pack_touches(touched: dict[int, int]) -> bytes:
    """Return the data of a learner's PING: the sessions it heard, with time-outs."""
    return b"".join([_TOUCH.pack(*touch) for touch in touched.items()])


def unpack_touches(data: bytes | None) -> dict[int, int]:
    """Decode the data of a learner's PING (or REVALIDATE: one entry)."""
    if data is None or len(data) % _TOUCH.size:
        raise ProtocolViolation(f"session table of {len(data or b'')} bytes")
    return dict(_TOUCH.iter_unpack(data))


def pack_revalidation(session: int, *, alive: bool) -> bytes:
    """Return the data of a leader's answer to REVALIDATE."""
    return _REVALIDATED.pack(session, alive)


def unpack_revalidation(data: bytes | None) -> tuple[int, bool]:
    """Decode a leader's answer: the session, and whether it is alive."""
    if data is None or len(data) != _REVALIDATED.size:
        raise ProtocolViolation("REVALIDATE without a session")
    session, alive = _REVALIDATED.unpack(data)
    return session, alive

"""Claims about what other servers send: packets, ballot papers, greetings."""

from typing import Any

from node.wire import notification, quorum
from node.wire.errors import ProtocolViolation


def check_quorum(data: bytes) -> None:
    """Packets decode to values that encode to the very bytes, or end the link."""
    try:
        packets, at = quorum.unpack_packets(data)
    except ProtocolViolation:
        return
    assert at <= len(data)
    for packet in packets:
        again, _ = quorum.unpack_packet(quorum.pack_packet(packet), 0)
        assert again == packet
    encoded = b"".join(map(quorum.pack_packet, packets))
    assert encoded == data[:at], "what was taken is not what was said"


def check_quorum_bytewise(data: bytes) -> None:
    """Packets may come a byte at a time."""
    data = data[:500]
    taken: list[list[quorum.Packet]] = []
    for step in (len(data) or 1, 1):
        buffer, found = b"", []
        try:
            for at in range(0, len(data), step):
                buffer += data[at : at + step]
                packets, end = quorum.unpack_packets(buffer)
                while packets:
                    found += packets
                    buffer = buffer[end:]
                    packets, end = quorum.unpack_packets(buffer)
        except ProtocolViolation:
            found.append(quorum.Packet(-1, -1))
        taken.append(found)
    # A violation in the same chunk hides the packets before it; their link ends.
    whole, bytewise = taken
    assert whole == bytewise or whole[-1:] == bytewise[-1:]


def check_inner(data: bytes) -> None:
    """What rides inside packets: introductions, requests, sessions."""
    for unpack, pack in (
        (quorum.unpack_learner_info, quorum.pack_learner_info),
        (quorum.unpack_request, quorum.pack_request),
        (quorum.unpack_touches, quorum.pack_touches),
    ):
        try:
            value: Any = unpack(data)
        except ProtocolViolation:
            continue
        assert unpack(pack(value)) == value
    try:
        session, alive = quorum.unpack_revalidation(data)
    except ProtocolViolation:
        return
    packed = quorum.pack_revalidation(session, alive=alive)
    assert quorum.unpack_revalidation(packed) == (session, alive)


def check_vote(data: bytes) -> None:
    """A ballot paper of any age, or none."""
    try:
        vote = notification.unpack_notification(data)
    except ProtocolViolation:
        return
    assert (
        notification.unpack_notification(notification.pack_notification(vote)) == vote
    )
    notification.config_version(vote.config)


def check_greeting(data: bytes) -> None:
    """The opening of an election connection, whole or not yet."""
    try:
        found = notification.unpack_greeting(data)
    except ProtocolViolation:
        return
    if found is None:
        assert len(data) < 20 + notification.GREETING_MAX
        return
    greeting, end = found
    assert end <= len(data)
    if greeting.addresses:
        again = notification.unpack_greeting(notification.pack_greeting(greeting))
        assert again is not None
        assert again[0] == greeting

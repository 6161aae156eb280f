"""The election port's bytes: the greeting of a connection, and its notifications.

Two servers share one TCP connection.  The side that opens it says who it is
(`Greeting`); then both sides send `Notification`s, each behind a 4-byte length.
The bytes: docs/protocol/election.md.
"""

import struct
from enum import IntEnum
from typing import NamedTuple

from node.wire.errors import ProtocolViolation

GREETING_ONE_ADDRESS = -65536  # 3.5.0 and later
GREETING_MANY_ADDRESSES = -65535  # 3.6.0 and later, addresses joined by "|"
GREETING_MAX = 2048  # bytes of address text
NOTIFICATION_MAX = 512 * 1024
NOTIFICATION_VERSION = 2

_GREETING = struct.Struct(">qqi")
_BALLOT = struct.Struct(">iqqqq")  # 36 bytes: "version 1", before configs
_TAIL = struct.Struct(">ii")
_OLD = struct.Struct(">iqqq")  # 28 bytes: before 3.4.6, without peerEpoch


class PeerState(IntEnum):
    """What a server is doing; the numbers are ZooKeeper's on the wire."""

    LOOKING = 0
    FOLLOWING = 1
    LEADING = 2
    OBSERVING = 3


class Greeting(NamedTuple):
    """The first thing an initiator says: its id and where it can be called back."""

    sid: int
    addresses: tuple[str, ...]  # "host:electionPort"


class Notification(NamedTuple):
    """One vote on its way: who should lead, with what history, said in which state."""

    state: int  # of the sender
    leader: int
    zxid: int
    round: int  # the sender's round of election ("electionEpoch" in ZooKeeper)
    peer_epoch: int
    version: int = NOTIFICATION_VERSION
    config: str = ""  # the sender's member list


def pack_greeting(greeting: Greeting) -> bytes:
    """Return the greeting's bytes; one address is the form every release reads."""
    many = len(greeting.addresses) > 1
    text = "|".join(greeting.addresses).encode()
    version = GREETING_MANY_ADDRESSES if many else GREETING_ONE_ADDRESS
    return _GREETING.pack(version, greeting.sid, len(text)) + text


def unpack_greeting(data: bytes) -> tuple[Greeting, int] | None:
    """Return a greeting and its length; None while bytes are missing.

    A first number that is not negative is the whole greeting of 3.4: the sid.
    """
    if len(data) < 8:
        return None
    (version,) = struct.unpack_from(">q", data)
    if version >= 0:
        return Greeting(version, ()), 8
    if version not in (GREETING_ONE_ADDRESS, GREETING_MANY_ADDRESSES):
        raise ProtocolViolation(f"Got unrecognized protocol version {version}")
    if len(data) < _GREETING.size:
        return None
    _, sid, length = _GREETING.unpack_from(data)
    if not 0 < length <= GREETING_MAX:
        raise ProtocolViolation(f"Unreasonable buffer length: {length}")
    end = _GREETING.size + length
    if len(data) < end:
        return None
    try:
        text = data[_GREETING.size : end].decode()
    except UnicodeDecodeError as error:
        raise ProtocolViolation(f"Badly formed address: {error}") from None
    addresses = tuple(text.split("|"))
    for address in addresses:
        host, colon, port = address.rpartition(":")
        if not colon or not host:
            raise ProtocolViolation(f"No port number in: {address}")
        if not port.isascii() or not port.isdigit() or int(port) > 65535:
            raise ProtocolViolation(f"Bad port number: {address}")
    if len(addresses) > 1 and version == GREETING_ONE_ADDRESS:
        raise ProtocolViolation(f"Badly formed address: {text}")
    return Greeting(sid, addresses), end


def pack_notification(notification: Notification) -> bytes:
    """Return the notification's bytes, without the length in front."""
    config = notification.config.encode()
    ballot = _BALLOT.pack(
        notification.state,
        notification.leader,
        notification.zxid,
        notification.round,
        notification.peer_epoch,
    )
    if notification.version == 0:
        return ballot + struct.pack(">i", 0)
    if notification.version < NOTIFICATION_VERSION:
        return ballot + _TAIL.pack(notification.version, 0)
    return ballot + _TAIL.pack(notification.version, len(config)) + config


def unpack_notification(data: bytes) -> Notification:
    """Decode any version of the notification; ProtocolViolation if it is none.

    28 bytes carry no peer epoch (the zxid's epoch stands in), 36 and 40 bytes
    no config; a 40-byte one counts as version 0 although it names a version.
    """
    if len(data) < _OLD.size:
        raise ProtocolViolation(f"Got a short response: {len(data)}")
    if len(data) < _BALLOT.size:
        state, leader, zxid, round_ = _OLD.unpack_from(data)
        return _checked(Notification(state, leader, zxid, round_, zxid >> 32, 0))
    state, leader, zxid, round_, peer_epoch = _BALLOT.unpack_from(data)
    if len(data) < _BALLOT.size + _TAIL.size:
        return _checked(Notification(state, leader, zxid, round_, peer_epoch, 0))
    version, length = _TAIL.unpack_from(data, _BALLOT.size)
    if version < NOTIFICATION_VERSION:
        return _checked(Notification(state, leader, zxid, round_, peer_epoch, version))
    start = _BALLOT.size + _TAIL.size
    if not 0 <= length <= len(data) - start:
        raise ProtocolViolation(f"config of {length} bytes in {len(data)}")
    try:
        config = data[start : start + length].decode()
    except UnicodeDecodeError as error:
        raise ProtocolViolation(f"config is not text: {error}") from None
    return _checked(
        Notification(state, leader, zxid, round_, peer_epoch, version, config)
    )


def config_version(config: str) -> int:
    """Return the number in the member list's last line, `version=<hex>`; 0 if none."""
    last = config.rpartition("\n")[2]
    if not last.startswith("version="):
        return 0
    try:
        return int(last.removeprefix("version="), 16)
    except ValueError:
        return 0


def _checked(notification: Notification) -> Notification:
    if notification.state not in PeerState._value2member_map_:
        raise ProtocolViolation(f"unknown peer state {notification.state}")
    return notification

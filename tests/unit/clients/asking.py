"""What clients ask, as bytes, and what they get."""

from node.clients.connection import Connection
from node.wire.client import (
    CreateRequest,
    SetDataRequest,
    WatcherEvent,
    unpack_connect_response,
)
from node.wire.jute import pack, unpack, ustring_bytes
from tests.unit.clients.standalone import (
    OPEN_ACL,
    take,
)

HEAD_BYTES = 20  # length, xid, zxid, err


def create(path: str, data: bytes = b"", flags: int = 0) -> bytes:
    return pack(CreateRequest(path, data, OPEN_ACL, flags))


def reading(path: str, *, watch: bool = False) -> bytes:
    return ustring_bytes(path) + (b"\1" if watch else b"\0")


def set_data(path: str, data: bytes = b"") -> bytes:
    return pack(SetDataRequest(path, data, -1))


def events(conn: Connection) -> list[tuple[int, str]]:
    """Take all that is queued; return type and path of the events in it."""
    found = [
        unpack(WatcherEvent, reply[HEAD_BYTES:])
        for reply in take(conn)
        if reply[4:8] == b"\xff\xff\xff\xff"
    ]
    assert all(event.state == 3 for event in found)
    return [(event.type, event.path) for event in found]


def greeted(conn: Connection) -> tuple[int, int]:
    """Take the answer to the handshake; return session and time-out."""
    (answer,) = take(conn)
    response = unpack_connect_response(answer[4:])
    return response.session, response.timeout_ms

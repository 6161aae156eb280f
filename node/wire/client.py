"""What clients and servers say to each other: numbers, records, replies.

A message is `int32 length` and a body, both ways.  A request's body is
`int xid, int type` and a record; a reply's is `int xid, long zxid, int err` and
a record unless err is an error.  The bytes: docs/protocol/wire.md.
"""

import struct
from typing import Annotated, NamedTuple

from node.wire.jute import (
    INT,
    Buffer,
    Int,
    Long,
    MalformedRecord,
    Text,
    Ustring,
    buffer_bytes,
    read_buffer,
    record_codec,
)


class Op:
    """The request types; negative ones never come from a client's header."""

    CREATE_SESSION = -10
    CLOSE_SESSION = -11
    ERROR = -1
    CREATE = 1
    DELETE = 2
    EXISTS = 3
    GET_DATA = 4
    SET_DATA = 5
    GET_ACL = 6
    SET_ACL = 7
    GET_CHILDREN = 8
    SYNC = 9
    PING = 11
    GET_CHILDREN2 = 12
    CHECK = 13
    MULTI = 14
    CREATE2 = 15
    RECONFIG = 16
    CHECK_WATCHES = 17
    REMOVE_WATCHES = 18
    CREATE_CONTAINER = 19
    DELETE_CONTAINER = 20
    CREATE_TTL = 21
    MULTI_READ = 22
    AUTH = 100
    SET_WATCHES = 101
    SASL = 102
    GET_EPHEMERALS = 103
    GET_ALL_CHILDREN_NUMBER = 104
    SET_WATCHES2 = 105
    ADD_WATCH = 106
    WHO_AM_I = 107


class Err:
    """The error codes of replies."""

    OK = 0
    RUNTIME_INCONSISTENCY = -2
    MARSHALLING = -5
    UNIMPLEMENTED = -6
    BAD_ARGUMENTS = -8
    NO_NODE = -101
    NO_AUTH = -102
    BAD_VERSION = -103
    NO_CHILDREN_FOR_EPHEMERALS = -108
    NODE_EXISTS = -110
    NOT_EMPTY = -111
    SESSION_EXPIRED = -112
    INVALID_ACL = -114
    AUTH_FAILED = -115
    SESSION_MOVED = -118
    NO_WATCHER = -121
    RECONFIG_DISABLED = -123


class Perm:
    """What an ACL entry may allow; a bit each."""

    READ = 1
    WRITE = 2
    CREATE = 4
    DELETE = 8
    ADMIN = 16
    ALL = 31


class EventType:
    """The type of a watch event."""

    NODE_CREATED = 1
    NODE_DELETED = 2
    NODE_DATA_CHANGED = 3
    NODE_CHILDREN_CHANGED = 4


class Xid:
    """The request numbers with a meaning of their own."""

    EVENT = -1
    PING = -2
    AUTH = -4
    SET_WATCHES = -8


class Id(NamedTuple):
    """Somebody, by an authentication scheme: ("digest", "bob:…")."""

    scheme: Text
    id: Text


class ACL(NamedTuple):
    """One entry of an access control list."""

    perms: Int
    id: Id


class AskedId(NamedTuple):
    """Somebody, as a client's request names them: any part may be null.

    kazoo sends an empty string as null: `auth` without an id is its
    CREATOR_ALL_ACL.
    """

    scheme: Ustring
    id: Ustring


class AskedACL(NamedTuple):
    """One entry of an access control list that a client asks for."""

    perms: Int
    id: AskedId


AnyACL = Annotated[AskedACL | ACL, record_codec(AskedACL)]  # read as it is asked for


class Stat(NamedTuple):
    """What a znode is, beside its data; 68 bytes on the wire."""

    czxid: Long  # the transaction that created it
    mzxid: Long  # the one that last changed its data
    ctime: Long  # ms since 1970
    mtime: Long
    version: Int  # changes of its data
    cversion: Int  # changes of its children
    aversion: Int  # changes of its ACL
    ephemeral_owner: Long  # session, 0 for a persistent node
    data_length: Int
    num_children: Int
    pzxid: Long  # the transaction that last changed its children


STAT = struct.Struct(">qqqqiiiqiiq")  # Stat as one struct, for the hot paths


class ConnectRequest(NamedTuple):
    """The first message of a connection."""

    protocol_version: Int
    last_zxid_seen: Long
    timeout_ms: Int
    session: Long
    password: Buffer
    read_only: bool | None = None  # None: an old client left the last byte out


class ConnectResponse(NamedTuple):
    """Its answer; time-out 0 and session 0 say that the session is gone."""

    protocol_version: Int
    timeout_ms: Int
    session: Long
    password: Buffer
    read_only: bool | None = None


_CONNECT_REQUEST = struct.Struct(">iqiq")
_CONNECT_RESPONSE = struct.Struct(">iiq")
PASSWORD_MAX = 64  # bytes; ZooKeeper's are 16


def unpack_connect_request(body: bytes) -> ConnectRequest:
    """Decode the first message; its last byte, readOnly, may be missing."""
    try:
        fixed = _CONNECT_REQUEST.unpack_from(body)
    except struct.error as error:
        raise MalformedRecord(f"ConnectRequest: {error}") from error
    password, end = read_buffer(body, _CONNECT_REQUEST.size)
    if len(password or b"") > PASSWORD_MAX or len(body) - end > 1:
        raise MalformedRecord(f"ConnectRequest: {len(body)} bytes")
    read_only = body[end] != 0 if end < len(body) else None
    protocol, last_zxid_seen, timeout_ms, session = fixed
    return ConnectRequest(
        protocol, last_zxid_seen, timeout_ms, session, password, read_only
    )


def pack_connect_request(request: ConnectRequest) -> bytes:
    """Encode the first message."""
    head = _CONNECT_REQUEST.pack(*request[:4])
    return head + buffer_bytes(request.password) + _flag(request.read_only)


def pack_connect_response(response: ConnectResponse) -> bytes:
    """Encode the answer to the first message."""
    head = _CONNECT_RESPONSE.pack(*response[:3])
    return head + buffer_bytes(response.password) + _flag(response.read_only)


def unpack_connect_response(body: bytes) -> ConnectResponse:
    """Decode the answer to the first message."""
    try:
        fixed = _CONNECT_RESPONSE.unpack_from(body)
    except struct.error as error:
        raise MalformedRecord(f"ConnectResponse: {error}") from error
    password, end = read_buffer(body, _CONNECT_RESPONSE.size)
    read_only = body[end] != 0 if end < len(body) else None
    protocol, timeout_ms, session = fixed
    return ConnectResponse(protocol, timeout_ms, session, password, read_only)


def _flag(value: bool | None) -> bytes:  # noqa: FBT001 (a wire value)
    return b"" if value is None else b"\1" if value else b"\0"


class CreateRequest(NamedTuple):
    """Make a znode; flags are the create mode."""

    path: Ustring
    data: Buffer
    acl: tuple[AnyACL, ...]
    flags: Int


class CreateTTLRequest(NamedTuple):
    """Make a znode that may go when nobody touches it for `ttl` milliseconds."""

    path: Ustring
    data: Buffer
    acl: tuple[AnyACL, ...]
    flags: Int
    ttl: Long


class DeleteRequest(NamedTuple):
    """Remove a znode if it still has `version` (-1: whatever it has)."""

    path: Ustring
    version: Int


class SetDataRequest(NamedTuple):
    """Replace a znode's data if it still has `version` (-1: whatever it has)."""

    path: Ustring
    data: Buffer
    version: Int


class SetACLRequest(NamedTuple):
    """Replace a znode's ACL if that still has `version` (-1: whatever it has)."""

    path: Ustring
    acl: tuple[AnyACL, ...]
    version: Int


class CheckVersionRequest(NamedTuple):
    """Let a multi pass only if the znode has this version."""

    path: Ustring
    version: Int


class PathRequest(NamedTuple):
    """Any request with nothing but a path: getACL, sync, getEphemerals and so on."""

    path: Ustring


class CheckWatchesRequest(NamedTuple):
    """Ask for, or drop, watches on a path; kinds as in `WatcherType`."""

    path: Ustring
    watcher_type: Int


class AddWatchRequest(NamedTuple):
    """Leave a watch that survives its firing."""

    path: Ustring
    mode: Int  # 0 persistent, 1 persistent recursive


class SetWatches(NamedTuple):
    """Leave again, on a new connection, the watches of the old one."""

    relative_zxid: Long
    data: tuple[Text, ...] | None
    exist: tuple[Text, ...] | None
    child: tuple[Text, ...] | None


class SetWatches2(NamedTuple):
    """`SetWatches` with the persistent kinds."""

    relative_zxid: Long
    data: tuple[Text, ...] | None
    exist: tuple[Text, ...] | None
    child: tuple[Text, ...] | None
    persistent: tuple[Text, ...] | None
    recursive: tuple[Text, ...] | None


class AuthPacket(NamedTuple):
    """Say who you are."""

    type: Int
    scheme: Ustring
    auth: Buffer


class ClientInfo(NamedTuple):
    """Who the server thinks you are."""

    auth_scheme: Text
    user: Text


class WhoAmIResponse(NamedTuple):
    """All that you are to the server."""

    info: tuple[ClientInfo, ...]


class WatcherEvent(NamedTuple):
    """A watch fired."""

    type: Int
    state: Int  # 3, SyncConnected, whenever a server speaks
    path: Text


# Before each operation, or result, of a multi: type, done, err.
MULTI_HEADER = struct.Struct(">i?i")
MULTI_END = b"\xff\xff\xff\xff\x01\xff\xff\xff\xff"  # -1, true, -1


def multi_result(op: int, body: bytes) -> bytes:
    """Return what went well in a multi."""
    return INT.pack(op) + b"\0" + INT.pack(Err.OK) + body


def multi_error(err: int) -> bytes:
    """Return what did not go well in a multi; err 0 for what came before."""
    return INT.pack(Op.ERROR) + b"\0" + INT.pack(err) + INT.pack(err)


# length of what follows, xid, zxid, err: the head of every reply
REPLY = struct.Struct(">iiqi")
REPLY_HEAD_BYTES = 16  # xid, zxid and err, without the length


def frame(body: bytes) -> bytes:
    """Put the length before a message."""
    return INT.pack(len(body)) + body


def reply(xid: int, zxid: int, err: int, body: bytes = b"") -> bytes:
    """Encode a whole reply with its length."""
    return REPLY.pack(REPLY_HEAD_BYTES + len(body), xid, zxid, err) + body

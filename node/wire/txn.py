"""A transaction as bytes: what the log stores and PROPOSALs carry.

An entry is `TxnHeader`, the record of its type, and, from some Java leaders, a
12-byte digest of the tree, which we accept and relay and never write.  The
leader packs an entry once; the same bytes go to its log and to every follower.
The bytes: docs/protocol/disk.md.
"""

import struct
from typing import NamedTuple

from node.wire.client import ACL
from node.wire.jute import Bool, Buffer, Int, Long, MalformedRecord, Text

# clientId, cxid, zxid, time, type
HEADER = struct.Struct(">qiqqi")
HEADER_BYTES = HEADER.size  # 32
_ZXID = struct.Struct(">q")
_ZXID_AT = 12

DIGEST = struct.Struct(">iq")  # version, digest of the tree
DIGEST_VERSION = 2


class TxnHeader(NamedTuple):
    """Who asked for what, when, and its place in the total order."""

    session: Long  # clientId
    cxid: Int  # the client's number of the request
    zxid: Long
    time_ms: Long  # the leader's wall clock
    type: Int  # an Op


def zxid_of(entry: bytes) -> int:
    """Return the zxid of an entry without decoding the rest of it."""
    if len(entry) < HEADER_BYTES:
        raise MalformedRecord(f"a transaction of {len(entry)} bytes")
    zxid: int = _ZXID.unpack_from(entry, _ZXID_AT)[0]
    return zxid


def header_of(entry: bytes) -> TxnHeader:
    """Decode the head of an entry."""
    try:
        return TxnHeader(*HEADER.unpack_from(entry))
    except struct.error as error:
        raise MalformedRecord(f"TxnHeader: {error}") from error


def pack_entry(header: TxnHeader, record: bytes) -> bytes:
    """Encode an entry from its header and its record."""
    return HEADER.pack(*header) + record


class CreateTxn(NamedTuple):
    """A znode was made; old logs lack the last field (read as -1)."""

    path: Text
    data: Buffer
    acl: tuple[ACL, ...]
    ephemeral: Bool
    parent_cversion: Int  # how many children the parent has ever had


class CreateContainerTxn(NamedTuple):
    """A container was made: a node that goes when its last child has gone."""

    path: Text
    data: Buffer
    acl: tuple[ACL, ...]
    parent_cversion: Int


class CreateTTLTxn(NamedTuple):
    """A znode with a time to live was made."""

    path: Text
    data: Buffer
    acl: tuple[ACL, ...]
    parent_cversion: Int
    ttl_ms: Long


class DeleteTxn(NamedTuple):
    """A znode was removed."""

    path: Text


class SetDataTxn(NamedTuple):
    """A znode's data was replaced; `version` is the new one."""

    path: Text
    data: Buffer
    version: Int


class SetACLTxn(NamedTuple):
    """A znode's ACL was replaced; `version` is the new aversion."""

    path: Text
    acl: tuple[ACL, ...]
    version: Int


class CheckVersionTxn(NamedTuple):
    """A multi asked for a version and found it."""

    path: Text
    version: Int


class CreateSessionTxn(NamedTuple):
    """A session began."""

    timeout_ms: Int


class CloseSessionTxn(NamedTuple):
    """A session ended and took these ephemeral nodes along."""

    paths: tuple[Text, ...]


class ErrorTxn(NamedTuple):
    """A write was refused; it takes a place in the order all the same."""

    err: Int


class SubTxn(NamedTuple):
    """One operation of a multi: its type and its record."""

    type: Int
    record: Buffer


class MultiTxn(NamedTuple):
    """Several operations at once; one refused refuses them all."""

    operations: tuple[SubTxn, ...]

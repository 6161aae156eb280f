"""A multi taken apart: the operations that are to happen together, or not at all."""

from node.wire.client import (
    MULTI_HEADER,
    CheckVersionRequest,
    CreateRequest,
    CreateTTLRequest,
    DeleteRequest,
    Op,
    SetDataRequest,
)
from node.wire.jute import MalformedRecord, read

CONTAINER_FLAG = 4
TTL_FLAGS = (5, 6)

_MEMBERS: dict[int, type[tuple[object, ...]]] = {
    Op.CREATE: CreateRequest,
    Op.CREATE2: CreateRequest,
    Op.CREATE_CONTAINER: CreateRequest,
    Op.CREATE_TTL: CreateTTLRequest,
    Op.DELETE: DeleteRequest,
    Op.SET_DATA: SetDataRequest,
    Op.CHECK: CheckVersionRequest,
}


def operations(body: bytes) -> list[tuple[int, bytes]]:
    """Return the type and the body of each operation; raises MalformedRecord."""
    at = 0
    found: list[tuple[int, bytes]] = []
    while True:
        kind, done, _ = MULTI_HEADER.unpack_from(body, at)
        at += MULTI_HEADER.size
        if done:
            return found
        record = _MEMBERS.get(kind)
        if record is None:
            raise MalformedRecord(f"multi with an operation of type {kind}")
        operation, end = read(record, body, at)
        if isinstance(operation, CreateRequest | CreateTTLRequest):
            kind = _kind_by_flags(operation)
        found.append((kind, body[at:end]))
        at = end


def _kind_by_flags(operation: CreateRequest | CreateTTLRequest) -> int:
    """Return what a creation makes: in a multi its flags alone decide."""
    if operation.flags == CONTAINER_FLAG:
        return Op.CREATE_CONTAINER
    if operation.flags not in TTL_FLAGS:
        return Op.CREATE
    if isinstance(operation, CreateRequest):
        raise MalformedRecord("a creation with a time to live, and none given")
    return Op.CREATE_TTL

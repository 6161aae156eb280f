"""Jute, the encoding of every ZooKeeper record: big-endian, in order, no tags.

A record is declared as a `NamedTuple` whose fields are annotated with the types
below; `pack` and `unpack` do the rest.  Codecs are built from the annotations
when a record is first used, so that importing a module of records stays cheap.

    class SetDataRequest(NamedTuple):
        path: Ustring
        data: Buffer
        version: Int

The hot records (getData, setData, Stat) have code of their own where they
are served; everything else goes through here.  The rules are in docs/protocol/wire.md.
"""

import struct
from collections.abc import Callable, Hashable
from functools import cache
from types import UnionType
from typing import (
    Annotated,
    Any,
    NamedTuple,
    TypeVar,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

BUFFER_MAX = 0xFFFFF  # jute.maxbuffer: refuse a length before believing it

INT = struct.Struct(">i")
LONG = struct.Struct(">q")

R = TypeVar("R")


class MalformedRecord(Exception):
    """The peer sent bytes that are no such record; the message says where."""


class Codec(NamedTuple):
    """How one type is written (onto a list of parts) and read (from an offset)."""

    write: Callable[[list[bytes], Any], None]
    read: Callable[[bytes, int], tuple[Any, int]]


def pack(record: tuple[Any, ...]) -> bytes:
    """Encode one record, a NamedTuple with annotated fields."""
    parts: list[bytes] = []
    record_codec(type(record)).write(parts, record)
    return b"".join(parts)


def unpack(kind: type[R], data: bytes) -> R:
    """Decode one record that must span all of `data`, or raise MalformedRecord."""
    record, end = read(kind, data, 0)
    if end != len(data):
        raise MalformedRecord(f"{kind.__name__}: {len(data) - end} bytes left over")
    return record


def read(kind: type[R], data: bytes, at: int) -> tuple[R, int]:
    """Decode one record at offset `at`; return it and the offset behind it.

    ZooKeeper ignores bytes behind a client's request, so requests are read with
    this and not with `unpack`.
    """
    try:
        record, end = record_codec(cast(Hashable, kind)).read(data, at)
    except struct.error as error:
        raise MalformedRecord(f"{kind.__name__}: {error}") from error
    return cast(R, record), end


def read_ustring(data: bytes, at: int) -> tuple[str | None, int]:
    """Decode a string.

    Bytes that are not UTF-8 become U+FFFD, as in Java, so that a client with a
    strange path is answered "no such node" or "bad argument" by ZooKeeper's rules.
    (Java writes characters beyond U+FFFF as two surrogates, CESU-8, which its
    own reader then fails to decode; such paths are refused at creation.)
    """
    value, end = read_buffer(data, at)
    return (None if value is None else str(value, "utf-8", "replace")), end


def read_buffer(data: bytes, at: int) -> tuple[bytes | None, int]:
    """Decode a byte string; None is jute's null, length -1."""
    try:
        (length,) = INT.unpack_from(data, at)
    except struct.error as error:
        raise MalformedRecord(f"no length at offset {at} of {len(data)}") from error
    start = at + 4
    if length == -1:
        return None, start
    if not 0 <= length <= min(2 * BUFFER_MAX, len(data) - start):
        raise MalformedRecord(f"{length} bytes at offset {at} of {len(data)}")
    return data[start : start + length], start + length


def buffer_bytes(value: bytes | None) -> bytes:
    """Encode a byte string or null."""
    return b"\xff\xff\xff\xff" if value is None else INT.pack(len(value)) + value


def ustring_bytes(value: str) -> bytes:
    """Encode a string."""
    raw = value.encode("utf-8", "replace")
    return INT.pack(len(raw)) + raw


def _write_ustring(parts: list[bytes], value: str | None) -> None:
    parts.append(b"\xff\xff\xff\xff" if value is None else ustring_bytes(value))


def _write_buffer(parts: list[bytes], value: bytes | None) -> None:
    parts.append(buffer_bytes(value))


def _read_text(data: bytes, at: int) -> tuple[str, int]:
    """Decode a string that may not be null."""
    value, end = read_ustring(data, at)
    if value is None:
        raise MalformedRecord(f"null string at offset {at}")
    return value, end


def _fixed(layout: str) -> Codec:
    """Return the codec of a type that always has the same size."""
    shape = struct.Struct(">" + layout)

    def write(parts: list[bytes], value: Any) -> None:
        parts.append(shape.pack(value))

    def read(data: bytes, at: int) -> tuple[Any, int]:
        return shape.unpack_from(data, at)[0], at + shape.size

    return Codec(write, read)


Bool = Annotated[bool, _fixed("?")]
Int = Annotated[int, _fixed("i")]
Long = Annotated[int, _fixed("q")]
Buffer = Annotated[bytes | None, Codec(_write_buffer, read_buffer)]
Ustring = Annotated[str | None, Codec(_write_ustring, read_ustring)]
Text = Annotated[str, Codec(_write_ustring, _read_text)]


@cache
def _codec_of(hint: Any) -> Codec:
    """Build the codec that an annotation stands for, once per annotation."""
    if get_origin(hint) is Annotated:
        return next(note for note in get_args(hint)[1:] if isinstance(note, Codec))
    if get_origin(hint) is tuple:  # tuple[ACL, ...] is vector<ACL>
        return _vector_of(_codec_of(get_args(hint)[0]), ())
    if get_origin(hint) is UnionType or type(None) in get_args(hint):
        items = get_args(get_args(hint)[0])[0]  # tuple[ACL, ...] | None
        return _vector_of(_codec_of(items), None)
    return record_codec(hint)


@cache
def record_codec(kind: Any) -> Codec:
    """Build the codec of a record class: its fields, one after the other."""
    hints = get_type_hints(kind, include_extras=True)
    codecs = tuple(_codec_of(hint) for hint in hints.values())
    writers = tuple(codec.write for codec in codecs)
    readers = tuple(codec.read for codec in codecs)

    def write(parts: list[bytes], record: Any) -> None:
        for write_field, value in zip(writers, record, strict=True):
            write_field(parts, value)

    def read(data: bytes, at: int) -> tuple[Any, int]:
        values = []
        for read_field in readers:
            value, at = read_field(data, at)
            values.append(value)
        return kind(*values), at

    return Codec(write, read)


def _vector_of(item: Codec, null: tuple[()] | None) -> Codec:
    """Build the codec of a vector; `null` is what length -1 is read as."""

    def write(parts: list[bytes], values: tuple[Any, ...] | None) -> None:
        if values is None:
            parts.append(b"\xff\xff\xff\xff")
            return
        parts.append(INT.pack(len(values)))
        for value in values:
            item.write(parts, value)

    def read(data: bytes, at: int) -> tuple[Any, int]:
        (count,) = INT.unpack_from(data, at)
        at += 4
        if count == -1:
            return null, at
        if not 0 <= count <= len(data) - at:  # an item has one byte at the least
            raise MalformedRecord(f"vector of {count} at offset {at - 4}")
        values = []
        for _ in range(count):
            value, at = item.read(data, at)
            values.append(value)
        return tuple(values), at

    return Codec(write, read)

"""Snappy as Java writes it: a header, then blocks, each behind its length.

Java's SnappyOutputStream has a framing of its own: a magic word and two version
numbers (16 bytes), then per block its length as a big-endian integer and the block
in Snappy's raw format.  We only read it, so there is no compressor.

A raw block says first how long it will be, then alternates literals and copies of
what was decoded before.  The lowest two bits of each tag say which of them comes.
"""

import struct

MAGIC = b"\x82SNAPPY\x00"
_HEADER = struct.Struct(">8sii")  # magic, version, oldest version that can read it
_LENGTH = struct.Struct(">i")
_BLOCK_MAX = 1 << 29  # the longest that Java's stream writes
_LITERAL, _NEAR, _FAR, _FARTHEST = range(4)
_SHORT_LITERAL_MAX = 60  # a longer one has its length in bytes behind the tag


class MalformedSnappy(ValueError):
    """What cannot be decoded; the message says why."""


def decompress(data: bytes) -> bytes:
    """Return what a SnappyOutputStream was given; MalformedSnappy if it is cut off."""
    if not data.startswith(MAGIC) or len(data) < _HEADER.size:
        raise MalformedSnappy(f"no snappy stream: it begins with {data[:8]!r}")
    found: list[bytes] = []
    at = _HEADER.size
    while at < len(data):
        if data.startswith(MAGIC, at):  # two streams, one behind the other
            at += _HEADER.size
            continue
        if len(data) - at < _LENGTH.size:
            raise MalformedSnappy("the length of a block is cut off")
        (length,) = _LENGTH.unpack_from(data, at)
        at += _LENGTH.size
        if not 0 <= length <= len(data) - at:
            raise MalformedSnappy(f"a block of {length} bytes is cut off")
        found.append(decompress_block(data[at : at + length]))
        at += length
    return b"".join(found)


def decompress_block(block: bytes) -> bytes:
    """Decode one raw block."""
    try:
        length, at = _varint(block)
        out = bytearray()
        while at < len(block):
            at = _step(block, at, out)
    except IndexError as error:
        raise MalformedSnappy("a block ends early") from error
    if len(out) != length:
        raise MalformedSnappy(f"a block of {len(out)} bytes says it has {length}")
    return bytes(out)


def _step(block: bytes, at: int, out: bytearray) -> int:
    """Decode one literal or copy; return where the next tag is."""
    tag = block[at]
    kind, high, at = tag & 3, tag >> 2, at + 1
    if kind == _LITERAL:
        if high >= _SHORT_LITERAL_MAX:
            more = high - _SHORT_LITERAL_MAX + 1
            high, at = _little(block, at, more), at + more
        end = at + high + 1
        if end > len(block):
            raise IndexError
        out += block[at:end]
        return end
    if kind == _NEAR:
        _copy(out, (tag >> 5) << 8 | block[at], (high & 7) + 4)
        return at + 1
    wide = 2 if kind == _FAR else 4
    _copy(out, _little(block, at, wide), high + 1)
    return at + wide


def _copy(out: bytearray, back: int, length: int) -> None:
    """Repeat what stands so many bytes back; it may run into what it appends."""
    if not 0 < back <= len(out):
        raise MalformedSnappy(f"a copy from {back} bytes back, of {len(out)}")
    start = len(out) - back
    while length > 0:
        piece = out[start : start + length]
        out += piece
        length -= len(piece)


def _little(block: bytes, at: int, count: int) -> int:
    if at + count > len(block):
        raise IndexError
    return int.from_bytes(block[at : at + count], "little")


def _varint(block: bytes) -> tuple[int, int]:
    """Return the block's length when decoded, and where its first tag is."""
    length = 0
    for at in range(5):
        length |= (block[at] & 0x7F) << 7 * at
        if block[at] < 0x80:
            if length > _BLOCK_MAX:
                break
            return length, at + 1
    raise MalformedSnappy("a block of unreasonable length")

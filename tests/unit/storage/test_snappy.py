"""Snappy: every kind of tag, the borders of blocks and streams, and what is cut off."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.storage.snappy import MAGIC, MalformedSnappy, decompress, decompress_block
from tests.vectors.load import COMPRESSED

HEADER = MAGIC + (1).to_bytes(4) + (1).to_bytes(4)


def varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


def literal(data: bytes) -> bytes:
    size = len(data) - 1
    if size < 60:
        return bytes([size << 2]) + data
    count = (size.bit_length() + 7) // 8
    return bytes([59 + count << 2]) + size.to_bytes(count, "little") + data


def copy(back: int, length: int) -> bytes:
    """A copy in the shortest form that can say it."""
    if back < 1 << 11 and 4 <= length < 12:
        return bytes([back >> 8 << 5 | length - 4 << 2 | 1, back & 0xFF])
    if back < 1 << 16:
        return bytes([length - 1 << 2 | 2]) + back.to_bytes(2, "little")
    return bytes([length - 1 << 2 | 3]) + back.to_bytes(4, "little")


def stream(*blocks: bytes) -> bytes:
    return HEADER + b"".join(len(block).to_bytes(4) + block for block in blocks)


@pytest.mark.parametrize(
    "size", [1, 60, 61, 127, 128, 256, 257, 65_536, 65_537, 1 << 24]
)
def test_a_literal_of_any_length(size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    data = data[:size]
    assert decompress_block(varint(size) + literal(data)) == data


@pytest.mark.parametrize("back", [1, 2, 7, 2047, 2048, 65_535, 65_536, 70_000])
@pytest.mark.parametrize("length", [4, 11, 12, 64])
def test_a_copy_from_near_and_far(back: int, length: int) -> None:
    data = bytes(number * 7 % 251 for number in range(70_000))
    expected = bytearray(data)
    for _ in range(length):
        expected.append(expected[-back])
    block = varint(len(expected)) + literal(data) + copy(back, length)
    assert decompress_block(block) == expected


def test_blocks_and_streams_follow_one_another() -> None:
    one = varint(3) + literal(b"abc")
    two = varint(8) + literal(b"de") + copy(2, 6)
    assert decompress(stream(one, two)) == b"abcdedededed"[:11]
    assert decompress(stream(one) + stream(two)) == b"abcdedededed"[:11]
    assert decompress(HEADER) == b""


@pytest.mark.parametrize(
    ("block", "why"),
    [
        (b"", "ends early"),
        (varint(3), "says it has 3"),
        (varint(3) + literal(b"abc")[:-1], "ends early"),
        (varint(3) + literal(b"abcd"), "says it has 3"),
        (varint(6) + literal(b"ab") + copy(3, 4), "back, of 2"),
        (varint(6) + literal(b"ab") + bytes([1, 0]), "0 bytes back"),
        (varint(80) + bytes([60 << 2]), "ends early"),
        (varint(4) + literal(b"ab") + copy(1, 12)[:-1], "ends early"),
        (varint(1 << 30), "unreasonable"),
        (b"\xff" * 9, "unreasonable"),
    ],
)
def test_a_block_that_is_wrong_is_refused(block: bytes, why: str) -> None:
    with pytest.raises(MalformedSnappy, match=why):
        decompress_block(block)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        HEADER[:-1],
        b"\xff\x06\x00\x00sNaPpY",  # the framing that others use
        HEADER + b"\x00\x00\x00",
        HEADER + b"\x00\x00\x00\x05abc",
        HEADER + b"\xff\xff\xff\xff",
    ],
)
def test_a_stream_that_is_cut_off_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedSnappy):
        decompress(data)


@given(st.binary(max_size=200))
def test_bytes_by_chance_are_refused_or_decoded(noise: bytes) -> None:
    try:
        assert isinstance(decompress(stream(noise)), bytes)
    except MalformedSnappy as error:
        assert str(error)


def test_a_stream_of_javas_is_decoded() -> None:
    (path,) = COMPRESSED.glob("*.snappy")
    plain = decompress(path.read_bytes())
    assert plain.startswith(b"ZKSN")
    assert b"again and again again and again" in plain

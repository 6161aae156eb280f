"""Jute: what is written is read back, and nothing else is believed."""

import sys
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.wire.jute import (
    BUFFER_MAX,
    INT,
    Bool,
    Buffer,
    Int,
    Long,
    MalformedRecord,
    Text,
    Ustring,
    pack,
    read,
    unpack,
)


class Inner(NamedTuple):
    """A record inside another."""

    number: Int
    name: Text


class Everything(NamedTuple):
    """One field of each kind."""

    flag: Bool
    small: Int
    large: Long
    data: Buffer
    text: Ustring
    some: tuple[Inner, ...]
    maybe: tuple[Inner, ...] | None


INTS = st.integers(-(1 << 31), (1 << 31) - 1)
LONGS = st.integers(-(1 << 63), (1 << 63) - 1)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
INNERS = st.lists(st.builds(Inner, INTS, TEXTS), max_size=4).map(tuple)
RECORDS = st.builds(
    Everything,
    st.booleans(),
    INTS,
    LONGS,
    st.none() | st.binary(),
    st.none() | TEXTS,
    INNERS,
    st.none() | INNERS,
)


def test_a_record_is_its_fields_in_order_and_nothing_else() -> None:
    packed = pack(Inner(1, "ab"))

    assert packed == bytes.fromhex("00000001 00000002 6162")


def test_null_is_a_length_of_minus_one() -> None:
    record = Everything(True, 1, 2, None, None, (), None)

    assert pack(record).endswith(b"\xff" * 8 + bytes(4) + b"\xff" * 4)
    assert unpack(Everything, pack(record)) == record


@given(RECORDS)
def test_what_is_packed_is_unpacked(record: Everything) -> None:
    assert unpack(Everything, pack(record)) == record


@given(RECORDS, st.data())
def test_a_record_that_is_cut_short_is_refused(
    record: Everything, data: st.DataObject
) -> None:
    packed = pack(record)
    cut = data.draw(st.integers(0, len(packed) - 1))

    with pytest.raises(MalformedRecord):
        unpack(Everything, packed[:cut])


@given(st.binary(max_size=200))
def test_any_bytes_are_a_record_or_malformed(data: bytes) -> None:
    try:
        record = unpack(Everything, data)
    except MalformedRecord:
        return
    assert unpack(Everything, pack(record)) == record


def test_bytes_behind_a_record_are_left_over() -> None:
    packed = pack(Inner(1, "a")) + b"more"

    assert read(Inner, packed, 0) == (Inner(1, "a"), len(packed) - 4)
    with pytest.raises(MalformedRecord, match="4 bytes left over"):
        unpack(Inner, packed)


@pytest.mark.parametrize("length", [-2, 3 * BUFFER_MAX, 0x7FFFFFFF])
def test_a_length_is_not_believed(length: int) -> None:
    with pytest.raises(MalformedRecord):
        unpack(Inner, INT.pack(1) + INT.pack(length))


def test_a_vector_longer_than_the_bytes_is_not_allocated() -> None:
    class Many(NamedTuple):
        all: tuple[Inner, ...]

    sys.modules[__name__].__dict__["Many"] = Many
    with pytest.raises(MalformedRecord):
        unpack(Many, INT.pack(0x7FFFFFFF))


def test_bytes_that_are_no_text_become_a_path_that_cannot_exist() -> None:
    assert unpack(Inner, INT.pack(1) + INT.pack(1) + b"\xff").name == "\ufffd"


def test_null_is_no_text_where_a_text_must_be() -> None:
    with pytest.raises(MalformedRecord):
        unpack(Inner, INT.pack(1) + INT.pack(-1))

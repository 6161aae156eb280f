"""The client's records, byte for byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.wire.client import (
    ACL,
    STAT,
    ConnectRequest,
    ConnectResponse,
    CreateRequest,
    Id,
    Stat,
    frame,
    multi_error,
    multi_result,
    pack_connect_request,
    pack_connect_response,
    reply,
    unpack_connect_request,
    unpack_connect_response,
)
from node.wire.jute import MalformedRecord, pack, unpack

LONGS = st.integers(-(1 << 63), (1 << 63) - 1)
INTS = st.integers(-(1 << 31), (1 << 31) - 1)


def test_a_connect_request_is_44_bytes_or_45_with_the_flag() -> None:
    old = ConnectRequest(0, 5, 30000, 7, bytes(16))
    new = old._replace(read_only=False)

    assert len(pack_connect_request(old)) == 44
    assert len(pack_connect_request(new)) == 45
    assert unpack_connect_request(pack_connect_request(old)) == old
    assert unpack_connect_request(pack_connect_request(new)) == new


def test_a_connect_response_is_36_bytes_or_37_with_the_flag() -> None:
    old = ConnectResponse(0, 30000, 7, bytes(16))

    assert len(pack_connect_response(old)) == 36
    assert len(pack_connect_response(old._replace(read_only=True))) == 37
    assert unpack_connect_response(pack_connect_response(old)) == old


@given(st.binary(max_size=80))
def test_any_bytes_are_a_connect_request_or_malformed(data: bytes) -> None:
    try:
        request = unpack_connect_request(data)
    except MalformedRecord:
        return
    assert unpack_connect_request(pack_connect_request(request)) == request


@pytest.mark.parametrize("size", [0, 3, 27, 43])
def test_a_short_connect_request_is_malformed(size: int) -> None:
    whole = pack_connect_request(ConnectRequest(0, 0, 1, 0, bytes(16)))

    with pytest.raises(MalformedRecord):
        unpack_connect_request(whole[:size])


@given(
    st.tuples(LONGS, LONGS, LONGS, LONGS, INTS, INTS, INTS, LONGS, INTS, INTS, LONGS)
)
def test_stat_by_hand_and_stat_by_the_codec_are_the_same_68_bytes(
    fields: tuple[int, ...],
) -> None:
    by_hand = STAT.pack(*fields)

    assert len(by_hand) == 68
    assert unpack(Stat, by_hand) == Stat(*fields)
    assert pack(Stat(*fields)) == by_hand


def test_a_create_request_as_clients_send_it() -> None:
    request = CreateRequest("/a", b"x", (ACL(31, Id("world", "anyone")),), 1)

    assert pack(request) == bytes.fromhex(
        "00000002 2f61 00000001 78 00000001 0000001f 00000005 776f726c64"
        "00000006 616e796f6e65 00000001"
    )


def test_frames_begin_with_their_length() -> None:
    assert frame(b"abc") == b"\0\0\0\3abc"
    assert reply(7, 9, -101) == bytes.fromhex(
        "00000010 00000007 0000000000000009 ffffff9b"
    )


def test_the_parts_of_a_multi() -> None:
    assert multi_result(5, b"s") == bytes.fromhex("00000005 00 00000000 73")
    assert multi_error(-101) == bytes.fromhex("ffffffff 00 ffffff9b ffffff9b")

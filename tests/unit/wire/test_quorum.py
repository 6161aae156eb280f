"""The quorum port's bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.wire.errors import ProtocolViolation
from node.wire.quorum import (
    DATA_MAX,
    ForwardedRequest,
    LearnerInfo,
    Packet,
    PacketType,
    pack_bare,
    pack_data,
    pack_learner_info,
    pack_packet,
    pack_request,
    pack_revalidation,
    pack_touches,
    unpack_learner_info,
    unpack_packets,
    unpack_request,
    unpack_revalidation,
    unpack_touches,
)

LONG = st.integers(-(2**63), 2**63 - 1)
PACKET = st.builds(
    Packet,
    st.integers(1, 14),
    LONG,
    st.none() | st.binary(max_size=40),
    st.none()
    | st.lists(st.tuples(st.text(max_size=9), st.text(max_size=9))).map(tuple),
)


@given(st.lists(PACKET, max_size=6))
def test_packets_survive_the_stream_whatever_the_chunks(packets: list[Packet]) -> None:
    data = b"".join(map(pack_packet, packets))
    assert unpack_packets(data) == (packets, len(data))
    buffer, found = b"", []
    for byte in data:
        buffer += bytes([byte])
        some, end = unpack_packets(buffer)
        found += some
        buffer = buffer[end:]
    assert found == packets
    assert buffer == b""


def test_the_short_forms_are_the_same_bytes() -> None:
    assert pack_bare(3, 7) == pack_packet(Packet(3, 7))
    assert pack_data(2, 7, b"x") == pack_packet(Packet(2, 7, b"x"))


def test_behind_a_snap_nothing_is_taken_for_a_packet() -> None:
    data = pack_bare(PacketType.SNAP, 5)
    assert unpack_packets(data + bytes(100)) == ([Packet(15, 5)], len(data))


@pytest.mark.parametrize(
    "data",
    [
        pack_bare(2, 1)[:12] + (DATA_MAX + 1).to_bytes(4, "big") + bytes(8),
        pack_bare(2, 1)[:12] + b"\xff\xff\xff\xfe" + bytes(8),
        pack_bare(1, 1)[:16] + b"\x7f\xff\xff\xff",
        pack_bare(1, 1)[:16] + b"\0\0\0\1" + b"\x7f\xff\xff\xff" + bytes(8),
        pack_bare(1, 1)[:16] + b"\0\0\0\1" + b"\0\0\0\1\xff\0\0\0\0",
    ],
)
def test_a_length_is_not_believed_before_it_is_bounded(data: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        unpack_packets(data)


def test_the_records_inside_survive() -> None:
    info = LearnerInfo(3, 0x10000, 7)
    assert unpack_learner_info(pack_learner_info(info)) == info
    assert unpack_learner_info(pack_learner_info(info)[:8]) == LearnerInfo(3, 0, 0)
    request = ForwardedRequest(9, 1, 5, b"body")
    assert unpack_request(pack_request(request)) == request
    assert unpack_touches(pack_touches({5: 4000, -6: 8000})) == {5: 4000, -6: 8000}
    assert unpack_revalidation(pack_revalidation(5, alive=True)) == (5, True)


@pytest.mark.parametrize(
    "decode", [unpack_learner_info, unpack_request, unpack_touches, unpack_revalidation]
)
@pytest.mark.parametrize("data", [None, b"", b"short", bytes(13)])
def test_a_record_of_a_wrong_size_blames_the_peer(
    decode: object, data: bytes | None
) -> None:
    if decode is unpack_touches and data == b"":
        assert unpack_touches(b"") == {}
        return
    with pytest.raises(ProtocolViolation):
        decode(data)  # type: ignore[operator]

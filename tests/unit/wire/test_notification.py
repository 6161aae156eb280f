"""The election port's bytes."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.wire.errors import ProtocolViolation
from node.wire.notification import (
    Greeting,
    Notification,
    config_version,
    pack_greeting,
    pack_notification,
    unpack_greeting,
    unpack_notification,
)

LONG = st.integers(-(2**63), 2**63 - 1)


@given(
    st.builds(
        Notification,
        st.integers(0, 3),
        LONG,
        LONG,
        LONG,
        LONG,
        st.just(2),
        st.text(max_size=40),
    )
)
def test_a_notification_survives_the_wire(notification: Notification) -> None:
    assert unpack_notification(pack_notification(notification)) == notification


def test_the_bytes_are_those_of_zookeeper() -> None:
    """Server 1 of a static three-node config, without the length."""
    config = "x" * 138
    data = pack_notification(Notification(0, 1, 0x500000001, 1, 6, config=config))
    assert data[:44].hex() == (
        "00000000"
        "0000000000000001"
        "0000000500000001"
        "0000000000000001"
        "0000000000000006"
        "00000002"
        "0000008a"
    )
    assert len(data) == 182


def test_older_layouts_are_understood() -> None:
    old = struct.pack(">iqqq", 0, 2, 0x300000007, 4)
    assert unpack_notification(old) == Notification(0, 2, 0x300000007, 4, 3, 0)
    middle = old + struct.pack(">q", 9)
    assert unpack_notification(middle).peer_epoch == 9
    with_version = middle + struct.pack(">i", 1)
    assert unpack_notification(with_version).version == 0
    first = with_version + struct.pack(">i", 0)
    assert unpack_notification(first).version == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        bytes(27),
        struct.pack(">iqqqqii", 9, 1, 1, 1, 1, 2, 0),
        struct.pack(">iqqqqii", 0, 1, 1, 1, 1, 2, 5),
        struct.pack(">iqqqqii", 0, 1, 1, 1, 1, 2, -1),
        struct.pack(">iqqqqii", 0, 1, 1, 1, 1, 2, 1) + b"\xff",
    ],
)
def test_what_is_no_notification_blames_the_peer(data: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        unpack_notification(data)


@given(st.integers(0, 2**63 - 1), st.integers(0, 65535))
def test_a_greeting_survives_and_waits_for_its_last_byte(sid: int, port: int) -> None:
    data = pack_greeting(Greeting(sid, (f"127.0.0.1:{port}",)))
    for cut in range(len(data)):
        assert unpack_greeting(data[:cut]) is None
    assert unpack_greeting(data + b"more") == (
        Greeting(sid, (f"127.0.0.1:{port}",)),
        len(data),
    )


def test_several_addresses_travel_in_the_newer_form() -> None:
    greeting = Greeting(3, ("a:1", "b:2"))
    data = pack_greeting(greeting)
    assert data[:8] == struct.pack(">q", -65535)
    assert unpack_greeting(data) == (greeting, len(data))


def test_a_sid_alone_is_the_greeting_of_3_4() -> None:
    assert unpack_greeting(struct.pack(">q", 3)) == (Greeting(3, ()), 8)


@pytest.mark.parametrize(
    "data",
    [
        struct.pack(">q", -1),
        struct.pack(">qqi", -65536, 1, 0),
        struct.pack(">qqi", -65536, 1, 4096),
        struct.pack(">qqi", -65536, 1, 4) + b"host",
        struct.pack(">qqi", -65536, 1, 3) + b"h:x",
        struct.pack(">qqi", -65536, 1, 1) + b"\xff",
    ],
)
def test_what_is_no_greeting_blames_the_peer(data: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        unpack_greeting(data)


def test_the_config_version_is_read_from_its_last_line() -> None:
    assert config_version("server.1=x\nversion=100000000") == 0x100000000
    assert config_version("server.1=x") == 0
    assert config_version("version=zz") == 0

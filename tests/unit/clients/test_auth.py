"""Who a client proves to be, and how the time of its answers is counted."""

import pytest

from node.clients.auth import authenticate
from node.clients.connection import Connection, Latency
from node.tree.acl import digest_id
from node.wire.client import AuthPacket, Id
from node.wire.jute import MalformedRecord, pack

SUPER = digest_id("root:secret").id
IP = Id("ip", "10.0.0.7")


def proved(scheme: str, auth: bytes | None, super_digest: str = "") -> tuple[Id, ...]:
    conn = Connection("10.0.0.7:4711", 0)
    authenticate(conn, pack(AuthPacket(0, scheme, auth)), super_digest)
    return conn.ids


def test_a_client_is_its_address_and_what_it_proves() -> None:
    assert proved("digest", b"me:pw") == (IP, digest_id("me:pw"))
    assert proved("ip", None) == (IP,)


def test_only_the_super_password_makes_a_super_user() -> None:
    assert Id("super", "") in proved("digest", b"root:secret", SUPER)
    assert proved("digest", b"root:other", SUPER) == (IP, digest_id("root:other"))
    assert proved("digest", b"root:secret") == (IP, digest_id("root:secret"))


def test_what_is_proved_twice_counts_once() -> None:
    conn = Connection("10.0.0.7:4711", 0)
    for _ in range(2):
        packet = pack(AuthPacket(0, "digest", b"root:secret"))
        assert authenticate(conn, packet, SUPER)
    assert conn.ids == (IP, Id("super", ""), digest_id("root:secret"))


@pytest.mark.parametrize(("scheme", "auth"), [("world", b"anyone"), ("digest", None)])
def test_what_proves_nothing_fails(scheme: str, auth: bytes | None) -> None:
    conn = Connection("10.0.0.7:4711", 0)
    assert not authenticate(conn, pack(AuthPacket(0, scheme, auth)), SUPER)
    assert conn.ids == (IP,)


def test_bytes_that_are_no_packet_are_malformed() -> None:
    with pytest.raises(MalformedRecord):
        authenticate(Connection("10.0.0.7:4711", 0), b"\0", "")


def test_least_mean_and_greatest_time_of_answers() -> None:
    it = Latency()
    assert it.average_ms() == 0
    it.add(5)
    it.add(2, 3)
    it.add(9)
    assert (it.min_ms, it.max_ms, it.last_ms, it.count) == (2, 9, 9, 5)
    assert it.average_ms() == (5 + 6 + 9) / 5

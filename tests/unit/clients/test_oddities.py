"""What clients may send although no library does: and what they get."""

import pytest

from node.tree.acl import digest_id
from node.wire.client import AuthPacket, CreateRequest, Err, Op
from node.wire.jute import INT, pack, ustring_bytes
from tests.unit.clients.asking import create, reading
from tests.unit.clients.preparing import OPEN, Leader, err_of, multi
from tests.unit.clients.standalone import Standalone, heads, request, take


@pytest.mark.parametrize("body", [b"", INT.pack(3_600_000)])
def test_a_session_is_opened_by_the_handshake_alone(body: bytes) -> None:
    here = Standalone()
    conn = here.connect()
    take(conn)
    before = dict(here.tree.sessions)
    here.ask(conn, Op.CREATE_SESSION, body, xid=4)
    assert heads(conn) == [(4, -1, Err.UNIMPLEMENTED)]
    assert conn.closing
    assert here.tree.sessions == before, "its time-out is what it was"


def test_deleting_a_container_has_no_place_in_a_multi() -> None:
    leader = Leader()
    leader.ask(Op.CREATE_CONTAINER, CreateRequest("/box", b"", OPEN, 4))
    body = multi((Op.DELETE_CONTAINER, CreateRequest("/box", b"", OPEN, 4)))
    assert err_of(leader.ask(Op.MULTI, body)) == Err.MARSHALLING


def test_a_client_that_deletes_a_container_takes_a_zxid_and_its_turn() -> None:
    here = Standalone()
    conn = here.connect()
    take(conn)
    here.service.feed(
        conn,
        request(1, Op.CREATE_CONTAINER, create("/box", flags=4))
        + request(2, Op.DELETE_CONTAINER, ustring_bytes("/box"))
        + request(3, Op.EXISTS, reading("/box")),
        0,
    )
    here.commit()
    assert heads(conn) == [(1, 2, 0), (2, 3, Err.BAD_ARGUMENTS), (3, 3, 0)]


def test_nothing_behind_the_end_of_a_session_is_answered() -> None:
    here = Standalone()
    conn = here.connect()
    take(conn)
    here.service.feed(
        conn,
        request(1, Op.CLOSE_SESSION, b"whatever stands here")
        + request(2, Op.CREATE, create("/late"))
        + request(3, Op.EXISTS, reading("/"))
        + request(4, Op.CLOSE_SESSION),
        0,
    )
    here.commit()
    assert heads(conn) == [(1, 2, 0)]
    assert conn.closing
    assert "/late" not in here.tree.nodes
    assert here.tree.sessions == {}
    assert here.service.outstanding == 0


def test_who_one_is_counts_at_once_before_a_write_that_waits() -> None:
    here = Standalone()
    conn = here.connect()
    take(conn)
    auth = pack(AuthPacket(7, "digest", b"bob:secret"))
    here.service.feed(
        conn,
        request(1, Op.CREATE, create("/first")) + request(-4, Op.AUTH, auth),
        0,
    )
    assert heads(conn) == [(-4, 0, 0)], "the write is on its way"
    assert digest_id("bob:secret") in conn.ids
    here.commit()
    assert heads(conn) == [(1, 2, 0)]


@pytest.mark.parametrize(
    ("scheme", "auth"),
    [("world", b"anyone"), ("sasl", b""), ("", b""), (None, None), ("digest", None)],
)
def test_who_proves_nothing_is_told_so_and_hung_up(
    scheme: str | None, auth: bytes | None
) -> None:
    here = Standalone()
    conn = here.connect()
    take(conn)
    said = ustring_bytes(scheme) if scheme is not None else INT.pack(-1)
    proof = INT.pack(-1) if auth is None else INT.pack(len(auth)) + auth
    body = INT.pack(0) + said + proof
    here.service.feed(
        conn, request(-4, Op.AUTH, body) + request(5, Op.EXISTS, reading("/")), 0
    )
    assert heads(conn) == [(-4, 0, Err.AUTH_FAILED)]
    assert conn.closing


def test_an_auth_that_does_not_parse_is_hung_up_without_a_word() -> None:
    here = Standalone()
    conn = here.connect()
    take(conn)
    here.service.feed(conn, request(-4, Op.AUTH, b"\0\0"), 0)
    assert heads(conn) == []
    assert conn.closing

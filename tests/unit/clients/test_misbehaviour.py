"""Clients who misbehave hurt themselves alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.wire.client import (
    Err,
    Op,
    frame,
)
from node.wire.jute import BUFFER_MAX, INT
from tests.unit.clients.asking import create, reading, set_data
from tests.unit.clients.standalone import (
    Standalone,
    heads,
    hello,
    request,
    take,
)


@pytest.mark.parametrize("op", [0, 13, 77, 102, -10, -1])
def test_an_unknown_request_is_answered_and_hung_up(op: int) -> None:
    here = Standalone()
    conn = here.connect()
    take(conn)
    here.service.feed(conn, request(3, op) + request(4, Op.PING), 0)

    assert heads(conn) == [(3, -1, Err.UNIMPLEMENTED)]
    assert conn.closing


@pytest.mark.parametrize("op", [3, 4, 8, 12, 6, 22, 101, 105, 106, 17, 18, 103, 104])
def test_a_body_that_does_not_parse_is_an_error_and_no_more(op: int) -> None:
    here = Standalone()
    conn = here.connect()
    take(conn)
    here.service.feed(conn, request(3, op, b"\0\0\0\5ab"), 0)

    assert heads(conn) == [(3, 1, Err.MARSHALLING)]
    assert not conn.closing


def test_a_sync_that_does_not_parse_is_an_error_and_no_more() -> None:
    here = Standalone()
    conn = here.connect()
    take(conn)
    here.ask(conn, Op.SYNC, b"\0")

    assert heads(conn) == [(1, 1, Err.MARSHALLING)]


@pytest.mark.parametrize("length", [-1, 0, 7, BUFFER_MAX + 1, 0x7FFFFFFF])
def test_a_length_that_cannot_be_closes_that_connection_only(length: int) -> None:
    here = Standalone()
    conn, other = here.connect(), here.connect()
    here.service.feed(conn, INT.pack(length), 0)

    assert conn.closing
    assert not other.closing


@pytest.mark.parametrize("first", [b"\xff" * 4, INT.pack(BUFFER_MAX + 1), frame(b"x")])
def test_bad_first_bytes_close_the_connection(first: bytes) -> None:
    here = Standalone()
    conn = here.service.connect("h:1", 0)
    assert conn is not None
    here.service.feed(conn, first, 0)

    assert conn.closing


def test_a_large_frame_may_come_in_many_pieces() -> None:
    here = Standalone()
    conn = here.connect()
    take(conn)
    frames = request(1, Op.CREATE, create("/big", b"x" * 900_000))
    for at in range(0, len(frames), 65_536):
        here.service.feed(conn, frames[at : at + 65_536], 0)
    here.commit()

    assert heads(conn) == [(1, 2, 0)]
    assert len(here.tree.nodes["/big"].data or b"") == 900_000


SCRIPT = b"".join(
    [
        hello(),
        request(1, Op.CREATE, create("/a", b"1")),
        request(2, Op.GET_DATA, reading("/a", watch=True)),
        request(3, Op.GET_DATA, reading("/a")),
        request(4, Op.SET_DATA, set_data("/a", b"22")),
        request(5, Op.EXISTS, reading("/a")),
        request(-2, Op.PING),
        request(6, Op.GET_CHILDREN2, reading("/")),
        request(7, Op.CLOSE_SESSION),
    ]
)


def play(pieces: list[bytes]) -> bytes:
    here = Standalone()
    conn = here.service.connect("127.0.0.1:5000", 0)
    assert conn is not None
    for piece in pieces:
        here.service.feed(conn, piece, 0)
        here.commit()
    here.commit()
    return b"".join(conn.out)


@given(st.integers(1, len(SCRIPT)))
def test_pieces_of_any_size_give_the_same_answers(size: int) -> None:
    pieces = [SCRIPT[at : at + size] for at in range(0, len(SCRIPT), size)]

    assert play(pieces) == play([SCRIPT])


@given(st.lists(st.binary(max_size=60), max_size=5))
def test_no_bytes_break_the_server(chunks: list[bytes]) -> None:
    here = Standalone()
    conn, other = here.connect(), here.connect()
    for chunk in chunks:
        here.service.feed(conn, chunk, 0)
        here.commit()
    take(other)
    here.ask(other, Op.EXISTS, reading("/"))

    assert heads(other)[0][2] == 0


@given(st.integers(-12, 110), st.binary(max_size=60))
def test_no_request_breaks_the_server(op: int, body: bytes) -> None:
    here = Standalone()
    conn = here.connect()
    take(conn)
    here.service.feed(conn, request(1, op, body), 0)
    here.commit()

    assert conn.closing or len(take(conn)) >= 1

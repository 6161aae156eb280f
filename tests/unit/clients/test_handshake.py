"""The handshake: who gets a session, and who is sent away."""

import pytest

from node.clients.handshake import FOUR_LETTER_WORDS
from node.clients.session import password_of
from node.events import ClientLost, SessionOpened, SessionRefused
from node.wire.client import (
    Op,
    unpack_connect_response,
)
from tests.unit.clients.asking import greeted, reading
from tests.unit.clients.standalone import (
    SETTINGS,
    Standalone,
    heads,
    hello,
    request,
    take,
)


@pytest.mark.parametrize(
    ("wanted", "given"), [(10_000, 10_000), (1, 4000), (10**9, 40_000), (-5, 4000)]
)
def test_the_time_out_is_clamped(wanted: int, given: int) -> None:
    here = Standalone()
    conn = here.connect(timeout_ms=wanted)

    assert greeted(conn)[1] == given
    assert here.service.touched() == {conn.session: given}
    assert here.tree.sessions == {conn.session: given}


@pytest.mark.parametrize(("flag", "size"), [(False, 37), (None, 36)])
def test_only_who_sends_the_flag_gets_one(flag: bool | None, size: int) -> None:
    conn = Standalone().connect(read_only=flag)

    assert len(take(conn)[0]) == 4 + size


def test_a_hello_is_read_when_its_last_byte_has_come() -> None:
    here, greeting = Standalone(), hello(read_only=False)
    conn = here.service.connect("127.0.0.1:5000", 0)
    assert conn is not None
    here.service.feed(conn, greeting[:-1], 0)
    here.commit()
    assert take(conn) == []
    here.service.feed(conn, greeting[-1:], 0)
    here.commit()
    assert len(take(conn)[0]) == 4 + 37, "the last byte was its flag"


def test_sessions_are_counted_from_the_servers_number_and_the_clock() -> None:
    here = Standalone()
    first, second = here.connect(), here.connect()

    assert first.session == 1 << 56
    assert second.session == first.session + 1
    assert here.service.notes[0] == SessionOpened(
        first.session, 10_000, False, "127.0.0.1:5000"
    )


def test_who_saw_the_future_is_sent_away_without_a_word() -> None:
    here = Standalone()
    conn = here.connect(last_zxid_seen=5)

    assert conn.closing
    assert take(conn) == []
    assert here.service.notes == [SessionRefused(0, "127.0.0.1:5000", "saw-newer-zxid")]


def test_a_wrong_password_gets_zeros_and_the_connection_ends() -> None:
    here = Standalone()
    conn = here.connect(session=77, password=b"x" * 16)

    (answer,) = take(conn)
    assert unpack_connect_response(answer[4:])[1:4] == (0, 0, bytes(16))
    assert conn.closing
    assert here.service.notes == [SessionRefused(77, "127.0.0.1:5000", "bad-password")]


def test_a_wrong_password_leaves_the_session_alone() -> None:
    here = Standalone()
    owner = here.connect()
    stranger = here.connect(session=owner.session, password=b"x" * 16)
    here.service.disconnect(stranger)

    assert stranger.closing
    assert not owner.closing
    assert here.service.revalidations == []
    take(owner)
    here.service.feed(owner, request(3, Op.GET_DATA, reading("/")), 0)
    assert heads(owner) == [(3, 1, 0)]


def test_a_session_comes_back_when_the_leader_says_so() -> None:
    here = Standalone()
    conn = here.connect(session=77, password=password_of(77), timeout_ms=5000)
    assert here.service.revalidations == [(77, 5000)]
    assert take(conn) == []
    assert conn.paused

    here.service.revalidated(77, True)

    assert greeted(conn) == (77, 5000)
    assert not conn.paused
    assert here.service.notes == [SessionOpened(77, 5000, True, "127.0.0.1:5000")]


def test_an_expired_session_gets_zeros_and_the_connection_ends() -> None:
    here = Standalone()
    conn = here.connect(session=77, password=password_of(77))

    here.service.revalidated(77, False)

    assert greeted(conn) == (0, 0)
    assert conn.closing
    assert here.service.notes == [SessionRefused(77, "127.0.0.1:5000", "expired")]


def test_a_session_that_comes_back_closes_its_other_connection() -> None:
    here = Standalone()
    old = here.connect()
    new = here.connect(session=old.session, password=password_of(old.session))

    assert old.closing
    here.service.revalidated(old.session, True)
    here.service.disconnect(old)
    assert greeted(new)[0] == old.session
    assert not any(isinstance(note, ClientLost) for note in here.service.notes)


def test_requests_that_come_before_the_welcome_wait_for_it() -> None:
    here = Standalone()
    conn = here.service.connect("127.0.0.1:1", 0)
    assert conn is not None
    early = hello() + request(1, Op.EXISTS, reading("/")) + request(2, Op.PING)[:9]
    here.service.feed(conn, early[:60], 0)
    here.service.feed(conn, early[60:], 0)
    assert take(conn) == []

    here.commit()
    assert len(take(conn)) == 2
    here.service.feed(conn, request(2, Op.PING)[9:], 0)
    assert heads(conn) == [(2, 1, 0)]


def test_no_host_gets_more_connections_than_allowed() -> None:
    here = Standalone(SETTINGS._replace(max_client_cnxns=2))
    conns = [here.service.connect("10.0.0.1:1", 0) for _ in range(3)]

    assert [conn is not None for conn in conns] == [True, True, False]
    assert here.service.connect("10.0.0.2:1", 0) is not None
    assert conns[0] is not None
    here.service.disconnect(conns[0])
    assert here.service.connect("10.0.0.1:2", 0) is not None


def test_who_opens_no_session_in_time_is_closed() -> None:
    here = Standalone()
    conn, guest = here.connect(), here.service.connect("h:1", 0)
    assert guest is not None

    here.service.tick(10_000)
    assert not guest.closing
    here.service.tick(10_001)
    assert guest.closing
    assert not conn.closing


@pytest.mark.parametrize("word", sorted(FOUR_LETTER_WORDS))
def test_four_letters_are_left_to_the_shell(word: bytes) -> None:
    here = Standalone()
    conn = here.service.connect("h:1", 0)
    assert conn is not None
    here.service.feed(conn, word[:2], 0)
    assert conn.command == ""
    here.service.feed(conn, word[2:] + b"\n", 0)

    assert conn.command == word.decode()
    assert conn.argument is None
    assert conn in here.service.dirty


def test_a_trace_mask_comes_behind_its_word() -> None:
    here = Standalone()
    conn = here.service.connect("h:1", 0)
    assert conn is not None
    here.service.feed(conn, b"stmk" + (290).to_bytes(8, "big"), 0)
    assert (conn.command, conn.argument) == ("stmk", 290)


def test_who_does_not_serve_answers_four_letters_only() -> None:
    here = Standalone()
    here.service.stop()
    conn, guest = here.service.connect("h:1", 0), here.service.connect("h:2", 0)
    assert conn is not None
    assert guest is not None

    here.service.feed(conn, hello(), 0)
    here.service.feed(guest, b"ruok", 0)

    assert conn.closing
    assert guest.command == "ruok"

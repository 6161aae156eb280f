"""The client side: handshakes, order, watches, and clients who misbehave."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.clients.connection import PENDING_MAX, Connection
from node.clients.handshake import FOUR_LETTER_WORDS
from node.clients.session import password_of
from node.events import ClientLost, SessionClosed, SessionOpened, SessionRefused
from node.tree.acl import digest_id
from node.wire.client import (
    ACL,
    MULTI_END,
    MULTI_HEADER,
    AddWatchRequest,
    AuthPacket,
    ClientInfo,
    CreateRequest,
    DeleteRequest,
    Err,
    EventType,
    Id,
    Op,
    SetDataRequest,
    SetWatches2,
    WatcherEvent,
    WhoAmIResponse,
    frame,
    unpack_connect_response,
)
from node.wire.jute import BUFFER_MAX, INT, pack, unpack, ustring_bytes
from node.wire.txn import TxnHeader, pack_entry
from tests.unit.clients.standalone import (
    OPEN_ACL,
    SETTINGS,
    Standalone,
    heads,
    hello,
    request,
    take,
)

HEAD_BYTES = 20  # length, xid, zxid, err


def create(path: str, data: bytes = b"", flags: int = 0) -> bytes:
    return pack(CreateRequest(path, data, OPEN_ACL, flags))


def reading(path: str, *, watch: bool = False) -> bytes:
    return ustring_bytes(path) + (b"\1" if watch else b"\0")


def set_data(path: str, data: bytes = b"") -> bytes:
    return pack(SetDataRequest(path, data, -1))


def events(conn: Connection) -> list[tuple[int, str]]:
    """Take all that is queued; return type and path of the events in it."""
    found = [
        unpack(WatcherEvent, reply[HEAD_BYTES:])
        for reply in take(conn)
        if reply[4:8] == b"\xff\xff\xff\xff"
    ]
    assert all(event.state == 3 for event in found)
    return [(event.type, event.path) for event in found]


def greeted(conn: Connection) -> tuple[int, int]:
    """Take the answer to the handshake; return session and time-out."""
    (answer,) = take(conn)
    response = unpack_connect_response(answer[4:])
    return response.session, response.timeout_ms


# --- the handshake ------------------------------------------------------------


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


def test_a_wrong_password_gets_zeros_and_a_closed_door() -> None:
    here = Standalone()
    conn = here.connect(session=77, password=b"x" * 16)

    (answer,) = take(conn)
    assert unpack_connect_response(answer[4:])[1:4] == (0, 0, bytes(16))
    assert conn.closing
    assert here.service.notes == [SessionRefused(77, "127.0.0.1:5000", "bad-password")]


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


def test_an_expired_session_gets_zeros_and_a_closed_door() -> None:
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
    assert conn in here.service.dirty


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


# --- order --------------------------------------------------------------------


def test_a_read_waits_for_the_writes_before_it_and_sees_them() -> None:
    here = Standalone()
    conn = here.connect()
    here.ask(conn, Op.CREATE, create("/a"))
    take(conn)
    here.service.feed(
        conn,
        request(1, Op.SET_DATA, set_data("/a", b"new"))
        + request(2, Op.GET_DATA, reading("/a"))
        + request(-2, Op.PING),
        0,
    )
    assert take(conn) == []

    here.commit()

    replies = take(conn)
    assert [INT.unpack_from(reply, 4)[0] for reply in replies] == [1, 2, -2]
    assert replies[1][HEAD_BYTES + 4 :].startswith(b"new")


def test_sessions_do_not_wait_for_each_other() -> None:
    here = Standalone()
    slow, quick = here.connect(), here.connect()
    take(quick)
    here.service.feed(slow, request(1, Op.CREATE, create("/a")), 0)

    here.service.feed(quick, request(1, Op.EXISTS, reading("/a")), 0)

    assert heads(quick) == [(1, 2, Err.NO_NODE)]


def test_a_reply_bears_the_zxid_of_its_write_and_a_read_that_of_the_tree() -> None:
    here = Standalone()
    conn = here.connect()
    take(conn)
    here.ask(conn, Op.CREATE, create("/a"), 5)
    here.ask(conn, Op.CREATE, create("/a"), 6)
    here.ask(conn, Op.EXISTS, reading("/a"), 7)

    assert heads(conn) == [(5, 2, 0), (6, 3, Err.NODE_EXISTS), (7, 3, 0)]


def test_syncs_are_completed_in_the_order_they_were_asked() -> None:
    here = Standalone()
    ann, bob = here.connect(), here.connect()
    take(ann), take(bob)
    sync = request(1, Op.SYNC, ustring_bytes("/a"))
    here.service.feed(ann, sync + request(2, Op.EXISTS, reading("/")), 0)
    here.service.feed(bob, sync, 0)
    assert [waiting.op for waiting in here.service.requests] == [Op.SYNC, Op.SYNC]
    assert here.service.outstanding == 2

    here.service.sync_done()
    assert [xid for xid, _, _ in heads(ann)] == [1, 2]
    assert take(bob) == []
    here.service.sync_done()
    assert take(bob) == [frame(INT.pack(1) + struct.pack(">qi", 2, 0) + b"\0\0\0\2/a")]
    here.service.sync_done()  # one too many does no harm


def test_a_sync_behind_a_write_waits_for_both() -> None:
    here = Standalone()
    conn = here.connect()
    take(conn)
    here.service.feed(
        conn,
        request(1, Op.CREATE, create("/a")) + request(2, Op.SYNC, ustring_bytes("/a")),
        0,
    )
    here.service.sync_done()
    assert take(conn) == []
    here.service.requests.pop()
    here.commit()

    assert [xid for xid, _, _ in heads(conn)] == [1, 2]


def test_a_sync_of_one_who_left_keeps_its_place_in_the_line() -> None:
    here = Standalone()
    ann, bob = here.connect(), here.connect()
    take(bob)
    for conn in (ann, bob):
        here.service.feed(conn, request(1, Op.SYNC, ustring_bytes("/")), 0)
    here.service.disconnect(ann)

    here.service.sync_done()
    assert take(bob) == []
    here.service.sync_done()
    assert len(take(bob)) == 1


def test_a_transaction_of_another_session_with_the_same_number_is_not_ours() -> None:
    here = Standalone()
    conn = here.connect()
    take(conn)
    here.service.feed(conn, request(1, Op.CREATE, create("/a")), 0)

    here.service.deliver(
        pack_entry(TxnHeader(99, 1, 50, 0, Op.ERROR), INT.pack(-101)), 0
    )
    here.service.deliver(
        pack_entry(TxnHeader(conn.session, 2, 51, 0, Op.ERROR), INT.pack(-101)), 0
    )

    assert take(conn) == []
    here.zxid = 51
    here.commit()
    assert heads(conn) == [(1, 52, 0)]


def test_a_client_with_too_many_requests_in_flight_is_paused_until_half_are_done() -> (
    None
):
    here = Standalone()
    conn = here.connect()
    here.ask(conn, Op.CREATE, create("/a"))
    one = request(1, Op.SET_DATA, set_data("/a"))
    here.service.feed(conn, one * PENDING_MAX, 0)
    assert not conn.paused
    here.service.feed(conn, one, 0)
    assert conn.paused
    entries = here.prepare()

    for entry in entries[: PENDING_MAX // 2]:
        here.service.deliver(entry, 0)
    assert conn.paused
    here.service.feed(conn, request(2, Op.EXISTS, reading("/")), 0)
    here.service.dirty.clear()
    for entry in entries[PENDING_MAX // 2 :]:
        here.service.deliver(entry, 0)
    assert not conn.paused
    assert conn in here.service.dirty


# --- the end of sessions ------------------------------------------------------


def test_a_closed_session_is_answered_first_and_then_hung_up() -> None:
    here = Standalone()
    conn, other = here.connect(), here.connect()
    here.ask(conn, Op.CREATE, create("/e", flags=1))
    here.ask(other, Op.EXISTS, reading("/e", watch=True))
    take(conn), take(other)

    here.ask(conn, Op.CLOSE_SESSION, xid=9)

    assert heads(conn) == [(9, 4, 0)]
    assert conn.closing
    assert events(other) == [(EventType.NODE_DELETED, "/e")]
    assert here.service.notes[-1] == SessionClosed(conn.session, 1)
    here.service.disconnect(conn)
    assert here.service.notes[-1] == SessionClosed(conn.session, 1)
    assert here.tree.sessions == {other.session: 10_000}


def test_an_expired_session_is_hung_up_without_a_word() -> None:
    here = Standalone()
    conn = here.connect()
    take(conn)
    entry = pack_entry(TxnHeader(conn.session, 0, 9, 0, Op.CLOSE_SESSION), bytes(4))

    here.service.deliver(entry, 0)

    assert conn.closing
    assert take(conn) == []


def test_a_moved_session_is_hung_up_and_told_nothing() -> None:
    here = Standalone()
    conn = here.connect()
    take(conn)
    here.tracker.set_owner(conn.session, object())

    here.ask(conn, Op.CREATE, create("/a"))

    assert conn.closing
    assert take(conn) == []


def test_a_lost_client_is_noted_and_its_session_lives_on() -> None:
    here = Standalone()
    conn = here.connect()
    here.service.disconnect(conn)
    here.service.disconnect(conn)

    lost = ClientLost(conn.session, "127.0.0.1:5000")
    assert here.service.notes.count(lost) == 1
    assert conn.session in here.tree.sessions
    assert here.service.connections == {}


def test_stopping_hangs_up_on_everybody_and_forgets_what_they_asked() -> None:
    here = Standalone()
    conn = here.connect()
    here.service.feed(conn, request(1, Op.CREATE, create("/a")), 0)
    here.service.feed(conn, request(2, Op.SYNC, ustring_bytes("/")), 0)

    here.service.stop()

    assert conn.closing
    assert here.service.requests == []
    assert here.service.outstanding == 0
    here.service.sync_done()
    here.service.feed(conn, request(3, Op.EXISTS, reading("/")), 0)
    here.service.disconnect(conn)
    assert here.service.outstanding == 0


# --- watches ------------------------------------------------------------------


def test_an_event_comes_before_the_reply_to_the_write_that_caused_it() -> None:
    here = Standalone()
    conn = here.connect()
    here.ask(conn, Op.EXISTS, reading("/a", watch=True))
    take(conn)

    here.ask(conn, Op.CREATE, create("/a"), 4)

    assert heads(conn) == [(-1, 2, 0), (4, 2, 0)]


def test_only_reads_that_find_the_node_leave_a_watch_except_exists() -> None:
    here = Standalone()
    conn = here.connect()
    for op in (Op.GET_DATA, Op.GET_CHILDREN, Op.GET_CHILDREN2):
        here.ask(conn, op, reading("/a", watch=True))
    assert here.service.watches.count() == 0
    here.ask(conn, Op.EXISTS, reading("/a", watch=True))
    assert here.service.watches.count() == 1


def test_events_go_to_those_who_may_read_the_node() -> None:
    here = Standalone()
    bob, ann = here.connect(), here.connect()
    here.ask(bob, Op.AUTH, pack(AuthPacket(0, "digest", b"bob:secret")), -4)
    secret = (ACL(31, Id("auth", "")),)
    for conn in (bob, ann):
        here.ask(conn, Op.EXISTS, reading("/s", watch=True))
        take(conn)

    here.ask(bob, Op.CREATE, pack(CreateRequest("/s", b"", secret, 0)))

    assert events(bob) == [(EventType.NODE_CREATED, "/s")]
    assert events(ann) == []


def test_watches_die_with_the_connection() -> None:
    here = Standalone()
    conn = here.connect()
    here.ask(conn, Op.EXISTS, reading("/a", watch=True))
    here.service.disconnect(conn)

    assert here.service.watches.count() == 0


def test_a_new_connection_is_told_what_the_old_one_missed() -> None:
    here = Standalone()
    conn = here.connect()
    for path in ("/same", "/changed", "/born", "/kids"):
        here.ask(conn, Op.CREATE, create(path))
    since = here.zxid
    here.ask(conn, Op.SET_DATA, set_data("/changed"))
    here.ask(conn, Op.CREATE, create("/kids/one"))
    take(conn)
    wanted = SetWatches2(
        since,
        ("/same", "/changed", "/gone"),
        ("/born", "/unborn"),
        ("/same", "/kids", "/gone"),
        ("/p",),
        ("/r",),
    )

    here.ask(conn, Op.SET_WATCHES2, pack(wanted), -8)

    assert events(conn) == [
        (EventType.NODE_DATA_CHANGED, "/changed"),
        (EventType.NODE_DELETED, "/gone"),
        (EventType.NODE_CREATED, "/born"),
        (EventType.NODE_CHILDREN_CHANGED, "/kids"),
        (EventType.NODE_DELETED, "/gone"),
    ]
    assert here.service.watches.count() == 5


def test_a_recursive_watch_follows_a_whole_subtree() -> None:
    here = Standalone()
    conn = here.connect()
    here.ask(conn, Op.ADD_WATCH, pack(AddWatchRequest("/a", 1)))
    take(conn)
    for op, body in (
        (Op.CREATE, create("/a")),
        (Op.CREATE, create("/a/b")),
        (Op.SET_DATA, set_data("/a/b")),
        (Op.DELETE, pack(DeleteRequest("/a/b", -1))),
    ):
        here.ask(conn, op, body)

    assert events(conn) == [(1, "/a"), (1, "/a/b"), (3, "/a/b"), (2, "/a/b")]


# --- who may, and who is who --------------------------------------------------


def test_who_am_i_lists_what_was_proved() -> None:
    here = Standalone()
    conn = here.connect()
    here.ask(conn, Op.AUTH, pack(AuthPacket(0, "digest", b"bob:secret")), -4)
    here.ask(conn, Op.AUTH, pack(AuthPacket(0, "digest", b"bob:secret")), -4)
    take(conn)
    here.ask(conn, Op.WHO_AM_I)

    (reply,) = take(conn)
    assert unpack(WhoAmIResponse, reply[HEAD_BYTES:]).info == (
        ClientInfo("ip", "127.0.0.1"),
        ClientInfo("digest", "bob"),
    )


def test_authentication_is_answered_at_once_with_zxid_zero() -> None:
    here = Standalone()
    conn = here.connect()
    take(conn)
    here.service.feed(conn, request(1, Op.CREATE, create("/a")), 0)
    here.service.feed(
        conn, request(-4, Op.AUTH, pack(AuthPacket(0, "ip", b"ignored"))), 0
    )

    assert heads(conn) == [(-4, 0, 0)]


def test_an_unknown_scheme_is_refused_and_hung_up() -> None:
    here = Standalone()
    conn = here.connect()
    take(conn)
    here.ask(conn, Op.AUTH, pack(AuthPacket(0, "world", b"anyone")), -4)

    assert heads(conn) == [(-4, 0, Err.AUTH_FAILED)]
    assert conn.closing


def test_the_super_user_may_do_everything() -> None:
    here = Standalone(SETTINGS._replace(super_digest=digest_id("root:pw").id))
    conn = here.connect()
    here.ask(conn, Op.AUTH, pack(AuthPacket(0, "digest", b"root:pw")), -4)
    take(conn)
    here.ask(conn, Op.SET_DATA, set_data("/zookeeper/config"))

    assert heads(conn) == [(1, 2, 0)]


def test_without_read_there_is_nothing_to_see() -> None:
    here = Standalone()
    conn = here.connect()
    hidden = (ACL(16, Id("world", "anyone")),)
    here.ask(conn, Op.CREATE, pack(CreateRequest("/h", b"", hidden, 0)))
    take(conn)
    for op in (Op.EXISTS, Op.GET_DATA, Op.GET_CHILDREN, Op.GET_CHILDREN2):
        here.ask(conn, op, reading("/h"))
    here.ask(conn, Op.GET_ALL_CHILDREN_NUMBER, ustring_bytes("/h"))
    assert {err for _, _, err in heads(conn)} == {Err.NO_AUTH}
    here.ask(conn, Op.GET_ACL, ustring_bytes("/h"))
    assert heads(conn) == [(1, 2, 0)]


def test_each_read_of_a_multi_read_may_fail_alone() -> None:
    here = Standalone()
    conn = here.connect()
    here.ask(conn, Op.CREATE, create("/a", b"x"))
    take(conn)
    head = MULTI_HEADER
    body = b"".join(
        head.pack(op, False, -1) + reading(path)
        for op, path in ((4, "/none"), (8, "/a"), (4, "/a"))
    )
    here.ask(conn, Op.MULTI_READ, body + MULTI_END)

    (reply,) = take(conn)
    stat = here.tree.nodes["/a"].packed_stat()
    assert reply[HEAD_BYTES:] == (
        bytes.fromhex("ffffffff 00 ffffff9b ffffff9b")
        + bytes.fromhex("00000008 00 00000000 00000000")
        + bytes.fromhex("00000004 00 00000000 00000001 78")
        + stat
        + MULTI_END
    )


# --- who misbehaves -----------------------------------------------------------


@pytest.mark.parametrize("op", [0, 13, 20, 77, 102, -10, -1])
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


# --- the books ----------------------------------------------------------------


def test_the_books_count_what_came_and_went() -> None:
    here = Standalone()
    conn = here.connect()
    here.ask(conn, Op.CREATE, create("/a"), 7)
    here.service.feed(conn, request(8, Op.GET_DATA, reading("/a")) * 3, 5)

    assert (conn.recved, conn.sent) == (5, 5)
    assert (here.service.recved, here.service.sent) == (5, 5)
    assert (conn.last_cxid, conn.last_op_name(), conn.last_zxid) == (8, "GETD", 2)
    assert here.service.outstanding == 0
    here.service.feed(conn, request(9, Op.SET_DATA, set_data("/a")), 10)
    assert here.service.outstanding == 1
    for entry in here.prepare():
        here.service.deliver(entry, 17)
    assert conn.latency.max_ms == 7
    assert conn.latency.average_ms() == pytest.approx(7 / 5)
    here.service.reset_books()
    assert (here.service.recved, here.service.latency.count) == (0, 0)

"""The client side: order, and the end of sessions."""

import struct

import pytest

from node.clients.connection import PENDING_MAX
from node.events import ClientLost, SessionClosed
from node.wire.client import (
    Err,
    EventType,
    Op,
    frame,
)
from node.wire.jute import INT, ustring_bytes
from node.wire.txn import TxnHeader, pack_entry
from tests.unit.clients.asking import (
    HEAD_BYTES,
    create,
    events,
    reading,
    set_data,
)
from tests.unit.clients.standalone import (
    Standalone,
    heads,
    request,
    take,
)

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


def test_each_answer_of_the_leader_completes_one_sync() -> None:
    here = Standalone()
    conn = here.connect()
    take(conn)
    for xid in (1, 2):
        here.service.feed(conn, request(xid, Op.SYNC, ustring_bytes("/")), 0)
    here.service.requests.clear()
    here.service.sync_done()
    assert [xid for xid, _, _ in heads(conn)] == [1]
    here.service.sync_done()
    assert [xid for xid, _, _ in heads(conn)] == [2]


def test_the_last_zxid_that_a_client_was_told_is_kept() -> None:
    here = Standalone()
    conn = here.connect()
    here.ask(conn, Op.SYNC, ustring_bytes("/"))
    assert conn.last_zxid == here.zxid > 0


def test_what_a_client_that_left_had_asked_for_is_no_longer_outstanding() -> None:
    here = Standalone()
    conn = here.connect()
    here.service.feed(conn, request(1, Op.SYNC, ustring_bytes("/")), 0)
    assert here.service.state.outstanding == 1
    here.service.disconnect(conn)
    assert here.service.state.outstanding == 0

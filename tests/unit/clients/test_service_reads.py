"""The client side: watches, and who may see what."""

import pytest

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
    SetWatches2,
    WhoAmIResponse,
)
from node.wire.jute import pack, unpack, ustring_bytes
from tests.unit.clients.asking import HEAD_BYTES, create, events, reading, set_data
from tests.unit.clients.standalone import (
    SETTINGS,
    Standalone,
    heads,
    request,
    take,
)

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


def test_what_a_client_has_seen_is_not_missed() -> None:
    here = Standalone()
    conn = here.connect()
    here.ask(conn, Op.CREATE, create("/kids"))
    here.ask(conn, Op.CREATE, create("/kids/one"))
    take(conn)
    wanted = SetWatches2(here.zxid, ("/kids/one",), (), ("/kids",), (), ())
    here.ask(conn, Op.SET_WATCHES2, pack(wanted), -8)
    assert events(conn) == []
    assert here.service.watches.count() == 2


@pytest.mark.parametrize("op", [Op.EXISTS, Op.GET_DATA, Op.GET_CHILDREN])
def test_a_read_without_its_watch_flag_is_malformed(op: int) -> None:
    here = Standalone()
    conn = here.connect()
    take(conn)
    here.ask(conn, op, ustring_bytes("/zookeeper"))
    assert heads(conn) == [(1, here.zxid, Err.MARSHALLING)]


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


def test_the_root_under_its_empty_name_counts_its_other_name_too() -> None:
    here = Standalone()
    conn = here.connect()
    counts = []
    for path in ("/", ""):
        take(conn)
        here.ask(conn, Op.GET_ALL_CHILDREN_NUMBER, ustring_bytes(path))
        counts.append(int.from_bytes(take(conn)[-1][-4:], "big"))
    assert counts[1] == counts[0] + 1


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

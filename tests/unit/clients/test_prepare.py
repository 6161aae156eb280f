"""Preparing writes: judged by the tree as it will be, refused in ZooKeeper's order."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.clients.session import SessionTracker
from node.tree.apply import apply
from node.wire.client import (
    ACL,
    CheckVersionRequest,
    CreateRequest,
    CreateTTLRequest,
    DeleteRequest,
    Err,
    Id,
    Op,
    SetACLRequest,
    SetDataRequest,
)
from node.wire.jute import INT, pack, read
from node.wire.txn import (
    HEADER_BYTES,
    CloseSessionTxn,
    SetDataTxn,
    header_of,
)
from tests.unit.clients.preparing import (
    BOB,
    OPEN,
    READ_ONLY,
    Leader,
    err_of,
    multi,
    path_of,
)


def test_what_is_on_its_way_counts_as_done() -> None:
    leader = Leader()

    assert err_of(leader.create("/a")) == 0
    assert err_of(leader.create("/a")) == Err.NODE_EXISTS
    assert err_of(leader.create("/a/b")) == 0
    assert err_of(leader.ask(Op.DELETE, DeleteRequest("/a", -1))) == Err.NOT_EMPTY
    assert err_of(leader.ask(Op.DELETE, DeleteRequest("/a/b", 0))) == 0
    assert err_of(leader.ask(Op.DELETE, DeleteRequest("/a", -1))) == 0
    assert err_of(leader.create("/a/c")) == Err.NO_NODE
    assert "/a" not in leader.tree.nodes


def test_versions_count_on_before_they_are_committed() -> None:
    leader = Leader()
    leader.create("/a")
    versions = [
        read(SetDataTxn, leader.ask(Op.SET_DATA, SetDataRequest("/a", b"", -1)), 32)[0]
        for _ in range(3)
    ]

    assert [txn.version for txn in versions] == [1, 2, 3]
    stale = leader.ask(Op.SET_DATA, SetDataRequest("/a", b"", 2))
    assert err_of(stale) == Err.BAD_VERSION
    assert err_of(leader.ask(Op.SET_DATA, SetDataRequest("/a", b"", 3))) == 0


def test_after_the_greatest_version_comes_the_least_and_minus_one_is_skipped() -> None:
    leader = Leader()
    leader.create("/a")
    leader.commit()
    wanted = SetDataRequest("/a", b"", -1)
    for now, following in ((0x7FFFFFFF, -0x80000000), (-2, 0), (-1, 0)):
        leader.tree.nodes["/a"].version = now
        txn, _ = read(SetDataTxn, leader.ask(Op.SET_DATA, wanted), HEADER_BYTES)
        assert txn.version == following
        leader.preparer.forget()


def test_sequential_names_count_all_creations_under_the_parent() -> None:
    leader = Leader()
    leader.create("/a")

    assert path_of(leader.create("/a/s-", 2)) == "/a/s-0000000000"
    leader.create("/a/plain")
    assert path_of(leader.create("/a/s-", 3)) == "/a/s-0000000002"
    leader.commit()
    leader.ask(Op.DELETE, DeleteRequest("/a/plain", -1))
    assert path_of(leader.create("/a/", 2)) == "/a/0000000003"


def test_a_set_data_transaction_is_the_requests_bytes_and_the_new_version() -> None:
    leader = Leader()
    leader.create("/a")
    body = pack(SetDataRequest("/a", b"xyz", -1))

    entry = leader.ask(Op.SET_DATA, body)

    assert entry[HEADER_BYTES:] == body[:-4] + INT.pack(1)


def test_the_forgotten_never_was() -> None:
    leader = Leader()
    leader.create("/a")
    leader.preparer.forget()

    assert err_of(leader.create("/a/b")) == Err.NO_NODE


def test_a_committed_change_does_not_hide_a_later_one() -> None:
    leader = Leader()
    leader.create("/a")
    leader.commit()
    first = leader.ask(Op.SET_DATA, SetDataRequest("/a", b"1", -1))
    leader.ask(Op.SET_DATA, SetDataRequest("/a", b"2", -1))
    leader.preparer.committed(apply(leader.tree, first).zxid)

    third, _ = read(
        SetDataTxn, leader.ask(Op.SET_DATA, SetDataRequest("/a", b"", -1)), 32
    )
    assert third.version == 3
    leader.preparer.committed(leader.zxid)
    assert leader.preparer._outstanding._latest == {}


@pytest.mark.parametrize(
    ("path", "flags", "acl", "err"),
    [
        ("/t", 5, OPEN, Err.UNIMPLEMENTED),
        ("/t", 7, OPEN, Err.BAD_ARGUMENTS),
        ("/t", -1, OPEN, Err.BAD_ARGUMENTS),
        ("noslash", 0, OPEN, Err.BAD_ARGUMENTS),
        ("/nul\0", 0, OPEN, Err.BAD_ARGUMENTS),
        ("/none/x", 0, (), Err.INVALID_ACL),  # the ACL before the parent
        ("/none/", 0, OPEN, Err.NO_NODE),  # the parent before the path
        ("/zookeeper/config/x", 0, OPEN, Err.NO_AUTH),
        ("/zookeeper/config/", 0, OPEN, Err.NO_AUTH),  # permission before the path
        ("/a/", 0, OPEN, Err.BAD_ARGUMENTS),
        ("/a", 0, OPEN, Err.NODE_EXISTS),
        ("/e/x", 0, OPEN, Err.NO_CHILDREN_FOR_EPHEMERALS),
    ],
)
def test_creations_are_refused_in_this_order(
    path: str, flags: int, acl: tuple[ACL, ...], err: int
) -> None:
    leader = Leader()
    leader.create("/a")
    leader.create("/e", 1)

    assert err_of(leader.create(path, flags, acl=acl)) == err


@pytest.mark.parametrize(
    ("path", "version", "err"),
    [
        ("x", -1, Err.BAD_ARGUMENTS),
        ("/", -1, Err.BAD_ARGUMENTS),
        ("/zookeeper", -1, Err.BAD_ARGUMENTS),
        ("/zookeeper/config", -1, Err.BAD_ARGUMENTS),
        ("/none/x", -1, Err.NO_NODE),
        ("/none", -1, Err.NO_NODE),
        ("/a", 3, Err.BAD_VERSION),
        ("/a", 0, Err.NOT_EMPTY),
    ],
)
def test_deletions_are_refused_in_this_order(path: str, version: int, err: int) -> None:
    leader = Leader()
    leader.create("/a")
    leader.create("/a/b")

    assert err_of(leader.ask(Op.DELETE, DeleteRequest(path, version))) == err


@pytest.mark.parametrize(
    ("path", "err"),
    [("", -8), ("x", -8), ("/a/", -8), ("/none", -101), ("/zookeeper/config", -102)],
)
def test_set_data_is_refused(path: str, err: int) -> None:
    leader = Leader()

    assert err_of(leader.ask(Op.SET_DATA, SetDataRequest(path, b"", -1))) == err


def test_permissions_follow_an_acl_that_is_on_its_way() -> None:
    leader = Leader()
    leader.create("/a", ids=(BOB,), acl=(ACL(31, Id("auth", "")),))
    wanted = SetDataRequest("/a", b"", -1)

    assert err_of(leader.ask(Op.SET_DATA, wanted)) == Err.NO_AUTH
    assert err_of(leader.ask(Op.SET_DATA, wanted, ids=(BOB,))) == 0
    open_it = SetACLRequest("/a", OPEN, -1)
    assert err_of(leader.ask(Op.SET_ACL, open_it)) == Err.NO_AUTH
    assert err_of(leader.ask(Op.SET_ACL, open_it, ids=(BOB,))) == 0
    assert err_of(leader.ask(Op.SET_DATA, wanted)) == 0
    assert err_of(leader.ask(Op.SET_ACL, SetACLRequest("/a", OPEN, 0))) == -103


def test_the_root_has_one_acl_by_both_of_its_names() -> None:
    leader = Leader()
    leader.ask(Op.SET_ACL, SetACLRequest("/", READ_ONLY, -1))

    assert err_of(leader.create("/x")) == Err.NO_AUTH


def test_preparing_numbers_no_acls() -> None:
    leader = Leader()
    before = leader.tree.acls.last_id
    leader.create("/a", acl=READ_ONLY + OPEN)

    assert leader.tree.acls.last_id == before


def test_closing_a_session_names_its_ephemerals_on_their_way_too() -> None:
    leader = Leader()
    leader.create("/p")
    leader.create("/p/old", 1)
    leader.create("/p/gone", 1)
    leader.commit()
    leader.create("/p/new", 1)
    leader.create("/p/other", 1, session=6)
    leader.ask(Op.DELETE, DeleteRequest("/p/gone", -1))

    entry = leader.ask(Op.CLOSE_SESSION, b"")

    paths = read(CloseSessionTxn, entry, HEADER_BYTES)[0].paths
    assert paths == ("/p/old", "/p/new")
    assert err_of(leader.create("/p/old", session=6)) == 0
    leader.ask(Op.DELETE, DeleteRequest("/p/old", -1), session=6)
    leader.ask(Op.CLOSE_SESSION, b"", session=6)
    assert err_of(leader.ask(Op.DELETE, DeleteRequest("/p", -1), session=7)) == 0


def test_sessions_are_checked_before_anything_they_ask() -> None:
    tracker = SessionTracker(2000)
    leader = Leader(tracker)
    assert err_of(leader.create("/a")) == Err.SESSION_EXPIRED

    assert err_of(leader.ask(Op.CREATE_SESSION, INT.pack(4000))) == 0
    assert err_of(leader.create("/a")) == 0
    tracker.set_owner(5, object())
    assert err_of(leader.create("/b")) == Err.SESSION_MOVED
    leader.ask(Op.CLOSE_SESSION, b"")
    assert err_of(leader.create("/b")) == Err.SESSION_EXPIRED


@pytest.mark.parametrize(
    ("op", "body", "err"),
    [
        (Op.RECONFIG, b"", Err.RECONFIG_DISABLED),
        (Op.CREATE_TTL, pack(CreateTTLRequest("/t", b"", OPEN, 5, 9)), -6),
        (Op.CHECK, pack(CheckVersionRequest("/", 0)), Err.UNIMPLEMENTED),
        (77, b"", Err.UNIMPLEMENTED),
        (Op.CREATE, b"\0\0", Err.MARSHALLING),
        (Op.SET_DATA, b"", Err.MARSHALLING),
        (Op.CREATE_SESSION, b"", Err.MARSHALLING),
    ],
)
def test_what_we_do_not_do_is_refused_and_takes_its_zxid(
    op: int, body: bytes, err: int
) -> None:
    entry = Leader().ask(op, body)

    assert err_of(entry) == err
    assert header_of(entry).zxid == 1


@given(
    st.sampled_from([1, 2, 5, 7, 13, 14, 15, 16, 19, 21, -10, -11, 99]),
    st.binary(max_size=80),
)
def test_any_request_becomes_an_entry_that_can_be_applied(op: int, body: bytes) -> None:
    leader = Leader()
    leader.ask(op, body)
    leader.commit()

    assert leader.tree.processed_zxid == 1


PATHS = st.sampled_from(["/a", "/b", "/a/x", "/a/y", "/b/x"])
OPERATIONS = st.one_of(
    st.tuples(
        st.just(Op.CREATE),
        st.builds(CreateRequest, PATHS, st.just(b""), st.just(OPEN), st.integers(0, 3)),
    ),
    st.tuples(st.just(Op.DELETE), st.builds(DeleteRequest, PATHS, st.integers(-1, 2))),
    st.tuples(
        st.just(Op.SET_DATA),
        st.builds(SetDataRequest, PATHS, st.just(b""), st.integers(-1, 2)),
    ),
)


@given(st.lists(st.one_of(OPERATIONS, st.lists(OPERATIONS, max_size=4)), max_size=20))
def test_preparing_ahead_gives_the_entries_of_preparing_one_by_one(
    steps: list[object],
) -> None:
    """The overlay is right if it cannot be told from an up-to-date tree."""
    ahead, behind = Leader(), Leader()
    for step in steps:
        if isinstance(step, list):
            op, body = Op.MULTI, multi(*step)
        else:
            op, body = step[0], pack(step[1])  # type: ignore[index]
        entry = ahead.ask(op, body)
        assert entry == behind.ask(op, body)
        behind.commit()
    ahead.commit()
    assert {p: n.packed_stat() for p, n in ahead.tree.nodes.items()} == {
        p: n.packed_stat() for p, n in behind.tree.nodes.items()
    }


def test_an_entry_begins_with_who_asked_when_and_its_place() -> None:
    entry = Leader().create("/a")

    assert struct.unpack_from(">qiqqi", entry) == (5, 1, 1, 1000, Op.CREATE)

"""Preparing a multi: all of it or nothing."""

from node.wire.client import (
    ACL,
    MULTI_END,
    MULTI_HEADER,
    CheckVersionRequest,
    CreateRequest,
    DeleteRequest,
    Err,
    Id,
    Op,
    SetDataRequest,
)
from tests.unit.clients.preparing import OPEN, Leader, err_of, members, multi, path_of


def test_the_operations_of_a_multi_build_on_each_other() -> None:
    leader = Leader()
    entry = leader.ask(
        Op.MULTI,
        multi(
            (Op.CREATE, CreateRequest("/m", b"", OPEN, 0)),
            (Op.CREATE2, CreateRequest("/m/x", b"", OPEN, 0)),
            (Op.SET_DATA, SetDataRequest("/m", b"", 0)),
            (Op.CHECK, CheckVersionRequest("/m", 1)),
            (Op.DELETE, DeleteRequest("/m/x", 0)),
            (Op.DELETE, DeleteRequest("/m", 1)),
        ),
    )

    assert members(entry) == [1, 1, 5, 13, 2, 2]
    leader.commit()
    assert "/m" not in leader.tree.nodes


def test_a_multi_that_fails_leaves_nothing_behind() -> None:
    leader = Leader()
    leader.create("/a")
    entry = leader.ask(
        Op.MULTI,
        multi(
            (Op.SET_DATA, SetDataRequest("/a", b"", -1)),
            (Op.CREATE, CreateRequest("/a/b", b"", OPEN, 0)),
            (Op.SET_DATA, SetDataRequest("/a", b"", -1)),
            (Op.DELETE, DeleteRequest("/none", -1)),
            (Op.DELETE, DeleteRequest("/a", -1)),
        ),
    )

    assert members(entry)[-2:] == [Op.ERROR, Op.ERROR]
    assert err_of(leader.create("/a/b/c")) == Err.NO_NODE
    assert err_of(leader.ask(Op.SET_DATA, SetDataRequest("/a", b"", 0))) == 0
    assert path_of(leader.create("/a/s", 2)) == "/a/s0000000000"
    leader.commit()
    assert leader.tree.nodes["/a"].version == 1
    assert leader.preparer._outstanding._latest == {}


def test_a_multi_that_cannot_be_parsed_half_way_leaves_nothing_behind() -> None:
    leader = Leader()
    entry = leader.ask(
        Op.MULTI,
        multi(
            (Op.CREATE, CreateRequest("/m", b"", OPEN, 0)),
            (Op.DELETE, DeleteRequest(None, -1)),
        ),
    )

    assert err_of(entry) == Err.MARSHALLING
    assert err_of(leader.create("/m/x")) == Err.NO_NODE


def test_reads_have_no_place_in_a_multi() -> None:
    body = MULTI_HEADER.pack(Op.GET_DATA, False, -1) + MULTI_END

    assert err_of(Leader().ask(Op.MULTI, body)) == Err.MARSHALLING


def test_a_version_is_checked_only_for_who_may_read() -> None:
    leader = Leader()
    write_only = (ACL(2, Id("world", "anyone")),)
    leader.create("/hidden", acl=write_only)
    leader.create("/open")
    for path, outcome in (("/hidden", Op.ERROR), ("/open", Op.CHECK)):
        entry = leader.ask(Op.MULTI, multi((Op.CHECK, CheckVersionRequest(path, 0))))
        assert members(entry) == [outcome]

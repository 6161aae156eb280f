"""The leader's cleaner: what it finds, when it looks, and what becomes of it."""

from pathlib import Path

import pytest

from node.clients.cleaner import LOOKS_AT_ONCE, Cleaner, CleanerLimits
from node.config import ConfigError, read_config
from node.settings import client_settings
from node.tree.apply import apply
from node.tree.znodes import CONTAINER_OWNER, TTL_MARK, Tree, Znode
from node.wire.client import (
    CreateRequest,
    CreateTTLRequest,
    DeleteRequest,
    Err,
    EventType,
    Op,
    SetDataRequest,
)
from node.wire.jute import pack, ustring_bytes
from node.wire.txn import header_of
from tests.unit.clients.preparing import OPEN, Leader, err_of
from tests.unit.clients.standalone import Standalone, heads, take

EVERY_MS = 1000
LIMITS = CleanerLimits(EVERY_MS, 600_000, 0, ttl_nodes=True)


def planted(*owners: int, mtime_ms: int = 0, used: bool = True) -> Tree:
    """Return a tree with the nodes /0, /1, … of these owners."""
    tree = Tree()
    for number, owner in enumerate(owners):
        node = Znode(b"", 1, owner, 1)
        node.mtime = mtime_ms
        node.cversion = int(used)
        tree.insert(f"/{number}", node)
    return tree


def look(tree: Tree, wall_ms: int, limits: CleanerLimits = LIMITS) -> list[str]:
    """Return what a cleaner finds when it looks for the first time."""
    cleaner = Cleaner(tree, limits, 0)
    assert cleaner.due(limits.interval_ms - 1, wall_ms) == [], "too early"
    return cleaner.due(limits.interval_ms, wall_ms) + cleaner.due(
        limits.interval_ms + 10, wall_ms
    )


def test_containers_that_had_children_and_have_none_now_are_over() -> None:
    tree = planted(CONTAINER_OWNER, CONTAINER_OWNER, CONTAINER_OWNER, 0, 77)
    tree.insert("/1/child", Znode(b"", 1, 0, 2))
    tree.nodes["/2"].cversion = 0
    assert look(tree, 10**12) == ["/0"]


@pytest.mark.parametrize(("age_ms", "over"), [(500, False), (501, True)])
def test_a_container_that_was_never_used_is_over_after_its_time(
    age_ms: int, over: bool
) -> None:
    tree = planted(CONTAINER_OWNER, mtime_ms=100, used=False)
    limits = LIMITS._replace(never_used_ms=500)
    assert look(tree, 100 + age_ms, limits) == (["/0"] if over else [])
    assert look(tree, 10**12) == [], "without a limit it stays for ever"


@pytest.mark.parametrize(("age_ms", "over"), [(30, False), (31, True)])
def test_a_ttl_node_is_over_when_nobody_set_it_for_its_time(
    age_ms: int, over: bool
) -> None:
    tree = planted(TTL_MARK + 30, mtime_ms=100, used=False)
    assert look(tree, 100 + age_ms) == (["/0"] if over else [])


def test_a_ttl_node_with_children_or_without_extended_types_stays() -> None:
    tree = planted(TTL_MARK + 1, TTL_MARK + 1)
    tree.insert("/0/child", Znode(b"", 1, 0, 2))
    assert look(tree, 10**12) == ["/1"]
    assert look(tree, 10**12, LIMITS._replace(ttl_nodes=False)) == []


def test_it_looks_again_after_an_interval_and_not_before() -> None:
    tree = planted(TTL_MARK + 1)
    cleaner = Cleaner(tree, LIMITS, 0)
    assert cleaner.due(EVERY_MS, 1) == []
    assert cleaner.due(2 * EVERY_MS - 1, 10**12) == []
    assert cleaner.due(2 * EVERY_MS, 10**12) == ["/0"]


def test_no_more_are_deleted_in_a_minute_than_allowed() -> None:
    tree = planted(*[CONTAINER_OWNER] * 100)
    cleaner = Cleaner(tree, CleanerLimits(EVERY_MS, per_minute=30), 0)
    found = [cleaner.due(EVERY_MS + at_ms, 0) for at_ms in range(0, 60_001, 500)]
    assert found[:5] == [["/0"], [], [], [], ["/1"]]
    assert sum(map(len, found)) == 31, "the first at once, then one every 2 s"
    later = [cleaner.due(61_000 + at_ms, 0) for at_ms in range(500, 200_000, 500)]
    paths = [path for some in found + later for path in some]
    assert paths[:100] == [f"/{number}" for number in range(100)]


def test_what_was_allowed_and_not_used_is_not_saved_up() -> None:
    tree = planted()
    cleaner = Cleaner(tree, CleanerLimits(EVERY_MS, per_minute=60), 0)
    for now_ms in range(0, 60_000, 500):
        assert cleaner.due(now_ms, 0) == []
    for number in range(5):
        node = Znode(b"", 1, CONTAINER_OWNER, 1)
        node.cversion = 1
        tree.insert(f"/{number}", node)
    assert cleaner.due(60_000, 0) == ["/0"]


def test_a_long_look_that_finds_nothing_saves_nothing_up() -> None:
    tree = planted(*[CONTAINER_OWNER] * (5 * LOOKS_AT_ONCE), used=False)
    for number in range(4 * LOOKS_AT_ONCE, 5 * LOOKS_AT_ONCE):
        tree.nodes[f"/{number}"].cversion = 1
    cleaner = Cleaner(tree, CleanerLimits(EVERY_MS, per_minute=60), 0)
    found = [len(cleaner.due(at_ms, 0)) for at_ms in range(1000, 6000, 1000)]
    assert found == [0] * 4 + [2]


def test_what_has_changed_since_the_look_began_is_judged_anew() -> None:
    tree = planted(CONTAINER_OWNER, CONTAINER_OWNER, CONTAINER_OWNER)
    cleaner = Cleaner(tree, CleanerLimits(EVERY_MS, per_minute=60), 0)
    assert cleaner.due(EVERY_MS, 0) == ["/0"]
    tree.remove("/1")
    tree.insert("/2/child", Znode(b"", 1, 0, 2))
    assert cleaner.due(EVERY_MS + 5000, 0) == []


def test_a_turn_looks_at_so_many_nodes_and_the_next_goes_on() -> None:
    tree = planted(*[CONTAINER_OWNER] * (LOOKS_AT_ONCE + 1), used=False)
    last = f"/{LOOKS_AT_ONCE}"
    tree.nodes[last].cversion = 1
    cleaner = Cleaner(tree, LIMITS, 0)
    assert cleaner.due(EVERY_MS, 0) == []
    assert cleaner.due(EVERY_MS + 1, 0) == [last]


def test_the_tree_knows_what_may_be_cleaned_up() -> None:
    leader = Leader(ttl_nodes=True)
    leader.ask(Op.CREATE_CONTAINER, CreateRequest("/box", b"", OPEN, 4))
    leader.ask(Op.CREATE_TTL, CreateTTLRequest("/t", b"", OPEN, 5, 9))
    leader.create("/plain")
    leader.create("/mine", 1)
    leader.commit()
    assert [*leader.tree.cleanable] == ["/box", "/t"]
    leader.ask(Op.DELETE, DeleteRequest("/t", -1))
    leader.commit()
    assert [*leader.tree.cleanable] == ["/box"]


def clean(leader: Leader, path: str) -> bytes:
    return leader.ask(Op.DELETE_CONTAINER, ustring_bytes(path), session=0)


def test_the_leader_deletes_a_container_as_every_server_does() -> None:
    leader = Leader()
    leader.ask(Op.CREATE_CONTAINER, CreateRequest("/box", b"", OPEN, 4))
    entry = clean(leader, "/box")
    assert header_of(entry).type == Op.DELETE_CONTAINER
    assert err_of(leader.create("/box/x")) == Err.NO_NODE, "it is going"
    leader.waiting.pop()
    last = leader.waiting.pop()
    leader.commit()
    applied = apply(leader.tree, last)
    assert applied.triggers[0][:2] == (EventType.NODE_DELETED, "/box")
    assert "/box" not in leader.tree.nodes


def test_what_is_no_container_or_has_children_is_not_deleted() -> None:
    leader = Leader(ttl_nodes=True)
    leader.create("/plain")
    leader.create("/mine", 1)
    leader.ask(Op.CREATE_CONTAINER, CreateRequest("/box", b"", OPEN, 4))
    leader.create("/box/x")
    assert err_of(clean(leader, "/plain")) == Err.BAD_VERSION
    assert err_of(clean(leader, "/mine")) == Err.BAD_VERSION
    assert err_of(clean(leader, "/box")) == Err.NOT_EMPTY
    assert err_of(clean(leader, "/none")) == Err.NO_NODE
    assert err_of(clean(leader, "/")) == Err.NOT_EMPTY
    assert err_of(clean(leader, "")) == Err.BAD_ARGUMENTS


def test_a_node_with_a_change_on_its_way_is_not_at_rest() -> None:
    leader = Leader(ttl_nodes=True)
    leader.ask(Op.CREATE_TTL, CreateTTLRequest("/t", b"", OPEN, 5, 9))
    assert not leader.preparer.at_rest("/t")
    leader.commit()
    assert leader.preparer.at_rest("/t")
    leader.ask(Op.SET_DATA, SetDataRequest("/t", b"new", -1))
    assert not leader.preparer.at_rest("/t")


def test_a_client_cannot_delete_by_it_what_it_may_not_touch() -> None:
    server = Standalone()
    conn = server.connect()
    take(conn)
    boxed = CreateRequest("/box", b"", OPEN, 4)
    server.ask(conn, Op.CREATE_CONTAINER, pack(boxed))
    take(conn)
    server.ask(conn, Op.DELETE_CONTAINER, ustring_bytes("/box"), xid=9)
    assert heads(conn) == [(9, 3, Err.BAD_ARGUMENTS)]
    assert not conn.closing
    assert "/box" in server.tree.nodes


def config_of(folder: Path, line: str) -> CleanerLimits:
    text = f"dataDir={folder}\nclientPort=2181\n{line}\n"
    return client_settings(read_config("zoo.cfg", text)).cleaner


def test_zoo_cfg_says_how_often_and_how_many(tmp_path: Path) -> None:
    assert config_of(tmp_path, "") == CleanerLimits()
    given = config_of(
        tmp_path,
        "znode.container.checkIntervalMs=500\nznode.container.maxPerMinute=7\n"
        "znode.container.maxNeverUsedIntervalMs=9\nextendedTypesEnabled=true",
    )
    assert given == CleanerLimits(500, 7, 9, ttl_nodes=True)


@pytest.mark.parametrize(
    "line",
    [
        "znode.container.checkIntervalMs=0",
        "znode.container.maxPerMinute=0",
        "znode.container.maxNeverUsedIntervalMs=-1",
    ],
)
def test_a_number_that_cannot_be_is_refused_with_its_line(
    tmp_path: Path, line: str
) -> None:
    key = line.partition("=")[0]
    with pytest.raises(ConfigError, match=rf"^zoo.cfg:3: {key} must be . at least"):
        config_of(tmp_path, line)

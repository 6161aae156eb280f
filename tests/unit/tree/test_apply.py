"""Applying transactions: results, replay, and agreement with a dumb model."""

import copy
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.tree.apply import Applied, apply, reply_body
from node.tree.znodes import CONFIG_PATH, Tree
from node.wire.client import ACL, Err, EventType, Id, Op, Stat
from node.wire.jute import INT, MalformedRecord, pack, unpack
from node.wire.txn import (
    CloseSessionTxn,
    CreateContainerTxn,
    CreateSessionTxn,
    CreateTTLTxn,
    CreateTxn,
    DeleteTxn,
    ErrorTxn,
    MultiTxn,
    SetACLTxn,
    SetDataTxn,
    SubTxn,
    TxnHeader,
    pack_entry,
)

OPEN = (ACL(31, Id("world", "anyone")),)
DIGEST = struct.pack(">iq", 2, 12345)
SESSION = 0x1000


def entry(zxid: int, kind: int, record: tuple[object, ...], session: int = 9) -> bytes:
    return pack_entry(TxnHeader(session, 1, zxid, zxid * 10, kind), pack(record))


def create(
    zxid: int, path: str, data: bytes = b"", *, ephemeral: bool = False, count: int = -1
) -> bytes:
    session = SESSION if ephemeral else 9
    return entry(
        zxid, Op.CREATE, CreateTxn(path, data, OPEN, ephemeral, count), session
    )


def stat_of(tree: Tree, path: str) -> Stat:
    return unpack(Stat, tree.nodes[path].packed_stat())


def picture(tree: Tree) -> dict[str, object]:
    """Return all that clients could see of a tree."""
    nodes = {
        path: (node.data, stat_of(tree, path), sorted(node.children or ()))
        for path, node in tree.nodes.items()
    }
    owned = {session: sorted(paths) for session, paths in tree.ephemerals.items()}
    return {"nodes": nodes, "owned": owned, "sessions": dict(tree.sessions)}


def test_a_new_tree_counts_five_nodes_since_the_root_has_two_names() -> None:
    assert set(Tree().nodes) == {
        "",
        "/",
        "/zookeeper",
        "/zookeeper/quota",
        CONFIG_PATH,
    }


def test_the_configuration_is_a_node_that_everybody_reads() -> None:
    tree = Tree()
    tree.set_config("version=0", 77)

    node = tree.nodes[CONFIG_PATH]
    stat = stat_of(tree, CONFIG_PATH)
    assert node.data == b"version=0"
    assert (stat.version, stat.aversion, stat.czxid, stat.mtime) == (-1, -1, 0, 77)
    assert tree.acls.entries(node.acl) == (ACL(1, Id("world", "anyone")),)
    assert node.acl == 1


def test_creation_fills_in_the_stat() -> None:
    tree = Tree()
    applied = apply(tree, create(5, "/a", b"xyz"))

    assert stat_of(tree, "/a") == Stat(5, 5, 50, 50, 0, 0, 0, 0, 3, 0, 5)
    assert applied.triggers == (
        (EventType.NODE_CREATED, "/a", tree.nodes["/a"].acl),
        (EventType.NODE_CHILDREN_CHANGED, "/", -1),
    )
    assert tree.processed_zxid == 5


def test_clients_see_creations_and_deletions_as_changes_of_the_children() -> None:
    tree = Tree()
    for zxid, txn in enumerate(
        [create(1, "/a"), create(2, "/a/x"), create(3, "/a/y")], start=1
    ):
        assert apply(tree, txn).zxid == zxid
    apply(tree, entry(4, Op.DELETE, DeleteTxn("/a/x")))

    stat = stat_of(tree, "/a")
    assert (stat.cversion, stat.num_children, stat.pzxid) == (3, 1, 4)


def test_set_data_takes_version_and_times_from_the_transaction() -> None:
    tree = Tree()
    apply(tree, create(1, "/a"))
    applied = apply(tree, entry(7, Op.SET_DATA, SetDataTxn("/a", b"new", 3)) + DIGEST)

    stat = stat_of(tree, "/a")
    assert (stat.mzxid, stat.mtime, stat.version, stat.czxid) == (7, 70, 3, 1)
    assert tree.nodes["/a"].data == b"new"
    assert reply_body(applied) == tree.nodes["/a"].packed_stat()


def test_data_may_be_null() -> None:
    tree = Tree()
    apply(tree, create(1, "/a"))
    apply(tree, entry(2, Op.SET_DATA, SetDataTxn("/a", None, 1)))

    assert tree.nodes["/a"].data is None
    assert stat_of(tree, "/a").data_length == 0


def test_an_acl_change_counts_and_tells_nobody() -> None:
    tree = Tree()
    apply(tree, create(1, "/a"))
    applied = apply(tree, entry(2, Op.SET_ACL, SetACLTxn("/a", OPEN[:0] + OPEN, 1)))

    assert stat_of(tree, "/a").aversion == 1
    assert applied.triggers == ()


def test_containers_and_ttl_nodes_show_no_owner() -> None:
    tree = Tree()
    apply(tree, entry(1, Op.CREATE_CONTAINER, CreateContainerTxn("/c", b"", OPEN, 1)))
    apply(tree, entry(2, Op.CREATE_TTL, CreateTTLTxn("/t", b"", OPEN, 2, 1000)))

    assert stat_of(tree, "/c").ephemeral_owner == 0
    assert stat_of(tree, "/t").ephemeral_owner == 0
    assert tree.ephemerals == {}


def test_ephemerals_end_with_their_session() -> None:
    tree = Tree()
    apply(tree, entry(1, Op.CREATE_SESSION, CreateSessionTxn(4000), SESSION))
    apply(tree, create(2, "/e", ephemeral=True))
    assert tree.sessions == {SESSION: 4000}
    assert stat_of(tree, "/e").ephemeral_owner == SESSION

    closed = apply(tree, entry(3, Op.CLOSE_SESSION, CloseSessionTxn(("/e",)), SESSION))

    assert "/e" not in tree.nodes
    assert (tree.sessions, tree.ephemerals) == ({}, {})
    assert [kind for kind, _, _ in closed.triggers] == [
        EventType.NODE_DELETED,
        EventType.NODE_CHILDREN_CHANGED,
    ]


@pytest.mark.parametrize("path", ["/zookeeper", "/", "no path"])
def test_a_session_that_takes_along_what_it_cannot_own_is_malformed(path: str) -> None:
    with pytest.raises(MalformedRecord, match="a session's end that deletes"):
        apply(Tree(), entry(1, Op.CLOSE_SESSION, CloseSessionTxn((path,)), SESSION))


@pytest.mark.parametrize("tail", [b"", DIGEST])
def test_an_old_close_session_names_no_paths(tail: bytes) -> None:
    tree = Tree()
    apply(tree, create(1, "/e", ephemeral=True))

    apply(tree, pack_entry(TxnHeader(SESSION, 0, 2, 0, Op.CLOSE_SESSION), tail))

    assert "/e" not in tree.nodes


def test_a_create_of_an_old_log_counts_the_parents_children_itself() -> None:
    tree = Tree()
    apply(tree, create(1, "/a")[:-4])

    assert tree.nodes["/"].cversion == 1


def test_an_error_takes_its_place_in_the_order_and_changes_nothing() -> None:
    tree = Tree()
    before = picture(tree)
    applied = apply(tree, entry(8, Op.ERROR, ErrorTxn(Err.NO_NODE)))

    assert (applied.err, applied.triggers) == (Err.NO_NODE, ())
    assert picture(tree) == before
    assert tree.processed_zxid == 8


def multi(zxid: int, *subs: tuple[int, tuple[object, ...]]) -> bytes:
    members = tuple(SubTxn(kind, pack(record)) for kind, record in subs)
    return entry(zxid, Op.MULTI, MultiTxn(members))


def test_each_result_of_a_multi_shows_the_node_as_it_was_then() -> None:
    tree = Tree()
    applied = apply(
        tree,
        multi(
            4,
            (Op.CREATE, CreateTxn("/m", b"", OPEN, False, 1)),
            (Op.SET_DATA, SetDataTxn("/m", b"1", 1)),
            (Op.SET_DATA, SetDataTxn("/m", b"22", 2)),
        ),
    )

    assert applied.results is not None
    versions = [unpack(Stat, one.body).version for one in applied.results[1:]]
    assert versions == [1, 2]
    assert len(applied.triggers) == 4


def test_a_refused_multi_does_nothing_and_says_where_it_failed() -> None:
    tree = Tree()
    applied = apply(
        tree,
        multi(
            4,
            (Op.CREATE, CreateTxn("/m", b"", OPEN, False, 1)),
            (Op.ERROR, ErrorTxn(Err.NO_NODE)),
            (Op.ERROR, ErrorTxn(Err.RUNTIME_INCONSISTENCY)),
        ),
    )

    assert "/m" not in tree.nodes
    assert applied.results is not None
    assert [one.err for one in applied.results] == [0, -101, -2]


HISTORY = [
    entry(1, Op.CREATE_SESSION, CreateSessionTxn(4000), SESSION),
    create(2, "/a", count=1),
    create(3, "/a/b", count=1),
    create(4, "/a/e", ephemeral=True, count=2),
    entry(5, Op.SET_DATA, SetDataTxn("/a", b"1", 1)),
    entry(6, Op.DELETE, DeleteTxn("/a/b")),
    create(7, "/a/b", b"again", count=3),
    entry(8, Op.CLOSE_SESSION, CloseSessionTxn(("/a/e",)), SESSION),
    entry(9, Op.SET_DATA, SetDataTxn("/a/b", b"2", 1)),
]


@pytest.mark.parametrize("start", range(len(HISTORY)))
def test_replay_over_a_tree_that_is_ahead_comes_to_the_same_end(start: int) -> None:
    tree = Tree()
    for txn in HISTORY:
        apply(tree, txn)
    done = picture(tree)

    for txn in HISTORY[start:]:
        apply(tree, txn)

    assert picture(tree) == done


def test_no_transaction_deletes_what_must_be_there() -> None:
    with pytest.raises(MalformedRecord):
        apply(Tree(), entry(1, Op.DELETE, DeleteTxn("/zookeeper")))


@pytest.mark.parametrize("txn", HISTORY)
def test_a_transaction_that_is_cut_short_is_malformed_or_reads_as_an_old_one(
    txn: bytes,
) -> None:
    for size in range(len(txn)):
        tree = Tree()
        try:
            applied = apply(tree, txn[:size])
        except MalformedRecord:
            continue
        assert applied.type in (Op.CREATE, Op.CLOSE_SESSION)


@given(st.binary(max_size=60), st.sampled_from([1, 2, 5, 7, 14, 15, 19, 21, -10, -11]))
def test_any_record_is_applied_or_malformed(record: bytes, kind: int) -> None:
    try:
        applied = apply(Tree(), pack_entry(TxnHeader(1, 1, 1, 1, kind), record))
    except MalformedRecord:
        return
    assert isinstance(applied, Applied)


NAMES = ["/a", "/b", "/a/x", "/a/y", "/b/x", "/a/x/1"]


@given(st.lists(st.tuples(st.sampled_from("csd"), st.sampled_from(NAMES))))
def test_the_tree_does_what_a_dictionary_would(steps: list[tuple[str, str]]) -> None:
    """Against a model of one dictionary, with the leader's checks done by hand."""
    tree, model = Tree(), dict[str, bytes]()
    for zxid, (action, path) in enumerate(steps, start=1):
        above = path.rpartition("/")[0]
        data = INT.pack(zxid)
        if action == "c" and path not in model and (not above or above in model):
            apply(tree, create(zxid, path, data))
            model[path] = data
        elif action == "s" and path in model:
            apply(tree, entry(zxid, Op.SET_DATA, SetDataTxn(path, data, zxid)))
            model[path] = data
        elif action == "d" and path in model:
            if any(other.startswith(path + "/") for other in model):
                continue
            apply(tree, entry(zxid, Op.DELETE, DeleteTxn(path)))
            del model[path]
    system = Tree().nodes
    seen = {path: node.data for path, node in tree.nodes.items() if path not in system}
    assert seen == model
    for path, node in tree.nodes.items():
        below = {p.rpartition("/")[2] for p in tree.nodes if _is_child(p, path)}
        assert set(node.children or ()) == below


def _is_child(path: str, parent: str) -> bool:
    return len(path) > 1 and path.rpartition("/")[0] == (
        "" if parent == "/" else parent
    )


def test_the_kept_stat_is_never_stale() -> None:
    tree = Tree()
    for txn in HISTORY:
        apply(tree, txn)
        for node in tree.nodes.values():
            kept = node.packed_stat()
            fresh = copy.copy(node)
            fresh.stat = None
            assert fresh.packed_stat() == kept

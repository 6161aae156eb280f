"""A received tree is written piece by piece; only `adopt` gives it its name."""

from pathlib import Path

from node.config import load_config
from node.storage.snapshot import NODES_PER_CHUNK, load_file
from node.storage.store import Store
from node.tree.znodes import Tree, Znode
from tests.unit.storage.test_store_failures import Slow, opened


def large() -> Tree:
    tree = Tree()
    for number in range(NODES_PER_CHUNK * 3):
        tree.insert(f"/n{number}", Znode(b"x", -1, 0, 9))
    return tree


class Written:
    """What `write_ahead` says while it works."""

    def __init__(self, store: Store, tree: Tree, zxid: int) -> None:
        self.pieces = self.ends = 0
        self.slow = Slow()
        store.env = store.env._replace(snapper=self.slow)
        store.write_ahead(tree, zxid, self.moved, self.done)

    def moved(self) -> None:
        self.pieces += 1

    def done(self) -> None:
        self.ends += 1


def test_a_tree_is_written_in_pieces_and_has_no_name_until_adopted(
    tmp_path: Path,
) -> None:
    store, tree = opened(tmp_path), large()
    written = Written(store, tree, 9)
    written.slow.finish()
    assert written.ends == 1
    assert written.pieces >= 5, "removed, three chunks or more, synced"
    before = {"log.1", "snapshot.0"}
    assert set(store.snap_disk.names()) == before | {"snapshot.9.tmp"}
    tree.nodes["/n0"].data = b"changed since"
    store.adopt(tree, 9)
    assert set(store.snap_disk.names()) == {"snapshot.9"}
    found = load_file(store.snap_disk.read("snapshot.9"))
    assert len(found.nodes) == len(tree.nodes)
    assert found.nodes["/n0"].data == b"x", "it was not written a second time"


def test_a_tree_that_is_dropped_is_neither_announced_nor_adopted(
    tmp_path: Path,
) -> None:
    store, tree = opened(tmp_path), large()
    written = Written(store, tree, 9)
    store.drop_snapshot()
    written.slow.finish()
    assert written.ends == 0
    assert set(store.snap_disk.names()) == {"log.1", "snapshot.0"}
    tree.nodes["/n0"].data = b"changed since"
    store.adopt(tree, 9)
    found = load_file(store.snap_disk.read("snapshot.9"))
    assert found.nodes["/n0"].data == b"changed since", "it was written now"


def test_a_snapshot_may_begin_in_the_moment_in_which_a_tree_is_written(
    tmp_path: Path,
) -> None:
    store, tree = opened(tmp_path), large()
    slow = Slow()
    store.env = store.env._replace(snapper=slow)

    def done() -> None:
        store.adopt(tree, 9)
        store.save_tree(tree, 10)

    store.write_ahead(tree, 9, lambda: None, done)
    slow.finish()
    assert set(store.snap_disk.names()) >= {"snapshot.9", "snapshot.a"}


def test_what_a_killed_process_was_writing_is_removed_at_the_next_start(
    tmp_path: Path,
) -> None:
    store = opened(tmp_path)
    Written(store, large(), 9).slow.finish()
    assert "snapshot.9.tmp" in store.snap_disk.names()
    again = Store(load_config(str(tmp_path / "zoo.cfg")), store.env)  # it was killed
    again.recover()
    assert set(again.snap_disk.names()) == {"log.1", "snapshot.0"}

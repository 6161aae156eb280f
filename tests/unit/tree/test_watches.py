"""Watches: who hears of what, and how often."""

from node.tree.watches import (
    CHILD,
    DATA,
    KINDS_OF_TYPE,
    PERSISTENT,
    RECURSIVE,
    Watches,
)
from node.tree.znodes import CONTAINER_OWNER, TTL_MARK, is_session
from node.wire.client import EventType

CREATED = EventType.NODE_CREATED
DELETED = EventType.NODE_DELETED
CHANGED = EventType.NODE_DATA_CHANGED
CHILDREN = EventType.NODE_CHILDREN_CHANGED


def test_a_standard_watch_fires_once() -> None:
    watches: Watches[str] = Watches()
    watches.add(DATA, "/a", "ann")

    assert watches.fire(CHANGED, "/a") == ["ann"]
    assert watches.fire(CHANGED, "/a") == []
    assert not watches.by_watcher


def test_a_deletion_is_told_once_to_whoever_watches_data_and_children() -> None:
    watches: Watches[str] = Watches()
    watches.add(DATA, "/a", "ann")
    watches.add(CHILD, "/a", "ann")
    watches.add(CHILD, "/a", "bob")

    assert watches.fire(DELETED, "/a") == ["ann", "bob"]
    assert watches.count() == 0


def test_children_are_told_to_child_watches_only() -> None:
    watches: Watches[str] = Watches()
    watches.add(DATA, "/a", "ann")
    watches.add(CHILD, "/a", "bob")

    assert watches.fire(CHILDREN, "/a") == ["bob"]
    assert watches.fire(CREATED, "/a") == ["ann"]


def test_a_persistent_watch_stays_and_hears_of_the_children() -> None:
    watches: Watches[str] = Watches()
    watches.add(PERSISTENT, "/a", "ann")

    for event in (CREATED, CHANGED, CHILDREN, DELETED):
        assert watches.fire(event, "/a") == ["ann"]
    assert watches.fire(CHANGED, "/a/b") == []


def test_a_recursive_watch_hears_of_everything_below_but_not_of_lists() -> None:
    watches: Watches[str] = Watches()
    watches.add(RECURSIVE, "/a", "ann")

    assert watches.fire(CREATED, "/a/b/c") == ["ann"]
    assert watches.fire(DELETED, "/a") == ["ann"]
    assert watches.fire(CHILDREN, "/a") == []
    assert watches.fire(CREATED, "/ab") == []
    watches.add(RECURSIVE, "/", "root")
    assert watches.fire(CREATED, "/x") == ["root"]


def test_watches_are_taken_back_by_kind() -> None:
    watches: Watches[str] = Watches()
    watches.add(DATA, "/a", "ann")
    watches.add(CHILD, "/a", "ann")

    assert watches.has("/a", "ann", (DATA,))
    assert watches.remove("/a", "ann", (DATA,))
    assert not watches.remove("/a", "ann", (DATA,))
    assert watches.has("/a", "ann", (CHILD,))
    assert not watches.has("/a", "bob", (CHILD,))


def test_watches_die_with_their_watcher() -> None:
    watches: Watches[str] = Watches()
    for kind in (DATA, CHILD, PERSISTENT, RECURSIVE):
        watches.add(kind, "/a", "ann")
    watches.add(DATA, "/a", "bob")

    watches.forget("ann")

    assert watches.tables == ({"/a": {"bob": None}}, {}, {}, {})


def test_the_types_that_can_be_removed_have_zookeepers_numbers() -> None:
    every = (DATA, CHILD, PERSISTENT, RECURSIVE)
    one_each = {1: (CHILD,), 2: (DATA,), 4: (PERSISTENT,), 5: (RECURSIVE,)}
    assert one_each | {3: every} == KINDS_OF_TYPE
    assert len(set(every)) == 4


def test_a_watch_of_any_of_the_kinds_is_enough() -> None:
    watches: Watches[str] = Watches()
    watches.add(DATA, "/a", "ann")
    assert watches.has("/a", "ann", (CHILD, DATA))
    assert not watches.has("/a", "ann", (CHILD, PERSISTENT))
    assert not watches.has("/a", "bob", (DATA,))
    assert not watches.has("/b", "ann", (DATA,))


def test_an_owner_is_a_session_a_time_to_live_or_a_container() -> None:
    """0xff in the highest byte is the mark of a time to live (EphemeralType)."""
    assert TTL_MARK & 0xFFFFFFFFFFFFFFFF == 0xFF00000000000000
    assert not is_session(TTL_MARK + 5000)
    assert not is_session(CONTAINER_OWNER)
    assert is_session(0x100000000000001)
    assert is_session(-5)

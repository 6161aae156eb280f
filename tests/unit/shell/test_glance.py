"""A glance at the tree: what is there, no more than asked, and no trace."""

import json

import pytest

from node.faults.commands import CommandRefused
from node.shell.glance import Glance
from node.tree.znodes import Tree, Znode


def glance() -> Glance:
    tree = Tree()
    tree.insert("/a", Znode(b"one", 1, 0, 5))
    tree.insert("/a/b", Znode("é".encode(), 1, 0, 6))
    tree.processed_zxid = 6
    return Glance(lambda: tree)


def asked(**asked_for: object) -> dict[str, object]:
    said = glance().handle(json.dumps(asked_for).encode())
    assert json.loads(json.dumps(said)) == said
    return said


def test_one_znode_is_shown_with_its_stat_and_the_names_below():
    said = asked(path="/a")
    assert said["zxid"] == 6
    znode = said["znodes"]["/a"]  # type: ignore[index]  # JSON
    assert (znode["data"], znode["names"], znode["mzxid"]) == ("one", ["b"], 5)


def test_deep_shows_everything_below():
    assert set(asked(path="/a", deep=True)["znodes"]) == {"/a", "/a/b"}  # type: ignore[call-overload]
    assert "/zookeeper/config" in asked(path="/", deep=True)["znodes"]  # type: ignore[operator]


def test_what_is_not_there_is_not_shown():
    assert asked(path="/nobody")["znodes"] == {}


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"path": 3}', b'{"path": "a"}', b"\xff"]
)
def test_nonsense_is_refused(body: bytes):
    with pytest.raises(CommandRefused):
        glance().handle(body)

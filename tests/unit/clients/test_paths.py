"""Which paths may be created."""

import pytest

from node.clients.paths import is_valid


@pytest.mark.parametrize(
    "path", ["/", "/a", "/a/b", "/..a", "/a.", "/a/b.c", "/日本語"]
)
def test_ordinary_paths(path: str) -> None:
    assert is_valid(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "a",
        "/a/",
        "//",
        "/a//b",
        "/.",
        "/..",
        "/a/.",
        "/a/../b",
        "/a/./b",
        "/\0",
        "/\x01",
        "/\x1f",
        "/\x7f",
        "/\x9f",
        "/\ue000",
        "/\uf8ff",
        "/\ufff0",
        "/\uffff",
        "/\U0001f600",
    ],
)
def test_odd_paths(path: str) -> None:
    assert not is_valid(path)

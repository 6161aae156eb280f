"""What every test may lean on: markers that say what a machine lacks.

A test that needs Java or a container engine is skipped where there is none, and
the summary says so.  `QUORUMLAB_REQUIRE=docker,java` (CI) turns the skip into a
failure: a green run must not be one that looked away.
"""

import os
from collections.abc import Callable
from functools import cache

import pytest

from tests.docker import engine
from tests.interop import java

_NEEDS: dict[str, tuple[str, Callable[[], str]]] = {
    "docker": ("docker", cache(engine.missing)),
    "interop": ("java", cache(java.missing)),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let golden files be written anew on request."""
    parser.addoption("--rewrite", action="store_true", help="write golden files anew")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, or fail where CI demands it, what this machine cannot run."""
    required = os.environ.get("QUORUMLAB_REQUIRE", "").split(",")
    for marker, (name, missing) in _NEEDS.items():
        if item.get_closest_marker(marker) is None:
            continue
        lack = missing()
        if lack and name in required:
            pytest.fail(f"{name} is required here: {lack}", pytrace=False)
        if lack:
            pytest.skip(f"{name}: {lack}")

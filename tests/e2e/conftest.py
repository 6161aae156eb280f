"""Labs for these tests: one of a test's own, or three nodes that a file shares."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docker.engine import base_image
from tests.e2e.labs import Cli, labs


@pytest.fixture
def cli(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Cli]:
    """No lab yet, and nobody else's: the test brings it up."""
    for cli in labs(tmp_path / "home"):
        if request.node.get_closest_marker("docker"):
            cli.environment["BASE_IMAGE"] = base_image()
            cli.name()
        yield cli


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cli]:
    """The lab that the tests of a file share; see `trio`."""
    yield from labs(tmp_path_factory.mktemp("shared") / "home")


@pytest.fixture
def trio(shared: Cli) -> Cli:
    """Three nodes as they come up first; what was done to them before is undone."""
    shared.calm()
    return shared

"""Three exercises solved in containers: what is asked, seen and marked is the same."""

import pytest

from labctl.classroom import library
from tests.e2e.labs import Cli
from tests.e2e.solving import solve

pytestmark = [pytest.mark.docker, pytest.mark.stories, pytest.mark.timeout(240)]


@pytest.mark.parametrize("name", ["kill-leader", "stale-read", "session-expiry"])
def test_an_exercise_is_solved_in_containers(cli: Cli, name: str) -> None:
    assert "docker" in library.find(name).runtimes
    cli.runtime = "docker"
    solve(cli, name)

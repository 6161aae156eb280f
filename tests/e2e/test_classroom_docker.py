"""Three exercises solved in containers: what is asked, seen and marked is the same."""

import pytest

from tests.e2e.labs import Cli
from tests.e2e.solving import solve

pytestmark = [pytest.mark.docker, pytest.mark.stories, pytest.mark.timeout(240)]


@pytest.mark.parametrize("name", ["first-quorum", "stale-read", "session-expiry"])
def test_an_exercise_is_solved_in_containers(cli: Cli, name: str) -> None:
    cli.runtime = "docker"
    solve(cli, name)

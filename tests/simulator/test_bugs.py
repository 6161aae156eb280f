"""The simulator is worth what it finds: every planted bug, and soon."""

import pytest

from simulator.bugs.plant import BUGS, planted
from simulator.schedule import run_schedule
from tests.torture import figures

SCHEDULES_MAX = 300
SOON = 50
# What takes longer is looked for in the long run only.
SLOW = frozenset(
    (
        "ack-before-sync",
        "log-ends-at-a-tear",
        "memory-ahead-of-disk",
        "stale-timer-elects",
        "time-runs-back",
    )
)


def find(name: str, schedules: int) -> int | None:
    """Return the first seed that finds a bug; None if none of them does."""
    with planted(name):
        for seed in range(schedules):
            if run_schedule(seed).broken:
                return seed
    return None


@pytest.mark.sim
@pytest.mark.parametrize("name", sorted(BUGS.keys() - SLOW))
def test_a_planted_bug_is_found_soon(name: str) -> None:
    assert find(name, SOON) is not None, f"see: labctl sim --bug {name}"


@pytest.mark.torture
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", sorted(BUGS))
def test_a_planted_bug_is_found(name: str) -> None:
    seed = find(name, SCHEDULES_MAX)
    assert seed is not None, f"see: labctl sim --bug {name}"
    figures.count("simulator", "planted bugs found")
    figures.count("simulator", f"of them within {SOON} schedules", seed < SOON)


def test_the_scars_of_zookeeper_are_among_them() -> None:
    told = " ".join(bug.source for bug in BUGS.values())
    for number in (4643, 4646, 4785, 4394, 4925, 5094, 2832, 5010):
        assert f"ZOOKEEPER-{number}" in told
    assert len(BUGS) >= 12


@pytest.mark.sim
def test_a_bug_is_pulled_out_again() -> None:
    with planted("half-is-enough"):
        assert run_schedule(0).broken
    assert not run_schedule(0).broken

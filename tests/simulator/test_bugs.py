"""The simulator is worth what it finds: every planted bug, and soon."""

import pytest

from simulator.bugs.plant import BUGS, planted
from simulator.schedule import run_schedule
from tests.simulator.lanes import side_by_side
from tests.torture import figures

STAGE = "simulator"
FOUND = f"planted bugs found (of {len(BUGS)})"

SCHEDULES_MAX = 200
SOON = 5
# Each is found within the first few schedules; the others by the long run only.
QUICK = (
    "ack-before-history",
    "diff-never-logged",
    "follower-expires",
    "half-is-enough",
    "hole-in-window",
    "leads-too-early",
    "old-ballots-count",
    "outstanding-left-out",
    "session-expires-early",
    "watch-lost-in-move",
)


def find(name: str, schedules: int = SCHEDULES_MAX) -> int | None:
    """Return the first seed that finds a bug; None if none of them does."""
    with planted(name):
        for seed in range(schedules):
            if run_schedule(seed).broken:
                return seed
    return None


@pytest.mark.sim
@pytest.mark.parametrize("name", QUICK)
def test_a_planted_bug_is_found_soon(name: str) -> None:
    assert find(name, SOON) is not None, f"see: labctl sim --bug {name}"


@pytest.mark.torture
@pytest.mark.timeout(900)
def test_every_planted_bug_is_found() -> None:
    names = sorted(BUGS)
    found = dict(zip(names, side_by_side(find, names), strict=True))
    seeds = [seed for seed in found.values() if seed is not None]
    figures.count(STAGE, FOUND, len(seeds))
    figures.note(STAGE, "schedules until the last of them", max(seeds) + 1)
    missed = [name for name, seed in found.items() if seed is None]
    assert not missed, f"see: labctl sim --bug {missed[0]}"


def test_the_scars_of_zookeeper_are_among_them() -> None:
    told = " ".join(bug.source for bug in BUGS.values())
    for number in (4643, 4646, 4785, 4394, 4925, 5094, 2832, 5010):
        assert f"ZOOKEEPER-{number}" in told
    assert len(BUGS) >= 28


@pytest.mark.sim
def test_a_bug_is_pulled_out_again() -> None:
    with planted("half-is-enough"):
        assert run_schedule(0).broken
    assert not run_schedule(0).broken

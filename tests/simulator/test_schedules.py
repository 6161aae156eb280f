"""Whole servers under crashes, power cuts and partitions, by seed.

Half of the long run's seeds are fixed, half are fresh and printed.  A failure
prints its seed and the one command that replays it.
"""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from random import SystemRandom

import pytest

from node.events import OldFilesRemoved, Record
from simulator.schedule import Result, run_schedule
from simulator.world import Audience
from tests.simulator.lanes import side_by_side
from tests.torture import figures

STAGE = "simulator"
LOT = 100  # schedules that one pool of processes runs
# `make test` runs the first twenty, `make sim` two hundred, `make torture` a thousand.
SHORT = [range(10), range(10, 20)]
LONGER = [
    *(pytest.param(range(n, n + 90), marks=pytest.mark.sim) for n in (20, 110)),
    *(range(start, start + 90) for start in range(1000, 1360, 90)),
]
# pytest-xdist's lanes must agree on the tests' names: one environment for all.
FRESH_FROM = int(
    os.environ.setdefault(
        "QUORUMLAB_FRESH_SEED", str(SystemRandom().randrange(10**6, 10**9))
    )
)
MUSEUM = [
    (int(seed), how)
    for seed, how, *_ in (
        line.split()
        for line in Path(__file__).with_name("museum.txt").read_text().splitlines()
        if not line.startswith("#")
    )
]


def run_clean(results: Iterable[Result], *, fresh: bool = False) -> None:
    """Take results in; no promise may be broken, and each lot must be worth it."""
    results = list(results)
    for result in results:
        if result.broken:
            pytest.fail(f"{result.broken}\nreplay: labctl sim --seed {result.seed}")

    count = len(results)
    partitions = sum(r.faults.get("partition", 0) for r in results)
    assert sum(r.deaths for r in results) >= 3 * count, "void: hardly anybody died"
    assert partitions >= count, "void: hardly a partition"
    assert sum(r.operations for r in results) >= 100 * count, "void: hardly an answer"
    assert sum(r.elections for r in results) >= 5 * count, "void: hardly an election"
    figures.count(STAGE, "schedules without a broken promise", count)
    figures.count(STAGE, "of them with seeds nobody had seen", count if fresh else 0)
    figures.count(STAGE, "deaths in them", sum(r.deaths for r in results))
    figures.count(STAGE, "partitions in them", partitions)
    figures.count(STAGE, "operations answered", sum(r.operations for r in results))
    figures.reach(r.reached for r in results)


@pytest.mark.sim
@pytest.mark.parametrize("seeds", SHORT, ids=str)
def test_no_promise_is_broken_under_any_schedule(seeds: range) -> None:
    run_clean(run_schedule(seed) for seed in seeds)


@pytest.mark.torture
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seeds", LONGER, ids=str)
def test_no_promise_is_broken_under_many_more(seeds: range) -> None:
    run_clean(side_by_side(run_schedule, seeds))


@pytest.mark.torture
@pytest.mark.timeout(900)
@pytest.mark.parametrize("lot", range(5))
def test_no_promise_is_broken_under_schedules_nobody_has_seen(lot: int) -> None:
    first = FRESH_FROM + LOT * lot
    seeds = range(first, first + LOT)
    sys.stderr.write(f"fresh seeds {seeds}\n")
    run_clean(side_by_side(run_schedule, seeds), fresh=True)


@pytest.mark.sim
@pytest.mark.parametrize(("seed", "how"), MUSEUM)
def test_a_seed_that_once_failed_stays_fixed(seed: int, how: str) -> None:
    result = run_schedule(seed, steered=how == "steered")
    flag = "" if how == "steered" else "--no-drills "
    again = f"replay: labctl sim {flag}--seed {seed}"
    assert not result.broken, f"{result.broken}; {again}"
    assert result.commits > 0


@pytest.mark.sim
def test_no_promise_is_broken_while_old_files_are_removed() -> None:
    purges: list[OldFilesRemoved] = []

    def hear(record: Record) -> None:
        if isinstance(record.event, OldFilesRemoved):
            purges.append(record.event)

    audience = Audience(hear, lambda *_: None)
    for seed in (1, 2, 4, 8):
        result = run_schedule(seed, purging=True, audience=audience)
        assert not result.broken, f"seed {seed}: {result.broken}"
    assert sum(purge.snapshots for purge in purges) > 0, "void: nothing was removed"
    assert sum(purge.logs for purge in purges) > 0, "void: no log was removed"


@pytest.mark.sim
def test_only_what_has_served_its_time_is_cleaned_up() -> None:
    cleaned = 0
    for seed in (102, 107, 112, 115):
        result = run_schedule(seed, passing=True)
        assert not result.broken, f"seed {seed}: {result.broken}"
        cleaned += result.cleaned
    assert cleaned > 0, "void: no container and no TTL node has ended"


@pytest.mark.sim
def test_a_seed_is_the_same_run_again_whoever_listens() -> None:
    heard: list[Record] = []
    seen: list[tuple[int, str, tuple[int, ...]]] = []
    audience = Audience(heard.append, lambda *what: seen.append(what))

    def told(seed: int) -> Result:
        return run_schedule(seed, audience=audience)

    assert run_schedule(11) == told(11) == run_schedule(11)
    assert heard
    assert seen


@pytest.mark.sim
def test_without_faults_nobody_dies_and_one_election_is_enough() -> None:
    result = run_schedule(5, nodes=3, kinds=())
    assert not result.broken
    assert result.deaths == 0
    assert result.elections == 3  # each server decided once

"""The whole protocol under crashes, partitions and lost connections, by seed."""

from pathlib import Path

import pytest

from node.quorum import Majority
from tests.simulator.checkers import Violation
from tests.simulator.schedule import run_schedule

SCHEDULES = 200
CHUNKS = 10


def replay(seed: int) -> str:
    """Return the command that runs one seed again."""
    return (
        'python -c "from tests.simulator.schedule import run_schedule;'
        f' run_schedule({seed})"'
    )


@pytest.mark.sim
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_promise_of_zab_is_broken_under_any_schedule(chunk: int) -> None:
    per_chunk = SCHEDULES // CHUNKS
    elections = commits = 0
    for seed in range(chunk * per_chunk, (chunk + 1) * per_chunk):
        try:
            world = run_schedule(seed)
        except AssertionError as error:
            pytest.fail(f"seed {seed}: {error}; replay: {replay(seed)}")
        elections += world.checker.elections
        commits += world.checker.commits
    assert elections >= 5 * per_chunk, "void: hardly an election happened"
    assert commits >= 50 * per_chunk, "void: hardly a write was committed"


@pytest.mark.sim
def test_a_quorum_of_one_half_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    init = Majority.__init__

    def half(self: Majority, voters: object) -> None:
        init(self, voters)  # type: ignore[arg-type]
        self.need = max(1, len(self.voters) // 2)

    monkeypatch.setattr(Majority, "__init__", half)
    for seed in range(50):
        try:
            run_schedule(seed)
        except Violation:
            return
        except AssertionError:
            continue  # no service is no proof: only a broken promise counts
    pytest.fail("50 schedules with a quorum of half, and nobody noticed")


MUSEUM = [
    int(line.split()[0])
    for line in Path(__file__).with_name("museum.txt").read_text().splitlines()
    if not line.startswith("#")
]


@pytest.mark.sim
@pytest.mark.parametrize("seed", MUSEUM)
def test_a_seed_that_once_failed_stays_mended(seed: int) -> None:
    assert run_schedule(seed).checker.commits > 0

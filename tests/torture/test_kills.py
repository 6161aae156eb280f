"""kill -9, forty times: nothing that was acknowledged is ever lost."""

import time
from pathlib import Path
from random import Random
from statistics import median

import pytest

from tests.e2e.ensemble import Ensemble, Server, ours
from tests.torture import figures
from tests.torture.verdict import Archive, forget, judge
from tests.torture.workload import Workload, endpoints

pytestmark = [pytest.mark.torture, pytest.mark.timeout(900)]

STAGE = "kill -9"
KILLS = 40
CALM_WRITES = 80  # acknowledged between two kills, all three serving
BACK_MEDIAN_S, BACK_WORST_S = 2.0, 4.0


def test_forty_kills_lose_no_acknowledged_write(tmp_path: Path, seed: int):
    dice = Random(seed)
    with (
        Ensemble(tmp_path, [ours] * 3, settings={"preAllocSize": 1024}) as ensemble,
        Archive(ensemble, tmp_path) as archive,
    ):
        ensemble.start()
        back: list[tuple[bool, float]] = []
        with Workload(endpoints(ensemble), seed) as work:
            work.wait_acknowledged(time.monotonic())
            for number in range(KILLS):
                leads = number % 2 == 0
                followers = ensemble.followers()
                victim = ensemble.leader() if leads else dice.choice(followers)
                back.append((leads, _kill(victim, work)))
                victim.start()
                ensemble.wait_serving()
                work.wait_for_more(CALM_WRITES)
        judge(STAGE, work.history, ensemble, archive)
    after_leader = [s for was_leader, s in back if was_leader]
    middle, worst = median(after_leader), max(after_leader)
    figures.note(STAGE, "of them leaders", len(after_leader), f">= {KILLS // 2}")
    figures.note(STAGE, "acknowledged writes/s", f"{work.rate:.0f}")
    figures.note(STAGE, "leader killed: back, median", f"{middle:.2f} s", "<= 2 s")
    figures.note(STAGE, "leader killed: back, worst", f"{worst:.2f} s", "<= 4 s")
    assert len(back) == KILLS, "void"
    assert len(after_leader) >= KILLS // 2, "void"
    assert len(work.history.acknowledged) >= KILLS * CALM_WRITES, "void: hardly a write"
    assert middle <= BACK_MEDIAN_S
    assert worst <= BACK_WORST_S
    figures.count(STAGE, "kills survived", len(back))
    forget(tmp_path)


def _kill(victim: Server, work: Workload) -> float:
    """Kill a server; return after how many seconds a new write is acknowledged."""
    victim.kill()
    dead = time.monotonic()
    write = work.wait_acknowledged(dead)
    assert write.returned is not None
    return write.returned - dead

"""SIGSTOP: a server that is not dead, only late, and does not know it."""

import time
from pathlib import Path
from random import Random

import pytest

from tests.e2e.ensemble import Ensemble, Server, ours
from tests.torture import figures
from tests.torture.verdict import Archive, forget, judge
from tests.torture.workload import Workload, doors

pytestmark = [pytest.mark.torture, pytest.mark.timeout(200)]

PAUSES = 6
SESSION_MS = 1200
PAUSE_S = 1.5 * SESSION_MS / 1000
SYNC_LIMIT_S = 1.0
SETTINGS: dict[str, object] = {"syncLimit": 5, "initLimit": 10, "preAllocSize": 1024}
SERVES_WITHIN_S = 3.0


def test_six_pauses_longer_than_sessions_and_sync_limit(tmp_path: Path, seed: int):
    assert PAUSE_S > SYNC_LIMIT_S, "void"
    dice, back = Random(seed), []
    with (
        Ensemble(tmp_path, [ours] * 3, settings=SETTINGS) as ensemble,
        Archive(ensemble, tmp_path) as archive,
    ):
        ensemble.start()
        work = Workload(doors(ensemble), seed, timeout_ms=SESSION_MS)
        pinned = {sid: work.pin(door) for sid, door in enumerate(doors(ensemble), 1)}
        with work:
            assert work.wait_acknowledged(time.monotonic(), 10)
            for number in range(PAUSES):
                followers = ensemble.followers()
                sleeper = dice.choice(followers) if number % 2 else ensemble.leader()
                awake = [pinned[s.sid] for s in ensemble.servers if s is not sleeper]
                back.append(_freeze(sleeper, work, awake))
                ensemble.wait_serving()
                work.wait_for_more(50)
        judge("pauses", work.history, ensemble, archive)
        expired = sum("Expiring session" in server.log() for server in ensemble.servers)
    worst = f"{max(back):.2f} s"
    figures.note("pauses", "majority serves again, worst", worst, "<= 3 s")
    assert len(back) == PAUSES, "void"
    assert expired, "void: no session has expired"
    assert max(back) <= SERVES_WITHIN_S
    figures.count("pauses", "SIGSTOPs survived", len(back))
    forget(tmp_path)


def _freeze(sleeper: Server, work: Workload, awake: list[int]) -> float:
    """Freeze a server; return how long the others took to acknowledge a write."""
    sleeper.freeze()
    frozen = time.monotonic()
    try:
        write = work.wait_acknowledged(frozen, 20, *awake)
        time.sleep(max(0.0, frozen + PAUSE_S - time.monotonic()))
    finally:
        sleeper.thaw()
    assert write is not None, f"no write within 20 s of freezing {sleeper.sid}"
    assert write.returned is not None
    return write.returned - frozen

"""SIGSTOP: a server that is not dead, only late, and does not know it."""

import time
from pathlib import Path
from random import Random

import pytest

from tests.e2e.ensemble import Ensemble, Server, ours
from tests.torture import figures
from tests.torture.verdict import Archive, forget, judge
from tests.torture.workload import Workload, endpoints

pytestmark = [pytest.mark.torture, pytest.mark.timeout(600)]

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
        work = Workload(endpoints(ensemble), seed, timeout_ms=SESSION_MS)
        pinned = {
            sid: work.pin(endpoint)
            for sid, endpoint in enumerate(endpoints(ensemble), 1)
        }
        with work:
            work.wait_acknowledged(time.monotonic())
            for number in range(PAUSES):
                followers = ensemble.followers()
                server = dice.choice(followers) if number % 2 else ensemble.leader()
                awake = [pinned[s.sid] for s in ensemble.servers if s is not server]
                back.append(_pause(server, work, awake))
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


def _pause(server: Server, work: Workload, awake: list[int]) -> float:
    """Pause a server; return how long the others took to acknowledge a write."""
    server.pause()
    since = time.monotonic()
    try:
        write = work.wait_acknowledged(since, *awake)
        time.sleep(max(0.0, since + PAUSE_S - time.monotonic()))
    finally:
        server.resume()
    assert write.returned is not None
    return write.returned - since

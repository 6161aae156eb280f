"""Disks that fail and disks that are full: a clear end, and nothing is lost."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from labctl.clients.history import History
from tests.e2e.ensemble import Ensemble, Launcher, Server, ours
from tests.torture import figures
from tests.torture.verdict import forget, judge_against, logged, settle
from tests.torture.workload import Workload, endpoints, survey

pytestmark = [pytest.mark.torture, pytest.mark.timeout(900)]

FAILURES = 20
EXIT_DISK = 10
VICTIM = 3
SMALL_DISK_KB = 768
SETTINGS: dict[str, object] = {"preAllocSize": 64, "snapCount": 100_000}


def failing(when: int) -> Launcher:
    """Run a node whose `when`-th fdatasync fails."""
    rules = ["-e", "trace=fdatasync", "-e", f"inject=fdatasync:error=EIO:when={when}"]
    quiet = ["strace", "-f", "-qq", "-o", "/dev/null", "--seccomp-bpf"]
    return lambda config: [*quiet, *rules, *ours(config)]


def limited(config: Path) -> list[str]:
    """Run a node that may not write beyond a size in any file."""
    return ["prlimit", f"--fsize={SMALL_DISK_KB * 1024 // 2}", *ours(config)]


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_twenty_failing_fsyncs_end_the_node_and_lose_nothing(tmp_path: Path, seed: int):
    exits = []
    with Ensemble(tmp_path, [ours] * 3, settings=SETTINGS) as ensemble:
        victim = ensemble[VICTIM]
        ensemble.start(1, 2)
        with Workload(endpoints(ensemble), seed) as work:
            work.wait_acknowledged(time.monotonic())
            for when in range(1, FAILURES + 1):
                victim.launcher = failing(when)
                victim.start()
                exits.append(_await_end(victim, ensemble))
                work.wait_acknowledged(time.monotonic())
                victim.launcher = ours
                victim.start()
                ensemble.wait_serving()
                if when < FAILURES:
                    victim.kill()
        judge_now("failing fsync", work.history, ensemble, tmp_path)
        said = victim.log().count("disk: ")
    tens = exits.count(EXIT_DISK)
    figures.note("failing fsync", "nodes that ended with code 10", tens, FAILURES)
    assert exits == [EXIT_DISK] * FAILURES
    assert said == FAILURES, "each end must be explained in one line"
    figures.count("failing fsync", "ends by EIO survived", len(exits))
    forget(tmp_path)


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_a_leader_whose_disk_fails_under_load_loses_nothing(tmp_path: Path, seed: int):
    with Ensemble(tmp_path, [ours] * 3, settings=SETTINGS) as ensemble:
        victim = ensemble[VICTIM]
        victim.launcher = failing(600)
        leader = ensemble.start()
        with Workload(endpoints(ensemble), seed) as work:
            work.wait_for_more(100)
            code = _await_end(victim, ensemble)
            ended = time.monotonic()
            work.wait_acknowledged(ended)
            victim.launcher = ours
            victim.start()
            ensemble.wait_serving()
            work.wait_for_more(50)
        judge_now("failing fsync of a leader", work.history, ensemble, tmp_path)
    assert leader is victim, "void: another server led"
    assert code == EXIT_DISK
    forget(tmp_path)


@contextmanager
def small_file_system(server: Server) -> Iterator[Callable[[], None]]:
    """Put a server's data on a disk of its own; give what makes it larger."""
    data = server.folder / "data"
    options = f"size={SMALL_DISK_KB}k"
    kept = (data / "myid").read_text()
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(data)]
    subprocess.run(mount, check=True)
    try:
        server.data.mkdir()
        (data / "myid").write_text(kept)

        def grow() -> None:
            larger = ["mount", "-o", "remount,size=64m", str(data)]
            subprocess.run(larger, check=True)

        yield grow
    finally:
        subprocess.run(["umount", "-l", str(data)], check=True)


@contextmanager
def small_files(server: Server) -> Iterator[Callable[[], None]]:
    """Limit the size of a server's files; give what lifts the limit."""
    server.launcher = limited

    def lift() -> None:
        server.launcher = ours

    yield lift


DISKS = {"tmpfs": small_file_system, "file size limit": small_files}


@pytest.mark.skipif(sys.platform != "linux", reason="a full disk is made Linux's way")
@pytest.mark.parametrize("how", DISKS)
def test_a_full_disk_is_a_clear_end_and_loses_nothing(
    tmp_path: Path, seed: int, how: str
):
    if how == "tmpfs" and os.getuid():
        pytest.skip("only root may mount a small file system")
    with (
        Ensemble(tmp_path, [ours] * 3, settings=SETTINGS, events=False) as ensemble,
        DISKS[how](ensemble[VICTIM]) as make_room,
    ):
        victim = ensemble[VICTIM]
        ensemble.start()
        with Workload(endpoints(ensemble), seed) as work:
            code = _await_end(victim, ensemble)
            work.wait_acknowledged(time.monotonic())
            make_room()
            victim.start()
            ensemble.wait_serving()
            work.wait_for_more(50)
        stage = f"full disk ({how})"
        judge_now(stage, work.history, ensemble, tmp_path)
        lines = [line for line in victim.log().splitlines() if "disk: " in line]
        _stop(ensemble)
    figures.note(stage, "exit code", code, EXIT_DISK)
    assert code == EXIT_DISK
    assert len(lines) == 1, "one line must say why"
    forget(tmp_path)


def _await_end(victim: Server, ensemble: Ensemble) -> int:
    """Wait until a node ends by itself and return its exit code."""
    ensemble.wait_for(lambda: not victim.running, f"{victim.sid} ends")
    assert victim.process is not None
    return int(victim.process.returncode)


def _stop(ensemble: Ensemble) -> None:
    """End all servers, so that nothing holds their disks."""
    for server in ensemble.servers:
        server.kill()


def judge_now(stage: str, history: History, ensemble: Ensemble, keep: Path) -> None:
    """Let both checkers judge by the logs as they are: nobody was sent a tree."""
    settle(ensemble)
    survey(history, endpoints(ensemble))
    final = logged([server.data for server in ensemble.servers])
    judge_against(stage, history, final, keep)

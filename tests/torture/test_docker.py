"""Real partitions: a network taken from a container, and packets dropped in one."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from docker.models.containers import Container

from tests.docker import test_containers as containers
from tests.torture import figures
from tests.torture.verdict import WRITES_MIN, judge_against, logged
from tests.torture.workload import Workload, survey
from tests.waiting import wait_for

pytestmark = [
    pytest.mark.torture,
    pytest.mark.docker,
    pytest.mark.timeout(900),
]

image, trio = containers.image, containers.trio  # fixtures
SIDS = (1, 2, 3)
KILLS = 6  # half of them the leader
PAUSE_S = 7.0  # beyond syncLimit (5 s) and the sessions' 4 s


def home(container: Container) -> tuple[str, str]:
    """Return the name of a container's network and its address there."""
    container.reload()
    networks = container.attrs["NetworkSettings"]["Networks"]
    name, found = next(iter(networks.items()))
    return name, found["IPAddress"]


@contextmanager
def disconnected(trio: containers.Trio, sid: int) -> Iterator[None]:
    """Take the network from a container, and give it back with its old name."""
    container = trio.docker(sid)
    name, _ = home(container)
    assert container.client is not None
    network = container.client.networks.get(name)
    network.disconnect(container)
    try:
        yield
    finally:
        network.connect(container, aliases=[f"zoo{sid}"])


@contextmanager
def deaf(trio: containers.Trio, sid: int) -> Iterator[None]:
    """Drop, in a container's own network, whatever comes from the other two."""
    pid = str(trio.docker(sid).attrs["State"]["Pid"])
    inside = ["nsenter", "-t", pid, "-n", "iptables"]
    for other in set(SIDS) - {sid}:
        _, address = home(trio.docker(other))
        subprocess.run(
            [*inside, "-A", "INPUT", "-s", address, "-j", "DROP"], check=True
        )
    try:
        yield
        dropped = subprocess.run(
            [*inside, "-vnxL", "INPUT"], check=True, capture_output=True, text=True
        ).stdout
        packets = [int(row.split()[0]) for row in dropped.splitlines() if "DROP" in row]
        assert sum(packets) > 0, f"void: nothing was dropped\n{dropped}"
    finally:
        subprocess.run([*inside, "-F", "INPUT"], check=True)


class Fault(NamedTuple):
    """What befalls the leader, and how long the others may take to serve again."""

    name: str
    strike: Callable[[containers.Trio, int], AbstractContextManager[None]]
    within_s: float


# tick 0.5 s: syncLimit is 5 s of silence, initLimit 10 s.  A leader that hears
# nobody still sends its votes, so the others elect it once more and call it in
# vain for initLimit before they do without it.
FAULTS = [
    Fault("off the network", disconnected, 9.0),
    Fault("deaf by iptables DROP", deaf, 20.0),
]


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_real_partition_of_the_leader_loses_nothing(
    trio: containers.Trio,
    tmp_path: Path,
    seed: int,
    fault: Fault,
):
    if fault.strike is deaf and (os.getuid() or not shutil.which("iptables")):
        pytest.skip("iptables in a container's network needs root and iptables")
    lead = trio.leader()
    trio.wait_serving()
    rest = [sid for sid in SIDS if sid != lead]
    endpoints = [(home(trio.docker(sid))[1], 2181) for sid in (*rest, lead)]
    with Workload(endpoints, seed, timeout_ms=4000) as work:
        work.wait_acknowledged(time.monotonic())
        with fault.strike(trio, lead):
            cut_at = time.monotonic()
            wait_for(lambda: _leads(trio, rest), "the majority leads")
            write = work.wait_acknowledged(cut_at)
            wait_for(lambda: not trio.mode(lead), f"{lead} serves nobody")
        wait_for(lambda: trio.mode(lead) == "follower", f"{lead} follows")
        work.wait_for_more(WRITES_MIN)
    survey(work.history, [(home(trio.docker(sid))[1], 2181) for sid in SIDS])
    logs = _logs_of(trio, tmp_path / "end")
    stage = f"containers: leader {fault.name}"
    judge_against(stage, work.history, logged(logs), tmp_path)
    assert write.returned is not None
    took = write.returned - cut_at
    asked = f"<= {fault.within_s:.0f} s"
    figures.note(stage, "majority serves after", f"{took:.2f} s", asked)
    assert took <= fault.within_s


@pytest.mark.parametrize("how", ["kill", "pause"])
def test_containers_that_are_killed_or_paused_lose_nothing(
    trio: containers.Trio, tmp_path: Path, seed: int, how: str
):
    times = KILLS if how == "kill" else 1
    trio.leader()
    trio.wait_serving()
    endpoints = [(home(trio.docker(sid))[1], 2181) for sid in SIDS]
    back, logs = [], []
    with Workload(endpoints, seed, timeout_ms=4000) as work:
        work.wait_acknowledged(time.monotonic())
        for number in range(times):
            lead = trio.leader()
            victim = lead if number % 2 == 0 else lead % len(SIDS) + 1
            struck_at = time.monotonic()
            if how == "kill":
                trio.docker(victim).kill()
            else:
                trio.docker(victim).pause()
            write = work.wait_acknowledged(struck_at + 0.1)
            assert write.returned is not None
            back.append(write.returned - struck_at)
            if how == "kill":
                # A SNAP at the return replaces the log: keep what all three hold.
                logs += _logs_of(trio, tmp_path / f"fault{number}")
                trio.docker(victim).start()
            else:
                time.sleep(max(0.0, struck_at + PAUSE_S - time.monotonic()))
                trio.docker(victim).unpause()
            trio.wait_serving()
            work.wait_for_more(WRITES_MIN // times + 1)
    survey(work.history, endpoints)
    logs += _logs_of(trio, tmp_path / "end")
    stage = f"containers: {how}"
    judge_against(stage, work.history, logged(logs), tmp_path)
    figures.note(
        stage, "times; served again after, worst", f"{times}; {max(back):.2f} s"
    )


def _leads(trio: containers.Trio, sids: list[int]) -> bool:
    return any(trio.mode(sid) == "leader" for sid in sids)


def _logs_of(trio: containers.Trio, target: Path) -> list[Path]:
    """Copy the logs of all three, killed or not, out of their containers."""
    folders = [target / str(sid) / "version-2" for sid in SIDS]
    for sid, folder in zip(SIDS, folders, strict=True):
        folder.parent.mkdir(parents=True)
        source = f"{trio.docker(sid).id}:/datalog/version-2"
        command = ["docker", "cp", "-q", source, str(folder.parent)]
        subprocess.run(command, check=True)
    return folders

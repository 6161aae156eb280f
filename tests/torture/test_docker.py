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
from tests.e2e.ensemble import wait_for
from tests.torture import figures
from tests.torture.verdict import WRITES_MIN, judge_against, logged
from tests.torture.workload import Workload, survey

pytestmark = [
    pytest.mark.torture,
    pytest.mark.docker,
    pytest.mark.timeout(300),
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
    wait_for(lambda: all(trio.mode(sid) for sid in SIDS), 60)
    rest = [sid for sid in SIDS if sid != lead]
    doors = [(home(trio.docker(sid))[1], 2181) for sid in (*rest, lead)]
    with Workload(doors, seed, timeout_ms=4000) as work:
        assert work.wait_acknowledged(time.monotonic(), 10), "void: no way in"
        with fault.strike(trio, lead):
            cut_at = time.monotonic()
            wait_for(lambda: _leads(trio, rest), 30)
            write = work.wait_acknowledged(cut_at, 30)
            wait_for(lambda: not trio.mode(lead), 30)
        wait_for(lambda: trio.mode(lead) == "follower", 60)
        work.wait_for_more(WRITES_MIN)
    survey(work.history, [(home(trio.docker(sid))[1], 2181) for sid in SIDS])
    logs = [_log_of(trio.docker(sid), tmp_path / str(sid)) for sid in SIDS]
    stage = f"containers: leader {fault.name}"
    judge_against(stage, work.history, logged(logs), tmp_path)
    assert write is not None
    assert write.returned is not None
    took = write.returned - cut_at
    asked = f"<= {fault.within_s:.0f} s"
    figures.note(stage, "majority serves after", f"{took:.2f} s", asked)
    assert took <= fault.within_s


@pytest.mark.parametrize("how", ["kill", "pause"])
def test_containers_that_are_killed_or_frozen_lose_nothing(
    trio: containers.Trio, tmp_path: Path, seed: int, how: str
):
    times = KILLS if how == "kill" else 1
    trio.leader()
    wait_for(lambda: all(trio.mode(sid) for sid in SIDS), 60)
    doors = [(home(trio.docker(sid))[1], 2181) for sid in SIDS]
    back = []
    with Workload(doors, seed, timeout_ms=4000) as work:
        assert work.wait_acknowledged(time.monotonic(), 10), "void: no way in"
        for number in range(times):
            lead = trio.leader()
            victim = lead if number % 2 == 0 else lead % len(SIDS) + 1
            struck_at = time.monotonic()
            if how == "kill":
                trio.docker(victim).kill()
            else:
                trio.docker(victim).pause()
            write = work.wait_acknowledged(struck_at + 0.1, 30)
            assert write is not None, f"no write within 30 s of the {how}"
            assert write.returned is not None
            back.append(write.returned - struck_at)
            if how == "kill":
                trio.docker(victim).start()
            else:
                time.sleep(max(0.0, struck_at + PAUSE_S - time.monotonic()))
                trio.docker(victim).unpause()
            wait_for(lambda: all(trio.mode(sid) for sid in SIDS), 60)
            work.wait_for_more(WRITES_MIN // times + 1)
    survey(work.history, doors)
    logs = [_log_of(trio.docker(sid), tmp_path / str(sid)) for sid in SIDS]
    stage = f"containers: {how}"
    judge_against(stage, work.history, logged(logs), tmp_path)
    figures.note(
        stage, "times; served again after, worst", f"{times}; {max(back):.2f} s"
    )


def _leads(trio: containers.Trio, sids: list[int]) -> bool:
    return any(trio.mode(sid) == "leader" for sid in sids)


def _log_of(container: Container, target: Path) -> Path:
    """Copy a server's data out of its container."""
    source = f"{container.id}:/datalog/version-2"
    target.mkdir()
    subprocess.run(["docker", "cp", "-q", source, str(target)], check=True)
    return target / "version-2"

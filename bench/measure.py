"""The rulers: what one ensemble does, whoever's servers it is made of."""

import json
import re
import subprocess
import time
from pathlib import Path

from tests.e2e.ensemble import Ensemble, Server

CONNECTIONS = 6
IN_FLIGHT = 32
DATA_BYTES = 128
KEYS = 1000
LIMIT_S = 60  # no single measurement may take longer


def build_zkload(folder: Path) -> Path:
    """Compile the load generator and return where it is."""
    tool = folder / "zkload"
    source = Path(__file__).with_name("zkload.c")
    subprocess.run(["cc", "-O2", "-o", str(tool), str(source)], check=True)
    return tool


def operations_per_second(
    tool: Path, servers: Ensemble, operation: str, count: int
) -> float:
    """Return how many acknowledged operations a second the ensemble does."""
    command = [
        *(str(tool), "-j", "-s", servers.hosts, "-o", operation),
        *("-c", str(CONNECTIONS), "-w", str(IN_FLIGHT), "-n", str(count)),
        *("-b", str(DATA_BYTES), "-k", str(KEYS), "-t", str(LIMIT_S)),
    ]
    run = subprocess.run(
        command, capture_output=True, text=True, timeout=2 * LIMIT_S, check=False
    )
    if run.returncode:
        raise RuntimeError(f"zkload {operation}: {run.stdout}{run.stderr}")
    return float(json.loads(run.stdout)["ops_per_s"])


def seconds_to_quorum(servers: Ensemble) -> float:
    """Start all servers at once; return the seconds until all of them serve."""
    began = time.monotonic()
    for server in servers.servers:
        server.start()
    servers.wait_for(lambda: all(s.mode() for s in servers.servers), "all serve")
    return time.monotonic() - began


def seconds_without_service(servers: Ensemble) -> float:
    """Kill the leader; return the seconds until both others serve again.

    They serve when one says that it leads and the other that it follows: right
    after the kill both still say what they were.
    """
    leader = servers.leader()
    rest = [server for server in servers.servers if server is not leader]
    began = time.monotonic()
    leader.kill()
    servers.wait_for(
        lambda: sorted(server.mode() for server in rest) == ["follower", "leader"],
        "the others serve",
    )
    took = time.monotonic() - began
    leader.start()
    servers.wait_for(lambda: leader.mode() == "follower", "the old leader follows")
    return took


def memory_mib(server: Server) -> tuple[float, float]:
    """Return a process's resident memory and its fair share of it (PSS), in MiB."""
    assert server.process is not None
    rollup = Path(f"/proc/{server.process.pid}/smaps_rollup").read_text()
    return _mib(rollup, "Rss"), _mib(rollup, "Pss")


def _mib(rollup: str, field: str) -> float:
    found = re.search(rf"^{field}:\s+(\d+) kB", rollup, re.MULTILINE)
    assert found, rollup
    return int(found[1]) / 1024

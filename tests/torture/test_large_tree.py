"""A million znodes: who lacks them all joins at the first attempt, under load."""

from pathlib import Path

import pytest

from node.storage.snapshot import file_chunks
from node.tree.znodes import Tree, Znode
from tests.e2e.ensemble import Ensemble, Server, ours
from tests.torture import figures
from tests.torture.workload import Workload, endpoints

pytestmark = [pytest.mark.torture, pytest.mark.timeout(600)]

STAGE = "large tree"
FOLDERS, IN_EACH = 1_000, 1_000
LAST_ZXID = 0x100000001
LIMITS = {"tickTime": 2000, "initLimit": 10, "syncLimit": 5}
PEAK_MAX = 1.5  # times what the tree takes
JOIN_S = 300


def test_a_server_without_a_million_znodes_joins_at_the_first_attempt(
    tmp_path: Path, seed: int
) -> None:
    with Ensemble(tmp_path, [ours] * 3, settings=LIMITS) as ensemble:
        first, second, third = ensemble.servers
        _grow(first, second)
        for server in (first, second):
            server.start()
        ensemble.wait_for(lambda: first.mode() and second.mode(), "two serve", JOIN_S)
        leader = ensemble.leader()
        with Workload(endpoints(ensemble)[:2], seed, timeout_ms=20_000) as work:
            work.wait_for_more(100)
            third.start()
            ensemble.wait_for(
                lambda: third.mode() == "follower", "the third follows", JOIN_S
            )
            work.wait_for_more(100)
        assert ensemble.leader() is leader
        plans = [e for e in leader.events_named("SyncPlanned") if e["sid"] == third.sid]
        peak, tree = _kibibytes(third, "VmHWM"), _kibibytes(leader, "VmRSS")
        figures.note(STAGE, "snapshots until the third server followed", len(plans), 1)
        figures.note(
            STAGE, "its peak memory, in trees", f"{peak / tree:.2f}", f"<= {PEAK_MAX}"
        )
        assert [plan["mode"] for plan in plans] == ["SNAP"]
        assert peak <= PEAK_MAX * tree, f"{peak} KiB at the peak, the tree is {tree}"


def _grow(*servers: Server) -> None:
    """Put a large snapshot on some disks, as if it had always been there."""
    tree = Tree()
    for folder in range(FOLDERS):
        tree.insert(f"/big{folder}", Znode(b"", -1, 0, LAST_ZXID))
        for number in range(IN_EACH):
            path = f"/big{folder}/znode-{number:06}"
            tree.insert(
                path, Znode(b"a value of 32 bytes, like many a", -1, 0, LAST_ZXID)
            )
    snapshot = b"".join(file_chunks(tree, LAST_ZXID))
    for server in servers:
        (server.data / f"snapshot.{LAST_ZXID:x}").write_bytes(snapshot)
        for name in ("acceptedEpoch", "currentEpoch"):
            (server.data / name).write_text("1")


def _kibibytes(server: Server, what: str) -> int:
    """Return a figure of a process's memory from /proc."""
    assert server.process is not None
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith(f"{what}:")]
    return int(line.split()[1])

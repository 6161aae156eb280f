"""Java's own client and file readers, pointed at us."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.ensemble import Ensemble, Server, ours
from tests.e2e.kazoos import connected
from tests.interop.java import java_main

pytestmark = pytest.mark.interop

TOOLS = "org.apache.zookeeper.server"


@pytest.fixture(scope="module")
def ensemble(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ensemble]:
    """Three of our servers with a tree and two snapshots on disk."""
    folder = tmp_path_factory.mktemp("tools")
    with Ensemble(folder, [ours] * 3, settings={"snapCount": 50}) as servers:
        servers.start()
        with connected(servers.hosts) as client:
            for number in range(120):
                client.create(f"/n{number}", b"x" * number)
            client.transaction().commit()
            with_ephemeral = client.transaction()
            with_ephemeral.create("/e", ephemeral=True)
            with_ephemeral.delete("/n7")
            with_ephemeral.commit()
            client.set("/n8", b"changed")
        yield servers


def test_zkcli_talks_to_us(ensemble: Ensemble):
    server = ensemble[1]
    assert "Created /cli" in zkcli(server, "create", "/cli", "hello")
    assert "hello" in zkcli(server, "get", "-s", "/cli")
    assert re.search(r"dataVersion = 0\b", zkcli(server, "stat", "/cli"))
    zkcli(server, "set", "/cli", "again")
    assert "again" in zkcli(ensemble[2], "get", "/cli")
    assert "zookeeper" in zkcli(server, "ls", "/")
    zkcli(server, "delete", "/cli")
    assert "Node does not exist: /cli" in zkcli(server, "get", "/cli")


def test_javas_log_reader_finds_no_fault_in_our_log(ensemble: Ensemble):
    logs = sorted(ensemble[1].data.glob("log.*"))
    assert logs
    for path in logs:
        said = run(f"{TOOLS}.persistence.TxnLogToolkit", "-d", str(path))
        assert "txnlog format version 2" in said
        assert "CRC ERROR" not in said
        assert "CRC FAILED" not in said
    everything = "".join(
        run(f"{TOOLS}.persistence.TxnLogToolkit", "-d", str(path)) for path in logs
    )
    assert everything.count("create") > 120
    assert "createSession" in everything
    assert "multi" in everything


def test_javas_snapshot_reader_reads_ours(ensemble: Ensemble):
    newest = max(
        ensemble[1].data.glob("snapshot.*"), key=lambda path: int(path.suffix[1:], 16)
    )
    said = run(f"{TOOLS}.SnapshotFormatter", "-d", str(newest))
    assert re.search(r"^/n3$", said, re.MULTILINE)
    assert "ZNode Details (count=" in said


def zkcli(server: Server, *words: str) -> str:
    """Run one command of zkCli.sh and return what it printed."""
    return run("org.apache.zookeeper.ZooKeeperMain", "-server", server.address, *words)


def run(main: str, *arguments: str) -> str:
    """Run a Java main class and return what it printed."""
    done = subprocess.run(
        java_main(main, *arguments),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=Path("/"),
        stdin=subprocess.DEVNULL,
    )
    return done.stdout + done.stderr

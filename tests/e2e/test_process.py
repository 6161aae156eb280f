"""A node as a process: how it starts, what it says when it cannot, how it ends."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from node.shell.zklog import PLACES
from tests.e2e.ensemble import free_ports
from tests.waiting import wait_for

pytestmark = pytest.mark.e2e
MODULES_MAX = 320  # imported before it listens, Python's own with them


class Setting:
    """A folder with zoo.cfg and myid for one server of three."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = free_ports()
        self.peers = [free_ports(), free_ports()]
        (folder / "data").mkdir()
        (folder / "data" / "myid").write_text("1\n")
        self.text = (
            "tickTime=200\ninitLimit=10\nsyncLimit=5\n"
            f"dataDir={folder}/data\nclientPort={self.ports.client}\n"
            f"clientPortAddress=127.0.0.1\nadmin.serverAddress=127.0.0.1\n"
            f"admin.serverPort={self.ports.admin}\n4lw.commands.whitelist=*\n"
            f"server.1=127.0.0.1:{self.ports.quorum}:{self.ports.election}\n"
        )
        for sid, ports in enumerate(self.peers, 2):
            line = f"127.0.0.1:{ports.quorum}:{ports.election}"
            self.text += f"server.{sid}={line}\n"

    @contextmanager
    def running(self, **environment: str) -> Iterator[subprocess.Popen[str]]:
        path = self.folder / "zoo.cfg"
        path.write_text(self.text)
        with (self.folder / "log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "node", str(path)],
                stdout=log,
                stderr=subprocess.PIPE,
                text=True,
                env=os.environ | environment,
            )
        try:
            yield process
        finally:
            process.kill()
            process.wait()
            assert process.stderr is not None
            process.stderr.close()

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def wait_looking(self) -> None:
        wait_for(lambda: "New election. My id =  1" in self.log(), "it looks", self.log)

    def ask(self, word: bytes) -> str:
        with socket.create_connection(("127.0.0.1", self.ports.client), 5) as link:
            link.sendall(word)
            return link.makefile().read()


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    return Setting(tmp_path)


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_it_looks_for_a_leader_and_ends_cleanly_on_sigterm(
    setting: Setting, loop: str
) -> None:
    with setting.running(QUORUMLAB_LOOP=loop) as process:
        setting.wait_looking()
        assert setting.ask(b"ruok") == "imok"
        refusal = "This ZooKeeper instance is not currently serving requests\n"
        assert setting.ask(b"srvr") == refusal
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_a_log_line_leads_to_the_line_of_source_that_noticed(setting: Setting) -> None:
    with setting.running():
        setting.wait_looking()
        called = "Cannot open channel to 3"
        wait_for(lambda: called in setting.log(), "it has called 3", setting.log)
    found = re.findall(r"\[.*?:([\w$]+)@(\d+)\] - (.*)", setting.log())
    assert len(found) > 8
    for place, number, message in found:
        lines = [
            Path(file).read_text().splitlines()[int(number) - 1 : int(number)]
            for file in PLACES[place]
        ]
        noticed = re.search(r"note\(|say\(", str(lines))
        assert noticed, f"{place}@{number}: {message}: {lines}"


def test_little_is_imported_before_it_listens(setting: Setting) -> None:
    """What a start costs is its imports; they are counted, for no clock is fair."""
    with setting.running(PYTHONPROFILEIMPORTTIME="1") as process:
        setting.wait_looking()
        process.terminate()
        assert process.stderr is not None
        imported = [
            line.rpartition("|")[2].strip()
            for line in process.stderr
            if line.startswith("import time:")
        ]
    assert "node.shell.server" in imported
    assert len(imported) <= MODULES_MAX


def test_a_busy_admin_port_is_a_warning(setting: Setting) -> None:
    with socket.create_server(("127.0.0.1", setting.ports.admin)), setting.running():
        setting.wait_looking()
        assert "WARN" in setting.log()
        assert "Problem starting AdminServer" in setting.log()


def test_a_busy_client_port_ends_it_with_one_line(setting: Setting) -> None:
    with (
        socket.create_server(("127.0.0.1", setting.ports.client)),
        setting.running() as process,
    ):
        assert process.wait(60) == 1
        assert process.stderr is not None
        said = process.stderr.read()
    assert said.count("\n") == 1
    assert f"{setting.folder}/zoo.cfg:5: client port" in said


def test_a_busy_election_port_is_tried_again_then_ends_it_with_14(
    setting: Setting,
) -> None:
    begun = time.monotonic()
    with (
        socket.create_server(("127.0.0.1", setting.ports.election)),
        setting.running() as process,
    ):
        assert process.wait(60) == 14
        assert process.stderr is not None
        said = process.stderr.read()
    assert time.monotonic() - begun > 2
    assert said.count("\n") == 1
    assert f"{setting.folder}/zoo.cfg:10: election port" in said


PROMETHEUS = "metricsProvider.className=PrometheusMetricsProvider\n"


def test_a_busy_metrics_port_ends_it_with_one_line(setting: Setting) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        setting.text += f"{PROMETHEUS}metricsProvider.httpHost=127.0.0.1\n"
        setting.text += f"metricsProvider.httpPort={port}\n"
        with setting.running() as process:
            assert process.wait(60) == 1
            assert process.stderr is not None
            said = process.stderr.read()
    assert said.count("\n") == 1
    assert f"{setting.folder}/zoo.cfg:15: metrics port" in said


def test_metrics_that_need_h11_are_refused_without_it(setting: Setting) -> None:
    (setting.folder / "h11.py").write_text("raise ImportError('no h11')\n")
    setting.text += PROMETHEUS
    with setting.running(PYTHONPATH=str(setting.folder)) as process:
        assert process.wait(60) == 2
        assert process.stderr is not None
        said = process.stderr.read()
    assert said.count("\n") == 1
    assert f"{setting.folder}/zoo.cfg:13: the Prometheus port needs h11" in said


@pytest.mark.parametrize(
    ("edit", "complaint"),
    [
        (("server.1=127.0.0.1", "server.1=no.such.host.invalid"), ":10: unknown host"),
        (("server.1=127.0.0.1:", "server.1=127.0.0.1;"), "does not have the form"),
        (("initLimit=10\n", ""), "initLimit is not set"),
        (("server.1", "server.9"), "My id 1 not in the peer list"),
    ],
)
def test_a_wrong_config_ends_it_with_one_line_and_2(
    setting: Setting, edit: tuple[str, str], complaint: str
) -> None:
    setting.text = setting.text.replace(*edit)
    with setting.running() as process:
        assert process.wait(60) == 2
        assert process.stderr is not None
        said = process.stderr.read()
    assert complaint in said
    assert said.count("\n") == 1
    assert str(setting.folder) in said


def test_a_missing_myid_is_named(setting: Setting) -> None:
    (setting.folder / "data" / "myid").unlink()
    with setting.running() as process:
        assert process.wait(60) == 2
        assert process.stderr is not None
        assert "zoo.cfg:4: myid file is missing" in process.stderr.read()


def test_a_log_that_cannot_be_trusted_ends_it_with_one_line(setting: Setting) -> None:
    version = setting.folder / "data" / "version-2"
    version.mkdir()
    (version / "log.100000001").write_bytes(b"this is no log")
    with setting.running() as process:
        assert process.wait(60) == 1
        assert process.stderr is not None
        said = process.stderr.read()
    assert "log.100000001" in said
    assert said.count("\n") == 1

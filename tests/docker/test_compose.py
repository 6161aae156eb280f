"""docker-compose.yml, brought up by the compose there is: v2, or 1.29."""

import json
import os
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import yaml

from labctl.lab.runtime.build_context import BuildContext
from tests.docker import engine
from tests.e2e.ensemble import ROOT, free_ports
from tests.waiting import wait_for

pytestmark = [
    pytest.mark.compose,
    pytest.mark.docker,
    pytest.mark.stories,
    pytest.mark.timeout(900),
]


class Project:
    """The compose file in a folder and under a name of its own, on free ports."""

    def __init__(self, folder: Path) -> None:
        """Lay out what the build needs, without a registry."""
        with tarfile.open(fileobj=BuildContext.collect().as_tar()) as tar:
            tar.extractall(folder, filter="data")
        compose: Any = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
        self.admin = []
        for service in compose["services"].values():
            ports = free_ports()
            client, admin = ports.client, ports.admin
            service["image"] = "quorumlab-test:compose"
            service["ports"] = [f"127.0.0.1:{client}:2181", f"127.0.0.1:{admin}:8080"]
            self.admin.append(admin)
        (folder / "docker-compose.yml").write_text(yaml.safe_dump(compose))
        self.command = [*engine.compose(), "-p", f"quorumlab-test-{os.getpid()}"]
        self.folder = folder

    def run(self, *arguments: str) -> None:
        """Run one compose command to its end."""
        done = subprocess.run(
            [*self.command, *arguments],
            cwd=self.folder,
            env={**os.environ, "BASE_IMAGE": engine.base_image()},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def states(self) -> list[str]:
        """Return what each server's AdminServer says it is; "" while it is silent."""
        return [_state(port) for port in self.admin]


def _state(port: int) -> str:
    try:
        with urlopen(f"http://127.0.0.1:{port}/commands/stats", timeout=2) as answer:
            return str(json.load(answer)["server_stats"]["server_state"])
    except (OSError, KeyError):
        return ""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    project = Project(tmp_path)
    try:
        yield project
    finally:
        project.run("down", "-v", "--rmi", "all")


def test_compose_brings_up_a_quorum(project: Project) -> None:
    project.run("up", "-d", "--build")
    wanted = ["follower", "follower", "leader"]
    wait_for(lambda: sorted(project.states()) == wanted, "a quorum", project.states)

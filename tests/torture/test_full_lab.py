"""A whole lab on a full disk: every server ends, it is said why, and it comes back."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.labs import Cli, labs
from tests.torture import figures

pytestmark = [pytest.mark.torture, pytest.mark.timeout(900)]

SIZE_MB = 200  # three empty servers leave more room than a log file takes


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[Cli]:
    if os.getuid():
        pytest.skip("only root may mount a small file system")
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(disk)]
    subprocess.run(mount, check=True)
    try:
        yield from labs(disk / "home")
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_lab_on_a_full_disk_says_so_and_comes_back(cli: Cli) -> None:
    cli.up()
    assert "disk  " not in cli.ok("status")
    fill = cli.home.parent / "fill"
    full = subprocess.run(
        ["dd", "if=/dev/zero", f"of={fill}", "bs=64k"], capture_output=True, check=False
    )
    assert b"No space left" in full.stderr
    asked = cli.run("do", "create /a 1")
    assert asked.returncode != 0, "nobody promises what no disk holds"
    status = cli.run("status").stdout
    assert "quorum: no" in status
    assert "has 0 KiB left: a server that cannot write ends (exit code 10)" in status
    assert "labctl start down" in status
    fill.unlink()
    assert "quorum: yes (3/3 voters)" in cli.ok("start", "down")
    assert "created /a" in cli.ok("do", "create /a 1")
    back = sum(node["serving"] for node in cli.status()["nodes"])
    figures.note("full disk, a whole lab", "servers back after room was made", back, 3)

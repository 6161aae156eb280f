"""Labs for tests: an own state folder and an own block of ports each."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.forked import ROOT, labctl

__all__ = ["ROOT", "Cli", "article_files", "labs"]
_FIRST, _LAST, _BLOCK = 24_000, 32_000, 400  # below the kernel's ephemeral ports
_RESERVED = 99  # the last port of the client family; no lab here is that big

# The verb is killed in the moment in which every node has its fault.
_KILLED_WHEN_SET = """
import os, signal
from labctl.__main__ import main
from labctl.lab.fault_ledger import Ledger
mark_applied = Ledger.mark_applied
def and_end(ledger, fault):
    mark_applied(ledger, fault)
    os.kill(os.getpid(), signal.SIGKILL)
Ledger.mark_applied = and_end
main()
"""


class Cli:
    """`labctl`, run as a person would, with its own home and ports."""

    def __init__(self, home: Path, base_port: int) -> None:
        self.home = home
        self.base_port = base_port
        self.runtime = "process"
        self.files = ""  # zoo.cfgs to come up with; if none, as labctl makes them
        self.environment = {
            **os.environ,
            "LABCTL_HOME": str(home),
            "LABCTL_LANG": "en",
            "PYTHONPATH": str(ROOT),
            "NO_COLOR": "1",
        }

    def name(self) -> None:
        """Name this lab as no lab was named before, not even by a run cut short."""
        self.environment["LABCTL_LAB"] = f"t{self.base_port}-{secrets.token_hex(4)}"

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return labctl(words, {**self.environment, **more})

    def killed_when_set(self, *words: str) -> None:
        """Run a verb that is killed in the moment in which its fault is set."""
        done = subprocess.run(
            [sys.executable, "-c", _KILLED_WHEN_SET, *words],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr

    def ok(self, *words: str) -> str:
        done = self.run(*words)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    def up(self, *words: str) -> str:
        if self.files:
            return self.ok("up", "--config", self.files, *words)
        where = ("--runtime", self.runtime, "--base-port", str(self.base_port))
        return self.ok("up", *where, *words)

    def status(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.ok("status", "-o", "json"))
        return document

    def calm(self, *words: str) -> str:
        """Have three nodes as they come up first: n2 leads epoch 1, all is well.

        A lab that still is so stays, with what clients wrote; for tests that share
        one.  Return what `up` told, or nothing.
        """
        now = self.run("status", "-o", "json")
        if now.returncode == 0:
            if _is_calm(json.loads(now.stdout)):
                return ""
            self.run("down", "--yes")
        return self.up(*words)

    def popen(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "labctl", *words],
            env=self.environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def end(self) -> None:
        """Leave nothing behind, whatever the test did."""
        self.run("down", "--yes")
        for run in self.home.glob("labs/*/*/run.json"):
            pid = json.loads(run.read_text())["pid"]
            command = Path(f"/proc/{pid}/cmdline")
            if command.exists() and str(self.home) in command.read_text():
                os.kill(pid, signal.SIGKILL)


def labs(home: Path) -> Iterator[Cli]:
    """Yield one lab's command line, with a block of ports nobody else takes."""
    for base_port in range(_FIRST, _LAST, _BLOCK):
        with closing(socket.socket()) as claim:
            try:
                claim.bind(("127.0.0.1", base_port + _RESERVED))
            except OSError:
                continue
            if not all(_free(base_port + family) for family in (0, 100, 200, 300)):
                continue
            cli = Cli(home, base_port)
            try:
                yield cli
            finally:
                cli.end()
            return
    raise AssertionError("no free block of ports")


def _is_calm(status: dict[str, Any]) -> bool:
    serving = all(node["serving"] for node in status["nodes"])
    led = (status["leader"], status["epoch"])
    return serving and led == (2, 1) and not (status["faults"] or status["stepping"])


def _free(first: int) -> bool:
    for port in range(first, first + 6):
        with closing(socket.socket()) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


def article_files(folder: Path, base_port: int, *, tick_ms: int = 2000) -> str:
    """Copy the article's three files with other ports; return the glob."""
    shifts = {}
    for index in range(3):
        shifts[2181 + index] = base_port + index
        shifts[2888 + index] = base_port + 100 + index
        shifts[3888 + index] = base_port + 200 + index
        shifts[8081 + index] = base_port + 300 + index
    for source in sorted(ROOT.glob("conf/zoo_sample*.cfg")):
        text = source.read_text()
        for old, new in shifts.items():
            text = text.replace(str(old), str(new))
        text = text.replace("tickTime=2000", f"tickTime={tick_ms}")
        (folder / source.name).write_text(text)
    return str(folder / "zoo_sample*.cfg")

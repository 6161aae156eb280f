"""What a person's terminal shows: Ctrl-C, a closed pipe, eighty columns, no colour."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.labs import ROOT, Cli
from tests.e2e.terminal import COLUMNS, Terminal

pytestmark = [pytest.mark.e2e, pytest.mark.terminal, pytest.mark.timeout(600)]


@pytest.fixture
def terminal(shared: Cli, tmp_path: Path) -> Iterator[Terminal]:
    """A terminal in which `labctl` is the one under test."""
    tools = tmp_path / "bin"
    tools.mkdir()
    command = tools / "labctl"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m labctl "$@"\n')
    command.chmod(0o755)
    path = f"{tools}:{os.environ['PATH']}"
    with Terminal(tmp_path, {**shared.environment, "PATH": path}) as found:
        found.run(f"cd {ROOT}")
        yield found


def test_a_story_fits_eighty_columns(shared: Cli, terminal: Terminal) -> None:
    up = f"labctl up --runtime process --base-port {shared.base_port}"
    for command in (up, "labctl kill 2", "labctl status", "labctl down --yes"):
        code, shown = terminal.run(command)
        assert code == 0, shown
        lines = [line for line in shown.splitlines() if line.startswith(" t+")]
        assert all(len(line) <= COLUMNS for line in lines)
        for line in terminal.cut():
            assert not line.startswith(" t+"), f"broken off by the edge: {line}"


def test_the_log_beside_a_story_fits_eighty_columns(terminal: Terminal) -> None:
    run = "tests/vectors/runs/first-quorum.jsonl.gz"
    code, shown = terminal.run(f"labctl replay {run} --speed 0 --as zookeeper")
    assert code == 0, shown
    assert "┊ INFO  o.a.z.s.q.QuorumPeer - LEADING" in shown
    assert terminal.cut() == []


def test_ctrl_c_ends_the_story_and_not_the_lab(shared: Cli, terminal: Terminal) -> None:
    shared.up()
    for command, said in (
        ("labctl pause leader", "paused"),
        ("labctl logs -f 1", "n1 |"),
    ):
        ended = len(terminal.codes())
        terminal.type(f"clear; {command}")
        terminal.wait_until(said)
        terminal.press("C-c", "C-c")
        terminal.wait_ended(ended + 1)
        assert terminal.codes()[-1] == 130
        assert "Traceback" not in terminal.shown()
        assert sum(node["up"] for node in shared.status()["nodes"]) == 3


def test_a_reader_that_leaves_breaks_nothing(shared: Cli, terminal: Terminal) -> None:
    shared.up()
    _, shown = terminal.run("labctl kill 2 | head -1; echo ${PIPESTATUS[*]}")
    assert "0 0" in shown
    assert "Broken" not in shown
    assert not shared.status()["nodes"][1]["up"]

"""The first hour, typed key by key into a terminal of eighty columns by twenty-four.

Every line that the page shows must come again, times, ports and ids set aside, and
wherever the terminal wraps it.
"""

import os
import re
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from rich.cells import cell_len

from tests.e2e.labs import ROOT, Cli
from tests.e2e.terminal import COLUMNS, Terminal

pytestmark = [pytest.mark.e2e, pytest.mark.terminal, pytest.mark.timeout(600)]

PAGES = ("first-hour.md", "first-hour.zh.md")
_FENCE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ASKED = "[y/N] "
_VARIES = re.compile(r"0x[0-9a-f]+|\d+(?:[.:]\d+)*|\s+")


class Step(NamedTuple):
    """What a newcomer types, and the lines that the page shows below it."""

    command: str
    shown: list[str]


def steps(page: str) -> list[Step]:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    found = []
    for block in _FENCE.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *shown = part.splitlines()
            found.append(Step(command, [line for line in shown if line != "…"]))
    return found


def bare(text: str) -> str:
    """Return a text without what differs from run to run, and without wrapping."""
    return _VARIES.sub(lambda found: "" if found[0].isspace() else "#", text)


def typed(terminal: Terminal, step: Step, ports: str) -> str:
    """Type a command, answer what it asks as the page does; return what it showed."""
    command = f"{step.command} {ports}" if step.command == "labctl up" else step.command
    answers = [line.split(_ASKED)[1] for line in step.shown if _ASKED in line]
    if not answers:
        code, shown = terminal.run(command)
        assert code == 0, shown
        return shown
    ended = len(terminal.codes())
    terminal.type(command)
    terminal.wait_until(_ASKED.strip())
    terminal.type(answers[0])
    terminal.wait_ended(ended + 1)
    assert terminal.codes()[-1] == 0
    return terminal.shown()


@pytest.mark.stories
@pytest.mark.parametrize("page", PAGES)
def test_a_newcomer_sees_what_the_page_shows(
    page: str, cli: Cli, tmp_path: Path
) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    command = tools / "labctl"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m labctl "$@"\n')
    command.chmod(0o755)
    lang = "zh" if page.endswith(".zh.md") else "en"
    path = f"{tools}:{os.environ['PATH']}"
    environment = {**cli.environment, "PATH": path, "LABCTL_LANG": lang}
    ports = f"--runtime process --base-port {cli.base_port}"
    with Terminal(tmp_path, environment) as terminal:
        terminal.run(f"cd {tmp_path}")
        for step in steps(page):
            shown = typed(terminal, step, ports)
            there = bare(shown)
            for line in step.shown:
                assert bare(line) in there, f"{step.command}: no {line!r} in:\n{shown}"
            for line in terminal.cut():
                assert not line.startswith(" t+"), f"broken off by the edge: {line}"
    assert "<svg" in (tmp_path / "story.html").read_text(encoding="utf-8")
    assert not list(cli.home.glob("labs/*/lab.json")), "a page takes its lab down"


def test_the_page_fits_the_terminal_and_says_the_same_twice() -> None:
    english, chinese = (steps(page) for page in PAGES)
    assert [step.command for step in english] == [step.command for step in chinese]
    assert len(english) >= 18
    for step in (*english, *chinese):
        for line in step.shown:
            assert cell_len(line) <= COLUMNS, line

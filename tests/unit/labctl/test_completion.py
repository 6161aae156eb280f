"""TAB completes verbs, labs, nodes, faults, terms and exercises in three shells."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from labctl.classroom.folders import ids
from labctl.cli.app import VERBS
from labctl.cli.commands.completion import of
from labctl.lab.fault_ledger import Entry, Ledger
from labctl.lab.topology import LabSpec, plan, save
from labctl.story.terms import TERMS
from tests.e2e import terminal
from tests.forked import ROOT, labctl
from tests.unit.labctl.test_app import HEAVY

SHELLS = ("bash", "zsh", "fish")
_LISTS_MODULES = (
    "import atexit, sys\n"
    "names = lambda: open(sys.argv[1], 'w').write(' '.join(sys.modules))\n"
    "atexit.register(names)\n"
    "from labctl.__main__ import main\n"
    "main()\n"
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two labs: one of three nodes, one of five with a fault that stands."""
    for name, count in (("default", 3), ("wide", 5)):
        folder = tmp_path / "labs" / name
        save(plan(LabSpec(nodes=count), name, "process", folder), folder)
    Ledger(tmp_path / "labs" / "wide").add(Entry("f7", "cut", "1>2"))
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "20260101-120000-default.jsonl.gz").touch()
    return tmp_path


def asked(shell: str, line: str, home: Path) -> dict[str, str]:
    """Return the environment in which a shell asks when TAB is pressed."""
    typed = line.split()
    at = len(typed) if line.endswith(" ") else len(typed) - 1
    how = {
        "bash": {"COMP_WORDS": line, "COMP_CWORD": str(at)},
        "zsh": {"_TYPER_COMPLETE_ARGS": line},
        "fish": {
            "_TYPER_COMPLETE_ARGS": line,
            "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        },
    }[shell]
    return {
        **os.environ,
        **how,
        "LABCTL_HOME": str(home),
        "LABCTL_LANG": "en",
        "_LABCTL_COMPLETE": f"complete_{shell}",
    }


def ask(shell: str, line: str, home: Path) -> str:
    """Ask as the shell does when TAB is pressed at the end of the line."""
    done = labctl((), asked(shell, line, home))
    assert (done.returncode, done.stderr) == (0, ""), line
    return done.stdout


def words(shell: str, answer: str) -> list[str]:
    """Return what the shell would offer."""
    if shell == "bash":
        return answer.split()
    if shell == "fish":
        return [line.split("\t")[0] for line in answer.splitlines() if line]
    if answer.strip() == "_files":
        return []
    inside = answer[answer.index("((") + 2 : answer.rindex("))")]
    return [row.split('":"')[0].strip('"') for row in inside.splitlines()]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("labctl ", set(VERBS)),
        ("labctl st", {"status", "start", "stop", "step"}),
        ("labctl --lab wide st", {"status", "start", "stop", "step"}),
        ("labctl ex st", {"start"}),
        ("labctl status --lab ", {"default", "wide"}),
        ("labctl kill f", {"follower", "followers"}),
        ("labctl start --lab wide 1,", {f"1,{sid}" for sid in (2, 3, 4, 5)}),
        ("labctl --lab wide kill 5", {"5"}),
        ("labctl heal --lab wide ", {"f7", "all"}),
        ("labctl explain TR", {term for term in TERMS if term.startswith("TR")}),
        ("labctl ex start ", set(ids())),
        ("labctl replay ", {"latest", "default", "wide", "20260101-120000-default"}),
        ("labctl chaos --faults kill,pa", {"kill,pause", "kill,partition"}),
        ("labctl cut 1-", {"1-2", "1-3"}),
        ("labctl wait no-", {"no-leader", "no-quorum", "no-sessions"}),
        ("labctl wait n2=L", {"n2=LOOKING", "n2=LEADING"}),
    ],
)
def test_tab_offers_what_is_there(line: str, offered: set[str], home: Path) -> None:
    found = words("bash", ask("bash", line, home))
    assert offered
    if "1," in line:  # and the roles
        assert offered <= set(found)
        assert "1,1" not in found
    else:
        assert set(found) == offered


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "line", ["labctl st", "labctl heal --lab wide ", "labctl --no"]
)
def test_every_shell_is_offered_the_same(shell: str, line: str, home: Path) -> None:
    found = words(shell, ask(shell, line, home))
    expected = {
        "labctl st": {"status", "start", "stop", "step"},
        "labctl heal --lab wide ": {"f7", "all"},
        "labctl --no": set(),
    }
    assert set(found) == expected[line]


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("bash", "labctl nosuch "),
        ("zsh", "labctl nosuch "),
        ("fish", "labctl nosuch "),
        ("bash", "labctl kill --nosuch "),
        ("zsh", "labctl --lab ../.. kill "),
        ("fish", "labctl do 'create /a "),
        ("bash", "labctl ex nosuch x "),
    ],
)
def test_tab_never_prints_an_error(shell: str, line: str, home: Path) -> None:
    answer = ask(shell, line, home)
    assert "rror" not in answer
    assert "Traceback" not in answer


def test_tab_reads_no_more_than_it_must(home: Path, tmp_path: Path) -> None:
    """No exercise is parsed, no engine asked; a verb's name needs no verb's file."""
    listed = tmp_path / "modules"
    for line, ours in (("labctl ", 26), ("labctl ex start ", 30)):
        subprocess.run(
            [sys.executable, "-c", _LISTS_MODULES, str(listed)],
            env=asked("bash", line, home),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        modules = listed.read_text().split()
        assert set(modules) & HEAVY == set()
        known = [m for m in modules if m.startswith(("labctl", "node", "simulator"))]
        assert len(known) <= ours, line


def test_a_comma_or_an_exclamation_mark_begins_another_word() -> None:
    assert of(("1", "2", "all"), "") == ["1", "2", "all"]
    assert of(("1", "2", "all"), "1,") == ["1,2", "1,all"]
    assert of(("1", "2", "all"), "!") == ["!1", "!2", "!all"]
    assert of(("1", "2", "leader"), "1,l") == ["1,leader"]


@pytest.mark.terminal
@pytest.mark.skipif(bool(terminal.missing()), reason=terminal.missing())
def test_a_real_bash_completes_what_is_typed(home: Path, tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "labctl").write_text(
        f'#!/bin/sh\nexec env PYTHONPATH={ROOT} {sys.executable} -m labctl "$@"\n'
    )
    (tools / "labctl").chmod(0o755)
    path = f"{tools}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "LABCTL_HOME": str(home)}
    with terminal.Terminal(tmp_path, environment) as it:
        code, _ = it.run("source <(labctl --show-completion)")
        assert code == 0
        for typed, completed in (
            ("labctl expl", "labctl explain "),
            ("labctl ex start first", "labctl ex start first-quorum "),
            ("labctl status --lab w", "labctl status --lab wide "),
        ):
            it.press("C-l")
            it.keys(typed)
            it.press("Tab")
            it.wait_until(completed.rstrip())
            it.press("C-c")

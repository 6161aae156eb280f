"""The processes of this machine: which run our node, what they were given, their state.

A node's command line ends in `-m node …/zoo.cfg`; its environment holds the nonce of
its boot.  Both can be read as long as it runs, whatever became of its folder.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_TABLE = Path("/proc")
_NODE = ["-m", "node"]


class NodeProcess(NamedTuple):
    """One process that runs our node."""

    pid: int
    config: str  # the zoo.cfg that it was given
    boot: str  # nonce of its boot; "" if it cannot be read
    ours: bool  # we may end it


def node_processes() -> Iterator[NodeProcess]:
    """Return every process of this machine that runs our node on a zoo.cfg."""
    for pid, words in _commands():
        if words[-3:-1] == _NODE and words[-1].endswith("/zoo.cfg"):
            yield NodeProcess(pid, words[-1], _boot_of(pid), _may_end(pid))


def command_of(pid: int) -> str:
    """Return the command line of a live process; "" for none, or for a zombie."""
    if has_table():
        return " ".join(_words_of(_TABLE / str(pid)))
    return ps(pid, "command")


def state_of(pid: int) -> str:
    """Return R, S, D, T (paused), Z, …; "" if it cannot be known."""
    try:
        stat = (_TABLE / str(pid) / "stat").read_text(encoding="utf-8")
        return stat.rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return ps(pid, "state")[:1]


def has_table() -> bool:
    """Return whether the system shows its processes as files."""
    return (_TABLE / "self" / "cmdline").exists()


def ps(pid: int, column: str) -> str:
    """Ask `ps` for one column of one process; "" if it does not answer."""
    return _ps("-o", f"{column}=", "-p", str(pid)).strip()


def _commands() -> Iterator[tuple[int, list[str]]]:
    if has_table():
        for folder in _TABLE.glob("[0-9]*"):
            yield int(folder.name), _words_of(folder)
        return
    for line in _ps("-axww", "-o", "pid=,command=").splitlines():
        pid, _, command = line.strip().partition(" ")
        before, _, config = command.partition(" -m node ")  # it may have blanks
        yield int(pid), [before, *_NODE, config]


def _words_of(folder: Path) -> list[str]:
    try:
        text = (folder / "cmdline").read_bytes().decode("utf-8", "replace")
    except OSError:
        return []
    return text.removesuffix("\0").split("\0")


def _boot_of(pid: int) -> str:
    try:
        given = (_TABLE / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return ""
    found = [word for word in given if word.startswith(b"QUORUMLAB_BOOT=")]
    return found[0].partition(b"=")[2].decode("utf-8", "replace") if found else ""


def _may_end(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def _ps(*words: str) -> str:
    try:
        answer = subprocess.run(  # noqa: S603  (numbers and constants)
            ["ps", *words],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return answer.stdout

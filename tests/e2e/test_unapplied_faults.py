"""A verb that is killed after it wrote a fault down and before the nodes were told."""

import subprocess
import sys

import pytest

from tests.e2e.labs import ROOT, Cli

pytestmark = pytest.mark.e2e

# The verb ends in the moment in which it would tell its so-many-th node.
_KILLED = """
import itertools, os, sys
from labctl.__main__ import main
from labctl.lab.admin import AdminClient
from labctl.lab.runtime.process import ProcessRuntime
calls, last = itertools.count(1), int(sys.argv.pop(1))
def until(tell):
    return lambda *words: os._exit(77) if next(calls) == last else tell(*words)
AdminClient.send = until(AdminClient.send)
ProcessRuntime.pause = until(ProcessRuntime.pause)
main()
"""


def killed(cli: Cli, at: int, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(at), *words],
        env=cli.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 77, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("words", "at", "unapplied"),
    [
        (("partition", "1", "/", "2,3"), 1, [1, 2, 3]),
        (("cut", "1-3"), 2, [3]),
        (("disk", "3", "--fsync-delay", "800ms"), 1, [3]),
        (("pause", "3"), 1, [3]),
    ],
)
def test_a_fault_no_node_was_told_is_shown_and_healed(
    trio: Cli, words: tuple[str, ...], at: int, unapplied: list[int]
) -> None:
    killed(trio, at, *words)
    (fault,) = trio.status()["faults"]
    assert (fault["kind"], fault["unapplied"]) == (words[0], unapplied)
    nodes = ", ".join(f"n{sid}" for sid in unapplied)
    assert f"recorded, not in force in {nodes}" in trio.ok("status")
    trio.ok("heal", fault["id"])
    assert trio.status()["faults"] == []


def test_what_was_told_is_no_longer_missed(trio: Cli) -> None:
    trio.ok("cut", "1->3", "--lose", "PING", "--out-of-model")
    (fault,) = trio.status()["faults"]
    assert fault["unapplied"] == []
    trio.ok("heal", "--all")


def test_a_killed_verbs_fault_is_set_at_the_restart_unless_healed(trio: Cli) -> None:
    killed(trio, 1, "disk", "3", "--fsync-delay", "10ms")
    trio.ok("restart", "3")
    (fault,) = trio.status()["faults"]
    assert (fault["kind"], fault["unapplied"]) == ("disk", [])
    trio.ok("heal", "--all")
    assert trio.status()["faults"] == []

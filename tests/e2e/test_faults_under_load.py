"""Every fault verb against a load: what clients were promised holds throughout.

And a labctl that dies the moment its fault stands leaves nothing that `status` does
not show and `heal` does not end.
"""

import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.e2e.labs import Cli, article_files, labs
from tests.waiting import wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.stories, pytest.mark.timeout(900)]
TICK_MS = 200  # syncLimit 5: a second of silence is noticed
BUSY = 3  # acknowledged writes that a lab in order has soon


class Case(NamedTuple):
    """A verb, what status says while its fault stands, and what ends it."""

    verb: str  # as it is typed
    stands: str  # a fault's kind, a node's state, or both
    ends: tuple[str, ...] = ("heal --all",)


CASES = (
    Case("kill leader", "DOWN", ("start down",)),
    Case("pause leader --for 3s", "pause"),
    Case("crash leader", "DOWN", ("start down",)),
    Case("partition leader / rest", "partition"),
    Case("partition 1,2 / 2,3", "partition"),
    Case("cut follower:1->leader", "cut"),
    Case("hold leader->* --from PROPOSAL", "hold"),
    Case("delay 1-3 50ms±20ms", "delay"),
    Case("disk leader --fsync-delay 80ms", "disk"),
    Case("disk follower:1 --full", "disk DOWN", ("heal --all", "start down")),
    Case("clock leader +30s", "clock"),
    Case("wipe follower:1 --yes", "DOWN", ("start down",)),
)
DEATHS = (
    "pause leader",
    "partition leader / rest",
    "hold leader->follower:1",
    "disk follower:1 --fsync-delay 80ms",
    "clock leader +30s",
    "chaos --seed 5 --faults partition,delay --every 20s --for 60s",
)


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[Cli]:
    for cli in labs(tmp_path / "home"):
        glob = article_files(tmp_path, cli.base_port, tick_ms=TICK_MS)
        cli.ok("up", "--config", glob)
        yield cli


def acknowledged(cli: Cli) -> int:
    """Return how many writes of the load were answered with success so far."""
    (history,) = cli.home.glob("labs/default/histories/*.jsonl")
    return sum(
        '"kind": "set"' in line
        and '"err": 0' in line
        and '"returned": null' not in line
        for line in history.read_text().splitlines()
    )


def standing(cli: Cli) -> set[str]:
    """Return the kinds of the faults and the states of the nodes."""
    status = cli.status()
    kinds = {fault["kind"] for fault in status["faults"]}
    return kinds | {node["state"] for node in status["nodes"]}


def stands(cli: Cli, case: Case) -> bool:
    return set(case.stands.split()) <= standing(cli)


def whole(cli: Cli) -> bool:
    status = cli.status()
    serving = all(node["serving"] for node in status["nodes"])
    return serving and not status["faults"]


def busy(cli: Cli) -> None:
    """Wait until the load goes on."""
    before = acknowledged(cli)
    wait_for(lambda: acknowledged(cli) >= before + BUSY, "the load goes on")


def test_no_fault_inside_the_model_breaks_a_promise(cli: Cli) -> None:
    behind = cli.ok("load", "--background", "--rate", "40", "--for", "5m")
    for case in CASES:
        busy(cli)
        verb = cli.popen(*case.verb.split())
        wait_for(partial(stands, cli, case), case.verb)
        said, error = verb.communicate(timeout=60)
        assert verb.returncode == 0, f"{case.verb}: {said}{error}"
        for end in case.ends:
            cli.ok(*end.split())
        assert whole(cli), f"{case.verb} is not over"
    busy(cli)
    for plan in (("--seed", "7"), ("--seed", "3", "--faults", "crash,disk,clock")):
        chaos = cli.ok("chaos", *plan, "--every", "2s", "--for", "6s")
        assert "chaos ends: all is healed" in chaos
        assert whole(cli)
        busy(cli)
    pid = behind.split("process ")[1].split(";")[0]
    subprocess.run(["kill", pid], check=True)
    left = cli.home / "labs" / "default" / "clients"
    wait_for(lambda: not list(left.glob("*.json")), "the load ends")
    assert "verdict: every promise was kept" in cli.ok("check", "history")


def test_a_fault_whose_labctl_was_killed_is_known_and_healed(cli: Cli) -> None:
    for number, words in enumerate(DEATHS, start=1):
        cli.killed_when_set(*words.split())
        assert [f["id"] for f in cli.status()["faults"]] == [f"f{number}"], words
        cli.ok("heal", "--all")
        assert whole(cli), f"{words} is not over"

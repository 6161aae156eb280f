"""What a lab has is found without its state folder, and ended; no other lab is."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.labs import Cli, labs

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[Cli]:
    """A lab with a name of its own: left over things are found by name."""
    for cli in labs(tmp_path / "home"):
        cli.name()
        yield cli


def name(cli: Cli) -> str:
    return cli.environment["LABCTL_LAB"]


def others(cli: Cli, **more: str) -> list[dict[str, Any]]:
    """Return what `ls -a` shows of this lab beside the labs that stand."""
    done = cli.run("ls", "-a", "-o", "json", **more)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["others"]
    return [thing for thing in found if thing["lab"] == name(cli)]


def pids(cli: Cli) -> list[int]:
    return [node["pid"] for node in cli.status()["nodes"]]


def alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}/exe").exists()]


def lose_the_folder(cli: Cli) -> None:
    shutil.rmtree(cli.home / "labs" / name(cli))


def test_down_ends_processes_whose_folder_is_gone(cli: Cli) -> None:
    cli.up()
    running = pids(cli)
    assert others(cli) == []
    lose_the_folder(cli)
    left = others(cli, LABCTL_HOME=str(cli.home / "elsewhere"))
    assert [int(thing["name"]) for thing in left] == sorted(running)
    assert {(thing["kind"], thing["whose"]) for thing in left} == {
        ("process", "left-over")
    }
    assert "left over  process" in cli.ok("ls", "-a")
    refused = cli.run("down")
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "--yes" in refused.stderr
    assert alive(running) == running
    assert "removed 3" in cli.ok("down", "--yes")
    assert alive(running) == []
    assert "nothing to remove" in cli.ok("down", "--yes")


@pytest.mark.stories
def test_prune_lists_asks_and_touches_no_lab_that_stands(cli: Cli) -> None:
    cli.up()
    running = pids(cli)
    assert "nothing is left over" in cli.ok("prune", "--yes")
    elsewhere = {"LABCTL_HOME": str(cli.home / "elsewhere")}
    assert {thing["whose"] for thing in others(cli, **elsewhere)} == {"lab"}
    assert cli.run("prune", "--yes", **elsewhere).returncode == 0
    assert alive(running) == running
    lose_the_folder(cli)
    listed = cli.ok("prune", "--dry-run")
    assert all(f"process {pid} of lab {name(cli)}" in listed for pid in running)
    refused = cli.run("prune")
    assert (refused.returncode, "--yes" in refused.stderr) == (2, True)
    assert alive(running) == running
    assert "removed 3" in cli.ok("prune", "--yes")
    assert alive(running) == []


@pytest.mark.stories
def test_a_process_that_its_folder_no_longer_records_is_left_over(cli: Cli) -> None:
    cli.up()
    running = pids(cli)
    (cli.home / "labs" / name(cli) / "n3" / "run.json").unlink()
    assert [int(thing["name"]) for thing in others(cli)] == running[2:]
    assert "removed 1" in cli.ok("prune", "--yes")
    assert alive(running) == running[:2]
    assert [node["up"] for node in cli.status()["nodes"]] == [True, True, False]


def test_half_removed_folders_are_cleared(cli: Cli) -> None:
    gone = cli.home / "labs" / f".{name(cli)}.gone"
    half = cli.home / "labs" / name(cli)
    for folder in (gone, half):
        (folder / "n1").mkdir(parents=True)
    (gone / "lab.json").write_text("{}")
    listed = cli.ok("prune", "--dry-run")
    assert str(gone) in listed
    assert str(half) in listed
    assert "removed 2" in cli.ok("prune", "--yes")
    assert not cli.home.exists()

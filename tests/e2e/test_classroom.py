"""A student's whole session on real servers, and a teacher's grade of it."""

import json
import re

import pytest

from labctl.classroom import library
from labctl.classroom.load import load
from tests.e2e.labs import Cli
from tests.e2e.solving import solve

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


@pytest.mark.stories
def test_a_student_predicts_fails_asks_succeeds_and_hands_in(cli: Cli) -> None:
    began = cli.ok("ex", "start", "kill-leader", "--student", "ada")
    path = re.findall(r"create (/\w+) 1", began)[0]
    early = cli.run("ex", "check")
    assert early.returncode == 1
    assert early.stdout.count("not reached yet") == 4

    assert cli.run("ex", "predict", "the tall one").returncode == 2
    assert "locked   next: 1" in cli.ok("ex", "predict", "n1")
    assert cli.run("ex", "predict", "3").returncode == 1  # it is locked
    cli.up()
    cli.ok("do", f"create {path} 1")
    cli.ok("kill", "follower:1")
    failed = cli.run("ex", "check")
    assert failed.returncode == 1
    assert "✗ 0/1  The leader was killed" in failed.stdout
    assert cli.run("ex", "next").returncode == 1
    assert "costs 0.5" in cli.ok("ex", "hint")

    cli.ok("start", "1")  # by another road: the killed one comes back first
    cli.ok("kill", "leader")
    done = cli.ok("ex", "check")
    assert "you predicted 1" in done
    assert "it was 3" in done
    assert "of equal logs the higher id wins" in done  # the misconception's answer
    number = re.findall(r"  e(\d+) +n3 ▲ leads epoch 2", done)[0]
    assert "leads epoch 2" in cli.ok("why", "--event", number)

    second_step(cli)
    graded(cli)


def second_step(cli: Cli) -> None:
    """Go on in a new terminal, and do what `ex solve` shows."""
    assert "step 2 of 2" in cli.ok("ex", "next")
    assert "step 2 of 2" in cli.ok("ex", "start", "kill-leader")  # a new terminal
    cli.ok("ex", "predict", "n1")
    for command in re.findall(r"labctl (.+)", cli.ok("ex", "solve")):
        words = [word.strip("'") for word in re.findall(r"'[^']*'|\S+", command)]
        cli.ok(*words)
    assert "done     labctl ex submit" in cli.ok("ex", "check")


def graded(cli: Cli) -> None:
    """Hand it in, with the lab and after it, and have it graded by the teacher."""
    folder = cli.home / "handed-in"
    folder.mkdir()
    cli.ok("ex", "submit", "-o", str(folder))
    cli.ok("down", "--yes")
    cli.ok("ex", "submit", "-o", str(folder))  # its recording outlives the lab

    graded = json.loads(cli.ok("grade", str(folder), "--format", "json"))
    (mine,) = graded["submissions"]
    assert (mine["student"], mine["refused"]) == ("ada", None)
    assert mine["max_score"] - mine["score"] == 2.5  # a wrong prediction and a hint
    assert [r["id"] for r in mine["results"] if not r["passed"]] == ["equal/next"]
    (wrong,) = [r for r in mine["results"] if not r["passed"]]
    assert "leads epoch 2" in wrong["rationale"]


@pytest.mark.parametrize("lang", ["en", pytest.param("zh", marks=pytest.mark.stories)])
def test_playing_leaves_nothing_behind(cli: Cli, lang: str) -> None:
    port = str(cli.base_port)
    cli.environment["LABCTL_LANG"] = lang
    told = cli.ok("play", "--answer", "n3", "--base-port", port)
    assert told.count("SIGKILL") == 1
    sentence = {"en": "You predicted n3, and n3 leads.", "zh": "您预测 n3，现在 n3"}
    assert sentence[lang] in told
    for word in ("zxid", "DIFF", "syncLimit", "LEADERINFO"):
        assert word not in told
    assert not list(cli.home.glob("labs/*"))


@pytest.mark.stories
def test_brief_shows_a_line_for_each_server_and_turning_point(cli: Cli) -> None:
    story = [line for line in cli.up("--brief").splitlines() if line.startswith(" t+")]
    assert len(story) == 6  # three start, one leads, two follow
    assert sum("starts" in line for line in story) == 3


def solutions() -> list[tuple[str, str]]:
    """Return every exercise and every variant of it."""
    found = []
    for path in library.files():
        variants = [variant.id for variant in load(path).variants]
        found += [(path.stem, variant) for variant in ("", *variants)]
    return found


@pytest.mark.stories
@pytest.mark.parametrize(("name", "variant"), solutions())
def test_a_reference_solution_scores_everything_on_real_servers(
    cli: Cli, name: str, variant: str
) -> None:
    solve(cli, name, variant)

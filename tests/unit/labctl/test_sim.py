"""`labctl sim`: the same world for people, in both languages, with a verdict."""

import os
import re
import subprocess
from pathlib import Path

from labctl.words.sim import SIM
from simulator.faults import KINDS, QUIET
from tests.forked import labctl


def sim(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    own = {"LABCTL_HOME": str(home), "PYTHONUTF8": "1"}
    return labctl(("sim", *words), {**os.environ, **own})


def test_a_schedule_is_told_and_judged_and_can_be_replayed(tmp_path: Path) -> None:
    first = sim(tmp_path, "--nodes", "3", "--seed", "7")
    assert first.returncode == 0, first.stdout + first.stderr
    assert re.search(r"n\d  ▲ leads epoch 1", first.stdout)
    assert "no promise was broken: 1 schedules" in first.stdout
    command = re.search(r"replay +labctl sim (.*)", first.stdout)
    assert command
    assert sim(tmp_path, *command[1].split()).stdout == first.stdout


def test_a_planted_bug_is_named_and_breaks_a_promise(tmp_path: Path) -> None:
    told = sim(tmp_path, "--bug", "half-is-enough", "--seed", "0", "--schedules", "9")
    assert told.returncode == 8
    assert "A quorum is half of the voters" in told.stdout
    assert re.search(r"replay +labctl sim --seed \d --bug half-is-enough", told.stdout)


def test_without_faults_nobody_is_hurt_and_chinese_says_so(tmp_path: Path) -> None:
    told = sim(tmp_path, "--nodes", "3", "--faults", "none", "--lang", "zh")
    assert told.returncode == 0
    assert "没有违反任何承诺" in told.stdout
    assert "0 次故障停机" in told.stdout


def test_unknown_names_are_answered_with_the_known_ones(tmp_path: Path) -> None:
    for flag, known in (("--bug", "half-is-enough"), ("--faults", "partition")):
        told = sim(tmp_path, flag, "nonsense")
        assert told.returncode == 2
        assert known in told.stderr


def test_every_fault_has_its_words() -> None:
    for kind in {*KINDS, "repaired", "resume", "peace"} - {"ambush"}:
        assert f"sim.{kind}" in SIM
        assert f"sim.{kind}.why" in SIM
    assert set(QUIET) <= set(KINDS)


def test_a_bug_that_there_is_not_is_refused_before_anything_is_said(
    tmp_path: Path,
) -> None:
    done = sim(tmp_path, "--bug", "nosuch")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 2

"""The mutation run itself: a planted bug is killed, a change of nothing survives."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutation import report
from tests.mutation.__main__ import COUNTS, TESTS
from tests.mutation.lanes import Outcome
from tests.mutation.mutants import ROOT, Mutant, of_file, of_package, sample

THING = '''"""A thing."""

from typing import NamedTuple

BASE = 2
MOST = 5


class Limits(NamedTuple):
    most: int = MOST


def count(numbers):
    """Return how many are above the base, and how many there are."""
    found = [0, len(numbers)]
    for number in numbers:
        if number < 0 and not number == -1:
            continue
        if number > BASE:
            found[0] += 1
    unused = max(found)
    return found


def steps(wanted):
    at = 0
    while at < wanted:
        at += 1
    return at
'''
TEST = """from thing import BASE, Limits, count, steps

def test_count():
    assert count([1, 2, 3, 4]) == [2, 4]
    assert BASE == 2
    assert Limits().most == 5

def test_steps():
    assert steps(3) == 3
"""
RUN = """
import json, sys
from pathlib import Path
import pytest
from tests.mutation import lanes
from tests.mutation.lanes import Outcome
from tests.mutation.mutants import of_file, plant
lanes.ENDLESS_CPU_S = 0.3
mutants = of_file(Path("thing.py"))
source = Path("thing.py").read_text()
it = lanes.Lanes(
    mutants, lambda m: ["test_thing.py"], lambda m: plant(m.file, source, m.edit)
)
code = pytest.main(
    ["-q", "-s", "-p", "no:cacheprovider", "--rootdir=.", "test_thing.py"], plugins=[it]
)
fates = {o.mutant.key: [o.fate, o.by] for o in it.outcomes}
Path("fates.json").write_text(json.dumps([int(code), len(mutants), fates]))
"""


def run(folder: Path, test: str) -> tuple[int, int, dict[str, list[str]]]:
    """Run every mutant of THING against a test, in a pytest of its own."""
    (folder / "thing.py").write_text(THING)
    (folder / "test_thing.py").write_text(test)
    ran = subprocess.run(
        [sys.executable, "-c", RUN], cwd=folder, capture_output=True, text=True,
        env={"PYTHONPATH": f"{ROOT}:{folder}", "PATH": ""}, check=False,
    )  # fmt: skip
    told = folder / "fates.json"
    assert told.exists(), ran.stdout + ran.stderr
    code, count, fates = json.loads(told.read_text())
    return code, count, fates


def test_a_planted_bug_is_killed_and_one_that_nobody_tests_survives(tmp_path: Path):
    code, count, fates = run(tmp_path, TEST)
    assert code == 0
    assert len(fates) == count

    def fate(change: str) -> str:
        return fates[f"thing.py {change}"][0]

    assert fate("count: number > BASE → number >= BASE") == "killed"
    assert fate("constant: BASE = 2 → BASE = 1") == "killed"
    assert fate("constant: MOST = 5 → MOST = 6") == "killed", "a default"
    assert fate("count: found[0] += 1 → pass") == "killed"
    assert fate("count: continue → break") == "survived", "no number is negative"
    assert fate("count: unused = max(found) → unused = min(found)") == "survived"
    assert fate("steps: at += 1 → pass") == "endless"
    by = fates["thing.py steps: at += 1 → at += 2"]
    assert by == ["killed", "test_thing.py::test_steps"]


def test_tests_that_fail_by_themselves_kill_nobody(tmp_path: Path):
    code, _, fates = run(tmp_path, TEST + "\ndef test_wrong():\n    assert False\n")
    assert code != 0
    assert fates == {}


def test_every_kind_of_change_is_made(tmp_path: Path):
    path = tmp_path / "thing.py"
    path.write_text(THING)
    kinds = {mutant.kind for mutant in of_file(path)}
    assert kinds >= {
        "comparison", "and/or", "number", "dropped statement", "dropped element",
        "jump", "extreme", "negated condition", "operator",
    }  # fmt: skip
    assert not [m for m in of_file(path) if m.before == m.after]


@pytest.mark.parametrize("package", COUNTS)
def test_a_sample_is_the_same_again_and_each_mutant_has_a_name_of_its_own(
    package: str,
):
    assert sample(package, 7, 50) == sample(package, 7, 50)
    assert sample(package, 7, 50) != sample(package, 8, 50)
    every = of_package(package)
    assert len({mutant.key for mutant in every}) == len(every) >= COUNTS[package]
    for path in TESTS[package]:
        assert (ROOT / path).exists(), path


def test_the_page_joins_what_ran_and_what_a_person_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    mutants: list[Mutant] = sample("election", 7, 3)
    outcomes = [
        Outcome(mutant, fate)
        for mutant, fate in zip(
            mutants, ("killed", "survived", "survived"), strict=True
        )
    ]
    monkeypatch.setattr(report, "HERE", tmp_path)
    monkeypatch.setattr(report, "PAGE", tmp_path / "mutation.md")
    said = {"equivalent": {mutants[1].key: "it makes no difference"}}
    (tmp_path / "verdicts.yml").write_text(json.dumps(said))
    monkeypatch.setattr(report, "judged", report.judged.__wrapped__)
    report.keep("election", 7, outcomes)
    assert not report.write(), "one of two is less than the bar"
    page = (tmp_path / "mutation.md").read_text()
    assert "| `election` | 7 |" in page
    assert "50.0 %" in page
    assert "equivalent: it makes no difference" in page
    assert f"{mutants[2].file}:{mutants[2].line}" in page
    assert "not judged yet" in page


def test_every_verdict_is_about_a_mutant_that_there_is():
    keys = {mutant.key for package in COUNTS for mutant in of_package(package)}
    assert {verdict for verdict, _ in report.judged().values()} <= set(report.MEANING)
    assert not report.judged().keys() - keys, "the code has changed: judge anew"

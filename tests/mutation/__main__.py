"""`make mutants`: small bugs are planted in the node, and the tests must find them.

    make mutants                          every package, and docs/mutation.md
    make mutants ARGS="--package election --seed 7 --count 100"
    make mutants ARGS="--equivalent"      those judged equivalent: all must survive
    make mutants ARGS="--report"          the page alone, from what ran last

A sample of all mutants is drawn from the seed; what ran last of each package is kept
in tests/mutation/results.
"""

import argparse
import os
import sys

import pytest

from tests.mutation import report
from tests.mutation.lanes import Lanes, Outcome
from tests.mutation.mutants import ROOT, Mutant, of_package, plant, sample

SIMULATOR = (
    "tests/simulator/test_ports.py",
    "tests/simulator/test_promises.py",
    "tests/simulator/test_schedules.py",
)
LEFT_OUT = (  # what costs more than it finds; the seeds that once failed stay in
    "test_no_promise_is_broken_under_any_schedule",
    "test_a_seed_is_the_same_run_again",
)
TESTS = {
    "election": ("tests/scenarios", "tests/unit/election", *SIMULATOR),
    "broadcast": ("tests/scenarios", "tests/unit/broadcast", *SIMULATOR),
    "storage": ("tests/unit/storage", *SIMULATOR),
    "clients": ("tests/unit/clients", "tests/unit/test_server.py", *SIMULATOR),
    "tree": ("tests/unit/tree", "tests/unit/storage", "tests/unit/clients", *SIMULATOR),
}
COUNTS = {"election": 120, "broadcast": 120, "storage": 120, "clients": 60, "tree": 60}


def main() -> int:
    """Run a sample, keep what came of it, write the page."""
    asked = _arguments()
    packages = [asked.package] if asked.package else list(COUNTS)
    if asked.report:
        return 0 if report.write() else 1
    if asked.equivalent:
        every = [m for package in packages for m in of_package(package)]
        outcomes = _run(packages, [m for m in every if _equivalent(m)], asked.lanes)
        return 0 if all(outcome.fate == "survived" for outcome in outcomes) else 1
    mutants = [
        mutant
        for package in packages
        for mutant in sample(package, asked.seed, asked.count or COUNTS[package])
    ]
    outcomes = [Outcome(m, "survived") for m in mutants if _equivalent(m)]
    waiting = [mutant for mutant in mutants if not _equivalent(mutant)]
    outcomes += _run(packages, waiting, asked.lanes)
    for package in packages:
        here = [o for o in outcomes if _package(o.mutant) == package]
        report.keep(package, asked.seed, here)
    return 0 if report.write() else 1


def _run(packages: list[str], mutants: list[Mutant], lanes: int) -> list[Outcome]:
    """Run mutants against the tests of their packages; all of them or none count."""
    os.nice(10)
    runner = Lanes(mutants, _tests, _plant, lanes, _say)
    paths = sorted({path for package in packages for path in TESTS[package]})
    ended = pytest.main(
        ["-q", "-s", "-p", "no:cacheprovider", "--timeout=0", "--hypothesis-seed=0",
         "-m", "not torture and not stories and not e2e", *paths],
        plugins=[runner, _Setup()],
    )  # fmt: skip
    if len(runner.outcomes) < len(mutants):
        sys.exit(int(ended) or 1)
    return runner.outcomes


def _equivalent(mutant: Mutant) -> bool:
    return report.judged().get(mutant.key, ("",))[0] == "equivalent"


class _Setup:
    """What is different from `make test`."""

    def pytest_configure(self) -> None:
        """Let Hypothesis draw the same examples for every mutant, and shrink none."""
        import hypothesis  # pytest wants to be first

        hypothesis.settings.register_profile(
            "mutants", database=None, deadline=None, report_multiple_bugs=False,
            phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        )  # fmt: skip
        hypothesis.settings.load_profile("mutants")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what LEFT_OUT names."""
        items[:] = [i for i in items if not any(name in i.nodeid for name in LEFT_OUT)]


def _package(mutant: Mutant) -> str:
    return mutant.file.split("/")[1]


def _tests(mutant: Mutant) -> tuple[str, ...]:
    return TESTS[_package(mutant)]


def _plant(mutant: Mutant) -> None:
    source = (ROOT / mutant.file).read_text(encoding="utf-8")
    plant(mutant.file, source, mutant.edit)


def _say(outcome: Outcome) -> None:
    mutant, by = outcome.mutant, outcome.by.rpartition("::")[2]
    sys.stdout.write(f"{outcome.fate:9} {mutant.line:4} {mutant.key}  {by[:60]}\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants")
    parser.add_argument("--package", choices=COUNTS, help="one package; else all")
    parser.add_argument("--seed", type=int, default=1, help="which sample is drawn")
    parser.add_argument("--count", type=int, help="mutants of each package")
    parser.add_argument("--lanes", type=int, default=2, help="processes at a time")
    parser.add_argument(
        "--equivalent", action="store_true", help="check that those judged so survive"
    )
    parser.add_argument("--report", action="store_true", help="write the page alone")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

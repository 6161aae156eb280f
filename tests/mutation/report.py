"""The page about the mutants: what ran last, and what a person says of survivors.

What ran is kept in `results/`, one file for each package and seed.  What a survivor
means is written by hand into `verdicts.yml`; the page joins the two.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from tests.mutation.lanes import Outcome
from tests.mutation.mutants import ROOT, of_package

PAGE = ROOT / "docs" / "mutation.md"
HERE = Path(__file__).parent
BAR_PERCENT = 90
BOUND = ("election", "broadcast", "storage")  # the packages that the bar is for

INTRODUCTION = """\
# Mutation

*Written by `make mutants`; see `tests/mutation/`.*

A mutant is the node's code with one small bug in it: a comparison turned round, a
number one off, a condition negated, a statement or an element of a list left out,
another value returned, `and` for `or`, `+` for `-`, `min` for `max`, `break` for
`continue`. The unit tests, the scenarios and the simulator run against each, no real
process does, and the first test that fails kills it. A mutant that survives is
a question: is there a test missing, or does the change make no difference?

The mutants are a sample of all that are possible, drawn from a seed. *Equivalent*
means that no test could tell the mutant from the code; what was judged so is run by
`--equivalent` alone, which fails if one of them dies. The share is of the mutants
that are not equivalent; for election, broadcast and storage it must be {bar} % or
more, or the command ends with exit code 1.

A survivor stands here as it was when its sample ran: where a test was added since, it
would die today. Seed 1 is the sample that tests were first written for; every other
seed is a fresh one.

```text
make mutants                                             everything, seed 1
make mutants ARGS="--package election --seed 7 --count 100"
make mutants ARGS="--equivalent"                         all that were judged so
make mutants ARGS="--report"                             this page, from what ran last
```
"""
MEANING = {
    "equivalent": "equivalent",
    "accepted": "accepted",
    "test": "a test was added",
    "": "not judged yet",
}


class Run(NamedTuple):
    """What one sample of one package came to."""

    package: str
    seed: int
    possible: int
    fates: dict[str, int]
    survivors: list[str]  # keys

    def share(self, verdicts: dict[str, tuple[str, str]]) -> float:
        """Return how many percent of the mutants that are not equivalent died."""
        killed = self.fates.get("killed", 0) + self.fates.get("endless", 0)
        left = len(self.survivors) - self.equivalent(verdicts)
        return 100 * killed / max(1, killed + left)

    def equivalent(self, verdicts: dict[str, tuple[str, str]]) -> int:
        """Return how many survivors make no difference."""
        said = (verdicts.get(key, ("", ""))[0] for key in self.survivors)
        return sum(verdict == "equivalent" for verdict in said)


def keep(package: str, seed: int, outcomes: Iterable[Outcome]) -> None:
    """Put what came of a sample into its file."""
    outcomes = list(outcomes)
    fates = Counter(outcome.fate for outcome in outcomes)
    survivors = sorted(o.mutant.key for o in outcomes if o.fate == "survived")
    run = Run(package, seed, len(of_package(package)), dict(fates), survivors)
    path = HERE / "results" / f"{package}-{seed}.json"
    path.parent.mkdir(exist_ok=True)
    text = json.dumps(run._asdict(), indent=1, ensure_ascii=False, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")


def kept() -> list[Run]:
    """Return every run that is kept, by package and seed."""
    files = (HERE / "results").glob("*.json")
    runs = [Run(**json.loads(path.read_text(encoding="utf-8"))) for path in files]
    order = {package: at for at, package in enumerate((*BOUND, "clients", "tree"))}
    return sorted(runs, key=lambda run: (order[run.package], run.seed))


@cache
def judged() -> dict[str, tuple[str, str]]:
    """Return the verdicts that a person gave: key -> (verdict, why)."""
    text = (HERE / "verdicts.yml").read_text(encoding="utf-8")
    return {
        key: (verdict, why)
        for verdict, mutants in (yaml.safe_load(text) or {}).items()
        for key, why in (mutants or {}).items()
    }


def write() -> bool:
    """Write the page; return whether every bound package reaches the bar."""
    runs, verdicts = kept(), judged()
    lines = [INTRODUCTION.format(bar=BAR_PERCENT), *_table(runs, verdicts)]
    for run in runs:
        lines += _survivors(run, verdicts)
    lines += _killed_since(runs, verdicts)
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    bound = [run for run in runs if run.package in BOUND]
    return all(run.share(verdicts) >= BAR_PERCENT for run in bound)


def _table(runs: list[Run], verdicts: dict[str, tuple[str, str]]) -> Iterator[str]:
    yield "## What ran\n"
    heads = "package seed possible drawn killed survived equivalent share".split()
    yield f"| {' | '.join(heads)} |"
    yield f"| --- {'| --: ' * (len(heads) - 1)}|"
    for run in runs:
        killed = run.fates.get("killed", 0) + run.fates.get("endless", 0)
        same = run.equivalent(verdicts)
        drawn = sum(run.fates.values()) - run.fates.get("stillborn", 0)
        yield (
            f"| `{run.package}` | {run.seed} | {run.possible} | {drawn} | {killed}"
            f" | {len(run.survivors)} | {same} | {run.share(verdicts):.1f} % |"
        )
    endless = sum(run.fates.get("endless", 0) for run in runs)
    yield (
        f"\nKilled are also the {endless} that never ended: a test took ten times"
        " the processor time that it takes without the mutant, or more."
    )


def _survivors(run: Run, verdicts: dict[str, tuple[str, str]]) -> Iterator[str]:
    yield f"\n## Survivors in {run.package}, seed {run.seed}\n"
    if not run.survivors:
        yield "None."
        return
    lines = {mutant.key: mutant.line for mutant in of_package(run.package)}
    yield "| where | mutation | verdict |"
    yield "| --- | --- | --- |"
    for key in sorted(run.survivors, key=lambda k: (k.split()[0], lines.get(k, 0))):
        place, _, change = key.partition(": ")
        file, _, where = place.partition(" ")
        verdict, why = verdicts.get(key, ("", ""))
        said = f"{MEANING[verdict]}: {why}" if why else MEANING[verdict]
        at = f"{file}:{lines[key]}" if key in lines else f"{file}, changed since"
        yield f"| `{at}` `{where}` | {_code(change)} | {said} |"


def _killed_since(
    runs: list[Run], verdicts: dict[str, tuple[str, str]]
) -> Iterator[str]:
    survivors = {key for run in runs for key in run.survivors}
    tested = [
        (key, why)
        for key, (verdict, why) in verdicts.items()
        if verdict == "test" and key not in survivors
    ]
    if not tested:
        return
    yield "\n## Survivors of an earlier run, killed by a test that was added\n"
    yield "| mutation | test |"
    yield "| --- | --- |"
    for key, why in sorted(tested):
        place, _, change = key.partition(": ")
        yield f"| `{place}` {_code(change)} | {why} |"


def _code(change: str) -> str:
    before, _, after = change.replace("|", "\\|").partition(" → ")
    return f"`{before}` → `{after}`"

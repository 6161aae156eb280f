"""What a torture really did, number by number, for the table at its end."""

import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from simulator.bugs.plant import BUGS
from tests.simulator.reachable import ALWAYS, SELDOM

PAIRS = "packet and state pairs that must be reached"
# What one whole run must at least have done, or its green is worth nothing.
BAR = {
    ("simulator", "schedules without a broken promise"): 1_000,
    ("simulator", f"planted bugs found (of {len(BUGS)})"): len(BUGS),
    ("simulator", PAIRS): len(ALWAYS),
    ("disk", "images of a torn log judged"): 20_000,
    ("decoders", "mutated inputs read or refused"): 1_200_000,
    ("kill -9", "kills survived"): 40,
    ("partitions", "partitions survived"): 10,
    ("pauses", "SIGSTOPs survived"): 6,
    ("failing fsync", "ends by EIO survived"): 20,
}


class Figure(NamedTuple):
    """One line of the table: what was asked for and what was seen.

    Counted figures (`least` is their bar) of one name become one line, their sum.
    """

    stage: str
    what: str
    seen: str
    asked: str
    total: int = 0
    least: int = -1  # -1: not counted


def sheet() -> Path:
    """Return where figures are gathered, one JSON line each, from all lanes."""
    name = os.environ.get("QUORUMLAB_FIGURES")
    if name is None:
        name = f"{tempfile.gettempdir()}/quorumlab-figures-{os.getpid()}.jsonl"
        os.environ["QUORUMLAB_FIGURES"] = name
    return Path(name)


def note(stage: str, what: str, seen: object, asked: object = "") -> None:
    """Put a figure on the sheet."""
    with sheet().open("a") as file:
        file.write(json.dumps(Figure(stage, what, str(seen), str(asked))) + "\n")


def count(stage: str, what: str, seen: int = 1) -> None:
    """Add to a figure that several tests make together; its bar is in BAR."""
    least = BAR.get((stage, what), 0)
    with sheet().open("a") as file:
        file.write(json.dumps(Figure(stage, what, "", "", seen, least)) + "\n")


def reach(lots: Iterable[Mapping[str, int]]) -> None:
    """Put on the sheet which pairs of simulator.coverage some schedules reached."""
    reached = Counter(pair for lot in lots for pair in lot)
    with sheet().open("a") as file:
        file.write(json.dumps({"schedules": reached}) + "\n")


class Taken(NamedTuple):
    """What a whole run did."""

    figures: list[Figure]
    reached: Counter[str]  # pair -> in how many schedules


NOTHING = Taken([], Counter())


def take() -> Taken:
    """Return all figures, what was counted as sums, and begin a new sheet."""
    path = sheet()
    lines = path.read_text().splitlines() if path.exists() else []
    path.unlink(missing_ok=True)
    told = [json.loads(line) for line in lines]
    found = [Figure(*line) for line in told if isinstance(line, list)]
    reached: Counter[str] = Counter()
    for line in told:
        if isinstance(line, dict):
            reached.update(line["schedules"])
    if reached:
        least = BAR["simulator", PAIRS]
        done = len(ALWAYS & reached.keys())
        found.append(Figure("simulator", PAIRS, "", "", done, least))
    return Taken(summed(found), reached)


def unreached(reached: Counter[str]) -> list[str]:
    """Name the pairs that were never reached, and those that no table knows."""
    said = [f"never reached: {pair}" for pair in sorted(ALWAYS - reached.keys())]
    for pair, reason in SELDOM.items():
        if pair not in reached:
            said.append(f"not reached this time: {pair} ({reason})")
    unknown = sorted(reached.keys() - ALWAYS - SELDOM.keys())
    return said + [f"reached, in no table: {pair}" for pair in unknown]


def summed(figures: Iterable[Figure]) -> list[Figure]:
    """Join counted figures of one name into one line each, where the first stood."""
    found: dict[object, Figure] = {}
    for number, figure in enumerate(figures):
        key = number if figure.least < 0 else figure[:2]
        before = found.get(key)
        found[key] = _written(figure, before.total if before else 0)
    return sorted(found.values(), key=lambda figure: figure.least < 0)


def _written(figure: Figure, before: int) -> Figure:
    if figure.least < 0:
        return figure
    total = figure.total + before
    asked = f">= {figure.least:,}" if figure.least else ""
    return figure._replace(seen=f"{total:,}", asked=asked, total=total)


def short(figures: Iterable[Figure]) -> list[str]:
    """Return what was done less often than it must be, and what not at all."""
    done = {figure[:2]: figure for figure in figures if figure.least >= 0}
    return [
        f"{stage}: {what}: {done[stage, what].seen if (stage, what) in done else 0}"
        f" of {least:,}"
        for (stage, what), least in BAR.items()
        if (stage, what) not in done or done[stage, what].total < least
    ]


def table(figures: list[Figure]) -> list[str]:
    """Lay figures out in columns."""
    rows = [("stage", "figure", "seen", "asked"), *(row[:4] for row in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return [
        "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]

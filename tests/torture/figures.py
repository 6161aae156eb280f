"""What a torture really did, number by number, for the table at its end."""

import json
import os
import tempfile
from pathlib import Path
from typing import NamedTuple


class Figure(NamedTuple):
    """One line of the table: what was asked for and what was seen."""

    stage: str
    what: str
    seen: str
    asked: str


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


def take() -> list[Figure]:
    """Return all figures and begin a new sheet."""
    path = sheet()
    if not path.exists():
        return []
    lines = path.read_text().splitlines()
    path.unlink()
    return [Figure(*json.loads(line)) for line in lines]


def table(figures: list[Figure]) -> list[str]:
    """Lay figures out in columns."""
    rows = [Figure("stage", "figure", "seen", "asked"), *figures]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return [
        "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]

"""Schedules side by side: one process for each core, results in the order of seeds."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

LANES = min(4, os.cpu_count() or 1)

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


def side_by_side(
    work: Callable[[Item], Outcome], items: Iterable[Item]
) -> Iterator[Outcome]:
    """Yield what `work` makes of each item, in their order."""
    with ProcessPoolExecutor(LANES, get_context("spawn")) as lanes:
        yield from lanes.map(work, items)

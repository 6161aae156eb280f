"""Grading takes steps in proportion to the number of events, whatever they are."""

import sys
from collections.abc import Sequence
from types import FrameType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from labctl.classroom import bounds, library
from labctl.classroom.attempt import merged
from labctl.classroom.journal import KNOWN, StepBegan
from labctl.classroom.load import load
from labctl.classroom.marking import mark
from labctl.story.lab_events import LabOpened
from node.events import EVENTS, Record
from tests.unit.classroom.handing_in import solved

NAME = "stale-read"  # judges histories as well
KINDS = {**EVENTS, **KNOWN}
PILES_UP = {"TxnsLogged", "TxnsCommitted", "FaultSet", "SessionOpened", "PeerConnected"}
PILES_UP |= {"NotificationReceived", "LearnerSynced", "VoteChanged"}
MANY = bounds.CARRIED_MAX + 100


def made(name: str, count: int) -> list[Record]:
    """Return so many events of one kind, no two of which have anything in common."""
    kind = KINDS[name]
    first = library.find(NAME).steps[0].id
    begin = (StepBegan(NAME, first, ""), LabOpened((1, 2, 3), (), "sim"))
    some = [kind(**values(kind, number)) for number in range(count)]
    return [
        Record(f"e{at}", "x", int(name in EVENTS), "b", at, float(at), (), "", event)
        for at, event in enumerate((*begin, *some))
    ]


def values(kind: Any, number: int) -> dict[str, Any]:
    return {name: value(hint, number) for name, hint in get_type_hints(kind).items()}


def value(hint: Any, number: int) -> Any:
    """Return a value of this type that no other number gives: with gaps between."""
    if get_origin(hint) is tuple:
        return (value(get_args(hint)[0], number),)
    if isinstance(hint, UnionType):
        return value(get_args(hint)[0], number)
    if hint is bool:
        return number % 2 == 0
    known = {int: 2 * number + 1, float: float(number), str: f"x{number}"}
    return known.get(hint)


def steps(records: Sequence[Record]) -> int:
    """Count the lines that run when these are put in order, bounded and marked."""
    count = 0

    def trace(_frame: FrameType, event: str, _arg: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        ordered = merged(records[1:], records[:1])
        bounds.check(ordered)
        mark(library.find(NAME), ordered, 1)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("name", sorted(KINDS.keys() - PILES_UP))
def test_twice_the_events_take_twice_the_steps(name: str) -> None:
    assert steps(made(name, 200)) < 2.3 * steps(made(name, 100))


@pytest.mark.parametrize("name", sorted(PILES_UP))
def test_what_piles_up_is_refused_where_it_oversteps(name: str) -> None:
    records = made(name, MANY)
    with pytest.raises(bounds.PilesUp) as caught:
        bounds.check(records)
    limits = (bounds.GAPS_MAX, bounds.CARRIED_MAX)
    assert int(str(caught.value)[1:]) - 1 in [limit + 1 for limit in limits]


@pytest.mark.parametrize(
    "path",
    [path for path in library.files() if "sim" in load(path).runtimes],
    ids=lambda path: path.stem,
)
def test_an_honest_recording_is_far_below_the_bounds(
    path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GAPS_MAX", "CARRIED_MAX"):
        monkeypatch.setattr(bounds, name, getattr(bounds, name) // 10)
    bounds.check(solved(path.stem, "ada"))

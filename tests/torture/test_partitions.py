"""Ten partitions and six pauses: the majority goes on, a minority promises nothing.

Each fault is a list of directions that are cut by the nodes' own link faults, so that
peers fall silent and no connection is reset.  One client is pinned to each
server; the others roam.
"""

import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.e2e.ensemble import Ensemble, Server, ours
from tests.torture import blocked, figures
from tests.torture.blocked import both_ways
from tests.torture.verdict import Archive, forget, judge
from tests.torture.workload import Workload, endpoints

pytestmark = [pytest.mark.torture, pytest.mark.timeout(900)]

NODES = 5
# Silence must be noticed well within the 3 s that a majority may take.  The worst
# is a leader that hears nobody: its votes still draw the others, who elect it
# again and call in vain for initLimit before they agree without it.
SETTINGS: dict[str, object] = {
    **blocked.LAB,
    "syncLimit": 3,
    "initLimit": 4,
    "preAllocSize": 1024,
}
SERVES_WITHIN_S = 3.0
SESSION_MS = 2000
Pairs = list[tuple[int, int]]


class Fault(NamedTuple):
    """What is cut, given the leader and the others in a ring behind it."""

    name: str
    pairs: Callable[[int, list[int]], Pairs]
    minority: Callable[[int, list[int]], list[int]]  # who can reach no majority
    flaps: int = 0


def alone(sid: int, others: Iterable[int]) -> Pairs:
    """Cut one server off from all the others."""
    return both_ways([sid], others)


def ring(members: list[int]) -> Pairs:
    """Let each server reach its two neighbours only: five different majorities."""
    size = len(members)
    return [
        (members[a], members[b])
        for a in range(size)
        for b in range(size)
        if (a - b) % size not in (0, 1, size - 1)
    ]


FAULTS = [
    Fault("leader alone", alone, lambda lead, _: [lead]),
    Fault(
        "leader in a minority of two",
        lambda lead, rest: both_ways([lead, rest[0]], rest[1:]),
        lambda lead, rest: [lead, rest[0]],
    ),
    Fault(
        "majority ring",
        lambda lead, rest: ring([lead, *rest]),
        lambda _lead, _rest: [],
    ),
    Fault(
        "one-way: the leader is not heard",
        lambda lead, rest: [(lead, other) for other in rest],
        lambda lead, _: [lead],
    ),
    Fault(
        "one-way: the leader hears nobody",
        lambda lead, rest: [(other, lead) for other in rest],
        lambda lead, _: [lead],
    ),
    Fault("flapping leader", alone, lambda _lead, _rest: [], flaps=5),
    Fault(
        "follower alone",
        lambda lead, rest: alone(rest[0], [lead, *rest[1:]]),
        lambda _, rest: [rest[0]],
    ),
    Fault(
        "two followers apart",
        lambda lead, rest: both_ways(rest[:2], [lead, *rest[2:]]),
        lambda _, rest: rest[:2],
    ),
    Fault(
        "bridge: two halves that share one server",
        lambda lead, rest: both_ways([lead, rest[0]], rest[2:]),
        lambda _lead, _rest: [],
    ),
    Fault(
        "two groups and the leader between them alone",
        lambda lead, rest: alone(lead, rest) + both_ways(rest[:1], rest[1:]),
        lambda lead, rest: [lead, rest[0]],
    ),
]


class Scene(NamedTuple):
    """An ensemble at work; each server has a client that knows no other."""

    ensemble: Ensemble
    work: Workload
    pinned: dict[int, int]  # client by server


class Endured(NamedTuple):
    """What came of one fault."""

    back_s: float  # until the majority acknowledged a new write
    asked: int  # writes that a minority was asked for
    acknowledged: int  # there, while it was one


def test_ten_partitions_lose_nothing_and_no_minority_acknowledges(
    tmp_path: Path, seed: int
):
    endured: dict[str, Endured] = {}
    with (
        Ensemble(tmp_path, [ours] * NODES, settings=SETTINGS) as ensemble,
        Archive(ensemble, tmp_path) as archive,
    ):
        ensemble.start()
        work = Workload(endpoints(ensemble), seed, timeout_ms=SESSION_MS)
        pinned = {
            sid: work.pin(endpoint)
            for sid, endpoint in enumerate(endpoints(ensemble), 1)
        }
        with work:
            work.wait_acknowledged(time.monotonic())
            for fault in FAULTS:
                endured[fault.name] = _endure(fault, Scene(ensemble, work, pinned))
                ensemble.wait_serving()
                work.wait_for_more(50)
        judge("partitions", work.history, ensemble, archive)
    slowest = max(endured, key=lambda name: endured[name].back_s)
    shown = f"{endured[slowest].back_s:.2f} s ({slowest})"
    asked = sum(one.asked for one in endured.values())
    acknowledged = sum(one.acknowledged for one in endured.values())
    figures.note("partitions", "majority serves again, worst", shown, "<= 3 s")
    figures.note("partitions", "writes asked in a minority", asked, "> 0")
    figures.note("partitions", "of them acknowledged there", acknowledged, "0")
    assert asked > 0, "void: nobody asked a minority for anything"
    assert acknowledged == 0
    assert endured[slowest].back_s <= SERVES_WITHIN_S
    figures.count("partitions", "partitions survived", len(endured))
    forget(tmp_path)


def _endure(fault: Fault, scene: Scene) -> Endured:
    """Cut, wait for the majority and for the minority's silence, and heal."""
    ensemble, work, pinned = scene
    lead = ensemble.leader().sid
    rest = [(lead + n - 1) % NODES + 1 for n in range(1, NODES)]
    pairs, apart = fault.pairs(lead, rest), fault.minority(lead, rest)
    for _ in range(fault.flaps):
        blocked.cut(ensemble, pairs, for_ms=300)
        time.sleep(0.5)  # three tenths cut, two tenths whole
    blocked.cut(ensemble, pairs)
    cut_at = time.monotonic()
    majority = [client for sid, client in pinned.items() if sid not in apart]
    write = work.wait_acknowledged(cut_at, *majority)
    for sid in apart:
        ensemble.wait_for(partial(_is_silent, ensemble[sid]), f"{sid} serves nobody")
    time.sleep(max(0.0, cut_at + 1.5 - time.monotonic()))  # beyond every syncLimit
    healed_at = time.monotonic()
    blocked.heal(ensemble)
    clients = {pinned[sid] for sid in apart}
    asked = [
        call
        for call in work.history.writes
        if call.client in clients and cut_at < call.called < healed_at
    ]
    acknowledged = [
        call for call in asked if call.returned and call.returned < healed_at
    ]
    return Endured((write.returned or 0) - cut_at, len(asked), len(acknowledged))


def _is_silent(server: Server) -> bool:
    return not server.mode()

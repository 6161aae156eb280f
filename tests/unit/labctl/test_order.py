"""Several nodes' records in one order: no effect above its cause."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.lab.runs import load
from labctl.pictures.plain import columns
from labctl.pictures.spacetime import layout, whole
from labctl.story.recording.order import LATE_MS, Hold, causal
from labctl.story.recording.run import Run
from node import events
from node.events import Record
from tests.unit.labctl.streams import Stream, started

RUNS = Path(__file__).parents[2] / "vectors" / "runs"
E1 = 1 << 32
PROPOSED, LOGGED, COMMITTED = (
    events.TxnsProposed,
    events.TxnsLogged,
    events.TxnsCommitted,
)


def told(*happened: tuple[float, int, object]) -> list[Record]:
    """Records at these milliseconds."""
    stream = Stream()
    for at_ms, node, event in happened:
        stream.at(at_ms / 1000, node, event)
    return stream.records


def kinds(records: list[Record]) -> list[tuple[int, type]]:
    return [(record.node, type(record.event)) for record in records]


def test_a_leader_that_tells_late_has_still_proposed_first() -> None:
    records = told(
        (1.0, 1, LOGGED(E1 + 1, E1 + 1, 1)),
        (1.1, 1, COMMITTED(E1 + 1, E1 + 1, 1)),
        (20.0, 2, PROPOSED(E1 + 1, E1 + 3, 3)),
        (20.1, 2, LOGGED(E1 + 1, E1 + 3, 3)),
        (20.2, 2, COMMITTED(E1 + 1, E1 + 3, 3)),
        (21.0, 1, LOGGED(E1 + 2, E1 + 3, 2)),
    )
    assert kinds(causal(records)) == [
        *((2, PROPOSED), (1, LOGGED), (2, LOGGED), (2, COMMITTED)),
        *((1, COMMITTED), (1, LOGGED)),
    ]


def test_what_is_told_long_after_is_another_story() -> None:
    """A deposed leader says, when it is a learner, what it committed then."""
    records = told(
        (1.0, 1, COMMITTED(E1 + 1, E1 + 1, 1)),
        (LATE_MS + 2, 2, PROPOSED(E1 + 1, E1 + 1, 1)),
        (LATE_MS + 3, 2, COMMITTED(E1 + 1, E1 + 1, 1)),
    )
    assert causal(records) == records


def test_sums_that_make_a_circle_are_cut_and_nothing_is_lost() -> None:
    ping, pong = "0.1", "3.1"
    one, other = told((1.0, 3, LOGGED(1, 1, 1)), (1.0, 2, LOGGED(1, 1, 1)))
    one, other = one._replace(id=pong, cause=(ping,)), other._replace(id=ping)
    other = other._replace(cause=(pong,))
    assert sorted(causal([one, other])) == sorted([one, other])


Drawn = tuple[float, int, Any, int, int]
writes = st.lists(
    st.tuples(
        st.floats(0, 300),
        st.integers(1, 3),
        st.sampled_from((PROPOSED, LOGGED, COMMITTED)),
        st.integers(1, 9),
        st.integers(0, 4),
    ),
    max_size=25,
)


@given(writes)
def test_each_record_has_one_place_and_each_node_its_own_order(
    drawn: list[Drawn],
) -> None:
    records = told(
        *(
            (at_ms, node, kind(low, low + more, more + 1))
            for at_ms, node, kind, low, more in sorted(drawn, key=lambda one: one[0])
        )
    )
    placed = causal(records)
    assert sorted(r.id for r in placed) == sorted(r.id for r in records)
    for node in (1, 2, 3):
        own = [record.seq for record in placed if record.node == node]
        assert own == sorted(own)
    assert causal(placed) == placed


def test_what_is_held_back_comes_in_one_order_with_what_it_waited_for() -> None:
    records = told(
        (1.0, 1, LOGGED(E1 + 1, E1 + 1, 1)), (15.0, 2, PROPOSED(E1 + 1, E1 + 1, 1))
    )
    hold = Hold(40.0)
    hold.add(records[:1])
    assert hold.release(30.0) == []
    hold.add(records[1:])
    assert kinds(hold.release(42.0)) == [(2, PROPOSED), (1, LOGGED)]
    assert hold.release(99.0) == []


@pytest.mark.parametrize("name", sorted(path.name for path in RUNS.glob("*.gz")))
def test_no_picture_shows_a_commit_above_its_proposal(name: str) -> None:
    check_pictures(load(RUNS / name))


def check_pictures(run: Run) -> None:
    """PROPOSAL, ACK, COMMIT: in this order from top to bottom, in every format."""
    drawn = layout(run, whole(run)).arrows
    assert all(one.y2 > one.y1 for one in drawn if one.arrow.got)
    proposed: dict[tuple[int, str], int] = {}
    for one in sorted(drawn, key=lambda one: (one.y2, one.y1)):
        kind, _, label = one.arrow.label.partition(" ")
        if kind == "PROPOSAL" and one.arrow.got:
            proposed.setdefault((one.arrow.target, label), one.y2)
        elif kind == "COMMIT":
            assert proposed.get((one.arrow.target, label), 0) <= one.y2
        elif kind == "ACK":
            assert proposed.get((one.arrow.source, label), 0) < one.y2
    text = columns(run, whole(run), "en")
    times = [float(line[2:9]) for line in text.splitlines() if line.startswith("t+")]
    assert times == sorted(times)


def test_a_circle_of_sums_holds_no_node_back_beyond_its_next_start() -> None:
    """Under a load two sums may each hold what the other waits for."""
    stopped = events.NodeStopped("SIGTERM", 0)
    records = told(
        (0.0, 1, LOGGED(E1 + 1, E1 + 1, 1)),
        (1.0, 2, PROPOSED(E1 + 1, E1 + 1, 1)),
        (2.0, 1, stopped),
        (900.0, 1, started(1)),
        (950.0, 3, COMMITTED(E1 + 1, E1 + 1, 1)),
    )
    records[0] = records[0]._replace(cause=(records[1].id,))
    records[1] = records[1]._replace(cause=(records[0].id,))
    records[3] = records[3]._replace(boot="another life", seq=1)
    placed = [record.event for record in causal(records)]
    assert placed.index(stopped) < placed.index(records[3].event)

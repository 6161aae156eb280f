"""Links, groups and times as people write them; the ledger; when islands settle."""

import time
from pathlib import Path

import pytest

from labctl.errors import LabError
from labctl.faults import chaos, grammar
from labctl.faults.active import FaultRow, merged
from labctl.lab.fault_ledger import Entry, Ledger, environment, token
from labctl.lab.selectors import Candidate
from labctl.story.settled import islands, settled
from labctl.story.world import LabWorld, new_world

FIVE = [
    Candidate(sid, voter=True, up=True, state="LEADING" if sid == 3 else "FOLLOWING")
    for sid in range(1, 6)
]


@pytest.mark.parametrize(
    ("word", "links"),
    [
        ("3->1", {(3, 1)}),
        ("3→1", {(3, 1)}),
        ("3-1", {(3, 1), (1, 3)}),
        ("3<->1", {(3, 1), (1, 3)}),
        ("leader->2", {(3, 2)}),
        ("*->3", {(1, 3), (2, 3), (4, 3), (5, 3)}),
        ("1,2->3", {(1, 3), (2, 3)}),
    ],
)
def test_a_link_means_directions(word: str, links: set[tuple[int, int]]) -> None:
    assert set(grammar.links(word, FIVE)) == links


@pytest.mark.parametrize("word", ["3->", "3-", "->1", "3", "1->1", "3->9", "a->b", ""])
def test_what_is_no_link_is_refused_with_a_hint(word: str) -> None:
    with pytest.raises(LabError) as refused:
        grammar.links(word, FIVE)
    assert refused.value.hint is not None


@pytest.mark.parametrize(
    ("words", "groups"),
    [
        (["1,2", "/", "3"], ((1, 2), (3, 4, 5))),
        (["1,2/3"], ((1, 2), (3, 4, 5))),
        (["leader", "/", "rest"], ((3,), (1, 2, 4, 5))),
        (["rest", "/", "1"], ((2, 3, 4, 5), (1,))),
        (["4"], ((4,), (1, 2, 3, 5))),
        (["1,2,3", "/", "3,4,5"], ((1, 2, 3), (3, 4, 5))),
    ],
)
def test_groups_take_in_everybody(
    words: list[str], groups: tuple[tuple[int, ...], ...]
) -> None:
    assert grammar.groups(words, FIVE) == groups


def test_who_is_in_two_groups_hears_both() -> None:
    cut = grammar.apart(((1, 2, 3), (3, 4, 5)))
    assert len(cut) == 8
    assert not any(3 in link for link in cut)


@pytest.mark.parametrize("words", [["/"], ["1", "/"], ["all"], ["1-5", "/", "all"]])
def test_groups_that_cut_nothing_are_refused(words: list[str]) -> None:
    with pytest.raises(LabError):
        grammar.groups(words, FIVE)


def test_a_delay_may_vary_by_less_than_itself() -> None:
    assert grammar.wait("300ms") == (300, 0)
    assert grammar.wait("300ms+-50ms") == grammar.wait("300ms±50ms") == (300, 50)
    for wrong in ("10ms±20ms", "±5ms", "soon"):
        with pytest.raises(LabError) as refused:
            grammar.wait(wrong)
        assert refused.value.message.key == "span.unknown"


def test_the_ledger_hands_a_node_what_still_stands(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    part = {"id": "f1>2", "to": 2, "action": "cut"}
    ledger.add(Entry(ledger.next_id(), "cut", "", 0, {1: {"link-faults": [part]}}))
    soon = time.time() * 1000 + 60_000
    ledger.add(Entry(ledger.next_id(), "cut", "", soon, {1: {"link-faults": [part]}}))
    ledger.add(Entry(ledger.next_id(), "cut", "", 1.0, {1: {"link-faults": [part]}}))
    left = [
        order["for_ms"] for order in Ledger(tmp_path).commands_for(1)["link-faults"]
    ]
    assert left[0] == 0
    assert 50_000 < left[1] <= 60_000
    assert len(left) == 2
    assert Ledger(tmp_path).commands_for(2) == {}
    Ledger(tmp_path).drop("f1")
    assert [entry.id for entry in Ledger(tmp_path).standing()] == ["f2"]
    assert Ledger(tmp_path).next_id(["f9"]) == "f10"


def test_only_its_owner_can_read_a_labs_secret(tmp_path: Path) -> None:
    assert len(token(tmp_path)) == 32
    assert token(tmp_path) == token(tmp_path)
    assert (tmp_path / "token").stat().st_mode & 0o077 == 0
    assert environment(tmp_path, 1) == {"QUORUMLAB_TOKEN": token(tmp_path)}


def test_parts_of_a_fault_are_one_fault() -> None:
    rows = [
        FaultRow("f10", 1, "link-faults", "cut", "", None, "f10>2", 2, "cut"),
        FaultRow("f2", 1, "link-faults", "partition", "1 / 2", 500, "f2>2", 2, "cut"),
        FaultRow("f2", 2, "link-faults", "partition", "1 / 2", 400, "f2>1", 1, "cut"),
    ]
    two, ten = merged(rows)
    assert (two.id, two.nodes, two.links, two.left_ms) == (
        *("f2", (1, 2), ("1>2", "2>1")),
        500,
    )
    assert (ten.id, ten.left_ms) == ("f10", None)


def reigning(*, minority: str) -> LabWorld:
    """Three nodes: n2 leads n1; n3 is alone in this state."""
    world = new_world((1, 2, 3), ())
    peers = {
        sid: peer._replace(up=True, serving=sid != 3, leader=2 if sid != 3 else 0)
        for sid, peer in world.peers.items()
    }
    peers[1] = peers[1]._replace(state="FOLLOWING", epoch=1)
    peers[2] = peers[2]._replace(state="LEADING", epoch=1, learners=frozenset({1}))
    peers[3] = peers[3]._replace(state=minority, serving=minority != "LOOKING")
    return world._replace(peers=peers)


ALONE = frozenset({(1, 3), (3, 1), (2, 3), (3, 2)})


def test_each_island_settles_in_its_own_way() -> None:
    assert settled(reigning(minority="LOOKING"), ALONE)
    assert not settled(reigning(minority="FOLLOWING"), ALONE)
    assert not settled(reigning(minority="LOOKING"))


def test_a_one_way_cut_makes_no_islands() -> None:
    world = reigning(minority="LOOKING")
    assert islands(world, ALONE) == ((1, 2), (3,))
    assert islands(world, frozenset({(3, 2)})) is None
    assert islands(world, frozenset({(3, 2), (2, 3)})) is None
    assert settled(world, frozenset({(3, 2)}))


def test_a_plan_is_decided_by_its_seed_and_the_ids_alone() -> None:
    spec = chaos.ChaosSpec(7, chaos.KINDS, 2000, 120_000, (1,))
    plan = chaos.plan(spec, (1, 2, 3, 4, 5))
    assert plan == chaos.plan(spec, (5, 4, 3, 2, 1))
    assert plan != chaos.plan(spec._replace(seed=8), (1, 2, 3, 4, 5))
    assert len(plan) == 60
    assert {step.kind for step in plan} == set(chaos.KINDS)
    assert not any(1 in step.nodes for step in plan)
    assert all(step.at_ms + step.for_ms <= 120_000 for step in plan)

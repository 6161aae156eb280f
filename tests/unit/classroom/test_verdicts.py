"""The temporal checks, each true, false and not reached."""

from typing import Any

import pytest

from labctl.classroom.exercise import Form
from labctl.classroom.verdicts import Scene, is_act, judge
from labctl.story.lab_events import ClientDid, NodeEnded, VerbGiven
from labctl.story.world import new_world
from node.events import LeaderEstablished, Record, TxnsCommitted


def record(number: int, node: int, event: Any) -> Record:
    return Record(f"r{number}", "x", node, "b", number, float(number), (), "", event)


def did(op: str, value: str, result: str, at: float = 0.0) -> ClientDid:
    return ClientDid("do", 1, op, "/a", value, result, at, 1.0)


ACT = record(0, 0, VerbGiven("kill", ("2",), (2,)))
ENDED = record(1, 0, NodeEnded(2, "killed"))
LEADS = record(2, 3, LeaderEstablished(2, (1, 3), 2, 3))
COMMITS = record(3, 3, TxnsCommitted(0x200000001, 0x200000001, 1))
STORY = (ACT, ENDED, LEADS, COMMITS)

LEADER = {"event": "LeaderEstablished"}
COMMIT = {"event": "TxnsCommitted"}
NOTHING = {"event": "LeadershipLost"}


def judged(
    kind: str, spec: Any, records: tuple[Record, ...] = STORY, **facts: Any
) -> bool | None:
    return judge(Form(kind, spec), Scene(records, new_world((1, 2, 3), ()), facts))[0]


@pytest.mark.parametrize(
    ("kind", "spec", "passed"),
    [
        ("eventually", LEADER, True),
        ("eventually", {**LEADER, "epoch": ">1"}, True),
        ("eventually", {**LEADER, "epoch": ">2"}, False),
        ("eventually", {**LEADER, "epoch": "!=2"}, False),
        ("eventually", {**LEADER, "node": [1, 3]}, True),
        ("eventually", {**LEADER, "node": [1, 2]}, False),
        ("eventually", {**LEADER, "sids": 1}, True),
        ("eventually", {**LEADER, "sids": 2}, False),
        ("eventually", {**COMMIT, "first": "0x200000001"}, True),
        ("eventually", {**LEADER, "node": "{unknown}"}, None),
        ("eventually", {**LEADER, "node": "{three}"}, True),
        ("never", NOTHING, True),
        ("never", LEADER, False),
        ("sequence", [LEADER, COMMIT], True),
        ("sequence", [COMMIT, LEADER], False),
        ("count", {"match": LEADER, "is": 1}, True),
        ("count", {"match": LEADER, "is": ">= 2"}, False),
        ("count", {"match": NOTHING, "is": 0}, True),
        ("before", {"first": LEADER, "then": COMMIT}, True),
        ("before", {"first": COMMIT, "then": LEADER}, False),
        ("before", {"first": NOTHING, "then": LEADER}, False),
        ("before", {"first": LEADER, "then": NOTHING}, None),
        ("state", {"servers": 0, "serving": False}, True),
        ("state", {"node": 1, "word": "DOWN"}, True),
        ("state", {"node": 1, "word": "LEADING"}, False),
        ("state", {"node": 9, "word": "DOWN"}, None),
        ("not", {"eventually": LEADER}, False),
        ("not", {"eventually": {**LEADER, "node": "{unknown}"}}, None),
        ("all", [{"eventually": LEADER}, {"never": NOTHING}], True),
        ("all", [{"eventually": LEADER}, {"eventually": NOTHING}], False),
        ("any", [{"eventually": NOTHING}, {"eventually": LEADER}], True),
        ("any", [{"eventually": NOTHING}, {"never": LEADER}], False),
        (
            "all",
            [
                {"eventually": LEADER},
                {"before": {"first": LEADER, "then": NOTHING}},
            ],
            None,
        ),
    ],
)
def test_a_check_is_true_false_or_not_reached(
    kind: str, spec: Any, passed: bool | None
) -> None:
    assert judged(kind, spec, three=3) is passed


@pytest.mark.parametrize("kind", ["eventually", "never"])
def test_nothing_is_judged_where_nobody_did_anything(kind: str) -> None:
    assert judged(kind, LEADER, (LEADS,)) is None


def test_the_evidence_is_the_events_that_show_it() -> None:
    scene = Scene(STORY, new_world((1, 2, 3), ()), {})
    assert judge(Form("sequence", [LEADER, COMMIT]), scene).evidence == ("r2", "r3")
    assert judge(Form("never", LEADER), scene).evidence == ("r2",)


@pytest.mark.parametrize(
    ("history", "lost", "stale"),
    [
        ([did("create", "1", "ok 0x1")], True, True),
        ([did("create", "1", "ok 0x1"), did("get", "", "NO_NODE", 9)], False, False),
        ([did("create", "1", "unknown"), did("get", "", "NO_NODE", 9)], True, True),
        (
            [
                did("create", "1", "ok 0x1"),
                did("set", "2", "ok 0x2", 5),
                did("get", "1", "ok", 9),
            ],
            True,
            False,
        ),
        (
            [
                did("create", "1", "ok 0x1"),
                did("set", "2", "ok 0x2", 5),
                did("get", "2", "ok", 5.5),  # began before the set was answered
            ],
            True,
            True,
        ),
        (
            [
                did("create", "1", "ok 0x1"),
                did("delete", "", "ok 0x2", 5),
                did("get", "", "NO_NODE", 9),
            ],
            True,
            True,
        ),
    ],
)
def test_what_clients_were_answered(
    history: list[ClientDid], lost: bool, stale: bool
) -> None:
    records = tuple(record(at, 0, event) for at, event in enumerate(history))
    assert judged("history", "no-lost-acks", records) is lost
    assert judged("history", "no-stale-reads", records) is stale


def test_ending_a_lab_makes_room_and_counts_as_nothing_done() -> None:
    down = record(0, 0, VerbGiven("down", (), ()))
    assert not is_act(down)
    assert is_act(ACT)
    assert judged("never", LEADER, (down,)) is None, "not reached"

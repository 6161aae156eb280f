"""The simulated lab understands the verbs of an exercise as a real one does."""

import pytest

from labctl.classroom.simulated_lab import SimulatedLab
from labctl.classroom.simulated_time import CannotSimulate
from labctl.story.lab_events import ClientDid, FaultSet, NodeWiped, VerbGiven
from node.events import LeaderEstablished, SyncPlanned


def performed(*lines: str) -> SimulatedLab:
    lab = SimulatedLab(1)
    for line in lines:
        lab.perform(f"labctl {line}")
    return lab


def answers(lab: SimulatedLab) -> list[tuple[int, str, str]]:
    did = [r.event for r in lab.records if isinstance(r.event, ClientDid)]
    return [
        (d.node, d.op, d.value if d.result.startswith("ok") else d.result) for d in did
    ]


def test_servers_start_in_order_or_together() -> None:
    for words, leader in (("up", 2), ("up --together", 3)):
        (led,) = [
            r.node
            for r in performed(words).records
            if isinstance(r.event, LeaderEstablished)
        ]
        assert led == leader


def test_a_held_commit_is_late_and_not_lost() -> None:
    lab = performed(
        "up",
        "do 'create /a 1'",
        "hold 'leader->1' --from COMMIT",
        "do --node 2 'set /a 2'",
        "call 'get /a'",
        "heal --all",
        "call 'get /a'",
    )
    reads = [(node, value) for node, op, value in answers(lab) if op == "get"]
    assert reads == [(1, "1"), (2, "2"), (3, "2"), (1, "2"), (2, "2"), (3, "2")]
    (fault,) = [r.event for r in lab.records if isinstance(r.event, FaultSet)]
    assert (fault.kind, fault.links, fault.detail) == ("hold", ("2>1",), "from COMMIT")


def test_a_write_may_be_refused_by_its_version() -> None:
    lab = performed("up", "do 'create /a 1'", "do 'set /a 2 7'", "do 'get /b'")
    assert [value for *_, value in answers(lab)] == [
        "1",
        "BAD_VERSION",
        "NO_NODE",
    ]


def test_an_emptied_disk_is_filled_again() -> None:
    lab = performed("up", "do 'create /a 1'", "kill 3", "wipe 3", "start 3")
    at = [type(r.event) for r in lab.records].index(NodeWiped)
    (sync,) = [r.event for r in lab.records[at:] if isinstance(r.event, SyncPlanned)]
    assert (sync.sid, sync.mode, sync.learner_last) == (3, "SNAP", 0)


def test_a_second_lab_begins_with_empty_disks_and_other_ids() -> None:
    lab = performed("up", "do 'create /a 1'", "down", "up", "do 'get /a'")
    assert answers(lab)[-1][2] == "NO_NODE"
    ids = [r.id for r in lab.records]
    assert len(ids) == len(set(ids))
    times = [r.at_ms for r in lab.records if isinstance(r.event, VerbGiven)]
    assert times == sorted(times)


@pytest.mark.parametrize("line", ["clock 2 +30s", "kill 1", "do 'get /a'"])
def test_what_it_cannot_do_it_says(line: str) -> None:
    with pytest.raises(CannotSimulate):
        performed(line)

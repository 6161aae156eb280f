"""What is recorded is done again from a fresh seed: what was forged shows nothing."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from labctl.classroom import library, rerun
from labctl.classroom.exercise import seed_of
from labctl.classroom.grading import Graded, grade
from labctl.classroom.load import load
from labctl.classroom.marking import moved
from labctl.classroom.rerun import Given, given
from labctl.classroom.simulated_lab import SimulatedLab, in_order
from labctl.screen.screen import Screen
from labctl.story.lab_events import ClientDid, FaultHealed, LabOpened, VerbGiven
from node.events import Record
from tests.unit.classroom.handing_in import hand_in, solved

STUDENT, FRESH = "ada", 4_711
NAME = "kill-leader"


def again(folder: Path, records: Sequence[Record], name: str = NAME) -> Graded:
    path = hand_in(folder, name, STUDENT, records)
    return grade(path, Screen("en"), fresh=FRESH)


def outcomes(graded: Graded) -> dict[str, tuple[str, str]]:
    return {line.id: (line.recorded, line.rerun) for line in graded.lines}


def solutions() -> list[tuple[str, str]]:
    found = []
    for path in library.files():
        if rerun.repeatable(load(path)):
            names = ("", *(one.id for one in load(path).variants))
            found += [(path.stem, name) for name in names]
    return found


@pytest.mark.parametrize(("name", "variant"), solutions())
def test_an_honest_solution_scores_all_again(
    name: str, variant: str, tmp_path: Path
) -> None:
    records = solved(name, STUDENT, variant=variant)
    path = hand_in(tmp_path, name, STUDENT, records, variant)
    graded = grade(path, Screen("en"), fresh=FRESH)
    assert graded.remark is not None
    assert graded.remark.key == "rerun.seed", graded.remark
    assert graded.percent == 100, outcomes(graded)
    assert set(outcomes(graded).values()) == {("passed", "passed")}


@pytest.mark.parametrize("name", ["herd-effect", "strangers-log"])
def test_where_nothing_can_be_done_again_the_recording_decides(
    name: str, tmp_path: Path
) -> None:
    graded = again(tmp_path, solved(name, STUDENT), name)
    assert graded.remark is not None
    assert graded.remark.key == "rerun.unrepeatable"
    assert graded.percent == 100


def test_events_without_what_brings_them_about_do_not_score(tmp_path: Path) -> None:
    """Forged: a follower was killed, and the events tell of the leader's death."""

    def forged(record: Record) -> Record:
        event = record.event
        if isinstance(event, VerbGiven) and event.verb == "kill":
            return record._replace(event=event._replace(nodes=(1,)))
        return record

    graded = again(tmp_path, [forged(r) for r in solved(NAME, STUDENT)])
    assert grade(tmp_path / graded.file, Screen("en")).percent == 100, "as recorded"
    assert outcomes(graded)["equal/killed"] == ("passed", "failed")
    assert outcomes(graded)["equal/elected"] == ("passed", "unreached")
    assert graded.percent < 100
    lost = next(line for line in graded.lines if line.id == "equal/killed")
    assert (lost.passed, lost.score) == (False, 0)
    assert "equal/killed" in graded.moments


def test_a_rerun_adds_nothing_to_what_was_recorded(tmp_path: Path) -> None:
    wrong = ("equal", "next", "1")
    graded = again(tmp_path, solved(NAME, STUDENT, wrong))
    assert outcomes(graded)["equal/next"] == ("failed", "failed")
    assert graded.percent == grade(tmp_path / graded.file, Screen("en")).percent


def of_lab(*events: Any) -> list[Record]:
    return [
        Record(f"e{at}", "x", 0, "b", at, 1000.0 * at, (), "", event)
        for at, event in enumerate(events)
    ]


def did(client: str, node: int, op: str, path: str, result: str = "ok 0x1") -> Any:
    return ClientDid(client, node, op, path, "7", result, 0.0, 1.0)


OPENED = LabOpened((1, 2, 3), (4,), "process")


def test_events_become_the_verbs_that_bring_them_about() -> None:
    records = of_lab(
        OPENED,
        VerbGiven("up", ("--together",), (1, 2, 3, 4)),
        did("do", 1, "create", "/a"),
        did("do", 1, "set", "/a", "BAD_VERSION"),
        VerbGiven("do", ("create -e /b 1",), (2,)),
        did("do", 2, "create", "/b"),
        did("call", 1, "get", "/a"),
        did("call", 2, "get", "/a"),
        VerbGiven("hold", ("2->1", "--from COMMIT", "--for 8s"), (1, 2)),
        FaultHealed("f1", "time-up"),
        did("call", 1, "get", "/a"),
        VerbGiven("kill", ("leader",), (2,)),
        VerbGiven("chaos", (), (1, 2)),
    )
    assert [(one.words, one.nodes) for one in given(records)] == [
        (("up", "--nodes", "3", "--observers", "1", "--together"), (1, 2, 3, 4)),
        (("do", "create '/a' '7'"), (1,)),
        (("do", f"set '/a' '7' {rerun._SPOILT_VERSION}"), (1,)),
        (("do", "create -e /b 1"), (2,)),
        (("call", "get '/a'"), ()),
        (("hold", "2->1", "--from", "COMMIT"), (1, 2)),
        (("heal", "--all"), ()),
        (("call", "get '/a'"), ()),
        (("kill",), (2,)),
    ]


def test_what_was_done_to_the_leader_is_done_to_the_leader() -> None:
    """n3 led the recorded lab; in the one of the rerun it is n2."""
    before = SimulatedLab(1)
    before.perform("labctl up --together")
    recorded = [*given(in_order(before.records))][-1].world
    for record in in_order(before.records):
        recorded = moved(recorded, record)
    now = SimulatedLab(1)
    now.perform("labctl up")
    assert (before.leader, now.leader) == (3, 2)
    held = Given(0.0, ("hold", "3->1,3->2", "--from", "COMMIT"), (1, 2, 3), recorded)
    assert rerun._translated(held, now)[1] == "2->1,2->3"
    killed = Given(0.0, ("kill",), (3,), recorded)
    assert rerun._translated(killed, now) == ["kill", "2"]


def test_a_verb_that_the_simulator_lacks_ends_the_rerun(tmp_path: Path) -> None:
    records = solved(NAME, STUDENT)
    at = [type(r.event) for r in records].index(VerbGiven)
    clock = records[at]._replace(id="c", event=VerbGiven("clock", ("+30s",), (1,)))
    graded = again(tmp_path, [*records[: at + 1], clock, *records[at + 1 :]])
    assert graded.remark is not None
    assert graded.remark.key == "rerun.stopped"
    assert outcomes(graded)["equal/killed"] == ("passed", "failed")
    assert outcomes(graded)["newer/written"] == ("passed", "unreached")


Change = Callable[[VerbGiven], VerbGiven]
SENSELESS: dict[str, Any] = {
    "words": VerbGiven("hold", ("; rm -rf /",), (1,)),
    "no-words": VerbGiven("cut", (), ()),
    "unknown-node": VerbGiven("kill", ("9",), (9,)),
    "no-line": VerbGiven("do", (), (1,)),
    "quotes": VerbGiven("do", ("create '/a",), (1,)),
    "time": VerbGiven("do", ("--async", "--after", "x", "create /a 1"), (1,)),
    "option": VerbGiven("do", ("--async", "--after"), (1,)),
    "many-nodes": LabOpened(tuple(range(1, 201)), (), "process"),
}


@pytest.mark.parametrize("name", SENSELESS)
def test_what_makes_no_sense_ends_the_rerun(name: str) -> None:
    event = SENSELESS[name]
    opened = [] if isinstance(event, LabOpened) else [OPENED]
    up = VerbGiven("up", (), (1, 2, 3))
    events = [event, up] if not opened else [OPENED, up, event]
    exercise = library.find(NAME)
    done = rerun.rerun(exercise, of_lab(*events), seed_of(STUDENT, NAME), FRESH)
    assert done.stopped is not None
    assert done.stopped.key in ("rerun.senseless", "rerun.cannot")


def test_commands_and_virtual_time_are_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    up = VerbGiven("up", (), (1, 2, 3))
    look = did("call", 1, "get", "/a")
    given_often = [OPENED, up, *[look] * (2 * rerun.COMMANDS_MAX)]
    exercise, waited = library.find(NAME), list[int]()
    wait_until = SimulatedLab.wait_until

    def counted(lab: SimulatedLab, due_ms: float, most_ms: int) -> int:
        waited.append(wait_until(lab, due_ms, most_ms))
        return waited[-1]

    monkeypatch.setattr(SimulatedLab, "wait_until", counted)
    done = rerun.rerun(exercise, of_lab(*given_often), 1, FRESH)
    assert done.stopped is not None
    assert len(waited) == 2 * (rerun.COMMANDS_MAX - 1)  # at two paces
    waited.clear()
    slow = [
        record._replace(at_ms=1e9 * at)
        for at, record in enumerate(of_lab(OPENED, up, *[look] * 30))
    ]
    rerun.rerun(exercise, slow, 1, FRESH)
    assert max(waited) <= rerun.GAP_MS_MAX
    assert sum(waited) <= rerun.WHOLE_MS_MAX


def test_every_span_of_a_write_is_done_at_the_pace_of_the_rerun() -> None:
    said = ["do", "--async", "--after", "2s", "--hold", "60s", "create /a 1"]
    assert rerun._scaled(said, 0.5) == [
        *("do", "--async", "--after", "1000ms", "--hold", "30000ms", "create /a 1")
    ]

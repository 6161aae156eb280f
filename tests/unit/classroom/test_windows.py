"""Which events belong to a step, and which of them an answer is taken from."""

from labctl.classroom import shelf
from labctl.classroom.exercise import seed_of
from labctl.classroom.exhibit import revealed
from labctl.classroom.journal import PredictionLocked, StepBegan
from labctl.classroom.marking import Marks, mark
from labctl.classroom.rehearsal import Rehearsal, in_order

NAME = "first-quorum"


def marked(rehearsal: Rehearsal) -> Marks:
    return mark(shelf.find(NAME), in_order(rehearsal.records), seed_of("ada", NAME))


def performed(*lines: str) -> Rehearsal:
    """Perform verbs; the word `begin` stands for `ex start`."""
    rehearsal = Rehearsal(1)
    for line in lines:
        if line == "begin":
            rehearsal.note(StepBegan(NAME, "in-order", ""))
        else:
            rehearsal.perform(f"labctl {line}")
    return rehearsal


def test_the_answer_is_the_leader_of_the_step_not_one_that_came_after_it() -> None:
    marks = marked(performed("begin", "up", "kill leader"))
    assert marks.facts["leader"] == 2


def test_who_did_it_wrong_and_did_it_again_is_judged_by_the_second_time() -> None:
    marks = marked(performed("begin", "up --together", "down", "up"))
    assert marks.facts["leader"] == 2


def test_a_lab_that_was_up_before_shows_nothing() -> None:
    marks = marked(performed("up", "begin", "kill leader", "start down"))
    assert "leader" not in marks.facts
    assert not any(one.passed for one in marks.of("in-order"))


def test_an_event_from_before_the_step_never_counts_wherever_it_stands() -> None:
    done = performed("up", "begin", "do 'create /a 1'")
    at = next(at for at, r in enumerate(done.records) if isinstance(r.event, StepBegan))
    older, begun, newer = done.records[:at], done.records[at], done.records[at + 1 :]
    assert newer
    marks = mark(shelf.find(NAME), [begun, *older, *newer], seed_of("ada", NAME))
    assert "leader" not in marks.facts
    assert marks.score == 0


def test_to_try_it_with_sound_servers_makes_no_prediction_late() -> None:
    name = "bug-counting"
    exercise, seed = shelf.find(name), seed_of("ada", name)
    rehearsal = Rehearsal(1)
    rehearsal.note(StepBegan(name, "found", ""))
    rehearsal.perform("labctl up")
    (judged,) = revealed(exercise, exercise.steps[0], exercise.drawn(seed), seed)
    rehearsal.note(PredictionLocked("found", "rule", judged.breaks, ""))
    rehearsal.note(judged)
    assert mark(exercise, in_order(rehearsal.records), seed).percent == 100

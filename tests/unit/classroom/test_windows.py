"""Which events belong to a step, and which of them an answer is taken from."""

from labctl.classroom import library
from labctl.classroom.exercise import seed_of
from labctl.classroom.exhibit import revealed
from labctl.classroom.journal import PredictionLocked, StepBegan
from labctl.classroom.marking import Marks, mark
from labctl.classroom.simulated_lab import SimulatedLab, in_order

NAME = "first-quorum"


def marked(lab: SimulatedLab) -> Marks:
    return mark(library.find(NAME), in_order(lab.records), seed_of("ada", NAME))


def performed(*lines: str) -> SimulatedLab:
    """Perform verbs; the word `begin` stands for `ex start`."""
    lab = SimulatedLab(1)
    for line in lines:
        if line == "begin":
            lab.note(StepBegan(NAME, "in-order", ""))
        else:
            lab.perform(f"labctl {line}")
    return lab


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
    marks = mark(library.find(NAME), [begun, *older, *newer], seed_of("ada", NAME))
    assert "leader" not in marks.facts
    assert marks.score == 0


def test_to_try_it_with_sound_servers_makes_no_prediction_late() -> None:
    name = "bug-counting"
    exercise, seed = library.find(name), seed_of("ada", name)
    lab = SimulatedLab(1)
    lab.note(StepBegan(name, "found", ""))
    lab.perform("labctl up")
    (judged,) = revealed(exercise, exercise.steps[0], exercise.drawn(seed), seed)
    lab.note(PredictionLocked("found", "rule", judged.breaks, ""))
    lab.note(judged)
    assert mark(exercise, in_order(lab.records), seed).percent == 100

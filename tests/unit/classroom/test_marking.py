"""Marks: predictions in time, hints that cost, steps that were not reached."""

from collections.abc import Callable

import pytest

from labctl.classroom import library
from labctl.classroom.answers import NotAnswer, understood
from labctl.classroom.exercise import Question, Text, seed_of
from labctl.classroom.journal import HintTaken, PredictionLocked, StepBegan
from labctl.classroom.marking import LATE, ON_TIME, UNSAID, Marks, mark
from node.events import Record
from tests.unit.classroom.handing_in import idle, solved

NAME = "kill-leader"


def marked(records: list[Record]) -> Marks:
    return mark(library.find(NAME), records, seed_of("ada", NAME))


def test_a_solution_scores_everything_and_idling_nothing() -> None:
    assert marked(solved(NAME, "ada")).percent == 100
    nothing = marked(idle(NAME))
    assert nothing.score == 0
    assert {one.passed for one in nothing.marks} == {None}


def test_what_was_not_reached_has_not_failed() -> None:
    whole = solved(NAME, "ada")
    second = [at for at, r in enumerate(whole) if isinstance(r.event, StepBegan)][1]
    marks = marked(whole[:second])
    assert {one.passed for one in marks.of("equal")} == {True}
    assert {one.passed for one in marks.of("newer")} == {None}
    assert 0 < marks.percent < 100


def moved_behind(records: list[Record], kind: type, by: int) -> list[Record]:
    """Return the records with the first of a kind moved towards the end."""
    at = next(at for at, r in enumerate(records) if isinstance(r.event, kind))
    left = records[:at] + records[at + 1 :]
    return [*left[: at + by], records[at], *left[at + by :]]


def test_a_prediction_after_the_act_scores_nothing() -> None:
    marks = marked(moved_behind(solved(NAME, "ada"), PredictionLocked, 5))
    (late,) = [one for one in marks.marks if one.timing == LATE]
    assert (late.passed, late.score) == (True, 0)


def test_no_prediction_is_said_to_be_none() -> None:
    records = [
        r for r in solved(NAME, "ada") if not isinstance(r.event, PredictionLocked)
    ]
    said = [one for one in marked(records).marks if one.kind == "prediction"]
    assert {one.timing for one in said} == {UNSAID}
    assert {one.passed for one in said} == {False}


def test_a_wrong_prediction_is_answered_with_what_happened() -> None:
    marks = marked(solved(NAME, "ada", ("equal", "next", "1")))
    wrong = marks.of("equal")[0]
    assert (wrong.passed, wrong.said, wrong.true) == (False, "1", "3")
    assert wrong.timing == ON_TIME
    assert wrong.reply is not None
    assert "lowest id" in wrong.reply.en
    assert len(wrong.evidence) == 2  # the prediction, and the event that decided


def hinted(number: int, times: int) -> Callable[[list[Record]], list[Record]]:
    def change(records: list[Record]) -> list[Record]:
        event = HintTaken("equal", number, "")
        return [records[0], *[records[0]._replace(event=event)] * times, *records[1:]]

    return change


@pytest.mark.parametrize(
    ("change", "cost"), [(hinted(1, 1), 0.5), (hinted(1, 3), 0.5), (hinted(9, 1), 0.0)]
)
def test_a_hint_costs_what_the_exercise_says_once(
    change: Callable[[list[Record]], list[Record]], cost: float
) -> None:
    marks = marked(change(solved(NAME, "ada")))
    assert marks.most - marks.score == cost


def question(kind: str, *options: str) -> Question:
    names = tuple(Text(option, option) for option in options)
    return Question("q", kind, Text("?", "?"), options, names, None, 0, 1)


@pytest.mark.parametrize(
    ("asked", "said", "plain"),
    [
        (question("node"), "n2", "2"),
        (question("node"), " 2 ", "2"),
        (question("nodes"), "3, n1", "1,3"),
        (question("choice", "DIFF", "SNAP"), "2", "SNAP"),
        (question("choice", "DIFF", "SNAP"), "snap", "SNAP"),
        (question("number"), "2.0", "2"),
        (question("order", "a", "b"), "2,1", "b,a"),
        (question("text"), "because", "because"),
    ],
)
def test_answers_are_understood(asked: Question, said: str, plain: str) -> None:
    assert understood(asked, said) == plain


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (question("node"), "leader"),
        (question("node"), "1,2"),
        (question("node"), ""),
        (question("choice", "DIFF", "SNAP"), "3"),
        (question("number"), "two"),
        (question("order", "a", "b"), "1,1"),
    ],
)
def test_no_answer_is_refused(asked: Question, said: str) -> None:
    with pytest.raises(NotAnswer):
        understood(asked, said)

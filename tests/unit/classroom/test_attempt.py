"""An attempt outlives its terminal; what is damaged is said in one line."""

from pathlib import Path

import pytest

from labctl.classroom import attempt, library, student
from labctl.classroom.attempt import Asked
from labctl.classroom.journal import HintTaken, last_seal, unbroken
from labctl.errors import CONFLICT, NO_MATCH, USAGE, LabError
from labctl.screen.screen import Screen
from labctl.words.phrase import text
from tests.unit.classroom.test_load import GOOD

ASKED = Asked("first-quorum", "", "ada", "default", again=False)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LABCTL_HOME", str(tmp_path))
    return tmp_path


def test_nothing_was_begun() -> None:
    with pytest.raises(LabError) as caught:
        attempt.current()
    assert caught.value.code == NO_MATCH


def test_what_was_begun_is_taken_up_with_its_seals() -> None:
    mine, fresh = attempt.begin(ASKED)
    assert fresh
    attempt.note(mine, HintTaken("in-order", 1, ""))
    again, fresh = attempt.begin(ASKED._replace(student=""))
    assert not fresh
    assert again == mine == attempt.current()
    records = attempt.journal(again)
    assert [type(r.event).__name__ for r in records] == ["StepBegan", "HintTaken"]
    assert unbroken(records, mine.seed)
    assert not unbroken(records[1:], mine.seed)
    assert last_seal(records) == records[-1].event.seal
    assert attempt.step_of(again).id == "in-order"


def test_another_student_is_a_conflict_and_again_begins_anew() -> None:
    attempt.begin(ASKED)
    with pytest.raises(LabError) as caught:
        attempt.begin(ASKED._replace(student="bob"))
    assert caught.value.code == CONFLICT
    mine, fresh = attempt.begin(ASKED._replace(student="bob", again=True))
    assert (mine.student, fresh) == ("bob", True)
    assert len(attempt.journal(mine)) == 1


@pytest.mark.parametrize("written", ["", "{", "[]", '{"exercise": "first-quorum"}'])
def test_a_damaged_attempt_is_one_line(written: str) -> None:
    mine, _ = attempt.begin(ASKED)
    (mine.folder / "attempt.json").write_text(written)
    with pytest.raises(LabError) as caught:
        attempt.current()
    assert caught.value.code == CONFLICT
    _, fresh = attempt.begin(ASKED._replace(again=True))
    assert fresh


def test_a_journal_without_a_step_is_damaged() -> None:
    mine, _ = attempt.begin(ASKED)
    (mine.folder / "lab.jsonl").write_text("")
    with pytest.raises(LabError):
        attempt.step_of(mine)


def test_a_folder_of_ones_own_is_looked_at_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "small.yaml").write_text(GOOD, encoding="utf-8")
    (own / "kill-leader.yaml").write_text(
        GOOD.replace("id: small", "id: kill-leader"), encoding="utf-8"
    )
    shipped = len(library.files())
    monkeypatch.setenv("LABCTL_EXERCISES", str(own))
    assert library.path_of("small") == own / "small.yaml"
    assert library.find("kill-leader").title.en == "Small"
    assert len(library.files()) == shipped + 1
    mine, _ = attempt.begin(ASKED._replace(name=str(own / "small.yaml")))
    assert attempt.current().exercise == mine.exercise


@pytest.mark.parametrize(
    ("do", "sids"),
    [
        ("labctl up", (1, 2, 3)),
        ("labctl up --nodes=2 --observers 1", (1, 2, 3)),
        ("labctl up --nodes {count}", ()),
        ("labctl up --nodes 999999999999", ()),
        ("labctl up --config 'a b", ()),
        ("labctl kill 2", ()),
    ],
)
def test_a_step_tells_which_servers_its_lab_will_have(
    do: str, sids: tuple[int, ...]
) -> None:
    step = library.find("first-quorum").steps[0]
    assert step._replace(do=(do,)).brings_up == sids


@pytest.mark.parametrize("said", ["", " ", "the tall one", "9", "0", "n4"])
def test_no_answer_is_told_how_one_is_written(said: str) -> None:
    attempt.begin(ASKED)
    with pytest.raises(LabError) as caught:
        student.predict(said, "", Screen("en"))
    assert caught.value.code == USAGE
    assert caught.value.hint is not None
    said_how = text(caught.value.hint, "en")
    assert said_how.startswith("the servers are n1, n2, n3: labctl ex predict N;")
    assert "PredictionLocked" not in str(attempt.journal(attempt.current()))

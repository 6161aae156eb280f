"""Logs of strangers and runs with a bug: looked at, predicted, then explained."""

from pathlib import Path
from typing import Any

import pytest

from labctl.classroom import attempt, exhibit, library
from labctl.classroom.attempt import Asked
from labctl.classroom.journal import LogChange, LogRead, RunJudged
from labctl.errors import NO_MATCH, LabError
from labctl.screen.screen import Screen
from simulator.bugs.plant import BUGS

BUGGED = ("bug-counting", "bug-replicas", "bug-sessions")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LABCTL_HOME", str(tmp_path))
    return tmp_path


def begun(name: str, student: str = "ada") -> attempt.Attempt:
    mine, _ = attempt.begin(Asked(name, "", student, "default", again=True))
    return mine


def noted(mine: attempt.Attempt, kind: type) -> list[Any]:
    return [r.event for r in attempt.journal(mine) if isinstance(r.event, kind)]


def test_a_log_is_shown_as_it_is_and_then_explained(
    capsys: pytest.CaptureFixture[str],
) -> None:
    mine = begun("read-the-log")
    exhibit.look(Screen("en"))
    assert "  16 [QuorumPeer[myid=2]" in capsys.readouterr().out
    assert not noted(mine, LogRead)
    exhibit.reveal(Screen("en"))
    assert "▲ LEADING" in capsys.readouterr().out
    (read,) = noted(mine, LogRead)
    assert read[:3] == ("started", ("article.log",), 27)
    leading = [c for c in noted(mine, LogChange) if c.key == "leading"]
    assert [(c.node, c.line, c.why) for c in leading] == [(2, 16, "higher-id")]


@pytest.mark.parametrize("name", BUGGED)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_bug_is_never_named(
    name: str, lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = set()
    for student in ("a", "b", "c", "d", "e", "f"):
        mine = begun(name, student)
        drawn.add(mine.exercise.drawn(mine.seed)["bug"])
        exhibit.look(Screen(lang))
        exhibit.reveal(Screen(lang))
        told = capsys.readouterr().out
        kept = (mine.folder / "lab.jsonl").read_text()
        for bug in BUGS.values():
            assert bug.name not in told + kept
            assert bug.sentence not in told + kept
        (judged,) = noted(mine, RunJudged)
        assert judged.verdict in told.replace("\n", " ")
    assert drawn == set(mine.exercise.choices["bug"])


def test_every_bug_breaks_a_rule_that_is_an_option() -> None:
    for name in BUGGED:
        (step,) = library.find(name).steps
        (question,) = step.questions
        assert {run.breaks for run in step.simulated} <= set(question.options)
        assert all(exhibit.broken(run, 5) for run in step.simulated)


def test_a_step_without_an_exhibit_says_so() -> None:
    begun("first-quorum")
    for act in (exhibit.look, exhibit.reveal):
        with pytest.raises(LabError) as caught:
            act(Screen("en"))
        assert caught.value.code == NO_MATCH


def test_files_are_handed_out_with_the_student_s_own_values() -> None:
    mine = begun("broken-ensemble")
    drawn = mine.exercise.drawn(mine.seed)
    text = (mine.files / "swapped" / "zoo2.cfg").read_text()
    assert f"dataDir={mine.files}/swapped/data2\n" in text
    assert f"clientPort=24{drawn['block']}2\n" in text
    assert "{" not in text
    myid = (mine.files / "same-id" / "data3" / "myid").read_text()
    assert myid == f"{drawn['twin']}\n"
    (mine.files / "swapped" / "zoo2.cfg").write_text("mended")
    again, fresh = attempt.begin(
        Asked("broken-ensemble", "", "", "default", again=False)
    )
    assert not fresh
    assert (again.files / "swapped" / "zoo2.cfg").read_text() == "mended"

"""A folder of thirty submissions gets the right marks, in every format."""

import csv
import io
import json
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from labctl.classroom import library
from labctl.classroom.grading import Graded, grade, submissions
from labctl.classroom.journal import StepBegan
from labctl.classroom.reports import (
    documents,
    github,
    gradescope,
    junit,
    notebook,
    page,
    tables,
)
from labctl.classroom.teacher import FORMATS, Wanted, grade_all, only
from labctl.errors import ASKED_FALSE, DONE, INCONCLUSIVE, LabError
from labctl.screen.screen import Screen
from tests.unit.classroom.handing_in import hand_in, idle, solved

STRANGE = '=cmd|"<b>&'  # a formula, a tag, an entity
NAMES = ("first-quorum", "kill-leader", "stale-read")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Right, half done, each misconception, idle, changed, empty, hostile."""
    found = tmp_path_factory.mktemp("class")
    for name in NAMES:
        hand_in(found, name, "right", solved(name, "right"))
        hand_in(found, name, "idle", idle(name))
        whole = solved(name, "half")
        began = [at for at, r in enumerate(whole) if isinstance(r.event, StepBegan)]
        hand_in(found, name, "half", whole[: began[1]])
        for number, wrong in enumerate(library.find(name).misconceptions):
            who = f"wrong{number}"
            instead = wrong.step, wrong.question, wrong.answer
            if "{" not in wrong.answer:
                hand_in(found, name, who, solved(name, who, instead))
        path = hand_in(found, name, "changed", solved(name, "changed"))
        path.write_bytes(path.read_bytes()[:-9])
    hand_in(found, NAMES[0], STRANGE, solved(NAMES[0], STRANGE))
    (found / "empty.sub.gz").touch()
    (found / "noise.sub.gz").write_bytes(bytes(range(256)))
    (found / "readme.txt").touch()
    for number in range(30 - len(submissions(found))):
        who = f"more{number}"
        hand_in(found, NAMES[0], who, solved(NAMES[0], who))
    return found


@pytest.fixture(scope="module")
def graded(folder: Path) -> list[Graded]:
    screen = Screen("en")
    return [grade(path, screen) for path in submissions(folder)]


def of(graded: Sequence[Graded], name: str, student: str) -> Graded:
    (found,) = [one for one in graded if (one.exercise, one.student) == (name, student)]
    return found


def test_everybody_gets_the_right_marks(graded: list[Graded]) -> None:
    assert len(graded) == 30
    for name in NAMES:
        assert of(graded, name, "right").percent == 100
        assert of(graded, name, "idle").percent == 0
        assert 0 < of(graded, name, "half").percent < 100
        for number, wrong in enumerate(library.find(name).misconceptions):
            if "{" not in wrong.answer:
                marks = of(graded, name, f"wrong{number}")
                assert marks.percent == pytest.approx(wrong.scores, abs=0.06)
                assert wrong.text in [line.reply for line in marks.lines]
    refused = [one for one in graded if one.marks is None]
    assert len(refused) == len(NAMES) + 2
    assert all(one.why for one in refused)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_json_says_all_that_is_known(graded: list[Graded], lang: str) -> None:
    document = json.loads(documents.render(graded, lang))
    assert len(document["submissions"]) == 30
    for row in document["submissions"]:
        assert row["score"] == sum(one["score"] for one in row["results"])
        for result in row["results"]:
            assert result["passed"] in (True, False, None)
            assert result["title"]
            if result["kind"] == "check":
                assert result["rationale"]
            if result["passed"] and result["kind"] == "check":
                assert isinstance(result["evidence"], list)


def test_a_spreadsheet_gets_a_row_each_and_no_formula(graded: list[Graded]) -> None:
    rows = list(csv.DictReader(io.StringIO(tables.render(graded, "en"))))
    assert len(rows) == 30
    assert {row["percent"] for row in rows if row["student"] == "right"} == {"100"}
    (strange,) = [row for row in rows if "cmd" in row["student"]]
    assert strange["student"] == "'" + STRANGE
    assert not [
        cell
        for row in rows
        for cell in row.values()
        if cell.startswith(("=", "+", "@"))
    ]


def test_junit_counts_passed_failed_and_skipped(graded: list[Graded]) -> None:
    root = ET.fromstring(junit.render(graded, "en"))
    suites = root.findall("testsuite")
    assert len(suites) == 30
    for suite, one in zip(suites, graded, strict=True):
        cases = suite.findall("testcase")
        assert int(suite.attrib["tests"]) == len(cases)
        failed = [case for case in cases if case.find("failure") is not None]
        skipped = [case for case in cases if case.find("skipped") is not None]
        assert int(suite.attrib["failures"]) == len(failed)
        assert int(suite.attrib["skipped"]) == len(skipped)
        assert len(failed) == sum(line.passed is False for line in one.lines)
        assert all(case.find("failure").text for case in failed)  # type: ignore[union-attr]


class Checker(HTMLParser):
    """Counts tags, and sees that each is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_class_page_is_whole_and_runs_nothing(
    graded: list[Graded], lang: str
) -> None:
    written = page.render(graded, lang)
    checker = Checker()
    checker.feed(written)
    assert checker.open == []
    assert "script" not in checker.seen
    assert "b" not in checker.seen  # of the strange student's name
    assert written.count("class=bar") >= 6  # what the class predicted
    assert "first-quorum" in written


def test_gradescope_gets_its_fields(graded: list[Graded]) -> None:
    one = of(graded, "kill-leader", "half")
    result = json.loads(gradescope.render([one], "en"))
    assert result["score"] == one.score
    assert sum(test["max_score"] for test in result["tests"]) == one.most
    for test in result["tests"]:
        assert test["status"] in ("passed", "failed")
        assert test["visibility"] == "visible"
        assert test["score"] <= test["max_score"]


def test_github_classroom_gets_a_command_for_each_mark(
    graded: list[Graded], folder: Path
) -> None:
    one = of(graded, "kill-leader", "half")
    tests = json.loads(github.render([one], "en"))["tests"]
    assert [test["points"] for test in tests] == [line.most for line in one.lines]
    codes = set()
    for test, line in zip(tests, one.lines, strict=True):
        *_, name = test["run"].split()
        code = only(folder / one.file, name, None, Screen("en"))
        assert (code == DONE) == (line.passed is True)
        assert (code == INCONCLUSIVE) == (line.passed is None)
        codes.add(code)
    assert codes == {DONE, INCONCLUSIVE}
    wrong = of(graded, "kill-leader", "wrong0")
    assert only(folder / wrong.file, "equal/next", None, Screen("en")) == ASKED_FALSE


def test_nbgrader_gets_a_bare_number_last(graded: list[Graded]) -> None:
    one = of(graded, "kill-leader", "wrong0")
    *reasons, last = notebook.render([one], "en").splitlines()
    assert float(last) == one.score
    assert any("lowest id" in line for line in reasons)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_written_to_a_file(
    form: str, folder: Path, tmp_path: Path
) -> None:
    out, screen = tmp_path / "out", Screen("en")
    one = folder / "first-quorum-right.sub.gz"
    assert grade_all(one, Wanted(form, out), screen) == DONE
    assert out.read_text(encoding="utf-8").strip()


def test_an_unknown_format_or_check_is_one_line(folder: Path) -> None:
    one = folder / "first-quorum-right.sub.gz"
    with pytest.raises(LabError):
        grade_all(one, Wanted("pdf"), Screen("en"))
    with pytest.raises(LabError):
        grade_all(folder, Wanted("gradescope"), Screen("en"))
    with pytest.raises(LabError):
        only(one, "no/such", None, Screen("en"))

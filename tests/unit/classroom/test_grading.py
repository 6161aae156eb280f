"""A folder of thirty submissions gets the right marks, in every format."""

import base64
import csv
import gzip
import html
import io
import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import fastjsonschema
import pytest
from rich.console import Console

from labctl.classroom import bounds, library
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
from labctl.classroom.teacher import FORMATS, Wanted, grade_all, only, say
from labctl.errors import ASKED_FALSE, DONE, INCONCLUSIVE, LabError
from labctl.screen.screen import Screen
from labctl.story.lab_events import FaultSet
from labctl.words.phrase import LANGUAGES
from node.events import Record
from tests.unit.classroom.consumers import GITHUB, GRADESCOPE, is_junit
from tests.unit.classroom.handing_in import hand_in, idle, road, solved
from tests.unit.classroom.test_submission import bomb

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
    hand_in(found, NAMES[1], "road", by_another_road("road"))
    tampered(hand_in(found, NAMES[1], "tampered", solved(NAMES[1], "tampered")))
    hand_in(found, NAMES[1], "piles-up", piled_up())
    (found / "empty.sub.gz").touch()
    (found / "noise.sub.gz").write_bytes(bytes(range(256)))
    bomb(found / "bomb.sub.gz", [])
    (found / "link.sub.gz").symlink_to("/etc/passwd")
    (found / "readme.txt").touch()
    for number in range(30 - len(submissions(found))):
        who = f"more{number}"
        hand_in(found, NAMES[0], who, solved(NAMES[0], who))
    return found


def by_another_road(student: str) -> list[Record]:
    """A follower dies first and comes back; then the leader, by its number."""
    _, newer = library.find("kill-leader").steps
    first = ("up", "do 'create {path} 1'", "kill 1", "start 1", "status", "kill 2")
    return road("kill-leader", student, [f"labctl {c}" for c in first], newer.solution)


def tampered(path: Path) -> None:
    """Change what was predicted, and leave all else as it was sealed."""
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    changed = [line.replace('"answer":"3"', '"answer":"1"') for line in lines]
    assert changed != lines
    path.write_bytes(gzip.compress("\n".join([*changed, ""]).encode()))


def piled_up() -> list[Record]:
    """More faults at once than a lab can have: folding them would take for ever."""
    records = solved("kill-leader", "piles-up")
    one = next(r for r in records if type(r.event).__name__ == "VerbGiven")
    faults = [
        one._replace(id=f"f{n}", event=FaultSet(f"f{n}", "cut", (), (), "", 0))
        for n in range(bounds.CARRIED_MAX + 10)
    ]
    return [*records, *faults]


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
    road = of(graded, "kill-leader", "road")
    assert road.percent == 100, [line.id for line in road.lines if not line.passed]
    changed = of(graded, "kill-leader", "tampered")
    assert changed.why is not None
    assert (changed.why.key, changed.score) == ("sub.changed", 0)
    refused = {one.file: one.why for one in graded if one.marks is None}
    assert all(refused.values())
    why = {file: phrase.key for file, phrase in refused.items() if phrase}
    assert why == {
        **{f"{name}-changed.sub.gz": "sub.not-packed" for name in NAMES},
        "kill-leader-piles-up.sub.gz": "sub.piles-up",
        "empty.sub.gz": "sub.empty",
        "noise.sub.gz": "sub.not-packed",
        "bomb.sub.gz": "sub.bomb",
        "link.sub.gz": "sub.no-file",
    }


def test_a_lost_mark_names_its_event_and_draws_its_moment(
    graded: list[Graded],
) -> None:
    """In every format that has room for it."""
    one = of(graded, "kill-leader", "wrong0")
    (lost,) = [line for line in one.lines if line.passed is False]
    moment = one.moments[lost.id]
    event = moment.name
    assert re.fullmatch(r"e\d+", event)
    assert "leads epoch 2" in one.evidence[lost.evidence[-1]].words
    command = f"labctl export {moment.file} --at {event}"
    assert "NEWLEADER" in moment.columns("en")
    for lang in LANGUAGES:
        row = json.loads(documents.render([one], lang))["submissions"][0]
        found = next(r for r in row["results"] if r["id"] == lost.id)
        assert found["moment"] == {"event": event, "command": command}
        assert event in [shown["event"] for shown in found["events"]]
        for render in (junit.render, gradescope.render, notebook.render):
            told = html.unescape(render([one], lang))
            assert event in told
            assert command in told
            assert "NEWLEADER" in told
        (cells,) = csv.DictReader(io.StringIO(tables.render([one], lang)))
        assert (cells["lost"], cells["events"]) == (lost.id, event)
        assert command in page.render([one], lang)
        (drawn,) = re.findall(r"svg\+xml;base64,([\w+/=]+)", page.render([one], lang))
        picture = ET.fromstring(base64.b64decode(drawn))
        assert picture.tag.endswith("svg")
    shown = io.StringIO()
    screen = Screen("en")
    screen.out = Console(file=shown, width=200)
    say(one, Path(moment.file), screen, full=True)
    assert command in shown.getvalue()


def test_what_never_happened_shows_the_end_of_its_step(tmp_path: Path) -> None:
    first = [f"labctl {c}" for c in ("up", "do 'create {path} 1'", "kill 1")]
    records = road("kill-leader", "never", first, (), answered=False)
    one = grade(hand_in(tmp_path, "kill-leader", "never", records), Screen("en"))
    moment = one.moments["equal/killed"]
    assert moment.never
    assert moment.title("en") == f"Nothing of the kind happened until {moment.name}"
    assert moment.svg("en").startswith("<svg")


def test_a_stranger_can_write_nothing_into_the_class_page(tmp_path: Path) -> None:
    evil = "</title><script>alert(1)</script>"
    wrong = ("equal", "next", "1")
    records = [
        r._replace(event=r.event._replace(type=evil), node=r.node)
        if type(r.event).__name__ == "PacketSent"
        else r
        for r in solved("kill-leader", evil, wrong)
    ]
    one = grade(hand_in(tmp_path, "kill-leader", evil, records), Screen("en"))
    written = page.render([one], "en")
    assert "<script" not in written
    for drawn in re.findall(r"svg\+xml;base64,([\w+/=]+)", written):
        assert b"<script" not in base64.b64decode(drawn)


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
    is_junit(root)
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
    accepts = fastjsonschema.compile(GRADESCOPE)
    for other in graded:
        accepts(json.loads(gradescope.render([other], "zh")))
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
    document = json.loads(github.render([one], "en"))
    fastjsonschema.compile(GITHUB)(document)
    tests = document["tests"]
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
    for other in graded:
        last = notebook.render([other], "zh").splitlines()[-1]
        assert float(last) == other.score


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

"""Pictures of two recorded labs: a first quorum; a doomed tail, cut by SNAP."""

import json
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from labctl.lab.runs import load
from labctl.pictures import plain
from labctl.pictures.entries import Entries, Entry
from labctl.pictures.html import html
from labctl.pictures.messages import arrows
from labctl.pictures.spacetime import layout, whole
from labctl.pictures.svg import svg
from labctl.story.recording.run import Run
from labctl.story.recording.timeline import Timeline
from labctl.story.world import new_world
from labctl.words.phrase import LANGUAGES

RUNS = Path(__file__).parents[2] / "vectors" / "runs"
NAMES = ("pictures-quorum", "pictures-snap")


@pytest.fixture(params=NAMES)
def run(request: pytest.FixtureRequest) -> Run:
    return load(RUNS / f"{request.param}.jsonl.gz")


def test_every_message_that_arrived_falls_from_one_node_to_another(run: Run) -> None:
    drawn = layout(run, whole(run)).arrows
    assert drawn
    for found in drawn:
        assert found.arrow.source != found.arrow.target
        assert len(found.arrow.label) <= 48
        if found.arrow.got:
            assert found.y2 > found.y1


def test_a_layout_depends_on_the_run_alone(run: Run) -> None:
    assert layout(run, whole(run)) == layout(run, whole(run))


def test_a_commit_comes_after_an_acknowledgement() -> None:
    found = arrows(load(RUNS / "pictures-snap.jsonl.gz"))
    first = {
        kind: min(a.sent for a in found if a.kind == kind)
        for kind in ("PROPOSAL", "ACK", "COMMIT")
    }
    assert first["PROPOSAL"] < first["ACK"] < first["COMMIT"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_arrow_of_the_svg_has_a_title_and_a_description(
    run: Run, lang: str
) -> None:
    space = "{http://www.w3.org/2000/svg}"
    drawing = ET.fromstring(svg(layout(run, whole(run)), "<a & b>", lang))
    assert drawing.get("role") == "img"
    groups = [
        g for g in drawing.iter(f"{space}g") if "arrow" in g.get("class", "").split()
    ]
    assert groups
    for group in groups:
        assert group.findtext(f"{space}title")
        assert group.findtext(f"{space}desc")


def test_the_tail_of_a_dead_leader_is_doomed_and_then_cut() -> None:
    run = load(RUNS / "pictures-snap.jsonl.gz")
    scenes = [entry.get("s", {}) for entry in entries(run)]
    logs = [scene["l2"] for scene in scenes if "l2" in scene]
    assert any("D" in log for log in logs)
    assert "X" in logs[-1]
    assert "D" not in logs[-1]


def entries(run: Run) -> list[Entry]:
    made = Entries(new_world(run.voters, run.observers))
    return [made.take(record) for record in run.records]


def test_entries_are_small_changes(run: Run) -> None:
    made = entries(run)
    assert len(made) == len(run.records)
    assert sum("s" not in entry for entry in made) > len(made) / 4


def test_the_cause_of_an_entry_is_the_one_that_why_names(run: Run) -> None:
    timeline = Timeline(run)
    for number, entry in enumerate(entries(run), start=1):
        chain = timeline.chain(number)
        assert entry.get("b", 0) == (chain[-2] if len(chain) > 1 else 0)


def test_three_columns_fit_a_terminal(run: Run) -> None:
    lines = plain.columns(run, whole(run), "en").splitlines()
    assert max(map(len, lines)) <= 80


def test_a_mermaid_diagram_is_capped_and_says_so() -> None:
    run = load(RUNS / "pictures-snap.jsonl.gz")
    lines = plain.mermaid(run, whole(run), "en").splitlines()
    assert lines[0] == "sequenceDiagram"
    count = len([line for line in lines if "->>" in line or "-x" in line])
    assert count <= plain.ARROWS_MAX


def test_a_cast_has_a_header_and_no_long_silence(run: Run) -> None:
    head, *events = map(json.loads, plain.cast(run, whole(run), "zh").splitlines())
    assert head["version"] == 2
    times = [event[0] for event in events]
    assert max(b - a for a, b in pairwise(times)) <= 2.001


def test_the_page_needs_nothing_from_elsewhere(run: Run) -> None:
    page = html(run, whole(run), "en")
    assert "<!--" not in page
    assert "https://" not in page
    assert page.count("http://") == page.count("http://www.w3.org/2000/svg")

"""Why, votes, the log comparison, replay and diff, on runs that real labs wrote."""

import io
from pathlib import Path

import pytest

from labctl.cli.reports.replay import Part, step
from labctl.cli.reports.why import document
from labctl.errors import LabError
from labctl.lab.runs import load
from labctl.screen.screen import Screen
from labctl.story.glossary import Scene, find_term, live
from labctl.story.lab_events import FaultSet, NodeEnded, VerbGiven
from labctl.story.log_comparison import (
    HeldLog,
    batch,
    count,
    doomed,
    fate,
    joined,
    recovered,
    shortened,
    without,
    written,
)
from labctl.story.recording.diff import compare
from labctl.story.recording.run import Run
from labctl.story.recording.timeline import Timeline, chain, fold
from labctl.story.terms import TERMS
from labctl.story.transactions import log_rows
from labctl.story.votes import matrix
from labctl.story.why import of_event, of_lab, of_node
from labctl.words.phrase import CATALOG, ENGLISH, LANGUAGES, Phrase, text
from node import events

ROOT = Path(__file__).parents[3]
RUNS = ROOT / "tests" / "vectors" / "runs"
E1, E2 = 1 << 32, 2 << 32


def run(name: str) -> Run:
    return load(RUNS / f"{name}.jsonl.gz")


def timeline(name: str) -> Timeline:
    return Timeline(run(name))


def said(phrase: Phrase | None) -> str:
    assert phrase is not None
    return text(phrase, ENGLISH)


def number_of(played: Timeline, kind: type, node: int) -> int:
    found = [
        number
        for number, record in enumerate(played.run.records, start=1)
        if isinstance(record.event, kind) and record.node == node
    ]
    return found[-1]


# --- the timeline ------------------------------------------------------------------


@pytest.mark.parametrize("name", ["first-quorum", "ghost", "partition"])
def test_any_moment_is_the_same_by_seek_and_by_fold(name: str) -> None:
    played = timeline(name)
    for number, (_, world) in enumerate(fold(played.run), start=1):
        assert played.at(number) == world
    assert played.at(0).alive() == []


def test_a_kept_run_is_asked_about_its_life_not_its_end() -> None:
    played = timeline("first-quorum")
    leader = played.at(played.end).leader()
    assert leader is not None
    assert leader.sid == 2
    assert played.at(len(played)).alive() == []


def test_the_chain_of_an_election_goes_back_to_the_verb_that_killed_the_leader() -> (
    None
):
    played = timeline("leader-killed")
    record = played.run.records[number_of(played, events.ElectionDecided, 3) - 1]
    kinds = [type(link.event) for link in chain(played.run, record)]
    assert kinds[:3] == [VerbGiven, NodeEnded, events.LeaderLost]
    assert kinds[-1] is events.ElectionDecided
    assert events.NotificationReceived in kinds


def test_silence_is_traced_to_the_fault_that_caused_it() -> None:
    played = timeline("partition")
    record = played.run.records[number_of(played, events.LeadershipLost, 2) - 1]
    kinds = [type(link.event) for link in chain(played.run, record)]
    assert kinds[0] is FaultSet
    assert set(kinds[1:-1]) == {events.LearnerLost}
    assert kinds[-1] is events.LeadershipLost


def test_a_fault_stands_from_its_beginning_to_its_end() -> None:
    worlds = [world for _, world in fold(run("partition"))]
    standing = [set(world.faults) for world in worlds]
    assert {"f1"} in standing
    assert standing[0] == standing[-1] == set()


# --- why -----------------------------------------------------------------------


def test_why_a_leader_leads_names_votes_count_and_rule() -> None:
    reason = of_node(timeline("first-quorum"), 2)
    assert said(reason.state) == "n2 is ▲ LEADING in epoch 1, and serves"
    assert [(cast.voter, cast.vote.leader) for cast in reason.votes] == [(1, 2), (2, 2)]
    assert said(reason.tally) == "2 of 3: n1, n2; need 2: a majority"
    (rule,) = reason.rules
    assert said(rule).startswith("over n1: n2's vote is better: same epoch 0")
    assert said(rule).endswith("higher id")


def test_why_a_late_starter_with_the_highest_id_only_follows() -> None:
    reason = of_node(timeline("first-quorum"), 3)
    (rule,) = reason.rules
    assert "who comes late joins, whatever its id" in said(rule)


def test_why_the_lab_serves_is_why_its_leader_leads() -> None:
    reason = of_lab(timeline("leader-killed"))
    assert said(reason.state).startswith("quorum: yes · n3 leads epoch 2")
    assert [step.line.node for step in reason.chain][-1] == 3


def test_why_nobody_leads_says_what_would_repair_it() -> None:
    played = timeline("first-quorum")
    ended = [
        played.run.records[-1]._replace(id=f"x{sid}", event=NodeEnded(sid, "killed"))
        for sid in (1, 2)
    ]
    records = played.run.records[: played.end] + tuple(ended)
    reason = of_lab(Timeline(played.run._replace(records=records)))
    assert "1 of 3 voters live, need 2: nobody may lead" in said(reason.state)
    assert "1 more must run: labctl start one of n1, n2" in said(reason.repair)


@pytest.mark.parametrize(
    "name", ["first-quorum", "leader-killed", "ghost", "partition"]
)
def test_every_event_of_every_run_has_an_answer(name: str) -> None:
    played = timeline(name)
    for number in range(1, len(played) + 1):
        reason = of_event(played, number)
        for lang in LANGUAGES:
            answer = document(reason, lang)
            assert answer["state"]
            assert all(link["event"] <= number for link in answer["chain"])


# --- votes -----------------------------------------------------------------------


def test_the_matrix_shows_each_change_of_mind_in_order() -> None:
    played = timeline("leader-killed")
    rows = matrix(played.at(number_of(played, events.ElectionDecided, 3)))
    assert [row.votes for row in rows][-1] == {1: 3, 3: 3}
    assert rows[-1].change.because == "higher id"
    assert {row.round for row in rows} == {2}


def test_a_node_that_never_voted_makes_no_matrix() -> None:
    assert matrix(timeline("first-quorum").at(1)) == []


# --- the log comparison ----------------------------------------------------------


def test_a_ghost_is_logged_then_doomed_then_cut() -> None:
    played = timeline("ghost")
    zxid = E1 + 6
    fates: list[str] = []
    for _, world in fold(played.run):
        now = fate(world.peers[2].log, zxid, world.agreed, world.epoch)
        if not fates or fates[-1] != now:
            fates.append(now)
        assert fate(world.peers[1].log, zxid, world.agreed, world.epoch) == ""
    assert fates == ["", "logged", "doomed", "cut"]


def test_the_log_comparison_has_a_row_for_each_zxid_and_a_fate_for_each_node() -> None:
    played = timeline("ghost")
    rows = log_rows(played.at(played.end), {}, 4)
    assert [row.zxid for row in rows] == [E1 + 6, E2 + 1, E2 + 2, E2 + 3]
    assert rows[0].fates == {1: "", 2: "cut", 3: ""}
    assert rows[-1].fates == dict.fromkeys((1, 2, 3), "committed")


def test_a_hundred_thousand_writes_are_one_span() -> None:
    held = HeldLog()
    for first in range(1, 100_001, 500):
        logged = events.TxnsLogged(E1 + first, E1 + first + 499, 500)
        held = written(written(held, logged), events.TxnsCommitted(*logged))
    assert held.logged == held.committed == ((E1 + 1, E1 + 100_000),)
    assert count(held.logged) == 100_000


def test_spans_of_two_epochs_stay_apart() -> None:
    assert batch(E1 + 4, E2 + 2, 4) == ((E1 + 4, E1 + 5), (E2 + 1, E2 + 2))
    assert len(joined(((E1 + 1, E1 + 2),), ((E2 + 1, E2 + 1),))) == 2
    assert without(((1, 9),), ((3, 5),)) == ((1, 2), (6, 9))


def test_a_snapshot_stands_for_all_before_it() -> None:
    held = HeldLog(logged=((E1 + 1, E1 + 3),), committed=((E1 + 1, E1 + 2),))
    held = written(held, events.SyncReceived("SNAP", E2 + 5, E1 + 3))
    assert fate(held, E1 + 1, (), 2) == "before"
    assert fate(held, E1 + 3, (), 2) == "cut"
    assert held.last == E2 + 5


def test_what_was_not_yet_on_disk_is_gone_after_a_power_cut() -> None:
    held = HeldLog(logged=((E1 + 1, E1 + 3),))
    assert recovered(held, E1 + 2).cut == ((E1 + 3, E1 + 3),)
    assert recovered(held, E1 + 5).logged == ((E1 + 1, E1 + 5),)
    assert recovered(HeldLog(), E1 + 5) == HeldLog(base=E1 + 5)
    assert shortened(held, 0).logged == ()


def test_only_what_an_older_epoch_left_behind_is_doomed() -> None:
    held = HeldLog(logged=((E1 + 1, E1 + 3),))
    assert doomed(held, ((E1 + 1, E1 + 2),), 2) == ((E1 + 3, E1 + 3),)
    assert doomed(held, ((E1 + 1, E1 + 2),), 1) == ()


# --- replay and diff ---------------------------------------------------------------


def test_a_run_tells_the_same_story_as_itself() -> None:
    parting, alike = compare(run("ghost"), run("ghost"))
    assert parting is None
    assert alike > 30


def test_two_runs_part_where_somebody_did_something_else() -> None:
    parting, _ = compare(run("leader-killed"), run("partition"))
    assert parting is not None
    assert parting.a is not None
    assert parting.b is not None
    assert parting.a.essence[:2] == ("VerbGiven", "kill")
    assert parting.b.essence[0] == "FaultSet"


def test_stepping_goes_back_and_the_nodes_with_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n\nb\nq\n"))
    step(run("first-quorum"), Screen("en"), Part(from_s=0.1))
    out = capsys.readouterr().out.splitlines()
    shown = [line.split()[1] for line in out if line.startswith(" t+")]
    assert shown[0] != shown[1] != shown[2]
    assert shown[3] == shown[1]
    assert any("back at" in line for line in out)


def test_a_file_that_is_no_recording_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(b"no gzip")
    with pytest.raises(LabError) as error:
        load(path)
    assert error.value.message.key == "run.unreadable"


# --- the glossary ------------------------------------------------------------------


def test_every_term_is_explained_and_leads_on() -> None:
    assert len(TERMS) >= 60
    assert {f"term.{name}" for name in TERMS} == {
        key for key in CATALOG if key.startswith("term.")
    }
    for name, term in TERMS.items():
        assert (ROOT / term.ours).is_file(), name
        assert set(term.related.split()) <= set(TERMS), name
        assert term.theirs, name


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("ZXID", "zxid"),
        ("选举", "election"),
        ("法定人数", "quorum"),
        ("txn", "transaction"),
    ],
)
def test_a_term_is_found_by_its_other_names(word: str, name: str) -> None:
    assert find_term(word) == name


def test_a_slip_of_the_finger_is_asked_back() -> None:
    with pytest.raises(LabError) as error:
        find_term("trunk")
    assert error.value.hint is not None
    assert "TRUNC" in said(error.value.hint)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_most_terms_have_an_example_in_a_lab(lang: str) -> None:
    played = timeline("ghost")
    scene = Scene(played.run, played.at(played.end))
    examples = [found for name in TERMS if (found := live(name, scene))]
    assert len(examples) > 45
    assert all(text(example, lang) for example in examples)
    example = live("zxid", scene)
    assert said(example) == "n1's last zxid is 0x200000003 = epoch 2, counter 3"

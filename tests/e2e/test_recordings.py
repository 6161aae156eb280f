"""A person's questions to one lab: why, votes, log, then its recording."""

import json
import signal
import time

import pytest

from labctl.lab.runs import load
from labctl.pictures.messages import BROADCAST
from labctl.pictures.spacetime import layout, whole
from labctl.story.recording.run import Run
from node.txn_ranges import WINDOW_MS
from tests.e2e.labs import Cli
from tests.unit.labctl.test_order import check_pictures

pytestmark = pytest.mark.e2e


def test_each_write_of_a_quiet_lab_is_drawn_as_zab_does_it(trio: Cli) -> None:
    for number in range(3):
        time.sleep(WINDOW_MS / 1000)  # quiet: else a node sums up what it did
        trio.ok("do", f"create /q{number} 1")
    run = load_run(trio)
    drawn = layout(run, whole(run)).arrows
    kinds: dict[str, list[str]] = {}
    for one in sorted(drawn, key=lambda one: (one.y2, one.y1)):
        if one.arrow.purpose == BROADCAST:
            kind, _, zxid = one.arrow.label.partition(" ")
            kinds.setdefault(zxid, []).append(kind)
    assert len(kinds) >= 9, "three writes, and a session's two for each"
    for sequence in kinds.values():
        assert sequence[0] == "PROPOSAL"
        assert sequence.count("PROPOSAL") == sequence.count("COMMIT") == 2
        assert sequence.index("ACK") < sequence.index("COMMIT")


def load_run(cli: Cli) -> Run:
    file = cli.home / "run.jsonl"
    cli.ok("export", "--format", "jsonl", "-o", str(file))
    return load(file)


def test_why_a_restarted_node_follows_goes_back_to_its_start(trio: Cli) -> None:
    trio.ok("kill", "1")
    trio.ok("start", "1")
    (answer,) = json.loads(trio.ok("why", "1", "-o", "json"))["answers"]
    assert "labctl start 1" in answer["chain"][0]["what"]
    assert answer["chain"][1]["kind"] == "NodeStarted"


def test_a_pause_that_ended_by_itself_has_ended_in_the_recording(trio: Cli) -> None:
    trio.ok("pause", "3", "--for", "1s")
    trio.ok("wait", "synced")
    assert "PAUSED" not in trio.ok("why", "3")
    story = trio.ok("replay", "latest", "--speed", "0")
    assert story.index("n3  ❚ paused") < story.index("n3  resumed")


@pytest.mark.stories
def test_a_fault_is_recorded_in_the_words_that_ask_for_it_again(trio: Cli) -> None:
    trio.ok("cut", "3->1", "--for", "1s")
    trio.ok("hold", "2->*", "--from", "COMMIT", "--for", "1s")
    trio.ok("delay", "1-2", "20ms", "--for", "1s")
    trio.ok("partition", "1", "/", "2,3", "--for", "1s")
    story = trio.ok("replay", "latest", "--speed", "0")
    assert [
        line.partition("$ labctl ")[2].split("  ")[0]
        for line in story.splitlines()
        if "$ labctl" in line
    ][-4:] == [
        "cut 3->1 --for 1s",
        "hold 2->1,2->3 --from COMMIT --for 1s",
        "delay 1-2 20ms --for 1s",
        "partition 1 / 2,3 --for 1s",
    ]


def test_who_watches_the_wire_sees_bytes_beside_fields(trio: Cli) -> None:
    story = trio.ok("stop", "1", "--level", "wire") + trio.ok(
        "start", "1", "--level", "wire"
    )
    assert "type 11 FOLLOWERINFO" in story
    assert "state LOOKING" in story
    assert "00 00 00 0c             type 12 UPTODATE" in story
    assert "type 12 UPTODATE" not in trio.ok("restart", "1")
    assert "type 12 UPTODATE" in trio.ok(
        "replay", "latest", "--speed", "0", "--level", "wire"
    )
    refused = trio.run("watch", "--level", "bits")
    assert refused.returncode == 2


def test_watching_follows_a_lab_and_ends_quietly(trio: Cli) -> None:
    watcher = trio.popen("watch", "--columns")
    assert watcher.stdout is not None
    assert "n1 ● FOLLOWING" in watcher.stdout.readline()
    trio.ok("kill", "leader")
    for line in watcher.stdout:
        assert len(line.rstrip("\n")) <= 80
        if "leads epoch 2" in line:
            break
    else:
        raise AssertionError("the new reign was not told")
    watcher.send_signal(signal.SIGINT)
    out, err = watcher.communicate(timeout=60)
    assert watcher.returncode == 130, err
    assert "Traceback" not in out + err


def test_pictures_of_a_busy_lab_keep_the_order(shared: Cli) -> None:
    shared.up()
    shared.ok(
        "load", "--clients", "4", "--rate", "400", "--mix", "r10w90", "--for", "2s"
    )
    check_pictures(load_run(shared))


@pytest.mark.stories
def test_a_life_is_recorded_explained_kept_and_told_again(cli: Cli) -> None:
    cli.up()
    assert "rule    over n1: n2's vote is better" in cli.ok("why", "leader")
    assert "who comes late joins" in cli.ok("why", "3")
    cli.ok("kill", "leader")
    why = json.loads(cli.ok("why", "leader", "-o", "json"))
    (answer,) = why["answers"]
    kinds = [link["kind"] for link in answer["chain"]]
    assert answer["node"] == 3
    assert kinds[:2] == ["VerbGiven", "NodeEnded"]
    assert "n3 decides LEADING" in cli.ok("votes")
    assert "✕ DOWN" in cli.ok("why", "2")
    assert "in your lab" in cli.ok("explain", "quorum")
    log = json.loads(cli.ok("log", "-o", "json"))
    assert log["v"] == 1
    first = _down(cli)
    cli.up()
    second = _down(cli)
    runs = json.loads(cli.ok("runs", "-o", "json"))["runs"]
    assert [run["id"] for run in runs] == [first, second]
    story = cli.ok("replay", first)
    assert "▲ leads epoch 2" in story
    assert "$ labctl kill leader" in story
    parted = cli.run("diff", first, second)
    assert parted.returncode == 1
    assert "$ labctl kill leader" in parted.stdout
    assert cli.run("diff", first, first).returncode == 0


def _down(cli: Cli) -> str:
    said = cli.ok("down", "--yes")
    line = next(line for line in said.splitlines() if "labctl replay" in line)
    return line.partition("labctl replay ")[2].split()[0]

"""The story with ZooKeeper's own log beside it."""

import re

import pytest

from labctl.story.narrator.java import WORDINGS
from tests.e2e.labs import ROOT, Cli

pytestmark = pytest.mark.e2e
RUN = str(ROOT / "tests" / "vectors" / "runs" / "ghost.jsonl.gz")
_LOGGED = re.compile(r"^ {10}n\d  ┊ (INFO |WARN |ERROR) \S+ - ", re.MULTILINE)


def below(story: str, sentence: str) -> list[str]:
    """The log's lines below the first line of the story that has this in it."""
    lines = story.splitlines()
    at = next(n for n, line in enumerate(lines) if sentence in line) + 1
    end = next(n for n in range(at, len(lines)) if lines[n].startswith(" t+"))
    return [line.partition(" - ")[2] for line in lines[at:end] if "┊" in line]


def test_a_live_story_has_the_log_beside_it(cli: Cli) -> None:
    story = cli.up("--as", "zookeeper")
    assert below(story, "n1  ? LOOKING")[:2] == [
        "LOOKING",
        "New election. My id = 1, proposed zxid=0x0",
    ]
    assert "n.leader:2" in below(story, "vote n1 → n2")[0]
    assert below(story, "▲ leads epoch 1")[0].startswith("Have quorum of supporters")
    watcher = cli.popen("watch", "--columns", "--as", "zookeeper")
    assert watcher.stdout is not None
    watcher.stdout.readline()
    killed = cli.ok("kill", "leader", "--as", "zookeeper-3.5", "--lang", "zh")
    assert "WARN  Follower - Exception when following the leader" in killed
    assert "java.io.EOFException" in killed
    assert "QuorumPeer - LEADING" in killed
    for line in watcher.stdout:  # who watches sees it, too
        assert len(line.rstrip("\n")) <= 80
        if "┊ LEADING" in line:
            break
    else:
        raise AssertionError("LEADING was not logged")
    watcher.kill()
    watcher.communicate()
    assert "┊" not in cli.ok("start", "2")


def test_every_wording_tells_a_recorded_story(cli: Cli) -> None:
    logged = {}
    for wording in WORDINGS:
        story = cli.ok("replay", RUN, "--speed", "0", "--as", wording)
        long = wording in ("zookeeper", "zookeeper-3.8", "zookeeper-3.9")
        logged[wording] = len(_LOGGED.findall(story))
        assert logged[wording] > 40
        assert ("o.a.z.s.q.QuorumPeer - LEADING" in story) == long
        assert "Truncating log to get in sync with the leader 0x100000005" in story
    whole = cli.ok("replay", RUN, "--speed", "0", "--as", "zookeeper", "-v")
    assert len(_LOGGED.findall(whole)) > logged["zookeeper"]
    assert "Peer state changed: following - broadcast" in whole


def test_a_plain_story_has_whole_lines(cli: Cli) -> None:
    plain = cli.ok("replay", RUN, "--speed", "0", "--plain", "--as", "zookeeper")
    thread = r"QuorumPeer\[myid=1\]\(plain=127\.0\.0\.1:\d+\)\(secure=disabled\)"
    line = rf"^n1 logs: INFO \[{thread}:o\.a\.z\.s\.q\.QuorumPeer\] - LOOKING$"
    assert re.search(line, plain, re.MULTILINE)
    ascii_only = cli.ok("replay", RUN, "--speed", "0", "--ascii", "--as", "zookeeper")
    assert ascii_only.isascii()


def test_an_unknown_wording_is_one_clear_line(cli: Cli) -> None:
    done = cli.run("replay", RUN, "--as", "etcd")
    assert done.returncode == 2
    assert "nobody logs as 'etcd'" in done.stderr
    assert "zookeeper-3.4" in done.stderr
    assert "Traceback" not in done.stderr

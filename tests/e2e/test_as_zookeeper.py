"""The story with ZooKeeper's own log beside it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.narrator.java import WORDINGS
from tests.e2e.labs import ROOT, Cli, labs

pytestmark = pytest.mark.e2e
RUN = str(ROOT / "tests" / "vectors" / "runs" / "ghost.jsonl.gz")
_LOGGED = re.compile(r"^ {10}n\d  ┊ (INFO |WARN |ERROR) \S+ - ", re.MULTILINE)


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[Cli]:
    yield from labs(tmp_path)


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
    killed = cli.ok("kill", "leader", "--as", "zookeeper-3.5", "--lang", "zh")
    assert "WARN  Follower - Exception when following the leader" in killed
    assert "java.io.EOFException" in killed
    assert "QuorumPeer - LEADING" in killed
    assert "┊" not in cli.ok("start", "2")


def test_every_wording_tells_a_recorded_story(cli: Cli) -> None:
    for wording in WORDINGS:
        story = cli.ok("replay", RUN, "--speed", "0", "--as", wording)
        long = wording in ("zookeeper", "zookeeper-3.8", "zookeeper-3.9")
        assert len(_LOGGED.findall(story)) > 40
        assert ("o.a.z.s.q.QuorumPeer - LEADING" in story) == long
        assert "Truncating log to get in sync with the leader 0x100000005" in story


def test_beside_every_message_stands_its_line(cli: Cli) -> None:
    brief = cli.ok("replay", RUN, "--speed", "0", "--as", "zookeeper")
    whole = cli.ok("replay", RUN, "--speed", "0", "--as", "zookeeper", "-v")
    assert len(_LOGGED.findall(whole)) > len(_LOGGED.findall(brief))
    assert "Peer state changed: following - broadcast" in whole


def test_a_plain_story_has_whole_lines(cli: Cli) -> None:
    plain = cli.ok("replay", RUN, "--speed", "0", "--plain", "--as", "zookeeper")
    thread = r"QuorumPeer\[myid=1\]\(plain=127\.0\.0\.1:\d+\)\(secure=disabled\)"
    line = rf"^n1 logs: INFO \[{thread}:o\.a\.z\.s\.q\.QuorumPeer\] - LOOKING$"
    assert re.search(line, plain, re.MULTILINE)
    ascii_only = cli.ok("replay", RUN, "--speed", "0", "--ascii", "--as", "zookeeper")
    assert ascii_only.isascii()


def test_who_watches_sees_it_too(cli: Cli) -> None:
    cli.up()
    watcher = cli.popen("watch", "--columns", "--as", "zookeeper")
    assert watcher.stdout is not None
    watcher.stdout.readline()
    cli.ok("kill", "leader")
    for line in watcher.stdout:
        assert len(line.rstrip("\n")) <= 80
        if "┊ LEADING" in line:
            break
    else:
        raise AssertionError("LEADING was not logged")
    watcher.kill()
    watcher.communicate()


def test_an_unknown_wording_is_one_clear_line(cli: Cli) -> None:
    done = cli.run("replay", RUN, "--as", "etcd")
    assert done.returncode == 2
    assert "nobody logs as 'etcd'" in done.stderr
    assert "zookeeper-3.4" in done.stderr
    assert "Traceback" not in done.stderr

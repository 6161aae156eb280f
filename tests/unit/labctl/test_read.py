"""Reading logs: Java's, the article's, old wordings, and noise."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.logs.fold import Read, explain_log
from labctl.logs.line import parse, read_lines
from labctl.logs.merge import merged, spoken
from labctl.logs.tell import read_files, summary
from labctl.logs.templates import KEYS, recognise
from labctl.words.logs import LOGS

VECTORS = Path(__file__).parents[2] / "vectors" / "logs"
JAVA = [str(VECTORS / f"java-3.8.0-{sid}.log.gz") for sid in (1, 2, 3, 4)]


@pytest.fixture(scope="module")
def java() -> list[Read]:
    return read_files(JAVA)


def causes(reads: list[Read]) -> list[tuple[int, str, str]]:
    return [
        (one.node, one.known.key, one.why.key.removeprefix("logwhy."))
        for one in reads
        if one.transition and one.known and one.why
    ]


def test_java_s_lines_are_known(java: list[Read]):
    told = [one for one in java if one.line.level in ("INFO", "WARN")]
    known = [one for one in told if one.known]
    assert len(told) > 1500
    assert len(known) / len(told) >= 0.95


def test_every_transition_of_java_s_life_has_its_cause(java: list[Read]):
    found = causes(java)
    assert found[:2] == [(1, "looking", "start"), (2, "looking", "start")]
    assert (1, "following", "higher-id") in found
    assert (3, "following", "joined") in found
    assert (1, "looking", "eof") in found, "kill -9 of the leader"
    assert (3, "leading", "newer-zxid") in found
    assert (1, "looking", "silent") in found, "the frozen leader"
    assert (3, "looking", "no-quorum") in found, "it woke up alone"
    assert (2, "trunc", "trunc") in found
    assert (1, "snap", "snap") in found
    assert not [one for one in found if one[2] == "unsaid"]


def test_a_thawed_leader_s_successor_is_named(java: list[Read]):
    after = [one for one in java if one.why and one.why.key == "logwhy.silent"]
    at = java.index(after[-1])
    elected = [
        one.why.facts["leader"]
        for one in java[at:]
        if one.why and one.known and one.known.key in ("following", "leading")
    ]
    assert elected[0] == 2


def test_the_article_is_known_line_by_line():
    reads = read_files([str(VECTORS / "article.log")])
    assert summary(reads)["unknown"] == 0
    assert {one.node for one in reads} == {1, 2, 3}
    assert (2, "leading", "higher-id") in causes(reads)
    assert (1, "following", "newer-epoch") in causes(reads), "it had voted in epoch 4"


OLD_AND_NEW = {
    "Notification: 1 (n.leader), 0x0 (n.zxid), 0x1 (n.round), LOOKING (n.state),"
    " 1 (n.sid), 0x0 (n.peerEpoch), LOOKING (my state)": "vote",
    "Notification time out: 400": "asks",
    "Notification time out: 400 ms": "asks",
    "Synchronizing with Follower sid: 3 maxCommittedLog=0x5 minCommittedLog=0x1"
    " peerLastZxid=0x0": "plan",
    "Send worker leaving thread  id 3 my id = 1": "broken.tail",
    "Connection broken for id 3, my id = 1, error = ": "broken",
    "******* GOODBYE /127.0.0.1:47236 ********": "goodbye",
    "******* GOODBYE sid:1 /127.0.0.1:47236 ********": "goodbye",
    "shutdown called": "ending",
    "Exception when following the leader: closed": "lost",
    "Have quorum of supporters, sids: [ [1, 2] ]; starting up and setting last"
    " processed zxid: 0x1": "quorum",
}


@pytest.mark.parametrize(("message", "key"), OLD_AND_NEW.items())
def test_the_wordings_of_all_releases_are_known(message: str, key: str):
    known = recognise(parse(f"[QuorumPeer[myid=1]/0.0.0.0:2181:X@1] - {message}"))
    assert known is not None
    assert known.key == key


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22 07:44:42,818 [myid:1] - INFO  [main:o.a.z.Q$L@7] - LOOKING",
        "2026-11-22 07:44:42,818 - INFO  [main:Q$L@7] - LOOKING",
        "[main:Q$L@7] - LOOKING",
        "12 [main] INFO org.apache.zookeeper.Q$L - LOOKING",
        "zoo1  | 2026-11-22 07:44:42,818 [myid:] - INFO  [main:a.Q$L@7] - LOOKING",
    ],
)
def test_every_layout_gives_the_same_line(text: str):
    line = parse(text)
    assert (line.thread, line.cls, line.message) == ("main", "Q$L", "LOOKING")


def test_a_stack_trace_belongs_to_the_line_above():
    text = "[a:B@1] - x\njava.io.EOFException\n\tat a.b(C.java:1)\n[a:B@1] - y"
    first, second = read_lines(text.split("\n"))
    assert len(first.more) == 2
    assert second.message == "y"


def test_every_key_has_a_meaning():
    silent = {key for key in KEYS if f"log.{key}" not in LOGS}
    assert not silent


@given(st.lists(st.text(max_size=200), max_size=20))
def test_noise_never_raises(lines: list[str]):
    assert len(explain_log(merged([spoken(read_lines(lines))]))) <= len(lines)

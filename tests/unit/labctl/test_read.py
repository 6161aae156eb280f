"""Reading logs: Java's, the article's, old wordings, and noise."""

import gzip
import os
import sys
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labctl.errors import INCONCLUSIVE, NO_MATCH, LabError
from labctl.logs.explain import Read, explain_log
from labctl.logs.layout import parse, read_lines
from labctl.logs.merge import merged, spoken
from labctl.logs.report import Shown, read_files, show_log, summary
from labctl.logs.templates import KEYS, recognise
from labctl.screen.screen import Screen
from labctl.words.logs import LOGS
from labctl.words.phrase import LANGUAGES

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
    assert (1, "looking", "silent") in found, "the paused leader"
    assert (3, "looking", "no-quorum") in found, "it woke up alone"
    assert (2, "trunc", "trunc") in found
    assert (1, "snap", "snap") in found
    assert not [one for one in found if one[2] == "unsaid"]


def test_a_resumed_leader_s_successor_is_named(java: list[Read]):
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
    "******* GOODBYE sid:1 /127.0.0.1:47236 ********": "goodbye.sid",
    "shutdown called": "ending",
    "Exception when following the leader: closed": "lost",
    "Have quorum of supporters, sids: [ [1, 2] ]; starting up and setting last"
    " processed zxid: 0x1": "quorum",
}


@pytest.mark.parametrize(("message", "key"), OLD_AND_NEW.items())
def test_the_wordings_of_all_releases_are_known(message: str, key: str):
    known = recognise(
        parse(f"[QuorumPeer[myid=1]/0.0.0.0:2181:Follower@1] - {message}")
    )
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


# --- the whole of what is told, as it was judged to be right --------------------------

EXPLAINED = VECTORS / "explained"
READ: dict[str, tuple[str, ...]] = {
    "article": (str(VECTORS / "article.log"),),
    "old-3.4": (str(VECTORS / "old-3.4.log"),),
    "compose-3.5": (str(VECTORS / "compose-3.5.log"),),
    "full-names-3.9": (str(VECTORS / "full-names-3.9.log"),),
    "java-3.8.0": tuple(JAVA),
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", READ)
def test_what_is_told_is_what_was_judged_right(
    name: str, lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    show_log(Screen(lang), read_files(READ[name]), Shown())
    told = capsys.readouterr().out
    golden = EXPLAINED / f"{name}.{lang}.txt"
    if os.environ.get("QUORUMLAB_REWRITE"):
        golden.write_text(told, encoding="utf-8")
    assert told == golden.read_text(encoding="utf-8")


# --- verdicts ---------------------------------------------------------------------


def verdicts(*lines: str) -> list[tuple[str, str]]:
    reads = explain_log(spoken(read_lines(lines)))
    return [(one.verdict.kind, one.verdict.how.key) for one in reads if one.verdict]


def line(cls: str, message: str, level: str = "WARN", second: int = 0) -> str:
    stamp = f"2026-11-22 07:44:{second:02},000"
    return f"{stamp} [myid:1] - {level:<5} [main:{cls}@1] - {message}"


SLOW = line("FileTxnLog", "fsync-ing the write ahead log in S took 9ms which will x")
OPEN = line(
    "QuorumCnxManager", "Cannot open channel to 2 at election address /1.1.1.1:3"
)
HEARD = line("LearnerHandler", "Follower sid: 2 : info : x", "INFO")
LOOKING = line("QuorumPeer", "LOOKING", "INFO")
FAILED = line("Learner", "Unexpected exception, tries=0, connecting to /1.1.1.1:2")
DIFF = line("Learner", "Getting a diff from the leader 0x0", "INFO")


def test_a_disk_that_is_slow_once_had_a_hiccup() -> None:
    assert verdicts(SLOW) == [("depends", "depends.fsync")]
    assert verdicts(SLOW, SLOW, SLOW) == [("act", "read.often")] * 3


def test_a_peer_that_is_heard_later_was_only_slow() -> None:
    assert verdicts(OPEN, HEARD) == [("expected", "read.open.later")]
    assert verdicts(HEARD, OPEN, HEARD) == [("expected", "read.open.again")]
    assert verdicts(OPEN) == [("act", "read.open.never")]


def test_a_leader_that_is_reached_at_last_is_no_trouble() -> None:
    assert verdicts(LOOKING, FAILED, DIFF) == [("expected", "expected.retry")]
    assert verdicts(LOOKING, FAILED, LOOKING, DIFF) == [("depends", "depends.retry")]


def test_a_gap_in_zxids_is_trouble_but_for_the_first() -> None:
    first = line("Follower", "Got zxid 0x100000001 expected 0x1")
    gap = line("Follower", "Got zxid 0x100000007 expected 0x100000003")
    assert verdicts(first) == [("expected", "expected.first-proposal")]
    assert verdicts(gap) == [("act", "act.order")]


_PAUSED = (
    "Detected pause in JVM or host machine (eg GC): pause of approximately 12000ms"
)


def test_who_stood_still_itself_is_not_told_that_its_leader_ended() -> None:
    pause = line("JvmPauseMonitor", _PAUSED)
    lost = line("Follower", "Exception when following the leader", second=1)
    much_later = line("Follower", "Exception when following the leader", second=40)
    again = line("QuorumPeer", "LOOKING", "INFO", second=41)
    for said, cause in ((lost, "own-pause"), (much_later, "eof")):
        text = (pause, said, "java.io.EOFException", again)
        (why,) = [one.why for one in explain_log(spoken(read_lines(text))) if one.why]
        assert why.key == f"logwhy.{cause}"


def test_a_line_that_nobody_knows_is_counted_and_shown() -> None:
    odd = line("QuorumPeer", "the quick brown fox", "ERROR")
    assert verdicts(odd) == [("depends", "read.look")]
    assert summary(explain_log(spoken(read_lines([odd]))))["unknown"] == 1


def test_a_log_does_not_steer_the_terminal_it_is_shown_on() -> None:
    odd = line("QuorumPeer", "\x1b]0;owned\x07 \x1b[2J \x9b1A \x1b[31mred\x1b[0m")
    (one,) = read_lines([odd])
    assert one.message == "\ufffd]0;owned\ufffd \ufffd[2J \ufffd1A red"


@pytest.mark.parametrize("content", [b"", b"root:x:0:0\n", bytes(range(256))])
def test_a_file_that_is_no_log_is_told_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "odd").write_bytes(content)
    with pytest.raises(LabError) as told:
        show_log(Screen("en"), read_files([str(tmp_path / "odd")]), Shown())
    assert (told.value.message.key, told.value.code) == ("read.stranger", INCONCLUSIVE)


def test_a_broken_gzip_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "odd.gz").write_bytes(gzip.compress(b"a" * 999)[:10] + b"\xff" * 40)
    with pytest.raises(LabError) as told:
        read_files([str(tmp_path / "odd.gz")])
    assert (told.value.message.key, told.value.code) == ("read.no-file", NO_MATCH)


@given(st.lists(st.text(max_size=200), max_size=20))
def test_noise_never_raises(lines: list[str]):
    assert len(explain_log(merged([spoken(read_lines(lines))]))) <= len(lines)


def test_a_line_that_was_there_before_is_judged_by_its_own_trace() -> None:
    said = (
        "2024-05-04 08:00:00,100 [myid:1] - ERROR [main:QuorumPeerMain@1] - Odd words"
    )
    trace = "java.io.IOException: No space left on device"
    reads = explain_log(spoken(read_lines([said, said, trace, said])))
    keys = [one.known.key if one.known else "" for one in reads]
    assert keys == ["", "exception", ""]


def test_the_work_for_a_line_is_bounded() -> None:
    """Functions called, not seconds: a hundred thousand lines must not take long."""
    lines = len(read_files(JAVA[:1]))  # what is compiled once, is by now
    counted = 0

    def count(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal counted
        counted += event == "call"

    sys.setprofile(count)
    try:
        read_files(JAVA[:1])
    finally:
        sys.setprofile(None)
    assert counted / lines < 26

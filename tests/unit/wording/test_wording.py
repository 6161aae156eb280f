"""The words of ZooKeeper's log, held against logs that ZooKeeper wrote."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.logs.layout import LogLine, parse, read_lines
from labctl.logs.templates import recognise
from node import events
from node.wording.line import (
    RELEASES,
    UNTOLD,
    V3_5,
    V3_8,
    Line,
    Release,
    Speaker,
    logger,
)
from node.wording.say import SAYS, say

VECTORS = Path(__file__).parents[2] / "vectors" / "logs"
E1 = 1 << 32
VOTE = events.NotificationReceived(3, "LOOKING", 1, 3, E1, 1, 2, 0, "LOOKING")
TAIL = (E1 + 1, E1, E1 + 5)

# One of each, and what `labctl read` should call it.
KNOWN: tuple[tuple[events.Record | object, tuple[str, ...]], ...] = (
    (
        events.NodeStarted("participant", (1, 2), (), 2181, 0, 2000, 10, 5, 7),
        ("begins",),
    ),
    (events.Recovered(E1, E1, 0, 1, 1, torn=False), ("loads",)),
    (events.Recovered(-1, 0, 0, 0, 0, torn=False), ("snapshot", "fresh", "fresh")),
    (events.ListenerOpened("client", "127.0.0.1", 2181), ("port",)),
    (events.StateChanged("", "LOOKING", "start"), ("looking",)),
    (events.ElectionStarted(1, 1, 0, 0), ("election", "vote")),
    (VOTE, ("vote",)),
    (events.NotificationTimedOut(400), ("asks",)),
    (events.PeerUnreachable(2, "127.0.0.1", 3888, "Connection refused"), ("open",)),
    (events.ConnectionYielded(2), ("yields",)),
    (events.PeerLost(2, "closed"), ("broken",)),
    (events.LearnerJoined(2, observer=False, accepted_epoch=1), ("joins",)),
    (
        events.LeadershipLost("no-quorum", (2,), 2),
        ("ending", "gave-up"),
    ),
    (events.LeaderEstablished(1, (1, 2), 2, 3), ("quorum",)),
    (events.LearnerLost(2, False, "closed", 2, 2, 3), ("handler", "goodbye")),
    (events.SnapshotTaken(E1, 7, 100), ("snapshot", "snapshot-done")),
    (events.OldFilesRemoved(2, 1, E1), ("purge", "purge-done")),
    (events.SlowSync(1500), ("fsync",)),
    (events.SessionExpired(0x1000, 4000), ("expires", "closes")),
)
# What a release did not say yet, or says in one line more.
OTHERWISE: dict[tuple[Release, str], tuple[str, ...]] = {
    ((3, 9), "LearnerLost"): ("handler", "goodbye.sid"),
    ((3, 4), "SnapshotTaken"): ("snapshot",),
    ((3, 4), "SessionExpired"): ("expires",),
}


def speaker(release: Release, *, state: str = "LOOKING") -> Speaker:
    me = Speaker(release, 1, "127.0.0.1:2181")
    me.state = state
    return me


def read_back(release: Release, said: Line) -> LogLine:
    """The line as that release lays it out, taken apart as `labctl read` does."""
    place = logger(release, said.place)
    return parse(
        f"2026-11-22 07:44:42,818 [myid:1] - {said.level:<5}"
        f" [{said.thread}:{place}@1] - {said.message}"
    )


@pytest.mark.parametrize("release", RELEASES, ids=str)
@pytest.mark.parametrize("row", KNOWN, ids=lambda row: type(row[0]).__name__)
def test_what_is_said_is_read_back(
    release: Release, row: tuple[object, tuple[str, ...]]
) -> None:
    event, keys = row
    keys = OTHERWISE.get((release, type(event).__name__), keys)
    lines = [read_back(release, said) for said in say(speaker(release), event)]
    known = [recognise(line) for line in lines]
    assert [found.key if found else None for found in known] == list(keys)


@pytest.mark.parametrize("release", RELEASES, ids=str)
@pytest.mark.parametrize("mode", ["DIFF", "SNAP", "TRUNC"])
def test_both_ends_name_the_way_of_catching_up(release: Release, mode: str) -> None:
    planned = events.SyncPlanned(2, mode, "behind", *TAIL, E1 + 1, 4)
    leader = say(speaker(release, state="LEADING"), planned)
    learner = say(
        speaker(release, state="FOLLOWING"), events.SyncReceived(mode, E1 + 5, E1)
    )
    plan = recognise(read_back(release, leader[0]))
    got = recognise(read_back(release, learner[-1]))
    assert plan is not None
    assert plan.key == "plan"
    assert got is not None
    assert got.key == mode.lower()
    assert mode in leader[-1].message.upper() or "snapshot" in leader[-1].message


def test_facts_go_round() -> None:
    for release in RELEASES:
        (said,) = say(speaker(release), VOTE)
        known = recognise(read_back(release, said))
        assert known is not None
        assert known.facts == {
            "mine": "LOOKING",
            "sid": "3",
            "state": "LOOKING",
            "leader": "3",
            "round": "1",
            "epoch": "1",
            "zxid": "100000000",
        }


def shape(thread: str, place: str, level: str, message: str) -> str:
    """A line without what differs from one run to the next."""
    text = f"{level} [{thread}:{place}] {message.strip()}".replace("/…", "/1.1.1.1:1")
    text = re.sub(r"0x[0-9a-f]+", "0xH", text)
    text = re.sub(r"/\S*/snapshot\.[0-9a-f]+|…/snapshot\.[0-9a-f]+", "SNAPSHOT", text)
    text = re.sub(r"log\.[0-9a-f]+", "LOG", text)
    text = re.sub(r"\[\[[\d, ]+\]\]", "[[SIDS]]", text)
    text = re.sub(r"was (not )?exempt|was …", "was …", text)
    return re.sub(r"\d+|…", "N", text)


def java_shapes(names: list[str]) -> set[str]:
    """The shapes of all lines of these logs."""

    def lines() -> Iterator[LogLine]:
        for name in names:
            data = (VECTORS / name).read_bytes()
            text = gzip.decompress(data) if name.endswith(".gz") else data
            yield from read_lines(text.decode().split("\n"))

    return {
        shape(line.thread, line.cls, line.level, line.message)
        for line in lines()
        if line.placed
    }


LIFE: tuple[object, ...] = (
    events.NodeStarted("participant", (1, 2), (), 1, 0, 200, 50, 6, 7),
    events.Recovered(-1, 0, 0, 0, 0, torn=False),
    events.ListenerOpened("client", "127.0.0.1", 40000),
    events.ListenerOpened("election", "/127.0.0.1", 40002),
    events.StateChanged("", "LOOKING", "start"),
    events.ElectionStarted(1, 1, 0, 0),
    VOTE,
    events.NotificationTimedOut(400),
    events.PeerUnreachable(2, "127.0.0.1", 40006, "Connection refused"),
    events.ConnectionYielded(2),
    events.PeerLost(2, "closed"),
    events.ElectionDecided("FOLLOWING", 1, 2, 0, 0, (1, 2), 2, 3, "vote", 9),
    events.StateChanged("LOOKING", "FOLLOWING", "elected"),
    events.PhaseChanged("FOLLOWING", "discovery", 0),
    events.LeaderUnreachable(2, "127.0.0.1", 40005, 1, "refused"),
    events.LeaderDialed(2, "127.0.0.1", 40005),
    events.PhaseChanged("FOLLOWING", "synchronization", 1),
    events.SyncReceived("SNAP", E1, 0),
    events.SyncReceived("DIFF", E1, 0),
    events.SyncReceived("TRUNC", E1, 0),
    events.NewLeaderReceived(1),
    events.SnapshotTaken(E1, 7, 100),
    events.UpToDate(1, 2),
    events.PhaseChanged("FOLLOWING", "broadcast", 1),
    events.SessionOpened(0x1000, 4000, False, "127.0.0.1:5"),
    events.TxnsLogged(E1 + 1, E1 + 1, 1),
    events.LeaderLost(2, "silent", 2896),
    events.StateChanged("FOLLOWING", "LOOKING", "leader-lost"),
    events.StateChanged("LOOKING", "LEADING", "elected"),
    events.PhaseChanged("LEADING", "discovery", 0),
    events.LearnerJoined(2, observer=False, accepted_epoch=1),
    events.SyncPlanned(2, "DIFF", "behind", *TAIL, -1, 4),
    events.SyncPlanned(2, "TRUNC", "ahead", *TAIL, E1, 4),
    events.SyncPlanned(2, "SNAP", "other-epoch", *TAIL, -1, 0),
    events.LeaderEstablished(1, (1, 2), 2, 3),
    events.LearnerLost(2, False, "closed", 2, 2, 3),
    events.LeadershipLost("no-quorum", (1,), 2),
    events.StateChanged("LOOKING", "OBSERVING", "elected"),
    events.PhaseChanged("OBSERVING", "discovery", 0),
    events.LeaderDialed(2, "127.0.0.1", 40005),
    events.UpToDate(1, 2),
    events.LeaderLost(2, "closed", 2896),
)

# Java names these threads by addresses and pools that no event of ours carries.
_THREADS = re.compile(
    r"\[(?:LearnerHandler-|NIOWorkerThread-|SyncThread:)[^\]]*?:(?=\w+\])"
)


def test_the_words_of_3_8_are_those_that_java_3_8_0_wrote() -> None:
    real = java_shapes([f"java-3.8.0-{sid}.log.gz" for sid in (1, 2, 3, 4)])
    real = {_THREADS.sub("[T:", one) for one in real}
    me = Speaker(V3_8, 1, "127.0.0.1:40000", {2: "127.0.0.1:2:3:participant"})
    said = [line for event in LIFE for line in say(me, event)]
    wrong = [
        one
        for line in said
        for one in [_THREADS.sub("[T:", shape(*line[:2], line.level, line.message))]
        if one not in real
    ]
    assert len(said) > 60
    # In that life the leader that told a learner to truncate kept no log of it.
    assert wrong == ["INFO [T:LearnerHandler] Sending TRUNC zxid=NxH for peer sid: N"]


def test_the_words_of_3_5_are_those_of_the_article() -> None:
    """Its lines have neither a time nor a level, and come from three servers."""
    real = {one.removeprefix(" ") for one in java_shapes(["article.log"])}
    me = Speaker(V3_5, 1, "[0:0:0:0:0:0:0:0]:2181")
    me.created = (
        "Created server with tickTime 2000 minSessionTimeout 4000 maxSessionTimeout"
        " 40000 datadir D:\\zookeeper\\data3\\version-2 snapdir"
        " D:\\zookeeper\\data3\\version-2"
    )
    said = {
        shape(line.thread, line.place, "", line.message).removeprefix(" ")
        for event in LIFE
        for line in say(me, event)
    }
    assert len(real) > 15
    unsaid = {one for one in real if one not in said}
    assert {one for one in unsaid if "Snapshotting" not in one} == set()


@pytest.mark.parametrize("release", RELEASES, ids=str)
def test_only_3_4_and_3_5_have_short_names_for_classes(release: Release) -> None:
    name = logger(release, "QuorumCnxManager$Listener")
    assert name.startswith("o.a.z.s.q.") == (release >= V3_8)
    assert logger(release, "FileTxnLog").endswith("FileTxnLog")


def test_an_observer_s_vote_has_numbers_without_a_sign() -> None:
    lowest = -(1 << 63)
    vote = events.NotificationReceived(
        4, "LOOKING", 1, lowest, lowest, lowest, 2, 0, "LOOKING"
    )
    for release in RELEASES:
        (said,) = say(speaker(release), vote)
        assert "0x8000000000000000" in said.message
        assert "0x-" not in said.message
        assert recognise(read_back(release, said)) is not None


def test_what_no_event_tells_is_left_open() -> None:
    (said,) = say(speaker(V3_8), events.SlowSync(1500))
    assert f"File size is {UNTOLD} bytes" in said.message
    assert say(speaker(V3_8), events.NodeStopped("SIGTERM", 0)) == []


def test_every_event_with_words_is_one_that_is_published() -> None:
    assert set(SAYS) <= set(events.EVENTS.values())

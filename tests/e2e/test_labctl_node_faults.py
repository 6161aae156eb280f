"""Disks, clocks and messages by hand, as a person at the terminal does it."""

import json
import re
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from kazoo.client import KazooClient

from tests.e2e.labs import Cli, labs

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[Cli]:
    yield from labs(tmp_path / "home")


def client_of(cli: Cli, sid: int) -> KazooClient:
    client = KazooClient(hosts=f"127.0.0.1:{cli.base_port + sid - 1}", timeout=30)
    client.start(timeout=30)
    return client


def waiting(cli: Cli, count: int = 0) -> list[dict[str, Any]]:
    """Deliver some messages; return what waits then."""
    document = json.loads(cli.ok("step", str(count), "-o", "json"))
    found: list[dict[str, Any]] = document["waiting"]
    return found


def beside(act: Any) -> Future[Any]:
    """Do something in a thread, for it will wait for a hand."""
    done: Future[Any] = Future()

    def run() -> None:
        try:
            done.set_result(act())
        except BaseException as error:  # noqa: BLE001  (the test will see it)
            done.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return done


def until_waiting(cli: Cli, kind: str) -> dict[str, Any]:
    """Return the first such message; time limits of the test end this."""
    while True:
        for message in waiting(cli):
            if message["type"] == kind:
                return message


def test_a_power_cut_loses_what_was_never_acknowledged_and_nothing_else(
    cli: Cli,
) -> None:
    cli.up()
    client = client_of(cli, 3)
    try:
        client.create("/first")
        slow = cli.ok("disk", "follower:1", "--fsync-delay", "800ms")
        assert "fault f1 stands" in slow
        acknowledged: set[str] = set()
        enough = threading.Event()

        def write_on() -> None:
            number = 0
            while not enough.wait(0.02):
                acknowledged.add(client.create(f"/w{number}")[1:])
                number += 1

        writer = beside(write_on)
        story = cli.ok("crash", "1", "--lose-unsynced")
        enough.set()
        writer.result(20)
        lost = re.search(r"(\d+) txns \(\d+ bytes\) were written", story)
        assert lost is not None, story
        assert int(lost[1]) > 0
        assert "no election: n2 leads on" in story
        assert "syncs n1 by DIFF" in cli.ok("start", "1")
        one = client_of(cli, 1)
        try:
            one.sync("/")
            assert acknowledged
            assert acknowledged <= set(one.get_children("/"))
        finally:
            one.stop()
    finally:
        client.stop()


def test_a_torn_tail_is_recovered_and_a_wiped_node_is_made_whole(cli: Cli) -> None:
    cli.up()
    client = client_of(cli, 2)
    try:
        client.create("/kept", b"x")
        assert "half a record is left" in cli.ok("crash", "1", "--torn-tail")
        assert "half written, never promised" in cli.ok("start", "1")

        refused = cli.run("wipe", "1,3")
        assert refused.returncode == 5
        assert "a majority that may have forgotten" in refused.stderr
        story = cli.ok("wipe", "1")
        assert "killed first" in story
        assert re.search(r"n1: \d+ files deleted", story)
        assert re.search(r"syncs n1 by (SNAP|DIFF)", cli.ok("start", "1"))
        one = client_of(cli, 1)
        try:
            assert one.get("/kept")[0] == b"x"
        finally:
            one.stop()
    finally:
        client.stop()


def test_a_frozen_node_can_lose_its_power_or_its_disk(cli: Cli) -> None:
    cli.up()
    frozen_then_struck(cli)


def frozen_then_struck(cli: Cli) -> None:
    """Pause n1, cut its power; pause it again, empty its disk: it comes back."""
    cli.ok("pause", "1")
    story = cli.ok("crash", "1")
    assert story.index("thaws for an instant") < story.index("power cut")
    assert cli.status()["nodes"][0]["state"] == "DOWN"
    cli.ok("start", "1")
    cli.ok("pause", "1")
    assert "killed first" in cli.ok("wipe", "1")
    assert re.search(r"syncs n1 by (SNAP|DIFF)", cli.ok("start", "1"))
    status = cli.status()
    assert status["faults"] == []
    assert all(node["serving"] for node in status["nodes"])


def test_a_full_disk_ends_one_node_and_the_others_serve_on(cli: Cli) -> None:
    cli.up()
    cli.ok("disk", "1", "--full")
    client = client_of(cli, 2)
    try:
        client.create("/while-full")
        cli.ok("wait", "n1=DOWN", "--timeout", "20")
        assert cli.status()["quorum"]
        cli.ok("heal", "--all")
        assert "syncs n1 by" in cli.ok("start", "1")
        assert cli.status()["nodes"][0]["serving"]
    finally:
        client.stop()


def test_a_wrong_wall_clock_moves_ctime_and_nothing_else(cli: Cli) -> None:
    cli.up()
    client = client_of(cli, 1)
    try:
        client.create("/before", ephemeral=True)
        before = client.exists("/before").ctime
        cli.ok("clock", "leader", "+10m")
        client.create("/after")
        after = client.exists("/after").ctime
        assert 600_000 <= after - before < 700_000
        status = cli.status()
        assert (status["leader"], status["epoch"]) == (2, 1)
        assert client.exists("/before") is not None
        cli.ok("heal", "--all")
        client.create("/healed")
        assert client.exists("/healed").ctime - before < 100_000
    finally:
        client.stop()


def test_a_write_goes_by_hand_from_proposal_to_commit(cli: Cli) -> None:
    cli.up()
    client = client_of(cli, 2)
    try:
        assert "hold their messages" in cli.ok("step")
        made = beside(lambda: client.create("/by-hand"))
        proposal = until_waiting(cli, "PROPOSAL")
        assert "create /by-hand" in proposal["content"]
        assert cli.status()["stepping"] is True

        ack = waiting(cli, 1)
        kinds = {m["type"] for m in ack} - {"REVALIDATE"}  # a client may move
        assert kinds == {"PROPOSAL", "ACK"}
        assert not made.done()
        commits = [m for m in waiting(cli, 2) if m["type"] == "COMMIT"]
        assert made.result(20) == "/by-hand"
        assert len(commits) == 2

        late = client.create_async("/behind")
        while len(waiting(cli)) < 4:
            pass
        behind = next(m for m in waiting(cli) if not m["first"])
        refused = cli.run("deliver", behind["id"])
        assert (refused.returncode, "not the first" in refused.stderr) == (5, True)
        assert "flows again" in cli.ok("go")
        assert late.get(timeout=20) == "/behind"
        assert cli.status()["stepping"] is False
    finally:
        client.stop()


def test_an_election_goes_by_hand_vote_by_vote(cli: Cli) -> None:
    cli.up()
    cli.ok("step")
    assert "the lab is stepping" in cli.ok("kill", "leader")
    assert {m["type"] for m in waiting(cli)} == {"NOTIFICATION"}
    story = cli.ok("step", "30")
    told = [
        *("votes for n3", "the wait for a better vote ends", "n3  ? → ▲ LEADING"),
        *("FOLLOWERINFO", "LEADERINFO", "ACKEPOCH", "NEWLEADER", "UPTODATE"),
    ]
    at = [story.find(words) for words in told]
    assert -1 not in at, story
    assert at == sorted(at)
    assert "leader n3 · epoch 2" in cli.ok("heal", "--all")

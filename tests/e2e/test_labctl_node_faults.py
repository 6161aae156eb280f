"""Disks, clocks and messages by hand, as a person at the terminal does it."""

import json
import re
import select
import threading
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest
from kazoo.client import KazooClient

from tests.e2e.labs import Cli
from tests.vectors.client import CREATE, Client, create
from tests.waiting import wait_for

pytestmark = pytest.mark.timeout(900)


def client_of(cli: Cli, sid: int) -> KazooClient:
    client = KazooClient(hosts=f"127.0.0.1:{cli.base_port + sid - 1}", timeout=30)
    client.start(timeout=60)
    return client


def silent_client(cli: Cli, sid: int) -> Client:
    """A session without pings or limits of its own: a hand may take its time."""
    where: Any = SimpleNamespace(ports=SimpleNamespace(client=cli.base_port + sid - 1))
    client = Client(where, timeout_ms=40_000)
    client.link.settimeout(60)
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
    """Return the first such message."""

    def look() -> list[dict[str, Any]]:
        return [message for message in waiting(cli) if message["type"] == kind]

    return wait_for(look, f"a {kind} waits", lambda: waiting(cli))[0]


def test_a_power_cut_loses_what_was_never_acknowledged_and_nothing_else(
    trio: Cli,
) -> None:
    client = client_of(trio, 3)
    try:
        client.create("/first")
        slow = trio.ok("disk", "follower:1", "--fsync-delay", "800ms")
        assert re.search(r"fault f\d+ stands", slow)
        acknowledged: set[str] = set()
        enough = threading.Event()

        def write_on() -> None:
            number = 0
            while not enough.wait(0.02):
                acknowledged.add(client.create(f"/w{number}")[1:])
                number += 1

        writer = beside(write_on)
        story = trio.ok("crash", "1", "--lose-unsynced")
        enough.set()
        writer.result(60)
        lost = re.search(r"(\d+) txns \(\d+ bytes\) were written", story)
        assert lost is not None, story
        assert int(lost[1]) > 0
        assert "no election: n2 leads on" in story
        assert "syncs n1 by DIFF" in trio.ok("start", "1")
        one = client_of(trio, 1)
        try:
            one.sync("/")
            assert acknowledged
            assert acknowledged <= set(one.get_children("/"))
        finally:
            one.stop()
    finally:
        client.stop()


def test_a_torn_tail_is_recovered_and_a_wiped_node_is_made_whole(trio: Cli) -> None:
    client = client_of(trio, 2)
    try:
        client.create("/kept", b"x")
        assert "half a record is left" in trio.ok("crash", "1", "--torn-tail")
        assert "half written, never promised" in trio.ok("start", "1")

        refused = trio.run("wipe", "1,3")
        assert refused.returncode == 5
        assert "a majority that may have forgotten" in refused.stderr
        story = trio.ok("wipe", "1")
        assert "killed first" in story
        assert re.search(r"n1: \d+ files deleted", story)
        assert re.search(r"syncs n1 by (SNAP|DIFF)", trio.ok("start", "1"))
        one = client_of(trio, 1)
        try:
            assert one.get("/kept")[0] == b"x"
        finally:
            one.stop()
    finally:
        client.stop()


@pytest.mark.stories
def test_a_paused_node_can_lose_its_power_or_its_disk(trio: Cli) -> None:
    paused_then_struck(trio)


def paused_then_struck(cli: Cli) -> None:
    """Pause n1, cut its power; pause it again, empty its disk: it comes back."""
    cli.ok("pause", "1")
    story = cli.ok("crash", "1")
    assert story.index("resumes for an instant") < story.index("power cut")
    assert cli.status()["nodes"][0]["state"] == "DOWN"
    cli.ok("start", "1")
    cli.ok("pause", "1")
    assert "killed first" in cli.ok("wipe", "1")
    assert re.search(r"syncs n1 by (SNAP|DIFF)", cli.ok("start", "1"))
    status = cli.status()
    assert status["faults"] == []
    assert all(node["serving"] for node in status["nodes"])


@pytest.mark.stories
def test_a_full_disk_ends_one_node_and_the_others_serve_on(trio: Cli) -> None:
    trio.ok("disk", "1", "--full")
    client = client_of(trio, 2)
    try:
        client.create("/while-full")
        trio.ok("wait", "n1=DOWN", "--timeout", "60")
        assert trio.status()["quorum"]
        trio.ok("heal", "--all")
        assert "syncs n1 by" in trio.ok("start", "1")
        assert trio.status()["nodes"][0]["serving"]
    finally:
        client.stop()


@pytest.mark.stories
def test_a_wrong_wall_clock_moves_ctime_and_nothing_else(trio: Cli) -> None:
    client = client_of(trio, 1)
    try:
        client.create("/before", ephemeral=True)
        before = client.exists("/before").ctime
        trio.ok("clock", "leader", "+10m")
        client.create("/after")
        after = client.exists("/after").ctime
        assert after - before >= 600_000
        status = trio.status()
        assert (status["leader"], status["epoch"]) == (2, 1)
        assert client.exists("/before") is not None
        trio.ok("heal", "--all")
        client.create("/healed")
        assert before < client.exists("/healed").ctime < after
    finally:
        client.stop()


@pytest.mark.stories
def test_a_write_goes_by_hand_from_proposal_to_commit(trio: Cli) -> None:
    with silent_client(trio, 2) as client:
        assert "hold their messages" in trio.ok("step")
        client.ask("create", CREATE, create("/by-hand", b""), wait=False)
        proposal = until_waiting(trio, "PROPOSAL")
        assert "create /by-hand" in proposal["content"]
        assert trio.status()["stepping"] is True

        ack = waiting(trio, 1)
        assert {m["type"] for m in ack} == {"PROPOSAL", "ACK"}
        assert select.select([client.link], [], [], 0)[0] == [], "no answer yet"
        commits = [m for m in waiting(trio, 2) if m["type"] == "COMMIT"]
        assert b"/by-hand" in client.hear_reply("create")
        assert len(commits) == 2

        client.ask("create", CREATE, create("/behind", b""), wait=False)
        wait_for(lambda: len(waiting(trio)) >= 4, "four wait", lambda: waiting(trio))
        behind = next(m for m in waiting(trio) if not m["first"])
        refused = trio.run("deliver", behind["id"])
        assert (refused.returncode, "not the first" in refused.stderr) == (5, True)
        assert "flows again" in trio.ok("go")
        assert b"/behind" in client.hear_reply("create")
        assert trio.status()["stepping"] is False


@pytest.mark.stories
def test_an_election_goes_by_hand_vote_by_vote(trio: Cli) -> None:
    trio.ok("step")
    assert "the lab is stepping" in trio.ok("kill", "leader")
    assert {m["type"] for m in waiting(trio)} == {"NOTIFICATION"}
    story = trio.ok("step", "30")
    told = [
        *("votes for n3", "the wait for a better vote ends", "n3  ? → ▲ LEADING"),
        *("FOLLOWERINFO", "LEADERINFO", "ACKEPOCH", "NEWLEADER", "UPTODATE"),
    ]
    at = [story.find(words) for words in told]
    assert -1 not in at, story
    assert at == sorted(at)
    assert "leader n3 · epoch 2" in trio.ok("heal", "--all")

"""Link faults as a person gives them: what is promised holds, and all is known."""

import json
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from kazoo.client import KazooClient
from kazoo.exceptions import KazooException

from tests.e2e.labs import Cli, article_files, labs
from tests.waiting import wait_for

pytestmark = pytest.mark.timeout(600)
TICK_MS = 400  # syncLimit 5: two seconds of silence are noticed


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cli]:
    """Three nodes that are quick to notice; see `trio`."""
    folder = tmp_path_factory.mktemp("faults")
    for cli in labs(folder / "home"):
        cli.files = article_files(folder, cli.base_port, tick_ms=TICK_MS)
        yield cli


def client_of(cli: Cli, sid: int) -> KazooClient:
    client = KazooClient(hosts=f"127.0.0.1:{cli.base_port + sid - 1}", timeout=4)
    client.start(timeout=60)
    return client


def fault_ids(cli: Cli) -> list[str]:
    return [fault["id"] for fault in listed(cli)]


def listed(cli: Cli) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(cli.ok("fault", "ls", "-o", "json"))[
        "faults"
    ]
    return found


def until_healed(cli: Cli) -> None:
    wait_for(lambda: not fault_ids(cli), "no fault stands", lambda: listed(cli))


class Writer(threading.Thread):
    """Writes as fast as it is answered; remembers what was acknowledged."""

    def __init__(self, hosts: str) -> None:
        super().__init__(daemon=True)
        self.client = KazooClient(hosts=hosts, timeout=4)
        self.client.start(timeout=60)
        self.client.ensure_path("/load")
        self.kept: list[str] = []
        self.done = threading.Event()

    def run(self) -> None:
        number = 0
        while not self.done.is_set():
            number += 1
            path = f"/load/{number}"
            try:
                self.client.create(path)
                self.kept.append(path)
            except KazooException:
                self.done.wait(0.05)
            self.done.wait(0.005)
        self.client.stop()  # else it looks for the labs that come after this one
        self.client.close()

    def wait_for_more(self) -> None:
        """Wait for twenty more writes."""
        goal = len(self.kept) + 20
        wait_for(lambda: len(self.kept) >= goal, "twenty more writes")


@pytest.mark.stories
def test_held_commits_are_a_stale_read_and_healing_catches_up(trio: Cli) -> None:
    ahead, behind = client_of(trio, 1), client_of(trio, 3)
    ahead.create("/x", b"old")
    behind.sync("/x")
    said = trio.ok("hold", "leader->3", "--from", "COMMIT")
    assert "n2 is the leader" in said
    assert "a read on n3 still shows the old value" in said
    ahead.set("/x", b"new")
    assert ahead.get("/x")[0] == b"new"
    assert behind.get("/x")[0] == b"old"
    trio.ok("heal", "2->3")
    wait_for(lambda: behind.retry(behind.get, "/x")[0] == b"new", "the new value")
    for client in (ahead, behind):
        client.stop()
        client.close()


@pytest.mark.stories
def test_a_one_way_cut_is_noticed_by_who_hears_nothing(trio: Cli) -> None:
    story = trio.ok("cut", "3->2")
    assert "one way only" in story
    assert "noticed  n2 after" in story
    assert "n2 leads epoch 1 with n1" in story
    assert "outside: n3" in story
    matrix = json.loads(trio.ok("net", "-o", "json"))["links"]
    states = {(one["from"], one["to"]): one["state"] for one in matrix}
    assert states[3, 2] == "cut"
    assert states[2, 3] == "open"
    assert "quorum: yes (3/3 voters)" in trio.ok("heal", *fault_ids(trio))


def test_a_fault_with_a_time_ends_by_itself(trio: Cli) -> None:
    said = trio.ok("delay", "1-3", "50ms±20ms", "--for", "3s")
    delay = re.search(r"(f\d+) ends by itself", said)
    assert delay is not None
    until_healed(trio)
    ended = f'"fault":"{delay[1]}>3","to":3,"action":"delay","why":"time-up"'
    assert ended in (trio.home / "labs" / "default" / "n1" / "events.jsonl").read_text()
    story = trio.ok("partition", "1", "--for", "1s")
    assert re.search(r"f\d+ is over: its time is up", story)
    assert "noticed  by nobody" in story


def test_a_pause_with_a_time_ends_although_nobody_waits(trio: Cli) -> None:
    trio.killed_when_set("pause", "3", "--for", "2s")
    until_healed(trio)
    wait_for(lambda: trio.status()["nodes"][2]["serving"], "n3 serves", trio.status)
    events = (trio.home / "labs" / "default" / "lab.jsonl").read_text()
    assert re.search(r'"event":"FaultHealed".*"why":"time-up"', events)


@pytest.mark.stories
def test_a_partition_outlives_the_restart_of_its_nodes(trio: Cli) -> None:
    trio.ok("partition", "1", "/", "rest")
    trio.ok("kill", "1")
    assert [fault["nodes"] for fault in listed(trio)] == [[1, 2, 3]]
    trio.ok("start", "1")
    assert trio.status()["nodes"][0]["state"] == "LOOKING"
    story = trio.ok("heal", "--all")
    assert "quorum: yes (3/3 voters)" in story


@pytest.mark.stories
def test_a_lost_commit_needs_leave_and_is_caught(trio: Cli) -> None:
    refused = trio.run("cut", "2->3", "--lose", "COMMIT")
    assert refused.returncode == 2
    assert "reliable FIFO channels" in refused.stderr
    trio.ok("cut", "2->3", "--lose", "COMMIT", "--out-of-model")
    client = client_of(trio, 1)
    for number in range(4):
        client.create(f"/gap{number}")
    client.stop()
    client.close()
    events = (trio.home / "labs" / "default" / "n2" / "events.jsonl").read_text
    wait_for(lambda: '"event":"MessageLost"' in events(), "a message is lost")
    until_healed(trio)


def test_what_a_killed_labctl_left_is_known_and_healed(trio: Cli) -> None:
    trio.killed_when_set("partition", "leader", "/", "rest")
    (fault,) = trio.status()["faults"]
    assert fault["kind"] == "partition"
    trio.ok("heal", fault["id"])
    assert fault_ids(trio) == []


@pytest.mark.stories
def test_a_leader_in_the_minority_loses_no_acknowledged_write(trio: Cli) -> None:
    writer = Writer(trio.status()["connection"])
    writer.start()
    writer.wait_for_more()
    story = trio.ok("partition", "leader", "/", "rest")
    assert re.search(r"f\d+: partition n2 / n1 n3", story)
    assert "nothing heard of n2 for syncLimit × tickTime = 2 s" in story
    assert "new leader: n2 → n3, epoch 1 → 2" in story
    assert "n2: 1 of 3 voters, need 2: looks for a leader, serves nobody" in story
    writer.wait_for_more()
    assert [fault["kind"] for fault in listed(trio)] == ["partition"]
    assert "quorum: yes (3/3 voters) · leader n3 · epoch 2" in trio.ok("heal", "--all")
    writer.done.set()
    writer.join()
    for sid in (1, 2, 3):
        reader = client_of(trio, sid)
        reader.sync("/load")
        there = {f"/load/{name}" for name in reader.get_children("/load")}
        assert set(writer.kept) <= there
        reader.stop()
        reader.close()
    assert fault_ids(trio) == []


@pytest.mark.stories
def test_the_same_seed_is_the_same_chaos(trio: Cli) -> None:
    words = ("chaos", "--seed", "7", "--every", "2s", "--for", "6s", "--spare", "1")
    plans = [trio.ok(*words, "--dry-run", "-o", "json") for _ in range(2)]
    assert plans[0] == plans[1]
    assert all(1 not in step["nodes"] for step in json.loads(plans[0])["steps"])
    story = trio.ok(*words)
    assert "chaos ends: all is healed" in story
    assert "quorum: yes (3/3 voters)" in story
    assert fault_ids(trio) == []

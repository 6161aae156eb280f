"""Link faults as a person gives them: what is promised holds, and all is known."""

import json
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kazoo.client import KazooClient
from kazoo.exceptions import KazooException

from tests.e2e.ensemble import wait_for
from tests.e2e.labs import Cli, article_files, labs

pytestmark = pytest.mark.timeout(120)
TICK_MS = 400  # syncLimit 5: two seconds of silence are noticed


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[Cli]:
    for cli in labs(tmp_path / "home"):
        glob = article_files(tmp_path, cli.base_port, tick_ms=TICK_MS)
        cli.ok("up", "--config", glob)
        yield cli


def client_of(cli: Cli, sid: int) -> KazooClient:
    client = KazooClient(hosts=f"127.0.0.1:{cli.base_port + sid - 1}", timeout=4)
    client.start(timeout=20)
    return client


def fault_ids(cli: Cli) -> list[str]:
    return [fault["id"] for fault in listed(cli)]


def listed(cli: Cli) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(cli.ok("fault", "ls", "-o", "json"))[
        "faults"
    ]
    return found


class Writer(threading.Thread):
    """Writes as fast as it is answered; remembers what was acknowledged."""

    def __init__(self, hosts: str) -> None:
        super().__init__(daemon=True)
        self.client = KazooClient(hosts=hosts, timeout=4)
        self.client.start(timeout=20)
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


def test_a_leader_in_the_minority_loses_no_acknowledged_write(cli: Cli) -> None:
    writer = Writer(cli.status()["connection"])
    writer.start()
    wait_for(lambda: len(writer.kept) > 20)
    story = cli.ok("partition", "leader", "/", "rest")
    assert "f1: partition n2 / n1 n3" in story
    assert "nothing heard of n2 for syncLimit × tickTime = 2 s" in story
    assert "new leader: n2 → n3, epoch 1 → 2" in story
    assert "n2: 1 of 3 voters, need 2: looks for a leader, serves nobody" in story
    before = len(writer.kept)
    wait_for(lambda: len(writer.kept) > before + 20)
    assert [fault["kind"] for fault in listed(cli)] == ["partition"]
    assert "quorum: yes (3/3 voters) · leader n3 · epoch 2" in cli.ok("heal", "--all")
    writer.done.set()
    writer.join()
    for sid in (1, 2, 3):
        reader = client_of(cli, sid)
        reader.sync("/load")
        there = {f"/load/{name}" for name in reader.get_children("/load")}
        assert set(writer.kept) <= there
        reader.stop()
        reader.close()
    assert fault_ids(cli) == []


def test_held_commits_are_a_stale_read_and_healing_catches_up(cli: Cli) -> None:
    ahead, behind = client_of(cli, 1), client_of(cli, 3)
    ahead.create("/x", b"old")
    behind.sync("/x")
    said = cli.ok("hold", "leader->3", "--from", "COMMIT")
    assert "n2 is the leader" in said
    assert "a read on n3 still shows the old value" in said
    ahead.set("/x", b"new")
    assert ahead.get("/x")[0] == b"new"
    assert behind.get("/x")[0] == b"old"
    cli.ok("heal", "2->3")
    wait_for(lambda: bool(behind.retry(behind.get, "/x")[0] == b"new"))
    for client in (ahead, behind):
        client.stop()
        client.close()


def test_a_one_way_cut_is_noticed_by_who_hears_nothing(cli: Cli) -> None:
    story = cli.ok("cut", "3->2")
    assert "one way only" in story
    assert "noticed  n2 after" in story
    assert "n2 leads epoch 1 with n1" in story
    assert "outside: n3" in story
    matrix = json.loads(cli.ok("net", "-o", "json"))["links"]
    states = {(one["from"], one["to"]): one["state"] for one in matrix}
    assert states[3, 2] == "cut"
    assert states[2, 3] == "open"
    assert "quorum: yes (3/3 voters)" in cli.ok("heal", "f1")


def test_a_fault_with_a_time_ends_by_itself(cli: Cli) -> None:
    assert "f1 ends by itself" in cli.ok("delay", "1-3", "50ms±20ms", "--for", "3s")
    assert [fault["kind"] for fault in listed(cli)] == ["delay"]
    wait_for(lambda: fault_ids(cli) == [])
    story = cli.ok("partition", "1", "--for", "1s")
    assert "f2 is over: its time is up" in story
    assert "noticed  by nobody" in story


def test_a_pause_with_a_time_thaws_although_nobody_waits(cli: Cli) -> None:
    verb = cli.popen("pause", "3", "--for", "4s")
    wait_for(lambda: [f["kind"] for f in listed(cli)] == ["pause"])
    verb.kill()
    verb.communicate()
    assert cli.status()["nodes"][2]["state"] == "PAUSED"
    wait_for(lambda: cli.status()["nodes"][2]["serving"])
    assert fault_ids(cli) == []


def test_what_a_killed_labctl_left_is_known_and_healed(cli: Cli) -> None:
    verb = cli.popen("partition", "leader", "/", "rest")
    wait_for(lambda: fault_ids(cli) == ["f1"])
    os.kill(verb.pid, signal.SIGKILL)
    verb.communicate()
    assert [f["id"] for f in cli.status()["faults"]] == ["f1"]
    cli.ok("heal", "f1")
    assert fault_ids(cli) == []


def test_a_partition_outlives_the_restart_of_its_nodes(cli: Cli) -> None:
    cli.ok("partition", "1", "/", "rest")
    cli.ok("kill", "1")
    assert [fault["nodes"] for fault in listed(cli)] == [[1, 2, 3]]
    cli.ok("start", "1")
    assert cli.status()["nodes"][0]["state"] == "LOOKING"
    story = cli.ok("heal", "--all")
    assert "quorum: yes (3/3 voters)" in story


def test_a_lost_commit_needs_leave_and_is_caught(cli: Cli) -> None:
    refused = cli.run("cut", "2->3", "--lose", "COMMIT")
    assert refused.returncode == 2
    assert "reliable FIFO channels" in refused.stderr
    cli.ok("cut", "2->3", "--lose", "COMMIT", "--out-of-model")
    client = client_of(cli, 1)
    for number in range(4):
        client.create(f"/gap{number}")
    client.stop()
    client.close()
    events = (cli.home / "labs" / "default" / "n2" / "events.jsonl").read_text
    wait_for(lambda: '"event":"MessageLost"' in events())
    wait_for(lambda: fault_ids(cli) == [])


def test_the_same_seed_is_the_same_chaos(cli: Cli) -> None:
    words = ("chaos", "--seed", "7", "--every", "2s", "--for", "6s", "--spare", "1")
    plans = [cli.ok(*words, "--dry-run", "-o", "json") for _ in range(2)]
    assert plans[0] == plans[1]
    assert all(1 not in step["nodes"] for step in json.loads(plans[0])["steps"])
    story = cli.ok(*words)
    assert "chaos ends: all is healed" in story
    assert "quorum: yes (3/3 voters)" in story
    assert fault_ids(cli) == []

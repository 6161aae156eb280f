"""The lab on real node processes: up, broken, explained, gone."""

import fcntl
import json
import os
import signal
import socket
from pathlib import Path

import pytest
from kazoo.client import KazooClient

from labctl.lab.lock import locked
from tests.e2e.labs import ROOT, Cli, article_files
from tests.waiting import wait_for

pytestmark = pytest.mark.e2e


def is_free(lock: Path) -> bool:
    """Return whether nobody holds the lock."""
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def states(cli: Cli) -> dict[int, str]:
    """Return what `status` calls each node."""
    return {node["id"]: node["state"] for node in cli.status()["nodes"]}


def in_order(story: str, *sentences: str) -> None:
    """Assert that the story tells these, in this order."""
    at = 0
    for sentence in sentences:
        found = story.find(sentence, at)
        assert found >= 0, f"not told after {story[:at][-80:]!r}: {sentence}\n{story}"
        at = found + len(sentence)


def test_three_nodes_start_in_order_and_the_second_leads(shared: Cli) -> None:
    story = shared.calm("--nodes", "3")
    in_order(
        story,
        "start in order 1, 2, 3",
        "n1  ? LOOKING",
        "n2  ? LOOKING",
        "n1  vote n1 → n2",
        "same epoch 0, same zxid 0x0, higher id",
        "▲ leads epoch 1",
        "2 of 3 disks hold its history: n1, n2; need 2",
        "n3  ? → ● FOLLOWING",
        "a higher id does not overthrow it",
        "syncs n3 by DIFF",
        "quorum: yes (3/3 voters) · leader n2 · epoch 1",
        "next     labctl kill leader",
    )
    status = shared.status()
    assert status["quorum"] is True
    assert (status["leader"], status["epoch"], status["runtime"]) == (2, 1, "process")
    states = {node["id"]: node["state"] for node in status["nodes"]}
    assert states == {1: "FOLLOWING", 2: "LEADING", 3: "FOLLOWING"}
    assert status["nodes"][0]["client"] == f"127.0.0.1:{shared.base_port}"


def test_another_wish_for_the_same_lab_is_a_conflict(trio: Cli) -> None:
    other = trio.run("up", "--nodes", "5")
    assert other.returncode == 5
    assert "--nodes: has 3, asked for 5" in other.stdout
    assert "labctl down" in other.stderr


def test_who_comes_second_is_told_who_works_on_the_lab(trio: Cli) -> None:
    with locked(trio.home / "labs" / "default", "restart"):
        done = trio.run("kill", "1")
    assert done.returncode == 5
    assert f"pid {os.getpid()}, `restart`" in done.stderr
    assert trio.status()["quorum"] is True


def test_a_stranger_on_our_port_is_not_our_node(trio: Cli, tmp_path: Path) -> None:
    """The same ports, another lab's processes: their boot nonces are not ours."""
    other = Cli(tmp_path / "other", trio.base_port)
    folder = other.home / "labs" / "default"
    folder.mkdir(parents=True)
    described = (trio.home / "labs" / "default" / "lab.json").read_text()
    (folder / "lab.json").write_text(described)
    status = other.status()
    assert status["quorum"] is False
    assert not any(node["up"] for node in status["nodes"])
    assert all(node["stranger"] for node in status["nodes"])
    done = other.run("up")
    assert done.returncode == 3
    assert "is taken by pid" in done.stderr
    assert trio.status()["quorum"] is True


def test_wait_answers_by_its_exit_code(trio: Cli) -> None:
    assert trio.run("wait", "quorum", "--lab", "none").returncode == 4
    assert trio.run("wait", "synced", "--timeout", "60").returncode == 0
    assert trio.run("wait", "n2=LEADING").returncode == 0
    late = trio.run("wait", "no-leader", "--timeout", "0.2")
    assert late.returncode == 6
    assert "quorum: yes" in late.stderr


def test_json_comes_without_a_word_of_prose(trio: Cli) -> None:
    document = json.loads(trio.ok("up", "-o", "json"))
    keys = {"lab", "runtime", "quorum", "leader", "epoch", "nodes"}
    assert keys <= set(document)
    assert {"id", "state", "client", "admin", "zxid", "up"} <= set(document["nodes"][0])


def test_logs_speak_zookeeper_s_language(trio: Cli) -> None:
    text = trio.ok("logs", "2", "--lines", "200")
    in_order(text, "LOOKING", "New election. My id =  2", "LEADING")
    assert all(line.startswith("n2 | ") for line in text.splitlines())


def test_logs_are_followed_across_a_restart(trio: Cli) -> None:
    following = trio.popen("logs", "-f", "1", "--lines", "1")
    try:
        assert following.stdout is not None
        assert following.stdout.readline().startswith("n1 | ")  # now it follows
        trio.ok("restart", "1")
        for line in following.stdout:
            if "Learner received UPTODATE message" in line:
                break
        else:
            pytest.fail("the restarted node's log was not followed")
    finally:
        following.send_signal(signal.SIGINT)
        following.communicate(timeout=60)
    assert following.returncode == 130


def test_a_killed_follower_starts_no_election_and_up_starts_only_it(trio: Cli) -> None:
    pids = {node["id"]: node["pid"] for node in trio.status()["nodes"]}
    in_order(
        trio.ok("kill", "follower:1"),
        "lost follower n1",
        "2 of 3 remain, need 2: a majority still, it leads on",
        "no election: n2 leads on",
    )
    assert "starts what is down: n1" in trio.ok("up")
    after = {node["id"]: node["pid"] for node in trio.status()["nodes"]}
    assert {sid for sid in pids if pids[sid] != after[sid]} == {1}
    assert "is up already" in trio.ok("up")


def test_a_killed_leader_is_replaced_and_clients_lose_nothing(trio: Cli) -> None:
    hosts = trio.status()["connection"]
    client = KazooClient(hosts=hosts, timeout=20)
    client.start(timeout=60)
    try:
        session = client.client_id
        client.create("/kept", b"before")
        client.create("/mine", b"", ephemeral=True)
        story = trio.ok("kill", "2")
        in_order(
            story,
            "n2 is the leader",
            "n2  ✕ SIGKILL",
            "lost its leader n2",
            "vote n1 → n3",
            "▲ leads epoch 2",
            "new leader: n2 → n3, epoch 1 → 2",
            "quorum: yes (2/3 voters) · leader n3 · epoch 2",
            "labctl start 2",
        )
        client.retry(client.create, "/after", b"the reign of n3")
        story = trio.ok("start", "2")
        assert any(f"syncs n2 by {mode}" in story for mode in ("DIFF", "TRUNC", "SNAP"))
        in_order(story, "n2  ? → ● FOLLOWING", "quorum: yes (3/3 voters) · leader n3")
        assert client.client_id == session
        assert client.retry(client.get, "/kept")[0] == b"before"
        stat = client.retry(client.exists, "/mine")
        assert stat is not None
        assert stat.ephemeralOwner == session[0]
    finally:
        client.stop()
        client.close()


def test_nothing_acknowledged_is_lost_when_all_are_killed(shared: Cli) -> None:
    shared.up()
    hosts = shared.status()["connection"]
    client = KazooClient(hosts=hosts)
    client.start(timeout=60)
    for number in range(50):
        client.create(f"/n{number}", str(number).encode())
    client.stop()
    client.close()
    in_order(
        shared.ok("kill", "all"),
        "no leader",
        "quorum: no (0/3",
        "start 2 of n1, n2, n3",
    )
    in_order(shared.ok("start", "all"), "recovers 0x", "quorum: yes (3/3 voters)")
    client = KazooClient(hosts=hosts)
    client.start(timeout=60)
    try:
        kept = {
            path: client.get(f"/{path}")[0]
            for path in client.get_children("/")
            if path.startswith("n")
        }
    finally:
        client.stop()
        client.close()
    assert kept == {f"n{number}": str(number).encode() for number in range(50)}


def test_the_article_s_own_files_come_up_and_a_pause_is_noticed(
    cli: Cli, tmp_path: Path
) -> None:
    files = article_files(tmp_path, cli.base_port, tick_ms=200)
    story = cli.ok("up", "--config", files)
    in_order(story, "every line kept", "becomes", "leader n2 · epoch 1")
    lines = cli.ok("config", "1", "--no-comments").splitlines()
    original = (tmp_path / "zoo_sample1.cfg").read_text().splitlines()
    assert all(line in lines or f"# {line}" in lines for line in original)
    assert [line for line in original if line not in lines] == [
        r"dataDir=D:\\zookeeper\\data1"
    ]

    story = cli.ok("pause", "3")
    in_order(
        story, "n3  ❚ paused", "lost follower n3", "silent for longer", "no election"
    )
    assert states(cli)[3] == "PAUSED"
    story = cli.ok("resume", "3")
    in_order(story, "n3  resumed", "lost its leader n2", "n3  ? → ● FOLLOWING", "3/3")

    in_order(cli.ok("pause", "leader"), "n2  ❚ paused", "new leader: n2 → n3")
    in_order(cli.ok("resume", "2"), "resumed", "n3 leads on in epoch 2", "3/3 voters")


def test_all_start_together_are_listed_and_taken_down_twice(cli: Cli) -> None:
    story = cli.up("--lab", "second", "--together")
    in_order(story, "start together", "quorum: yes (3/3 voters)")
    listed = json.loads(cli.ok("ls", "-o", "json"))
    assert [lab["lab"] for lab in listed["labs"]] == ["second"]
    nodes = listed["labs"][0]["nodes"]
    assert [n["id"] for n in nodes if n["state"] == "LEADING"] in ([2], [3])
    assert "is gone: ended n1, n2, n3" in cli.ok("down", "--yes", "--lab", "second")
    assert not any(Path(f"/proc/{node['pid']}/cwd").exists() for node in nodes)
    assert "nothing to remove" in cli.ok("down", "--yes", "--lab", "second")
    assert not list(cli.home.glob("labs/*"))


def test_a_taken_port_is_found_before_anything_starts(cli: Cli) -> None:
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", cli.base_port + 101))
        squatter.listen()
        done = cli.run("up", "--runtime", "process", "--base-port", str(cli.base_port))
    assert done.returncode == 3
    assert (
        f"port {cli.base_port + 101} (n2) is taken by pid {os.getpid()}" in done.stderr
    )
    assert "starts" not in done.stdout
    assert cli.run("status").returncode == 4


def test_observers_serve_but_do_not_count(cli: Cli) -> None:
    story = cli.up("--nodes", "3", "--observers", "1")
    in_order(
        story, "an observer: no vote", "n4  ◇ OBSERVING", "quorum: yes (3/3 voters)"
    )
    story = cli.ok("stop", "observers")
    in_order(story, "lost observer n4", "the majority is untouched", "no election")


def test_ctrl_c_rolls_a_bring_up_back(cli: Cli) -> None:
    bringing = cli.popen(
        "up", "--runtime", "process", "--base-port", str(cli.base_port)
    )
    assert bringing.stdout is not None
    for line in bringing.stdout:
        if "n1  starts" in line:  # two more to come
            break
    bringing.send_signal(signal.SIGINT)
    out, err = bringing.communicate(timeout=60)
    assert bringing.returncode == 130
    assert "rolled back" in out
    assert "Traceback" not in err
    assert cli.run("status").returncode == 4
    assert not list(cli.home.glob("labs/*/*/run.json"))


def test_up_completes_what_a_killed_up_left_behind(cli: Cli) -> None:
    bringing = cli.popen(
        "up", "--runtime", "process", "--base-port", str(cli.base_port)
    )
    assert bringing.stdout is not None
    for line in bringing.stdout:
        if "n2  starts" in line:
            break
    bringing.kill()
    bringing.communicate()
    story = cli.ok("up")
    assert "starts what is down" in story
    assert "quorum: yes (3/3 voters) · leader n2" in story


def test_a_reader_who_leaves_does_not_stop_the_bring_up(cli: Cli) -> None:
    bringing = cli.popen(
        "up", "--runtime", "process", "--base-port", str(cli.base_port)
    )
    assert bringing.stdout is not None
    bringing.stdout.readline()
    bringing.stdout.close()
    assert bringing.wait(timeout=60) == 0
    assert bringing.stderr is not None
    assert bringing.stderr.read() == ""
    bringing.stderr.close()
    assert cli.status()["quorum"] is True


def test_a_node_that_cannot_start_is_blamed_and_the_rest_rolled_back(
    cli: Cli, tmp_path: Path
) -> None:
    files = article_files(tmp_path, cli.base_port)
    bad = tmp_path / "zoo_sample2.cfg"
    bad.write_text(bad.read_text().replace("tickTime=2000", "tickTime=soon"))
    done = cli.run("up", "--config", files)
    assert done.returncode == 2
    assert "zoo_sample2.cfg:1  tickTime" in done.stdout
    assert "nothing was started" in done.stderr
    assert cli.run("status").returncode == 4


def test_the_project_has_the_article_s_three_files() -> None:
    assert len(list(ROOT.glob("conf/zoo_sample*.cfg"))) == 3


def test_while_one_terminal_narrates_another_changes_the_lab(
    cli: Cli, tmp_path: Path
) -> None:
    # With ticks this long, nobody notices a pause before the lab is down again.
    cli.files = article_files(tmp_path, cli.base_port, tick_ms=30_000)
    cli.up()
    story = cli.popen("pause", "1", "--for", "600s")
    wait_for(lambda: states(cli)[1] == "PAUSED", "n1 is paused")
    wait_for(lambda: is_free(cli.home / "labs" / ".default.lock"), "the lock is free")
    cli.ok("delay", "2->3", "5ms", "--for", "1s")
    cli.ok("down", "--yes")
    _, err = story.communicate(timeout=60)
    assert "somebody has taken lab default down" in err
    assert story.returncode == 5


def test_what_a_killed_down_left_keeps_nobody_from_the_lab(cli: Cli) -> None:
    cli.up()
    folder = cli.home / "labs" / "default"
    (folder / "ending").touch()
    gone = folder.with_name(".default.gone")
    gone.mkdir()
    (gone / "lab.json").write_text((folder / "lab.json").read_text())
    assert "✕ SIGKILL" in cli.ok("kill", "1")
    listed = json.loads(cli.ok("ls", "-o", "json"))["labs"]
    assert [lab["lab"] for lab in listed] == ["default"]
    assert "is gone: ended n2, n3" in cli.ok("down", "--yes")
    assert not gone.exists()

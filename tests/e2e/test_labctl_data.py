"""Data at hand, on real node processes: done, compared, loaded, judged."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.labs import ROOT, Cli
from tests.forked import labctl
from tests.waiting import wait_for

pytestmark = pytest.mark.e2e


def piped(cli: Cli, lines: str, *words: str) -> subprocess.CompletedProcess[str]:
    return labctl(words, cli.environment, lines)


def alive(pid: int) -> bool:
    """Return whether it runs; what nobody has buried yet does not."""
    command = Path(f"/proc/{pid}/cmdline")
    return command.exists() and command.read_bytes() != b""


def clients_of(cli: Cli) -> list[Path]:
    return list(cli.home.glob("labs/default/clients/*.json"))


def test_one_client_writes_and_every_node_answers(trio: Cli) -> None:
    story = trio.ok("do", "create /a 1", "create -e /e x", "get /a", "ls /", "stat /a")
    assert "created /a, persistent" in story
    assert "= epoch 1, counter 2" in story
    assert "it passed the write to n2" in story
    assert "/: a  e  zookeeper" in story
    refused = trio.run("do", "create /a 1")
    assert (refused.returncode, "NODE_EXISTS" in refused.stdout) == (1, True)
    atomic = trio.run("do", "multi 'set /a 2' 'rm /nothing'", "get /a")
    assert "NO_NODE at “delete /nothing”: nothing of the multi" in atomic.stdout
    assert "/a = 1" in atomic.stdout
    assert "nobody" not in trio.ok("call", "get /a")
    document = json.loads(trio.ok("call", "get /a", "-o", "json"))
    assert document["same"] is True
    assert [document["nodes"][str(n)]["value"] for n in (1, 2, 3)] == ["1"] * 3
    assert "  a = 1  v0" in trio.ok("tree", "--node", "3")
    assert "hold the same" in trio.ok("tree", "--diff", "1", "3")
    recorded = (trio.home / "labs/default/lab.jsonl").read_text()
    assert recorded.count("ClientDid") >= 9


def test_a_pipe_into_the_shell_is_carried_out_line_by_line(trio: Cli) -> None:
    lines = "# a comment\ncreate /p 1\nwatch /p\nset /p 2\nget /p\nfly\nget /p\n"
    lines += "quit\nrm /p\n"
    done = piped(trio, lines, "sh", "--node", "3")
    assert done.returncode == 1, done.stderr
    assert "watch: /p has new data" in done.stdout
    assert done.stdout.count("/p = 2") == 2
    assert "fly is no command" in done.stderr
    assert piped(trio, "get /p\n", "sh").returncode == 0


def test_a_bad_lock_wakes_the_herd_and_a_good_one_does_not(trio: Cli) -> None:
    bad = json.loads(trio.ok("recipe", "lock", "--bad", "--clients", "8", "-o", "json"))
    good = json.loads(
        trio.ok("recipe", "lock", "--good", "--clients", "8", "-o", "json")
    )
    assert bad["woken"] == [7, 6, 5, 4, 3, 2, 1, 0]
    assert good["woken"] == [1, 1, 1, 1, 1, 1, 1, 0]
    assert (bad["most_inside"], good["most_inside"]) == (1, 1)


def test_watches_are_held_where_the_client_is(trio: Cli) -> None:
    watcher = subprocess.Popen(
        [sys.executable, "-m", "labctl", "sh", "--node", "3"],
        env=trio.environment,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert watcher.stdin is not None
    watcher.stdin.write("create -e /me 1\nwatch /me\n")
    watcher.stdin.flush()

    def held() -> dict[str, dict[str, list[str]]]:
        document = json.loads(trio.ok("watches", "-o", "json"))
        nodes: dict[str, dict[str, list[str]]] = document["nodes"]
        return nodes

    wait_for(lambda: "/me" in held()["3"], "n3 holds a watch", held)
    nodes = held()
    assert (nodes["1"], nodes["2"]) == ({}, {})
    (session,) = json.loads(trio.ok("sessions", "-o", "json"))["sessions"]
    assert (session["node"], session["ephemerals"]) == (3, ["/me"])
    assert session["known_to"] == [1, 2, 3]
    assert "/me" in trio.ok("sessions")
    watcher.communicate("quit\n", timeout=60)
    assert "nobody watches" in trio.ok("watches")


def tell_another_truth(path: Path) -> None:
    """Spoil one answer in a history: it has a zxid that no server gave."""
    lines = path.read_text().splitlines()
    at = next(
        at
        for at, line in enumerate(lines)
        if '"kind": "set"' in line and '"err": 0' in line
    )
    document = json.loads(lines[at])
    document["call"]["zxid"] += 10_000
    lines[at] = json.dumps(document)
    path.write_text("\n".join(lines) + "\n")


@pytest.mark.stories
def test_a_load_through_a_kill_keeps_every_promise_and_a_lie_is_found_out(
    trio: Cli,
) -> None:
    assert trio.run("check", "history").returncode == 4
    behind = trio.ok("load", "--background", "--for", "5m", "--rate", "80")
    pid = int(behind.split("process ")[1].split(";")[0])
    assert "load" in trio.ok("status")
    assert trio.run("check", "history").returncode == 5
    sessions = json.loads(trio.ok("sessions", "-o", "json"))["sessions"]
    assert len(sessions) == 4
    trio.ok("kill", "leader")
    trio.ok("start", "down")
    subprocess.run(["kill", str(pid)], check=True)
    wait_for(lambda: not clients_of(trio), "no client is left")
    told = (trio.home / "labs/default/load.log").read_text
    wait_for(lambda: "acknowledged" in told(), "the load's last words", told)
    verdict = trio.ok("check", "history")
    assert "✓ the zxid witness" in verdict
    assert "✓ linearizability" in verdict
    assert "verdict: every promise was kept" in verdict

    (path,) = trio.home.glob("labs/default/histories/*.jsonl")
    tell_another_truth(path)
    done = trio.run("check", "history")
    assert (done.returncode, "BROKEN" in done.stdout) == (8, True), done.stdout


def test_nobody_serves_and_it_says_so(shared: Cli) -> None:
    shared.up()
    shared.ok("kill", "1,2")
    done = shared.run("do", "get /")
    assert (done.returncode, "no node serves clients" in done.stderr) == (4, True)
    assert shared.run("call", "get /").returncode == 7


@pytest.mark.stories
def test_a_write_without_an_answer_leaves_a_session_that_ends(shared: Cli) -> None:
    shared.up()
    story = shared.ok("do", "--async", "create /ghost 1", "--session-timeout", "4s")
    assert "its fate is open" in story
    assert len(clients_of(shared)) == 1
    assert "async" in shared.ok("status")
    assert "/ghost = 1" in shared.ok("call", "get /ghost")
    wait_for(lambda: not clients_of(shared), "no client is left")
    shared.ok("do", "--async", "create /later 1", "--after", "30s")
    (helper,) = clients_of(shared)
    pid = json.loads(helper.read_text())["pid"]
    shared.ok("down", "--yes")
    assert not alive(pid)

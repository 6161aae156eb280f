"""Processes: started apart, believed only if they are ours, followed by file."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.errors import LabError
from labctl.lab.lock import locked
from labctl.lab.ports import holder, taken
from labctl.lab.runtime.base import DOWN, PAUSED, UP, NodeRun
from labctl.lab.runtime.files import FileTail, last_lines
from labctl.lab.runtime.process import ProcessRuntime
from labctl.lab.topology import LabSpec, plan
from tests.waiting import wait_for

# What the runtime needs of a node: a line on stdout, a nonce, and to be there.
_FAKE = (
    "import os, signal, sys\n"
    "print('started', os.environ['QUORUMLAB_BOOT'], flush=True)\n"
    "signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\n"
    "while True: signal.pause()\n"
)


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[ProcessRuntime]:
    lab = plan(LabSpec(nodes=1, base_port=21900), "x", "process", tmp_path)
    fake = tmp_path / "fake.py"
    fake.write_text(_FAKE)
    runtime = ProcessRuntime(lab, tmp_path, [sys.executable, str(fake)])
    for _ in runtime.create():
        pass
    yield runtime
    runtime.kill(1)
    for child in runtime.children.values():
        child.wait(timeout=60)


def until(condition: str, runtime: ProcessRuntime) -> None:
    """Wait for a condition of the process: up, down or paused."""
    run = lambda: runtime.run(1)  # noqa: E731
    wait_for(lambda: run().condition == condition, f"it is {condition}", run)


def started(runtime: ProcessRuntime) -> None:
    """Start the node, and wait until it has said so: its handlers are in place."""
    _, tail = runtime.log(1, last=0)
    runtime.start(1)
    wait_for(tail.read, "it says that it has started")
    tail.close()


def test_a_node_lives_in_its_own_session_with_a_nonce(runtime: ProcessRuntime) -> None:
    started(runtime)
    run = runtime.run(1)
    assert run.condition == UP
    assert os.getsid(run.pid) == run.pid != os.getsid(0)
    assert runtime.log(1, last=1)[0] == [f"started {run.boot}"]


def test_another_command_finds_it_again(runtime: ProcessRuntime) -> None:
    started(runtime)
    other = ProcessRuntime(runtime.topology, runtime.folder)
    assert other.run(1) == runtime.run(1)
    other.pause(1)
    until(PAUSED, runtime)
    other.resume(1)
    until(UP, runtime)
    other.terminate(1)
    until(DOWN, runtime)
    assert other.run(1).condition == DOWN
    assert runtime.run(1).exit_code == 0


def test_a_paused_node_can_be_ended(runtime: ProcessRuntime) -> None:
    started(runtime)
    runtime.pause(1)
    until(PAUSED, runtime)
    runtime.terminate(1)
    until(DOWN, runtime)


def test_each_start_has_its_own_nonce(runtime: ProcessRuntime) -> None:
    started(runtime)
    first = runtime.run(1).boot
    runtime.kill(1)
    until(DOWN, runtime)
    started(runtime)
    assert runtime.run(1).boot != first


def test_a_reused_pid_is_not_our_node_and_is_left_alone(
    runtime: ProcessRuntime,
) -> None:
    idle = [sys.executable, "-c", "input()"]
    with subprocess.Popen(idle, stdin=subprocess.PIPE) as p:
        run = runtime.folder / "n1" / "run.json"
        run.write_text(f'{{"pid": {p.pid}, "boot": "old"}}')
        assert runtime.run(1).condition == DOWN
        runtime.kill(1)
        runtime.terminate(1)
        assert p.poll() is None
        p.communicate(b"\n")
    assert p.returncode == 0


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"pid": "x", "boot": 1}'])
def test_a_spoilt_run_file_is_no_process(runtime: ProcessRuntime, text: str) -> None:
    (runtime.folder / "n1" / "run.json").write_text(text)
    assert runtime.run(1).condition == DOWN


def test_a_growing_file_is_followed_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "log"
    tail = FileTail(path)
    assert tail.read() == []
    with path.open("a") as file:
        file.write("one\ntw")
        file.flush()
        assert tail.read() == ["one"]
        file.write("o\n")
        file.flush()
        assert tail.read() == ["two"]
    tail.close()
    late = FileTail(path)
    assert late.read() == []
    late.close()


def test_the_last_lines_end_where_the_following_begins(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("".join(f"line {number}\n" for number in range(1000)) + "half")
    lines, behind = last_lines(path, 2)
    assert lines == ["line 998", "line 999"]
    tail = FileTail(path, at=behind)
    with path.open("a") as file:
        file.write(" done\n")
    assert tail.read() == ["half done"]
    tail.close()
    assert last_lines(tmp_path / "none", 5) == ([], 0)


def test_a_port_s_holder_is_named(tmp_path: Path) -> None:
    code = (
        "import socket, sys\n"
        "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()\n"
        "print(s.getsockname()[1], flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    ) as squatter:
        assert squatter.stdout is not None
        port = int(squatter.stdout.readline())
        assert taken(port)
        if Path("/proc/net/tcp").exists():
            assert holder(port).startswith(f"pid {squatter.pid} (")
        squatter.communicate("")
    assert not taken(port)
    assert holder(port) == ""


def test_the_second_to_lock_is_told_the_first(tmp_path: Path) -> None:
    with locked(tmp_path / "x", "up"):
        with pytest.raises(LabError) as refused, locked(tmp_path / "x", "kill"):
            pytest.fail("two hold the lock")
        assert refused.value.code == 5
        assert refused.value.message.facts["pid"] == os.getpid()
        assert refused.value.message.facts["verb"] == "up"
    with locked(tmp_path / "x", "kill") as lock:
        lock.path.unlink()
    with locked(tmp_path / "x", "up"):
        pass


def test_who_only_narrates_lets_others_change_the_lab(tmp_path: Path) -> None:
    with locked(tmp_path / "x", "pause") as lock:
        lock.release()
        with locked(tmp_path / "x", "heal"):
            lock.release()  # a second time does nothing: the lock is the other's
            with pytest.raises(LabError), locked(tmp_path / "x", "kill"):
                pytest.fail("two hold the lock")


def test_a_lock_file_s_owner_who_died_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / ".x.lock").write_text('{"pid": 1, "verb": "up", "since": 0}')
    with locked(tmp_path / "x", "down"):
        pass


def test_a_node_is_found_by_its_nonce_if_its_pid_was_never_written(
    tmp_path: Path,
) -> None:
    lab = plan(LabSpec(nodes=1, base_port=21900), "x", "process", tmp_path)
    package = tmp_path / "n1" / "node"  # found first: a node runs in its folder
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(_FAKE)
    starter = ProcessRuntime(lab, tmp_path)
    for _ in starter.create():
        pass
    started(starter)
    child = starter.children[1]
    record = tmp_path / "n1" / "run.json"
    written = json.loads(record.read_text())
    try:
        record.write_text(json.dumps({**written, "pid": 0}))
        other = ProcessRuntime(lab, tmp_path)
        assert other.run(1) == NodeRun(UP, written["boot"], child.pid)
        record.write_text(json.dumps({"pid": 0, "boot": "of-another"}))
        assert other.run(1).condition == DOWN
    finally:
        child.kill()
        child.wait(timeout=60)

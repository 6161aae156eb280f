"""Record the runs in this folder anew: real labs, real faults (`python -m …`)."""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from kazoo.client import KazooClient

from labctl.lab.lab import Lab, open_lab
from labctl.screen.screen import Screen
from labctl.story.lab_events import FaultHealed, FaultSet
from tests.e2e.labs import Cli, labs

HERE = Path(__file__).parent


def client(cli: Cli, sid: int) -> KazooClient:
    found = KazooClient(f"127.0.0.1:{cli.base_port + sid - 1}", timeout=4)
    found.start()
    return found


def write(cli: Cli, sid: int, *paths: str) -> None:
    link = client(cli, sid)
    for path in paths:
        link.create(path, b"1")
    link.stop()
    link.close()


def cut(lab: Lab, fault: str, links: list[str], **more: object) -> None:
    for link in links:
        sender, _, receiver = link.partition(">")
        gate = {"id": f"{fault}>{receiver}", "to": int(receiver), "action": "cut"}
        lab.admin.send(int(sender), "link-faults", {**gate, **more})
    nodes = tuple(sorted({int(end) for link in links for end in link.split(">")}))
    detail = f"from {more['from_type']}" if more else ""
    lab.did(FaultSet(fault, "cut", nodes, tuple(links), detail, 0))


def heal(lab: Lab, fault: str, senders: list[int]) -> None:
    lab.did(FaultHealed(fault, "asked"))
    for sid in senders:
        lab.admin.clear(sid, "link-faults", fault)


def first_quorum(cli: Cli, _lab: Lab) -> None:
    write(cli, 1, "/a", "/a/b")


def leader_killed(cli: Cli, _lab: Lab) -> None:
    write(cli, 1, "/a", "/b")
    cli.ok("kill", "leader")
    write(cli, 1, "/c")
    cli.ok("start", "2")


def ghost(cli: Cli, lab: Lab) -> None:
    write(cli, 1, "/agreed", "/agreed/too")
    doomed = client(cli, 2)
    cut(lab, "f1", ["2>1", "2>3"], from_type="PROPOSAL")
    doomed.create_async("/ghost", b"nobody was promised this")
    time.sleep(0.3)  # a recorder may wait: the leader's disk needs a moment
    cli.ok("kill", "2")
    doomed.stop()
    doomed.close()
    lab.did(FaultHealed("f1", "node-gone"))
    cli.ok("start", "2")
    write(cli, 2, "/after")


def partition(cli: Cli, lab: Lab) -> None:
    links = ["2>1", "2>3", "1>2", "3>2"]
    cut(lab, "f1", links)
    cli.ok("wait", "n3=LEADING", "--timeout", "40")
    cli.ok("wait", "n2=LOOKING", "--timeout", "40")
    write(cli, 3, "/majority")
    heal(lab, "f1", [1, 2, 3])
    cli.ok("wait", "n2=FOLLOWING", "--timeout", "40")


RUNS: dict[str, Callable[[Cli, Lab], None]] = {
    "first-quorum": first_quorum,
    "leader-killed": leader_killed,
    "ghost": ghost,
    "partition": partition,
}


def main(names: list[str]) -> None:
    for name in names or RUNS:
        home = Path(tempfile.mkdtemp())
        for cli in labs(home):
            cli.up()
            cli.environment["LABCTL_LANG"] = "en"
            os.environ["LABCTL_HOME"] = str(home)
            RUNS[name](cli, open_lab("default", Screen("en")))
            cli.ok("down", "--yes")
            (file,) = home.glob("runs/*")
            shutil.move(file, HERE / f"{name}.jsonl.gz")
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1:])

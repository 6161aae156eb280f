"""`make stalls`: how long our event loop stands still, and when.

A million znodes, three servers: the first two have them on disk, the third gets them
by SNAP.  Then ten thousand sessions end together.  Each row is the longest stall in
its window, as `bench.watched` saw it; beside it, the most that the loop computed at
one go, which does not depend on what else the machine had to do.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from bench.compare import zkserver
from node.storage.snapshot import file_chunks
from node.tree.znodes import Tree, Znode
from node.wire.client import CreateRequest, Op
from node.wire.jute import pack
from tests.e2e.ensemble import Ensemble, Launcher, Server, ours
from tests.interop import java
from tests.load.crowd import Caller, call_many
from tests.unit.clients.standalone import OPEN_ACL, request

SETTINGS = {"tickTime": 2000, "initLimit": 30, "syncLimit": 5}
FEW = {"snapCount": 1000}  # transactions until a snapshot
LAST_ZXID = 0x100000001
PATIENCE_S = 300.0
GOAL_MS = 100.0


class Stall(NamedTuple):
    """The longest pause of one server's loop in one window, and the most computing."""

    what: str
    ms: float
    busy_ms: float


def watched(config: Path) -> list[str]:
    """Return the command that runs our node with a pulse."""
    return [sys.executable, "-m", "bench.watched", str(config)]


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description="Measure our event loop's stalls.")
    parser.add_argument("--znodes", type=int, default=1_000_000)
    parser.add_argument("--sessions", type=int, default=10_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="quorumlab-stalls-") as top:
        snapshot = large_snapshot(options.znodes)
        stalls = of_a_large_tree(Path(top) / "tree", snapshot)
        stalls += of_sessions(Path(top) / "sessions", options.sessions)
        print(table(stalls))
        for name, kind in (("ours", ours), ("Java 3.8.0", zkserver)):
            if kind is zkserver and java.missing():
                continue
            took_s = restart(Path(top) / f"restart-{kind.__name__}", snapshot, kind)
            print(
                f"| restart with {options.znodes:,} znodes, {name} | {took_s:.1f} s |"
            )


def table(stalls: list[Stall]) -> str:
    """Return the stalls as Markdown."""
    lines = [
        "| longest stall | ms | at most computing, ms | |",
        "| --- | ---: | ---: | --- |",
    ]
    for stall in stalls:
        good = "good" if stall.busy_ms < GOAL_MS else "long"
        lines.append(
            f"| {stall.what} | {stall.ms:.0f} | {stall.busy_ms:.0f} | {good} |"
        )
    return "\n".join(lines)


def of_a_large_tree(top: Path, snapshot: bytes) -> list[Stall]:
    """Two start with the tree, the leader writes it, a third one is sent it."""
    with _ensemble(top, FEW) as servers:
        first, second, third = servers.servers
        for server in (first, second):
            lay_down(server, snapshot)
        began_s = time.monotonic()
        for server in (first, second):
            server.start()
        servers.wait_for(
            lambda: first.mode() and second.mode(), "two serve", PATIENCE_S
        )
        leader = servers.leader()
        led_s = time.monotonic()
        asyncio.run(write(leader, FEW["snapCount"]))
        servers.wait_for(
            lambda: said(leader, "SnapshotTaken"), "it wrote a snapshot", PATIENCE_S
        )
        saved_s = time.monotonic()
        third.start()
        servers.wait_for(lambda: third.mode() == "follower", "it follows", PATIENCE_S)
        joined_s = time.monotonic()
        return [
            longest("a leader's start", leader, began_s, led_s),
            longest("a snapshot", leader, led_s, saved_s),
            longest("a SNAP sent", leader, saved_s, joined_s),
            longest("a SNAP received", third, saved_s, joined_s),
        ]


def of_sessions(top: Path, count: int) -> list[Stall]:
    """Many sessions, each with an ephemeral znode, end in one tick."""
    with _ensemble(top, {}) as servers:
        servers.start()
        leader, follower = servers.leader(), servers.followers()[0]
        silent_s = asyncio.run(expire(leader, count))
        ended_s = time.monotonic()
        return [
            longest(f"{count:,} sessions expire, leader", leader, silent_s, ended_s),
            longest(
                f"{count:,} sessions expire, follower", follower, silent_s, ended_s
            ),
        ]


async def write(server: Server, count: int) -> None:
    """Create so many znodes."""
    (caller,) = await call_many(server, 1)
    for number in range(count):
        caller.say(_create(number, f"/written-{number}", 0))
    await caller.hear_all(count)
    caller.hang_up()


async def expire(server: Server, count: int) -> float:
    """Open many sessions, let all end together; return when they fell silent."""
    callers = await call_many(server, count)
    for number, caller in enumerate(callers):
        caller.say(_create(number, f"/ephemeral-{number}", 1))
        caller.say(request(-2, Op.PING))
    await asyncio.gather(*[caller.hear_all(2) for caller in callers])
    for caller in callers:
        caller.say(request(-2, Op.PING))
    await asyncio.gather(*[caller.hear() for caller in callers])
    silent_s = time.monotonic()
    await asyncio.gather(*[_ended(caller) for caller in callers])
    return silent_s


def _create(xid: int, path: str, flags: int) -> bytes:
    return request(xid, Op.CREATE, pack(CreateRequest(path, b"x", OPEN_ACL, flags)))


def _ensemble(top: Path, settings: dict[str, int]) -> Ensemble:
    """Three watched servers that publish their events."""
    servers = Ensemble(top, [watched] * 3, settings={**SETTINGS, **settings})
    for server in servers.servers:
        text = server.config.read_text()
        server.config.write_text(f"{text}quorumlab.events={server.events}\n")
    return servers


async def _ended(caller: Caller) -> None:
    """Wait until the server hangs up."""
    await caller.reader.read()
    caller.hang_up()


def restart(top: Path, snapshot: bytes, kind: Launcher) -> float:
    """Return the seconds in which a lone server with a large tree serves."""
    with Ensemble(top, [kind], settings=SETTINGS, events=False) as alone:
        lay_down(alone[1], snapshot)
        began_s = time.monotonic()
        alone[1].start()
        alone.wait_for(alone[1].mode, "it serves", PATIENCE_S)
        return time.monotonic() - began_s


def large_snapshot(count: int) -> bytes:
    """Return a snapshot of so many znodes, a thousand below each parent."""
    tree = Tree()
    data = b"a value of 32 bytes, like many a"
    for number in range(count):
        folder, place = divmod(number, 1000)
        if place == 0:
            tree.insert(f"/big{folder}", Znode(b"", -1, 0, LAST_ZXID))
        tree.insert(f"/big{folder}/znode-{number:06}", Znode(data, -1, 0, LAST_ZXID))
    return b"".join(file_chunks(tree, LAST_ZXID))


def lay_down(server: Server, snapshot: bytes) -> None:
    """Put a snapshot on a disk, as if it had always been there."""
    (server.data / f"snapshot.{LAST_ZXID:x}").write_bytes(snapshot)
    for name in ("acceptedEpoch", "currentEpoch"):
        (server.data / name).write_text("1")


def said(server: Server, kind: str) -> bool:
    """Return whether a server has published an event of this kind."""
    return f'"{kind}"' in server.events.read_text(encoding="utf-8")


def longest(what: str, server: Server, from_s: float, to_s: float) -> Stall:
    """Return the longest stall that ended in this window, and the most computing."""
    ms = busy_ms = 0.0
    for line in (server.folder / "stalls.jsonl").read_text().splitlines():
        seen = json.loads(line)
        if from_s <= seen["at_s"] <= to_s + 0.1:
            ms, busy_ms = max(ms, seen["ms"]), max(busy_ms, seen["busy_ms"])
    return Stall(what, ms, busy_ms)


if __name__ == "__main__":
    main()

"""Fifty watch a real lab's page and one never reads: the lab does not notice."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.live import Served, served
from tests.e2e.labs import Cli, labs
from tests.waiting import wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.stories, pytest.mark.timeout(300)]
WATCHERS = 50
LINE_MAX = 1 << 22
Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[Cli]:
    yield from labs(tmp_path / "home")


def port_of(web: Served) -> int:
    return int(web.root.rsplit(":", 1)[1].strip("/"))


def connections(web: Served) -> list[str]:
    """Return the connections that the page's server holds, open or half closed."""
    table = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    held = [line.split() for line in table]
    ours = f"0100007F:{port_of(web):04X}"
    return [row[2] for row in held if row[1] == ours and row[3] in {"01", "08"}]


async def ask(web: Served, path: str) -> Ends:
    port = port_of(web)
    ends = await asyncio.open_connection("127.0.0.1", port, limit=LINE_MAX)
    cookie = f"Cookie: quorumlab-{port}={web.token}"
    head = (f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", cookie, "", "")
    ends[1].write("\r\n".join(head).encode())
    return ends


async def newest(web: Served) -> tuple[str, int]:
    """Return what the page's numbers are called, and the number of the newest entry."""
    reader, writer = await ask(web, "/window")
    head = await reader.readuntil(b"\r\n\r\n")
    (size,) = (line for line in head.split(b"\r\n") if line.startswith(b"Content-Len"))
    window = json.loads(await reader.readexactly(int(size.split()[1])))
    writer.close()
    return window["boot"], window["before"] + len(window["entries"])


async def heard(ends: Ends, start: int, end: asyncio.Future[int]) -> int:
    """Follow until the end; return how many entries came, each with its number."""
    reader, writer = ends
    at = start
    while not (end.done() and at >= end.result()):
        line = await reader.readline()
        assert line, "the stream ended"
        if line.startswith(b"id: "):
            number = int(line.split(b"-")[1])
        elif line.startswith(b"data: ["):
            at += len(json.loads(line[6:]))
            assert at == number, "nothing is left out"
    writer.close()
    return at - start


def test_fifty_watch_a_real_lab_and_one_never_reads(cli: Cli) -> None:
    async def scene(web: Served) -> None:
        boot, start = await newest(web)
        slow = await ask(web, f"/events?after={boot}-0")
        streams = [
            await ask(web, f"/events?after={boot}-{start}") for _ in range(WATCHERS)
        ]
        end: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        watching = [asyncio.create_task(heard(ends, start, end)) for ends in streams]
        killed = await asyncio.to_thread(cli.ok, "kill", "leader")
        assert "new leader" in killed
        started = await asyncio.to_thread(cli.ok, "start", "down")
        assert "3/3 voters" in started
        await asyncio.to_thread(cli.ok, "do", "create /watched 1")
        _, now = await newest(web)
        end.set_result(now)
        await asyncio.to_thread(cli.ok, "do", "create /last 1")  # wakes who has all
        for count in await asyncio.gather(*watching):
            assert count >= now - start
        slow[1].close()

    cli.calm()
    with served(cli, "--read-only") as web:
        asyncio.run(scene(web))
        wait_for(lambda: not connections(web), "every connection to be closed")
        assert web.process.poll() is None
    replay = cli.ok("replay", "latest", "--speed", "0")
    assert "last  watched" in cli.ok("do", "ls /")
    assert "$ labctl kill" in replay

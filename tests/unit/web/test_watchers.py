"""Fifty watchers and one that never reads: nothing is lost, late, or kept for it."""

import asyncio
import json

from labctl.web.feed import CHUNK, IN_MEMORY
from tests.unit.pictures.generated import big_run
from tests.unit.web.test_security import Served, play

WATCHERS = 50
EVENTS = 3_000


async def watch(web: Served, until: int, *, after: int) -> list[int]:
    """Follow events like a browser: resume after each, reload when told so."""
    seen: list[int] = []
    while after < until:
        reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
        last = f"Last-Event-ID: {web.feed.boot}-{after}"
        head = ("GET /events HTTP/1.1", web.host, web.cookie, last, "", "")
        writer.write("\r\n".join(head).encode())
        while after < until and (line := await reader.readline()):
            assert b"reload" not in line, "who reads in time is never left behind"
            if line.startswith(b"data: ["):
                count = len(json.loads(line[6:]))
                seen += range(after + 1, after + count + 1)
                after += count
        writer.close()
    return seen


def test_fifty_watch_and_one_never_reads() -> None:
    async def scene(web: Served) -> None:
        run = big_run(3, 300 + EVENTS)
        start = web.feed.newest
        _, slow = await asyncio.open_connection("127.0.0.1", web.port)
        after = f"GET /events?after={web.feed.boot}-0 HTTP/1.1"
        slow.write("\r\n".join((after, web.host, web.cookie, "", "")).encode())
        end = start + EVENTS
        watchers = [
            asyncio.create_task(watch(web, end, after=start)) for _ in range(WATCHERS)
        ]
        for at, record in enumerate(run.records[300:]):
            web.feed.take(record)  # returns at once, whoever reads or not
            if at % 100 == 99:
                await asyncio.sleep(0.06)
        for seen in await asyncio.gather(*watchers):
            assert seen == list(range(start + 1, end + 1))
        assert len(web.feed.chunks) <= IN_MEMORY
        slow.close()

    play(scene)


def test_who_was_away_for_too_long_loads_anew() -> None:
    async def scene(web: Served) -> None:
        for record in big_run(3, (IN_MEMORY + 2) * CHUNK).records[300:]:
            web.feed.take(record)
        for asked in (f"{web.feed.boot}-10", "another-10", "x"):
            reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
            line = f"GET /events?after={asked} HTTP/1.1"
            writer.write("\r\n".join((line, web.host, web.cookie, "", "")).encode())
            assert b"event: reload" in await reader.read()
            writer.close()

    play(scene)

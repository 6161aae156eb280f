"""The feed of a live page: numbered, complete, and bounded in memory."""

import asyncio
import json

from labctl.lab.runs import load
from labctl.pictures.entries import Entries
from labctl.story.world import new_world
from labctl.web.feed import CHUNK, IN_MEMORY, Feed
from tests.unit.pictures.generated import big_run
from tests.unit.pictures.test_pictures import RUNS


def fed(events: int) -> Feed:
    run = big_run(3, events)
    feed = Feed("x", run.voters, run.observers)
    for record in run.records:
        feed.take(record)
    return feed


def test_the_live_page_gets_what_the_exported_one_holds() -> None:
    run = load(RUNS / "pictures-snap.jsonl.gz")
    feed = Feed("x", run.voters, run.observers)
    for record in run.records:
        feed.take(record)
    whole = Entries(new_world(run.voters, run.observers))
    held = json.loads(json.dumps([whole.take(record) for record in run.records]))
    entries = feed.since(0)
    assert entries is not None
    assert [json.loads(entry) for entry in entries] == held
    feed.close()


def test_memory_is_bounded_and_what_is_earlier_is_loaded_on_demand() -> None:
    events = (IN_MEMORY + 3) * CHUNK
    feed = fed(events)
    assert len(feed.chunks) == IN_MEMORY
    assert feed.since(0) is None
    assert feed.since(events) == []
    before, seen = events + 1, 0
    while (text := feed.window(before)) is not None:
        window = json.loads(text)
        assert window["before"] + len(window["entries"]) == before - 1
        seen, before = seen + len(window["entries"]), window["before"] + 1
    assert seen == events
    feed.close()


def test_a_window_begins_with_the_whole_scene() -> None:
    run = big_run(3, 3 * CHUNK)
    feed = fed(3 * CHUNK)
    entries = Entries(new_world(run.voters, run.observers))
    for record in run.records[:CHUNK]:
        entries.take(record)
    window = json.loads(feed.window() or "")
    assert window["before"] == CHUNK
    assert window["scene"] == json.loads(json.dumps(entries.frames.shown))
    feed.close()


def test_who_waits_learns_of_what_is_new() -> None:
    async def scene() -> list[str] | None:
        run = big_run(3, 20)
        feed = Feed("x", run.voters, run.observers)
        seen = feed.version
        waits = asyncio.create_task(feed.changed(seen))
        await asyncio.sleep(0)
        feed.take(run.records[0])
        await waits
        feed.close()
        return feed.since(0)

    assert len(asyncio.run(scene()) or []) == 1

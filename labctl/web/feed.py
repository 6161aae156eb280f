"""Everything that was published of a lab, as the page takes it, in bounded memory.

Entries are numbered from 1 and kept in chunks.  The newest chunks are in memory,
older ones in a temporary file.  A watcher holds nothing but the number of the last
entry that it has, so a slow one costs nothing: when that entry is no longer in
memory, it is asked to load the page's window anew.
"""

import asyncio
import json
import secrets
from collections import deque
from tempfile import SpooledTemporaryFile
from typing import Any

from labctl.pictures.entries import Entries
from labctl.pictures.html import diagram, rows
from labctl.pictures.spacetime import layout, whole
from labctl.story.recording.run import Run
from labctl.story.world import LabWorld, new_world
from node.events import Record

CHUNK = 500  # entries
IN_MEMORY = 4  # chunks
_CAUSES = 2_000  # records in which a cause is looked for


class Chunk:
    """Some entries in a row, and how everything was before them."""

    def __init__(self, before: int, scene: str, world: LabWorld) -> None:
        """Begin after entry `before`."""
        self.before = before
        self.scene = scene
        self.world = world
        self.entries: list[str] = []
        self.records: list[Record] = []

    def text(self, boot: str) -> str:
        """Return the chunk as the page loads it."""
        head = json.dumps({"boot": boot, "before": self.before})[:-1]
        return f'{head}, "scene": {self.scene}, "entries": [{",".join(self.entries)}]}}'


class Feed:
    """Takes records; gives entries, windows and pictures.  For one event loop."""

    def __init__(
        self, name: str, voters: tuple[int, ...], observers: tuple[int, ...]
    ) -> None:
        """Begin before the first record."""
        self.name = name
        self.voters = voters
        self.observers = observers
        self.boot = secrets.token_hex(4)  # numbers of another boot mean nothing here
        world = new_world(voters, observers)
        self.entries = Entries(world, kept=_CAUSES)
        self.chunks: deque[Chunk] = deque([Chunk(0, "{}", world)])
        self.file = SpooledTemporaryFile(max_size=1 << 16)  # noqa: SIM115
        self.places: list[tuple[int, int]] = []  # of older chunks: offset, bytes
        self.waiting = ""  # what step mode holds back, as JSON
        self.over = False  # the lab is gone
        self.version = 0
        self.news = asyncio.Event()
        self.drawn: tuple[tuple[int, str], str] = ((0, ""), "")

    @property
    def newest(self) -> int:
        """The number of the newest entry."""
        return self.entries.number

    def take(self, record: Record) -> None:
        """Take the next record."""
        chunk = self.chunks[-1]
        if len(chunk.entries) == CHUNK:
            scene = _dense(self.entries.frames.shown)
            chunk = Chunk(self.newest, scene, self.entries.world)
            self.chunks.append(chunk)
            self._put_away()
        chunk.entries.append(_dense(self.entries.take(record)))
        chunk.records.append(record)
        self._notify()

    def close(self) -> None:
        """Forget what is in the file."""
        self.file.close()

    def set_waiting(self, waiting: Any) -> None:
        """Take note of what step mode holds back."""
        text = _dense(waiting)
        if text != self.waiting:
            self.waiting = text
            self._notify()

    def end(self) -> None:
        """Take note that the lab is gone."""
        self.over = True
        self._notify()

    def since(self, number: int) -> list[str] | None:
        """Return the entries after this one; None if they are not in memory."""
        if not self.chunks[0].before <= number <= self.newest:
            return None
        found: list[str] = []
        for chunk in self.chunks:
            found += chunk.entries[max(0, number - chunk.before) :]
        return found

    def window(self, before: int = 0) -> str | None:
        """Return the chunk that ends before this entry; 0: the newest, of some size."""
        if not before:
            return _joined([*self.chunks][-2:]).text(self.boot)
        index = (before - 2) // CHUNK
        if index < 0 or before - 1 > self.newest:
            return None
        if index < len(self.places):
            offset, size = self.places[index]
            self.file.seek(offset)
            return self.file.read(size).decode()
        return self.chunks[index - len(self.places)].text(self.boot)

    def rows(self) -> str:
        """Return the rows of the log comparison."""
        return _dense(rows(self.entries.rows))

    def diagram(self, lang: str) -> str:
        """Return the space-time diagram of the newest entries."""
        key = (self.newest, lang)
        if self.drawn[0] != key:
            chunk = _joined([*self.chunks][-2:])
            run = Run(
                *(self.name, tuple(chunk.records), self.voters, self.observers),
                before=chunk.world,
            )
            made = diagram(layout(run, whole(run)), lang, chunk.before)
            self.drawn = (key, _dense(made))
        return self.drawn[1]

    def _put_away(self) -> None:
        while len(self.chunks) > IN_MEMORY:
            data = self.chunks.popleft().text(self.boot).encode()
            offset = self.file.seek(0, 2)
            self.file.write(data)
            self.places.append((offset, len(data)))

    def _notify(self) -> None:
        self.version += 1
        self.news.set()
        self.news = asyncio.Event()

    async def changed(self, seen: int) -> int:
        """Wait until there is something after version `seen`; return the version."""
        while self.version == seen:
            await self.news.wait()
        return self.version


def _joined(chunks: list[Chunk]) -> Chunk:
    found = Chunk(chunks[0].before, chunks[0].scene, chunks[0].world)
    for chunk in chunks:
        found.entries += chunk.entries
        found.records += chunk.records
    return found


def _dense(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

"""The page and what it asks for: its window, its events, its pictures, its commands."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

from labctl.pictures.html import ensemble, page
from labctl.web.commands import Commands, asked
from labctl.web.feed import Feed
from labctl.web.guard import Guard, Request, target_parts
from labctl.web.http import Answer, HttpRequest, Stream, plain
from labctl.words.phrase import LANGUAGES, Phrase, text

GATHER_S = 0.05  # what comes within that goes out together
BEAT_S = 15.0  # a sign of life, so that a reader who has gone is noticed
_BATCH = 200  # entries in one event


class Site:
    """Answers the requests of one lab's page."""

    def __init__(
        self, feed: Feed, guard: Guard, lang: str, commands: Commands | None
    ) -> None:
        """Serve this feed; `commands` is None when watching is all that is allowed."""
        self.feed = feed
        self.guard = guard
        self.lang = lang
        self.commands = commands
        self.watchers = 0

    async def respond(self, request: HttpRequest) -> Answer | Stream:
        """Return the answer to one request."""
        headers = request.headers
        who = Request(
            request.method,
            request.target,
            headers.get("host", ""),
            headers.get("origin", ""),
            headers.get("cookie", ""),
        )
        if refused := self.guard.refusal(who):
            return plain(*refused)
        path, given = target_parts(request.target)
        if request.method == "POST" and path == "/do":
            return await self._do(request.body)
        if request.method != "GET":
            return plain(405, "GET, or POST /do")
        if path == "/" and self.guard.brings_token(who):
            cookie = f"{self.guard.cookie}={self.guard.token}"
            cookie += "; Path=/; HttpOnly; SameSite=Lax"
            more = [("Location", "/"), ("Set-Cookie", cookie)]
            return Answer(303, "text/plain", b"", more)
        if path == "/events":
            after = headers.get("last-event-id") or given.get("after", "")
            return Stream(self._events(after))
        return self._get(path, given)

    def _get(self, path: str, given: dict[str, str]) -> Answer:
        feed = self.feed
        lang = given.get("lang", self.lang)
        if path == "/":
            return Answer(200, "text/html; charset=utf-8", self._page().encode())
        makers: dict[str, Callable[[], str | None]] = {
            "/window": lambda: feed.window(_number(given.get("before", "0"))),
            "/rows": feed.rows,
            "/diagram": lambda: feed.diagram(lang) if lang in LANGUAGES else None,
        }
        found = makers[path]() if path in makers else None
        if found is None:
            return plain(404, "there is no such thing")
        return Answer(200, "application/json", found.encode())

    def _page(self) -> str:
        feed = self.feed
        title = text(Phrase("page.title.live", {"name": feed.name}), self.lang)
        document = {
            **ensemble(feed.name, feed.voters, feed.observers),
            "lang": self.lang,
            "live": True,
            "hands": self.commands is not None,
            "suffix": "" if feed.name == "default" else f" --lab {feed.name}",
        }
        return page(document, title, self.lang)

    async def _do(self, body: bytes) -> Answer:
        if self.commands is None:
            return plain(403, "this page only watches")
        command = asked(body)
        if command is None:
            return plain(400, "no command that a page may give")
        try:
            done = await self.commands.run(command)
        except TimeoutError:
            return plain(504, "it took too long")
        return Answer(200, "application/json", json.dumps(done._asdict()).encode())

    async def _events(self, after: str) -> AsyncIterator[bytes]:
        """Yield what comes after an entry, as server-sent events, until the end."""
        feed = self.feed
        boot, _, number = after.partition("-")
        at = _number(number) if boot == feed.boot else -1
        seen, waiting = -1, ""
        self.watchers += 1
        try:
            while True:
                found = feed.since(at)
                if found is None:
                    yield _event("reload", "{}")
                    return
                for first in range(0, len(found), _BATCH):
                    part = found[first : first + _BATCH]
                    at += len(part)
                    yield _event("", f"[{','.join(part)}]", f"{feed.boot}-{at}")
                if feed.waiting != waiting:
                    waiting = feed.waiting
                    yield _event("waiting", waiting)
                if feed.over:
                    yield _event("over", "{}")
                    return
                try:
                    async with asyncio.timeout(BEAT_S):
                        seen = await feed.changed(seen)
                except TimeoutError:
                    yield b":\n\n"
                await asyncio.sleep(GATHER_S)
        finally:
            self.watchers -= 1


def _event(name: str, data: str, id_: str = "") -> bytes:
    lines = [f"event: {name}\n"] if name else []
    lines += [f"id: {id_}\n"] if id_ else []
    return "".join((*lines, f"data: {data}\n\n")).encode()


def _number(word: str) -> int:
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 12 else -1

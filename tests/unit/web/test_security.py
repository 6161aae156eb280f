"""The live page's server against strangers: names, origins, tokens, floods."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from labctl.web.commands import Commands
from labctl.web.feed import Feed
from labctl.web.guard import FILE, Guard, Request, token_of
from labctl.web.http import CONNECTIONS_MAX, HttpServer
from labctl.web.site import Site
from tests.unit.pictures.generated import big_run

TOKEN = "s3cret"
PATIENCE_S = 60.0
Scene = Callable[["Served"], Awaitable[None]]


class Served:
    """A server on a port of its own, and the feed behind it."""

    def __init__(self, server: HttpServer, feed: Feed, port: int) -> None:
        self.server = server
        self.feed = feed
        self.port = port

    @property
    def cookie(self) -> str:
        return f"Cookie: quorumlab-{self.port}={TOKEN}"

    async def ask(self, line: str, *headers: str, body: bytes = b"") -> bytes:
        """Send one request, with our Host unless another is given."""
        own = () if any(h.startswith("Host:") for h in headers) else (self.host,)
        size = (f"Content-Length: {len(body)}",) if body else ()
        head = "\r\n".join((f"{line} HTTP/1.1", *own, *size, *headers, "", ""))
        return await self.send(head.encode() + body)

    @property
    def host(self) -> str:
        return f"Host: 127.0.0.1:{self.port}"

    async def send(self, data: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(data)
            return await reader.readuntil(b"\r\n\r\n")
        except (ConnectionError, asyncio.IncompleteReadError):
            return b""
        finally:
            writer.close()


@asynccontextmanager
async def serving(*, hands: bool = False) -> AsyncIterator[Served]:
    run = big_run(3, 300)
    feed = Feed("x", run.voters, run.observers)
    for record in run.records:
        feed.take(record)
    guard = Guard(TOKEN, 0, exposed=False)
    server = HttpServer(
        Site(feed, guard, "en", Commands("x") if hands else None).respond
    )
    await server.listen("127.0.0.1", 0)
    assert server.server is not None
    port = server.server.sockets[0].getsockname()[1]
    guard.use_port(port)
    try:
        yield Served(server, feed, port)
    finally:
        await server.close()
        feed.close()


def play(scene: Scene, *, hands: bool = False) -> None:
    unhandled: list[object] = []

    async def whole() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, what: unhandled.append(what))
        async with asyncio.timeout(PATIENCE_S), serving(hands=hands) as served:
            await scene(served)

    asyncio.run(whole())
    assert unhandled == [], "no stranger makes the terminal show a traceback"


def status(answer: bytes) -> int:
    return int(answer.split(b" ")[1]) if answer else 0


def test_only_the_link_or_its_cookie_opens_the_page() -> None:
    async def scene(web: Served) -> None:
        assert status(await web.ask("GET /")) == 403
        assert status(await web.ask("GET /?token=wrong")) == 403
        for path in ("/", "/window", "/rows", "/diagram", "/events?after=x-0"):
            assert status(await web.ask(f"GET {path}")) == 403
            assert status(await web.ask(f"GET {path}", web.cookie + "x")) == 403
            assert status(await web.ask(f"GET {path}", web.cookie)) == 200
        opened = await web.ask(f"GET /?token={TOKEN}")
        assert status(opened) == 303
        assert b"HttpOnly; SameSite=Lax" in opened

    play(scene)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "192.0.2.1:{port}", ""]
)
def test_a_foreign_host_is_refused(host: str) -> None:
    async def scene(web: Served) -> None:
        name = f"Host: {host.format(port=web.port)}"
        assert status(await web.ask("GET /", name, web.cookie)) == 421

    play(scene)


def test_a_foreign_origin_neither_reads_nor_acts() -> None:
    async def scene(web: Served) -> None:
        own = f"Origin: http://127.0.0.1:{web.port}"
        for origin in ("http://evil.example", "null", "http://127.0.0.1:1"):
            foreign = f"Origin: {origin}"
            assert status(await web.ask("GET /window", web.cookie, foreign)) == 403
            answer = await web.ask("POST /do", web.cookie, foreign, body=b"{}")
            assert status(answer) == 403
        assert status(await web.ask("POST /do", web.cookie, body=b"{}")) == 403
        assert status(await web.ask("POST /do", own, body=b"{}")) == 403
        assert status(await web.ask("POST /do", web.cookie, own, body=b"{}")) == 400

    play(scene, hands=True)


def test_a_page_that_only_watches_does_nothing() -> None:
    async def scene(web: Served) -> None:
        own = f"Origin: http://127.0.0.1:{web.port}"
        body = b'{"words": ["kill", "2"], "lang": "en"}'
        assert status(await web.ask("POST /do", web.cookie, own, body=body)) == 403

    play(scene)


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd",
        "/%2e%2e/web-token",
        "//etc/passwd",
        "/web-token",
        "/page.js",
    ],
)
def test_there_are_no_files(path: str) -> None:
    async def scene(web: Served) -> None:
        assert status(await web.ask(f"GET {path}", web.cookie)) == 404

    play(scene)


def test_ten_megabytes_of_headers_are_refused_unread() -> None:
    async def scene(web: Served) -> None:
        flood = b"GET / HTTP/1.1\r\nX: " + b"x" * (10 << 20)
        assert status(await web.send(flood)) in (0, 431)
        assert status(await web.ask("GET /", web.cookie)) == 200

    play(scene)


def test_a_body_is_short() -> None:
    async def scene(web: Served) -> None:
        body = b"x" * 100_000
        assert status(await web.ask("POST /do", web.cookie, body=body)) in (0, 413)

    play(scene)


def test_a_thousand_idle_connections_shut_nobody_out() -> None:
    async def scene(web: Served) -> None:
        idle = [
            await asyncio.open_connection("127.0.0.1", web.port) for _ in range(1000)
        ]
        assert status(await web.ask("GET /", web.cookie)) == 200
        assert len(web.server.open) <= CONNECTIONS_MAX
        for _, writer in idle:
            writer.close()

    play(scene)


@pytest.mark.parametrize(
    ("line", "header", "refused"),
    [
        ("GET //[", "", 403),
        ("GET http://[", "", 403),
        ("GET /?token=%ff%00&token", "", 403),
        ("GET /", f"Host: 127.0.0.1:{'9' * 5000}", 421),
        ("GET /", "Host: 127.0.0.1:\u0663".encode().decode("latin-1"), 421),
        ("GET /", "Cookie: =;;,", 403),
    ],
)
def test_what_is_no_address_is_refused(line: str, header: str, refused: int) -> None:
    async def scene(web: Served) -> None:
        more = (header,) if header else ()
        assert status(await web.ask(line, *more)) == refused
        assert status(await web.ask("GET /", web.cookie)) == 200

    play(scene)


def test_a_deep_body_is_no_command() -> None:
    async def scene(web: Served) -> None:
        own = f"Origin: http://127.0.0.1:{web.port}"
        answer = await web.ask("POST /do", web.cookie, own, body=b"[" * 4000)
        assert status(answer) == 400

    play(scene, hands=True)


def test_the_server_ends_quietly_while_somebody_watches() -> None:
    async def scene(web: Served) -> None:
        reader, watcher = await asyncio.open_connection("127.0.0.1", web.port)
        line = f"GET /events?after={web.feed.boot}-0 HTTP/1.1"
        watcher.write("\r\n".join((line, web.host, web.cookie, "", "")).encode())
        await reader.readuntil(b"data: ")
        _, idle = await asyncio.open_connection("127.0.0.1", web.port)
        assert status(await web.ask("GET /", web.cookie)) == 200  # both are known now
        assert len(web.server.tasks) >= 2
        await web.server.close()
        assert web.server.tasks == set()
        for writer in (watcher, idle):
            writer.close()

    play(scene)


def test_no_token_is_no_key() -> None:
    nobody = Guard("", 80, exposed=False)
    for target in ("/", "/?token="):
        asked = Request("GET", target, "localhost", "", f"{nobody.cookie}=")
        assert nobody.refusal(asked) is not None


def test_a_token_is_made_once_and_never_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        token_of(tmp_path)
    monkeypatch.undo()
    made = token_of(tmp_path)
    assert len(made) == 32
    assert token_of(tmp_path) == made
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt

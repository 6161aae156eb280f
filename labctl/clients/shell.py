"""`labctl sh`: one session, line after line, for a person or a pipe.

The client lives in a thread with a loop of its own, so that its session goes on
while a person thinks; this thread waits for the next line.
"""

import asyncio
import contextlib
import sys
import threading
from collections.abc import Coroutine, Iterator, Sequence
from typing import Any, TypeVar

from labctl.clients.client import Client
from labctl.clients.endpoints import (
    addresses,
    answered,
    dead,
    in_time,
    note,
    ports,
    reachable,
)
from labctl.clients.execute import place, sentence
from labctl.clients.grammar import understand
from labctl.clients.history import Event, History
from labctl.errors import ASKED_FALSE, DONE, LabError
from labctl.lab.home import home
from labctl.lab.lab import Lab
from labctl.words.phrase import Phrase

T = TypeVar("T")
_SESSION_MS = 30_000
_EVENTS = {1: "created", 2: "deleted", 3: "changed", 4: "children"}


class _Loop:
    """An event loop in a thread of its own."""

    def __enter__(self) -> "_Loop":
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(2)
        self.loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what the coroutine returns over there."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()


def shell(lab: Lab, node: str | None) -> int:
    """Read lines until the end; exit 1 if one of them failed."""
    sids = reachable(lab, node)
    person = sys.stdin.isatty() and lab.screen.out.is_terminal
    with _Loop() as loop:
        client = loop.run(_open(lab, sids))
        client.on_event = lambda event: _fired(lab, event)
        sid = ports(lab).get(client.endpoint, 0)
        if person:
            facts = {"node": sid, "timeout": client.timeout_ms}
            lab.screen.say(Phrase("data.sh.hello", facts))
        try:
            lines = _typed(f"n{sid}> ") if person else _piped()
            done = [_one(lab, loop, client, line) for line in lines]
        finally:
            loop.run(client.leave())
    return DONE if all(done) else ASKED_FALSE


async def _open(lab: Lab, sids: Sequence[int]) -> Client:
    client = Client(0, addresses(lab, sids), History(), _SESSION_MS, dead(lab))
    await in_time(client.join(), sids)
    return client


def _one(lab: Lab, loop: _Loop, client: Client, line: str) -> bool:
    if line == "help":
        lab.screen.say(Phrase("data.sh.help"))
        return True
    try:
        command = understand(line)
        answer = loop.run(answered(lab, client, command, "sh"))
    except LabError as error:
        lab.screen.fail(error)
        return False
    note(lab, answer, "sh")
    lab.screen.say(sentence(answer))
    if answer.command.writes:
        lab.screen.say(place(answer))
    lab.screen.pipe.flush()
    return answer.ok


def _fired(lab: Lab, event: Event) -> None:
    what = Phrase(f"data.event.{_EVENTS.get(event.kind, 'changed')}")
    lab.screen.say(Phrase("data.event", {"path": event.path, "what": what}))
    lab.screen.pipe.flush()


def _piped() -> Iterator[str]:
    for raw in sys.stdin:
        line = raw.strip()
        if line in ("quit", "exit"):
            return
        if line and not line.startswith("#"):
            yield line


def _typed(prompt: str) -> Iterator[str]:
    """Lines of a person, with history; Ctrl-C drops a line, Ctrl-D ends."""
    with _history():
        while True:
            try:
                line = input(prompt).strip()
            except KeyboardInterrupt:
                sys.stdout.write("\n")
                continue
            except EOFError:
                sys.stdout.write("\n")
                return
            if line in ("quit", "exit"):
                return
            if line:
                yield line


@contextlib.contextmanager
def _history() -> Iterator[None]:
    """Keep what was typed, where the platform has readline."""
    try:
        import readline
    except ImportError:
        yield
        return
    path = home() / "sh_history"
    with contextlib.suppress(OSError):
        readline.read_history_file(path)
    readline.set_history_length(1000)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            readline.write_history_file(path)

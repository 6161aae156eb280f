"""`labctl recipe lock`: a lock made badly and made well, and what each costs.

Badly: everybody watches the one lock, and its release wakes all of them: a herd.
Well: everybody takes a number and watches the one before; a release wakes one.
Each holder keeps the lock until all the others wait, so that counting is fair.
"""

import asyncio
import secrets
from typing import NamedTuple

from labctl.clients.client import Client
from labctl.clients.endpoints import addresses, chosen, in_time
from labctl.clients.history import Event, History
from labctl.errors import BROKEN, DONE
from labctl.lab.lab import Lab
from labctl.story.lab_events import RecipeDone
from labctl.words.phrase import Phrase
from node.wire.client import Err

_EPHEMERAL, _IN_A_ROW = 1, 3
_SESSION_MS = 20_000
_SETTLE_S = 0.03  # for notifications that are on their way
_POLL_S = 0.005
_BARS_MAX = 12
_BAR_CELLS = 40


class Cost(NamedTuple):
    """What one round, in which each client held the lock once, has cost."""

    woken: tuple[int, ...]  # notifications after each release
    requests: int  # of all clients
    most_inside: int  # holders at one time; more than one breaks the promise


class _Round:
    """All clients, each of whom wants the lock once."""

    def __init__(self, lab: Lab, count: int) -> None:
        self.history = History()
        endpoints = addresses(lab, chosen(lab, None))
        self.clients = [
            Client(n, [endpoints[n % len(endpoints)]], self.history, _SESSION_MS)
            for n in range(count)
        ]
        self.root = f"/lock-{secrets.token_hex(3)}"
        self.bells: dict[int, asyncio.Event] = {}  # set by a notification
        self.asleep: set[int] = set()  # whose watch stands
        self.left = count  # who has not had it yet
        self.inside = self.most_inside = 0
        self.woken: list[int] = []
        self.notified = 0
        for client in self.clients:
            client.on_event = self._hear

    async def run(self, *, good: bool) -> Cost:
        """Let everybody have the lock once."""
        try:
            await asyncio.gather(*(client.join() for client in self.clients))
            await self.clients[0].call("create", self.root)
            turn = self._well if good else self._badly
            await asyncio.gather(*map(turn, self.clients))
            await self.clients[0].call("delete", self.root)
        finally:
            await asyncio.gather(*(client.leave() for client in self.clients))
        requests = sum(call.kind != "ping" for call in self.history.calls)
        return Cost(tuple(self.woken), requests, self.most_inside)

    def _hear(self, event: Event) -> None:
        self.notified += 1
        self.asleep.discard(event.client)
        if event.client in self.bells:
            self.bells.pop(event.client).set()

    async def _badly(self, client: Client) -> None:
        path = f"{self.root}/lock"
        while True:
            made = await client.call("create", path, flags=_EPHEMERAL)
            if not made.err:
                break
            await self._wait_for(client, path)
        await self._hold(client, path)

    async def _well(self, client: Client) -> None:
        made = await client.call("create", f"{self.root}/n-", flags=_IN_A_ROW)
        mine = (made.value or "").rpartition("/")[2]
        while True:
            names = (await client.call("children", self.root)).names
            before = [name for name in sorted(names) if name < mine]
            if not before:
                break
            await self._wait_for(client, f"{self.root}/{before[-1]}")
        await self._hold(client, f"{self.root}/{mine}")

    async def _wait_for(self, client: Client, path: str) -> None:
        """Wait until the znode goes; getData leaves no watch on what is not there."""
        gone = self.bells[client.number] = asyncio.Event()
        seen = await client.call("get", path, watch=True)
        if seen.err == Err.NO_NODE:
            self.bells.pop(client.number, None)
            return
        if not gone.is_set():
            self.asleep.add(client.number)
        await gone.wait()

    async def _hold(self, client: Client, path: str) -> None:
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        self.left -= 1
        while len(self.asleep) < self.left:  # noqa: ASYNC110 (two sides change it)
            await asyncio.sleep(_POLL_S)
        await asyncio.sleep(_SETTLE_S)
        if self.woken:
            self.woken[-1] = self.notified - sum(self.woken[:-1])
        self.inside -= 1
        self.woken.append(0)
        await client.call("delete", path)
        if not self.left:
            await asyncio.sleep(_SETTLE_S)
            self.woken[-1] = self.notified - sum(self.woken[:-1])


def lock(lab: Lab, count: int, *, good: bool) -> int:
    """Run one round and show the herd, or that there is none."""
    screen = lab.screen
    name = "good" if good else "bad"

    async def run() -> Cost:
        return await _Round(lab, count).run(good=good)

    limited = in_time(run(), lab.topology.sids, 15 + count * 0.5)
    cost = asyncio.run(limited)
    sums = cost.woken[0], sum(cost.woken), cost.requests, cost.most_inside
    lab.recorder.record(RecipeDone("lock", name, count, *sums))
    safe = cost.most_inside == 1
    if screen.quiet:
        screen.document({"v": 1, "recipe": "lock", "how": name, **cost._asdict()})
        return DONE if safe else BROKEN
    screen.say(Phrase(f"data.lock.{name}", {"clients": count}))
    for number, woken in enumerate(cost.woken[:_BARS_MAX], 1):
        width = max(1, round(woken / max(count - 1, 1) * _BAR_CELLS)) if woken else 0
        bar = ("#" if screen.ascii else "█") * width
        facts: dict[str, object] = {"n": f"{number:>3}", "bar": bar, "woken": woken}
        screen.say(Phrase("data.lock.release", facts))
    if len(cost.woken) > _BARS_MAX:
        facts = {"more": len(cost.woken) - _BARS_MAX}
        screen.say(Phrase("data.lock.more", facts))
    facts = {"total": sum(cost.woken), "most": max(cost.woken), "clients": count}
    facts |= {"requests": cost.requests}
    screen.say(Phrase(f"data.lock.{name}.sum", facts))
    screen.say(Phrase("data.lock.safe" if safe else "data.lock.unsafe"))
    return DONE if safe else BROKEN

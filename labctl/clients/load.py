"""`labctl load`: clients that write and read through whatever happens.

Everything they do and see goes into a history, which `labctl check history`
judges.  A load works below a znode of its own, so that two do not mix.
"""

import asyncio
import contextlib
import itertools
import json
import secrets
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple, TextIO

from labctl.clients.background import registered
from labctl.clients.client import Client, Lost
from labctl.clients.endpoints import addresses, ports
from labctl.clients.history import READS, Call, History
from labctl.lab.lab import Lab
from labctl.words.phrase import Phrase
from node.wire.client import Err

KEYS = 8
SESSION_MS = 6000
_SAVE_S = 0.25
_GAP_S = 1.0  # without an acknowledged write: a person is told


class LoadPlan(NamedTuple):
    """What load to give."""

    clients: int
    rate: float  # requests a second, all clients together
    reads: int  # percent
    seed: int
    seconds: float  # infinite: until told to end


class LoadSummary(NamedTuple):
    """How the service was, as its clients saw it."""

    seconds: float
    writes: int  # acknowledged
    reads: int
    refused: int  # answered with an error, which is an answer
    unknown: int  # writes that were never answered
    gap_s: float  # the longest time without an acknowledged write
    by_node: dict[int, int]  # answers


class Journal:
    """Writes a history down while it grows."""

    def __init__(self, path: Path, history: History, head: dict[str, object]) -> None:
        """Begin the file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.history = history
        self.file: TextIO = path.open("w", encoding="utf-8")
        self.file.write(json.dumps({"load": head}) + "\n")
        self.calls = self.events = 0

    def save(self) -> None:
        """Write what is new."""
        lines = self.history.lines(self.calls, self.events)
        self.calls, self.events = len(self.history.calls), len(self.history.events)
        self.file.writelines(lines)
        self.file.flush()

    def close(self) -> None:
        """Mark the history as complete, and close it."""
        self.save()
        self.file.write(json.dumps({"end": time.time()}) + "\n")
        self.file.close()


def load(lab: Lab, plan: LoadPlan) -> LoadSummary:
    """Give the load; return how the service was."""
    name = f"{time.strftime('%H%M%S')}-{secrets.token_hex(2)}"
    history = History()
    path = lab.folder / "histories" / f"load-{name}.jsonl"
    root = f"/load-{name}"
    journal = Journal(path, history, {"root": root, **plan._asdict()})
    facts = {"clients": plan.clients, "rate": f"{plan.rate:g}", "root": root}
    facts |= {"reads": plan.reads, "writes": 100 - plan.reads, "seed": plan.seed}
    lab.screen.say(Phrase("data.load.plan", facts))
    began = time.monotonic()
    with registered(lab.folder, "load", root) as file:
        run = _Run(lab, plan, history, root, file.exists)
        try:
            asyncio.run(run.all(journal.save))
        finally:
            journal.close()
    return summary(history, time.monotonic() - began, ports(lab))


def summary(history: History, seconds: float, nodes: dict[int, int]) -> LoadSummary:
    """Count what the clients saw."""
    answered = [c for c in history.calls if c.returned is not None and c.kind != "ping"]
    moments = sorted(call.returned or 0.0 for call in history.acknowledged)
    gaps = [b - a for a, b in itertools.pairwise(moments)]
    return LoadSummary(
        seconds,
        len(history.acknowledged),
        sum(call.kind in READS for call in answered),
        sum(call.err != Err.OK for call in answered),
        len(history.unknown),
        max(gaps, default=0.0),
        dict(sorted(Counter(nodes.get(call.endpoint, 0) for call in answered).items())),
    )


class _Run:
    """All clients at work."""

    def __init__(
        self,
        lab: Lab,
        plan: LoadPlan,
        history: History,
        root: str,
        wanted: Callable[[], bool],
    ) -> None:
        self.lab = lab
        self.plan = plan
        self.history = history
        self.root = root
        self.wanted = wanted  # false once somebody removed our file
        self.over = asyncio.Event()
        self.last_ack = 0.0
        self.seen = 0  # calls looked through for acknowledged writes
        self.silent = False

    async def all(self, save: Callable[[], None]) -> None:
        """Work until time is up, or Ctrl-C, or our file is gone."""
        loop = asyncio.get_running_loop()
        for stop in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):
                loop.add_signal_handler(stop, self.over.set)
        endpoints = addresses(self.lab, self.lab.topology.sids)
        clients = []
        for number in range(self.plan.clients):
            at = number % len(endpoints)
            mine = endpoints[at:] + endpoints[:at]
            clients.append(Client(number, mine, self.history, SESSION_MS))
        work = asyncio.create_task(self._work(clients))
        end = time.monotonic() + self.plan.seconds
        self.last_ack = time.monotonic()
        while not self.over.is_set() and not work.done():
            if time.monotonic() > end or not self.wanted():
                break
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.over.wait(), _SAVE_S)
            save()
            self._watch_for_gaps()
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
        await asyncio.gather(*(client.leave() for client in clients))

    async def _work(self, clients: list[Client]) -> None:
        await self._prepare(clients[0])
        await asyncio.gather(*map(self._client, clients))

    async def _prepare(self, client: Client) -> None:
        """Make the znodes; a lost answer is asked again."""
        for path in (self.root, *map(self._key, range(KEYS))):
            while True:
                with contextlib.suppress(Lost):
                    await client.call("create", path, data="0")
                    break

    async def _client(self, client: Client) -> None:
        dice = Random(f"{self.plan.seed}/{client.number}")
        each_s = self.plan.clients / self.plan.rate
        due = time.monotonic() + dice.random() * each_s
        count = 0
        while True:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            due = max(due + each_s, time.monotonic())
            count += 1
            with contextlib.suppress(Lost):
                await self._one(client, dice, f"{client.number}.{count}")

    async def _one(self, client: Client, dice: Random, data: str) -> None:
        path = self._key(dice.randrange(KEYS))
        if dice.randrange(100) < self.plan.reads:
            if dice.randrange(4):
                await client.call("get", path)
            else:
                await self._fresh(client, "sync", path)
            return
        match dice.randrange(12):
            case 0 | 1 | 2:
                await client.call("create", path, data=data)
            case 3:
                await client.call("delete", path)
            case 4 | 5:
                seen = await client.call("get", path)
                version = seen.stat.version if seen.stat else -1
                await client.call("set", path, data=data, version=version)
            case 6 | 7:
                await self._fresh(client, "set", path, data=data)
            case _:
                await client.call("set", path, data=data)

    async def _fresh(self, client: Client, kind: str, path: str, **how: object) -> None:
        """A sync or a write, and a read sent right behind it."""
        first = await client.send(kind, path, **how)
        read = await client.send("get", path, behind=client.cxid)
        await asyncio.gather(first, read)

    def _key(self, number: int) -> str:
        return f"{self.root}/k{number}"

    def _watch_for_gaps(self) -> None:
        """Tell when nobody is served any more, and when somebody is again."""
        fresh = self.history.calls[self.seen :]
        self.seen += len(fresh)
        acks = [call.returned for call in fresh if _acknowledged(call)]
        now = time.monotonic()
        if acks:
            newest = max(moment for moment in acks if moment is not None)
            if self.silent:
                gap = f"{min(m for m in acks if m is not None) - self.last_ack:.1f}"
                self.lab.screen.say(Phrase("data.load.again", {"gap": gap}))
            self.silent, self.last_ack = False, newest
        elif now - self.last_ack > _GAP_S and not self.silent:
            self.silent = True
            self.lab.screen.say(Phrase("data.load.silent", {"gap": f"{_GAP_S:g}"}))
        self.lab.screen.pipe.flush()


def _acknowledged(call: Call) -> bool:
    return (
        call.kind in ("create", "set", "delete")
        and call.returned is not None
        and not call.err
    )

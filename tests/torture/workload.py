"""Clients at work in a thread of their own, while a test breaks the servers.

Each chooses from its own seeded dice: writes and conditional writes on shared
znodes, sequential and ephemeral children, reads with and without watches, reads
sent right behind a write.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

from labctl.clients.client import Client, Lost
from labctl.clients.history import Call, History
from tests.e2e.ensemble import LOOPBACK, Ensemble
from tests.waiting import wait_for

T = TypeVar("T")
KEYS = 40
QUEUES = 3
QUEUE_MAX = 12  # children of one client in one queue
INSIST_S = 0.1  # between two writes that are not waited for
PAUSE_S = 0.002  # between two requests of a client: the checkers must keep up


Address = tuple[str, int]  # where a server takes clients


def endpoints(ensemble: Ensemble) -> list[Address]:
    """Return where the servers of an ensemble take clients."""
    return [(LOOPBACK, server.ports.client) for server in ensemble.servers]


class Workload:
    """Some clients for all servers; each further one may be pinned to a few."""

    def __init__(
        self,
        servers: Sequence[Address],
        seed: int,
        writers: int = 4,
        timeout_ms: int = 2000,
    ):
        """Prepare; `with` begins and ends the work."""
        self.history = History()
        self.seed = seed
        self.timeout_ms = timeout_ms
        self.failures: list[BaseException] = []
        everywhere = list(servers)
        self.plans = [
            everywhere[n % len(everywhere) :] + everywhere[: n % len(everywhere)]
            for n in range(writers)
        ]
        self.started = self.ended = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def pin(self, server: Address) -> int:
        """Add a client that knows one server only; return its number.

        It keeps asking for writes while others of its writes are unanswered.
        """
        self.plans.append([server])
        return len(self.plans) - 1

    def __enter__(self) -> "Workload":
        """Begin."""
        self.started = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End, and pass on what went wrong in a client."""
        self._over.set()
        self._thread.join(30)
        self.ended = time.monotonic()
        assert not self._thread.is_alive(), "a client does not come to an end"
        assert not self.failures, self.failures

    @property
    def rate(self) -> float:
        """Acknowledged writes a second, outages included."""
        end = self.ended or time.monotonic()
        return len(self.history.acknowledged) / (end - self.started)

    def acknowledged_after(self, moment: float, *clients: int) -> Call | None:
        """Return the first write asked and acknowledged after a moment, if any."""
        calls = self.history.calls
        for at in range(len(calls) - 1, -1, -1):
            if (calls[at].returned or moment) < moment:
                calls = calls[at:]
                break
        for call in calls:
            if _is_write_since(call, moment) and (
                not clients or call.client in clients
            ):
                return call
        return None

    def wait_acknowledged(self, moment: float, *clients: int) -> Call:
        """Wait for such a write."""
        found = self._wait_for(
            lambda: self.acknowledged_after(moment, *clients), "an acknowledged write"
        )
        assert found is not None
        return found

    def wait_for_more(self, count: int) -> None:
        """Wait until this many more writes were acknowledged, whatever they were."""
        goal = len(self.history.acknowledged) + count
        more = f"{count} more writes"
        self._wait_for(lambda: len(self.history.acknowledged) >= goal, more)

    def _wait_for(self, look: Callable[[], T], what: str) -> T:
        """Wait for that, or until a client has failed."""

        def look_at_both() -> T:
            assert not self.failures, self.failures
            return look()

        return wait_for(look_at_both, what)

    def _run(self) -> None:
        try:
            asyncio.run(self._work())
        except BaseException as error:  # noqa: BLE001 (told to the test's thread)
            self.failures.append(error)

    async def _work(self) -> None:
        clients = [
            Client(number, plan, self.history, self.timeout_ms)
            for number, plan in enumerate(self.plans)
        ]
        works = [
            asyncio.create_task(_Worker(client, Random(f"{self.seed}/{n}")).work())
            for n, client in enumerate(clients)
        ]
        works += [
            asyncio.create_task(_insist(client))
            for client in clients
            if len(client.addresses) == 1
        ]
        ended = asyncio.create_task(asyncio.to_thread(self._over.wait))
        await asyncio.wait([ended, *works], return_when=asyncio.FIRST_COMPLETED)
        for work in works:
            if work.done():
                work.result()  # only a failure ends a worker
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)
        for client in clients:
            await client.close()


def survey(history: History, endpoints: Sequence[Address]) -> None:
    """Read, from each server, every znode that was ever written; put it on record.

    The sync before it makes the session see the newest zxid, so that the witness
    takes no older state for an answer.
    """
    paths = {write.value or write.path for write in history.writes}

    async def read(number: int, endpoint: Address) -> None:
        client = Client(number, [endpoint], history)
        await client.call("sync", "/")
        answers = [await client.send("get", path) for path in sorted(paths)]
        found = await asyncio.gather(*answers)
        assert len(found) == len(paths), "void: not everything was read"
        await client.close()

    async def read_all() -> None:
        for number, endpoint in enumerate(endpoints):
            await read(1000 + number, endpoint)

    asyncio.run(read_all())


class _Worker:
    """What one client does all day."""

    def __init__(self, client: Client, dice: Random) -> None:
        self.client = client
        self.dice = dice
        self.count = 0
        self.versions: dict[str, int] = {}
        self.mine: list[str] = []  # children we made in queues

    async def work(self) -> None:
        """Do one thing after the other, for ever; a lost connection is no end."""
        while True:
            try:
                await self._one()
            except Lost:
                continue
            await asyncio.sleep(PAUSE_S)

    async def _one(self) -> None:
        client, dice = self.client, self.dice
        key = f"/k{dice.randrange(KEYS):02}"
        self.count += 1
        data = f"{client.number}.{self.count}"
        match dice.choices(range(10), (30, 12, 8, 16, 10, 3, 10, 5, 3, 3))[0]:
            case 0:
                await client.call("set", key, data=data)
            case 1:
                version = self.versions.get(key, 0)
                await client.call("set", key, data=data, version=version)
            case 2:
                await client.call("delete", key)
            case 3:
                await client.call("create", key, data=data)
            case 4:
                await self._queue(data)
            case 5:
                await client.call("create", "/e-", data=data, flags=3)
            case 6:
                await self._write_then_read(key, data)
            case 7:
                seen = await client.call("get", key, watch=True)
                if seen.stat:
                    self.versions[key] = seen.stat.version
            case 8:
                await client.call("exists", key, watch=True)
            case _:
                queue = f"/q{dice.randrange(QUEUES)}"
                await client.call("sync", queue)
                await client.call("children", queue, watch=True)

    async def _queue(self, data: str) -> None:
        """Make a child with a number, or take one of ours away."""
        client, queue = self.client, f"/q{self.dice.randrange(QUEUES)}"
        if len(self.mine) > QUEUE_MAX:
            await client.call("delete", self.mine.pop(0))
            return
        made = await client.call("create", f"{queue}/n-", data=data, flags=2)
        if made.err:
            await client.call("create", queue)
        elif made.value:
            self.mine.append(made.value)

    async def _write_then_read(self, key: str, data: str) -> None:
        write = await self.client.send("set", key, data=data)
        behind = self.client.cxid
        read = await self.client.send("get", key, behind=behind)
        await write
        self.versions[key] = seen.version if (seen := (await read).stat) else 0


async def _insist(client: Client) -> None:
    """Ask for one write after the other without waiting for any answer."""
    path, count = f"/p{client.number}", 0
    with contextlib.suppress(Lost):
        await client.call("create", path)
    while True:
        count += 1
        await client.send("set", path, data=f"{client.number}!{count}")
        await asyncio.sleep(INSIST_S)


def _is_write_since(call: Call, moment: float) -> bool:
    return (
        call.kind in ("create", "set", "delete")
        and call.called >= moment
        and call.returned is not None
        and not call.err
    )

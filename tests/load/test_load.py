"""One node under a crowd: everybody is served, and memory has a bound.

Real process, real sockets.  The bounds are generous (machines differ), and each is
far below what the node would hold without its limits; the arithmetic stands
beside each.
"""

import asyncio
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.wire.client import CreateRequest, Op, PathRequest, SetDataRequest
from node.wire.jute import pack
from tests.e2e.ensemble import Ensemble, Server, ours
from tests.load.crowd import Caller, call, call_many, memory_mb, peak_mb
from tests.unit.clients.standalone import OPEN_ACL, request

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

IDLE, BUSY = 1000, 200
BIG = b"x" * 500_000


@pytest.fixture(autouse=True)
def many_files() -> Iterator[None]:
    """Allow as many sockets as the system lets us; the node inherits it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 4096:
        pytest.skip(f"only {hard} open files are allowed here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def node(folder: Path, **settings: object) -> Ensemble:
    """Return one node, started."""
    alone = Ensemble(folder, [ours], settings={"tickTime": 2000, **settings})
    alone[1].start()
    alone.wait_for(lambda: alone[1].mode() == "standalone", "it serves alone")
    return alone


async def make(caller: Caller, path: str, data: bytes = b"") -> None:
    caller.say(request(1, Op.CREATE, pack(CreateRequest(path, data, OPEN_ACL, 0))))
    assert (await caller.hear()).err == 0


def read(xid: int, path: str) -> bytes:
    return request(xid, Op.GET_DATA, pack(PathRequest(path)) + b"\0")


def write(xid: int, path: str, data: bytes) -> bytes:
    return request(xid, Op.SET_DATA, pack(SetDataRequest(path, data, -1)))


def test_a_thousand_idle_sessions_and_two_hundred_busy_ones(tmp_path: Path) -> None:
    async def busy(caller: Caller, number: int) -> int:
        path = f"/busy{number}"
        await make(caller, path)
        answered = 0
        for turn in range(20):
            asked = [write(turn, path, b"%d" % turn), *[read(turn, path)] * 4]
            caller.say(b"".join(asked))
            replies = await caller.hear_all(len(asked))
            assert [(r.xid, r.err) for r in replies] == [(turn, 0)] * len(asked)
            assert all(b"%d" % turn in r.body for r in replies[1:]), "its own write"
            answered += len(asked)
        return answered

    async def crowd(server: Server) -> None:
        first = await call(server)
        before = memory_mb(server)
        idle = await call_many(server, IDLE)
        callers = await call_many(server, BUSY)
        counts = await asyncio.gather(*[busy(c, n) for n, c in enumerate(callers)])
        assert sum(counts) == BUSY * 100
        for caller in idle:
            caller.say(request(-2, Op.PING))
        pongs = await asyncio.gather(*[caller.hear() for caller in idle])
        assert {pong.xid for pong in pongs} == {-2}
        # A session costs a connection, a transport and some table rows: < 40 KiB.
        assert memory_mb(server) - before < 80
        for caller in [*idle, *callers, first]:
            caller.hang_up()

    with node(tmp_path) as alone:
        asyncio.run(crowd(alone[1]))
        one = "zk_num_alive_connections\t1\n"
        alone.wait_for(lambda: one in alone[1].ask("mntr"), "all have gone")


def test_who_never_reads_cannot_fill_the_memory(tmp_path: Path) -> None:
    """30 clients ask for 500 x 500 KB each: 7.5 GB of answers, if they were made."""

    async def crowd(server: Server) -> None:
        first = await call(server)
        await make(first, "/big", BIG)
        before = memory_mb(server)
        deaf = await call_many(server, 30)
        for caller in deaf:
            caller.say(b"".join(read(n, "/big") for n in range(500)))
        for turn in range(50):  # meanwhile others are served
            first.say(write(turn, "/big", BIG) + read(turn, "/big"))
            assert [r.err for r in await first.hear_all(2)] == [0, 0]
        # Each may owe 1 MB in `out`, as much in the transport, and one answer more.
        # The log's window of the last 500 transactions holds 50 x 500 KB.
        assert peak_mb(server) - before < 30 * 4 + 50 + 60
        for caller in [*deaf, first]:
            caller.hang_up()

    with node(tmp_path) as alone:
        asyncio.run(crowd(alone[1]))


def test_slow_readers_get_every_answer_in_the_end(tmp_path: Path) -> None:
    async def slow(caller: Caller) -> list[int]:
        caller.say(b"".join(read(n, "/big") for n in range(40)))
        heard = []
        for _ in range(40):
            await asyncio.sleep(0.01)
            reply = await caller.hear()
            assert len(reply.body) == 4 + len(BIG) + 68
            heard.append(reply.xid)
        return heard

    async def crowd(server: Server) -> None:
        first = await call(server)
        await make(first, "/big", BIG)
        before = memory_mb(server)
        callers = await call_many(server, 10)
        heard = await asyncio.gather(*[slow(caller) for caller in callers])
        assert heard == [list(range(40))] * 10
        assert peak_mb(server) - before < 10 * 4 + 60  # of 200 MB of answers
        for caller in [*callers, first]:
            caller.hang_up()

    with node(tmp_path) as alone:
        asyncio.run(crowd(alone[1]))


def test_more_writes_than_may_be_on_their_way_wait_in_the_sockets(
    tmp_path: Path,
) -> None:
    """40 clients write 200 x 20 KB each at once: 160 MB, of which little is read."""
    clients, writes, data = 40, 200, b"x" * 20_000

    async def flood(caller: Caller, number: int) -> None:
        await make(caller, f"/n{number}")
        caller.say(b"".join(write(n, f"/n{number}", data) for n in range(writes)))
        replies = await caller.hear_all(writes)
        assert [(r.xid, r.err) for r in replies] == [(n, 0) for n in range(writes)]

    async def watch(server: Server, seen: list[int]) -> None:
        while True:
            answer = await asyncio.to_thread(server.ask, "mntr")
            seen += [
                int(line.split("\t")[1])
                for line in answer.splitlines()
                if line.startswith("zk_outstanding_requests")
            ]
            await asyncio.sleep(0.02)

    async def crowd(server: Server) -> None:
        callers = await call_many(server, clients)
        before = memory_mb(server)
        seen: list[int] = []
        watching = asyncio.create_task(watch(server, seen))
        await asyncio.gather(*[flood(c, n) for n, c in enumerate(callers)])
        watching.cancel()
        # One chunk of 256 KiB, 13 requests, from each client that was not full.
        assert max(seen) <= 100 + clients * 14, seen
        assert max(seen) > 0, "nobody was looking while the writes were on their way"
        # Twice what is on its way, and the log's window of 500 transactions.
        assert peak_mb(server) - before < 2 * 12 + 10 + 60
        for caller in callers:
            caller.hang_up()

    with node(tmp_path, globalOutstandingLimit=100) as alone:
        asyncio.run(crowd(alone[1]))


def test_one_host_may_not_take_all_connections(tmp_path: Path) -> None:
    async def crowd(server: Server) -> None:
        callers = await call_many(server, 60)
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await call(server)
        callers[0].say(request(-2, Op.PING))
        assert (await callers[0].hear()).xid == -2
        callers.pop().hang_up()
        while True:
            try:
                callers.append(await call(server))
                break
            except (asyncio.IncompleteReadError, ConnectionError):
                await asyncio.sleep(0.02)  # the server has not yet seen it go
        for caller in callers:
            caller.hang_up()

    with node(tmp_path, maxClientCnxns=60) as alone:
        asyncio.run(crowd(alone[1]))

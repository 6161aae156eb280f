"""Ten thousand sessions: half fall silent and end, to the last one; the rest stay."""

import asyncio
import resource
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from node.wire.client import CreateRequest, Op
from node.wire.jute import pack
from tests.e2e.ensemble import Ensemble, ours
from tests.e2e.kazoos import connected
from tests.load.crowd import Caller, call_many
from tests.torture import figures
from tests.unit.clients.standalone import OPEN_ACL, request

pytestmark = [pytest.mark.torture, pytest.mark.timeout(600)]

STAGE = "many sessions"
AT_ONCE = 1_000
SESSIONS = 10 * AT_ONCE
TIMEOUT_MS = 40_000  # between two rounds of pings, on any machine
FILES = SESSIONS + 1_000
LIMITS = {"tickTime": 2000, "maxSessionTimeout": TIMEOUT_MS}
PING = request(-2, Op.PING)
PATIENCE_S = 300.0


@pytest.fixture(autouse=True)
def many_files() -> Iterator[None]:
    """Allow a socket for each session; the nodes inherit it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < FILES:
        pytest.skip(f"{FILES} open files are needed, {hard} are allowed here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_ten_thousand_sessions_and_only_the_silent_ones_end(tmp_path: Path) -> None:
    with Ensemble(tmp_path, [ours] * 3, settings=LIMITS) as servers:
        servers.start()
        living = asyncio.run(crowd(servers))
        ended = _expired(servers)
        assert len(ended) == len(set(ended)) == SESSIONS - living
        figures.note(STAGE, "sessions that fell silent, and ended", len(ended))
        figures.note(STAGE, "sessions that lived, and stayed", living)


async def crowd(servers: Ensemble) -> int:
    """Open all sessions, keep every second one alive; return how many live."""
    callers: list[Caller] = []
    while len(callers) < SESSIONS:
        server = servers[len(callers) // AT_ONCE % 3 + 1]
        await ping(callers)  # opening them all may take longer than a time-out
        callers += await call_many(server, AT_ONCE, timeout_ms=TIMEOUT_MS)
    for number, caller in enumerate(callers):
        create = CreateRequest(f"/s{number}", b"", OPEN_ACL, 1)
        caller.say(request(1, Op.CREATE, pack(create)))
    made = await asyncio.gather(*[caller.hear() for caller in callers])
    assert {reply.err for reply in made} == {0}
    living = range(0, SESSIONS, 2)
    silent = [caller for number, caller in enumerate(callers) if number % 2]
    closed = asyncio.gather(*[caller.reader.read() for caller in silent])
    async with asyncio.timeout(PATIENCE_S):
        while not closed.done():
            await ping([callers[number] for number in living])
            await asyncio.sleep(0.5)
    assert set(closed.result()) == {b""}, "they were hung up on, without a word"
    await ping([callers[number] for number in living])
    wanted = f"zk_ephemerals_count\t{len(living)}\n"
    for server in servers.servers:
        words = await asyncio.to_thread(server.ask, "mntr")
        assert wanted in words, f"server {server.sid}"
    there = await asyncio.to_thread(_names, servers)
    assert there == {f"s{number}" for number in living}
    for caller in callers:
        caller.hang_up()
    return len(living)


async def ping(callers: Sequence[Caller]) -> None:
    """Let all of these be heard of, and hear that they were."""
    for caller in callers:
        caller.say(PING)
    heard = await asyncio.gather(*[caller.hear() for caller in callers])
    assert {(reply.xid, reply.err) for reply in heard} <= {(-2, 0)}


def _names(servers: Ensemble) -> set[str]:
    """Return the ephemeral znodes, as the leader has them."""
    with connected(servers.leader().address) as client:
        return {name for name in client.get_children("/") if name[0] == "s"}


def _expired(servers: Ensemble) -> list[int]:
    """Return the sessions that a leader said had expired."""
    return [
        event["session"]
        for server in servers.servers
        for event in server.events_named("SessionExpired")
    ]

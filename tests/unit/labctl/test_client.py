"""A client whose server dies under it: what moves on, and what must not."""

import asyncio
import contextlib
import struct
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest

from labctl.clients.client import Client
from labctl.clients.endpoints import answered, dead, in_time
from labctl.clients.execute import CommandAnswer
from labctl.clients.grammar import understand
from labctl.clients.history import History
from labctl.errors import TIMED_OUT, LabError
from labctl.lab.ports import LOOPBACK
from labctl.lab.runtime.base import DOWN, UP
from node.wire.client import ConnectResponse, frame, pack_connect_response

NO_NODE = -101
# A session so long that nothing below is noticed by its time limits; an answer that
# a person waits for in vain is an error of its own.
SESSION_MS = 3_600_000
SPOKEN = frame(pack_connect_response(ConnectResponse(0, SESSION_MS, 7, bytes(16))))


class Server:
    """Greets every client; to a request it answers NO_NODE, hangs up, or is silent."""

    def __init__(self, manner: str) -> None:
        self.manner = manner
        self.asked = 0
        self.met = asyncio.Event()

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            await self._read(reader)
            writer.write(SPOKEN)
            while True:
                (xid,) = struct.unpack_from(">i", await self._read(reader))
                self.asked += 1
                self.met.set()
                if self.manner == "hangs up":
                    break
                if self.manner == "answers":
                    writer.write(frame(struct.pack(">iqi", xid, 9, NO_NODE)))
        writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> bytes:
        (length,) = struct.unpack(">i", await reader.readexactly(4))
        return await reader.readexactly(length)


class Ensemble:
    """Servers n1, n2, … at ports of their own, and a lab that knows them."""

    def __init__(self) -> None:
        self.servers: list[Server] = []
        self.ports: list[int] = []
        self.ended: set[int] = set()
        self.told: list[Any] = []

    @property
    def lab(self) -> Any:
        nodes = [SimpleNamespace(client=p, sid=n) for n, p in enumerate(self.ports, 1)]
        return SimpleNamespace(
            topology=SimpleNamespace(nodes=nodes),
            recorder=SimpleNamespace(record=self.told.append),
            runtime=SimpleNamespace(
                run=lambda sid: SimpleNamespace(
                    condition=DOWN if sid in self.ended else UP
                )
            ),
        )

    def client(self) -> Client:
        where = [(LOOPBACK, port) for port in self.ports]
        return Client(0, where, History(), SESSION_MS, dead(self.lab))

    async def do(self, client: Client, line: str) -> CommandAnswer:
        return await answered(self.lab, client, understand(line), "do")


@contextlib.asynccontextmanager
async def ensemble(*manners: str) -> AsyncIterator[Ensemble]:
    made = Ensemble()
    async with contextlib.AsyncExitStack() as stack:
        for manner in manners:
            server = Server(manner)
            port = await asyncio.start_server(server.serve, LOOPBACK, 0)
            stack.callback(port.close)
            made.servers.append(server)
            made.ports.append(port.sockets[0].getsockname()[1])
        yield made


def test_a_read_whose_server_hangs_up_is_asked_at_the_next_at_once() -> None:
    async def live() -> None:
        async with ensemble("hangs up", "answers") as here:
            client = here.client()
            answer = await here.do(client, "get /a")
            await client.close()
            assert (answer.node, answer.result) == (2, "NO_NODE")
            assert [server.asked for server in here.servers] == [1, 1]

    asyncio.run(live())


def test_a_write_whose_answer_is_lost_is_sent_once_and_its_outcome_unknown() -> None:
    async def live() -> None:
        async with ensemble("hangs up", "answers") as here:
            client = here.client()
            with pytest.raises(LabError) as lost:
                await here.do(client, "create /a 1")
            await client.close()
            assert (lost.value.message.key, lost.value.code) == ("data.lost", TIMED_OUT)
            assert [server.asked for server in here.servers] == [1, 0]
            assert [(did.node, did.result) for did in here.told] == [(1, "unknown")]

    asyncio.run(live())


def test_a_silent_server_is_left_as_soon_as_its_process_is_known_to_have_ended() -> (
    None
):
    async def live() -> None:
        async with ensemble("is silent", "answers") as here:
            client = here.client()
            asking = asyncio.create_task(here.do(client, "get /a"))
            await here.servers[0].met.wait()
            here.ended.add(1)
            assert (await asking).node == 2
            await client.close()

    asyncio.run(live())


def test_a_server_whose_process_has_ended_is_not_even_called() -> None:
    async def live() -> None:
        async with ensemble("is silent", "answers") as here:
            here.ended.add(1)
            client = here.client()
            assert (await here.do(client, "get /a")).node == 2
            await client.close()
            assert here.servers[0].asked == 0

    asyncio.run(live())


def test_nobody_waits_for_the_dead() -> None:
    async def live() -> None:
        async with ensemble("is silent") as here:
            here.ended.add(1)
            client = here.client()
            with pytest.raises(LabError) as gone:
                await in_time(client.join(), [1])
            await client.leave()
            assert (gone.value.message.key, gone.value.code) == ("data.gone", TIMED_OUT)

    asyncio.run(live())

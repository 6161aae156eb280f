"""What kazoo has no method for: TTL nodes, containers, and who cleans them up.

One ensemble; first a leader of ours prepares every request, then Java's.  kazoo
sends the same requests to each, once, and reads the same.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from kazoo.client import KazooClient
from kazoo.exceptions import KazooException

from node.tree.znodes import TTL_MAX_MS
from node.wire.client import (
    ACL,
    MULTI_END,
    MULTI_HEADER,
    STAT,
    CreateRequest,
    CreateTTLRequest,
    DeleteRequest,
    Id,
    Op,
    PathRequest,
    SetDataRequest,
)
from node.wire.jute import pack, ustring_bytes
from tests.e2e.ensemble import Ensemble, Server, ours
from tests.e2e.kazoos import connected
from tests.interop.java import java

pytestmark = [pytest.mark.e2e, pytest.mark.interop]

OPEN = (ACL(31, Id("world", "anyone")),)
PLAIN, EPHEMERAL, SEQUENTIAL, CONTAINER, TTL, TTL_SEQUENTIAL = 0, 1, 2, 4, 5, 6
LOOK_MS = 500
DAY_MS = 86_400_000
SETTINGS = {
    "extendedTypesEnabled": "true",
    "znode.container.checkIntervalMs": LOOK_MS,
}


class Asked(NamedTuple):
    """A request as kazoo sends one, with bytes for a body."""

    type: int
    body: bytes

    def serialize(self) -> bytes:
        """Return the body."""
        return self.body

    @staticmethod
    def deserialize(data: bytes, offset: int) -> bytes:
        """Return what follows the reply's header."""
        return data[offset:]


def created(op: int, path: str, flags: int, ttl_ms: int | None = None) -> Asked:
    """Return a request to create a node."""
    if ttl_ms is None:
        return Asked(op, pack(CreateRequest(path, b"data", OPEN, flags)))
    return Asked(op, pack(CreateTTLRequest(path, b"data", OPEN, flags, ttl_ms)))


def multi(*asked: Asked) -> Asked:
    """Return requests as one that is carried out as a whole."""
    parts = [MULTI_HEADER.pack(one.type, False, -1) + one.body for one in asked]
    return Asked(Op.MULTI, b"".join(parts) + MULTI_END)


def named(op: int, path: str) -> Asked:
    return Asked(op, ustring_bytes(path) + b"\0")


REQUESTS = {
    "create with TTL": created(Op.CREATE, "/r/a", TTL),
    "create2 with TTL": created(Op.CREATE2, "/r/a", TTL_SEQUENTIAL),
    "create, no such mode": created(Op.CREATE, "/r/a", 7),
    "create2, no such mode": created(Op.CREATE2, "/r/a", -1),
    "createTTL": created(Op.CREATE_TTL, "/r/ttl", TTL, DAY_MS),
    "createTTL again": created(Op.CREATE_TTL, "/r/ttl", TTL, DAY_MS),
    "createTTL, sequential": created(Op.CREATE_TTL, "/r/ttl-", TTL_SEQUENTIAL, DAY_MS),
    "createTTL, longest": created(Op.CREATE_TTL, "/r/long", TTL, TTL_MAX_MS),
    "createTTL, too long": created(Op.CREATE_TTL, "/r/a", TTL, TTL_MAX_MS + 1),
    "createTTL, no time": created(Op.CREATE_TTL, "/r/a", TTL, 0),
    "createTTL, less than no time": created(Op.CREATE_TTL, "/r/a", TTL, -1),
    "createTTL, plain": created(Op.CREATE_TTL, "/r/a", PLAIN, DAY_MS),
    "createTTL, ephemeral": created(Op.CREATE_TTL, "/r/a", EPHEMERAL, DAY_MS),
    "createTTL, container": created(Op.CREATE_TTL, "/r/a", CONTAINER, DAY_MS),
    "createTTL, no such mode": created(Op.CREATE_TTL, "/r/a", 9, DAY_MS),
    "createTTL, no parent": created(Op.CREATE_TTL, "/none/a", TTL, DAY_MS),
    "createTTL, cut": Asked(Op.CREATE_TTL, created(21, "/r/a", TTL, 5).body[:-1]),
    "a child of a TTL node": created(Op.CREATE_TTL, "/r/ttl/a", TTL, DAY_MS),
    "exists, TTL": named(Op.EXISTS, "/r/ttl"),
    "getData, TTL": named(Op.GET_DATA, "/r/ttl"),
    "setData, TTL": Asked(Op.SET_DATA, pack(SetDataRequest("/r/ttl", b"x", 0))),
    "delete, TTL with a child": Asked(Op.DELETE, pack(DeleteRequest("/r/ttl", -1))),
    "delete, TTL": Asked(Op.DELETE, pack(DeleteRequest("/r/long", 0))),
    "getEphemerals": Asked(Op.GET_EPHEMERALS, pack(PathRequest("/"))),
    "createContainer": created(Op.CREATE_CONTAINER, "/r/box", CONTAINER),
    "createContainer, plain": created(Op.CREATE_CONTAINER, "/r/odd", PLAIN),
    "exists, container": named(Op.EXISTS, "/r/box"),
    "deleteContainer": Asked(Op.DELETE_CONTAINER, ustring_bytes("/r/box")),
    "exists after deleteContainer": named(Op.EXISTS, "/r/box"),
    "multi, TTL": multi(
        created(Op.CREATE_TTL, "/r/m", TTL, DAY_MS),
        created(Op.CREATE_TTL, "/r/m/plain", PLAIN, DAY_MS),
        created(Op.CREATE_TTL, "/r/m/box", CONTAINER, DAY_MS),
        created(Op.CREATE2, "/r/m/box2", CONTAINER),
    ),
    "multi, TTL without a time": multi(
        created(Op.CREATE, "/r/q", PLAIN), created(Op.CREATE, "/r/q/a", TTL)
    ),
    "multi, TTL out of range": multi(
        created(Op.CREATE, "/r/q", PLAIN), created(Op.CREATE_TTL, "/r/q/a", TTL, 0)
    ),
    "multi, deleteContainer": multi(
        Asked(Op.DELETE_CONTAINER, ustring_bytes("/r/m/box"))
    ),
    "exists after the multis": named(Op.EXISTS, "/r/q"),
}


class Led(NamedTuple):
    """What kazoo read while one kind of server led."""

    answers: dict[str, object]
    left: list[str]  # on the other kind, after the leader had cleaned up


@pytest.fixture(scope="module")
def led(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Led]]:
    """Let ours lead, then Java's, and ask each the same."""
    folder = tmp_path_factory.mktemp("rare")
    with Ensemble(folder, [ours, java_that_cleans, ours], settings=SETTINGS) as servers:
        leader = servers.start(1, 3)
        assert leader.sid == 3
        servers.start(2)
        by_ours = Led(answers(leader), cleaned(servers, leader, servers[2]))
        leader.kill()
        java_leader = servers.wait_serving(1, 2)
        assert java_leader is servers[2]
        by_java = Led(answers(java_leader), cleaned(servers, java_leader, servers[1]))
        yield {"ours": by_ours, "java": by_java}


def java_that_cleans(config: Path) -> list[str]:
    """Return Java's command; it takes this setting from there alone."""
    command = java(config)
    return [command[0], f"-Dznode.container.checkIntervalMs={LOOK_MS}", *command[1:]]


def answers(server: Server) -> dict[str, object]:
    """Send every request once, below a folder that is made anew."""
    with connected(server.address) as client:
        client.delete("/r", recursive=True)
        client.create("/r")
        return {name: answer(client, asked) for name, asked in REQUESTS.items()}


def answer(client: KazooClient, asked: Asked) -> object:
    """Return the error's name, or the body with what differs by chance left out."""
    result = client.handler.async_result()
    client._call(asked, result)
    try:
        body: bytes | None = result.get(timeout=60)
    except KazooException as error:
        return type(error).__name__
    if body is None:
        return "NoNodeError"  # kazoo's word for it in an exists
    return without_times(body) if asked.type != Op.MULTI else multi_shape(body)


def without_times(body: bytes) -> object:
    """Return a reply's body, but of its Stat only what both must agree on."""
    if len(body) < STAT.size:
        return body
    stat = STAT.unpack(body[-STAT.size :])
    return body[: -STAT.size], stat[4:10]


def multi_shape(body: bytes) -> object:
    """Return the types and errors of a multi's results, and the length of all."""
    return len(body), body[: MULTI_HEADER.size]


def cleaned(servers: Ensemble, leader: Server, other: Server) -> list[str]:
    """Let the leader clean up; return what the other kind of server has left."""
    with connected(leader.address) as client, connected(other.address) as reader:
        client.create("/c")
        for asked in (
            created(Op.CREATE_CONTAINER, "/c/emptied", CONTAINER),
            created(Op.CREATE_CONTAINER, "/c/never-used", CONTAINER),
            created(Op.CREATE_CONTAINER, "/c/full", CONTAINER),
            created(Op.CREATE_TTL, "/c/short", TTL, 1),
            created(Op.CREATE_TTL, "/c/short-with-child", TTL, 1),
            created(Op.CREATE_TTL, "/c/long", TTL, DAY_MS),
            created(Op.CREATE, "/c/emptied/x", PLAIN),
            created(Op.CREATE, "/c/full/x", PLAIN),
            created(Op.CREATE, "/c/short-with-child/x", PLAIN),
        ):
            assert isinstance(answer(client, asked), (bytes, tuple)), asked
        client.delete("/c/emptied/x")

        def left() -> list[str]:
            reader.sync("/c")
            names: list[str] = reader.get_children("/c")
            return sorted(names)

        def quiet() -> Any:
            return {"emptied", "short"}.isdisjoint(left())

        servers.wait_for(quiet, "the leader cleans up")
        found = left()
        client.delete("/c", recursive=True)
        return found


@pytest.mark.parametrize("name", REQUESTS)
def test_our_leader_and_javas_answer_alike(led: dict[str, Led], name: str) -> None:
    assert led["ours"].answers[name] == led["java"].answers[name]


@pytest.mark.parametrize("leader", ["ours", "java"])
def test_what_one_kind_cleans_up_is_gone_on_the_other(
    led: dict[str, Led], leader: str
) -> None:
    assert led[leader].left == ["full", "long", "never-used", "short-with-child"]

"""A whole server in a world of stubs: what its disk and its peers get to do."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from node.broadcast import effects as do
from node.clients.prepare import Request
from node.config import load_config
from node.effects import Note
from node.server import Server
from node.storage.recovery import Recovery
from node.tree.znodes import Tree
from node.wire.client import Op
from node.wire.quorum import Packet
from node.zxid import COUNTER_MAX, make_zxid


class Disk:
    """A disk that syncs when it is told to."""

    def __init__(self) -> None:
        self.appended: list[int] = []
        self.promises: list[Callable[[], None]] = []

    def recover(self) -> Recovery:
        return Recovery(Tree(), 0, 0, 0, [], torn=False)

    def epochs(self, last_zxid: int) -> tuple[int, int]:
        return (0, last_zxid)

    def append(self, zxid: int, entry: bytes) -> None:
        assert entry
        self.appended.append(zxid)

    def when_durable(self, promise: Callable[[], None]) -> None:
        self.promises.append(promise)

    def synced(self) -> None:
        promises, self.promises = self.promises, []
        for promise in promises:
            promise()

    def snapshot_due(self) -> bool:
        return False

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_: None


class World:
    """Everything around a server, as lists."""

    def __init__(self) -> None:
        self.store: Any = Disk()
        self.sent: list[tuple[tuple[int, ...], Packet]] = []
        self.events: list[Any] = []

    def now_ms(self) -> int:
        return 0

    def wall_ms(self) -> int:
        return 0

    def send(self, links: tuple[int, ...], packet: Packet) -> None:
        self.sent.append((links, packet))

    def publish(self, published: Note, message_id: str = "") -> str:
        self.events.append(published.event)
        return message_id

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_: None


@pytest.fixture
def world() -> World:
    return World()


def server_of(world: World, folder: Path, servers: str, sid: int) -> Server:
    (folder / "myid").write_text(f"{sid}\n")
    path = folder / "zoo.cfg"
    path.write_text(
        f"tickTime=2000\ninitLimit=10\nsyncLimit=5\ndataDir={folder}\n{servers}"
    )
    any_world: Any = world
    return Server(load_config(str(path)), any_world)


@pytest.fixture
def alone(world: World, tmp_path: Path) -> Server:
    server = server_of(world, tmp_path, "", 0)
    server.boot()
    server.listening()
    return server


def test_what_an_observer_logs_gets_to_the_disk_though_nobody_waits(
    world: World, tmp_path: Path
) -> None:
    lines = "".join(f"server.{n}=h:{n}1:{n}2\n" for n in (1, 2))
    server = server_of(world, tmp_path, lines + "server.3=h:31:32:observer\n", 3)
    server.boot()
    entry = b"\0" * 28 + b"\xff\xff\xff\xf6" + b"\0\0\x10\0"
    server.perform([do.Append(1, entry), do.Sync()])
    assert world.store.appended == [1]
    assert len(world.store.promises) == 1


def test_the_last_zxid_of_an_epoch_ends_that_epoch_and_nothing_else_is_proposed(
    world: World, alone: Server
) -> None:
    role: Any = alone.peer.role
    role.agreement.last_zxid = make_zxid(1, COUNTER_MAX - 1)
    for session in (1, 2, 3):
        asked = Request(session, 0, Op.CREATE_SESSION, b"\0\0\x10\0", (), None)
        alone.service.requests.append(asked)
    alone.settle()
    assert world.store.appended == []
    assert alone.peer.role is not role


def test_a_tail_that_nobody_agreed_on_gets_into_no_snapshot(
    world: World, alone: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seed 1403: a TRUNC cut it from the log, and an older snapshot brought it back."""
    done: list[str] = []
    world.store.drop_snapshot = lambda: done.append("dropped")
    entry = b"\0" * 28 + b"\xff\xff\xff\xf6" + b"\0\0\x10\0"
    deliver = alone.service.deliver

    def delivered(*what: Any) -> Any:
        done.append("delivered")
        return deliver(*what)

    monkeypatch.setattr(alone.service, "deliver", delivered)
    assert alone.peer.role is not None
    alone.perform([do.Deliver(1, entry)])
    assert done == ["delivered"]
    monkeypatch.setattr(alone.peer, "role", None)
    alone.perform([do.Deliver(2, entry)])
    assert done == ["delivered", "dropped", "delivered"]

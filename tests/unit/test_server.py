"""A whole server in a world of stubs: what its disk and its peers get to do."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from node.broadcast import effects as do
from node.broadcast import events as on
from node.clients.prepare import Request
from node.config import load_config
from node.effects import Note
from node.events import SessionExpired
from node.requests import ENDED_AT_ONCE
from node.server import Server
from node.storage.recovery import Recovery
from node.tree.acl import OPEN_ID
from node.tree.znodes import CONTAINER_OWNER, Tree, Znode
from node.wire.client import ACL, CreateRequest, Id, Op
from node.wire.jute import pack
from node.wire.quorum import Packet, PacketType
from node.zxid import COUNTER_MAX, make_zxid

OPEN = ACL(31, Id("world", "anyone"))


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
        self.ms = 0

    def now_ms(self) -> int:
        return self.ms

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


def test_sessions_that_expire_together_end_in_batches_one_after_the_other(
    world: World, alone: Server
) -> None:
    count = 2 * ENDED_AT_ONCE + 44
    for session in range(1, count + 1):
        alone.requests.tracker.add(session, 4000, 0)
    world.ms = 6000
    alone.half_tick()
    proposed = [0, len(world.store.appended)]
    while world.store.promises:
        world.store.synced()
        alone.settle()  # its own ack makes a majority: the batch is applied
        alone.settle()
        proposed.append(len(world.store.appended))
    steps = [after - before for before, after in itertools.pairwise(proposed)]
    assert steps == [ENDED_AT_ONCE, ENDED_AT_ONCE, 44, 0]
    ended = [e.session for e in world.events if isinstance(e, SessionExpired)]
    assert ended == [*range(1, count + 1)]
    assert len(alone.requests.tracker) == 0


def test_a_batch_waits_until_the_one_before_is_applied(
    world: World, alone: Server
) -> None:
    for session in range(1, 3 * ENDED_AT_ONCE):
        alone.requests.tracker.add(session, 4000, 0)
    world.ms = 6000
    for _ in range(4):
        alone.half_tick()
        assert len(world.store.appended) == ENDED_AT_ONCE
    world.store.synced()
    alone.settle()
    alone.settle()
    assert len(world.store.appended) == 2 * ENDED_AT_ONCE
    alone.requests.stop()
    world.store.synced()
    alone.settle()
    assert len(world.store.appended) == 2 * ENDED_AT_ONCE, "it leads no more"


def test_a_leader_deletes_what_has_served_its_time_and_a_follower_does_not(
    world: World, alone: Server
) -> None:
    tree = alone.service.tree
    for path in ("/box", "/full", "/busy"):
        box = Znode(b"", OPEN_ID, CONTAINER_OWNER, 1)
        box.cversion = 1
        tree.insert(path, box)
    tree.insert("/full/child", Znode(b"", OPEN_ID, 0, 1))
    alone.settle()
    world.store.synced()
    alone.settle()
    tracker = alone.requests.tracker
    tracker.add(7, 100_000, world.ms)
    body = pack(CreateRequest("/busy/child", b"", (OPEN,), 0))
    del world.store.appended[:]
    world.ms = 60_000
    create = Request(7, 1, Op.CREATE, body, (), alone.service)
    alone.service.requests.append(create)
    alone.settle()
    assert len(world.store.appended) == 1
    for _ in range(3):
        alone.half_tick()
        world.ms += 1000
    assert len(world.store.appended) == 2, "/busy has a child on its way"
    world.store.synced()
    alone.settle()
    assert "/box" not in tree.nodes
    assert {"/full", "/busy", "/busy/child"} < set(tree.nodes)

    tree.remove("/full/child")
    alone.perform([do.StopServing("")])
    world.ms = 200_000
    alone.half_tick()
    assert len(world.store.appended) == 2


def test_old_files_are_purged_whether_it_leads_or_not(
    world: World, tmp_path: Path
) -> None:
    asked: list[int] = []
    world.store.purge = lambda: asked.append(world.ms)
    lines = "".join(f"server.{n}=h:{n}1:{n}2\n" for n in (1, 2))
    server = server_of(world, tmp_path, lines, 1)
    server.half_tick()
    world.ms = 1000
    server.half_tick()
    assert asked == [0, 1000]


class Ahead(Disk):
    """A disk that says when a received tree is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[Callable[[], None]] = []
        self.dropped = 0

    def write_ahead(
        self,
        _tree: Tree,
        _zxid: int,
        moved: Callable[[], None],
        done: Callable[[], None],
    ) -> None:
        moved()
        self.written.append(done)

    def drop_snapshot(self) -> None:
        self.dropped += 1


def test_what_comes_behind_a_tree_waits_until_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World()
    world.store = Ahead()
    lines = "".join(f"server.{n}=h:{n}1:{n}2\n" for n in (1, 2))
    server = server_of(world, tmp_path, lines, 1)
    heard: list[Any] = []
    monkeypatch.setattr(server, "handle", lambda event, *_: heard.append(event))
    tree, packets = Tree(), [Packet(PacketType.PROPOSAL, zxid) for zxid in (1, 2, 3)]
    server.tree_received(do.UPSTREAM, 7, tree)
    for packet in packets:
        server.received(do.UPSTREAM, packet, "")
    server.received(5, packets[0], "")
    assert heard == [on.TreeMoved(do.UPSTREAM), on.Received(5, packets[0])]
    del heard[:]
    (done,) = world.store.written
    done()
    received = [on.Received(do.UPSTREAM, packet) for packet in packets]
    assert heard == [on.TreeReceived(7), *received]
    assert server.incoming_tree is tree


def test_a_role_that_ends_gives_up_the_tree_that_is_being_written(
    tmp_path: Path,
) -> None:
    world = World()
    world.store = Ahead()
    lines = "".join(f"server.{n}=h:{n}1:{n}2\n" for n in (1, 2))
    server = server_of(world, tmp_path, lines, 1)
    server.tree_received(do.UPSTREAM, 7, Tree())
    server.received(do.UPSTREAM, Packet(PacketType.PROPOSAL, 1), "")
    server.perform([do.CloseLinks()])
    assert (server.incoming_tree, len(server.behind_tree)) == (None, 0)
    assert world.store.dropped == 1
    server.perform([do.CloseLinks()])
    assert world.store.dropped == 1

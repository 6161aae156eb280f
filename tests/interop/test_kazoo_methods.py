"""Every public method of kazoo's client, once to our server and once to Java's.

Both give the same outcome: the value, or the error's name.  A method that has no
case here fails, so a new kazoo cannot bring one unnoticed.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from kazoo.client import KazooClient, TransactionRequest
from kazoo.exceptions import KazooException
from kazoo.protocol.states import KazooState, ZnodeStat
from kazoo.security import make_digest_acl

from tests.e2e.ensemble import Ensemble, Launcher, Server, ours
from tests.e2e.kazoos import connected
from tests.interop.java import java

pytestmark = [pytest.mark.e2e, pytest.mark.interop]

Case = Callable[[KazooClient], object]
ALONE_S = 30  # how long a recipe may wait for what nobody else holds
ALONE_DAY = timedelta(days=1)


def shape(stat: ZnodeStat) -> tuple[object, ...]:
    """Return of a Stat what both servers must agree on: no times and no ids."""
    counters = (stat.version, stat.cversion, stat.aversion)
    return *counters, bool(stat.ephemeralOwner), stat.dataLength, stat.numChildren


def with_shape(answer: tuple[Any, ZnodeStat]) -> object:
    """Return a value and the shape of the Stat beside it."""
    return answer[0], shape(answer[1])


def bob(client: KazooClient) -> list[Any]:
    """Prove to be bob; return an ACL for bob alone."""
    client.add_auth("digest", "bob:secret")
    return [make_digest_acl("bob", "secret", all=True)]


def listened(client: KazooClient) -> object:
    heard, ended = [], Event()

    def hear(state: str) -> None:
        heard.append(state)
        if state == KazooState.LOST:
            ended.set()

    client.add_listener(hear)
    client.stop()
    assert ended.wait(ALONE_S)
    client.start()
    client.remove_listener(hear)
    client.stop()
    client.start()
    return heard[:2]


def moved(client: KazooClient) -> object:
    client.set_hosts(",".join(f"{host}:{port}" for host, port in client.hosts))
    client.restart()
    return client.exists("/") is not None


def transaction(client: KazooClient) -> object:
    good, bad = client.transaction(), client.transaction()
    good.create("/a", b"1")
    good.check("/a", 0)
    good.set_data("/a", b"2")
    good.delete("/a")
    bad.create("/b")
    bad.check("/none", 0)
    bad.delete("/b")
    results = good.commit() + bad.commit_async().get()
    return [shape(one) if isinstance(one, ZnodeStat) else named(one) for one in results]


def named(one: object) -> object:
    return type(one).__name__ if isinstance(one, Exception) else one


def watched(client: KazooClient) -> object:
    """Return what a watch of data and one of children have seen, in order."""
    client.create("/w", b"0")
    seen: list[object] = []
    moments = [Event(), Event(), Event()]

    @client.DataWatch("/w")  # type: ignore[untyped-decorator]
    def data(value: bytes | None, _stat: object) -> None:
        seen.append(value)
        moments[0 if value == b"1" else 2 if value is None else 1].set()

    client.set("/w", b"1")
    assert moments[0].wait(ALONE_S)
    client.delete("/w")
    assert moments[2].wait(ALONE_S)
    return seen


def children(client: KazooClient) -> object:
    client.create("/w")
    seen: list[list[str]] = []
    came = Event()

    @client.ChildrenWatch("/w")  # type: ignore[untyped-decorator]
    def names(found: list[str]) -> None:
        seen.append(found)
        if found:
            came.set()

    client.create("/w/a")
    assert came.wait(ALONE_S)
    return seen


def held(recipe: Any) -> object:
    """Take and release something that can be held."""
    taken = recipe.acquire(timeout=ALONE_S)
    recipe.release()
    return taken


def barrier(client: KazooClient) -> object:
    gate = client.Barrier("/w")
    gate.create()
    closed = gate.wait(0)
    return closed, gate.remove(), gate.wait(ALONE_S)


def double_barrier(client: KazooClient) -> object:
    gate = client.DoubleBarrier("/w", 1, "me")
    gate.enter()
    inside = client.get_children("/w")
    gate.leave()
    return len(inside), client.get_children("/w")


def elected(client: KazooClient) -> object:
    led: list[str] = []
    client.Election("/w", "me").run(led.append, "led")
    return led


def counted(client: KazooClient) -> object:
    counter = client.Counter("/w")
    counter += 2
    counter -= 1
    return counter.value, counter.pre_value, counter.post_value


def queued(client: KazooClient) -> object:
    queue = client.Queue("/w")
    for value in (b"1", b"2"):
        queue.put(value)
    return len(queue), queue.get(), queue.get(), queue.get()


def locking_queue(client: KazooClient) -> object:
    queue = client.LockingQueue("/w")
    queue.put(b"1")
    return queue.get(ALONE_S), queue.holds_lock(), queue.consume(), len(queue)


def party(client: KazooClient, name: str) -> object:
    members = getattr(client, name)("/w", "me")
    members.join()
    here = list(members)
    members.leave()
    return len(here), list(members)


def partitioned(client: KazooClient) -> object:
    sharer = client.SetPartitioner("/w", ("a", "b"), time_boundary=0.2)
    while not sharer.acquired:
        sharer.wait_for_acquire(ALONE_S)
    mine = sorted(sharer)
    sharer.finish()
    return mine


def set_acls(client: KazooClient) -> object:
    client.create("/a")
    return shape(client.set_acls("/a", bob(client)))


def get_acls(client: KazooClient) -> object:
    client.create("/a", acl=bob(client))
    return with_shape(client.get_acls("/a"))


def reconfig(client: KazooClient) -> object:
    return client.reconfig(None, "9", None)


CASES: dict[str, Case] = {
    "Barrier": barrier,
    "ChildrenWatch": children,
    "Counter": counted,
    "DataWatch": watched,
    "DoubleBarrier": double_barrier,
    "Election": elected,
    "Lock": lambda client: held(client.Lock("/w")),
    "LockingQueue": locking_queue,
    "MultiNonBlockingLease": lambda client: bool(
        client.MultiNonBlockingLease(2, "/w", ALONE_DAY, "me")
    ),
    "NonBlockingLease": lambda client: bool(
        client.NonBlockingLease("/w", ALONE_DAY, "me")
    ),
    "Party": lambda client: party(client, "Party"),
    "Queue": queued,
    "ReadLock": lambda client: held(client.ReadLock("/w")),
    "Semaphore": lambda client: held(client.Semaphore("/w")),
    "SetPartitioner": partitioned,
    "ShallowParty": lambda client: party(client, "ShallowParty"),
    "WriteLock": lambda client: held(client.WriteLock("/w")),
    "add_auth": lambda client: client.add_auth("digest", "bob:secret"),
    "add_auth_async": lambda client: client.add_auth_async("nobody", "x").get(),
    "add_listener": listened,
    "close": lambda client: (client.stop(), client.close(), client.start()),
    "command": lambda client: client.command(b"ruok"),
    "create": lambda client: client.create("/a/b", b"x", makepath=True),
    "create_async": lambda client: with_shape(
        client.create_async("/a-", b"x", None, True, True, include_data=True).get()
    ),
    "delete": lambda client: client.delete("/none"),
    "delete_async": lambda client: (
        client.create("/a"),
        client.delete_async("/a", 7).get(),
    ),
    "ensure_path": lambda client: client.ensure_path("/a/b/c"),
    "ensure_path_async": lambda client: client.ensure_path_async("/a/b").get(),
    "exists": lambda client: client.exists("/none"),
    "exists_async": lambda client: shape(client.exists_async("/").get()),
    "get": lambda client: client.get("/none"),
    "get_acls": get_acls,
    "get_acls_async": lambda client: client.get_acls_async("/none").get(),
    "get_async": lambda client: with_shape(client.get_async("/").get()),
    "get_children": lambda client: client.get_children("/none"),
    "get_children_async": lambda client: with_shape(
        client.get_children_async("/", include_data=True).get()
    ),
    "reconfig": reconfig,
    "reconfig_async": lambda client: client.reconfig_async(None, "9", None, -1).get(),
    "remove_listener": listened,
    "restart": lambda client: (client.restart(), client.connected),
    "retry": lambda client: client.retry(client.get_children, "/"),
    "server_version": lambda client: client.server_version()[:2],
    "set": lambda client: shape(client.set("/", b"root", -1)),
    "set_acls": set_acls,
    "set_acls_async": lambda client: client.set_acls_async("/a", []).get(),
    "set_async": lambda client: client.set_async("/none", b"").get(),
    "set_hosts": moved,
    "start": lambda client: (client.stop(), client.start(), client.connected),
    "start_async": lambda client: (client.stop(), client.start_async().wait(ALONE_S)),
    "stop": lambda client: (client.stop(), client.connected, client.start()),
    "sync": lambda client: client.sync("/"),
    "sync_async": lambda client: client.sync_async("/none").get(),
    "transaction": transaction,
    "unchroot": lambda client: client.unchroot(client.chroot + "/a"),
}


def public_methods() -> set[str]:
    """Return what a client offers to be called."""
    client = KazooClient()
    names = [name for name in dir(client) if not name.startswith("_")]
    return {name for name in names if callable(getattr(client, name))}


def outcome(server: Server, name: str) -> object:
    """Return what a method gives, or the name of the error it raises."""
    with connected(server.address) as client:
        client.create(f"/{name}")
        client.chroot = f"/{name}"
        try:
            return CASES[name](client)
        except KazooException as error:
            return type(error).__name__


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, ...]]:
    """One server of each kind, alone."""
    kinds: list[Launcher] = [ours, java]
    folders = [tmp_path_factory.mktemp(kind.__name__) for kind in kinds]
    with (
        Ensemble(folders[0], kinds[:1]) as mine,
        Ensemble(folders[1], kinds[1:]) as theirs,
    ):
        both = mine[1], theirs[1]
        for server in both:
            server.start()
        for ensemble in (mine, theirs):
            ensemble.wait_for(ensemble[1].mode, "it serves alone")
        yield both


def test_every_public_method_of_the_client_has_a_case():
    assert public_methods() == set(CASES)
    transactions = {name for name in dir(TransactionRequest) if name[0] != "_"}
    assert transactions == set(
        "check commit commit_async create delete set_data".split()
    )


@pytest.mark.parametrize("name", CASES)
def test_our_server_and_javas_give_the_same_outcome(
    servers: tuple[Server, ...], name: str
):
    mine, theirs = (outcome(server, name) for server in servers)
    assert mine == theirs

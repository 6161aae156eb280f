"""kazoo, ZooKeeper's usual Python client, against three of our processes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import Queue
from threading import Thread
from typing import Any

import pytest
from kazoo.client import KazooClient
from kazoo.exceptions import (
    BadVersionError,
    NoChildrenForEphemeralsError,
    NodeExistsError,
    NoNodeError,
    NotEmptyError,
    RolledBackError,
)
from kazoo.protocol.states import EventType

from tests.e2e.ensemble import Ensemble, ours
from tests.e2e.kazoos import Writer, connected, written
from tests.vectors.client import CREATE, Client, create

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ensemble]:
    """Three of our servers for all tests of this file."""
    with Ensemble(tmp_path_factory.mktemp("kazoo"), [ours] * 3) as servers:
        yield servers


@pytest.fixture
def ensemble(shared: Ensemble) -> Ensemble:
    """All three of them, serving: who was killed is back."""
    for server in shared.servers:
        if not server.running:
            server.start()
    shared.wait_serving()
    return shared


@pytest.fixture
def client(ensemble: Ensemble, request: pytest.FixtureRequest) -> Iterator[KazooClient]:
    """A client of the ensemble, rooted in a node of the test's own."""
    name = request.node.name
    with connected(ensemble.hosts) as client:
        client.ensure_path(f"/{name}")
        client.chroot = f"/{name}"
        yield client


# --- when servers die ---------------------------------------------------------


def test_a_session_and_its_ephemeral_survive_the_leaders_death(ensemble: Ensemble):
    with connected(ensemble.hosts) as client:
        session = client.client_id[0]
        client.create("/mine", b"here", ephemeral=True)
        ensemble.leader().kill()
        ensemble.leader()
        found, stat = client.retry(client.get, "/mine")
        assert found == b"here"
        assert stat.ephemeralOwner == session == client.client_id[0]


def test_no_acknowledged_write_is_lost_by_one_death_or_by_three(ensemble: Ensemble):
    with Writer(ensemble.hosts) as writer:
        writer.wait_for_more(ensemble, 50)
        old = ensemble.leader()
        old.kill()
        ensemble.leader()
        writer.wait_for_more(ensemble, 50)
        old.start()
        ensemble.wait_serving(old.sid)
        writer.wait_for_more(ensemble, 50)
        for server in ensemble.servers:
            server.kill()
        ensemble.start()
        writer.wait_for_more(ensemble, 20)
    for server in ensemble.servers:
        with connected(server.address) as client:
            assert written(client) >= set(writer.acknowledged), server.sid


def test_a_killed_follower_costs_its_client_only_a_reconnect(ensemble: Ensemble):
    leader = ensemble.leader()
    follower, other = ensemble.followers()
    with connected(f"{follower.address},{other.address}") as client:
        session = client.client_id
        client.create("/f", b"", ephemeral=True)
        attached = follower if "0x" in follower.ask("cons") else other
        attached.kill()
        assert client.retry(client.exists, "/f") is not None
        assert client.client_id == session
        assert ensemble.leader() is leader, "no election for a dead follower"


def test_without_a_quorum_nothing_is_answered(ensemble: Ensemble):
    for follower in ensemble.followers():
        follower.kill()
    survivor = next(server for server in ensemble.servers if server.running)
    ensemble.wait_for(lambda: not survivor.mode(), "the last one serves nobody")
    assert "not currently serving" in survivor.ask("srvr")


def test_a_client_that_falls_silent_loses_its_ephemerals(ensemble: Ensemble):
    silent = Client(ensemble[1], timeout_ms=1000)
    silent.ask("create", CREATE, create("/silent", b"", 1))
    silent.link.close()
    with connected(ensemble[2].address) as client:
        gone: Queue[Any] = Queue()
        assert client.exists("/silent", watch=gone.put) is not None
        assert gone.get(timeout=60).type == EventType.DELETED
        assert client.exists("/silent") is None


# --- what clients see ----------------------------------------------------------


def test_nodes_are_created_read_changed_and_deleted(client: KazooClient):
    assert client.create("/a", b"one") == "/a"
    data, stat = client.get("/a")
    assert (data, stat.version, stat.dataLength) == (b"one", 0, 3)
    assert client.set("/a", b"two", version=0).version == 1
    with pytest.raises(BadVersionError):
        client.set("/a", b"x", version=0)
    with pytest.raises(NodeExistsError):
        client.create("/a")
    client.create("/a/b")
    assert client.get_children("/a") == ["b"]
    with pytest.raises(NotEmptyError):
        client.delete("/a")
    client.delete("/a", recursive=True)
    with pytest.raises(NoNodeError):
        client.get("/a")


def test_an_ephemeral_has_no_children(client: KazooClient):
    client.create("/e", ephemeral=True)
    with pytest.raises(NoChildrenForEphemeralsError):
        client.create("/e/child")


def test_ephemerals_go_with_their_session(ensemble: Ensemble, client: KazooClient):
    with connected(ensemble[3].address) as other:
        other.create("/goes-with-its-session", ephemeral=True)
        client.chroot = ""
        client.sync("/")
        assert client.exists("/goes-with-its-session")
    client.sync("/")
    assert client.exists("/goes-with-its-session") is None


def test_sequential_names_count_up(client: KazooClient):
    names = [client.create("/s-", sequence=True) for _ in range(3)]
    assert names == [f"/s-{number:010d}" for number in range(3)]


def test_watches_fire_once_and_in_order(ensemble: Ensemble, client: KazooClient):
    seen: Queue[Any] = Queue()
    client.exists("/w", watch=seen.put)
    client.get_children("/", watch=seen.put)
    with connected(ensemble[1].address) as other:
        other.chroot = client.chroot
        other.create("/w", b"1")
        first, second = seen.get(timeout=60), seen.get(timeout=60)
        assert (first.type, first.path) == (EventType.CREATED, "/w")
        assert (second.type, second.path) == (EventType.CHILD, "/")
        client.get("/w", watch=seen.put)
        other.set("/w", b"2")
        other.set("/w", b"3")
        assert seen.get(timeout=60).type == EventType.CHANGED
        client.sync("/")
        assert client.get("/w", watch=seen.put)[0] == b"3"
        other.delete("/w")
        assert seen.get(timeout=60).type == EventType.DELETED
    assert seen.empty(), "the second set had no watch to fire"


def test_a_transaction_does_all_or_nothing(client: KazooClient):
    client.create("/t", b"")
    good = client.transaction()
    good.check("/t", version=0)
    good.create("/t/a", b"1")
    good.set_data("/t", b"done")
    good.delete("/t/a")
    assert good.commit()[1] == "/t/a"
    assert client.get("/t")[0] == b"done"
    bad = client.transaction()
    bad.create("/t/b")
    bad.check("/t", version=77)
    bad.delete("/t")
    first, failed, _ = bad.commit()
    assert isinstance(first, RolledBackError)
    assert isinstance(failed, BadVersionError)
    assert client.get_children("/t") == []


def test_a_lock_has_one_holder_at_a_time(ensemble: Ensemble):
    inside, most = [0], [0]

    def work(host: str) -> None:
        with connected(host) as worker:
            for _ in range(5):
                with worker.Lock("/lock", host):
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                    worker.exists("/lock")
                    inside[0] -= 1

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, [server.address for server in ensemble.servers]))
    assert most == [1]


def test_an_election_among_clients_has_one_winner_after_the_other(ensemble: Ensemble):
    won: Queue[str] = Queue()

    def run(name: str) -> None:
        with connected(ensemble.hosts) as candidate:
            candidate.Election("/election", name).run(won.put, name)

    threads = [Thread(target=run, args=(name,)) for name in ("ada", "barbara")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted([won.get(timeout=60), won.get(timeout=60)]) == ["ada", "barbara"]


def test_all_three_servers_tell_the_same_after_a_sync(
    ensemble: Ensemble, client: KazooClient
):
    for number in range(20):
        client.create(f"/n{number}", b"x" * number)
    path = client.chroot
    for server in ensemble.servers:
        with connected(server.address) as reader:
            reader.sync(path)
            assert len(reader.get_children(path)) == 20, server.sid
            assert reader.get(f"{path}/n7")[0] == b"x" * 7


def test_a_request_larger_than_the_limit_costs_only_that_connection(
    ensemble: Ensemble, client: KazooClient
):
    client.create("/big", b"x" * 1_000_000)
    assert len(client.get("/big")[0]) == 1_000_000
    rude = Client(ensemble[1])
    rude.link.sendall(b"\x7f\xff\xff\xff")
    assert rude.link.recv(1) == b""
    assert client.exists("/big")


def test_a_session_is_as_long_as_asked_within_bounds(ensemble: Ensemble):
    for asked_ms, given_ms in ((1500, 1500), (10, 400), (60_000, 4000)):
        with Client(ensemble[2], timeout_ms=asked_ms) as session:
            assert session.timeout_ms == given_ms  # 2 to 20 ticks of 200 ms

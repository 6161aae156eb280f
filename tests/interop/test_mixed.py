"""Ensembles of Java's servers and ours: each leads, follows, dies and comes back."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from kazoo.client import KazooClient

from tests.e2e.ensemble import ENDLESS, ENDLESS_MS, Ensemble, Launcher, Server, ours
from tests.e2e.kazoos import Writer, connected, written
from tests.interop.java import java
from tests.vectors.client import CREATE, Client, create

pytestmark = pytest.mark.interop

# Who runs servers 1, 2 and 3; started as below, server 3 leads first.
LAYOUTS: dict[str, list[Launcher]] = {
    "ours leads two of Java": [java, java, ours],
    "Java leads Java and ours": [ours, java, java],
    "Java leads two of ours": [ours, ours, java],
    "ours leads ours and Java": [java, ours, ours],
}
# Of these, the ones in which one kind learns from the other, 1 from 3.
FROM_JAVA, FROM_OURS = "Java leads Java and ours", "ours leads ours and Java"
MORE_THAN_THE_LEADER_REMEMBERS = 600  # commitLogCount is 500


def layouts(*always: str) -> pytest.MarkDecorator:
    """Run with each of these; tests of one layout share its ensemble.

    Those of `always` run with `make test`, the rest with the stories.
    """
    each = [
        pytest.param(name, marks=() if name in always else pytest.mark.stories)
        for name in LAYOUTS
    ]
    return pytest.mark.parametrize("shared", each, indirect=True)


@pytest.fixture(scope="module")
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ensemble]:
    """Three servers of one layout, not started."""
    folder = tmp_path_factory.mktemp("mixed")
    settings = {"snapshotSizeFactor": -1}  # Java: no DIFF out of the log on disk
    with Ensemble(folder, LAYOUTS[request.param], settings=settings) as servers:
        yield servers


@pytest.fixture
def mixed(shared: Ensemble) -> Ensemble:
    """Three servers, the third one leading, whatever was done to them before."""
    return third_leads(shared)


def third_leads(servers: Ensemble) -> Ensemble:
    """Start what does not run; let server 3 lead."""
    if not any(server.running for server in servers.servers):
        servers.start(2, 3)
    for server in servers.servers:
        if not server.running:
            servers.start(server.sid)
    if servers.wait_serving().sid != 3:
        servers.wait_level()  # of two that know the same, the higher id leads
        deposed = servers.leader()
        deposed.kill()
        servers.leader()
        servers.start(deposed.sid)
    assert servers.leader().sid == 3
    return servers


@layouts(FROM_JAVA, FROM_OURS)
def test_each_writes_what_all_read(mixed: Ensemble):
    names: list[str] = []
    for server in mixed.servers:
        with connected(server.address) as client:
            client.ensure_path("/by-all")
            client.create(f"/by{server.sid}", b"%d" % server.sid)
            names.append(client.create("/by-all/seq-", sequence=True))
            client.create(f"/by{server.sid}/multi")
            both = client.transaction()
            both.set_data(f"/by{server.sid}", b"changed")
            both.delete(f"/by{server.sid}/multi")
            both.commit()
    stats = [everything(server) for server in mixed.servers]
    assert stats[0] == stats[1] == stats[2]
    assert names == [f"/by-all/seq-{number:010d}" for number in range(3)]
    assert {"/by1", "/by2", "/by3", *names} <= set(stats[0])


@layouts(FROM_OURS)
def test_a_learner_far_behind_gets_a_snapshot(mixed: Ensemble):
    mixed[1].kill()
    with connected(mixed[3].address) as client:
        _create_many(client, MORE_THAN_THE_LEADER_REMEMBERS)
    mixed[1].start()
    mixed.wait_serving(1)
    assert _synced_by(mixed[1]) == "SNAP"
    assert everything(mixed[1]) == everything(mixed[3])


@layouts(FROM_JAVA)
def test_a_learner_a_little_behind_gets_the_difference(mixed: Ensemble):
    with connected(mixed[1].address) as client:
        client.create("/known-to-all")
    mixed[1].kill()
    with connected(mixed[3].address) as client:
        _create_many(client, 30)
    mixed[1].start()
    mixed.wait_serving(1)
    assert _synced_by(mixed[1]) == "DIFF"
    assert everything(mixed[1]) == everything(mixed[3])


@pytest.mark.parametrize(
    "launchers",
    [
        pytest.param([ours, ours, java], id="ours truncates for Java"),
        pytest.param(
            [java, java, ours], id="Java truncates for ours", marks=pytest.mark.stories
        ),
    ],
)
def test_a_write_that_only_the_dead_leader_logged_is_cut_off(
    launchers: list[Launcher], tmp_path: Path
):
    """Pause both followers, write once, kill the leader."""
    with Ensemble(tmp_path, launchers, settings=ENDLESS) as servers:
        _write_and_cut_off(third_leads(servers))


def _write_and_cut_off(mixed: Ensemble) -> None:
    session = Client(mixed[3], ENDLESS_MS)
    mixed.wait_level()
    mixed[1].pause()
    mixed[2].pause()
    session.ask("create", CREATE, create("/never-agreed-on", b""), wait=False)
    mixed.wait_for(lambda: mixed[3].logged(b"/never-agreed-on"), "it is logged")
    for server in mixed.servers:
        server.kill()
    session.link.close()
    assert mixed.start(1, 2) is not mixed[3]
    mixed[3].start()
    mixed.wait_serving(3)
    assert _synced_by(mixed[3]) == "TRUNC"
    with connected(mixed[3].address) as client:
        assert client.exists("/never-agreed-on") is None
        client.create("/after")
    assert everything(mixed[1]) == everything(mixed[2]) == everything(mixed[3])
    assert not mixed[3].logged(b"/never-agreed-on")


@layouts(FROM_JAVA, FROM_OURS)
def test_a_session_moves_between_the_two_kinds(mixed: Ensemble):
    one, two = mixed[1], mixed[2]
    with connected(one.address) as client:
        session = client.client_id
        client.create("/mine", ephemeral=True)
        client.set_hosts(two.address)
        one.kill()
        stat = client.retry(client.exists, "/mine")
        assert client.client_id == session
        assert stat.ephemeralOwner == session[0]
    with connected(two.address) as client:
        assert client.exists("/mine") is None, "closed with its session"


@layouts()
def test_pings_keep_a_session_alive_on_every_server(mixed: Ensemble):
    """The leader expires sessions; learners tell it in PINGs which ones live."""
    sessions = [Client(server, timeout_ms=1000) for server in mixed.servers]
    for sid, session in enumerate(sessions, start=1):
        session.ask("create", CREATE, create(f"/alive{sid}", b"", 1))
    silent = Client(mixed[2], timeout_ms=1000)
    silent.ask("create", CREATE, create("/silent", b"", 1))
    alive = {f"alive{sid}" for sid in (1, 2, 3)}
    for _ in range(15):  # three seconds, three time-outs
        Event().wait(0.2)
        for session in sessions:
            session.ask("ping", 11, b"")
    with connected(mixed[1].address) as client:
        client.sync("/")
        there = {*client.get_children("/")}
        assert {"alive1", "alive2", "alive3", "silent"} & there == alive
    for session in (*sessions, silent):
        session.link.close()


@layouts(FROM_JAVA, FROM_OURS)
def test_a_dead_leader_is_replaced_and_returns_as_a_follower(mixed: Ensemble):
    with Writer(mixed.hosts) as writer:
        writer.wait_for_more(mixed, 20)
        mixed[3].kill()
        assert mixed.leader().sid != 3
        writer.wait_for_more(mixed, 20)
        mixed[3].start()
        mixed.wait_serving(3)
        assert mixed[3].mode() == "follower"
        assert _synced_by(mixed[3]) == "DIFF"
        writer.wait_for_more(mixed, 20)
    for server in mixed.servers:
        with connected(server.address) as client:
            assert written(client) >= set(writer.acknowledged), server.sid


@pytest.mark.stories
@pytest.mark.parametrize(
    "launchers",
    [[java, java, java, ours], [ours, ours, ours, java]],
    ids=["ours observes Java", "Java observes ours"],
)
def test_an_observer_sees_and_forwards_writes(
    launchers: list[Launcher], tmp_path: Path
):
    with Ensemble(tmp_path, launchers, observers=[4]) as servers:
        servers.start()
        assert servers[4].mode() == "observer"
        with connected(servers[4].address) as client:
            client.create("/through-an-observer", b"x")
        with connected(servers[1].address) as client:
            _create_many(client, 10)
        assert everything(servers[4]) == everything(servers[1])
        servers.leader().kill()
        servers.wait_for(lambda: servers[4].mode() == "observer", "4 observes")
        servers.leader()
        servers.wait_serving(4)
        with connected(servers[4].address) as client:
            client.retry(client.create, "/after-the-election")


@pytest.mark.stories
@pytest.mark.parametrize(
    "kinds", [(ours, java), (java, ours)], ids=["Java reads ours", "we read Java's"]
)
def test_the_other_kind_goes_on_from_the_same_folder(
    kinds: tuple[Launcher, Launcher], tmp_path: Path
):
    first, second = kinds
    with Ensemble(tmp_path, [first] * 3, settings={"snapCount": 100}) as servers:
        servers.start()
        with connected(servers.hosts) as client:
            _create_many(client, 300)
            client.create("/sealed", b"x", ephemeral=False)
            before = everything(servers.leader())
            for server in servers.servers:
                server.kill()
                server.launcher = second
            servers.start()
            client.retry(client.exists, "/")  # its session is known to both kinds
        after = everything(servers.leader())
        assert before == after
        assert len(list(servers[1].data.glob("snapshot.*"))) > 1


def _create_many(client: KazooClient, count: int) -> None:
    many = client.create("/many-", sequence=True)
    asked = [client.create_async(f"{many}/{n}", b"x" * n) for n in range(count)]
    for answer in asked:
        answer.get(timeout=60)


def everything(server: Server) -> dict[str, object]:
    """Return path → (data, stat, children) of the whole tree, as one server has it."""
    found: dict[str, object] = {}
    with connected(server.address) as client:
        client.sync("/")
        below = ["/"]
        while below:
            path = below.pop()
            data, stat = client.get(path)
            names = sorted(client.get_children(path))
            if not path.startswith("/zookeeper"):
                found[path] = (data, stat, names)
            below += [f"{path.rstrip('/')}/{name}" for name in names]
    return found


def _synced_by(server: Server) -> str:
    """Return DIFF, TRUNC or SNAP: how this learner was brought in line last."""
    if server.launcher is ours:
        return str(server.events_named("SyncReceived")[-1]["mode"])
    words = {
        "Getting a diff from the leader": "DIFF",
        "Getting a snapshot from leader": "SNAP",
        "Truncating log to get in sync": "TRUNC",
    }
    said = [
        mode
        for line in server.log().splitlines()
        for text, mode in words.items()
        if text in line
    ]
    return said[-1]

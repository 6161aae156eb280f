"""Four-letter words and AdminServer commands have the shape of Java's 3.8.0.

One ensemble, of which one is Java's: first it follows beside a follower of ours,
then it leads.  Numbers, names and addresses differ; keys, types and order do not.
"""

import json
import re
import urllib.request
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from kazoo.client import KazooClient

from tests.e2e.ensemble import LOOPBACK, Ensemble, Server, ours
from tests.e2e.kazoos import connected
from tests.interop.java import java

pytestmark = pytest.mark.interop

WORDS = (
    "conf cons crst dirs dump envi gtmk hash isro ruok srst srvr stat wchc wchp wchs"
).split()
COMMANDS = (
    "configuration connection_stat_reset connections dirs dump environment "
    "get_trace_mask hash initial_configuration is_read_only last_snapshot leader "
    "observer_connection_stat_reset observers ruok server_stats set_trace_mask "
    "stat_reset stats voting_view watch_summary watches watches_by_path zabstate "
    "nosuch"
).split()
# Said beyond what Java says: a follower's `dump` in Java names no session.
OURS_ALONE = {"dump": {"session_id_to_timeout_ms"}}
SETTINGS = {"admin.enableServer": "true", "maxSessionTimeout": 3_600_000}


class Seen(NamedTuple):
    """What one server answered, by word and by command."""

    words: dict[str, str]
    commands: dict[str, Any]


class Both(NamedTuple):
    """The two kinds of server in one role."""

    ours: Seen
    java: Seen


@pytest.fixture(scope="module")
def roles(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Both]]:
    """Ask a follower and a leader of either kind."""
    folder = tmp_path_factory.mktemp("inside")
    with Ensemble(folder, [ours, java, ours], settings=SETTINGS) as servers:
        leader = servers.start(1, 3)
        assert leader.sid == 3
        servers.start(2)
        follower, java_server = servers[1], servers[2]
        our_leader = look(leader)
        followers = Both(look(follower), look(java_server))
        leader.kill()
        assert servers.wait_serving(1, 2) is java_server
        yield {
            "follower": followers,
            "leader": Both(our_leader, look(java_server)),
        }


def look(server: Server) -> Seen:
    """Ask everything while a client holds a session, an ephemeral and two watches."""
    with connected(server.address) as client:
        hold(client)
        words = {word: server.ask(word) for word in WORDS}
        client.get("/zookeeper")  # the counters begin again
        return Seen(words, {name: command(server, name) for name in COMMANDS})


def hold(client: KazooClient) -> None:
    client.create("/e", ephemeral=True)
    client.get("/e", watch=print)
    client.exists("/none", watch=print)


def command(server: Server, name: str) -> Any:
    url = f"http://{LOOPBACK}:{server.ports.admin}/commands/{name}"
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)


def shape(value: Any) -> Any:
    """Return the types of a document; names that are data become a star."""
    if isinstance(value, dict):
        full = {name: inner for name, inner in value.items() if not ended(name, inner)}
        names = {name: shape(inner) for name, inner in full.items()}
        data = all(re.fullmatch(r"-?\d+|/.*|[\d.]+", name) for name in names)
        return {"*": next(iter(names.values()))} if names and data else names
    if isinstance(value, list):
        return [shape(inner) for inner in value[:1]]
    if value is None:
        return None
    return "number" if type(value) in (int, float) else type(value).__name__


def ended(name: str, inner: Any) -> bool:
    """Whether it is a moment at which no session ends: Java keeps some of those."""
    return name.isdecimal() and inner == []


def text_shape(said: str) -> str:
    """Return an answer without its numbers, dates, paths and addresses."""
    said = re.sub(r"^0 expire at .*:\n", "", said, flags=re.MULTILINE)
    said = re.sub(r"expire at .*:", "expire at DATE:", said)
    said = re.sub(r"0x[0-9a-f]+|\d[\d.]*", "N", said)
    return re.sub(r"/N:N|(?<==)/\S+", "PLACE", said)


@pytest.mark.parametrize("role", ["follower", "leader"])
@pytest.mark.parametrize("word", WORDS)
def test_a_word_is_answered_in_javas_shape(
    roles: dict[str, Both], role: str, word: str
) -> None:
    mine, javas = (text_shape(seen.words[word]) for seen in roles[role])
    if word == "envi":
        keys = [re.findall(r"^(\S+?)=", said, re.MULTILINE) for said in (mine, javas)]
        assert keys[0] == keys[1]
        return
    if word in ("srvr", "stat"):
        mine, javas = (re.sub("version: .*", "", said) for said in (mine, javas))
    if word == "dump":  # we close a connection when its session ends, not before
        mine, javas = (said.partition("Connections dump")[0] for said in (mine, javas))
    # A set of connections has no order in Java.
    assert sorted(mine.split("\n")) == sorted(javas.split("\n"))


@pytest.mark.parametrize("role", ["follower", "leader"])
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_answered_in_javas_shape(
    roles: dict[str, Both], role: str, name: str
) -> None:
    mine, javas = (seen.commands[name] for seen in roles[role])
    alone = OURS_ALONE.get(name, set())
    assert alone <= mine.keys()
    mine = {key: value for key, value in mine.items() if key not in alone}
    assert shape(mine) == shape(javas)
    assert sorted(mine) == sorted(javas)

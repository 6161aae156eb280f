"""Nodes with a time to live: who may make them, how they are stored and shown."""

from pathlib import Path

import pytest

from node.clients.cleaner import CleanerLimits
from node.config import Config, ConfigError, read_config
from node.settings import client_settings
from node.tree.apply import apply
from node.tree.znodes import TTL_MAX_MS, Tree
from node.wire.client import (
    CreateRequest,
    CreateTTLRequest,
    DeleteRequest,
    Err,
    Op,
    PathRequest,
    SetDataRequest,
)
from node.wire.jute import pack, read, read_ustring
from node.wire.txn import HEADER_BYTES, CreateTTLTxn
from tests.unit.clients.asking import HEAD_BYTES, reading
from tests.unit.clients.preparing import OPEN, Leader, err_of, members, multi, path_of
from tests.unit.clients.standalone import SETTINGS, Standalone, heads, take

PLAIN, EPHEMERAL, SEQUENTIAL, CONTAINER, TTL, TTL_SEQUENTIAL = 0, 1, 2, 4, 5, 6
OWNER_AT = 44  # of ephemeralOwner in a Stat


def asked(path: str, ttl_ms: int, flags: int = TTL) -> CreateTTLRequest:
    return CreateTTLRequest(path, b"data", OPEN, flags, ttl_ms)


@pytest.mark.parametrize("flags", [TTL, TTL_SEQUENTIAL])
@pytest.mark.parametrize("op", [Op.CREATE_TTL, Op.CREATE, Op.CREATE2])
def test_without_extended_types_they_are_unimplemented(op: int, flags: int) -> None:
    leader = Leader()
    wanted = CreateRequest("/t", b"", OPEN, flags)
    record = asked("/t", 9, flags) if op == Op.CREATE_TTL else wanted
    assert err_of(leader.ask(op, record)) == Err.UNIMPLEMENTED
    assert err_of(leader.create("/t")) == 0, "nothing is on its way"


@pytest.mark.parametrize("ttl_ms", [1, 5000, TTL_MAX_MS])
def test_the_owner_of_a_ttl_node_is_its_time_to_live(ttl_ms: int) -> None:
    leader = Leader(ttl_nodes=True)
    entry = leader.ask(Op.CREATE_TTL, asked("/t", ttl_ms))
    txn = read(CreateTTLTxn, entry, HEADER_BYTES)[0]
    assert (txn.path, txn.data, txn.parent_cversion) == ("/t", b"data", 1)
    assert txn.ttl_ms == ttl_ms

    leader.commit()
    node = leader.tree.nodes["/t"]
    assert node.owner & 0xFFFFFFFFFFFFFFFF == 0xFF00000000000000 | ttl_ms
    assert leader.tree.ephemerals == {}, "it belongs to no session"
    assert err_of(leader.create("/t/child")) == 0, "it may have children"


@pytest.mark.parametrize(
    ("ttl_ms", "flags"),
    [
        (0, TTL),
        (-1, TTL),
        (-(1 << 63), TTL_SEQUENTIAL),
        (TTL_MAX_MS + 1, TTL),
        (1000, PLAIN),
        (1000, EPHEMERAL),
        (1000, CONTAINER),
        (-1, PLAIN),
        (1000, 7),
        (1000, -1),
    ],
)
def test_a_time_or_a_mode_out_of_range_is_a_bad_argument(
    ttl_ms: int, flags: int
) -> None:
    leader = Leader(ttl_nodes=True)
    entry = leader.ask(Op.CREATE_TTL, asked("/t", ttl_ms, flags))
    assert err_of(entry) == Err.BAD_ARGUMENTS
    leader.commit()
    assert "/t" not in leader.tree.nodes


def test_a_plain_creation_cannot_ask_for_a_time_to_live() -> None:
    leader = Leader(ttl_nodes=True)
    assert err_of(leader.create("/t", TTL)) == Err.BAD_ARGUMENTS
    assert err_of(leader.create("/t", TTL_SEQUENTIAL)) == Err.BAD_ARGUMENTS


def test_a_sequential_ttl_node_gets_its_number() -> None:
    leader = Leader(ttl_nodes=True)
    leader.create("/p")
    leader.create("/p/first")
    entry = leader.ask(Op.CREATE_TTL, asked("/p/t", 9, TTL_SEQUENTIAL))
    assert path_of(entry) == "/p/t0000000001"


def test_a_request_that_ends_before_its_time_to_live_cannot_be_parsed() -> None:
    leader = Leader(ttl_nodes=True)
    cut = pack(asked("/t", 9))[:-1]
    assert err_of(leader.ask(Op.CREATE_TTL, cut)) == Err.MARSHALLING


def test_clients_see_no_owner_and_no_ephemeral() -> None:
    server = Standalone(SETTINGS._replace(cleaner=CleanerLimits(ttl_nodes=True)))
    conn = server.connect()
    take(conn)
    server.ask(conn, Op.CREATE_TTL, pack(asked("/t", 9)))
    (reply,) = take(conn)
    path, at = read_ustring(reply, HEAD_BYTES)
    assert (path, len(reply) - at) == ("/t", 68), "as create2: path and Stat"
    server.ask(conn, Op.EXISTS, reading("/t"))
    (shown,) = take(conn)
    assert shown[HEAD_BYTES:] == reply[at:]
    assert shown[HEAD_BYTES + OWNER_AT :][:8] == bytes(8)
    server.ask(conn, Op.GET_EPHEMERALS, pack(PathRequest("/")))
    assert take(conn)[0][HEAD_BYTES:] == bytes(4), "none"
    server.ask(conn, Op.CLOSE_SESSION)
    assert "/t" in server.tree.nodes


def test_without_extended_types_a_client_reads_unimplemented_and_stays() -> None:
    server = Standalone()
    conn = server.connect()
    take(conn)
    server.ask(conn, Op.CREATE_TTL, pack(asked("/t", 9)), xid=7)
    assert heads(conn) == [(7, 2, Err.UNIMPLEMENTED)]
    assert not conn.closing


def test_in_a_multi_the_flags_decide_what_is_made() -> None:
    leader = Leader(ttl_nodes=True)
    entry = leader.ask(
        Op.MULTI,
        multi(
            (Op.CREATE_TTL, asked("/t", 9)),
            (Op.CREATE_TTL, asked("/plain", 9, PLAIN)),
            (Op.CREATE_TTL, asked("/box", 9, CONTAINER)),
        ),
    )
    assert members(entry) == [Op.CREATE_TTL, Op.CREATE, Op.CREATE_CONTAINER]
    leader.commit()
    owners = [leader.tree.nodes[path].owner for path in ("/t", "/plain", "/box")]
    assert owners == [-(1 << 56) + 9, 0, -(1 << 63)]


def test_a_multi_that_gives_no_time_to_live_cannot_be_parsed() -> None:
    leader = Leader(ttl_nodes=True)
    wanted = (Op.CREATE, CreateRequest("/t", b"", OPEN, TTL))
    first = (Op.CREATE, CreateRequest("/a", b"", OPEN, PLAIN))
    assert err_of(leader.ask(Op.MULTI, multi(first, wanted))) == Err.MARSHALLING
    assert err_of(leader.create("/a")) == 0


def test_a_refused_ttl_node_refuses_its_multi() -> None:
    leader = Leader()
    entry = leader.ask(
        Op.MULTI,
        multi(
            (Op.CREATE, CreateRequest("/a", b"", OPEN, PLAIN)),
            (Op.CREATE_TTL, asked("/t", 9)),
        ),
    )
    leader.commit()
    applied = apply(Tree(), entry)
    assert [result.err for result in applied.results or ()] == [0, Err.UNIMPLEMENTED]
    assert "/a" not in leader.tree.nodes


def test_setting_and_deleting_treat_it_as_any_node() -> None:
    leader = Leader(ttl_nodes=True)
    leader.ask(Op.CREATE_TTL, asked("/t", 9))
    assert err_of(leader.ask(Op.SET_DATA, SetDataRequest("/t", b"x", 0))) == 0
    leader.commit()
    assert leader.tree.nodes["/t"].owner == -(1 << 56) + 9
    assert err_of(leader.ask(Op.DELETE, DeleteRequest("/t", 1))) == 0


def config(tmp_path: Path, my_id: int, line: str) -> Config:
    (tmp_path / "myid").write_text(f"{my_id}\n")
    servers = "".join(
        f"server.{sid}=127.0.0.1:{28000 + sid}:{38000 + sid}\n" for sid in (1, 2, my_id)
    )
    head = f"dataDir={tmp_path}\ninitLimit=5\nsyncLimit=5\n{line}\n"
    return read_config("zoo.cfg", head + servers)


@pytest.mark.parametrize(
    ("line", "on"),
    [
        ("", False),
        ("extendedTypesEnabled=true", True),
        ("zookeeper.extendedTypesEnabled=TRUE", True),
        ("extendedTypesEnabled=false", False),
    ],
)
def test_zoo_cfg_says_whether_there_are_ttl_nodes(
    tmp_path: Path, line: str, on: bool
) -> None:
    made = config(tmp_path, 254, line)
    assert client_settings(made).cleaner.ttl_nodes is on
    assert made.warnings == ()


@pytest.mark.parametrize(
    ("my_id", "line", "why"),
    [
        (255, "extendedTypesEnabled=true", "server id 255 is too large"),
        (3, "extendedTypesEnabled=maybe", "must be true or false"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(
    tmp_path: Path, my_id: int, line: str, why: str
) -> None:
    with pytest.raises(ConfigError, match=rf"^zoo.cfg:4: extendedTypes.*{why}"):
        client_settings(config(tmp_path, my_id, line))

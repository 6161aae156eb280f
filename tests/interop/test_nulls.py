"""Null in every field that jute lets be null: we answer as Java does.

A client's library may send null where it means empty; kazoo does.
"""

import socket
import struct
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.e2e.ensemble import LOOPBACK, Ensemble, Launcher, ours
from tests.interop.java import java
from tests.vectors.raw import NULL, PASSWORD, Line, buffer

pytestmark = [pytest.mark.e2e, pytest.mark.interop, pytest.mark.timeout(600)]

ANY = struct.pack(">i", -1)  # any version
NONE = struct.pack(">i", 0)
ROOT = buffer(b"/")
HELLO = struct.pack(">iqiq", 0, 0, 10000, 0)
CLOSED = "closed"


def acl(scheme: bytes, name: bytes) -> bytes:
    """Return a list of one entry that allows everything."""
    return struct.pack(">ii", 1, 31) + scheme + name


OPEN = acl(buffer(b"world"), buffer(b"anyone"))
CREATOR = acl(buffer(b"auth"), NULL)  # as kazoo sends CREATOR_ALL_ACL
ONE_NULL = struct.pack(">i", 1) + NULL
NO_ZXID = struct.pack(">q", 0)


class Asked(NamedTuple):
    """A request: its operation and its body."""

    op: int
    body: bytes


def _create(path: bytes, data: bytes, entries: bytes) -> bytes:
    return path + data + entries + NONE


def _multi(op: int, body: bytes) -> bytes:
    end = struct.pack(">i?i", -1, True, -1)
    return struct.pack(">i?i", op, False, -1) + body + end


def cases(below: bytes) -> dict[str, Asked]:
    """Return what is asked, by name; what is created has a name of its own."""

    def new(name: bytes) -> bytes:
        return buffer(b"/" + below + b"-" + name)

    return {
        "create: path": Asked(1, _create(NULL, NULL, OPEN)),
        "create: data": Asked(1, _create(new(b"n"), NULL, OPEN)),
        "create: acl": Asked(1, _create(new(b"a"), NULL, NULL)),
        **{
            f"create: {scheme.decode()} id": Asked(
                1, _create(new(scheme), NULL, acl(buffer(scheme), NULL))
            )
            for scheme in (b"world", b"auth", b"digest", b"ip", b"unheard-of")
        },
        "create: auth id, proved": Asked(1, _create(new(b"p"), NULL, CREATOR)),
        "create: scheme": Asked(1, _create(new(b"s"), NULL, acl(NULL, buffer(b"x")))),
        "create: scheme and id": Asked(1, _create(new(b"t"), NULL, acl(NULL, NULL))),
        "delete: path": Asked(2, NULL + ANY),
        "exists: path": Asked(3, NULL + b"\0"),
        "getData: path": Asked(4, NULL + b"\0"),
        "setData: path": Asked(5, NULL + NULL + ANY),
        "setData: data": Asked(5, ROOT + NULL + ANY),
        "getACL: path": Asked(6, NULL),
        "setACL: path": Asked(7, NULL + OPEN + ANY),
        "setACL: acl": Asked(7, ROOT + NULL + ANY),
        "setACL: scheme": Asked(7, ROOT + acl(NULL, NULL) + ANY),
        "setACL: digest id": Asked(7, ROOT + acl(buffer(b"digest"), NULL) + ANY),
        "getChildren: path": Asked(8, NULL + b"\0"),
        "sync: path": Asked(9, NULL),
        "getChildren2: path": Asked(12, NULL + b"\0"),
        # Not a null path in a multi: 3.8.0's leader then answers nobody any more.
        "multi: create acl": Asked(14, _multi(1, _create(new(b"m"), NULL, NULL))),
        "create2: path": Asked(15, _create(NULL, NULL, OPEN)),
        "checkWatches: path": Asked(17, NULL + struct.pack(">i", 3)),
        "removeWatches: path": Asked(18, NULL + struct.pack(">i", 3)),
        "createContainer: path": Asked(19, NULL + NULL + OPEN + struct.pack(">i", 4)),
        "multiRead: getData path": Asked(22, _multi(4, NULL + b"\0")),
        "auth: scheme": Asked(100, NONE + NULL + buffer(b"a:b")),
        "auth: auth": Asked(100, NONE + buffer(b"digest") + NULL),
        "setWatches: lists": Asked(101, NO_ZXID + NULL * 3),
        "setWatches: a path": Asked(101, NO_ZXID + NONE + ONE_NULL + NONE),
        "getEphemerals: path": Asked(103, NULL),
        "getAllChildrenNumber: path": Asked(104, NULL),
        "setWatches2: lists": Asked(105, NO_ZXID + NULL * 5),
        "addWatch: path": Asked(106, NULL + NONE),
    }  # fmt: skip


MULTI = 14
SPECIAL_XID = {100: -4, 101: -8, 105: -8}
PROOF = Asked(100, NONE + buffer(b"digest") + buffer(b"bob:pw"))


def answered(port: int, asked: Asked, password: bytes, *, proved: bool = False) -> str:
    """Send one request in a session of its own; return its error, or that it ended."""
    with socket.create_connection((LOOPBACK, port), 10) as link:
        line = Line(link, "client")
        hello = HELLO + password + b"\0"
        link.sendall(struct.pack(">i", len(hello)) + hello)
        try:
            line.frame()
            for request in [PROOF] * proved + [asked]:
                xid = SPECIAL_XID.get(request.op, 1)
                body = struct.pack(">ii", xid, request.op) + request.body
                link.sendall(struct.pack(">i", len(body)) + body)
                reply = line.frame()
        except ConnectionError:
            return CLOSED
        err = struct.unpack_from(">i", reply, 12)[0]
        return f"{err} {reply[16:].hex()}" if asked.op == MULTI else str(err)


def answers(port: int, below: bytes) -> dict[str, str]:
    """Ask everything of one server."""
    asks = cases(below)
    said = {
        name: answered(port, asked, buffer(PASSWORD), proved="proved" in name)
        for name, asked in asks.items()
    }
    said["connect: password"] = answered(port, asks["sync: path"], NULL)
    return said


@pytest.fixture(scope="module")
def ports(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, list[int]]]:
    """The client ports of our leader and of Java's, and of a follower of each."""
    kinds: list[Launcher] = [ours, java]
    folders = [tmp_path_factory.mktemp(name) for name in ("ours", "java")]
    with (
        Ensemble(folders[0], [kinds[0]] * 3) as mine,
        Ensemble(folders[1], [kinds[1]] * 3) as theirs,
    ):
        ports: dict[str, list[int]] = {"leader": [], "follower": []}
        for ensemble in (mine, theirs):
            ensemble.start(1, 2)
            leader = ensemble.leader()
            follower = next(s for s in ensemble.servers[:2] if s is not leader)
            ports["leader"].append(leader.ports.client)
            ports["follower"].append(follower.ports.client)
        yield ports


@pytest.mark.parametrize("who", ["leader", "follower"])
def test_null_is_answered_as_java_answers_it(
    ports: dict[str, list[int]], who: str
) -> None:
    mine, theirs = (answers(port, who.encode()) for port in ports[who])
    assert theirs["create: auth id, proved"] == "0"
    assert len(set(theirs.values())) > 4, "the table asks for different answers"
    differ = {k: (mine[k], theirs[k]) for k in mine if mine[k] != theirs[k]}
    assert not differ, f"as (ours, Java's): {differ}"

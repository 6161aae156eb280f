"""Byte for byte on the client port: requests, replies and events of Java 3.8.0."""

import struct
from typing import Any, NamedTuple

import pytest

from node.wire import client
from node.wire.client import Op
from node.wire.jute import Buffer, Text, pack, read, unpack
from tests.vectors.load import conversation
from tests.vectors.raw import Said


class Path(NamedTuple):
    """A reply that is a path: create's, sync's."""

    path: Text


class PathAndStat(NamedTuple):
    """create2's reply."""

    path: Text
    stat: client.Stat


class DataAndStat(NamedTuple):
    """getData's reply."""

    data: Buffer
    stat: client.Stat


class AclAndStat(NamedTuple):
    """getACL's reply."""

    acl: tuple[client.ACL, ...]
    stat: client.Stat


class Names(NamedTuple):
    """getChildren's and getEphemerals' reply."""

    names: tuple[Text, ...]


class NamesAndStat(NamedTuple):
    """getChildren2's reply."""

    names: tuple[Text, ...]
    stat: client.Stat


REQUESTS: dict[int, Any] = {
    Op.CREATE: client.CreateRequest,
    Op.CREATE2: client.CreateRequest,
    Op.CREATE_CONTAINER: client.CreateRequest,
    Op.DELETE: client.DeleteRequest,
    Op.SET_DATA: client.SetDataRequest,
    Op.GET_ACL: client.PathRequest,
    Op.SET_ACL: client.SetACLRequest,
    Op.SYNC: client.PathRequest,
    Op.CHECK_WATCHES: client.CheckWatchesRequest,
    Op.REMOVE_WATCHES: client.CheckWatchesRequest,
    Op.ADD_WATCH: client.AddWatchRequest,
    Op.AUTH: client.AuthPacket,
    Op.SET_WATCHES: client.SetWatches,
    Op.SET_WATCHES2: client.SetWatches2,
    Op.GET_EPHEMERALS: client.PathRequest,
    Op.GET_ALL_CHILDREN_NUMBER: client.PathRequest,
}
REPLIES: dict[str, Any] = {
    "create": Path,
    "create2": PathAndStat,
    "createContainer": PathAndStat,
    "exists": client.Stat,
    "getData": DataAndStat,
    "setData": client.Stat,
    "setACL": client.Stat,
    "getACL": AclAndStat,
    "getChildren": Names,
    "getChildren2": NamesAndStat,
    "getEphemerals": Names,
    "sync": Path,
    "whoAmI": client.WhoAmIResponse,
}
TALK = conversation("client")
OK = bytes(4)  # the err of a reply


def name_of(message: Said) -> str:
    return f"{message.by}: {message.what}"


def requests() -> list[Said]:
    """Every recorded request with a record that we declare."""
    return [
        m
        for m in TALK
        if m.by == "client"
        and "Connect" not in m.what
        and "parse" not in m.what
        and struct.unpack_from(">i", m.data, 8)[0] in REQUESTS
    ]


def replies() -> list[Said]:
    """Every recorded reply without an error, with a record that we declare."""
    found = []
    for message in TALK:
        kind, _, rest = message.what.partition(": ")
        name = rest.replace(",", ":").partition(":")[0].partition(" that")[0]
        if kind == "reply" and name in REPLIES and message.data[16:20] == OK:
            found.append(message._replace(what=name))
    return found


@pytest.mark.parametrize("message", requests(), ids=name_of)
def test_a_request_survives_decoding_and_encoding(message: Said):
    _, xid, kind = struct.unpack_from(">iii", message.data)
    record = unpack(REQUESTS[kind], message.data[12:])
    assert client.frame(struct.pack(">ii", xid, kind) + pack(record)) == message.data


def test_most_of_the_conversation_is_covered():
    assert len(requests()) > 30
    assert len(replies()) > 20


@pytest.mark.parametrize("message", replies(), ids=name_of)
def test_a_reply_survives_decoding_and_encoding(message: Said):
    _, xid, zxid, err = client.REPLY.unpack_from(message.data)
    record = unpack(REPLIES[message.what], message.data[client.REPLY.size :])
    assert client.reply(xid, zxid, err, pack(record)) == message.data


@pytest.mark.parametrize(
    "message", [m for m in TALK if m.what == "watch event"], ids=name_of
)
def test_a_watch_event_survives_decoding_and_encoding(message: Said):
    _, xid, zxid, err = client.REPLY.unpack_from(message.data)
    assert (xid, zxid, err) == (client.Xid.EVENT, -1, 0)
    event = unpack(client.WatcherEvent, message.data[client.REPLY.size :])
    assert event.state == 3
    assert client.reply(xid, zxid, err, pack(event)) == message.data


@pytest.mark.parametrize(
    "message", [m for m in TALK if "ConnectRe" in m.what], ids=name_of
)
def test_a_handshake_survives_decoding_and_encoding(message: Said):
    body = message.data[4:]
    if message.by == "client":
        asked = client.unpack_connect_request(body)
        assert client.frame(client.pack_connect_request(asked)) == message.data
    else:
        answer = client.unpack_connect_response(body)
        assert client.frame(client.pack_connect_response(answer)) == message.data


def test_a_refused_session_is_told_by_zeros():
    refused = next(m for m in TALK if m.what == "ConnectResponse: refused")
    answer = client.ConnectResponse(0, 0, 0, bytes(16))
    assert client.frame(client.pack_connect_response(answer)) == refused.data


def test_errors_have_zookeepers_numbers():
    errors = {
        "create: exists already": client.Err.NODE_EXISTS,
        "create: no parent": client.Err.NO_NODE,
        "create: child of an ephemeral": client.Err.NO_CHILDREN_FOR_EPHEMERALS,
        "create: bad mode": client.Err.BAD_ARGUMENTS,
        "setData: bad version": client.Err.BAD_VERSION,
        "setData: no permission": client.Err.NO_AUTH,
        "delete: has children": client.Err.NOT_EMPTY,
        "checkWatches: none": client.Err.NO_WATCHER,
        "body that does not parse": client.Err.MARSHALLING,
        "unknown operation": client.Err.UNIMPLEMENTED,
    }
    for what, err in errors.items():
        (reply,) = [m for m in TALK if m.what == f"reply: {what}"]
        _, xid, zxid, _ = client.REPLY.unpack_from(reply.data)
        assert client.reply(xid, zxid, err) == reply.data, what


def test_a_multi_is_a_chain_of_headers_and_records():
    asked = next(m for m in TALK if m.what == "multi")
    body, at = asked.data[12:], 0
    rebuilt, kinds = b"", []
    while True:
        kind, done, err = client.MULTI_HEADER.unpack_from(body, at)
        at += client.MULTI_HEADER.size
        if done:
            break
        record: tuple[Any, ...]
        if kind == Op.CHECK:
            record, at = read(client.CheckVersionRequest, body, at)
        else:
            record, at = read(REQUESTS[kind], body, at)
        kinds.append(kind)
        rebuilt += client.MULTI_HEADER.pack(kind, done, err) + pack(record)
    assert kinds == [Op.CREATE, Op.SET_DATA, Op.CHECK, Op.CREATE2, Op.DELETE]
    assert rebuilt + client.MULTI_END == body

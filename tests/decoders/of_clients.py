"""Claims about what clients send: frames, records, four-letter words."""

from collections.abc import Sequence
from typing import Any

from node.clients.handshake import FOUR_LETTER_WORDS
from node.wire import client, jute
from node.wire.jute import INT, MalformedRecord
from tests.unit.clients.standalone import Standalone


class _Clients:
    """One server that is asked everything; it is built anew now and then."""

    def __init__(self) -> None:
        self.left = 0
        self.world: Standalone

    def fresh(self) -> Standalone:
        if not self.left:
            self.world, self.left = Standalone(), 400
        self.left -= 1
        return self.world


_clients = _Clients()


def check_client(data: bytes) -> None:
    """Whatever a client says, it gets whole frames or is hung up on."""
    world = _clients.fresh()
    conn, said = _talk(world, [data])
    if conn.command:
        assert conn.command.encode() in FOUR_LETTER_WORDS
    at = 0
    while at < len(said):
        (length,) = INT.unpack_from(said, at)
        assert length >= 16
        at += 4 + length
    assert at == len(said), "half a frame"
    assert conn.waiting_bytes <= len(data)


def check_client_bytewise(data: bytes) -> None:
    """A client that sends one byte at a time gets the same answers."""
    hello, rest = data[:49], data[49:400]  # what most seeds begin with
    whole, said = _talk(Standalone(), [hello, rest])
    drop, said_bytewise = _talk(Standalone(), [_bytes(hello), _bytes(rest)])
    assert said == said_bytewise
    assert (whole.closing, whole.command) == (drop.closing, drop.command)


def _bytes(data: bytes) -> list[bytes]:
    return [data[at : at + 1] for at in range(len(data))]


def _talk(world: Standalone, turns: Sequence[bytes | list[bytes]]) -> tuple[Any, bytes]:
    """Say something in turns, each whole or in pieces; the quorum answers between."""
    service = world.service
    conn = service.connect("127.0.0.1:5000", 0)
    assert conn is not None
    for turn in turns:
        for chunk in [turn] if isinstance(turn, bytes) else turn:
            service.feed(conn, chunk, 0)
        _commit(world)
    said = b"".join(conn.out)
    service.disconnect(conn)
    service.dirty.clear()
    service.notes.clear()
    return conn, said


def _commit(world: Standalone) -> None:
    service = world.service
    while service.requests or service.revalidations:
        for session, _ in tuple(service.revalidations):
            service.revalidated(session, session in world.tree.sessions)
        service.revalidations.clear()
        world.commit()


_REQUESTS = (
    *(client.CreateRequest, client.CreateTTLRequest, client.DeleteRequest),
    *(client.SetDataRequest, client.SetACLRequest, client.CheckVersionRequest),
    *(client.PathRequest, client.CheckWatchesRequest, client.AddWatchRequest),
    *(client.SetWatches, client.SetWatches2, client.AuthPacket),
)


def check_records(data: bytes) -> None:
    """A record is read as a value that is written and read again the same."""
    for kind in _REQUESTS:
        try:
            record, end = jute.read(kind, data, 0)
        except MalformedRecord:
            continue
        assert end <= len(data)
        assert jute.unpack(kind, jute.pack(record)) == record
    try:
        greeting = client.unpack_connect_request(data)
    except MalformedRecord:
        return
    again = client.unpack_connect_request(client.pack_connect_request(greeting))
    assert again == greeting


def check_four_letters(data: bytes) -> None:
    """A four-letter word is heard however it is cut; what is none hangs or closes."""
    heard = []
    for turn in (data, _bytes(data)):
        conn, _ = _talk(_clients.fresh(), [turn])
        heard.append(conn.command)
    known = data[:4].decode("latin-1") if data[:4] in FOUR_LETTER_WORDS else ""
    assert heard == [known, known]

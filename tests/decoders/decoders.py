"""Every decoder of foreign bytes, with what it must hold for any bytes at all.

A check takes bytes and returns nothing.  The decoder may turn them down with its
documented error; otherwise what it made of them must encode to bytes that decode
to an equal value, and where bytes come in chunks, the chunks may not matter.
"""

import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import gettempdir
from types import SimpleNamespace
from typing import Any, NamedTuple
from zlib import adler32

from node import config, events, properties
from node.clients.handshake import FOUR_LETTER_WORDS
from node.shell.admin_port import AdminPort, Exchange
from node.shell.gates import Gates
from node.storage.disk import StorageError
from node.storage.epochfiles import read_epoch, save_epoch
from node.storage.recovery import recover
from node.storage.snapshot import (
    END,
    StreamReader,
    file_chunks,
    load_file,
    stream_chunks,
)
from node.storage.txnlog import HEADER, TxnLog
from node.tree.znodes import Tree
from node.wire import client, jute, notification, quorum
from node.wire.errors import ProtocolViolation
from node.wire.jute import INT, LONG, MalformedRecord
from tests.decoders import seeds
from tests.unit.clients.standalone import Standalone
from tests.unit.memory_disk import MemoryDisk


class Decoder(NamedTuple):
    """One decoder: valid bytes, and the claim that holds for any bytes."""

    name: str
    seeds: Callable[[], Sequence[bytes]]
    check: Callable[[bytes], None]
    share: float = 1.0  # how many of the inputs it gets: dear ones get fewer


# --- clients ------------------------------------------------------------------


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


# --- peers --------------------------------------------------------------------


def check_quorum(data: bytes) -> None:
    """Packets decode to values that encode to the very bytes, or end the link."""
    try:
        packets, at = quorum.unpack_packets(data)
    except ProtocolViolation:
        return
    assert at <= len(data)
    for packet in packets:
        again, _ = quorum.unpack_packet(quorum.pack_packet(packet), 0)
        assert again == packet
    encoded = b"".join(map(quorum.pack_packet, packets))
    assert encoded == data[:at], "what was taken is not what was said"


def check_quorum_bytewise(data: bytes) -> None:
    """Packets may come a byte at a time."""
    data = data[:500]
    taken: list[list[quorum.Packet]] = []
    for step in (len(data) or 1, 1):
        buffer, found = b"", []
        try:
            for at in range(0, len(data), step):
                buffer += data[at : at + step]
                packets, end = quorum.unpack_packets(buffer)
                while packets:
                    found += packets
                    buffer = buffer[end:]
                    packets, end = quorum.unpack_packets(buffer)
        except ProtocolViolation:
            found.append(quorum.Packet(-1, -1))
        taken.append(found)
    # A violation in the same chunk hides the packets before it; their link ends.
    whole, bytewise = taken
    assert whole == bytewise or whole[-1:] == bytewise[-1:]


def check_inner(data: bytes) -> None:
    """What rides inside packets: introductions, requests, sessions."""
    for unpack, pack in (
        (quorum.unpack_learner_info, quorum.pack_learner_info),
        (quorum.unpack_request, quorum.pack_request),
        (quorum.unpack_touches, quorum.pack_touches),
    ):
        try:
            value: Any = unpack(data)
        except ProtocolViolation:
            continue
        assert unpack(pack(value)) == value
    try:
        session, alive = quorum.unpack_revalidation(data)
    except ProtocolViolation:
        return
    packed = quorum.pack_revalidation(session, alive=alive)
    assert quorum.unpack_revalidation(packed) == (session, alive)


def check_vote(data: bytes) -> None:
    """A ballot paper of any age, or none."""
    try:
        vote = notification.unpack_notification(data)
    except ProtocolViolation:
        return
    assert (
        notification.unpack_notification(notification.pack_notification(vote)) == vote
    )
    notification.config_version(vote.config)


def check_greeting(data: bytes) -> None:
    """The opening of an election connection, whole or not yet."""
    try:
        found = notification.unpack_greeting(data)
    except ProtocolViolation:
        return
    if found is None:
        assert len(data) < 20 + notification.GREETING_MAX
        return
    greeting, end = found
    assert end <= len(data)
    if greeting.addresses:
        again = notification.unpack_greeting(notification.pack_greeting(greeting))
        assert again is not None
        assert again[0] == greeting


# --- the disk -----------------------------------------------------------------

_BASE = b"".join(file_chunks(Tree(), 0))
_LOG_RECORD = struct.Struct(">qi")


def check_log(data: bytes) -> None:
    """A log is read as transactions that are written again the same, or refused."""
    disk = MemoryDisk()
    disk.replace("snapshot.0", _BASE)
    disk.replace("log.1", _honest(data) if len(data) % 2 else data)
    try:
        recovery = recover(disk, disk)
    except StorageError as error:
        assert "log" in str(error), "the file is not named"
        return
    kept = recovery.recent
    assert [zxid for zxid, _ in kept] == [
        jute.LONG.unpack_from(e, 12)[0] for _, e in kept
    ]
    if not kept or adler32(data) % 4:
        return
    copy = MemoryDisk()
    log = TxnLog(copy, preallocate_bytes=0)
    for zxid, entry in kept:
        log.append(zxid, entry)
    batch = log.take()
    assert batch is not None
    log.write(batch)
    written = [item for name in copy.names() for item in _entries(copy.read(name))]
    assert written == [entry for _, entry in kept]


def _honest(data: bytes) -> bytes:
    """Return a log with right checksums, so that damage comes past them."""
    log = bytearray(data)
    log[: len(HEADER)] = HEADER
    at = len(HEADER)
    while at + 12 <= len(log):
        _, length = _LOG_RECORD.unpack_from(log, at)
        if not 0 < length <= len(log) - at - 13:
            break
        end = at + 12 + length
        _LOG_RECORD.pack_into(log, at, adler32(log[at + 12 : end]), length)
        log[end] = ord("B")
        at = end + 1
    return bytes(log)


def _entries(log: bytes) -> list[bytes]:
    found, at = [], len(HEADER)
    while at + 12 <= len(log):
        _, length = _LOG_RECORD.unpack_from(log, at)
        found.append(log[at + 12 : at + 12 + length])
        at += 13 + length
    return found


def check_snapshot(data: bytes) -> None:
    """A snapshot is a tree that is written and read again the same, or refused."""
    if len(data) % 2 and len(data) > 13:  # a right seal, so that damage comes past it
        data = data[:-13] + LONG.pack(adler32(data[:-13])) + END
    try:
        tree = load_file(data, "snapshot.7")
    except StorageError as error:
        assert "snapshot.7" in str(error)
        return
    once = b"".join(file_chunks(tree, 0))
    assert b"".join(file_chunks(load_file(once), 0)) == once


def check_stream(data: bytes) -> None:
    """The stream of a SNAP, the same in one piece and in pieces of any size."""
    outcomes = []
    size = 1 + adler32(data) % 400
    for step in (len(data) or 1, size):
        reader, rest, why = StreamReader(), None, ""
        try:
            for at in range(0, len(data), step):
                rest = reader.feed(data[at : at + step])
                if rest is not None:
                    rest += data[at + step :]
                    break
        except MalformedRecord as error:
            why = type(error).__name__
        written = b"".join(stream_chunks(reader.tree)) if rest is not None else b""
        outcomes.append((rest, why, written))
    assert outcomes[0] == outcomes[1]
    if outcomes[0][2]:
        again = StreamReader()
        assert again.feed(outcomes[0][2]) == b""
        assert b"".join(stream_chunks(again.tree)) == outcomes[0][2]


def check_epoch(data: bytes) -> None:
    """An epoch file holds one number or is refused."""
    disk = MemoryDisk()
    disk.replace("currentEpoch", data)
    try:
        epoch = read_epoch(disk, "currentEpoch")
    except StorageError as error:
        assert "currentEpoch" in str(error)
        return
    assert epoch is not None
    assert 0 <= epoch < 2**32
    save_epoch(disk, "currentEpoch", epoch)
    assert read_epoch(disk, "currentEpoch") == epoch


# --- people -------------------------------------------------------------------

_PLACE = Path(gettempdir(), "quorumlab-decoders")


def config_seeds() -> tuple[bytes, ...]:
    """Return configurations of a folder that has a `myid`."""
    _PLACE.mkdir(exist_ok=True)
    (_PLACE / "myid").write_text("1\n")
    text = seeds.CONFIG.replace("DATA", str(_PLACE))
    return (text.encode(), text.partition("server.")[0].encode())


def check_config(data: bytes) -> None:
    """zoo.cfg gives a Config or one clear line."""
    try:
        found = config.read_config("zoo.cfg", str(data, "utf-8", "surrogateescape"))
    except config.ConfigError as error:
        assert "zoo.cfg" in str(error) or "myid" in str(error)
        assert "\n" not in str(error)
        return
    for sid, server in found.servers.items():
        again = config.parse_server(server.describe())
        assert again is not None
        assert again._replace(sid=sid).describe() == server.describe()
    assert found.membership().endswith("version=0")


def check_properties(data: bytes) -> None:
    """A properties file gives settings, each with its line, or names the line."""
    text = str(data, "utf-8", "replace")
    count = len(text.splitlines())
    try:
        found = properties.parse_properties(text)
    except properties.PropertiesError as error:
        assert 1 <= error.line <= count
        return
    assert all(1 <= one.line <= count for one in found)
    if adler32(data) % 4:
        return  # to write it is dearer than to read it
    written = "\n".join(f"{_escaped(p.key)}={_escaped(p.value)}" for p in found)
    again = properties.parse_properties(written)
    assert [p[:2] for p in again] == [p[:2] for p in found]


def _escaped(text: str) -> str:
    return "".join(
        char if char.isascii() and char.isalnum() else "".join(_units(char))
        for char in text
    )


def _units(char: str) -> list[str]:
    raw = char.encode("utf-16-be", "surrogatepass")
    return [f"\\u{raw[at : at + 2].hex()}" for at in range(0, len(raw), 2)]


def check_four_letters(data: bytes) -> None:
    """A four-letter word is heard however it is cut; what is none hangs or closes."""
    heard = []
    for turn in (data, _bytes(data)):
        conn, _ = _talk(_clients.fresh(), [turn])
        heard.append(conn.command)
    known = data[:4].decode("latin-1") if data[:4] in FOUR_LETTER_WORDS else ""
    assert heard == [known, known]


def _admin() -> AdminPort:
    told = SimpleNamespace(
        extra={"admin.serverPort": "0"}, number=lambda _key, default: default
    )
    view = SimpleNamespace(
        commands=lambda: {"ruok": dict, "monitor": lambda: {"zxid": 1}},
        refusal=lambda name: "no" if name == "monitor" else None,
    )
    made: Any = told
    owner = SimpleNamespace(gates=Gates("", ()))
    return AdminPort(made, view, owner)  # type: ignore[arg-type]  # a view of nothing


class _Wire:
    """A transport that remembers."""

    def __init__(self) -> None:
        self.said = b""
        self.closed = False

    def write(self, data: bytes) -> None:
        assert not self.closed, "spoke after hanging up"
        self.said += data

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


_ADMIN = _admin()


def check_http(data: bytes) -> None:
    """A request is answered once, or refused as HTTP, however it is cut."""
    outcomes = []
    step = 1 + adler32(data) % 50
    for size in (len(data) or 1, *[step] * (step % 4 == 0)):
        exchange, wire = Exchange(_ADMIN), _Wire()
        exchange.transport = wire
        for at in range(0, len(data), size):
            if wire.closed:
                break
            exchange.data_received(data[at : at + size])
        outcomes.append((_status(wire.said), wire.closed))
    assert len(set(outcomes)) == 1


def _status(said: bytes) -> bytes:
    if not said:
        return b""
    assert said.startswith(b"HTTP/1.1 ")
    assert b"\r\n\r\n" in said
    return said[9:12]


def check_event(data: bytes) -> None:
    """A line is an event that is written and read again the same, or it is none."""
    record = events.decode(str(data, "utf-8", "replace"))
    if record is None:
        return
    once = events.encode(record)
    again = events.decode(once)
    assert again is not None
    assert events.encode(again) == once


DECODERS = (
    Decoder("client frames", seeds.client_frames, check_client),
    Decoder(
        "client frames, bytewise", seeds.client_frames, check_client_bytewise, 0.25
    ),
    Decoder("client records", seeds.records, check_records),
    Decoder("quorum packets", seeds.quorum_packets, check_quorum),
    Decoder("quorum packets, bytewise", seeds.quorum_packets, check_quorum_bytewise),
    Decoder("quorum records", seeds.records, check_inner),
    Decoder("notifications", seeds.votes, check_vote),
    Decoder("election greetings", seeds.greetings, check_greeting),
    Decoder("transaction log", seeds.logs, check_log),
    Decoder("snapshot file", seeds.snapshots, check_snapshot),
    Decoder("snapshot stream", seeds.streams, check_stream),
    Decoder("epoch files", lambda: (b"0", b"1", b"4294967295", b"17"), check_epoch),
    Decoder("zoo.cfg", config_seeds, check_config),
    Decoder("properties", lambda: (seeds.CONFIG.encode(),), check_properties),
    Decoder("four-letter words", lambda: sorted(FOUR_LETTER_WORDS), check_four_letters),
    Decoder(
        "http",
        lambda: (
            b"GET /commands/ruok HTTP/1.1\r\nHost: h\r\n\r\n",
            b"HEAD /commands HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n",
            b"POST /commands/ruok HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
            b"GET /commands/monitor?x=1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        ),
        check_http,
    ),
    Decoder("events", seeds.lines, check_event),
)

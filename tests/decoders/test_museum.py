"""Inputs that once broke a decoder: they never may again."""

import struct

import pytest

from node import config, properties
from node.storage.snapshot import HEADER, StreamReader, file_chunks
from node.wire.client import Op
from node.wire.errors import ProtocolViolation
from node.wire.jute import INT, LONG, pack, ustring_bytes
from node.wire.notification import Notification, pack_notification
from node.wire.quorum import AUTHINFO_BYTES_MAX, unpack_packets
from node.wire.txn import CloseSessionTxn, CreateTxn, TxnHeader, pack_entry
from tests.decoders import run, seeds
from tests.decoders.decoders import DECODERS
from tests.disk.histories import OPEN
from tests.disk.power import PowerDisk

CHECKS = {decoder.name: decoder.check for decoder in DECODERS}


def log_of(*entries: bytes) -> bytes:
    from node.storage.txnlog import TxnLog

    disk = PowerDisk()
    log = TxnLog(disk, preallocate_bytes=0)
    for zxid, entry in enumerate(entries, 1):
        log.append(zxid, entry)
    batch = log.take()
    assert batch is not None
    log.write(batch)
    return disk.read("log.1")


def closing(*paths: str) -> bytes:
    record = pack(CloseSessionTxn(paths))
    return pack_entry(TxnHeader(5, 1, 1, 10, Op.CLOSE_SESSION), record)


def creating(path: str) -> bytes:
    record = pack(CreateTxn(path, b"", OPEN, False, 1))
    return pack_entry(TxnHeader(5, 1, 1, 10, Op.CREATE), record)


def root_twice() -> bytes:
    data = b"".join(file_chunks(seeds.tree(), 1))
    root = data.index(b"\0\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff", len(HEADER))
    return data[: root + 80] + data[root:]


LINE = seeds.lines()[0]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("events", LINE.replace(b'"seq":2', b'"seq":1e999')),
        ("events", LINE.replace(b'"at_ms":1.5', b'"at_ms":' + b"9" * 400)),
        ("transaction log", log_of(bytes(20))),
        ("transaction log", log_of(closing("no-slash"))),
        ("transaction log", log_of(closing("/"))),
        ("transaction log", log_of(creating("/a/"))),
        ("transaction log", log_of(creating("//"))),
        ("snapshot file", root_twice()),
        ("epoch files", b"-5"),
        ("epoch files", b"1_0"),
        ("epoch files", b"4294967296"),
        ("notifications", pack_notification(Notification(0, 1, 1, 1, 1, version=1))),
        ("notifications", pack_notification(Notification(0, 1, 1, 1, 1, version=-7))),
        ("zoo.cfg", b"dataDir=/tmp/\\u0000\nserver.1=a:1:2\nserver.2=b:1:2\n"),
        ("zoo.cfg", b"dataDir=/tmp/\\ud800\ntickTime=1\\n2\n"),
        ("http", b"HEAD /commands/ruok HTTP/1.1\r\nHost: h\r\n\r\n"),
    ],
)
def test_it_is_read_or_refused(name: str, data: bytes) -> None:
    CHECKS[name](data)


def test_an_acl_in_small_pieces_is_walked_once() -> None:
    # Seed 1879850815: a SNAP in pieces of a few bytes walked an unfinished ACL's
    # entries again with every piece, so steps grew with the square of its length.
    entry = INT.pack(31) + ustring_bytes("") + ustring_bytes("")

    def steps(entries: int) -> int:
        acl = INT.pack(1) + LONG.pack(2) + INT.pack(entries) + entry * (entries - 1)
        return run.steps(feed_bytewise, INT.pack(0) + acl)

    assert steps(200) < 2.2 * steps(100)


def test_an_unknown_key_costs_little() -> None:
    # Seed 636532441: difflib compared each unknown key with every key, 24,000 steps.
    data = b"dataDir=/tmp\n" + b"".join(b"4lw.commands%dlist=*\n" % n for n in range(9))

    assert run.steps(CHECKS["zoo.cfg"], data) < 9 * 4000


def feed_bytewise(data: bytes) -> None:
    reader = StreamReader()
    for at in range(len(data)):
        assert reader.feed(data[at : at + 1]) is None


def test_a_line_of_unicode_is_no_line_of_java() -> None:
    text = "a=1\u2028b\u0085c\x0bd\n"

    assert properties.parse_properties(text) == [("a", "1\u2028b\u0085c\x0bd", 1)]


def test_two_escapes_make_one_character() -> None:
    assert properties.parse_properties("a=\\ud83d\\ude00")[0].value == "\U0001f600"
    assert properties.parse_properties("a=\\ud83d!")[0].value == "\ufffd!"


def test_the_complaint_is_one_line() -> None:
    with pytest.raises(config.ConfigError) as caught:
        config.read_config("zoo.cfg", "dataDir=/tmp\ntickTime=a\\nb\n")

    assert "\n" not in str(caught.value)


def test_authinfo_is_bounded_as_a_whole() -> None:
    head = struct.pack(">iqii", 1, -1, -1, 1024)
    half = AUTHINFO_BYTES_MAX // 2 + 1
    text = struct.pack(">i", half) + bytes(half)

    with pytest.raises(ProtocolViolation):
        unpack_packets(head + text + struct.pack(">i", half))

"""Snapshots: Java's are read, ours are whole, and streams end where they end."""

import struct
from zlib import adler32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.storage.disk import StorageError
from node.storage.snapshot import (
    END,
    HEADER,
    StreamReader,
    file_chunks,
    load_file,
    newer_than,
    snapshot_names,
    stream_chunks,
)
from node.storage.txnlog import TxnLog
from node.tree.apply import apply
from node.tree.znodes import Tree
from node.wire.client import ACL, Id, Op
from node.wire.jute import MalformedRecord, pack
from node.wire.txn import CreateTxn, DeleteTxn, SetDataTxn, TxnHeader, pack_entry
from tests.unit.java import LOG, SNAPSHOT
from tests.unit.memory_disk import MemoryDisk

OPEN = (ACL(31, Id("world", "anyone")),)
READ = (ACL(1, Id("world", "anyone")),)


def create(
    zxid: int, path: str, acl: tuple[ACL, ...] = OPEN, *, count: int = -1
) -> bytes:
    record = pack(CreateTxn(path, path.encode(), acl, zxid % 7 == 0, count))
    return pack_entry(TxnHeader(5, 1, zxid, 10, Op.CREATE), record)


def grown(count: int) -> Tree:
    tree = Tree()
    tree.set_config("version=0")
    tree.sessions = {5: 4000, -6: 30000}
    for zxid in range(1, count + 1):
        apply(tree, create(zxid, f"/n{zxid}"))
    apply(tree, create(count + 1, "/deep"))
    apply(tree, create(count + 2, "/deep/er", READ))
    tree.nodes["/deep"].data = None
    return tree


def same(one: Tree, other: Tree) -> None:
    def all_of(tree: Tree) -> object:
        nodes = {
            path: (
                node.data,
                node.packed_stat(),
                node.cversion,
                node.owner,
                tree.acls.entries(node.acl),
                set(node.children or ()),
            )
            for path, node in tree.nodes.items()
        }
        owned = {session: set(paths) for session, paths in tree.ephemerals.items()}
        return nodes, owned, tree.sessions

    assert all_of(one) == all_of(other)


def test_a_snapshot_of_java_is_the_tree_that_its_log_makes() -> None:
    disk = MemoryDisk()
    disk.write("log.1", 0, LOG)
    tree = Tree()
    for _, entry in TxnLog(disk).read(0):
        apply(tree, entry)

    same(load_file(SNAPSHOT), tree)


def test_a_snapshot_comes_back_as_it_was() -> None:
    tree = grown(1000)
    chunks = list(file_chunks(tree, tree.processed_zxid))

    assert len(chunks) > 3  # so that others may work in between
    same(load_file(b"".join(chunks)), tree)


def test_a_snapshot_ends_in_a_seal_over_all_before_it() -> None:
    data = b"".join(file_chunks(grown(1), 3))

    assert data.startswith(b"ZKSN\0\0\0\2" + b"\xff" * 8)
    assert data.endswith(bytes.fromhex("00000001 2f"))
    assert struct.unpack(">q", data[-13:-5])[0] == adler32(data[:-13])


@pytest.mark.parametrize("extra", [(20,), (8,), (20, 8)])
def test_what_newer_releases_add_is_verified_and_skipped(
    extra: tuple[int, ...],
) -> None:
    tree = grown(3)
    data = b"".join(file_chunks(tree, 5))
    for size in extra:
        data += bytes(size)
        data += struct.pack(">q", adler32(data)) + END

    same(load_file(data), tree)
    with pytest.raises(StorageError, match="CRC corruption"):
        load_file(data[:-6] + b"\1" + data[-5:])


def test_a_snapshot_with_any_byte_missing_or_wrong_is_refused() -> None:
    data = b"".join(file_chunks(grown(1), 3))
    for size in range(len(data)):
        with pytest.raises(StorageError):
            load_file(data[:size])
    for at in range(len(data)):
        with pytest.raises(StorageError):
            load_file(data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :])


@given(st.integers(1, 40))
def test_a_stream_may_come_in_pieces_of_any_size(size: int) -> None:
    tree = grown(20)
    stream = b"".join(stream_chunks(tree)) + b"NEWLEADER"
    reader = StreamReader()
    for at in range(0, len(stream), size):
        rest = reader.feed(stream[at : at + size])
        if rest is not None:
            assert rest + stream[at + size :] == b"NEWLEADER"
            break
    else:
        pytest.fail("the stream never ended")
    same(reader.tree, tree)


def test_a_stream_without_the_signature_is_malformed() -> None:
    stream = b"".join(stream_chunks(grown(1)))
    with pytest.raises(MalformedRecord, match="missing signature"):
        StreamReader().feed(stream.replace(b"BenWas", b"BobWas"))


@given(st.binary(max_size=200))
def test_any_stream_is_read_or_malformed(data: bytes) -> None:
    reader = StreamReader()
    try:
        rest = reader.feed(data)
    except MalformedRecord:
        return
    assert rest is None  # nothing so short is a whole tree


@pytest.mark.parametrize("count", [b"\xff\xff\xff\xfe", b"\x80\0\0\0"])
def test_a_count_below_zero_is_malformed(count: bytes) -> None:
    with pytest.raises(MalformedRecord):
        StreamReader().feed(count)


def test_an_orphan_is_malformed() -> None:
    tree = grown(1)
    del tree.nodes["/deep/er"]
    stream = b"".join(stream_chunks(tree)).replace(b"\0\0\0\5/deep", b"\0\0\0\5/d/ep")
    with pytest.raises(MalformedRecord, match="no parent"):
        StreamReader().feed(stream)


def test_a_fuzzy_snapshot_and_the_log_after_it_make_the_tree() -> None:
    """Transactions go on between the pieces; replay from the start repairs it."""
    tree = grown(600)
    zxid = begin = tree.processed_zxid
    later: list[bytes] = []
    pieces = []
    for piece in file_chunks(tree, begin):
        pieces.append(piece)
        zxid += 4
        owner = (ACL(31, Id("digest", f"u:{zxid}")),)
        count = tree.nodes["/"].cversion
        some = [
            create(zxid - 3, f"/new{zxid}", owner, count=count + 1),
            pack_entry(
                TxnHeader(5, 1, zxid - 2, 9, Op.DELETE),
                pack(DeleteTxn(f"/n{zxid % 600 + 1}")),
            ),
            create(zxid - 1, f"/n{zxid % 600 + 1}", count=count + 2),
            pack_entry(
                TxnHeader(5, 1, zxid, 9, Op.SET_DATA),
                pack(SetDataTxn(f"/new{zxid}", b"!", 1)),
            ),
        ]
        for entry in some:
            apply(tree, entry)
        later += some

    loaded = load_file(b"".join(pieces))
    for entry in later:
        apply(loaded, entry)

    assert len(pieces) > 3
    same(loaded, tree)


def test_names_are_ordered_by_zxid_newest_first() -> None:
    names = ["snapshot.a", "snapshot.10", "snapshot.x", "log.1", "snapshot.9.tmp"]

    assert snapshot_names(names) == ["snapshot.10", "snapshot.a"]
    assert newer_than(names, 0xA) == ["snapshot.10"]


def test_the_header_is_sixteen_bytes() -> None:
    assert len(HEADER) == 16


def test_a_tree_without_a_root_blames_whoever_sent_it() -> None:
    nothing = b"\0\0\0\0" * 2 + b"\0\0\0\1/"
    with pytest.raises(MalformedRecord, match="without a root"):
        StreamReader().feed(nothing + b"\0\0\0\x0aBenWasHere")
    with pytest.raises(StorageError, match="without a root"):
        load_file(b"ZKSN\0\0\0\2" + b"\xff" * 8 + nothing, "snapshot.0")

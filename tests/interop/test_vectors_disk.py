"""Byte for byte on disk: logs, snapshots and epochs that Java 3.8.0 wrote."""

import shutil
import struct
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from node.shell.files import Files
from node.storage import epochfiles, recovery, snapshot, txnlog
from node.storage.disk import StorageError
from node.storage.txnlog import TxnLog
from node.tree.apply import apply
from node.tree.znodes import Tree
from node.wire import txn
from node.wire.client import Op
from node.wire.jute import pack, read
from tests.vectors.load import DISK, conversation

RECORDS: dict[int, Any] = {
    Op.CREATE: txn.CreateTxn,
    Op.CREATE2: txn.CreateTxn,
    Op.CREATE_CONTAINER: txn.CreateContainerTxn,
    Op.DELETE: txn.DeleteTxn,
    Op.SET_DATA: txn.SetDataTxn,
    Op.SET_ACL: txn.SetACLTxn,
    Op.CREATE_SESSION: txn.CreateSessionTxn,
    Op.CLOSE_SESSION: txn.CloseSessionTxn,
    Op.ERROR: txn.ErrorTxn,
    Op.MULTI: txn.MultiTxn,
    Op.CHECK: txn.CheckVersionTxn,
}
PREALLOCATED = 64 << 10  # the recorder's setting
LOGS = sorted(path.name for path in DISK.glob("log.*"))
SNAPSHOTS = sorted(path.name for path in DISK.glob("snapshot.*"))


@pytest.fixture
def disk(tmp_path: Path) -> Files:
    """A copy of Java's folder."""
    shutil.copytree(DISK, tmp_path / "version-2")
    return Files(tmp_path / "version-2")


def entries() -> list[tuple[int, bytes]]:
    """Every transaction in Java's logs."""
    return list(TxnLog(Files(DISK)).read(0))


# --- the transaction log --------------------------------------------------------


def test_javas_log_is_read_to_its_end_and_without_a_gap():
    zxids = [zxid for zxid, _ in entries()]
    first = [zxid for zxid in zxids if zxid >> 32 == 1]
    assert first == list(range(0x100000001, 0x100000001 + len(first)))
    assert zxids[len(first)] == 0x200000001
    assert len(first) > 30


def test_every_transaction_survives_decoding_and_encoding():
    kinds = Counter[int]()
    for zxid, entry in entries():
        header = txn.header_of(entry)
        assert header.zxid == zxid
        record, end = read(RECORDS[header.type], entry, txn.HEADER_BYTES)
        digest = entry[end:]
        if header.type == Op.ERROR:
            assert digest == b""  # a refused write changes nothing
        else:
            assert txn.DIGEST.unpack(digest)[0] == txn.DIGEST_VERSION
        assert txn.pack_entry(header, pack(record)) + digest == entry
        kinds[header.type] += 1
    assert {Op.CREATE, Op.SET_DATA, Op.DELETE, Op.MULTI, Op.ERROR} <= set(kinds)
    assert {Op.CREATE_SESSION, Op.CLOSE_SESSION, Op.SET_ACL} <= set(kinds)
    assert {Op.CREATE2, Op.CREATE_CONTAINER} <= set(kinds)


def test_the_members_of_a_multi_survive_too():
    multis = [e for _, e in entries() if txn.header_of(e).type == Op.MULTI]
    assert len(multis) == 3
    for entry in multis:
        for kind, record in read(txn.MultiTxn, entry, txn.HEADER_BYTES)[0].operations:
            assert record is not None
            member, end = read(RECORDS[kind], record, 0)
            assert end == len(record)
            assert pack(member) == record


@pytest.mark.parametrize("name", LOGS)
def test_our_log_of_the_same_transactions_is_the_same_file(name: str, tmp_path: Path):
    theirs = (DISK / name).read_bytes()
    epoch = txnlog.first_zxid(name) >> 32
    log = TxnLog(Files(tmp_path), preallocate_bytes=PREALLOCATED)
    for zxid, entry in entries():
        if zxid >> 32 == epoch:
            log.append(zxid, entry)
            batch = log.take()
            assert batch is not None
            log.write(batch)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes() == theirs


def test_one_batch_or_many_give_the_same_file(tmp_path: Path):
    log = TxnLog(Files(tmp_path), preallocate_bytes=PREALLOCATED)
    for zxid, entry in entries():
        if zxid >> 32 == 1:
            log.append(zxid, entry)
    batch = log.take()
    assert batch is not None
    log.write(batch)
    assert (tmp_path / LOGS[0]).read_bytes() == (DISK / LOGS[0]).read_bytes()


# --- snapshots ------------------------------------------------------------------


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_our_snapshot_of_the_same_tree_has_the_same_parts(name: str):
    theirs = (DISK / name).read_bytes()
    tree = snapshot.load_file(theirs, name)
    mine = b"".join(snapshot.file_chunks(tree, 0))
    parts = parts_of(theirs)
    assert parts_of(mine) == parts
    assert len(parts["nodes"]) >= 4
    # Siblings may come in any order (Java's is that of a hash table), so only
    # what stands before the nodes is the same byte for byte.
    assert mine[: parts["head"]] == theirs[: parts["head"]]


def test_the_seal_is_the_checksum_of_all_before_it():
    theirs = bytearray((DISK / SNAPSHOTS[0]).read_bytes())
    theirs[40] ^= 1
    with pytest.raises(StorageError):
        snapshot.load_file(bytes(theirs))


def test_the_tree_of_a_snap_survives_decoding_and_encoding():
    (stream,) = [
        m.data for m in conversation("follower-snap") if m.what == "snapshot stream"
    ]
    reader = snapshot.StreamReader()
    assert reader.feed(stream + b"next packet") == b"next packet"
    mine = b"".join(snapshot.stream_chunks(reader.tree))
    assert parts_of(snapshot.HEADER + mine) == parts_of(snapshot.HEADER + stream)


def test_a_snap_may_arrive_byte_by_byte():
    (stream,) = [
        m.data for m in conversation("follower-snap") if m.what == "snapshot stream"
    ]
    reader = snapshot.StreamReader()
    fed = [reader.feed(stream[at : at + 1]) for at in range(len(stream))]
    assert fed[-1] == b""
    assert set(fed[:-1]) == {None}


# --- the whole folder -------------------------------------------------------------


def test_we_recover_from_javas_folder(disk: Files):
    found = recovery.recover(disk, disk)
    assert found.last_zxid == entries()[-1][0]
    assert found.snapshot_zxid == int(SNAPSHOTS[-1].partition(".")[2], 16)
    assert found.replayed == len([z for z, _ in entries() if z > found.snapshot_zxid])
    assert not found.torn
    assert found.tree.nodes["/after-the-restart"].data == b"x"
    assert found.tree.nodes["/a"].data == b"three"


def test_javas_snapshot_and_javas_log_tell_the_same_tree():
    """Replaying the log from nothing gives the tree that Java dumped."""
    at = int(SNAPSHOTS[-1].partition(".")[2], 16)
    dumped = snapshot.load_file((DISK / SNAPSHOTS[-1]).read_bytes())
    replayed = snapshot.load_file((DISK / SNAPSHOTS[0]).read_bytes())
    for zxid, entry in entries():
        if zxid <= at:
            apply(replayed, entry)
    assert _without_acl_numbers(replayed) == _without_acl_numbers(dumped)


def test_epochs_are_plain_numbers(disk: Files, tmp_path: Path):
    copy = Files(tmp_path / "mine")
    for name in (epochfiles.ACCEPTED, epochfiles.CURRENT):
        epoch = epochfiles.read_epoch(disk, name)
        assert epoch == 2
        epochfiles.save_epoch(copy, name, epoch)
        assert copy.read(name) == (DISK / name).read_bytes()


# --- a second opinion ---------------------------------------------------------------


def parts_of(data: bytes) -> dict[str, Any]:
    """Cut a snapshot into sessions, ACLs and nodes, without our codecs."""
    at = len(snapshot.HEADER)
    (count,) = struct.unpack_from(">i", data, at)
    sessions = {data[at + 4 + 12 * n : at + 16 + 12 * n] for n in range(count)}
    at += 4 + 12 * count
    (count,) = struct.unpack_from(">i", data, at)
    at += 4
    acls = set()
    for _ in range(count):
        start = at
        (entries_,) = struct.unpack_from(">i", data, at + 8)
        at += 12
        for _ in range(entries_):
            at = _skip(data, _skip(data, at + 4))
        acls.add(data[start:at])
    head, nodes = at, {}
    while (path := data[at + 4 : _skip(data, at)]) != b"/":
        start, at = at, _skip(data, _skip(data, at)) + 68
        nodes[path] = data[start:at]
    return {"sessions": sessions, "acls": acls, "nodes": nodes, "head": head}


def _skip(data: bytes, at: int) -> int:
    (length,) = struct.unpack_from(">i", data, at)
    return at + 4 + max(int(length), 0)


def _without_acl_numbers(tree: Tree) -> dict[str, Any]:
    return {
        path: (node.data, tree.acls.raw.get(node.acl), node.packed_stat())
        for path, node in tree.nodes.items()
    }

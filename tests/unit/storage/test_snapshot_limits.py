"""Snapshots at their limits: counts, lengths, fields, and pieces that end anywhere."""

import struct
from collections.abc import Iterator
from zlib import adler32

import pytest

from node.storage.disk import StorageError
from node.storage.snapshot import (
    ACL_ENTRIES_MAX,
    END,
    SIGNATURE,
    StreamReader,
    file_chunks,
    load_file,
    snapshot_names,
    stream_chunks,
    zxid_in,
)
from node.tree.znodes import Tree, Znode
from node.wire.jute import BUFFER_MAX, MalformedRecord

NOTHING = bytes(4)  # no sessions, or no ACLs


def text(value: str) -> bytes:
    return struct.pack(">i", len(value)) + value.encode()


def node(path: str, data: bytes | None, acl: int = -1) -> bytes:
    """Return a node whose every field has another number."""
    held = b"\xff" * 4 if data is None else struct.pack(">i", len(data)) + data
    return text(path) + held + struct.pack(">qqqqqiiiqq", acl, *range(1, 10))


def body(*parts: bytes, acls: bytes = NOTHING) -> bytes:
    return NOTHING + acls + b"".join(parts) + END + SIGNATURE


def read(stream: bytes) -> Tree:
    reader = StreamReader()
    assert reader.feed(stream) == b""
    return reader.tree


def test_every_field_has_its_place() -> None:
    tree = read(body(node("", b""), node("/a", b"data", 7)))
    it = tree.nodes["/a"]
    assert (it.data, it.acl) == (b"data", 7)
    assert (it.czxid, it.mzxid, it.ctime, it.mtime) == (1, 2, 3, 4)
    assert (it.version, it.cversion, it.aversion) == (5, 6, 7)
    assert (it.owner, it.pzxid) == (8, 9)
    assert tree.ephemerals[8].keys() == {"/a"}
    assert tree.nodes[""] is tree.nodes["/"]


def test_data_may_be_empty_and_may_be_missing() -> None:
    tree = read(body(node("", None), node("/a", b""), node("/b", None)))
    assert tree.nodes["/a"].data == b""
    assert tree.nodes["/b"].data is None
    assert tree.nodes["/"].data is None


def test_nodes_below_nodes_are_written_parents_first() -> None:
    tree = Tree()
    for path in ("/b", "/a", "/a/2", "/a/1", "/a/1/x"):
        tree.insert(path, Znode(path.encode(), -1, 0, 1))
    stream = b"".join(stream_chunks(tree))
    places = [stream.index(text(path)) for path in ("/b", "/a", "/a/2", "/a/1")]
    assert places == sorted(places), "children in the order in which they came"
    assert read(stream).nodes.keys() == tree.nodes.keys()


def test_a_node_that_is_deleted_meanwhile_is_left_out() -> None:
    tree = Tree()
    for number in range(600):
        tree.insert(f"/n{number}", Znode(b"", -1, 0, 1))
    chunks = stream_chunks(tree)
    stream = next(chunks)
    gone = [path for path in tree.nodes if path > "/n" and text(path) not in stream]
    assert len(gone) > 300
    for path in gone[:100]:
        tree.remove(path)
    assert read(stream + b"".join(chunks)).nodes.keys() == tree.nodes.keys()


def test_a_piece_holds_a_few_hundred_nodes() -> None:
    tree = Tree()
    before = len(tree.nodes) - 2  # the root has two names, and is not counted
    for number in range(512 - before):
        tree.insert(f"/n{number}", Znode(b"", -1, 0, 1))
    sizes = [len(chunk) for chunk in stream_chunks(tree)]
    assert len(sizes) == 2 + 2, "two full pieces, the end, the signature"
    assert sizes[2] == len(END)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/a/b", "no parent"), ("a", "no parent"), ("/x/", "no parent"),
        ("//x", "no parent"), ("/x", "twice"), ("", "twice"),
    ],
)  # fmt: skip
def test_a_path_that_fits_nowhere_is_malformed(path: str, why: str) -> None:
    with pytest.raises(MalformedRecord, match=why):
        read(body(node("", b""), node("/x", b""), node(path, b"")))


# --- counts and lengths ---------------------------------------------------------------


def acl(number: int, entries: int, given: int = -1) -> bytes:
    one = struct.pack(">i", 31) + text("world") + text("anyone")
    count = entries if given < 0 else given
    return struct.pack(">iqi", 1, number, entries) + one * max(count, 0)


@pytest.mark.parametrize("entries", [-1, 0, 1, 3])
def test_an_acl_has_any_number_of_entries(entries: int) -> None:
    stream = body(node("", b"", 5), acls=acl(5, entries))
    tree = read(stream)
    assert len(tree.acls.entries(5)) == max(entries, 0)
    assert tree.acls.raw[5] == acl(5, entries)[12:]


@pytest.mark.parametrize("entries", [-2, ACL_ENTRIES_MAX + 1])
def test_an_acl_of_an_absurd_size_is_malformed(entries: int) -> None:
    with pytest.raises(MalformedRecord, match=f"an ACL of {entries} entries"):
        read(NOTHING + acl(5, entries, given=0))


def test_the_largest_acl_is_waited_for() -> None:
    assert ACL_ENTRIES_MAX == 65_536
    begun = NOTHING + acl(5, ACL_ENTRIES_MAX, given=2)
    assert StreamReader().feed(begun) is None


@pytest.mark.parametrize(("length", "why"), [(-2, "length -2"),
                         (2 * BUFFER_MAX + 1, "unreasonable length")])  # fmt: skip
def test_an_absurd_length_is_malformed(length: int, why: str) -> None:
    path = NOTHING * 2 + struct.pack(">i", length)
    with pytest.raises(MalformedRecord, match=why):
        StreamReader().feed(path)


def test_the_greatest_length_is_waited_for() -> None:
    path = NOTHING * 2 + struct.pack(">i", 2 * BUFFER_MAX)
    assert StreamReader().feed(path) is None


def test_a_path_that_is_null_is_malformed() -> None:
    with pytest.raises(MalformedRecord, match=r"unreasonable length -1$"):
        read(body(node("", b"").replace(NOTHING, b"\xff" * 4, 1)))


@pytest.mark.parametrize("section", [0, 1])
def test_a_negative_count_is_malformed(section: int) -> None:
    with pytest.raises(MalformedRecord, match="a count of -1"):
        StreamReader().feed(NOTHING * section + b"\xff" * 4)


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_sessions_and_acls_may_be_cut_anywhere(size: int) -> None:
    sessions = struct.pack(">iqiqi", 2, 77, 4000, -78, 5000)
    stream = sessions + acl(5, 3) + node("", b"", 5) + END + SIGNATURE
    reader = StreamReader()
    ends = [reader.feed(piece) for piece in pieces(stream, size)]
    assert ends[:-1] == [None] * (len(ends) - 1)
    assert ends[-1] == b""
    assert reader.tree.sessions == {77: 4000, -78: 5000}
    assert len(reader.tree.acls.entries(5)) == 3


def test_what_follows_the_signature_is_given_back() -> None:
    assert StreamReader().feed(body(node("", b"")) + b"x") == b"x"


# --- files ----------------------------------------------------------------------------


@pytest.mark.parametrize("more", [1, 8, 13, 20, 34, 100])
def test_what_no_release_puts_behind_the_seal_is_refused(more: int) -> None:
    data = b"".join(file_chunks(Tree(), 0))
    with pytest.raises(StorageError, match=f"snapshot.5: {more} bytes behind the seal"):
        load_file(data + bytes(more), "snapshot.5")


@pytest.mark.parametrize("extra", [(20,), (8,), (20, 8)])
@pytest.mark.parametrize("seal", [0, 1, 2])
def test_every_seal_is_verified(extra: tuple[int, ...], seal: int) -> None:
    data = b"".join(file_chunks(Tree(), 0))
    seals = [len(data) - 13]
    for size in extra:
        data += bytes(size)
        seals.append(len(data))
        data += struct.pack(">q", adler32(data)) + END
    load_file(data)
    if seal < len(seals):
        at = seals[seal] + 7
        with pytest.raises(StorageError, match="CRC corruption"):
            load_file(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])


def test_a_file_that_ends_early_says_so() -> None:
    data = b"".join(file_chunks(Tree(), 0))
    with pytest.raises(StorageError, match=r"snapshot\.7: it ends early"):
        load_file(data[:40], "snapshot.7")
    with pytest.raises(StorageError, match=r"snapshot\.7: not a snapshot"):
        load_file(data[1:], "snapshot.7")


def test_old_releases_lack_the_system_nodes_and_they_are_added() -> None:
    tree = read(body(node("", b"")))
    assert tree.nodes.keys() >= Tree().nodes.keys()


def test_a_snapshot_of_nothing_is_one() -> None:
    assert zxid_in("snapshot.0") == 0
    assert zxid_in("snapshot.0.tmp") is None
    assert snapshot_names(["snapshot.0", "snapshot.1"]) == ["snapshot.1", "snapshot.0"]

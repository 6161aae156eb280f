"""Snapshots: the whole tree as bytes, for the disk and for a learner.

A file is a header, the body and a seal (a checksum of all before it); the stream
that follows a SNAP packet is the body and a signature.  Both are *fuzzy*: they
are written piece by piece while transactions go on, so they may hold parts of
transactions after the zxid they are named after; replaying the log from there
repairs that.  Java may have compressed a file, as the end of its name says; ours
are plain.  The bytes: docs/protocol/disk.md.
"""

import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from zlib import adler32

from node.storage import snappy
from node.storage.disk import Disk, StorageError
from node.storage.names import zxid_behind
from node.tree.acl import AclTable
from node.tree.znodes import Tree, Znode, is_path
from node.wire.jute import (
    BUFFER_MAX,
    INT,
    LONG,
    MalformedRecord,
    buffer_bytes,
    ustring_bytes,
)

PREFIX = "snapshot."
TEMPORARY = ".tmp"  # behind its name until it is whole
HEADER = struct.pack(">4siq", b"ZKSN", 2, -1)
END = ustring_bytes("/")  # where the next path would be: there are no more nodes
SIGNATURE = ustring_bytes("BenWasHere")
SEAL_BYTES = 8 + len(END)
DIGEST_BYTES = 20  # zxid, version and value of a tree's digest, by newer releases
ZXID_BYTES = 8  # last processed zxid, by the newest
_BEHIND_THE_FIRST_SEAL: dict[int, tuple[int, ...]] = {
    0: (),
    DIGEST_BYTES + SEAL_BYTES: (DIGEST_BYTES,),
    ZXID_BYTES + SEAL_BYTES: (ZXID_BYTES,),
    DIGEST_BYTES + ZXID_BYTES + 2 * SEAL_BYTES: (DIGEST_BYTES, ZXID_BYTES),
}
NODES_PER_CHUNK = 256
LONGEST = 2 * BUFFER_MAX  # bytes of a path, of data or of a part of an ACL
ACL_ENTRIES_MAX = 1 << 16

_GZIP = 16 + zlib.MAX_WBITS  # with gzip's header and trailer
# What stands behind the zxid in a compressed file's name -> how it is read.
_COMPRESSED: Mapping[str, Callable[[bytes], bytes]] = {
    ".gz": lambda data: zlib.decompress(data, _GZIP),
    ".snappy": snappy.decompress,
}

_SESSION = struct.Struct(">qi")
_NUMBER_AND_COUNT = struct.Struct(">qi")  # number of an ACL, entries in it
# number of the ACL, czxid mzxid ctime mtime, version cversion aversion, owner pzxid
_ACL_AND_STAT = struct.Struct(">qqqqqiiiqq")


def file_chunks(tree: Tree, _zxid: int) -> Iterator[bytes]:
    """Yield a snapshot file, piece by piece; the tree may change in between.

    `_zxid`, which the file is named after, is the tree's when the first piece
    is asked for; the bytes do not hold it.
    """
    checksum = adler32(HEADER)
    yield HEADER
    for chunk in _body(tree):
        checksum = adler32(chunk, checksum)
        yield chunk
    yield LONG.pack(checksum) + END


def stream_chunks(tree: Tree) -> Iterator[bytes]:
    """Yield what follows a SNAP packet, piece by piece."""
    yield from _body(tree)
    yield SIGNATURE


def load_file(data: bytes, name: str = "snapshot") -> Tree:
    """Return the tree in a snapshot file; StorageError if it is not whole.

    The checksums are those of the plain bytes.
    """
    for suffix, decompress in _COMPRESSED.items():
        if name.endswith(suffix):
            try:
                data = decompress(data)
            except (zlib.error, snappy.MalformedSnappy) as error:
                raise StorageError(f"{name}: {error}") from error
    if not data.startswith(HEADER):
        raise StorageError(f"{name}: not a snapshot: it begins with {data[:16]!r}")
    body = _BodyReader()
    try:
        end = body.read(data, len(HEADER))
    except MalformedRecord as error:
        raise StorageError(f"{name}: {error}") from error
    if not body.done:
        raise StorageError(f"{name}: it ends early")
    _check_seals(data, end, name)
    return _finished(body.tree)


class StreamReader:
    """Takes in the stream of a SNAP, in pieces of any size."""

    def __init__(self) -> None:
        self._body = _BodyReader()
        self._held = bytearray()
        self.tree = self._body.tree

    def feed(self, chunk: bytes) -> bytes | None:
        """Take one piece; None: more is needed, else what follows the snapshot.

        Raises MalformedRecord.  The caller must not feed it again afterwards.
        """
        held = self._held
        held += chunk
        if not self._body.done:
            with memoryview(held) as view:
                end = self._body.read(view, 0)
            del held[:end]
        if not self._body.done or len(held) < len(SIGNATURE):
            return None
        if not held.startswith(SIGNATURE):
            raise MalformedRecord(f"missing signature, got {bytes(held[:14])!r}")
        _finished(self.tree)
        return bytes(held[len(SIGNATURE) :])


def looks_whole(disk: Disk, name: str) -> bool:
    """Return whether a snapshot's last bytes are there, without reading all of it.

    What a killed Java server was writing ends anywhere.  Of a compressed file its
    end says nothing.
    """
    size = disk.size(name)
    if size < len(HEADER) or name.endswith(tuple(_COMPRESSED)):
        return size >= len(HEADER)
    try:
        return disk.read(name, size - len(END), len(END)) == END
    except FileNotFoundError:  # somebody else cleans up here, too
        return False


def snapshot_names(names: list[str]) -> list[str]:
    """Return the snapshots among `names`, newest first."""
    found = [name for name in names if zxid_in(name) is not None]
    return sorted(found, key=lambda name: zxid_in(name) or 0, reverse=True)


def unfinished(names: list[str]) -> list[str]:
    """Return the snapshots that a killed process was still writing: nobody reads them.

    They would stay for ever otherwise, and one of a large tree fills a disk.
    """
    return [n for n in names if n.startswith(PREFIX) and n.endswith(TEMPORARY)]


def zxid_in(name: str) -> int | None:
    """Return the zxid a snapshot is named after; None if it is no snapshot's name."""
    for end in _COMPRESSED:
        name = name.removesuffix(end)
    return zxid_behind(PREFIX, name)


def newer_than(names: list[str], zxid: int) -> list[str]:
    """Return the snapshots to delete when the log is truncated to `zxid`.

    A leader writes a snapshot before its history is agreed on; if the tail is
    then cut off, such a snapshot would bring it back (ZOOKEEPER-1549).
    """
    return [name for name in snapshot_names(names) if (zxid_in(name) or 0) > zxid]


def _body(tree: Tree) -> Iterator[bytes]:
    """Yield sessions, ACLs and nodes.

    Sessions and ACLs are taken first and at once: a session that closes later
    is closed again by the replay, one that opened later is opened by it.
    """
    parts = [INT.pack(len(tree.sessions))]
    parts += [_SESSION.pack(*item) for item in tree.sessions.items()]
    parts.append(INT.pack(len(tree.acls.raw)))
    parts += [LONG.pack(number) + raw for number, raw in tree.acls.raw.items()]
    count = 0
    below = [("", _names_of(tree.nodes[""]))]  # last in a list: what comes first
    parts.append(_node_bytes("", tree.nodes[""]))
    while below:
        parent, names = below[-1]
        if not names:
            below.pop()
            continue
        path = f"{parent}/{names.pop()}"
        node = tree.nodes.get(path)
        if node is None:
            continue  # deleted since its parent was written
        parts.append(_node_bytes(path, node))
        if node.children:
            below.append((path, _names_of(node)))
        count += 1
        if count % NODES_PER_CHUNK == 0:
            yield b"".join(parts)
            parts = []
    parts.append(END)
    yield b"".join(parts)


def _names_of(node: Znode) -> list[str]:
    """Return its children's names as they are now, the last first: to be popped."""
    return list(reversed(node.children or {}))


def _node_bytes(path: str, node: Znode) -> bytes:
    fixed = _ACL_AND_STAT.pack(
        node.acl,
        node.czxid,
        node.mzxid,
        node.ctime,
        node.mtime,
        node.version,
        node.cversion,
        node.aversion,
        node.owner,
        node.pzxid,
    )
    return ustring_bytes(path) + buffer_bytes(node.data) + fixed


def _finished(tree: Tree) -> Tree:
    tree.add_missing_system_nodes()
    return tree


def _check_seals(data: bytes, end: int, name: str) -> None:
    """Verify the one to three seals; each one covers everything before it.

    What newer releases put between the seals is recognised by the lengths.
    """
    rest = len(data) - end - SEAL_BYTES
    if rest not in _BEHIND_THE_FIRST_SEAL:
        raise StorageError(f"{name}: {rest} bytes behind the seal")
    for skipped in (0, *_BEHIND_THE_FIRST_SEAL[rest]):
        end += skipped
        seal = LONG.pack(adler32(memoryview(data)[:end])) + END
        if data[end : end + SEAL_BYTES] != seal:
            raise StorageError(f"{name}: CRC corruption")
        end += SEAL_BYTES


class _BodyReader:
    """Reads sessions, ACLs and nodes into a tree, as far as the bytes reach.

    Each step reads one item or, if that is not all there, nothing and returns
    -1; so pieces may end anywhere and no byte is looked at many times.
    """

    def __init__(self) -> None:
        self.tree = Tree()
        self.tree.nodes = {}
        self.tree.acls = AclTable()
        self.done = False
        self._left = -1  # items still to come in this section; -1: not known yet
        self._entries = -1  # entries still to come in this ACL; -1: not known yet
        self._entries_end = 0  # where those read so far end, from the ACL's start
        self._step = self._session

    def read(self, data: bytes | memoryview, at: int) -> int:
        """Read from offset `at`; return how far it came."""
        while not self.done:
            if self._left == 0:
                self._left = -1
                self._step = self._acl if self._step == self._session else self._nodes
            if self._step == self._nodes:
                return self._nodes(data, at)
            end = self._count(data, at) if self._left < 0 else self._step(data, at)
            if end < 0:
                break
            at = end
        return at

    def _count(self, data: bytes | memoryview, at: int) -> int:
        """Read how many items the next section has."""
        if len(data) - at < INT.size:
            return -1
        (self._left,) = INT.unpack_from(data, at)
        if self._left < 0:
            raise MalformedRecord(f"snapshot: a count of {self._left}")
        return at + INT.size

    def _session(self, data: bytes | memoryview, at: int) -> int:
        if len(data) - at < _SESSION.size:
            return -1
        session, timeout_ms = _SESSION.unpack_from(data, at)
        self.tree.sessions[session] = timeout_ms
        self._left -= 1
        return at + _SESSION.size

    def _acl(self, data: bytes | memoryview, at: int) -> int:
        """Read one ACL; entries that were all there are not looked at again."""
        if self._entries < 0:
            if len(data) - at < _NUMBER_AND_COUNT.size:
                return -1
            _, count = _NUMBER_AND_COUNT.unpack_from(data, at)
            if not -1 <= count <= ACL_ENTRIES_MAX:
                raise MalformedRecord(f"snapshot: an ACL of {count} entries")
            self._entries, self._entries_end = max(count, 0), _NUMBER_AND_COUNT.size
        while self._entries:
            end = _bytes_end(data, at + self._entries_end + INT.size)  # perms, scheme
            end = _bytes_end(data, end) if end >= 0 else -1  # id
            if end < 0:
                return -1
            self._entries, self._entries_end = self._entries - 1, end - at
        end = at + self._entries_end
        raw = bytes(data[at + LONG.size : end])
        self.tree.acls.restore(LONG.unpack_from(data, at)[0], raw)
        self._left, self._entries = self._left - 1, -1
        return end

    def _nodes(self, data: bytes | memoryview, at: int) -> int:
        """Read nodes, as many as are all there; their number is not known before.

        A large tree spends most of its restart here: one loop, few calls.
        """
        insert, nodes, size = self.tree.insert, self.tree.nodes, len(data)
        length_at, fixed_at = INT.unpack_from, _ACL_AND_STAT.unpack_from
        while size - at >= INT.size:
            (length,) = length_at(data, at)
            if not 0 <= length <= LONGEST:
                raise MalformedRecord(f"snapshot: unreasonable length {length}")
            path_end: int = at + INT.size + length
            if path_end > size:
                break
            path = str(data[at + 4 : path_end], "utf-8", "replace")
            if path == "/":
                if "" not in nodes:
                    raise MalformedRecord("snapshot without a root")
                self.done = True
                return path_end
            if size - path_end < INT.size:
                break
            (length,) = length_at(data, path_end)  # -1: null
            if not -1 <= length <= LONGEST:
                raise MalformedRecord(f"snapshot: unreasonable length {length}")
            end = path_end + INT.size
            end += max(length, 0)
            if size - end < _ACL_AND_STAT.size:
                break
            value = bytes(data[path_end + 4 : end]) if length >= 0 else None
            fixed = fixed_at(data, end)
            node = Znode(value, fixed[0], fixed[8], fixed[1])
            node.mzxid, node.ctime, node.mtime = fixed[2:5]
            node.version, node.cversion, node.aversion = fixed[5:8]
            node.pzxid = fixed[9]
            at = end + _ACL_AND_STAT.size
            if path in nodes:
                raise MalformedRecord(f"snapshot: {path!r} twice")
            if path == "":
                nodes[""] = nodes["/"] = node
            elif is_path(path) and path[: path.rfind("/")] in nodes:
                insert(path, node)
            else:
                raise MalformedRecord(f"snapshot: no parent for {path!r}")
        return at


def _bytes_end(data: bytes | memoryview, at: int) -> int:
    """Return the end of a buffer or string; -1 if it is not all there yet."""
    if len(data) - at < INT.size:
        return -1
    (length,) = INT.unpack_from(data, at)
    if not -1 <= length <= LONGEST:
        raise MalformedRecord(f"snapshot: unreasonable length {length}")
    end: int = at + INT.size + max(length, 0)
    return end if end <= len(data) else -1

"""Who may do what: access control lists, and the table that numbers them.

Few lists serve many znodes, so a znode holds a number and the table holds the
list, as the bytes that snapshots and transactions carry.  Numbers are given in
the order of first use, as in ZooKeeper: a fuzzy snapshot whose table is older
than its nodes becomes whole when the log is replayed over it.  After
ReferenceCountedACLCache.
"""

from typing import NamedTuple

from node.wire.client import ACL, AnyACL, AskedACL, AskedId, Id, Perm
from node.wire.jute import MalformedRecord, pack, read

OPEN_ID = -1  # "no list": everybody may do everything
WORLD = Id("world", "anyone")
SCHEMES = ("world", "digest", "ip", "x509")
PROVED = ("digest", "x509")  # what `auth` in a list stands for


class AclList(NamedTuple):
    """An access control list by itself, as the table keeps it."""

    entries: tuple[ACL, ...]


class AskedList(NamedTuple):
    """A list as a client's request holds it."""

    entries: tuple[AnyACL, ...]


def acl_bytes(entries: tuple[ACL, ...]) -> bytes:
    """Encode a list."""
    return pack(AclList(entries))


OPEN_ACL = acl_bytes((ACL(Perm.ALL, WORLD),))
READ_ACL = acl_bytes((ACL(Perm.READ, WORLD),))


class AclTable:
    """The lists in use, by number, and what each of them grants."""

    def __init__(self) -> None:
        self.raw: dict[int, bytes] = {}
        # What everybody may do, by number: the one look-up that most checks need.
        self.world: dict[int | bytes, int] = {OPEN_ID: Perm.ALL}
        self.last_id = 0
        self._ids: dict[bytes, int] = {}

    def number(self, raw: bytes) -> int:
        """Return the number of an encoded list, a new one if it is new."""
        known = self._ids.get(raw)
        if known is not None:
            return known
        if raw == b"\xff\xff\xff\xff":
            return OPEN_ID
        self.restore(self.last_id + 1, raw)
        return self.last_id

    def restore(self, number: int, raw: bytes) -> None:
        """Enter a list under the number that a snapshot gives it."""
        granted = 0
        entries = _decode(raw)
        for entry in entries:
            if entry.id == WORLD:
                granted |= entry.perms
        self.raw[number] = raw
        self.world[number] = granted if entries else Perm.ALL
        self._ids[raw] = number
        self.last_id = max(self.last_id, number)

    def find(self, raw: bytes) -> int | None:
        """Return the number of an encoded list; None if it has none yet."""
        return self._ids.get(raw)

    def entries(self, number: int | bytes) -> tuple[ACL, ...]:
        """Return the list with this number; a number that is unknown grants nothing."""
        if isinstance(number, bytes):
            return _decode(number)
        if number == OPEN_ID:
            return (ACL(Perm.ALL, WORLD),)
        raw = self.raw.get(number)
        return () if raw is None else _decode(raw)

    def allows(self, number: int | bytes, wanted: int, ids: tuple[Id, ...]) -> bool:
        """Return whether somebody with these ids may do one of the `wanted` things.

        The list is named by its number or, before it has one, by its bytes.
        """
        if self.world.get(number, 0) & wanted:
            return True
        if any(identity.scheme == "super" for identity in ids):
            return True
        return any(
            entry.perms & wanted
            and (entry.id == WORLD or any(_matches(entry.id, who) for who in ids))
            for entry in self.entries(number)
        )


def skip_acl(data: bytes, at: int) -> int:
    """Return the offset behind the list that starts at `at`."""
    if data.startswith(OPEN_ACL, at):  # nearly always
        return at + len(OPEN_ACL)
    if data[at : at + 4] == b"\xff\xff\xff\xff":
        return at + 4
    return read(AskedList, data, at)[1]


def digest_id(user_and_password: str) -> Id:
    """Return who a `user:password` is: the user and a SHA-1 of both."""
    import base64
    import hashlib

    digest = hashlib.sha1(user_and_password.encode(), usedforsecurity=False).digest()
    user = user_and_password.split(":", 1)[0]
    return Id("digest", f"{user}:{base64.b64encode(digest).decode()}")


def settle(
    entries: tuple[AskedACL | ACL, ...], ids: tuple[Id, ...]
) -> tuple[ACL, ...] | None:
    """Return the list as it is stored, or None if it is no valid list.

    Duplicates go; `auth` stands for the ids that the session has proved, which
    an address does not count as; its own id may be anything, null included.
    """
    settled: dict[ACL, None] = {}
    for entry in entries:
        if entry.id.scheme == "auth":
            proved = [who for who in ids if who.scheme in PROVED]
            if not proved:
                return None
            settled.update(dict.fromkeys(ACL(entry.perms, who) for who in proved))
        elif (asked := _complete(entry.id)) is not None and _is_valid(asked):
            settled[ACL(entry.perms, asked)] = None
        else:
            return None
    return tuple(settled) or None


def _complete(asked: AskedId | Id) -> Id | None:
    """Return the id if its scheme is one that we know.

    Java looks for the scheme first; a null id then breaks its reader.
    """
    if asked.scheme not in SCHEMES:
        return None
    if asked.id is None:
        raise MalformedRecord(f"null id for scheme {asked.scheme}")
    return Id(asked.scheme, asked.id)


def masked(entries: tuple[ACL, ...]) -> tuple[ACL, ...]:
    """Return the list with the digests hidden, for those who may not see them."""
    return tuple(
        ACL(entry.perms, Id("digest", entry.id.id.split(":", 1)[0] + ":x"))
        if entry.id.scheme == "digest"
        else entry
        for entry in entries
    )


def _decode(raw: bytes) -> tuple[ACL, ...]:
    return read(AclList, raw, 0)[0].entries


def _is_valid(who: Id) -> bool:
    if who.scheme == "world":
        return who == WORLD
    if who.scheme == "digest":
        return who.id.count(":") == 1
    if who.scheme == "x509":
        return _is_subject(who.id)
    return who.scheme == "ip" and _network(who.id) is not None


def _is_subject(name: str) -> bool:
    """Return whether this can be a certificate's subject: parts `KEY=value`."""
    parts = name.replace("\\\\", "").replace("\\,", "").split(",")
    pairs = [part.partition("=") for part in parts]
    return all(key.strip() and equals for key, equals, _ in pairs)


def _matches(pattern: Id, who: Id) -> bool:
    if pattern.scheme != who.scheme:
        return False
    if pattern.scheme != "ip":
        return pattern.id == who.id
    network, address = _network(pattern.id), _network(who.id)
    if network is None or address is None or network[1] != address[1]:
        return False
    return address[0] >> network[2] == network[0] >> network[2]


def _network(text: str) -> tuple[int, int, int] | None:
    """Return address, its size in bits and the bits that do not matter."""
    import ipaddress

    address, slash, bits = text.partition("/")
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    size = parsed.max_prefixlen
    if slash and not (bits.isascii() and bits.isdigit() and int(bits) <= size):
        return None
    return int(parsed), size, size - int(bits) if slash else 0

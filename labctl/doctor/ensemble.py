"""What can be wrong between the files of one ensemble."""

import socket
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from pathlib import Path

from labctl.doctor.finding import CONSIDER, FIX, Finding
from labctl.doctor.lenient import Sheet

_ADMIN_PORT = 8080
_ANY = ("0.0.0.0", "::")
Resolver = Callable[[str], Sequence[str]]


def compare(sheets: Sequence[Sheet]) -> list[Finding]:
    """Return what no file shows by itself."""
    found = between_lists(sheets)
    for one, other in combinations(sheets, 2):
        if one.host and one.host == other.host and one.host not in _ANY:
            found += _one_host(one, other)
    return found


def between_lists(sheets: Sequence[Sheet]) -> list[Finding]:
    """Return where ids, lists of servers and limits disagree."""
    found: list[Finding] = []
    for other in sheets[1:]:  # with the first alone: every difference once
        found += _lists(sheets[0], other)
        found += _limits(sheets[0], other)
    for one, other in combinations(sheets, 2):
        found += _same_id(one, other)
    return found


def unresolved(sheets: Sequence[Sheet], addresses: Resolver) -> Iterator[Finding]:
    """Yield the hosts of server lines without an address, or with one of our own."""
    hosts: dict[str, str] = {}
    for sheet in sheets:
        for server, where in sheet.servers.values():
            hosts.setdefault(server.host, where)
    found = {host: addresses(host) for host in hosts}
    own = {host for host, known in found.items() if any(map(_is_loopback, known))}
    for host, where in hosts.items():
        if not found[host]:
            yield Finding(CONSIDER, "unresolved", where, {"host": host})
        elif host in own and own != set(hosts) and not _is_loopback(host):
            facts = {"host": host, "address": found[host][0]}
            yield Finding(CONSIDER, "resolves-loopback", where, facts)


def _is_loopback(address: str) -> bool:
    return address.startswith("127.") or address in ("::1", "localhost")


def addresses_of(host: str) -> Sequence[str]:
    """Return the addresses that this machine knows for a name; none if unknown."""
    try:
        found = socket.getaddrinfo(host, None)
    except (OSError, UnicodeError):
        return []
    return sorted({str(one[4][0]) for one in found})


def _same_id(one: Sheet, other: Sheet) -> Iterator[Finding]:
    if one.my_id is not None and one.my_id == other.my_id:
        facts = {"my_id": one.my_id, "other": one.path}
        yield Finding(FIX, "my-id-twice", other.path, facts)


def _crossed(one: Sheet, other: Sheet) -> set[int]:
    """The servers whose hosts are one another's in the other file."""
    both = one.servers.keys() & other.servers.keys()
    mine = {sid: one.servers[sid].server.host for sid in both}
    theirs = {sid: other.servers[sid].server.host for sid in both}
    return {
        sid for sid in both if mine[sid] != theirs[sid] and mine[sid] in theirs.values()
    }


def _lists(one: Sheet, other: Sheet) -> Iterator[Finding]:
    if crossed := _crossed(one, other):
        ids = ", ".join(f"server.{sid}" for sid in sorted(crossed))
        crossing: dict[str, object] = {"ids": ids, "other": one.path}
        yield Finding(FIX, "list-crossed", other.servers[min(crossed)].where, crossing)
    for sid in sorted(one.servers.keys() | other.servers.keys()):
        left, right = one.servers.get(sid), other.servers.get(sid)
        facts: dict[str, object] = {"sid": sid, "other": one.path}
        if left is None or right is None:
            has, lacks = (one, other) if left else (other, one)
            facts["other"] = has.path
            yield Finding(FIX, "list-lacks", lacks.path, facts)
            continue
        where = right.where
        ports = left.server.quorum_port, left.server.election_port
        theirs = right.server.quorum_port, right.server.election_port
        facts |= {"ports": _pair(ports), "theirs": _pair(theirs)}
        if ports == theirs[::-1]:
            yield Finding(FIX, "swapped", where, facts)
        elif ports != theirs:
            yield Finding(FIX, "list-ports", where, facts)
        if left.server.role != right.server.role:
            facts |= {"role": left.server.role, "their": right.server.role}
            yield Finding(FIX, "list-roles", where, facts)
        hosts = {left.server.host, right.server.host}
        if len(hosts) > 1 and not hosts & set(_ANY) and sid not in crossed:
            facts |= {"host": left.server.host, "their": right.server.host}
            yield Finding(CONSIDER, "list-hosts", where, facts)


def _pair(ports: tuple[int, int]) -> str:
    return f"{ports[0]}:{ports[1]}"


def _limits(one: Sheet, other: Sheet) -> Iterator[Finding]:
    for key in ("tickTime", "initLimit", "syncLimit"):
        mine, theirs = one.value(key), other.value(key)
        if mine is not None and theirs is not None and mine != theirs:
            facts = {"key": key, "mine": mine, "theirs": theirs, "other": one.path}
            yield Finding(CONSIDER, "limits-differ", other.at(key), facts)


def _one_host(one: Sheet, other: Sheet) -> Iterator[Finding]:
    facts: dict[str, object] = {"other": one.path, "host": one.host}
    if one.number("clientPort", 0) == other.number("clientPort", -1):
        facts |= {"port": one.number("clientPort", 0)}
        yield Finding(FIX, "client-port-twice", other.at("clientPort"), facts)
    if one.data_dir is not None and _place(one) == _place(other):
        facts |= {"folder": one.data_dir}
        yield Finding(FIX, "data-dir-twice", other.at("dataDir"), facts)
    admin = _admin(one)
    if admin and admin == _admin(other):
        said = "admin.serverPort"
        facts |= {"port": admin}
        yield Finding(FIX, "admin-port-twice", other.at(said), facts)


def _place(sheet: Sheet) -> Path | None:
    """The data folder; a relative one is below the folder of its file."""
    folder = sheet.data_dir
    return Path(sheet.path).parent / folder if folder is not None else None


def _admin(sheet: Sheet) -> int:
    """The AdminServer's port; 0 if there is none."""
    if (sheet.value("admin.enableServer") or "true").lower() == "false":
        return 0
    return sheet.number("admin.serverPort", _ADMIN_PORT)

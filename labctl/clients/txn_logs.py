"""The final history: what the servers' transaction logs, taken together, hold.

Read by code of our own, not the node's: a checker must not share a bug with what
it checks.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from zlib import adler32

from labctl.clients.zxid_order import Txn
from node.wire.txn import header_of
from node.zxid import counter_of

Entries = Mapping[int, bytes]  # zxid -> the transaction as it was logged


class Contradiction(Exception):
    """Two servers logged different transactions under one zxid."""


def final_history(servers: Sequence[Entries]) -> list[Txn]:
    """Return every committed transaction, from all servers' logs.

    What two logs say of one zxid must be the same.  A server that once got a SNAP
    lacks what came before, and may keep what was never committed: the tail of an
    epoch that another log, unbroken there, goes on without.
    """
    for one, other in combinations(servers, 2):
        shared = one.keys() & other.keys()
        differ = [hex(zxid) for zxid in shared if one[zxid] != other[zxid]]
        if differ:
            at = ", ".join(sorted(differ)[:5])
            raise Contradiction(f"two servers logged different things at {at}")
    everything = {zxid: entry for log in servers for zxid, entry in log.items()}
    unbroken = [piece for log in servers for piece in _pieces(sorted(log))]
    for piece in unbroken:
        has = set(piece)
        for zxid in [z for z in everything if piece[0] < z < piece[-1]]:
            if zxid not in has:
                del everything[zxid]
    heads = [header_of(everything[zxid]) for zxid in sorted(everything)]
    return [Txn(head.zxid, head.session, head.cxid, head.type) for head in heads]


def entries_in(files: Iterable[bytes]) -> dict[int, bytes]:
    """Return the transactions in a server's log files, oldest file first.

    After a 16-byte header: adler32 as a long, length, entry, the byte "B"; zeros
    or a torn record end the file.
    """
    found: dict[int, bytes] = {}
    for data in files:
        at = 16
        while at + 12 <= len(data):
            checksum, length = struct.unpack_from(">qi", data, at)
            entry = data[at + 12 : at + 12 + length]
            at += 13 + length
            if not length or data[at - 1 : at] != b"B" or adler32(entry) != checksum:
                break
            found[header_of(entry).zxid] = entry
    return found


def _pieces(zxids: Sequence[int]) -> list[list[int]]:
    """Split a log where something is missing between two transactions."""
    pieces: list[list[int]] = []
    last = None
    for zxid in zxids:
        begins = last is not None and zxid > last and counter_of(zxid) == 1
        if last is None or not (zxid == last + 1 or begins):
            pieces.append([])
        pieces[-1].append(zxid)
        last = zxid
    return pieces

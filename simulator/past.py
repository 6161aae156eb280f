"""What is agreed: one order of transactions, and what each client may see of it.

The reference is `simulator.model`, fed with every transaction the first time that
any serving server delivers it.  Server trees are compared with it by fingerprint,
clients' answers by looking up what a znode was at the zxid that the answer names.
"""

from bisect import bisect_right
from typing import NamedTuple

from node.wire.txn import TxnHeader
from node.zxid import counter_of, epoch_of
from simulator.model import Model, parent_of
from simulator.violation import Violation

Txn = tuple[int, bytes]  # zxid, entry


class Znode(NamedTuple):
    """A znode as clients see it."""

    data: bytes | None
    version: int
    czxid: int
    mzxid: int


class Past:
    """Everything that was ever delivered to clients, in its order."""

    def __init__(self) -> None:
        """Begin with an empty tree."""
        self.agreed: list[Txn] = []
        self.index: dict[int, int] = {}  # zxid -> place in `agreed`
        self.model = Model()
        self.prints = [self.model.fingerprint]  # after so many transactions
        self.znodes: dict[str, list[tuple[int, Znode | None]]] = {}
        self.listed: dict[str, list[int]] = {}  # parent -> when a child came or went
        self.requests: dict[tuple[int, int], int] = {}  # (session, cxid) -> zxid

    @property
    def last_zxid(self) -> int:
        """The newest transaction; 0 if there is none."""
        return self.agreed[-1][0] if self.agreed else 0

    def extend(self, txn: Txn) -> TxnHeader:
        """Add the next transaction; it must be the next one in Zab's order."""
        zxid, entry = txn
        before = self.last_zxid
        if epoch_of(zxid) == epoch_of(before):
            if counter_of(zxid) != counter_of(before) + 1:
                raise Violation(f"LocalPrimaryOrder: {zxid:#x} after {before:#x}")
        elif epoch_of(zxid) < epoch_of(before) or counter_of(zxid) != 1:
            raise Violation(f"GlobalPrimaryOrder: {zxid:#x} after {before:#x}")
        self.index[zxid] = len(self.agreed)
        self.agreed.append(txn)
        header = self.model.take(entry)
        if header.cxid > 0:
            request = header.session, header.cxid
            if self.requests.setdefault(request, zxid) != zxid:
                raise Violation(f"{zxid:#x} repeats {self.requests[request]:#x}")
        for path in self.model.changed:
            self._remember(path, zxid)
        self.prints.append(self.model.fingerprint)
        return header

    def _remember(self, path: str, zxid: int) -> None:
        node = self.model.nodes.get(path)
        now = None
        if node is not None:
            now = Znode(node.data, node.version, node.czxid, node.mzxid)
        known = self.znodes.setdefault(path, [])
        before = known[-1][1] if known else None
        if before == now:
            return
        known.append((zxid, now))
        if before is None or now is None or before.czxid != now.czxid:
            self.listed.setdefault(parent_of(path), []).append(zxid)

    def at(self, path: str, zxid: int) -> Znode | None:
        """Return a znode as it was after that transaction."""
        known = self.znodes.get(path, [])
        place = bisect_right(known, zxid, key=lambda item: item[0])
        return known[place - 1][1] if place else None

    def changed(self, path: str, after: int, up_to: int) -> bool:
        """Return whether a znode came, changed or went between two moments."""
        known = self.znodes.get(path, [])
        place = bisect_right(known, after, key=lambda item: item[0])
        return place < len(known) and known[place][0] <= up_to

    def relisted(self, path: str, after: int, up_to: int) -> bool:
        """Return whether a child came or went between two moments."""
        known = self.listed.get(path, [])
        place = bisect_right(known, after)
        return place < len(known) and known[place] <= up_to

    def children(self, path: str, zxid: int) -> set[str]:
        """Return the names below a path as they were then."""
        top = path.rstrip("/") + "/"
        below = [p for p in self.znodes if p.startswith(top) and p != top]
        return {
            p[len(top) :]
            for p in below
            if "/" not in p[len(top) :] and self.at(p, zxid) is not None
        }

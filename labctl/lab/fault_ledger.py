"""What was ordered and not taken back, for nodes that cannot be asked right now.

The truth about a fault is in the nodes that suffer it.  A node that is down or
frozen says nothing, and one that starts again knows nothing: for them the lab
keeps `faults.json`, written *before* any node is told.  A node that starts gets
its orders with its environment, so they stand before it dials anybody.
"""

import json
import os
import secrets
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

FILE, TOKEN = "faults.json", "token"
STEPPING = "stepping"  # a file that is there while messages go by hand

# sid -> kind of order ("gates", …) -> what was ordered, as the node takes it
Orders = Mapping[int, Mapping[str, list[dict[str, Any]]]]

TAP_MS = 3000  # a tap stays open for so long after it was asked for


class Entry(NamedTuple):
    """One fault as it was ordered."""

    id: str  # f1, f2, …
    kind: str  # partition | cut | hold | delay | lose | pause | …
    detail: str
    until_ms: float = 0.0  # wall clock; 0: until healed
    orders: Orders = MappingProxyType({})
    frozen: tuple[int, ...] = ()  # whom it paused

    @property
    def over(self) -> bool:
        """Whether its time is up."""
        return bool(self.until_ms) and time.time() * 1000 >= self.until_ms

    @property
    def left_ms(self) -> int | None:
        """How long it will last; None: until healed."""
        if not self.until_ms:
            return None
        return max(1, round(self.until_ms - time.time() * 1000))


class Ledger:
    """The faults of one lab; only a verb that holds the lab's lock may write."""

    def __init__(self, folder: Path) -> None:
        """Read, if there is anything; what cannot be read is no fault."""
        self.path = folder / FILE
        self.number = 0
        self.entries: tuple[Entry, ...] = ()
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            document = json.loads(self.path.read_text(encoding="utf-8"))
            self.entries = tuple(_entry(found) for found in document["faults"])
            self.number = int(document["number"])

    def standing(self) -> list[Entry]:
        """Return the faults whose time is not up."""
        return [entry for entry in self.entries if not entry.over]

    def next_id(self, taken: Iterable[str] = ()) -> str:
        """Return an id that no fault of this lab ever had."""
        used = [int(name[1:]) for name in taken if name[1:].isdecimal()]
        self.number = max([self.number, *used]) + 1
        return f"f{self.number}"

    def add(self, entry: Entry) -> None:
        """Write a fault down."""
        self._write([*self.standing(), entry])

    def drop(self, fault: str) -> None:
        """Strike a fault out."""
        self._write([entry for entry in self.entries if entry.id != fault])

    def drop_one(self, fault: str, sid: int, place: str) -> None:
        """Strike out one order of one node; the fault's other orders stay."""
        self._write([_without(e, sid, place) if e.id == fault else e for e in self])

    def orders_for(self, sid: int) -> dict[str, list[dict[str, Any]]]:
        """Return what this node has to suffer still, with the time that is left."""
        found: dict[str, list[dict[str, Any]]] = {}
        for entry in self.standing():
            for kind, orders in entry.orders.get(sid, {}).items():
                left = entry.left_ms or 0
                found.setdefault(kind, []).extend(
                    {**order, "for_ms": left} for order in orders
                )
        return found

    def __iter__(self) -> Any:
        """All entries, in the order of their making."""
        return iter(self.entries)

    def _write(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        document = {
            "v": 1,
            "number": self.number,
            "faults": [_document(entry) for entry in self.entries],
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(document, indent=1), encoding="utf-8")
        fresh.replace(self.path)


def watched(folder: Path, *, now: bool = False) -> bool:
    """Whether somebody watches the wire; `now` says that somebody does."""
    mark = folder / "wire"
    with suppress(OSError):
        if now:
            mark.touch()
        return time.time() - mark.stat().st_mtime < TAP_MS / 1000
    return False


def environment(folder: Path, sid: int) -> dict[str, str]:
    """Return what a node that starts must know: the lab's secret, its orders."""
    found = {"QUORUMLAB_TOKEN": token(folder)}
    orders: dict[str, Any] = {**Ledger(folder).orders_for(sid)}
    if watched(folder):
        orders["tap"] = {"for_ms": TAP_MS}
    if (folder / STEPPING).exists():
        orders["step"] = {"on": True}
    if orders:
        found["QUORUMLAB_ORDERS"] = json.dumps(orders, separators=(",", ":"))
    return found


def token(folder: Path) -> str:
    """Return the lab's secret, made on first use; only its owner can read it."""
    path = folder / TOKEN
    folder.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(made, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(16))
    return path.read_text(encoding="ascii").strip()


def _entry(found: dict[str, Any]) -> Entry:
    orders = {int(sid): kinds for sid, kinds in found["orders"].items()}
    return Entry(**{**found, "orders": orders, "frozen": tuple(found["frozen"])})


def _document(entry: Entry) -> dict[str, Any]:
    return {**entry._asdict(), "orders": dict(entry.orders)}


def _without(entry: Entry, sid: int, place: str) -> Entry:
    kinds = {
        kind: [order for order in orders if order.get("id") != place]
        for kind, orders in entry.orders.get(sid, {}).items()
    }
    return entry._replace(orders={**entry.orders, sid: kinds})

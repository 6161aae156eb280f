"""The faults that were set and not healed, for nodes that cannot be asked now.

Each node knows its own active faults.  A node that is down or paused cannot be
asked, and one that starts again has forgotten: for them the lab keeps
`faults.json`, written *before* a command is sent to any node.  A node that starts
gets its fault commands in its environment, so they hold before it connects.
"""

import json
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from labctl.lab.secret import secret

FILE, TOKEN = "faults.json", "token"
STEPPING = "stepping"  # this file exists while step mode is on

# sid -> kind of command ("link-faults", …) -> the commands, as the node takes them
Commands = Mapping[int, Mapping[str, list[dict[str, Any]]]]

TAP_MS = 3000  # a tap stays open for so long after it was asked for


class Entry(NamedTuple):
    """One fault as it was asked for."""

    id: str  # f1, f2, …
    kind: str  # partition | cut | hold | delay | lose | pause | …
    detail: str
    until_ms: float = 0.0  # wall clock; 0: until healed
    commands: Commands = MappingProxyType({})
    paused: tuple[int, ...] = ()  # the nodes that it paused
    applied: bool = False  # every node that could be reached has it

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
        """Remove a fault."""
        self._write([entry for entry in self.entries if entry.id != fault])

    def mark_applied(self, fault: str) -> None:
        """Record that its verb came as far as telling the nodes."""
        self._write([e._replace(applied=True) if e.id == fault else e for e in self])

    def drop_one(self, fault: str, sid: int, place: str) -> None:
        """Remove one command of one node; the rest of the fault stays."""
        self._write([_without(e, sid, place) if e.id == fault else e for e in self])

    def unapplied(self) -> list[Entry]:
        """Return the faults whose verb ended before all nodes had it."""
        return [entry for entry in self.standing() if not entry.applied]

    def commands_for(self, sid: int) -> dict[str, list[dict[str, Any]]]:
        """Return the fault commands of this node, each with the time that is left."""
        found: dict[str, list[dict[str, Any]]] = {}
        for entry in self.standing():
            for kind, commands in entry.commands.get(sid, {}).items():
                left = entry.left_ms or 0
                found.setdefault(kind, []).extend(
                    {**command, "for_ms": left} for command in commands
                )
        return found

    def __iter__(self) -> Any:
        """All entries, oldest first."""
        return iter(self.entries)

    def _write(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        document = {
            "v": 2,
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
    """Return what a node that starts must know: the lab's token, its faults."""
    found = {"QUORUMLAB_TOKEN": token(folder)}
    commands: dict[str, Any] = {**Ledger(folder).commands_for(sid)}
    if watched(folder):
        commands["tap"] = {"for_ms": TAP_MS}
    if (folder / STEPPING).exists():
        commands["step"] = {"on": True}
    if commands:
        found["QUORUMLAB_FAULTS"] = json.dumps(commands, separators=(",", ":"))
    return found


def token(folder: Path) -> str:
    """Return the token that the lab's nodes ask for."""
    return secret(folder / TOKEN)


def _entry(found: dict[str, Any]) -> Entry:
    commands = {int(sid): kinds for sid, kinds in found["commands"].items()}
    return Entry(**{**found, "commands": commands, "paused": tuple(found["paused"])})


def _document(entry: Entry) -> dict[str, Any]:
    return {**entry._asdict(), "commands": dict(entry.commands)}


def _without(entry: Entry, sid: int, place: str) -> Entry:
    kinds = {
        kind: [command for command in commands if command.get("id") != place]
        for kind, commands in entry.commands.get(sid, {}).items()
    }
    return entry._replace(commands={**entry.commands, sid: kinds})

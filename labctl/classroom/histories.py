"""What the answers that clients got say of ZooKeeper's promises."""

from bisect import bisect_right, insort
from collections.abc import Iterable
from typing import NamedTuple

from labctl.story.lab_events import ClientDid
from node.events import Record


class Finding(NamedTuple):
    """A promise that was not kept, and the events that show it."""

    path: str
    evidence: tuple[str, ...]


def lost_acks(records: Iterable[Record]) -> list[Finding]:
    """Return each acknowledged create that a later read did not find."""
    made: dict[str, Record] = {}
    found = []
    for record, did in _answers(records):
        if did.op == "create" and _ok(did):
            made[did.path] = record
        elif did.op == "delete" and did.result != "NO_NODE":
            made.pop(did.path, None)
        elif (
            did.op in ("get", "exists") and did.result == "NO_NODE" and did.path in made
        ):
            found.append(Finding(did.path, (made[did.path].id, record.id)))
    return found


class _Writes:
    """The acknowledged writes of one path, since it was last deleted."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.done_ms: list[float] = []  # when each was acknowledged, ascending
        self.newest: dict[str, int] = {}  # value -> the last write of it, from 1

    def add(self, record: Record, did: ClientDid) -> None:
        self.records.append(record)
        insort(self.done_ms, did.began_ms + did.took_ms)
        self.newest[did.value] = len(self.records)

    def due(self, at_ms: float) -> int:
        """How many writes a read that begins now must have in it."""
        return bisect_right(self.done_ms, at_ms)


def stale_reads(records: Iterable[Record]) -> list[Finding]:
    """Return each read that began after a write was acknowledged and missed it."""
    written: dict[str, _Writes] = {}
    found = []
    for record, did in _answers(records):
        if did.op in ("create", "set") and _ok(did):
            written.setdefault(did.path, _Writes()).add(record, did)
        elif did.op == "delete" and did.result != "NO_NODE":
            written.pop(did.path, None)  # from here on nothing is due
        elif did.op == "get" and did.path in written:
            writes = written[did.path]
            due = writes.due(did.began_ms)
            if due and not (_ok(did) and writes.newest.get(did.value, 0) >= due):
                found.append(Finding(did.path, (writes.records[due - 1].id, record.id)))
    return found


def _answers(records: Iterable[Record]) -> list[tuple[Record, ClientDid]]:
    return [(r, r.event) for r in records if isinstance(r.event, ClientDid)]


def _ok(did: ClientDid) -> bool:
    return did.result.startswith("ok")

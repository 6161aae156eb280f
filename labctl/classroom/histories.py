"""What the answers that clients got say of ZooKeeper's promises."""

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


def stale_reads(records: Iterable[Record]) -> list[Finding]:
    """Return each read that began after a write was acknowledged and missed it."""
    written: dict[str, list[tuple[float, str, Record]]] = {}
    found = []
    for record, did in _answers(records):
        if did.op in ("create", "set") and _ok(did):
            done_ms = did.began_ms + did.took_ms
            written.setdefault(did.path, []).append((done_ms, did.value, record))
        elif did.op == "delete" and did.result != "NO_NODE":
            written.pop(did.path, None)  # from here on nothing is due
        elif did.op == "get":
            due = [w for w in written.get(did.path, ()) if w[0] <= did.began_ms]
            if due and not (_ok(did) and did.value in _since(due, written[did.path])):
                found.append(Finding(did.path, (due[-1][2].id, record.id)))
    return found


def _since(
    due: list[tuple[float, str, Record]], all_: list[tuple[float, str, Record]]
) -> set[str]:
    """The values that a fresh read may show: of the last write due, or a later one."""
    return {value for _, value, _ in all_[len(due) - 1 :]}


def _answers(records: Iterable[Record]) -> list[tuple[Record, ClientDid]]:
    return [(r, r.event) for r in records if isinstance(r.event, ClientDid)]


def _ok(did: ClientDid) -> bool:
    return did.result.startswith("ok")

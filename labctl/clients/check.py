"""`labctl check history`: two independent checkers, and a count of stale reads.

The witness holds the servers to the zxids that they gave out, against their own
logs.  The other checker knows no zxids and looks for any order that explains the
answers.  Stale reads are allowed; they are counted and one is shown.
"""

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from labctl.clients import linearizability, zxid_order
from labctl.clients.background import running
from labctl.clients.history import WRITES, Call, History
from labctl.clients.history import load as read_history
from labctl.clients.txn_logs import Contradiction, Entries, entries_in, final_history
from labctl.clients.zxid_order import Txn
from labctl.errors import (
    BROKEN,
    CONFLICT,
    DONE,
    INCONCLUSIVE,
    NO_MATCH,
    USAGE,
    LabError,
)
from labctl.lab.lab import Lab
from labctl.words.phrase import Phrase
from node.wire.txn import header_of
from node.zxid import show

_SHOWN = 5


class Stale(NamedTuple):
    """A read that missed a write which was acknowledged before it was asked."""

    read: Call
    missed: Call

    @property
    def late_ms(self) -> float:
        """How long before the read the write was acknowledged."""
        return (self.read.called - (self.missed.returned or 0.0)) * 1000


class Judgement(NamedTuple):
    """What both checkers found, and the stale reads."""

    history: History
    by_zxid: list[str] | None  # None: the logs do not say enough
    by_order: list[str]
    stale: list[Stale]
    stale_synced: list[Stale]
    doubts: list[Phrase]

    @property
    def broken(self) -> bool:
        """Whether a promise was broken for certain."""
        return bool(self.by_order or self.by_zxid)

    @property
    def code(self) -> int:
        """How the command exits."""
        if self.broken and not self.doubts:
            return BROKEN
        return INCONCLUSIVE if self.doubts else DONE


def newest(lab: Lab) -> Path:
    """Return the lab's newest history; a running load is no history yet."""
    if any(helper.what == "load" for helper in running(lab.folder)):
        raise LabError(
            Phrase("data.check.running"), Phrase("data.check.running.hint"), CONFLICT
        )
    paths = (lab.folder / "histories").glob("*.jsonl")
    found = max(paths, key=lambda path: path.stat().st_mtime, default=None)
    if found is None:
        raise LabError(
            Phrase("data.check.none"), Phrase("data.check.none.hint"), NO_MATCH
        )
    return found


def judge(path: Path, servers: Sequence[Entries]) -> Judgement:
    """Judge a history file against what the servers' logs hold."""
    try:
        history = read_history(path)
        marks = _marks(path)
    except (OSError, ValueError, KeyError, TypeError) as error:
        facts = {"path": path, "why": error}
        raise LabError(Phrase("data.check.unreadable", facts), None, USAGE) from None
    doubts = [] if "end" in marks else [Phrase("data.doubt.cut")]
    sessions = {call.session for call in history.calls}
    by_zxid: list[str] | None = None
    try:
        final = final_history(servers)
    except Contradiction as error:
        by_zxid, final = [str(error)], []
    if by_zxid is None:
        doubt = _cannot_judge(history, final)
        if doubt is None:
            ours = [txn for txn in final if txn.session in sessions]
            by_zxid = zxid_order.check(history, ours)
        else:
            doubts.append(doubt)
    load = marks.get("load", {})
    if _strangers(servers, str(load.get("root", "")), sessions):
        doubts.append(Phrase("data.doubt.strangers", {"root": load["root"]}))
    stale, synced = stale_reads(history)
    return Judgement(
        history, by_zxid, linearizability.check(history), stale, synced, doubts
    )


def _marks(path: Path) -> dict[str, dict[str, object]]:
    """The lines of a history file that are neither call nor event."""
    marks: dict[str, dict[str, object]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith(('{"call"', '{"event"')):
            marks.update(json.loads(line))
    return marks


def _cannot_judge(history: History, final: Sequence[Txn]) -> Phrase | None:
    zxids = [write.zxid for write in history.acknowledged]
    if not final:
        return Phrase("data.doubt.no-logs")
    if zxids and final[0].zxid > min(zxids):
        facts = {"first": show(final[0].zxid), "asked": show(min(zxids))}
        return Phrase("data.doubt.late-logs", facts)
    return None


def _strangers(servers: Sequence[Entries], root: str, sessions: set[int]) -> bool:
    """Whether other clients wrote below the load's own znode."""
    mark = root.encode()
    return bool(root) and any(
        mark in entry and header_of(entry).session not in sessions
        for entries in servers
        for entry in entries.values()
    )


def stale_reads(history: History) -> tuple[list[Stale], list[Stale]]:
    """Return the stale plain reads, and the stale reads behind a sync."""
    writes: dict[str, list[Call]] = defaultdict(list)
    for write in history.acknowledged:
        writes[write.path].append(write)
    syncs = {(c.session, c.cxid): c for c in history.calls if c.kind == "sync"}
    written = {(c.session, c.cxid) for c in history.calls if c.kind in WRITES}
    best = {path: _newest_by_time(found) for path, found in writes.items()}
    plain: list[Stale] = []
    synced: list[Stale] = []
    for read in history.calls:
        behind = read.session, read.behind
        if read.kind != "get" or read.returned is None or behind in written:
            continue
        asked = syncs.get(behind, read).called
        moments, newest_ones = best.get(read.path, ([], []))
        at = bisect_left(moments, asked) - 1
        if at >= 0 and newest_ones[at].zxid > read.zxid:
            (synced if read.behind else plain).append(Stale(read, newest_ones[at]))
    return plain, synced


def _newest_by_time(writes: list[Call]) -> tuple[list[float], list[Call]]:
    """When each was acknowledged, and the newest write acknowledged by then."""
    ordered = sorted(writes, key=lambda write: write.returned or 0.0)
    newest_ones: list[Call] = []
    for write in ordered:
        last = newest_ones[-1] if newest_ones else write
        newest_ones.append(max(last, write, key=lambda one: one.zxid))
    return [write.returned or 0.0 for write in ordered], newest_ones


def check_history(lab: Lab, file: Path | None) -> int:
    """Judge, say what was found, return the exit code."""
    path = file or newest(lab)
    logs = [entries_in(lab.runtime.txn_logs(sid)) for sid in lab.topology.sids]
    return report(lab, path, judge(path, logs))


def report(lab: Lab, path: Path, found: Judgement) -> int:
    """Tell a person, or a program."""
    screen, history = lab.screen, found.history
    facts: dict[str, object] = {
        "file": path,
        "writes": len(history.acknowledged),
        "unknown": len(history.unknown),
        "reads": sum(call.kind == "get" for call in history.calls),
        "clients": len({call.client for call in history.calls}),
        "stale": len(found.stale),
        "synced": len(found.stale_synced),
    }
    if screen.quiet:
        document = {key: value for key, value in facts.items() if key != "file"}
        document |= {"v": 1, "file": str(path), "witness": found.by_zxid}
        document |= {"linear": found.by_order, "code": found.code}
        screen.document(document)
        return found.code
    screen.say(Phrase("data.check.head", facts))
    if found.by_zxid is not None:
        _verdict(lab, "witness", found.by_zxid)
    _verdict(lab, "linear", found.by_order)
    screen.say(Phrase("data.check.stale" if found.stale else "data.check.fresh", facts))
    nodes = {node.client: node.sid for node in lab.topology.nodes}
    if found.stale:
        one = max(found.stale, key=lambda stale: stale.late_ms)
        example = {
            "node": nodes.get(one.read.endpoint, 0),
            "path": one.read.path,
            "value": one.read.value,
            "zxid": show(one.read.zxid),
            "new": one.missed.data,
            "new_zxid": show(one.missed.zxid),
            "ms": f"{one.late_ms:.0f}",
        }
        screen.say(Phrase("data.check.example", example))
    if found.stale_synced:
        screen.say(Phrase("data.check.stale-synced", facts))
    for doubt in found.doubts:
        screen.say(Phrase("data.check.doubt", {"why": doubt}))
    key = {DONE: "good", BROKEN: "bad"}.get(found.code, "open")
    screen.say(Phrase(f"data.check.{key}"))
    return found.code


def _verdict(lab: Lab, judge_name: str, problems: list[str]) -> None:
    facts = {"count": len(problems)}
    key = f"data.check.{judge_name}"
    lab.screen.say(Phrase(f"{key}.bad" if problems else f"{key}.good", facts))
    for problem in problems[:_SHOWN]:
        lab.screen.say(Phrase("data.check.problem", {"text": problem}))

"""`labctl log`: each transaction, on which disks it is, and what became of it.

The recording knows who logged and who committed; the files on disk know what
the transactions were.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from rich.table import Table

from labctl.screen.screen import Screen
from labctl.story.log_comparison import Spans, fate, inside, joined
from labctl.story.world import LabWorld
from labctl.words.phrase import Phrase
from node.wire.client import Op
from node.wire.jute import read_ustring
from node.wire.txn import HEADER_BYTES, header_of
from node.zxid import show

_NAMES: Mapping[int, str] = {
    value: name.lower().replace("_", "-")
    for name, value in vars(Op).items()
    if isinstance(value, int)
}
_WITH_PATH = (
    *(Op.CREATE, Op.CREATE2, Op.CREATE_CONTAINER, Op.CREATE_TTL, Op.DELETE),
    *(Op.SET_DATA, Op.SET_ACL, Op.CHECK, Op.DELETE_CONTAINER),
)


class LogRow(NamedTuple):
    """One zxid across all nodes."""

    zxid: int
    what: str  # create, set-data, … ; "" if no disk at hand holds it
    path: str
    fates: Mapping[int, str]  # node -> logged | committed | doomed | cut | before | ""


def log_rows(
    world: LabWorld, entries: Mapping[int, Mapping[int, bytes]], last: int
) -> list[LogRow]:
    """Return the last so many zxids, ascending, with each node's fate of them.

    `entries` are the transactions on each node's disk now, by zxid.
    """
    known: Spans = ()
    for peer in world.peers.values():
        known = joined(known, joined(peer.log.logged, peer.log.cut))
    on_disk = {zxid: entry for log in entries.values() for zxid, entry in log.items()}
    zxids = sorted({*_newest(known, last), *on_disk})[-last:]
    return [
        LogRow(zxid, *described(on_disk.get(zxid)), _fates(world, entries, zxid))
        for zxid in zxids
    ]


def _newest(spans: Spans, count: int) -> Iterable[int]:
    for first, end in reversed(spans):
        low = max(first, end - count + 1)
        yield from range(low, end + 1)
        count -= end - low + 1
        if count <= 0:
            return


def _fates(
    world: LabWorld, entries: Mapping[int, Mapping[int, bytes]], zxid: int
) -> dict[int, str]:
    found = {}
    for sid, peer in sorted(world.peers.items()):
        outcome = fate(peer.log, zxid, world.agreed, world.epoch)
        if not outcome and zxid in entries.get(sid, {}):
            outcome = "committed" if inside(world.agreed, zxid) else "logged"
        found[sid] = outcome
    return found


def described(entry: bytes | None) -> tuple[str, str]:
    """Return the transaction's type and its path, as far as it has them."""
    if entry is None:
        return "", ""
    head = header_of(entry)
    name = _NAMES.get(head.type, str(head.type))
    if head.type in _WITH_PATH:
        path, _ = read_ustring(entry, HEADER_BYTES)
        return name, path or ""
    if head.type in (Op.CREATE_SESSION, Op.CLOSE_SESSION):
        return name, show(head.session)
    return name, ""


def show_log_comparison(
    rows: Sequence[LogRow], sids: Sequence[int], screen: Screen
) -> None:
    """Print one row for each zxid, one column for each node."""
    if screen.quiet:
        screen.document({"v": 1, "log": [_document(row, sids) for row in rows]})
        return
    if not rows:
        screen.say(Phrase("log.none"))
        return
    known = any(row.what for row in rows)  # a kept run has no disks
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    for column in ("zxid", "txn", "path") if known else ("zxid",):
        table.add_column(screen.text(Phrase(f"column.{column}")), no_wrap=True)
    for sid in sids:
        table.add_column(f"n{sid}", no_wrap=True)
    for row in rows:
        cells = [screen.text(Phrase(f"fate.{row.fates[s] or 'none'}")) for s in sids]
        what = (row.what or "?", row.path) if known else ()
        table.add_row(show(row.zxid), *what, *cells)
    screen.show(table)
    seen = {row.fates[sid] for row in rows for sid in sids} & {
        "logged",
        "doomed",
        "cut",
        "before",
    }
    for name in sorted(seen):
        screen.say(Phrase(f"fate.{name}.why"))


def _document(row: LogRow, sids: Sequence[int]) -> dict[str, Any]:
    return {
        "zxid": show(row.zxid),
        "type": row.what or None,
        "path": row.path or None,
        "nodes": {str(sid): row.fates[sid] or None for sid in sids},
    }

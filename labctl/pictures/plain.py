"""Pictures that are text: columns, a Mermaid diagram, tables, a terminal cast."""

import csv
import io
import json

from rich.cells import cell_len

from labctl.pictures.spacetime import Scope, layout
from labctl.screen.glyphs import GLYPHS
from labctl.screen.line import STORY
from labctl.story.recording.run import Run
from labctl.story.recording.timeline import narrated
from labctl.words.phrase import Phrase, text
from node.events import encode

ARROWS_MAX = 60
_COLUMN, _FIRST = 23, 11  # cells from lane to lane, cells before the first
_IDLE_MAX_S = 2.0


def columns(run: Run, scope: Scope, lang: str) -> str:
    """Return one line per arrow or change of state, one column per node."""
    drawn = layout(run, scope)
    sids = list(drawn.lanes)
    at = {sid: _FIRST + number * _COLUMN for number, sid in enumerate(sids)}
    rows: list[tuple[int, int, int, str]] = []
    for found in drawn.arrows:
        arrow = found.arrow
        ends = at[arrow.source], at.get(arrow.target, at[arrow.source] + _COLUMN)
        label = arrow.kind + (f" x{arrow.times}" if arrow.times > 1 else "")
        line = _line(at, _shaft(ends, label, lost=not arrow.got))
        rows.append((found.y2, found.y1, arrow.got or arrow.sent, line))
    for mark in drawn.marks:
        words = f"{GLYPHS[mark.state]} {mark.state}"
        rows.append((mark.y, mark.y, mark.number, _line(at, (at[mark.sid], words))))
    began = run.records[0].at_ms
    head = " " * (_FIRST - 1) + "".join(f"n{sid}".ljust(_COLUMN) for sid in sids)
    out = [head.rstrip()]
    latest = began
    for *_, number, line in sorted(rows):
        latest = max(latest, run.records[number - 1].at_ms)
        passed = f"t+{(latest - began) / 1000:.2f}"
        out.append(f"{passed:9}{line[9:]}".rstrip())
    if drawn.left_out:
        out.append(text(Phrase("picture.left-out", {"count": drawn.left_out}), lang))
    return "\n".join(out) + "\n"


def _line(at: dict[int, int], piece: tuple[int, str]) -> str:
    cells = [" "] * (max(at.values()) + _COLUMN)
    for x in at.values():
        cells[x] = "│"
    x, words = piece
    cells[x : x + len(words)] = words
    return "".join(cells)


def _shaft(ends: tuple[int, int], label: str, *, lost: bool) -> tuple[int, str]:
    """Return where an arrow's text begins, and the text."""
    left, right = min(ends), max(ends)
    room = right - left - 1
    body = f" {label} "[: room - 2].center(room - 1, "─")
    forward = ends[1] > ends[0]
    head = "✕" if lost else "▶" if forward else "◀"
    return left + 1, body + head if forward else head + body


def mermaid(run: Run, scope: Scope, lang: str) -> str:
    """Return a sequenceDiagram for an issue or a note."""
    drawn = layout(run, scope)
    found = sorted(drawn.arrows, key=lambda one: (one.y2, one.y1))
    out = ["sequenceDiagram"]
    out += [f"    participant n{sid}" for sid in drawn.lanes]
    rows = []
    for one in found[:ARROWS_MAX]:
        arrow = one.arrow
        pair = f"n{arrow.source}{'->>' if arrow.got else '-x'}n{arrow.target}"
        times = f" ×{arrow.times}" if arrow.times > 1 else ""
        if arrow.target:
            rows.append((one.y2, one.y1, f"    {pair}: {arrow.label}{times}"))
    end = found[ARROWS_MAX].y1 if len(found) > ARROWS_MAX else drawn.height
    for mark in drawn.marks:
        if mark.y <= end:
            words = f"{GLYPHS[mark.state]} {mark.state}"
            rows.append((mark.y, mark.y, f"    Note over n{mark.sid}: {words}"))
    out += [line for *_, line in sorted(rows)]
    if len(found) > ARROWS_MAX:
        facts = {"count": len(found) - ARROWS_MAX}
        notice = text(Phrase("picture.folded", facts), lang)
        out.append(f"    Note over n{next(iter(drawn.lanes))}: {notice}")
    return "\n".join(out) + "\n"


def jsonl(run: Run, scope: Scope, _lang: str) -> str:
    """Return the records, one JSON object per line."""
    part = run.records[scope.first - 1 : scope.last]
    return "".join(encode(record) + "\n" for record in part)


def table(run: Run, scope: Scope, lang: str) -> str:
    """Return the narrated events as CSV, the header first."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["event", "seconds", "node", "kind", "level", "what", "why", "src"])
    began = run.records[0].at_ms
    for number, record, line in narrated(run):
        if scope.first <= number <= scope.last:
            why = text(line.why, lang) if line.why else ""
            when = f"{(record.at_ms - began) / 1000:.3f}"
            kind = type(record.event).__name__
            what = text(line.what, lang)
            name = f"e{number}"
            writer.writerow(
                [name, when, line.node, kind, line.level, what, why, record.src]
            )
    return out.getvalue()


def cast(run: Run, scope: Scope, lang: str) -> str:
    """Return the story as an asciinema v2 recording; long silences are cut."""
    header = {"version": 2, "width": 100, "height": 30, "title": run.name}
    out = [json.dumps(header)]
    clock, before, began = 0.0, 0.0, run.records[0].at_ms
    for number, record, line in narrated(run):
        if line.level != STORY or not scope.first <= number <= scope.last:
            continue
        passed = (record.at_ms - began) / 1000
        clock += min(_IDLE_MAX_S, passed - before)
        before = passed
        what = text(line.what, lang)
        why = text(line.why, lang) if line.why else ""
        gap = " " * max(2, 34 - cell_len(what))
        node = f"n{line.node}" if line.node else "  "
        words = f"\x1b[2mt+{passed:<6.2f}\x1b[0m {node:4}{what}"
        words += f"{gap}\x1b[2m{why}\x1b[0m" if why else ""
        out.append(
            json.dumps([round(clock, 3), "o", words + "\r\n"], ensure_ascii=False)
        )
    return "\n".join(out) + "\n"

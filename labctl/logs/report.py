"""Logs in, sentences out: what `labctl read` shows."""

import gzip
import sys
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from labctl.errors import NO_MATCH, LabError
from labctl.logs.explain import Read, explain_log
from labctl.logs.layout import clock, read_lines
from labctl.logs.merge import merged, spoken
from labctl.logs.templates import FOLDED
from labctl.logs.verdicts import KINDS
from labctl.screen.line import STORY
from labctl.screen.screen import Screen
from labctl.words.phrase import Phrase

_MARKS = {"expected": " ", "act": "!", "depends": "?"}


class Shown(NamedTuple):
    """Which lines a person wants to see."""

    unknown: bool = False
    transitions: bool = False


def read_files(names: Sequence[str]) -> list[Read]:
    """Return the explained lines of these logs, merged by time."""
    return explain_log(merged(spoken(read_lines(_lines(name))) for name in names))


def show_log(screen: Screen, reads: list[Read], shown: Shown) -> None:
    """Show the lines and the summary, or one document for a program."""
    chosen = [one for one in reads if _wanted(one, shown)]
    if screen.quiet:
        entries = [_entry(screen, one) for one in chosen]
        screen.document({"v": 1, "lines": entries, "summary": summary(reads)})
        return
    fold = screen.level == STORY
    for (_, key), group in groupby(chosen, _run if fold else _alone):
        lines = list(group)
        if key in FOLDED and len(lines) > 1:
            what = Phrase(f"log.{key}", lines[0].known.facts if lines[0].known else {})
            facts = {"count": len(lines), "what": what}
            screen.raw(_head(lines[0]) + screen.text(Phrase("read.folded", facts)))
        else:
            for one in lines:
                screen.raw(_sentence(screen, one))
    counted = summary(reads)
    screen.say(Phrase("read.summary", counted))
    if any(counted["verdicts"].values()):
        screen.say(Phrase("read.verdicts", counted["verdicts"]))
    if not counted["known"]:
        hint = Phrase("read.no-file.hint")
        raise LabError(Phrase("read.stranger"), hint, NO_MATCH)


def summary(reads: list[Read]) -> dict[str, Any]:
    """Return how many lines there are and how many are known."""
    known = sum(one.known is not None for one in reads)
    verdicts = Counter(one.verdict.kind for one in reads if one.verdict)
    return {
        "lines": len(reads),
        "known": known,
        "unknown": len(reads) - known,
        "percent": f"{100 * known / max(1, len(reads)):.1f}",
        "transitions": sum(one.transition for one in reads),
        "verdicts": {kind: verdicts[kind] for kind in KINDS},
    }


def _wanted(one: Read, shown: Shown) -> bool:
    if shown.unknown or shown.transitions:
        return (shown.unknown and one.known is None) or (
            shown.transitions and one.transition
        )
    return True


def _run(one: Read) -> tuple[int, str]:
    return one.node, one.known.key if one.known else ""


def _alone(one: Read) -> tuple[int, str]:
    return one.node, f"line {one.line.number}"


def _head(one: Read) -> str:
    who = f"n{one.node}" if one.node else ""
    mark = _MARKS[one.verdict.kind] if one.verdict else " "
    return f" {clock(one.line.at_ms):<12} {who:<4} {mark} "


def _meaning(one: Read) -> Phrase:
    if one.known is None:
        return Phrase("read.unknown", {"text": one.line.message or one.line.raw})
    return Phrase(f"log.{one.known.key}", one.known.facts)


def _sentence(screen: Screen, one: Read) -> str:
    verdict = one.verdict.phrase() if one.verdict else None
    said = [_meaning(one), *(p for p in (one.why, verdict) if p is not None)]
    return _head(one) + " | ".join(map(screen.text, said))


def _entry(screen: Screen, one: Read) -> dict[str, Any]:
    return {
        "node": one.node,
        "number": one.line.number,
        "time": clock(one.line.at_ms),
        "level": one.line.level,
        "key": one.known.key if one.known else None,
        "meaning": screen.text(_meaning(one)),
        "why": screen.text(one.why) if one.why else None,
        "verdict": one.verdict.kind if one.verdict else None,
        "how": screen.text(one.verdict.how) if one.verdict else None,
        "raw": one.line.raw,
    }


def _lines(name: str) -> Iterator[str]:
    if name == "-":
        yield from sys.stdin.buffer.read().decode(errors="replace").split("\n")
        return
    try:
        data = Path(name).read_bytes()
        if data.startswith(b"\x1f\x8b"):
            data = gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        why = getattr(error, "strerror", None) or str(error)
        facts = {"file": name, "why": why}
        hint = Phrase("read.no-file.hint")
        raise LabError(Phrase("read.no-file", facts), hint, NO_MATCH) from error
    yield from data.decode(errors="replace").split("\n")

"""Logs in, sentences out: what `labctl read` shows."""

import gc
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import groupby, islice
from typing import Any, NamedTuple

from labctl.errors import INCONCLUSIVE, USAGE, LabError
from labctl.logs.explain import Read, explain_log
from labctl.logs.findings import LogFinding, find, name_of
from labctl.logs.inner import guess, inners
from labctl.logs.layout import Layout, clock, layout_of, read_lines
from labctl.logs.merge import merged, spoken
from labctl.logs.outer import OUTERS
from labctl.logs.sources import read_sources
from labctl.logs.templates import FOLDED
from labctl.logs.verdicts import KINDS, LogVerdict
from labctl.screen.line import STORY
from labctl.screen.screen import Screen
from labctl.words.phrase import Phrase, text

_MARKS = {"expected": " ", "act": "!", "depends": "?"}


_AT_ONCE = 200  # lines that are written
_FEW = 0.1  # of the lines: fewer known ones are no ground for an answer


class Shown(NamedTuple):
    """Which lines a person wants to see."""

    unknown: bool = False
    transitions: bool = False


def read_files(
    names: Sequence[str], layout: Layout | None = None, screen: Screen | None = None
) -> list[Read]:
    """Return the explained lines of these logs, merged by time."""
    files, called = [], []
    with _no_search_for_cycles():
        for source in read_sources(names):
            called.append(source.name)
            files.append(spoken(read_lines(source.lines, layout, source.dropped + 1)))
            if source.dropped and screen is not None:
                kept = len(source.lines)
                facts = {"file": source.name, "kept": kept, "dropped": source.dropped}
                screen.say(Phrase("read.dropped", facts))
        return explain_log(merged(files, _short(called)))


def _short(names: Sequence[str]) -> list[str]:
    """Return the end of each path by which it differs from all others."""
    parts = [re.split("[/!]", name) for name in names]
    for length in range(1, max(map(len, parts), default=1)):
        short = ["/".join(each[-length:]) for each in parts]
        if len(set(short)) == len(short):
            return short
    return list(names)


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Lines by the hundred thousand, none in a cycle: the search is a fifth of all."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def given_layout(words: str) -> Layout | None:
    """Return the layout that a person gave by hand; None if none was given."""
    try:
        return layout_of(words) if words else None
    except ValueError as error:
        facts = {"word": str(error), "names": ", ".join((*OUTERS, *inners()))}
        hint = Phrase("read.layout-unknown.hint", facts)
        raise LabError(Phrase("read.layout-unknown", facts), hint, USAGE) from None


def show_log(screen: Screen, reads: list[Read], shown: Shown) -> None:
    """Show the lines and the summary, or one document for a program."""
    chosen = [one for one in reads if _wanted(one, shown)]
    findings = find(reads)
    if screen.quiet:
        screen.document(
            {
                "v": 1,
                "layout": dict(_layouts(reads)),
                "lines": [_entry(screen, one) for one in chosen],
                "findings": [_finding(screen, one) for one in findings],
                "summary": summary(reads),
            }
        )
    else:
        screen.say(_layout(reads))
        _show_lines(screen, chosen)
        _show_sums(screen, summary(reads))
        for finding in findings:
            _show_finding(screen, finding)
    _refuse_the_unreadable(reads, findings)


def _refuse_the_unreadable(reads: list[Read], findings: list[LogFinding]) -> None:
    """Nothing understood must not look like nothing wrong."""
    known = sum(one.known is not None for one in reads)
    facts: dict[str, object] = {"known": known, "lines": len(reads)}
    if not known and not any(one.act for one in findings):
        odd = next((one.line.raw for one in reads), "")
        could = {"text": odd[:120], "layout": guess(odd)}
        hint = Phrase("read.stranger.hint", could)
        raise LabError(Phrase("read.stranger", facts), hint, INCONCLUSIVE)
    if known < _FEW * len(reads) and not any(one.act for one in findings):
        hint = Phrase("read.few.hint")
        raise LabError(Phrase("read.few", facts), hint, INCONCLUSIVE)


def _show_lines(screen: Screen, chosen: list[Read]) -> None:
    said = _narrated(screen, chosen)
    while some := list(islice(said, _AT_ONCE)):
        screen.raw("\n".join(some))


def _narrated(screen: Screen, chosen: list[Read]) -> Iterator[str]:
    """Yield a line for each; a run of what matters little becomes one."""
    fold = screen.level == STORY
    for (_, _, key), group in groupby(chosen, _run):
        lines = list(group)
        if fold and key in FOLDED and len(lines) > 1:
            what = Phrase(f"log.{key}", lines[0].known.facts if lines[0].known else {})
            facts = {"count": len(lines), "what": what}
            folded = Phrase("read.folded", facts)
            yield _head(lines[0]) + text(folded, screen.lang)
        else:
            for one in lines:
                yield _sentence(screen, one)


def _show_sums(screen: Screen, counted: dict[str, Any]) -> None:
    screen.say(Phrase("read.summary", counted))
    if any(counted["verdicts"].values()):
        screen.say(Phrase("read.verdicts", counted["verdicts"]))


def _show_finding(screen: Screen, one: LogFinding) -> None:
    facts = {
        "who": f"{one.who} " if one.who else "",
        "line": one.line,
        "what": one.what,
    }
    screen.say(Phrase("read.found.act" if one.act else "read.found", facts))
    if one.keep is not None:
        screen.say(Phrase("read.found.keep", {"text": one.keep}))
    screen.say(Phrase("read.found.repair", {"text": one.repair}))


def _layouts(reads: list[Read]) -> list[tuple[str, int]]:
    counted = Counter(one.line.layout for one in reads if one.line.layout)
    return counted.most_common(3)


def _layout(reads: list[Read]) -> Phrase:
    """Which layout the lines have, and how many of them."""
    if not (found := _layouts(reads)):
        return Phrase("read.no-layout")
    names = ", ".join(f"{name} {count}" for name, count in found)
    return Phrase("read.layout", {"names": names, "lines": len(reads)})


def _finding(screen: Screen, one: LogFinding) -> dict[str, Any]:
    return {
        "key": one.key,
        "who": one.who or None,
        "line": one.line,
        "act": one.act,
        "what": screen.text(one.what),
        "keep": screen.text(one.keep) if one.keep else None,
        "repair": screen.text(one.repair),
    }


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
    if one.line.level in ("ERROR", "FATAL") and (
        one.known is None or (one.verdict is not None and one.verdict.kind == "act")
    ):
        return True
    if shown.unknown or shown.transitions:
        return (shown.unknown and one.known is None) or (
            shown.transitions and one.transition
        )
    return True


def _run(one: Read) -> tuple[int, str, str]:
    return one.node, one.host, one.known.key if one.known else ""


def _head(one: Read) -> str:
    who = name_of(one)
    mark = _MARKS[one.verdict.kind] if one.verdict else " "
    return f" {clock(one.line.at_ms):<12} {who:<4} {mark} "


def _meaning(one: Read) -> Phrase:
    if one.known is None:
        return Phrase("read.unknown", {"text": one.line.message or one.line.raw})
    return Phrase(f"log.{one.known.key}", one.known.facts)


def _sentence(screen: Screen, one: Read) -> str:
    said = text(_meaning(one), screen.lang)
    if one.why is not None:
        said += " | " + text(one.why, screen.lang)
    if (verdict := one.verdict) is not None:
        key, facts = verdict.how
        plain = _plain_verdict(verdict.kind, key, screen.lang) if not facts else ""
        said += " | " + (plain or text(verdict.phrase(), screen.lang))
    return _head(one) + said  # `Screen.raw` sees to the glyphs of the whole line


@cache
def _plain_verdict(kind: str, key: str, lang: str) -> str:
    """A verdict that names nothing of its line: there are only so many of them."""
    return text(LogVerdict(kind, Phrase(key)).phrase(), lang)


def _entry(screen: Screen, one: Read) -> dict[str, Any]:
    return {
        "node": one.node,
        "host": one.host or None,
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

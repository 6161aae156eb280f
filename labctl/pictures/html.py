"""One file that anybody can open: the run, played forwards and back in a browser.

The page is `page/page.html` with its style, its script and the run put in; it asks
the network for nothing.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from labctl.pictures.frames import frames, log_spans
from labctl.pictures.spacetime import EVENTS_MAX, Scope, layout
from labctl.pictures.svg import svg
from labctl.screen.line import Line
from labctl.story.recording.run import Run
from labctl.story.recording.timeline import Timeline, narrated
from labctl.story.topics import topic_of
from labctl.words.phrase import CATALOG, LANGUAGES, Phrase, text
from node import events

_PAGE = Path(__file__).with_name("page")

# The page has one colour and one letter for each of these topics.
_PURPOSES: Mapping[str, str] = {
    "vote": "election",
    "txn": "broadcast",
    "session": "client",
    "fault": "fault",
    "life": "life",
}


def html(run: Run, scope: Scope, lang: str) -> str:
    """Return the page for this part of a run; it begins in this language."""
    last = min(scope.last, scope.first + EVENTS_MAX - 1)
    cut = run._replace(records=run.records[:last])
    title = text(Phrase("picture.title", {"run": run.name}), lang)
    parts = {
        "LANG": "zh-CN" if lang == "zh" else "en",
        "TITLE": title,
        "STYLE": _read("page.css") + _read("diagram.css"),
        "DIAGRAM": svg(layout(cut, Scope(scope.first, last)), title, lang, alone=False),
        "DATA": _embedded(_document(cut, scope.first, lang)),
        "SCRIPT": _read("page.js"),
    }
    page = _read("page.html")
    for name, part in parts.items():
        page = page.replace(f"<!--{name}-->", part)
    return page


def _document(run: Run, first: int, lang: str) -> dict[str, Any]:
    timeline, rows = Timeline(run), log_spans(run)
    return {
        "v": 1,
        "lang": lang,
        "name": run.name,
        "voters": run.voters,
        "observers": run.observers,
        "need": len(run.voters) // 2 + 1,
        "words": words(),
        "steps": [
            _step(number, record, line, timeline)
            for number, record, line in narrated(run)
            if number >= first
        ],
        "frames": frames(run, rows),
        "logs": [row.label for row in rows],
    }


def words() -> dict[str, list[str]]:
    """Return what the page itself says, in every language."""
    keys = [key for key in CATALOG if key.startswith("page.")]
    names = [key.removeprefix("page.") for key in keys]
    return {name: list(CATALOG[f"page.{name}"]) for name in names}


def _step(
    number: int, record: events.Record, line: Line, timeline: Timeline
) -> dict[str, Any]:
    began_ms = timeline.run.records[0].at_ms
    return {
        "n": number,
        "t": round(record.at_ms - began_ms),
        "node": line.node,
        "level": line.level,
        "kind": purpose(record.event),
        "what": _both(line.what),
        "why": _both(line.why) if line.why else None,
        "src": record.src,
        "chain": timeline.chain(number),
    }


def purpose(event: object) -> str:
    """Return what an event belongs to: one colour and one letter each."""
    return _PURPOSES.get(topic_of(event), "sync")


def _both(phrase: Phrase) -> list[str]:
    return [text(phrase, lang) for lang in LANGUAGES]


def _embedded(document: Mapping[str, Any]) -> str:
    """Return JSON that cannot end the element it stands in."""
    dense = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return dense.replace("<", "\\u003c")


def _read(name: str) -> str:
    return (_PAGE / name).read_text(encoding="utf-8")

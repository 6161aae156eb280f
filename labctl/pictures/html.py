"""One file that anybody can open: the run, played forwards and back in a browser.

The page is `page/page.html` with its style, its script and the run put in; it asks
the network for nothing.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from labctl.narrator.line import Line
from labctl.pictures.frames import frames, rungs
from labctl.pictures.spacetime import EVENTS_MAX, Scope, layout
from labctl.pictures.svg import svg
from labctl.recording import happened
from labctl.recording.film import Film, told
from labctl.recording.run import Run
from labctl.words.phrase import CATALOG, LANGUAGES, Phrase, text
from node import events

_PAGE = Path(__file__).with_name("page")

_PURPOSES: Mapping[str, tuple[type[Any], ...]] = {
    "election": (
        events.ElectionStarted,
        events.NotificationSent,
        events.NotificationReceived,
        events.VoteChanged,
        events.RoundJoined,
        events.QuorumAgreed,
        events.ElectionDecided,
        events.NotificationTimedOut,
    ),
    "broadcast": (events.TxnsProposed, events.TxnsLogged, events.TxnsCommitted),
    "client": (
        events.SessionOpened,
        events.SessionRefused,
        events.SessionExpired,
        events.SessionClosed,
        events.ClientLost,
        happened.ClientDid,
    ),
    "life": (events.NodeStarted, events.NodeStopped, events.Recovered),
}
_FAULTS = tuple(set(happened.HAPPENED.values()) - {happened.ClientDid})


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
    film, steps = Film(run), rungs(run)
    return {
        "v": 1,
        "lang": lang,
        "name": run.name,
        "voters": run.voters,
        "observers": run.observers,
        "need": len(run.voters) // 2 + 1,
        "words": words(),
        "steps": [
            _step(number, record, line, film)
            for number, record, line in told(run)
            if number >= first
        ],
        "frames": frames(run, steps),
        "rungs": [rung.label for rung in steps],
    }


def words() -> dict[str, list[str]]:
    """Return what the page itself says, in every language."""
    keys = [key for key in CATALOG if key.startswith("page.")]
    names = [key.removeprefix("page.") for key in keys]
    return {name: list(CATALOG[f"page.{name}"]) for name in names}


def _step(number: int, record: events.Record, line: Line, film: Film) -> dict[str, Any]:
    began_ms = film.run.records[0].at_ms
    return {
        "n": number,
        "t": round(record.at_ms - began_ms),
        "node": line.node,
        "level": line.level,
        "kind": purpose(record.event),
        "what": _both(line.what),
        "why": _both(line.why) if line.why else None,
        "src": record.src,
        "chain": film.chain(number),
    }


def purpose(event: object) -> str:
    """Return what an event belongs to: one colour and one letter each."""
    if isinstance(event, _FAULTS) or "Gate" in type(event).__name__:
        return "fault"
    for name, kinds in _PURPOSES.items():
        if isinstance(event, kinds):
            return name
    return "sync"


def _both(phrase: Phrase) -> list[str]:
    return [text(phrase, lang) for lang in LANGUAGES]


def _embedded(document: Mapping[str, Any]) -> str:
    """Return JSON that cannot end the element it stands in."""
    dense = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return dense.replace("<", "\\u003c")


def _read(name: str) -> str:
    return (_PAGE / name).read_text(encoding="utf-8")

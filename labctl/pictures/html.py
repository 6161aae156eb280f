"""One file that anybody can open: the run, played forwards and back in a browser.

The page is `page/page.html` with its style, its script and the run put in; it asks
the network for nothing.  The live page is the same one without a run: its script
asks the lab for it.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from labctl.pictures.entries import Entries, Entry
from labctl.pictures.log_rows import LogRows
from labctl.pictures.spacetime import EVENTS_MAX, Layout, Scope, layout
from labctl.pictures.svg import pieces
from labctl.story.recording.run import Run
from labctl.story.recording.timeline import beginning, fold, life_end
from labctl.story.settled import blocked_by, settled
from labctl.words.phrase import CATALOG, LANGUAGES, Phrase, text

Names = tuple[str, str]  # in English, in 简体中文

_PAGE = Path(__file__).with_name("page")
_SCRIPTS = ("page", "ring", "diagram", "tables", "live")
_STYLES = ("page", "ring", "diagram")


def html(run: Run, scope: Scope, lang: str, at: int = 0, name: Names = ("", "")) -> str:
    """Return the page for this part of a run, open at record `at`.

    It begins in this language; 0 is the last moment at which all had settled.  `name`
    is what it is called in both languages, if not by the run's own name.
    """
    last = min(scope.last, scope.first + EVENTS_MAX - 1)
    cut = run._replace(records=run.records[:last])
    title = text(Phrase("page.title", {"name": run.name}), lang)
    document = _document(cut, Scope(scope.first, last), lang, at)
    if name[0]:
        title = name[LANGUAGES.index(lang)]
        document["title"] = name
    return page(document, title, lang)


def page(document: Mapping[str, Any], title: str, lang: str) -> str:
    """Return the page with this document in it."""
    parts = {
        "LANG": "zh-CN" if lang == "zh" else "en",
        "TITLE": title,
        "STYLE": "\n".join(_read(f"{name}.css") for name in _STYLES),
        "SCRIPT": "\n".join(_read(f"{name}.js") for name in _SCRIPTS),
        "DATA": _embedded(document),  # last: a run may hold any words
    }
    made = _read("page.html")
    for name, part in parts.items():
        made = made.replace(f"<!--{name}-->", part)
    return made


def ensemble(name: str, voters: tuple[int, ...], observers: tuple[int, ...]) -> Entry:
    """Return what both pages know from the beginning."""
    return {
        "v": 2,
        "name": name,
        "voters": voters,
        "observers": observers,
        "need": len(voters) // 2 + 1,
        "words": words(),
    }


def _document(run: Run, scope: Scope, lang: str, at: int) -> dict[str, Any]:
    entries = Entries(beginning(run))
    found = [entries.take(record) for record in run.records]
    messages = {m[0]: m for entry in found for m in entry.pop("m", ())}
    for entry in found[: scope.first - 1]:
        entry.pop("line", None)
    return {
        **ensemble(run.name, run.voters, run.observers),
        "lang": lang,
        "at": at or opening_moment(run),
        "entries": found,
        "messages": list(messages.values()),  # as they ended
        "rows": rows(entries.rows),
        "diagram": diagram(layout(run, scope), lang),
    }


def opening_moment(run: Run) -> int:
    """Return the last record, before the lab's end, after which all had settled."""
    end = life_end(run)
    calm = [
        number
        for number, (_, world) in enumerate(fold(run), start=1)
        if number <= end and world.alive() and settled(world, blocked_by(world))
    ]
    return calm[-1] if calm else end


def rows(found: LogRows) -> list[tuple[int, str]]:
    """Return the last zxid and the label of each row of the log comparison."""
    return [(row.last, row.label) for row in found.rows()]


def diagram(drawn: Layout, lang: str, before: int = 0) -> dict[str, Any]:
    """Return the space-time diagram in pieces, so that a browser draws what is seen.

    `before` is the number of the record before the first one that it knows.
    """
    return {
        "before": before,
        "width": drawn.width,
        "height": drawn.height,
        "lanes": drawn.lanes,
        "y": drawn.y_of,
        "pieces": [tuple(piece) for piece in pieces(drawn, lang)],
    }


def words() -> dict[str, list[str]]:
    """Return what the page itself says, in every language."""
    keys = [key for key in CATALOG if key.startswith("page.")]
    names = [key.removeprefix("page.") for key in keys]
    return {name: list(CATALOG[f"page.{name}"]) for name in names}


def _embedded(document: Mapping[str, Any]) -> str:
    """Return JSON that cannot end the element it stands in."""
    dense = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return dense.replace("<", "\\u003c")


def _read(name: str) -> str:
    return (_PAGE / name).read_text(encoding="utf-8")

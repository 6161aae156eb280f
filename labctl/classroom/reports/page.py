"""The class page: a row for each submission, what was predicted, why each mark."""

from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from html import escape

from labctl.classroom.exercise import Exercise
from labctl.classroom.grading import Graded
from labctl.classroom.marking import ON_TIME, PREDICTION, Mark
from labctl.classroom.moments import Moment
from labctl.classroom.reports.documents import reasons
from labctl.words.phrase import Phrase, text

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;
color:#1a1a1a;background:#fff}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ccc;
vertical-align:top}
td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.bar{background:#0072b2;height:.9rem;display:inline-block;vertical-align:middle}
.right .bar{background:#009e73}
summary{cursor:pointer} img{display:block;max-width:calc(100% - 1.5rem);
margin:0 0 1rem 1.5rem}
pre{white-space:pre-wrap;margin:.2rem 0 .8rem 1.5rem}
@media (prefers-color-scheme:dark){body{background:#121212;color:#eee}
th,td{border-color:#444}}
"""
_SIGNS = {True: "✓", False: "✗", None: "·"}
_WORDS = {True: "true", False: "false", None: "none"}
_BAR_EM = 20


def render(graded: Sequence[Graded], lang: str) -> str:
    """Return the page: one file without scripts, everything strange escaped."""

    def said(key: str) -> str:
        return escape(text(Phrase(f"grade.page.{key}"), lang))

    rows = "".join(_row(one, lang) for one in graded)
    names = ("student", "exercise", "points")
    heads = "".join(f"<th scope=col>{said(name)}</th>" for name in names)
    tag = "zh-CN" if lang == "zh" else "en"
    return (
        f'<!doctype html><html lang="{tag}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width">'
        f"<title>{said('title')}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{said('title')}</h1><table><thead><tr>{heads}<th></th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
        f"<h2>{said('predictions')}</h2>{_histograms(graded, lang)}</body></html>\n"
    )


def _row(one: Graded, lang: str) -> str:
    whys = [text(why, lang) for why in (one.why, one.remark) if why]
    why = escape("; ".join(whys))
    points = f"{one.score:g}/{one.most:g} ({one.percent:g} %)"
    who = escape(one.student or one.file)
    details = "".join(_line(one, line, lang) for line in one.lines)
    if details:
        lost = [f"✗ {line.id}" for line in one.lines if line.passed is False]
        head = escape(" · ".join(lost)) or "…"
        summary = " · ".join(part for part in (head, why) if part)
        details = f"<details><summary>{summary}</summary>{details}</details>"
    return (
        f"<tr><td>{who}</td><td>{escape(one.exercise)}</td>"
        f"<td class=n>{points}</td><td>{details or why}</td></tr>"
    )


def _line(one: Graded, line: Mark, lang: str) -> str:
    assert one.marks is not None
    title = escape(line.title.put(lang, one.marks.facts))
    word = escape(text(Phrase(f"grade.word.{_WORDS[line.passed]}"), lang))
    why = escape(reasons(line, one, lang))
    picture = _picture(one.moments.get(line.id), lang)
    points = f"{line.score:g}/{line.most:g}"
    head = f"{_SIGNS[line.passed]} {word} · {points} · {title}"
    return f"<div>{head}<pre>{why}</pre>{picture}</div>"


def _picture(moment: Moment | None, lang: str) -> str:
    """Draw the moment; as an image, what a stranger wrote in it can do nothing."""
    if moment is None or not (drawn := moment.svg(lang)):
        return ""
    data = b64encode(drawn.encode()).decode()
    title = escape(moment.title(lang))
    return f'<img alt="{title}" title="{title}" src="data:image/svg+xml;base64,{data}">'


def _histograms(graded: Sequence[Graded], lang: str) -> str:
    counted: dict[tuple[str, str], Counter[tuple[str, bool]]] = {}
    titles: dict[tuple[str, str], str] = {}
    for one in graded:
        for line in one.lines:
            if one.marks is None or line.kind != PREDICTION or line.timing != ON_TIME:
                continue
            key = (_name(one.marks.exercise), line.id)
            titles[key] = line.title.put(lang, one.marks.facts)
            counts = counted.setdefault(key, Counter())
            counts[line.shown(line.said, lang), line.passed is True] += 1
    return "".join(
        f"<h3>{escape(name)} · {escape(titles[name, ident])}</h3>{_bars(counts, lang)}"
        for (name, ident), counts in sorted(counted.items())
    )


def _name(exercise: Exercise) -> str:
    return f"{exercise.id}/{exercise.variant}" if exercise.variant else exercise.id


def _bars(counts: Counter[tuple[str, bool]], lang: str) -> str:
    most = max(counts.values())
    right = escape(text(Phrase("grade.page.right"), lang))
    rows = []
    for (said, good), number in counts.most_common():
        width = _BAR_EM * number / most
        bar = f'<span class=bar style="width:{width:.1f}em"></span>'
        mark = f" ✓ {right}" if good else ""
        kind = ' class="right"' if good else ""
        rows.append(
            f"<tr{kind}><td>{escape(said)}{mark}</td><td>{bar} {number}</td></tr>"
        )
    return f"<table>{''.join(rows)}</table>"

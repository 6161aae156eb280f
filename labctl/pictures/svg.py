"""The space-time diagram as SVG: for slides, a README, and inside the page."""

from collections.abc import Iterator
from html import escape
from pathlib import Path

from labctl.pictures.spacetime import LANE, LEFT, ROW, Band, Drawn, Layout, Mark
from labctl.screen.glyphs import GLYPHS, shape
from labctl.words.phrase import Phrase, text

_STYLE = Path(__file__).parent / "page" / "diagram.css"
_COLUMN = 132  # how wide a phase's shade is
_WORDS = 6.1  # pixels of one letter


def svg(layout: Layout, title: str, lang: str, *, alone: bool = True) -> str:
    """Return the diagram; `alone` brings its own colours and background."""
    size = f'viewBox="0 0 {layout.width} {layout.height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} class="spacetime"'
    name = escape(title)
    say = escape(text(Phrase("picture.desc", {"arrows": len(layout.arrows)}), lang))
    parts = [
        f'{head} width="{layout.width}" height="{layout.height}" role="img"',
        f' aria-label="{name}"><title>{name}</title><desc>{say}</desc>',
        _MARKERS,
    ]
    if alone:
        parts.append(f"<style>{_STYLE.read_text(encoding='utf-8')}</style>")
        parts.append('<rect class="paper" width="100%" height="100%"/>')
    parts += _body(layout, lang)
    return "\n".join([*parts, "</svg>\n"])


_MARKERS = (
    "<defs>"
    + "".join(
        f'<marker id="to-{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7"'
        f' markerHeight="7" orient="auto">'
        f'<path class="{name}" d="M0 0L8 4L0 8z"/></marker>'
        for name in ("election", "sync", "broadcast")
    )
    + "</defs>"
)


def _body(layout: Layout, lang: str) -> Iterator[str]:
    for band in layout.bands:
        yield _band(band, layout, lang)
    for y, passed in layout.times:
        yield f'<text class="time" x="14" y="{y + 4}">t+{passed:.2f}</text>'
    for sid, x in layout.lanes.items():
        end = layout.height - ROW
        yield f'<line class="lane" x1="{x}" y1="52" x2="{x}" y2="{end}"/>'
        yield f'<text class="node" x="{x}" y="30">n{sid}</text>'
    taken: list[tuple[float, float]] = [
        (layout.lanes[mark.sid] + 30, mark.y) for mark in layout.marks
    ]
    for drawn in layout.arrows:
        yield _arrow(drawn, taken, lang)
    for mark in layout.marks:
        yield _mark(mark, layout.lanes[mark.sid])
    if layout.left_out:
        notice = text(Phrase("picture.left-out", {"count": layout.left_out}), lang)
        yield f'<text class="notice" x="14" y="{layout.height - 6}">{notice}</text>'


def _band(band: Band, layout: Layout, lang: str) -> str:
    height = band.bottom - band.top
    if band.kind == "epoch":
        epoch, _, leader = band.label.partition(" ")
        words = text(Phrase("picture.epoch", {"epoch": epoch, "leader": leader}), lang)
        x, width, label = LEFT - 22, 14, f"{words}"
        turn = f'transform="translate({x + 11},{band.top + height / 2})rotate(-90)"'
        label_element = f'<text class="ribbon" {turn}>{escape(label)}</text>'
        if height < _WORDS * len(label):
            label_element = ""
    elif band.sid:
        x, width = layout.lanes[band.sid] - _COLUMN // 2, _COLUMN
        label = text(Phrase(f"picture.{band.kind}", {"node": band.sid}), lang)
        label_element = ""
    else:
        x, width, label = LEFT, LANE * len(layout.lanes), band.label
        label_element = (
            f'<text class="why" x="{x + 6}" y="{band.top + 13}">{escape(label)}</text>'
        )
    rect = f'x="{x}" y="{band.top}" width="{width}" height="{height}" rx="3"'
    return (
        f'<g class="band {band.kind}"><title>{escape(label)}</title>'
        f"<rect {rect}/>{label_element}</g>"
    )


def _mark(mark: Mark, x: int) -> str:
    word = mark.state
    return (
        f'<g class="mark {word}" data-n="{mark.number}">'
        f"<title>n{mark.sid} {escape(shape(word))} · e{mark.number}</title>"
        f'<circle cx="{x}" cy="{mark.y}" r="9"/>'
        f'<text class="glyph" x="{x}" y="{mark.y + 4}">{GLYPHS[word]}</text>'
        f'<text class="word" x="{x + 13}" y="{mark.y + 4}">{word}</text></g>'
    )


def _arrow(drawn: Drawn, taken: list[tuple[float, float]], lang: str) -> str:
    arrow = drawn.arrow
    facts = {"from": arrow.source, "to": arrow.target, "what": arrow.label}
    meaning = text(
        Phrase("picture.arrow" if arrow.got else "picture.lost", facts), lang
    )
    label = arrow.label[:48] + (f" ×{arrow.times}" if arrow.times > 1 else "")
    ends = f"M{drawn.x1} {drawn.y1}L{_short(drawn)} {drawn.y2}"
    x, y = _place(drawn, len(label), taken)
    lost = "" if arrow.got else " lost"
    numbers = " ".join(map(str, arrow.ids))
    cross = ""
    if lost:
        cross = f'<text class="cross" x="{drawn.x2}" y="{drawn.y2 + 4}">✕</text>'
    return (
        f'<g class="arrow {arrow.purpose}{lost}" data-n="{numbers}" tabindex="-1">'
        f"<title>{escape(label)}</title><desc>{escape(meaning)} · e{arrow.sent}</desc>"
        f'<path d="{ends}" marker-end="url(#to-{arrow.purpose})"/>{cross}'
        f'<text class="label" x="{x:.0f}" y="{y:.0f}">{escape(label)}</text></g>'
    )


def _short(drawn: Drawn) -> int:
    """Stop before the other lane's line, so that the head can be seen."""
    return drawn.x2 - (2 if drawn.x2 > drawn.x1 else -2)


def _place(
    drawn: Drawn, letters: int, taken: list[tuple[float, float]]
) -> tuple[float, float]:
    """Return where the label disturbs others least; take note of it."""
    half = letters * _WORDS / 2

    def spot(part: float) -> tuple[float, float]:
        x = drawn.x1 + (drawn.x2 - drawn.x1) * part
        y = drawn.y1 + (drawn.y2 - drawn.y1) * part - 4
        return x, y

    def crowd(at: tuple[float, float]) -> float:
        near = [
            1 for x, y in taken if abs(y - at[1]) < 10 and abs(x - at[0]) < half + 60
        ]
        return sum(near)

    span = abs(drawn.x2 - drawn.x1) / LANE or 1
    parts = [0.5 / span, 0.5, 1 - 0.5 / span, 0.4 / span, 0.6 / span]
    best = min((spot(part) for part in parts), key=crowd)
    taken.append(best)
    return best

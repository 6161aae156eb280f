"""The space-time diagram as SVG: for slides, a README, and, in pieces, the page.

Every word has a box of its own, so no two lie on one another, and stands on a plate,
so no arrow strikes through it.  A label that finds no room is shortened, then left
out; its arrow keeps its title.
"""

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple

from labctl.pictures.boxes import Box, Boxes, width_of
from labctl.pictures.spacetime import LANE, LEFT, ROW, Band, Drawn, Layout, Mark
from labctl.screen.glyphs import GLYPHS, shape
from labctl.words.phrase import Phrase, known_or, text

_STYLE = Path(__file__).parent / "page" / "diagram.css"
_COLUMN = 150  # how wide a phase's shade is
_LINE = 16  # how high a line of text is
_PARTS = (0.5, 0.35, 0.65, 0.25, 0.75)  # of an arrow: where its label may stand


class Piece(NamedTuple):
    """A part of the drawing that can be drawn alone."""

    layer: int  # 0 bands, 1 lines, 2 marks, 3 labels
    top: int
    bottom: int
    markup: str


class Label(NamedTuple):
    """Words in their place; an empty text is one that found no room."""

    text: str
    box: Box


class Words(NamedTuple):
    """All words of a diagram in their places."""

    arrows: tuple[Label, ...]  # in the order of the layout's
    marks: tuple[Label, ...]
    bands: tuple[Label, ...]


def svg(layout: Layout, title: str, lang: str) -> str:
    """Return the diagram with its own colours and background."""
    size = f'viewBox="0 0 {layout.width} {layout.height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} class="spacetime"'
    name = escape(title)
    say = escape(text(Phrase("picture.desc", {"arrows": len(layout.arrows)}), lang))
    parts = [
        f'{head} width="{layout.width}" height="{layout.height}" role="img"',
        f' aria-label="{name}"><title>{name}</title><desc>{say}</desc>',
        MARKERS,
        f"<style>{_STYLE.read_text(encoding='utf-8')}</style>",
        '<rect class="paper" width="100%" height="100%"/>',
        *_lanes(layout),
        *(piece.markup for piece in sorted(pieces(layout, lang, described=True))),
    ]
    return "\n".join([*parts, "</svg>\n"])


MARKERS = (
    "<defs>"
    + "".join(
        f'<marker id="to-{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7"'
        f' markerHeight="7" orient="auto">'
        f'<path class="{name}" d="M0 0L8 4L0 8z"/></marker>'
        for name in ("election", "sync", "broadcast")
    )
    + "</defs>"
)


def _lanes(layout: Layout) -> Iterator[str]:
    for sid, x in layout.lanes.items():
        end = layout.height - ROW
        yield f'<line class="lane" x1="{x}" y1="52" x2="{x}" y2="{end}"/>'
        yield f'<text class="node" x="{x}" y="30">n{sid}</text>'


def pieces(layout: Layout, lang: str, *, described: bool = False) -> Iterator[Piece]:
    """Yield everything but the lanes, each part with the rows it stands in.

    `described` arrows say in a sentence what they mean; in the page the story does.
    """
    found = words(layout, lang)
    for band, label in zip(layout.bands, found.bands, strict=True):
        yield Piece(0, band.top, band.bottom, _band(band, label, layout, lang))
    for y, passed in layout.times:
        words_ = f'<text class="time" x="14" y="{y + 4}">t+{passed:.2f}</text>'
        yield Piece(0, y - ROW, y + ROW, words_)
    for drawn, label in zip(layout.arrows, found.arrows, strict=True):
        top, bottom = sorted((drawn.y1, drawn.y2))
        numbers = " ".join(map(str, drawn.arrow.ids))
        sense = _meaning(drawn, lang) if described else ""
        yield Piece(1, top - ROW, bottom + ROW, _arrow(drawn, numbers, sense))
        if label.text:
            kind = f"label {drawn.arrow.purpose}"
            plate = _plate(label, kind, f' data-n="{numbers}"')
            yield Piece(3, int(label.box.top), int(label.box.bottom), plate)
    for mark, label in zip(layout.marks, found.marks, strict=True):
        x = layout.lanes[mark.sid]
        yield Piece(2, mark.y - ROW, mark.y + ROW, _mark(mark, x, label))
    if layout.left_out:
        facts = {"count": layout.left_out}
        notice = text(Phrase("picture.left-out", facts), lang)
        y = layout.height
        words_ = f'<text class="notice" x="14" y="{y - 6}">{notice}</text>'
        yield Piece(3, y - ROW, y, words_)


def words(layout: Layout, lang: str) -> Words:
    """Find a place for every word: states first, then faults, then messages."""
    taken = Boxes()
    for x in layout.lanes.values():
        taken.take(Box(x - 40, 12, x + 40, 36))  # the names of the nodes
    for mark in layout.marks:
        x = layout.lanes[mark.sid]
        taken.take(Box(x - 10, mark.y - 10, x + 10, mark.y + 10))
    marks = [_beside(mark, layout.lanes[mark.sid], taken) for mark in layout.marks]
    bands = [_of_band(band, taken, lang) for band in layout.bands]
    arrows = [_of_arrow(drawn, taken) for drawn in layout.arrows]
    return Words(tuple(arrows), tuple(marks), tuple(bands))


def _beside(mark: Mark, x: int, taken: Boxes) -> Label:
    wide = width_of(mark.state)
    places = [(mark.state, x + 14 + wide / 2), (mark.state, x - 14 - wide / 2)]
    return _first_free(places, mark.y, taken)


def _first_free(places: list[tuple[str, float]], middle: float, taken: Boxes) -> Label:
    for words_, x in places:
        half = width_of(words_) / 2
        box = Box(x - half, middle - _LINE / 2, x + half, middle + _LINE / 2)
        if taken.free(box):
            taken.take(box)
            return Label(words_, box)
    return Label("", Box(0, 0, 0, 0))


def _of_band(band: Band, taken: Boxes, lang: str) -> Label:
    """Name a fault once, at its beginning; the other bands have only a title."""
    if band.kind != "fault":
        return Label("", Box(0, 0, 0, 0))
    name = band_name(band, lang)
    for middle in (band.top + 12, band.top + 12 + _LINE, band.top + 12 + 2 * _LINE):
        label = _first_free([(name, LEFT + 8 + width_of(name) / 2)], middle, taken)
        if label.text:
            return label
    return Label("", Box(0, 0, 0, 0))


def _of_arrow(drawn: Drawn, taken: Boxes) -> Label:
    arrow = drawn.arrow
    times = f" ×{arrow.times}" if arrow.times > 1 else ""
    span = abs(drawn.x2 - drawn.x1) / LANE or 1
    near = (0.5 / span, 1 - 0.5 / span)  # in the first gap, in the last
    for words_ in (arrow.label + times, arrow.kind + times):
        for part in (*near, *_PARTS) if span > 1 else _PARTS:
            x = drawn.x1 + (drawn.x2 - drawn.x1) * part
            y = drawn.y1 + (drawn.y2 - drawn.y1) * part
            label = _first_free([(words_, x)], y, taken)
            if label.text:
                return label
    return Label("", Box(0, 0, 0, 0))


def band_name(band: Band, lang: str) -> str:
    """Return what a band stands for."""
    if band.kind == "epoch":
        epoch, _, leader = band.label.partition(" ")
        return text(Phrase("picture.epoch", {"epoch": epoch, "leader": leader}), lang)
    if band.kind == "fault":
        name, kind, where = (*band.label.split(" ", 2), "")[:3]
        facts = {"fault": name, "where": where}
        kind_ = known_or(f"page.fault.{kind}", kind)
        return text(Phrase("picture.fault", {**facts, "kind": kind_}), lang)
    return text(Phrase(f"picture.{band.kind}", {"node": band.sid}), lang)


def _band(band: Band, label: Label, layout: Layout, lang: str) -> str:
    height = band.bottom - band.top
    name = band_name(band, lang)
    inside = _plate(label, "why") if label.text else ""
    if band.kind == "epoch":
        x, width = LEFT - 24, 18
        turn = f'transform="translate({x + 13},{band.top + height / 2})rotate(-90)"'
        if height > width_of(name):
            inside = f'<text class="ribbon" {turn}>{escape(name)}</text>'
    elif band.sid:
        x, width = layout.lanes[band.sid] - _COLUMN // 2, _COLUMN
    else:
        x, width = LEFT, LANE * len(layout.lanes)
    rect = f'x="{x}" y="{band.top}" width="{width}" height="{height}" rx="3"'
    return (
        f'<g class="band {band.kind}"><title>{escape(name)}</title>'
        f"<rect {rect}/>{inside}</g>"
    )


def _mark(mark: Mark, x: int, label: Label) -> str:
    word = mark.state
    return (
        f'<g class="mark {word}" data-n="{mark.number}">'
        f"<title>n{mark.sid} {escape(shape(word))} · e{mark.number}</title>"
        f'<circle cx="{x}" cy="{mark.y}" r="10"/>'
        f'<text class="glyph" x="{x}" y="{mark.y + 4}">{GLYPHS[word]}</text>'
        f"{_plate(label, 'word') if label.text else ''}</g>"
    )


def _plate(label: Label, kind: str, more: str = "") -> str:
    """Draw words exactly as wide as their box, whatever the reader's font."""
    box, wide = label.box, label.box.right - label.box.left
    size = f'width="{wide:.0f}" height="{_LINE}"'
    return (
        f'<g class="plate {kind}"{more}>'
        f'<rect x="{box.left:.0f}" y="{box.top:.0f}" {size} rx="3"/>'
        f'<text x="{box.left + 3:.0f}" y="{box.bottom - 4:.0f}"'
        f' textLength="{wide - 6:.0f}">'
        f"{escape(label.text)}</text></g>"
    )


def _meaning(drawn: Drawn, lang: str) -> str:
    arrow = drawn.arrow
    facts = {"from": arrow.source, "to": arrow.target, "what": arrow.label}
    key = "picture.arrow" if arrow.got else "picture.lost"
    meaning = text(Phrase(key, facts), lang)
    return f"<desc>{escape(meaning)} · e{arrow.sent}</desc>"


def _arrow(drawn: Drawn, numbers: str, meaning: str) -> str:
    arrow = drawn.arrow
    lost = "" if arrow.got else " lost"
    cross = ""
    if lost:
        cross = f'<text class="cross" x="{drawn.x2}" y="{drawn.y2 + 4}">✕</text>'
    return (
        f'<g class="arrow {arrow.purpose}{lost}" data-n="{numbers}">'
        f"<title>{escape(arrow.label)}</title>{meaning}"
        f'<path d="M{drawn.x1} {drawn.y1}L{_short(drawn)} {drawn.y2}"'
        f' marker-end="url(#to-{arrow.purpose})"/>{cross}</g>'
    )


def _short(drawn: Drawn) -> int:
    """Stop before the other lane's line, so that the head can be seen."""
    return drawn.x2 - (2 if drawn.x2 > drawn.x1 else -2)

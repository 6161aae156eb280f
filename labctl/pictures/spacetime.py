"""Where everything stands in a space-time diagram: lanes, arrows, bands, ribbons.

Time runs downwards.  It is ordinal unless asked otherwise: a row is taken when a
node does something after what it did before, or after what it received, so every
arrow falls and nothing is drawn to the scale of a clock.  All functions are pure.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from labctl.pictures.messages import Arrow, arrows, folded
from labctl.story.recording.run import Run
from labctl.story.recording.timeline import beginning, fold
from labctl.story.world import LabWorld

ROW, TOP, LEFT, LANE = 24, 64, 108, 236  # pixels
EVENTS_MAX = 10_000
_LED_TO = 30  # records before a moment that are drawn with it
_ENDS_MAX = 4  # links or nodes of a fault that are named
_GAP_MAX = 10 * ROW  # of real time: a longer silence is cut to this
_MS_PER_ROW = 20.0


class Mark(NamedTuple):
    """A node's state from here on: glyph and word."""

    number: int
    sid: int
    y: int
    state: str


class Band(NamedTuple):
    """A stretch of a lane, or of all lanes if sid is 0."""

    kind: str  # down | paused | fault | election | discovery | … | epoch
    sid: int
    top: int
    bottom: int
    label: str = ""


class Drawn(NamedTuple):
    """An arrow in its place; one that was lost ends in the air."""

    arrow: Arrow
    x1: int
    y1: int
    x2: int
    y2: int


class Layout(NamedTuple):
    """A whole diagram in pixels."""

    width: int
    height: int
    lanes: Mapping[int, int]  # sid: x
    y_of: Sequence[int]  # of each record; [0] is the beginning
    arrows: tuple[Drawn, ...]
    marks: tuple[Mark, ...]
    bands: tuple[Band, ...]
    times: tuple[tuple[int, float], ...]  # y, seconds since the beginning
    left_out: int  # records beyond the cap


class Scope(NamedTuple):
    """Which part of a run: the numbers of its first and last record."""

    first: int
    last: int


def whole(run: Run) -> Scope:
    """Return the scope that leaves nothing out."""
    return Scope(1, len(run.records))


def around(run: Run, number: int) -> Scope:
    """Return the scope of one moment: a record, and what led to it."""
    return Scope(max(1, number - _LED_TO), min(len(run.records), number + 1))


def layout(run: Run, scope: Scope, *, real: bool = False) -> Layout:
    """Return the diagram of this part of a run; `real`: by the clock."""
    last = min(scope.last, scope.first + EVENTS_MAX - 1)
    messages = [
        arrow for arrow in folded(arrows(run)) if scope.first <= arrow.sent <= last
    ]
    messages = [a if a.got <= last else a._replace(got=0) for a in messages]
    worlds = [beginning(run)]
    worlds += [world for _, world in fold(run)]
    y_of = _rows(run, Scope(scope.first, last), (messages, worlds), real=real)
    sids = sorted((*run.voters, *run.observers))
    lanes = {sid: LEFT + LANE // 2 + at * LANE for at, sid in enumerate(sids)}
    bottom = y_of[last] + 2 * ROW
    span = Scope(scope.first, last)
    return Layout(
        width=LEFT + LANE * len(sids) + 20,
        height=bottom + ROW,
        lanes=lanes,
        y_of=y_of,
        arrows=tuple(filter(_falls, (_drawn(a, lanes, y_of) for a in messages))),
        marks=tuple(_marks(worlds, y_of, span)),
        bands=tuple(_bands(worlds, y_of, span, bottom)),
        times=tuple(_times(run, y_of, span)),
        left_out=scope.last - last,
    )


def _rows(
    run: Run,
    scope: Scope,
    drawn: tuple[Sequence[Arrow], Sequence[LabWorld]],
    *,
    real: bool,
) -> list[int]:
    """Return the y of every record; what is not drawn shares its neighbour's."""
    messages, worlds = drawn
    shown = {end for a in messages for end in (a.sent, a.got) if end}
    sender: dict[int, list[int]] = {}
    for arrow in messages:
        if arrow.got:
            sender.setdefault(arrow.got, []).append(arrow.sent)
    y_of = [TOP] * (len(run.records) + 1)
    mine: dict[int, int] = {}
    y, before = TOP, run.records[scope.first - 1].at_ms
    for number in range(scope.first, scope.last + 1):
        record = run.records[number - 1]
        changed = _changed(worlds[number - 1], worlds[number])
        if number in shown or changed:
            who = changed or record.node
            least = [y, mine.get(who, TOP) + ROW]
            least += [y_of[sent] + ROW for sent in sender.get(number, ())]
            if real:
                passed = (record.at_ms - before) / _MS_PER_ROW * ROW
                least.append(y + min(max(0, int(passed)), _GAP_MAX))
            y = max(least)
            before = record.at_ms
            mine[who] = y
        y_of[number] = y
    return y_of


def _changed(before: LabWorld, after: LabWorld) -> int:
    """Return the node whose state is another now; 0 if none."""
    for sid, peer in after.peers.items():
        if peer is not before.peers[sid] and peer.word != before.peers[sid].word:
            return sid
    return 0


def _drawn(arrow: Arrow, lanes: Mapping[int, int], y_of: Sequence[int]) -> Drawn:
    x1, y1 = lanes[arrow.source], y_of[arrow.sent]
    x2 = lanes.get(arrow.target, x1 + LANE // 2)
    if arrow.got:
        return Drawn(arrow, x1, y1, x2, y_of[arrow.got])
    short = x1 + (LANE * 2 // 5 if x2 > x1 else -LANE * 2 // 5)
    return Drawn(arrow, x1, y1, short, y1 + ROW // 2)


def _marks(worlds: Sequence[LabWorld], y_of: Sequence[int], scope: Scope) -> list[Mark]:
    out = []
    for number in range(scope.first, scope.last + 1):
        before, after = worlds[number - 1], worlds[number]
        sid = _changed(before, after)
        if sid:
            state = after.peers[sid].word
            out.append(Mark(number, sid, y_of[number], state))
    return out


def _bands(
    worlds: Sequence[LabWorld], y_of: Sequence[int], scope: Scope, bottom: int
) -> list[Band]:
    """Return stretches of down, paused, phase, fault and epoch."""
    began: dict[tuple[str, int, str], int] = {}
    out: list[Band] = []
    for number in range(scope.first - 1, scope.last + 1):
        y = y_of[number] if number >= scope.first else TOP
        now = _standing(worlds[number])
        for key in [key for key in began if key not in now]:
            kind, sid, label = key
            out.append(Band(kind, sid, began.pop(key), y, label))
        for key in now:
            began.setdefault(key, y)
    out += [Band(k, sid, top, bottom, label) for (k, sid, label), top in began.items()]
    kept = [band for band in out if band.bottom > band.top]
    return sorted(kept, key=lambda band: (band.top, band.kind, band.sid))


def _standing(world: LabWorld) -> list[tuple[str, int, str]]:
    found = []
    for sid, peer in world.peers.items():
        state = peer.word
        if state in ("DOWN", "PAUSED"):
            found.append((state.lower(), sid, ""))
        elif peer.phase:
            found.append((peer.phase, sid, ""))
    for name, fault in world.faults.items():
        ends = [*fault.links] or [f"n{sid}" for sid in fault.nodes]
        more = f" +{len(ends) - _ENDS_MAX}" if len(ends) > _ENDS_MAX else ""
        where = ", ".join(ends[:_ENDS_MAX]) + more
        found.append(("fault", 0, f"{name} {fault.kind} {where}"))
    leader = world.leader()
    if leader is not None:
        found.append(("epoch", 0, f"{leader.epoch} n{leader.sid}"))
    return found


def _falls(drawn: Drawn) -> bool:
    """A sum of writes may stand for so many that its messages make a circle."""
    return not drawn.arrow.got or drawn.y2 > drawn.y1


def _times(run: Run, y_of: Sequence[int], scope: Scope) -> list[tuple[int, float]]:
    out: list[tuple[int, float]] = []
    for number in range(scope.first, scope.last + 1):
        if not out or y_of[number] >= out[-1][0] + 2 * ROW:
            passed = (run.records[number - 1].at_ms - run.records[0].at_ms) / 1000
            out.append((y_of[number], passed))
    return out

"""One line of a log, taken apart: what stands around it, then the line itself.

    2026-11-22 07:44:42,818 [myid:1] - INFO  [main:QuorumPeerMain@152] - Starting …
    zoo1  | [2026-11-22 07:44:42,818] INFO LOOKING (org.apache…QuorumPeer)

A layout is inferred from a file's first lines: each votes for the one it fits.
Whatever the bytes are, nothing here raises: a line that fits no layout keeps its
text as the message.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache, lru_cache
from itertools import chain, islice
from operator import itemgetter
from typing import NamedTuple

from labctl.logs.inner import STAMP, conversion, inners
from labctl.logs.outer import OUTERS, Peeled, entry

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# A log may not steer the terminal it is shown on, nor turn its direction round.
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_TRACE = re.compile(
    r"\s*at\s+[\w.$/@<>]+\(|\s*Caused by: |\s*Suppressed: "
    r"|\s*\.\.\. \d+ (?:more|common)"
    r"|\s*(?:[\w$]+\.)*[\w$]*(?:Exception|Error|Throwable)(?::|$|\s)"
)
_DATED_TRACE = re.compile(rf"{STAMP}\s+(?={_TRACE.pattern})")
_SAMPLE = 400  # lines that vote
_LOOKS = 2000  # lines of a file, beyond the sample, for which every layout is tried
_DEEP = 3  # prefixes around a line
_MORE_MAX = 60  # lines of a stack trace that are kept
_UNNAMED = "no-class"
_DATED = "%Y %b %d %H:%M:%S"
_NAMED = "%d-%b-%Y %H:%M:%S"
_GROUPS = ("at", "myid", "level", "thread", "cls", "srcline", "message")
_STAMP = len("2024-02-11 08:20:10,101")
_FRACTION = re.compile(r"[.,:](\d{1,9})")


class LogLine(NamedTuple):
    """What a line says, before anybody knows what it means."""

    number: int  # in its file, from 1
    at_ms: float | None  # wall clock; None if the line tells no time
    myid: int | None  # as the layout tells it
    level: str  # INFO, WARN, …; empty if the layout has none
    thread: str
    cls: str  # the class without its package: QuorumCnxManager$Listener
    srcline: int  # of Java's source, or ours; 0 if unknown
    message: str
    raw: str
    more: tuple[str, ...] = ()  # the stack trace that followed
    source: str = ""  # the container, pod or host that a prefix names
    layout: str = ""  # which layout it fits; empty if none

    @property
    def placed(self) -> bool:
        """Whether the line has a log's layout at all."""
        return bool(self.cls or self.level)


Fit = Callable[[str, int], LogLine | None]  # a line and its number


class Layout(NamedTuple):
    """Prefixes from the outside inwards, and the line's own pattern."""

    outers: tuple[str, ...]
    inner: str  # a name in `inners()`, "json", or a conversion pattern

    def __str__(self) -> str:
        """Its name: compose › kafka."""
        return " › ".join((*self.outers, self.inner))


def layout_of(words: str) -> Layout:
    """Return the layout that a person names; ValueError says what is unknown."""
    if "%" in words:
        conversion(words)
        return Layout((), words)
    names = [name.strip() for name in re.split("[,›>]", words) if name.strip()]
    known = {*inners(), *OUTERS}
    if unknown := [name for name in names if name not in known]:
        raise ValueError(unknown[0])
    inner = names[-1] if names and names[-1] in inners() else "zookeeper"
    return Layout(tuple(name for name in names if name in OUTERS), inner)


def read_lines(
    lines: Iterable[str], given: Layout | None = None, first: int = 1
) -> Iterator[LogLine]:
    """Yield the lines of one log; stack traces fold into the line above them.

    `first` is the number of the first line, if older ones were left out.
    """
    waiting: LogLine | None = None
    more: list[str] = []
    for line in _taken_apart(enumerate(lines, first), given):
        folds = not line.placed and _TRACE.match(line.message)
        if waiting is not None and folds and waiting.source in ("", line.source):
            more += [line.message] if len(more) < _MORE_MAX else []
            continue
        if waiting is not None:
            yield waiting._replace(more=(*waiting.more, *more)) if more else waiting
        waiting, more = line, []
    if waiting is not None:
        yield waiting._replace(more=(*waiting.more, *more)) if more else waiting


def _taken_apart(
    lines: Iterable[tuple[int, str]], given: Layout | None
) -> Iterator[LogLine]:
    cleaned = (
        (number, text) for number, line in lines if (text := clean(line)).strip()
    )
    sample = list(islice(cleaned, _SAMPLE))
    votes = Counter(
        found
        for _, text in sample
        if given is None and not _TRACE.match(text) and (found := find_layout(text))
    )
    # One who names a class is worth more than one who merely has a level.
    known = sorted(votes, key=lambda lay: (lay.inner.startswith(_UNNAMED), -votes[lay]))
    known = [given] if given else known[:8]
    fits = [_fitting(layout) for layout in known]
    looks = 0 if given else _LOOKS
    for at, (number, text) in enumerate(chain(sample, cleaned)):
        line = None
        for fit in fits:
            if (line := fit(text, number)) is not None:
                break
        if line is None and looks and at >= _SAMPLE and not _TRACE.match(text):
            looks -= 1
            if found := find_layout(text):
                known.append(found)
                fits.append(_fitting(found))
                line = fits[-1](text, number)
        if line is None:
            line = _bare(text, number, known[0].outers if known else ())
        yield line


def parse(text: str, number: int = 1) -> LogLine:
    """Return one line taken apart."""
    found = find_layout(text)
    line = _fit(text, number, found) if found else None
    return line or _bare(text, number, ("compose",))


def find_layout(text: str, deep: int = _DEEP) -> Layout | None:
    """Return the first layout that this line fits."""
    if (fields := entry(text)) is not None and _of_json(fields, text, 0):
        return Layout((), "json")
    for name, pattern in inners().items():
        if not name.startswith(_UNNAMED) and pattern.fullmatch(text):
            return Layout((), name)
    for name, peel in OUTERS.items() if deep else ():
        if (peeled := peel(text)) is None or not peeled.rest:
            continue
        if (found := find_layout(peeled.rest, deep - 1)) is not None:
            return Layout((name, *found.outers), found.inner)
    for name, pattern in inners().items():
        if name.startswith(_UNNAMED) and pattern.fullmatch(text):
            return Layout((), name)
    return None


def _peeled(text: str, outers: tuple[str, ...]) -> Peeled | None:
    if len(outers) == 1:  # most often
        return OUTERS[outers[0]](text)
    whole = Peeled(text)
    for name in outers:
        if (inside := OUTERS[name](whole.rest)) is None:
            return None
        source, at = inside.source or whole.source, inside.at or whole.at
        whole = Peeled(inside.rest, source, at)
    return whole


def _fit(text: str, number: int, layout: Layout) -> LogLine | None:
    """Return the line as this layout has it; None if it does not fit."""
    return _fitting(layout)(text, number)


@cache
def _fitting(layout: Layout) -> Fit:
    """Return what takes this layout's lines apart; it runs for every line."""
    outers, name = layout.outers, str(layout)
    if layout.inner == "json":
        return lambda text, number: _fit_json(text, number, outers)
    pattern = inners().get(layout.inner) or conversion(layout.inner)
    # The last group is empty: it stands for what the pattern does not have.
    places = itemgetter(*(pattern.groupindex.get(one, 0) - 1 for one in _GROUPS))

    def fit(text: str, number: int) -> LogLine | None:
        rest, source, seen = text, "", ""
        if outers:
            if (inside := _peeled(text, outers)) is None:
                return None
            rest, source, seen = inside
        if (found := pattern.fullmatch(rest)) is None:
            return None
        at, myid, level, thread, cls, srcline, message = places((*found.groups(""), ""))
        return LogLine(
            number,
            moment(at or seen),
            int(myid) if myid and len(myid) <= 3 else None,
            _level(level),
            thread,
            class_name(cls),
            int(srcline) if srcline.isdecimal() and len(srcline) < 9 else 0,
            message.strip(),
            text,
            (),
            source,
            name,
        )

    return fit


def _fit_json(text: str, number: int, outers: tuple[str, ...]) -> LogLine | None:
    inside = _peeled(text, outers)
    fields = entry(inside.rest) if inside else None
    return _of_json(fields, text, number) if fields else None


def _bare(text: str, number: int, outers: tuple[str, ...]) -> LogLine:
    inside = _peeled(text, outers) or Peeled(text)
    rest, source, _ = inside
    if dated := _DATED_TRACE.match(rest):  # by who collected it, on every line
        rest = rest[dated.end() :]
    return LogLine(number, None, None, "", "", "", 0, rest, text, (), source)


def _of_json(fields: Mapping[str, object], text: str, number: int) -> LogLine | None:
    """A line of a JSON layout: logback's or log4j2's."""

    def field(*names: str) -> str:
        return next((str(fields[name]) for name in names if fields.get(name)), "")

    name = field("logger_name", "loggerName", "logger", "class", "loggerFqcn")
    level, message = field("level", "severity"), field("message", "msg", "@message")
    if not name or not level:
        return None
    at = field("@timestamp", "timestamp", "time", "ts")
    instant = fields.get("instant")
    if isinstance(instant, dict) and str(instant.get("epochSecond", "")).isdecimal():
        at_ms: float | None = float(instant["epochSecond"]) * 1000
    else:
        at_ms = moment(at) or (float(at) if at.isdecimal() and len(at) < 16 else None)
    thrown = field("stack_trace", "exception", "thrown").splitlines()[:_MORE_MAX]
    return LogLine(
        *(number, at_ms, None, _level(level), field("thread_name", "thread")),
        *(class_name(name), 0, clean(message).strip(), text),
        tuple(map(clean, thrown)),
        layout="json",
    )


def clean(text: str) -> str:
    """Return the text without what could steer a terminal."""
    text = text.rstrip("\r\n")
    if text.isprintable():  # most lines; no control character is
        return text
    return _CONTROL.sub("\ufffd", _COLOUR.sub("", text))


@lru_cache(maxsize=64)
def _level(word: str) -> str:
    upper = word.upper()
    upper = {"WARNING": "WARN", "SEVERE": "ERROR", "CRITICAL": "FATAL"}.get(
        upper, upper
    )
    return "INFO" if upper == "NOTICE" else upper


@lru_cache(maxsize=1024)
def class_name(logger: str) -> str:
    """Return a logger's class without its package; kazoo's and C's stay one name."""
    if logger.partition(".")[0] in ("kazoo", "ZOO"):
        return logger.partition(".")[0]
    return logger.removesuffix(".java").rpartition(".")[2].removesuffix("~")


def moment(stamp: str) -> float | None:
    """Return a time stamp in ms since 1970; a bare clock or counter stays small."""
    try:
        if len(stamp) == _STAMP and stamp[19] in ",.":  # most
            return _second_ms(stamp[:19]) + int(stamp[20:])
        if not stamp:
            return None
        if stamp.isdecimal():
            return float(stamp)
        # A log tells local time and often no zone: the machine's own is as good.
        whole, part = _whole_and_part(stamp)
        return _second_ms(whole) + (float(f"0.{part}") * 1000 if part else 0)
    except (ValueError, OverflowError, OSError):
        return None


def _whole_and_part(stamp: str) -> tuple[str, str]:
    """Split 2024-02-11 08:20:10,101+01:00 into its second and its fraction."""
    if stamp[0].isalpha():  # Feb 11 08:20:10: any leap year
        dated = f"1972 {stamp}"
        return datetime.strptime(dated, _DATED).isoformat(" "), ""  # noqa: DTZ007 (no zone)
    if stamp[3:6].isalpha():  # 22-Jan-2026 11:59:37
        read = datetime.strptime(stamp[:20], _NAMED)  # noqa: DTZ007 (no zone is told)
        stamp = f"{read:%Y-%m-%d %H:%M:%S}{stamp[20:]}"
    if stamp[2:3] == ":":
        stamp = f"1970-01-02 {stamp}"
    elif stamp[2:3] in ("-", "/"):
        stamp = f"20{stamp}"
    part = _FRACTION.match(stamp, 19)
    return stamp[:19], part[1] if part else ""


@lru_cache(maxsize=1024)
def _second_ms(whole: str) -> float:
    return datetime.fromisoformat(whole.replace("/", "-")).timestamp() * 1000


def clock(at_ms: float | None) -> str:
    """Return the time of day as the log showed it, to the millisecond."""
    if at_ms is None:
        return ""
    try:
        whole = int(at_ms) if at_ms.is_integer() else round(at_ms * 1000) // 1000
        second, ms = divmod(whole, 1000)
        return f"{_time_of_day(second)}.{ms:03d}"
    except (ValueError, OverflowError, OSError):
        return ""


@lru_cache(maxsize=1024)
def _time_of_day(second: int) -> str:
    return str(datetime.fromtimestamp(second).time())  # noqa: DTZ006  (as it came)

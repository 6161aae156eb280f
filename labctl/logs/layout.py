"""One line of a log, taken apart: log4j, logback, or bare as an article quotes it.

    2026-11-22 07:44:42,818 [myid:1] - INFO  [main:QuorumPeerMain@152] - Starting …
    [QuorumPeer[myid=1](plain=…)(secure=disabled):QuorumPeer@1178] - LOOKING

Whatever the bytes are, nothing here raises: a line that fits no layout keeps its
text as the message.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

_LEVELS = "TRACE|DEBUG|INFO|WARN|ERROR|FATAL"
_STAMP = (
    r"(?:(?P<at>\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,6})?|\d\d:\d\d:\d\d[.,]\d+"
    r"|\d{1,12})(?:Z|[+-]\d\d:?\d\d)?\s+)?"
)
_MYID = r"(?:\[myid:(?P<myid>\d*)\]\s*)?(?:-\s+)?"
_PLACED = re.compile(
    _STAMP
    + _MYID
    + rf"(?:(?P<level>{_LEVELS})\s+)?"
    + r"\[(?P<thread>.*?):(?P<cls>[A-Za-z_][\w.$]*)@(?P<srcline>\d+|\?)\]"
    + r"(?:\[[^\]]*\])?\s+-(?:\s(?P<message>.*))?"
)
_PLAIN = re.compile(
    _STAMP
    + _MYID
    + rf"\[(?P<thread>.*?)\]\s+(?P<level>{_LEVELS})\s+"
    + r"(?P<cls>[A-Za-z_][\w.$]*)(?P<srcline>)\s+--?(?:\s(?P<message>.*))?"
)
_PREFIX = re.compile(r"(?P<name>[\w.-]{1,64}?)\s*\|\s")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# A log may not steer the terminal it is shown on.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_TRACE = re.compile(
    r"\s+at\s|\s*Caused by: |\s*Suppressed: |\s*\.\.\. \d+ (?:more|common)"
    r"|[\w.$]+(?:Exception|Error|Throwable)(?::|$|\s)"
)
_DIGITS = re.compile(r"(\d+)\D*$")
_DATED = "%Y-%m-%d %H:%M:%S"


class LogLine(NamedTuple):
    """What a line says, before anybody knows what it means."""

    number: int  # in its file, from 1
    at_ms: float | None  # wall clock; None if the line tells no time
    myid: int | None  # as the layout or the container's name tells it
    level: str  # INFO, WARN, …; empty if the layout has none
    thread: str
    cls: str  # the class without its package: QuorumCnxManager$Listener
    srcline: int  # of Java's source, or ours; 0 if unknown
    message: str
    raw: str
    more: tuple[str, ...] = ()  # the stack trace that followed

    @property
    def placed(self) -> bool:
        """Whether the line has a log's layout at all."""
        return bool(self.cls)


def read_lines(lines: Iterable[str]) -> Iterator[LogLine]:
    """Yield the lines of one log; stack traces fold into the line above them."""
    waiting: LogLine | None = None
    for number, text in enumerate(lines, 1):
        text = _COLOUR.sub("", text.rstrip("\r\n"))  # noqa: PLW2901  (cleaned)
        text = _CONTROL.sub("\ufffd", text)  # noqa: PLW2901  (cleaned)
        if not text.strip():
            continue
        line = parse(text, number)
        if waiting is not None and not line.placed and _TRACE.match(line.message):
            waiting = waiting._replace(more=(*waiting.more, line.message))
            continue
        if waiting is not None:
            yield waiting
        waiting = line
    if waiting is not None:
        yield waiting


def parse(text: str, number: int = 1) -> LogLine:
    """Return one line taken apart."""
    body, named = text, None
    if prefix := _PREFIX.match(text):
        body = text[prefix.end() :]
        digits = _DIGITS.search(prefix["name"])
        named = int(digits[1]) if digits and len(digits[1]) <= 3 else None
    found = _PLACED.fullmatch(body) or _PLAIN.fullmatch(body)
    if found is None:
        return LogLine(number, None, named, "", "", "", 0, body, text)
    myid = int(found["myid"]) if found["myid"] and len(found["myid"]) <= 3 else named
    srcline = found["srcline"] or ""
    return LogLine(
        number,
        moment(found["at"] or ""),
        myid,
        found["level"] or "",
        found["thread"],
        found["cls"].rpartition(".")[2],
        int(srcline) if srcline.isdecimal() and len(srcline) < 9 else 0,
        (found["message"] or "").strip(),
        text,
    )


def moment(stamp: str) -> float | None:
    """Return a time stamp in ms since 1970; a bare clock or counter stays small."""
    if not stamp:
        return None
    if stamp.isdecimal():
        return float(stamp)
    whole, _, part = stamp.replace("T", " ").replace(",", ".").partition(".")
    try:
        dated = whole if "-" in whole else f"1970-01-02 {whole}"
        # A log tells local time and no zone: the machine's own is as good as any.
        seconds = datetime.strptime(dated, _DATED).timestamp()  # noqa: DTZ007
        return seconds * 1000 + float(f"0.{part or 0}") * 1000
    except (ValueError, OverflowError, OSError):
        return None


def clock(at_ms: float | None) -> str:
    """Return the time of day as the log showed it, to the millisecond."""
    if at_ms is None:
        return ""
    try:
        here = datetime.fromtimestamp(at_ms / 1000)  # noqa: DTZ006  (as it came)
    except (ValueError, OverflowError, OSError):
        return ""
    return f"{here:%H:%M:%S}.{here.microsecond // 1000:03d}"

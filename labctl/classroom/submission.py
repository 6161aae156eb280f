"""A submission: one compressed file of lines, the first says whose it is.

It has no names of files inside, so nothing can be unpacked elsewhere; and it comes
from strangers, so it is read to a limit, every event is checked against its type,
and nothing in it is ever run.
"""

import gzip
import json
import math
import os
import re
import stat
import zlib
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from types import UnionType
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from labctl.classroom.exercise import seed_of
from labctl.classroom.journal import read_records, unbroken
from labctl.words.phrase import Phrase
from node.events import Record, encode

SUFFIX = ".sub.gz"
FILE_BYTES_MAX = 4 << 20
BYTES_MAX = 48 << 20  # unpacked
RECORDS_MAX = 60_000
LINE_BYTES_MAX = 64 << 10
ITEMS_MAX = 256  # of a list in an event
TEXT_MAX = 4096
_NAME = re.compile(r"[^\w.@+-]+")
_INT_MAX = 1 << 63
_SIDS_MAX = 255


class Submission(NamedTuple):
    """What a student handed in."""

    exercise: str
    variant: str
    student: str
    records: tuple[Record, ...]
    whole: bool  # the digest and every seal are right

    @property
    def seed(self) -> int:
        """What the student's variation is drawn from."""
        return seed_of(self.student, self.exercise)


class Refused(Exception):
    """The file is no submission that can be graded; says why."""

    def __init__(self, key: str, **facts: object) -> None:
        """Keep the reason as a phrase."""
        super().__init__(key)
        self.why = Phrase(f"sub.{key}", facts)


def write(
    path: Path, exercise: str, variant: str, student: str, records: Sequence[Record]
) -> None:
    """Write a submission; Refused if it would not be accepted."""
    if len(records) > RECORDS_MAX:
        raise Refused("long", limit=RECORDS_MAX)
    lines = [encode(record) for record in records]
    head = {"submission": 1, "exercise": exercise, "variant": variant}
    head |= {"student": student, "digest": _digest(lines)}
    body = "\n".join([json.dumps(head), *lines, ""]).encode()
    packed = gzip.compress(body, mtime=0)
    if len(packed) > FILE_BYTES_MAX or len(body) > BYTES_MAX:
        raise Refused("large", limit=FILE_BYTES_MAX >> 20)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(packed)
    fresh.replace(path)


def file_name(exercise: str, student: str) -> str:
    """Return what a student's submission is called."""
    return f"{exercise}-{_NAME.sub('_', student)[:60]}{SUFFIX}"


def read(path: Path) -> Submission:
    """Return what is in the file; Refused says in one sentence why it cannot be."""
    try:
        lines = _lines(_unpacked(path))
    except OSError as error:
        raise Refused("unreadable", why=error.strerror or "?") from None
    if not lines:
        raise Refused("empty")
    head = _head(lines[0])
    body = lines[1:]
    if len(body) > RECORDS_MAX:
        raise Refused("long", limit=RECORDS_MAX)
    records = []
    for number, line in enumerate(body, start=2):
        found = read_records([line])
        if not found or not well_typed(found[0]):
            raise Refused("line", line=number)
        records.append(found[0])
    seed = seed_of(head["student"], head["exercise"])
    whole = head["digest"] == _digest(body) and unbroken(records, seed)
    return Submission(
        head["exercise"], head["variant"], head["student"], tuple(records), whole
    )


def _unpacked(path: Path) -> bytes:
    """Return the file's content, read and unpacked no further than the limits."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(path, flags)
    except OSError:
        raise Refused("no-file") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Refused("no-file")
    with os.fdopen(handle, "rb") as file:
        packed = file.read(FILE_BYTES_MAX + 1)
    if len(packed) > FILE_BYTES_MAX:
        raise Refused("large", limit=FILE_BYTES_MAX >> 20)
    if not packed:
        raise Refused("empty")
    unpacker = zlib.decompressobj(wbits=31)
    try:
        text = unpacker.decompress(packed, BYTES_MAX)
    except zlib.error:
        raise Refused("not-packed") from None
    if unpacker.unconsumed_tail:
        raise Refused("bomb", limit=BYTES_MAX >> 20)
    if not unpacker.eof or unpacker.unused_data:
        raise Refused("not-packed")
    return text


def _lines(text: bytes) -> list[str]:
    try:
        lines = text.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise Refused("no-text") from None
    for number, line in enumerate(lines, start=1):
        if len(line) > LINE_BYTES_MAX:
            raise Refused("line", line=number)
    return lines[:-1] if lines[-1] == "" else lines


def _head(line: str) -> dict[str, str]:
    try:
        head = json.loads(line)
    except (ValueError, RecursionError):
        raise Refused("head") from None
    names = ("exercise", "variant", "student", "digest")
    good = isinstance(head, dict) and head.get("submission") == 1
    if not good or not all(
        isinstance(head.get(name), str) and len(head[name]) <= TEXT_MAX
        for name in names
    ):
        raise Refused("head")
    plain = re.fullmatch(r"[a-z][a-z0-9-]{0,39}", head["exercise"])
    variant = re.fullmatch(r"([a-z][a-z0-9-]{0,39})?", head["variant"])
    if plain is None or variant is None or not head["student"].isprintable():
        raise Refused("head")
    return {name: head[name] for name in names}


def _digest(lines: Sequence[str]) -> str:
    return sha256("\n".join(lines).encode()).hexdigest()


# --- types ------------------------------------------------------------------------

_HINTS: dict[type, dict[str, Any]] = {}


def well_typed(record: Record) -> bool:
    """Return whether every field of the record has the type that it is to have."""
    kind = type(record.event)
    if kind not in _HINTS:
        _HINTS[kind] = get_type_hints(kind)
    envelope = (
        math.isfinite(record.at_ms)
        and 0 <= record.at_ms < 1e14
        and 0 <= record.node <= _SIDS_MAX
        and 0 <= record.seq < _INT_MAX
        and len(record.cause) <= ITEMS_MAX
    )
    return envelope and all(
        _is(getattr(record.event, name), hint) for name, hint in _HINTS[kind].items()
    )


def _is(value: Any, hint: Any) -> bool:
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        short = isinstance(value, tuple) and len(value) <= ITEMS_MAX
        return short and all(_is(one, inner) for one in value)
    if isinstance(hint, UnionType):
        return any(_is(value, one) for one in get_args(hint))
    if hint is bool:
        return isinstance(value, bool)
    if hint is int:
        plain = isinstance(value, int) and not isinstance(value, bool)
        return plain and -_INT_MAX <= value < _INT_MAX
    if hint is float:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and abs(value) < 1e15
    if hint is str:
        return isinstance(value, str) and len(value) <= TEXT_MAX
    return value is None

"""Bytes become lines: any file, compressed or not, however long its lines are.

Nothing is held but the newest lines, so a file of any size fits in memory, and a
compressed file that unfolds without end is read no further than a limit.
"""

import codecs
import gzip
import io
import os
import re
import sys
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple, cast

from labctl.archives.members import is_archive, members
from labctl.errors import NO_MATCH, LabError
from labctl.words.phrase import Phrase

LINES_MAX = 200_000  # of one file that are kept: the newest
CHARACTERS_MAX = 100_000_000  # of one file that are kept
LINE_MAX = 8192  # characters of one line
UNFOLDED_MAX = 4 << 30  # bytes of one compressed file
_BLOCK = 1 << 16
_FILES_MAX = 100  # of one folder or archive
_DEEP = 4  # folders below one another
_LOG = re.compile(r"\.(?:log|out|err|txt)\b|\.log-")
_GZIP = b"\x1f\x8b"


class Source(NamedTuple):
    """The lines of one file that are kept."""

    name: str
    lines: deque[str]
    dropped: int  # older lines that are not among them


def read_sources(names: Sequence[str]) -> Iterator[Source]:
    """Yield every file, and of a folder or an archive the logs that are in it."""
    for name in names:
        path = Path(name)
        if name == "-" or not (path.is_dir() or is_archive(path)):
            yield read_source(name)
            continue
        found = _of_folder(path) if path.is_dir() else _of_archive(path)
        some = False
        for source in islice(found, _FILES_MAX):
            some = True
            yield source
        if not some:
            hint = Phrase("read.no-logs.hint")
            raise LabError(Phrase("read.no-logs", {"file": name}), hint, NO_MATCH)


def _of_folder(folder: Path) -> Iterator[Source]:
    for where, folders, files in os.walk(folder):
        here = Path(where)
        deep = len(here.relative_to(folder).parts) >= _DEEP
        folders[:] = [] if deep else sorted({*folders} - {"version-2", ".git"})
        for name in sorted(files):
            if _LOG.search(name) and (here / name).is_file():
                yield read_source(str(here / name))


def _of_archive(archive: Path) -> Iterator[Source]:
    for path, file in members(archive):
        if _LOG.search(path.name) and "version-2" not in path.parts:
            yield _kept(f"{archive}!{path}", file)


def read_source(name: str) -> Source:
    """Return the newest lines of a file; - is standard input."""
    try:
        if name == "-":
            return _kept(name, sys.stdin.buffer)
        with Path(name).open("rb") as file:
            return _kept(name, file)
    except (OSError, EOFError, zlib.error) as error:
        why = getattr(error, "strerror", None) or str(error)
        facts = {"file": name, "why": why}
        hint = Phrase("read.no-file.hint")
        raise LabError(Phrase("read.no-file", facts), hint, NO_MATCH) from error


def _kept(name: str, file: IO[bytes]) -> Source:
    peeking = cast(io.BufferedReader, file)
    if not isinstance(file, io.BufferedReader):
        peeking = io.BufferedReader(cast(io.RawIOBase, file))
    if not peeking.peek(2).startswith(_GZIP):
        return _lines(name, split(peeking))
    with gzip.GzipFile(fileobj=peeking) as unfolded:
        return _lines(name, split(io.BufferedReader(unfolded), UNFOLDED_MAX))


def _lines(name: str, every: Iterator[str]) -> Source:
    lines: deque[str] = deque()
    dropped = held = 0
    for line in every:
        lines.append(line)
        held += len(line)
        while len(lines) > LINES_MAX or held > CHARACTERS_MAX:
            held -= len(lines.popleft())
            dropped += 1
    return Source(name, lines, dropped)


def split(file: IO[bytes], most: int = 0) -> Iterator[str]:
    """Yield the lines of a stream, each cut at a limit, in bounded memory."""
    encoding = _encoding(start := file.read(_BLOCK))
    decoder = io.IncrementalNewlineDecoder(
        codecs.getincrementaldecoder(encoding)("replace"), translate=True
    )
    pieces: list[str] = []
    held, seen, block = 0, 0, start
    while block:
        seen += len(block)
        if most and seen > most:
            raise EOFError(f"unfolds to more than {most >> 20} MB")
        first, *others = decoder.decode(block).split("\n")
        if held < LINE_MAX:
            pieces.append(first[: LINE_MAX - held])
            held += len(pieces[-1])
        for other in others:
            yield "".join(pieces)
            pieces, held = [other[:LINE_MAX]], min(len(other), LINE_MAX)
        block = file.read(_BLOCK)
    pieces.append(decoder.decode(b"", final=True)[: LINE_MAX - held])
    if last := "".join(pieces):
        yield last


def _encoding(start: bytes) -> str:
    """Windows tools write UTF-16; without a BOM every second byte is 0."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = start[:200]
    if len(head) > 20 and head[1::2].count(0) > len(head) // 3:
        return "utf-16-le"
    return "utf-8-sig"

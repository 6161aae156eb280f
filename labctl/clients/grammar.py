"""Parses one line that a client types: `create -e /a 1` becomes a `Command`.

The words are those of zkCli and zk-shell; data may stand in quotes.
"""

import shlex
from typing import NamedTuple

from labctl.errors import USAGE, LabError
from labctl.words.phrase import Phrase

EPHEMERAL, SEQUENTIAL = 1, 2

# as typed -> what the history calls it
KINDS = {
    "create": "create",
    "set": "set",
    "get": "get",
    "cat": "get",
    "ls": "children",
    "stat": "exists",
    "exists": "exists",
    "rm": "delete",
    "delete": "delete",
    "sync": "sync",
    "check": "check",
    "multi": "multi",
    "watch": "watch",
}
WRITES = frozenset({"create", "set", "delete", "multi"})
IN_MULTI = frozenset({"create", "set", "delete", "check"})
_LETTERS = {"e": EPHEMERAL, "s": SEQUENTIAL}


class Command(NamedTuple):
    """What to ask a server for."""

    kind: str  # as in `data.history`, or check | multi | watch
    path: str
    data: str = ""
    version: int = -1  # -1: whatever it has
    flags: int = 0
    watch: bool = False
    parts: tuple["Command", ...] = ()  # of a multi

    @property
    def writes(self) -> bool:
        """Whether it makes a transaction."""
        return self.kind in WRITES


def understand(line: str) -> Command:
    """Return the command; a LabError (exit 2) says what is wrong with the line."""
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise _wrong("data.unclear", line=line, why=str(error)) from None
    if not words:
        raise _wrong("data.nothing")
    verb, *rest = words
    kind = KINDS.get(verb)
    if kind is None:
        raise _wrong("data.unknown-verb", verb=verb)
    if kind == "multi":
        return _multi(rest, line)
    return _single(kind, rest, line)


def _single(kind: str, words: list[str], line: str) -> Command:
    letters, words, version = _flags(words, line)
    allowed = {"create": "es", "get": "w", "children": "ws", "exists": "w"}
    if bad := [letter for letter in letters if letter not in allowed.get(kind, "")]:
        raise _wrong("data.unknown-flag", flag=f"-{bad[0]}", line=line)
    path, *more = words or ["/"] if kind == "children" else words or [""]
    _check_path(path, line)
    most = {"create": 1, "set": 2, "delete": 1, "check": 1}.get(kind, 0)
    if len(more) > most:
        raise _wrong("data.too-much", word=more[most], line=line)
    flags = 0
    if kind == "create":
        flags = sum(_LETTERS[letter] for letter in set(letters))
    if kind == "set":
        if not more:
            raise _wrong("data.no-data", line=line)
        version = _number(more[1], line) if len(more) > 1 else version
    elif kind in ("delete", "check") and more:
        version = _number(more[0], line)
    data = more[0] if more and kind in ("create", "set") else ""
    return Command(kind, path, data, version, flags, watch="w" in letters)


def _multi(words: list[str], line: str) -> Command:
    parts = tuple(understand(word) for word in words)
    if not parts:
        raise _wrong("data.empty-multi")
    for part in parts:
        if part.kind not in IN_MULTI:
            raise _wrong("data.not-in-multi", kind=part.kind, line=line)
    return Command("multi", parts[0].path, parts=parts)


def _flags(words: list[str], line: str) -> tuple[str, list[str], int]:
    letters, version = "", -1
    rest: list[str] = []
    left = list(words)
    while left:
        word = left.pop(0)
        if word == "-v":
            version = _number(left.pop(0) if left else "", line)
        elif len(word) > 1 and word[0] == "-" and word[1:].isalpha() and not rest:
            letters += word[1:]
        else:
            rest.append(word)
    return letters, rest, version


def _number(word: str, line: str) -> int:
    try:
        return int(word)
    except ValueError:
        raise _wrong("data.no-number", word=word, line=line) from None


def _check_path(path: str, line: str) -> None:
    if not path:
        raise _wrong("data.no-path", line=line)
    plain = path == "/" or not (path.endswith("/") or "//" in path)
    if not path.startswith("/") or not plain:
        raise _wrong("data.bad-path", path=path)


def _wrong(key: str, **facts: object) -> LabError:
    return LabError(Phrase(key, facts), Phrase("data.grammar"), USAGE)

r"""Java's properties format: what `zoo.cfg` is written in.

`key=value`, `key: value` or `key value`; `#` and `!` begin comments; a trailing
backslash continues the line; inside, backslash escapes (so the article's
`D:\\zookeeper\\data1` means `D:\zookeeper\data1`).
"""

import re
from typing import NamedTuple

_LINE_END = re.compile("\r\n|[\r\n]")  # and nothing else that Unicode calls one


class Property(NamedTuple):
    """One setting and the line it stands on, counted from 1."""

    key: str
    value: str
    line: int


class PropertiesError(ValueError):
    """The file is not in properties format; `line` says where."""

    def __init__(self, message: str, line: int) -> None:
        """Remember the line beside the message."""
        super().__init__(message)
        self.line = line


def parse_properties(text: str) -> list[Property]:
    """Return the settings in file order; a later one of the same key wins."""
    found = []
    for number, line in _logical_lines(text):
        key, value = _split(line)
        found.append(
            Property(_unescape(key, number), _unescape(value, number).strip(), number)
        )
    return found


def _logical_lines(text: str) -> list[tuple[int, str]]:
    """Join continued lines; drop blanks and comments."""
    lines: list[tuple[int, str]] = []
    pending, started = "", 0
    for number, raw in enumerate(_LINE_END.split(text), 1):
        line = raw.lstrip(" \t\f")
        if not pending:
            if not line or line[0] in "#!":
                continue
            started = number
        backslashes = len(line) - len(line.rstrip("\\"))
        if backslashes % 2:
            pending += line[:-1]
            continue
        lines.append((started, pending + line))
        pending = ""
    if pending:
        lines.append((started, pending))
    return lines


def _split(line: str) -> tuple[str, str]:
    """Cut at the first unescaped separator."""
    at = 0
    while at < len(line) and line[at] not in "=: \t\f":
        at += 2 if line[at] == "\\" else 1
    key, rest = line[:at], line[at:].lstrip(" \t\f")
    if rest[:1] in ("=", ":"):
        rest = rest[1:]
    return key, rest.lstrip(" \t\f")


_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}


def _unescape(text: str, line: int) -> str:
    if "\\" not in text:
        return text
    out = []
    at = 0
    while at < len(text):
        char = text[at]
        if char != "\\":
            out.append(char)
            at += 1
        elif text[at + 1 : at + 2] == "u":
            digits = text[at + 2 : at + 6]
            try:
                if len(digits) != 4:
                    raise ValueError(digits)
                out.append(chr(int(digits, 16)))
            except ValueError:
                raise PropertiesError("Malformed \\uxxxx encoding.", line) from None
            at += 6
        else:
            escaped = text[at + 1 : at + 2]
            out.append(_ESCAPES.get(escaped, escaped))
            at += 2
    return _joined("".join(out))


def _joined(text: str) -> str:
    """Make one character of the two escapes that Java writes beyond U+FFFF."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

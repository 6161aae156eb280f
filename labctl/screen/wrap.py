"""Break a sentence into lines, as a reader of English or of Chinese expects.

Between two Chinese characters a line may end anywhere; only no line begins with a
mark that closes.  Everywhere else it ends at a space.
"""

import re
from collections.abc import Iterator

from rich.cells import cell_len

_NO_BEGIN = "，。；：、！？）》」』”’…·"
_NO_END = "（《「『“‘"
_WIDE = "\u2e80-\u9fff\uff00-\uffef"
_PIECE = re.compile(
    rf" +|[{_NO_END}]*(?:[{_WIDE}]|[^ {_WIDE}]+)[{_NO_BEGIN}]*", re.UNICODE
)


def fold(words: str, room: int) -> list[str]:
    """Return the lines; none is wider than the room, unless one word is."""
    lines, line = [], ""
    for piece in _pieces(words):
        if line.strip() and cell_len(line + piece.rstrip()) > room:
            lines.append(line.rstrip())
            line = ""
        if line or not lines or piece.strip():
            line += piece
    return [*lines, line.rstrip()]


def _pieces(words: str) -> Iterator[str]:
    """Yield what no line may end within; spaces stand alone."""
    at = 0
    for found in _PIECE.finditer(words):
        yield words[at : found.end()]
        at = found.end()
    if at < len(words):
        yield words[at:]

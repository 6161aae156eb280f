"""Templates that stand somewhere in a line whose layout nobody knows.

They are looked up by their first word, so a line costs as many attempts as it has
words that begin a template.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from labctl.logs.rare_templates import compiled, templates

_WORD = re.compile(r"[A-Za-z][A-Za-z-]{2,}")
_WORDS_MAX = 60  # of one line that are looked up
_TEXT_MIN = 14  # letters of a template that are its own
_TOO_COMMON = frozenset({"ending", "audit", "setting"})


class Standing(NamedTuple):
    """A template that was found in a line, and the class that says it."""

    cls: str
    theme: str


def standing_in(text: str) -> Standing | None:
    """Return the first template that stands in the text; None if there is none."""
    index = _index()
    for count, word in enumerate(_WORD.finditer(text)):
        if count > _WORDS_MAX:
            break
        for pattern, found in index.get(word[0], ()):
            if pattern.match(text, word.start()):
                return found
    return None


@cache
def _index() -> Mapping[str, tuple[tuple[re.Pattern[str], Standing], ...]]:
    found: dict[str, list[tuple[re.Pattern[str], Standing]]] = {}
    for cls, text, theme in sorted(templates(), key=lambda t: -len(t.text)):
        own = text.replace("<>", "")
        first = _WORD.match(text)
        if first is None or theme in _TOO_COMMON:
            continue
        if len(own) < _TEXT_MIN or len(own.split()) < 2:
            continue
        pattern = compiled(text.rstrip("<>"), ".{0,200}?")
        found.setdefault(first[0], []).append((pattern, Standing(cls, theme)))
    return {word: tuple(patterns) for word, patterns in found.items()}

"""Templates that stand somewhere in a line whose layout nobody knows.

They are looked up by their first word, so a line costs as many attempts as it has
words that begin a template.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from labctl.logs.rare_templates import compiled, templates

_WORD = re.compile(r"[A-Za-z][A-Za-z-]{2,}")
_WORDS_MAX = 60  # of one line that are looked up
_HEAD = re.compile(r"([A-Za-z]+)[ :'-]")
_LETTERS = re.compile(r"[A-Za-z]+")
_OWN_MIN = 21  # letters of a pattern that are its own
_TEXT_MIN = 14  # letters of a template that are its own
_TOO_COMMON = frozenset({"ending", "audit", "setting"})


class Rule(NamedTuple):
    """A pattern that may stand in a line, and the words one of which begins it."""

    key: str
    pattern: re.Pattern[str]
    heads: frozenset[str]  # empty: it may begin with anything


def alternatives(pattern: str) -> list[str]:
    """Return where each alternative of a pattern begins."""
    depth, starts = 0, [0]
    for at, char in enumerate(pattern):
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0:
            starts.append(at + 1)
    return [pattern[at:] for at in starts]


def rules(
    table: Iterable[tuple[str, str]], patterns: Iterable[re.Pattern[str]]
) -> tuple[Rule, ...]:
    """Return those rules that say enough to be looked for in the middle of a line."""
    found = []
    for (key, text), pattern in zip(table, patterns, strict=True):
        if len(re.sub(r"\(\?P<\w+>|[^A-Za-z ]", "", text)) < _OWN_MIN:
            continue
        heads = [_HEAD.match(one) for one in alternatives(text)]
        words = frozenset(head[1] for head in heads if head)
        found.append(Rule(key, pattern, words if all(heads) else frozenset()))
    return tuple(found)


def search(among: Sequence[Rule], text: str) -> tuple[str, re.Match[str]] | None:
    """Return the first rule that stands in the text, and where."""
    words = frozenset(_LETTERS.findall(text))
    for key, pattern, heads in among:
        if (not heads or not heads.isdisjoint(words)) and (
            found := pattern.search(text)
        ):
            return key, found
    return None


def standing_in(text: str) -> str | None:
    """Return the theme of the first template that stands in the text, if one does."""
    index = _index()
    for count, word in enumerate(_WORD.finditer(text)):
        if count > _WORDS_MAX:
            break
        for pattern, theme in index.get(word[0], ()):
            if pattern.match(text, word.start()):
                return theme
    return None


@cache
def _index() -> Mapping[str, tuple[tuple[re.Pattern[str], str], ...]]:
    found: dict[str, list[tuple[re.Pattern[str], str]]] = {}
    for _, text, theme in sorted(templates(), key=lambda t: -len(t.text)):
        own = text.replace("<>", "")
        first = _WORD.match(text)
        if first is None or theme in _TOO_COMMON:
            continue
        if len(own) < _TEXT_MIN or len(own.split()) < 2:
            continue
        pattern = compiled(text.rstrip("<>"), ".{0,200}?")
        found.setdefault(first[0], []).append((pattern, theme))
    return {word: tuple(patterns) for word, patterns in found.items()}

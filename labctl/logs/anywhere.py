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
_GROUP = re.compile(r"\((?:[^()]|\([^()]*\))*\)")  # what may be left out, or varies
_OWN = re.compile(r"(?<![A-Za-z)\\])([A-Za-z]{3,})(?![A-Za-z)(\[?*+{])")
_LETTERS = re.compile(r"[A-Za-z]+")
_OWN_MIN = 21  # letters of a pattern that are its own
_TEXT_MIN = 14  # letters of a template that are its own
_TOO_COMMON = frozenset({"ending", "audit", "setting"})


class Rule(NamedTuple):
    """A pattern that may stand in a line, and the words one of which it needs."""

    key: str
    pattern: re.Pattern[str]
    needs: frozenset[str]  # one for each alternative


def alternatives(pattern: str) -> list[str]:
    """Return a pattern's alternatives, those inside its groups left alone."""
    depth, cuts = 0, [-1]
    for at, char in enumerate(pattern):
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0:
            cuts.append(at)
    ends = [*cuts[1:], len(pattern)]
    return [pattern[cut + 1 : end] for cut, end in zip(cuts, ends, strict=True)]


def rules(table: Iterable[tuple[str, str]]) -> tuple[Rule, ...]:
    """Return those rules that say enough to be looked for in the middle of a line."""
    found = []
    for key, text in table:
        if len(re.sub(r"\(\?P<\w+>|[^A-Za-z ]", "", text)) < _OWN_MIN:
            continue
        own = [_OWN.findall(_GROUP.sub(")", one)) for one in alternatives(text)]
        if all(own):
            words = frozenset(max(said, key=len) for said in own)
            pattern = text.removeprefix(".*").replace(" ?", r"\s*").replace(" ", r"\s+")
            found.append(Rule(key, re.compile(pattern), words))
    return tuple(found)


def search(among: Sequence[Rule], text: str) -> tuple[str, re.Match[str]] | None:
    """Return the first rule that stands in the text, and where."""
    words = frozenset(_LETTERS.findall(text))
    for key, pattern, needs in among:
        if not needs.isdisjoint(words) and (found := pattern.search(text)):
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

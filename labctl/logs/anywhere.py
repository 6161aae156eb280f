"""Templates that stand somewhere in a line whose layout nobody knows.

They are looked up by their first word, so a line costs as many attempts as it has
words that begin a template.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from labctl.logs.rare_templates import compiled, templates

_WORDS_MAX = 60  # of one line that are looked up
_GROUP = re.compile(r"\((?:[^()]|\([^()]*\))*\)")  # what may be left out, or varies
_OWN = re.compile(r"(?<![A-Za-z)\\])([A-Za-z]{3,})(?![A-Za-z)(\[?*+{])")
_LETTERS = re.compile(r"[A-Za-z]+")
_OWN_MIN = 21  # letters of a pattern that are its own
_TEXT_MIN = 14  # letters of a template that are its own
_TOO_COMMON = frozenset({"ending", "audit", "setting"})


class Rule(NamedTuple):
    """A pattern that may stand in a line."""

    rank: int  # the smallest that stands in a line wins
    key: str
    pattern: re.Pattern[str]


def alternatives(pattern: str) -> list[str]:
    """Return a pattern's alternatives, those inside its groups left alone."""
    depth, cuts = 0, [-1]
    for at, char in enumerate(pattern):
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0:
            cuts.append(at)
    ends = [*cuts[1:], len(pattern)]
    return [pattern[cut + 1 : end] for cut, end in zip(cuts, ends, strict=True)]


Rules = Mapping[str, tuple[Rule, ...]]  # by each word that one of them needs


def rules(table: Iterable[tuple[str, str]]) -> Rules:
    """Return those rules that say enough to be looked for in the middle of a line."""
    found: dict[str, list[Rule]] = {}
    rank = 0
    for key, text in table:
        if len(re.sub(r"\(\?P<\w+>|[^A-Za-z ]", "", text)) < _OWN_MIN:
            continue
        own = [_OWN.findall(_GROUP.sub(")", one)) for one in alternatives(text)]
        if all(own):
            words = frozenset(max(said, key=len) for said in own)
            pattern = text.removeprefix(".*").replace(" ?", r"\s*").replace(" ", r"\s+")
            for word in words:
                found.setdefault(word, []).append(Rule(rank, key, re.compile(pattern)))
            rank += 1
    return {word: tuple(those) for word, those in found.items()}


def search(among: Rules, text: str) -> tuple[str, re.Match[str]] | None:
    """Return the first rule that stands in the text, and where."""
    needed = {rule for word in _words(text) for rule in among.get(word, ())}
    for _, key, pattern in sorted(needed):
        if found := pattern.search(text):
            return key, found
    return None


def standing_in(text: str) -> str | None:
    """Return the theme of the first template that stands in the text, if one does."""
    index = _index()
    words = _words(text)
    if index.keys().isdisjoint(words):
        return None
    for word in dict.fromkeys(words[:_WORDS_MAX]):
        for pattern, theme in index.get(word, ()):
            if pattern.search(text):
                return theme
    return None


@lru_cache(maxsize=1)  # a line is looked at for several things, one after another
def _words(text: str) -> list[str]:
    return _LETTERS.findall(text)


@cache
def _index() -> Mapping[str, tuple[tuple[re.Pattern[str], str], ...]]:
    found: dict[str, list[tuple[re.Pattern[str], str]]] = {}
    for _, text, theme in sorted(templates(), key=lambda t: -len(t.text)):
        own = text.replace("<>", "")
        first = _LETTERS.match(text)
        if first is None or theme in _TOO_COMMON:
            continue
        if len(own) < _TEXT_MIN or len(own.split()) < 2:
            continue
        pattern = compiled(text.rstrip("<>"), ".{0,200}?", before="(?<![A-Za-z])")
        found.setdefault(first[0], []).append((pattern, theme))
    return {word: tuple(patterns) for word, patterns in found.items()}

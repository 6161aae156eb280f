"""A phrase is a key and its facts; the language is chosen when it is shown.

Everything that the lab says to a person is a `Phrase`, so the narrator, the
errors and the tests deal in facts, and both languages say all of them.
"""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from labctl.words.catalog import Catalog

ENGLISH, CHINESE = "en", "zh"
LANGUAGES = (ENGLISH, CHINESE)

CATALOG: Mapping[str, tuple[str, str]] = Catalog()

_NODE_COMMA = (", ", "、")
_NOBODY = ("none", "无")


_NO_FACTS: Mapping[str, object] = {}


class Phrase(NamedTuple):
    """A sentence before it is put into words.

    Facts are text, numbers, other phrases, or tuples of server ids, which are
    shown as `n1, n2`.
    """

    key: str
    facts: Mapping[str, object] = _NO_FACTS


def known_or(key: str, plain: str, facts: Mapping[str, object] = _NO_FACTS) -> Phrase:
    """Return the phrase for a published word, or the word if it is new to us."""
    return Phrase(key, facts) if key in CATALOG else Phrase("as-is", {"text": plain})


def text(phrase: Phrase, lang: str) -> str:
    """Return the phrase in the language."""
    key, said = phrase
    if not said:
        return _bare(key, lang)
    facts = {
        name: fact if isinstance(fact, str) else _show(fact, lang)
        for name, fact in said.items()
    }
    return _sentence(key, lang).format_map(facts)


@cache
def _bare(key: str, lang: str) -> str:
    return _sentence(key, lang).format_map({})


@cache
def _sentence(key: str, lang: str) -> str:
    return CATALOG[key][LANGUAGES.index(lang)]


def _show(fact: object, lang: str) -> object:
    if isinstance(fact, Phrase):
        return text(fact, lang)
    if isinstance(fact, tuple | frozenset):
        column = LANGUAGES.index(lang)
        names = [f"n{sid}" for sid in sorted(fact)]
        return _NODE_COMMA[column].join(names) or _NOBODY[column]
    return fact

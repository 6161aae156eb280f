"""A phrase is a key and its facts; the language is chosen when it is shown.

Everything that the lab says to a person is a `Phrase`, so the narrator, the
errors and the tests deal in facts, and both languages say all of them.
"""

from collections.abc import Mapping
from typing import NamedTuple

from labctl.words.classroom import CLASSROOM
from labctl.words.data import DATA
from labctl.words.doctor import DOCTOR
from labctl.words.election import ELECTION
from labctl.words.errors import ERRORS
from labctl.words.faults import FAULTS
from labctl.words.glossary import GLOSSARY
from labctl.words.help import HELP
from labctl.words.lab import LAB
from labctl.words.life import LIFE
from labctl.words.logs import LOGS
from labctl.words.node_faults import NODE_FAULTS
from labctl.words.pictures import PICTURES
from labctl.words.settings import SETTINGS
from labctl.words.sim import SIM
from labctl.words.step import STEP
from labctl.words.why import WHY
from labctl.words.zab import ZAB

ENGLISH, CHINESE = "en", "zh"
LANGUAGES = (ENGLISH, CHINESE)

CATALOG: Mapping[str, tuple[str, str]] = {
    **ELECTION,
    **ZAB,
    **LIFE,
    **LAB,
    **ERRORS,
    **SETTINGS,
    **SIM,
    **HELP,
    **FAULTS,
    **NODE_FAULTS,
    **STEP,
    **WHY,
    **GLOSSARY,
    **PICTURES,
    **DATA,
    **DOCTOR,
    **LOGS,
    **CLASSROOM,
}

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
    column = LANGUAGES.index(lang)
    facts = {name: _show(fact, lang) for name, fact in phrase.facts.items()}
    return CATALOG[phrase.key][column].format_map(facts)


def _show(fact: object, lang: str) -> object:
    if isinstance(fact, Phrase):
        return text(fact, lang)
    if isinstance(fact, tuple | frozenset):
        column = LANGUAGES.index(lang)
        names = [f"n{sid}" for sid in sorted(fact)]
        return _NODE_COMMA[column].join(names) or _NOBODY[column]
    return fact

"""The shared options of one command, put together from flags and environment."""

import itertools
import locale
import os
from collections.abc import Sequence
from typing import NamedTuple

import typer

from labctl.errors import USAGE, LabError
from labctl.screen.line import LEVELS, PROTOCOL, STORY
from labctl.screen.screen import Screen
from labctl.words.phrase import CHINESE, ENGLISH, LANGUAGES, Phrase
from node.wording.line import Release


class Session(NamedTuple):
    """What a verb needs to know beside its own arguments."""

    lab: str
    yes: bool
    screen: Screen
    lab_named: bool  # somebody said which lab


def session(context: typer.Context) -> Session:
    """Return the session: flag before environment before default."""
    said: dict[str, object] = context.ensure_object(dict)
    named = said.get("lab") or os.environ.get("LABCTL_LAB")
    level = PROTOCOL if said.get("verbose") else str(said.get("level") or STORY)
    if level not in LEVELS:
        raise typer.BadParameter(f"--level is one of {', '.join(LEVELS)}")
    lang = _language(said)
    if lang not in LANGUAGES:
        raise LabError(
            Phrase("lang.unknown", {"lang": lang}), Phrase("lang.hint"), USAGE
        )
    plain, bare = bool(said.get("plain")), bool(said.get("ascii"))
    screen = Screen(lang, level, plain=plain, bare=bare)
    screen.release = _release(said)
    return Session(str(named or "default"), bool(said.get("yes")), screen, bool(named))


def _release(said: dict[str, object]) -> Release | None:
    """Whose log was asked for."""
    wording = str(said.get("as_") or "")
    if not wording:
        return None
    from labctl.story.narrator.java import WORDINGS  # it knows every event

    if wording not in WORDINGS:
        facts = {"as": wording}
        hint = Phrase("as.hint", {"known": ", ".join(WORDINGS)})
        raise LabError(Phrase("as.unknown", facts), hint, USAGE)
    return WORDINGS[wording]


def early(words: Sequence[str]) -> dict[str, object]:
    """Return the language that was asked for, before anything else is understood."""
    pairs = itertools.pairwise(words)
    found = [value for word, value in pairs if word == "--lang"]
    found += [word.partition("=")[2] for word in words if word.startswith("--lang=")]
    return {"lang": found[-1]} if found else {}


def chosen_language(said: dict[str, object]) -> str:
    """Return a language we speak, whatever was said."""
    lang = _language(said)
    return lang if lang in LANGUAGES else ENGLISH


def _language(said: dict[str, object]) -> str:
    if given := said.get("lang") or os.environ.get("LABCTL_LANG"):
        return str(given).split("_")[0].split(".")[0].lower()
    system = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    system = system or (locale.getlocale()[0] or "")
    return CHINESE if system.lower().startswith("zh") else ENGLISH

"""A command line that cannot be understood: what is wrong, in the person's language.

Typer raises its own errors in English; here each becomes one line and one hint.
"""

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import Any

import typer

from labctl.cli.app import GROUPS
from labctl.cli.commands.shared import SHARED
from labctl.errors import USAGE, LabError
from labctl.words.phrase import Phrase

_NO_COMMAND = re.compile(r"No such command '([^']*)'")
_EXTRA = re.compile(r"Got unexpected extra argument[^(]*\((?:s\) \()?(.*)\)")
_NO_NUMBER = ("valid int", "valid float", "integer", "number")

# typer.BadParameter is public; the class above it covers all errors of usage.
UsageError: type[Exception] = typer.BadParameter.__mro__[1]


def explained(error: Any, words: Sequence[str]) -> LabError:
    """Return the error for a person who typed these words."""
    verb = next((word for word in words if word in _verbs()), "")
    hint = Phrase("usage.hint", {"verb": _path(error, verb)})
    match type(error).__name__:
        case "NoSuchOption":
            near = ", ".join(sorted(error.possibilities or ()))
            facts = {"option": error.option_name, "near": _near(near)}
            what = Phrase("usage.no-option", facts)
        case "MissingParameter":
            what = Phrase("usage.missing", {"what": _name(error.param)})
        case "BadParameter" if error.param is not None:
            facts = {"what": _name(error.param), "value": _value(error, words)}
            number = any(word in error.message for word in _NO_NUMBER)
            key = "usage.bad-number" if number else "usage.bad-value"
            what = Phrase(key, {**facts, "why": error.message})
        case "BadOptionUsage":
            flag = "does not take" in error.message
            key = "usage.no-value" if flag else "usage.needs-value"
            what = Phrase(key, {"option": error.option_name})
        case _ if not verb and (typed := _typed(words)):
            what = _no_verb(typed, _verbs())
        case _ if found := _NO_COMMAND.match(error.message):
            below = getattr(error.ctx.command, "commands", ())
            what = _no_verb(f"{verb} {found[1]}", [f"{verb} {name}" for name in below])
        case _ if found := _EXTRA.match(error.message):
            what = Phrase("usage.extra", {"words": found[1]})
        case _:
            what = Phrase("usage.other", {"why": error.message})
    return LabError(what, hint, USAGE)


def _no_verb(typed: str, known: Sequence[str]) -> Phrase:
    near = ", ".join(difflib.get_close_matches(typed, known, 3, 0.6))
    return Phrase("usage.no-verb", {"verb": typed, "near": _near(near)})


def _path(error: Any, verb: str) -> str:
    """Return the verb whose --help says more: `ex predict`, not only `ex`."""
    _, *path = getattr(error.ctx, "command_path", f"labctl {verb}").split()
    return " ".join([*path, ""]) if verb and path else ""


def _near(names: str) -> Phrase:
    return Phrase("usage.near", {"names": names}) if names else Phrase("nothing")


def _verbs() -> list[str]:
    return [verb for verbs in GROUPS.values() for verb in verbs]


def _typed(words: Iterable[str]) -> str:
    """Return the first word that is no option and no shared option's value."""
    valued = {f"--{name.rstrip('_')}" for name in SHARED}
    before = ""
    for word in words:
        if not word.startswith("-") and before not in valued:
            return word
        before = word
    return ""


def _name(param: Any) -> str:
    """Return what a person calls this parameter: --nodes, or COMMAND."""
    if param is None:
        return ""
    if getattr(param, "param_type_name", "") == "option":
        return str(max(param.opts, key=len))
    return str(param.metavar or param.name or "").upper()


def _value(error: Any, words: Sequence[str]) -> str:
    """Return what stands behind the option, if it is one."""
    name = _name(error.param)
    for at, word in enumerate(words):
        if word == name and at + 1 < len(words):
            return words[at + 1]
        if word.startswith(f"{name}="):
            return word.partition("=")[2]
    return ""

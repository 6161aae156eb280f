"""Fault commands: what a lab may ask of a node through its AdminServer.

Each kind of command has a path of its own below `/commands/quorumlab/`: POST a
JSON body to inject, GET to list what is active, DELETE to clear all of it.  A node
takes fault commands only if `quorumlab.lab` names its lab.

What a list shows of a fault has at least `id` (the lab's name of the fault, or that
and a place: `f1>3`), `kind`, `detail` and `left_ms` (None: until cleared); a link
fault has `to` as well.  A node that starts again gets what is still active for it
in the environment variable QUORUMLAB_FAULTS: `{kind: body}`.
"""

import json
import sys
from collections.abc import Collection, Mapping
from typing import Any, Protocol

TEXT_MAX = 100  # characters


class CommandRefused(Exception):
    """A fault command that makes no sense; the message says why, for a person."""


def document(body: bytes) -> Any:
    """Return the JSON document of a command; no body at all is `{}`."""
    try:
        return json.loads(body or b"{}")
    except ValueError as error:
        raise CommandRefused(f"this is no JSON: {error}") from None


def to_clear(asked: Any) -> str | None:
    """Return the name in `{"clear": name}`; None: the command sets something."""
    if isinstance(asked, dict) and set(asked) == {"clear"}:
        return str(asked["clear"])
    return None


def checked(asked: Any, what: str, fields: Collection[str]) -> dict[str, Any]:
    """Return the command if it is an object that has no other fields than these."""
    if not isinstance(asked, dict):
        raise CommandRefused(f"{what} is a JSON object")
    unknown = set(asked) - set(fields)
    if unknown:
        raise CommandRefused(f"{what} has no {', '.join(sorted(unknown))}")
    return asked


def number(asked: dict[str, Any], key: str, most: int, least: int = 0) -> int:
    """Return a number of the command; 0 where it is missing."""
    value = asked.get(key) or 0
    if type(value) is not int or not least <= value <= most:
        raise CommandRefused(f"{key} {value!r} is no number from {least} to {most}")
    return value


def text(asked: dict[str, Any], key: str, default: str = "") -> str:
    """Return a short text of the command."""
    value = str(asked.get(key) or default)
    if len(value) > TEXT_MAX:
        raise CommandRefused(f"{key} has at most {TEXT_MAX} characters")
    return value


class CommandHandler(Protocol):
    """Who takes one kind of fault command."""

    def handle(self, body: bytes) -> Any:
        """Do what a JSON document asks, or raise CommandRefused and do nothing."""

    def clear(self) -> None:
        """Take everything of this kind back."""

    def listed(self) -> Any:
        """Return what is active now, as JSON has it."""


class AllCommands:
    """All kinds at once, to look at or to take back."""

    def __init__(self, handlers: Mapping[str, CommandHandler]) -> None:
        """Know the handler of every kind."""
        self.handlers = handlers

    def handle(self, body: bytes) -> Any:
        """Do `{kind: body}`, kind after kind; the first refusal ends it."""
        try:
            asked = dict(document(body))
        except (ValueError, TypeError) as error:
            raise CommandRefused(f"this is no JSON object: {error}") from None
        unknown = set(asked) - set(self.handlers)
        if unknown:
            raise CommandRefused(
                f"no such fault commands: {', '.join(sorted(unknown))}"
            )
        for kind, command in asked.items():
            self.handlers[kind].handle(json.dumps(command).encode())
        return self.listed()

    def clear(self) -> None:
        """Take everything back."""
        for handler in self.handlers.values():
            handler.clear()

    def listed(self) -> dict[str, Any]:
        """Return what is active, by kind."""
        return {kind: handler.listed() for kind, handler in self.handlers.items()}


def restore(handlers: Mapping[str, CommandHandler], commands: str) -> None:
    """Inject what was active before this boot; a refusal goes to standard error."""
    if not commands or not handlers:
        return
    try:
        AllCommands(handlers).handle(commands.encode())
    except CommandRefused as refused:
        sys.stderr.write(f"QUORUMLAB_FAULTS: {refused}\n")

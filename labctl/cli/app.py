"""The command line, put together: one file per group of verbs.

Only the file of the verb that was typed is imported: `labctl status` must not wait
for what `labctl load` needs.  `labctl --help` needs none of them, because names and
sentences stand in `panels` and in the catalogue of phrases.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module

import typer
from typer.core import TyperCommand, TyperGroup

from labctl.cli.commands.panels import Root, arrange
from labctl.cli.commands.shared import share, shared

# The file of labctl/cli/commands -> its verbs.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "lifecycle": ("up", "down", "prune", "start", "stop", "restart"),
    "status": ("status", "wait", "logs", "ls", "config", "version"),
    "faults": (
        *("kill", "pause", "resume", "partition", "cut", "hold", "delay", "heal"),
        *("net", "chaos", "fault"),
    ),
    "node_faults": ("crash", "wipe", "disk", "clock"),
    "step": ("step", "deliver", "go"),
    "why": ("why", "explain", "votes", "log", "watch"),
    "read": ("read",),
    "recordings": ("runs", "replay", "diff"),
    "export": ("export",),
    "clients": (
        *("sh", "do", "call", "tree", "sessions", "watches", "load", "check"),
        "recipe",
    ),
    "doctor": ("doctor",),
    "sim": ("sim",),
    "classroom": ("ex", "grade", "play"),
}
VERBS = tuple(verb for verbs in GROUPS.values() for verb in verbs)


def root(words: Sequence[str] | None = None) -> TyperGroup:
    """Return the command line for these words; None: with all its verbs."""
    app = typer.Typer(
        cls=Root,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(shared)
    groups = _groups(words)
    for group in groups:
        import_module(f"labctl.cli.commands.{group}").add_to(app)
    command = share(app)
    if not groups:  # every verb by its name alone
        command.commands.update({verb: TyperCommand(verb) for verb in VERBS})
    return arrange(command)


def _groups(words: Sequence[str] | None) -> Sequence[str]:
    """Return which files the words need: one, none for the help page, or all."""
    if words is None:
        return tuple(GROUPS)
    if not words or words[0] in ("-h", "--help"):
        return ()
    typed = {
        group for word in words for group, verbs in GROUPS.items() if word in verbs
    }
    return tuple(typed) if typed else tuple(GROUPS)

"""The command line: every verb, and the options that all verbs share.

The shared options are declared once, on the root, and handed to every verb, so
`labctl --lab x status` and `labctl status --lab x` mean the same.
"""

import copy
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from labctl.commands import faults, life, look
from labctl.session import SHARED

_HELP = "A lab for ZooKeeper's consensus: bring servers up, break them, read why."

app = typer.Typer(
    help=_HELP,
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def shared(  # noqa: PLR0913  (the shared options are all here, once)
    context: typer.Context,
    lab: Annotated[
        str | None, typer.Option(help="Which lab [LABCTL_LAB; default].")
    ] = None,
    lang: Annotated[
        str | None, typer.Option(help="en or zh [LABCTL_LANG].", metavar="en|zh")
    ] = None,
    level: Annotated[
        str | None,
        typer.Option(help="How much to tell.", metavar="story|protocol"),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Same as --level protocol.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Answer every question with yes.")
    ] = False,
    plain: Annotated[bool, typer.Option("--ascii", help="ASCII glyphs only.")] = False,
) -> None:
    """Keep what was said before the verb."""
    for name, value in context.params.items():
        _keep(context, name, value)


life.add_to(app)
faults.add_to(app)
look.add_to(app)


def root() -> TyperGroup:
    """Return the command with the shared options on every verb."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    for verb in group.commands.values():
        for option in group.params:
            if option.name in SHARED:
                mine: Any = copy.copy(option)
                mine.expose_value = False
                mine.callback = _remember
                verb.params.append(mine)
    return group


def _remember(context: Any, option: Any, value: Any) -> Any:  # typer's own types
    _keep(context, option.name, value)
    return value


def _keep(context: Any, name: str, value: object) -> None:
    said = context.ensure_object(dict)
    if value not in (None, False):
        said[name] = value

"""The options that all verbs share: declared once, on the root.

`root` hands them to every verb as well, so `labctl --lab x status` and
`labctl status --lab x` mean the same; what stands behind the verb wins.
"""

import copy
from typing import Annotated

import typer
from typer.core import TyperGroup, TyperOption

from labctl import __version__
from labctl.cli.commands import completion

SHARED = ("lab", "lang", "level", "verbose", "yes", "plain", "ascii", "as_")


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"labctl {__version__}")
        raise typer.Exit


LabName = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Which lab [LABCTL_LAB; default].",
        autocompletion=completion.labs,
    ),
]
Language = Annotated[
    str | None,
    typer.Option(
        metavar="en|zh",
        help="In which language [LABCTL_LANG].",
        autocompletion=completion.fixed("en", "zh"),
    ),
]
Level = Annotated[
    str | None,
    typer.Option(
        metavar="brief|story|protocol|wire",
        help="How much to tell.",
        autocompletion=completion.fixed("brief", "story", "protocol", "wire"),
    ),
]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Same as --level protocol.")
]
Yes = Annotated[
    bool, typer.Option("--yes", "-y", help="Answer every question with yes.")
]
Plain = Annotated[
    bool, typer.Option("--plain", help="No colour, no columns, one event to a line.")
]
Ascii = Annotated[bool, typer.Option("--ascii", help="ASCII glyphs only.")]
As = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="zookeeper[-3.4|-3.5|-3.8|-3.9]",
        help="Show also the line that Java ZooKeeper would log.",
        autocompletion=completion.fixed(
            "zookeeper", *(f"zookeeper-3.{n}" for n in (4, 5, 8, 9))
        ),
    ),
]

Version = Annotated[
    bool,
    typer.Option(
        "--version",
        help="Show the version.",
        callback=_show_version,
        is_eager=True,
    ),
]


def shared(  # noqa: PLR0913, PLR0917  (the shared options are all here, once)
    context: typer.Context,
    lab: LabName = None,
    lang: Language = None,
    level: Level = None,
    verbose: Verbose = False,
    yes: Yes = False,
    plain: Plain = False,
    ascii: Ascii = False,  # noqa: A002  (the option's name)
    as_: As = None,
    version: Version = False,
) -> None:
    """A lab for ZooKeeper's consensus: bring servers up, break them, read why."""
    del version  # its callback has shown it
    given = (lab, lang, level, verbose, yes, plain, ascii, as_)
    for name, value in zip(SHARED, given, strict=True):
        _keep(context, name, value)


def share(app: typer.Typer) -> TyperGroup:
    """Return the app's command with the root's options on every verb too."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    options = [o for o in group.params if isinstance(o, TyperOption)]
    for verb in group.commands.values():
        below = verb.commands.values() if isinstance(verb, TyperGroup) else ()
        for command in (verb, *below):
            command.params += [_for_verb(o) for o in options if o.name in SHARED]
    return group


def _for_verb(option: TyperOption) -> TyperOption:
    """A copy of a root option that keeps its value for the session."""
    name = option.name or ""

    def remember(context: typer.Context, _option: object, value: object) -> object:
        _keep(context, name, value)
        return value

    mine = copy.copy(option)
    mine.expose_value = False
    mine.callback = remember  # type: ignore[assignment]  # it passes typer.Context
    return mine


def _keep(context: typer.Context, name: str, value: object) -> None:
    said: dict[str, object] = context.ensure_object(dict)
    if value not in (None, False):
        said[name] = value

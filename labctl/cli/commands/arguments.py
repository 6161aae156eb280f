"""Arguments that several verbs share."""

from typing import Annotated

import typer

from labctl.cli.commands import completion
from labctl.errors import USAGE, LabError
from labctl.words.phrase import Phrase

Targets = Annotated[
    list[str] | None,
    typer.Argument(
        help="2 · 1,3 · leader · followers · follower:1 · observers · down · !2 · all",
        metavar="NODES",
        show_default=False,
        autocompletion=completion.nodes,
    ),
]

Output = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        help="text or json.",
        metavar="text|json",
        autocompletion=completion.fixed("text", "json"),
    ),
]

For = Annotated[
    str,
    typer.Option("--for", help="End by itself after 8s, 300ms, 2m.", metavar="TIME"),
]
OutOfModel = Annotated[
    bool, typer.Option("--out-of-model", help="Yes, break what Zab relies on.")
]


def named(targets: list[str] | None) -> list[str]:
    """Return the targets; saying nothing is a usage error, lab or no lab."""
    if not targets:
        raise LabError(Phrase("target.none"), Phrase("target.hint"), USAGE)
    return targets


def program_reads(output: str) -> bool:
    """Return whether the answer is for a program."""
    if output not in ("text", "json"):
        facts = {"output": output}
        raise LabError(Phrase("output.unknown", facts), Phrase("output.hint"), USAGE)
    return output == "json"


def given(context: typer.Context, *names: str) -> str:
    """Return which of these options were typed, as they are written; "": none."""
    typed = [
        param.opts[0]
        for param in context.command.params
        if param.name in names and _was_typed(context, param.name)
    ]
    return ", ".join(typed)


def _was_typed(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"

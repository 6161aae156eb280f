"""Verbs for logs of any ZooKeeper: read."""

from typing import Annotated

import typer

from labctl.cli.commands.arguments import Output, program_reads
from labctl.cli.session import session


def add_to(app: typer.Typer) -> None:
    """Register the verbs."""
    app.command()(read)


def read(  # noqa: PLR0913, PLR0917  (each flag is one parameter)
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="- is stdin.")],
    unknown: Annotated[
        bool, typer.Option("--unknown", help="Only lines nobody knows.")
    ] = False,
    transitions: Annotated[
        bool, typer.Option("--transitions", help="Only what changed, and why.")
    ] = False,
    layout: Annotated[
        str,
        typer.Option(
            help="Names, or a log4j pattern: '%d %p %m (%c)' [inferred].",
            metavar="LAYOUT",
        ),
    ] = "",
    output: Output = "text",
) -> None:
    """Explain any ZooKeeper's log files, line by line."""
    from labctl.logs.report import Shown, given_layout, read_files, show_log

    here = session(context)
    here.screen.quiet = program_reads(output)
    reads = read_files(files, given_layout(layout), here.screen)
    show_log(here.screen, reads, Shown(unknown, transitions))

"""The verb that examines: doctor."""

from pathlib import Path
from typing import Annotated

import typer

from labctl.cli.commands.arguments import Output, program_reads
from labctl.cli.session import session


def add_to(app: typer.Typer) -> None:
    """Register the verb."""
    app.command()(doctor)


def doctor(
    context: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="zoo.cfg, compose, manifest, .env, data folder, - [this machine]."
        ),
    ] = None,
    output: Output = "text",
) -> None:
    """Examine this machine, or anyone's files."""
    from labctl.doctor import report

    here = session(context)
    here.screen.quiet = program_reads(output)
    raise typer.Exit(report.doctor(here.screen, files or []))

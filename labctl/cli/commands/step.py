"""Verbs that let messages go one by one: step, deliver, go."""

from typing import Annotated

import typer

from labctl.cli.commands.arguments import OutOfModel, Output, program_reads
from labctl.cli.session import session
from labctl.faults import stepping
from labctl.lab.lab import changing


def add_to(app: typer.Typer) -> None:
    """Register the verbs."""
    app.command()(step)
    app.command()(deliver)
    app.command()(go)


def step(
    context: typer.Context,
    count: Annotated[
        int | None,
        typer.Argument(
            help="How many messages to deliver; 0 only shows what waits.",
            metavar="N",
            min=0,
            max=10_000,
            show_default=False,
        ),
    ] = None,
    output: Output = "text",
) -> None:
    """Hold all peer messages; from then on deliver the oldest, one or N."""
    here = session(context)
    here.screen.quiet = program_reads(output)
    with changing(here.lab, "step", here.screen) as lab:
        stepping.step(lab, count)


def deliver(
    context: typer.Context,
    message: Annotated[str, typer.Argument(help="n1>n2#17", metavar="ID")],
    out_of_model: OutOfModel = False,
) -> None:
    """Deliver one waiting message; order on a connection is kept."""
    here = session(context)
    with changing(here.lab, "deliver", here.screen) as lab:
        stepping.deliver(lab, message, out_of_model=out_of_model)


def go(context: typer.Context) -> None:
    """Let everything flow again; no time limit has run out meanwhile."""
    here = session(context)
    with changing(here.lab, "go", here.screen) as lab:
        stepping.go(lab)

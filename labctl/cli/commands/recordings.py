"""Verbs that play a recording: runs, replay, diff."""

from typing import Annotated

import typer

from labctl.cli.commands import completion
from labctl.cli.commands.arguments import Output, program_reads
from labctl.cli.session import session
from labctl.errors import ASKED_FALSE
from labctl.lab.runs import find

Run = Annotated[
    str,
    typer.Argument(
        help="An id's beginning, latest, a lab's name, or a file [the lab].",
        metavar="RUN",
        autocompletion=completion.runs,
    ),
]


def add_to(app: typer.Typer) -> None:
    """Register the verbs."""
    app.command()(runs)
    app.command()(replay)
    app.command()(diff)


def runs(context: typer.Context, output: Output = "text") -> None:
    """List the recordings."""
    from labctl.cli.reports.runs import show_runs

    here = session(context)
    here.screen.quiet = program_reads(output)
    show_runs(here.screen)


def replay(  # noqa: PLR0913, PLR0917  (each flag is one parameter)
    context: typer.Context,
    run: Run = "",
    speed: Annotated[
        float | None,
        typer.Option(help="2 is twice as fast, 0 all at once [1].", min=0),
    ] = None,
    begin: Annotated[
        float, typer.Option("--from", help="Seconds into the run.", min=0)
    ] = 0.0,
    end: Annotated[
        float, typer.Option("--to", help="Seconds into the run.", min=0)
    ] = float("inf"),
    step: Annotated[
        bool, typer.Option("--step", help="One line at each Enter; b goes back.")
    ] = False,
) -> None:
    """Narrate a recorded run again."""
    from labctl.cli.reports import replay as player

    here = session(context)
    found = find(run, here.lab, here.screen)
    part = player.Part(begin, end)
    if step:
        player.step(found, here.screen, part)
        return
    pace = speed if speed is not None else float(here.screen.out.is_terminal)
    player.replay(found, here.screen, part, pace)


def diff(
    context: typer.Context,
    a: Annotated[
        str,
        typer.Argument(
            help="One recording.", metavar="RUN", autocompletion=completion.runs
        ),
    ],
    b: Annotated[
        str,
        typer.Argument(
            help="The other.", metavar="RUN", autocompletion=completion.runs
        ),
    ],
    output: Output = "text",
) -> None:
    """Say where two recordings first differ: exit 1 if they do."""
    from labctl.cli.reports.runs import show_diff

    here = session(context)
    here.screen.quiet = program_reads(output)
    pair = (find(a, here.lab, here.screen), find(b, here.lab, here.screen))
    if not show_diff(*pair, here.screen):
        raise typer.Exit(ASKED_FALSE)

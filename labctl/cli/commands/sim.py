"""The verb that needs no lab: the whole ensemble in virtual time."""

from typing import Annotated

import typer

from labctl.cli.commands import completion
from labctl.cli.session import session


def add_to(app: typer.Typer) -> None:
    """Register the verb."""
    app.command()(sim)


def sim(  # noqa: PLR0913, PLR0917  (each flag is one parameter)
    context: typer.Context,
    seed: Annotated[int, typer.Option(help="What everything is drawn from.")] = 1,
    nodes: Annotated[
        int, typer.Option(help="Voters [drawn from the seed].", min=0, max=9)
    ] = 0,
    faults: Annotated[
        str | None,
        typer.Option(
            help="kill,power,partition … or none [drawn from the seed].",
            autocompletion=completion.simulated_faults,
        ),
    ] = None,
    bug: Annotated[
        str | None,
        typer.Option(
            help="Plant a bug; --bugs lists them.",
            autocompletion=completion.planted_bugs,
        ),
    ] = None,
    bugs: Annotated[bool, typer.Option("--bugs", help="List the bugs.")] = False,
    drills: Annotated[
        bool, typer.Option(help="Steer the schedule toward what is rare.")
    ] = True,
    schedules: Annotated[
        int, typer.Option(help="How many seeds, one after another.", min=1)
    ] = 1,
) -> None:
    """Run real servers in a simulated world; exit 8 if a promise is broken."""
    from labctl.cli.reports.simulation import SimRequest, list_bugs, simulate

    here = session(context)
    if bugs:
        list_bugs(here.screen)
        return
    wanted = SimRequest(seed, nodes, faults, bug, schedules, drills)
    raise typer.Exit(simulate(wanted, here.screen))

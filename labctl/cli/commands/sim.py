"""The verb that needs no lab: the whole ensemble in virtual time."""

from pathlib import Path
from typing import Annotated

import typer

from labctl.cli.commands import completion
from labctl.cli.commands.arguments import given
from labctl.cli.session import session
from labctl.errors import USAGE, LabError
from labctl.words.phrase import Phrase

_DRAWN = ("seed", "nodes", "faults", "bug", "drills", "schedules")  # one schedule


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
    export: Annotated[
        str, typer.Option(help="As one page, with -o.", metavar="html")
    ] = "",
    file: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where the page goes.")
    ] = None,
    gallery: Annotated[
        Path | None,
        typer.Option(help="Write pages of known stories here.", metavar="FOLDER"),
    ] = None,
) -> None:
    """Run real servers in a simulated world; exit 8 if a promise is broken."""
    from labctl.cli.reports.simulation import SimRequest, list_bugs, simulate

    here = session(context)
    if bugs:
        list_bugs(here.screen)
        return
    if gallery is not None:
        _write_gallery(context, gallery)
        return
    if export not in ("", "html") or bool(export) != (file is not None):
        raise LabError(Phrase("sim.export"), Phrase("sim.export.hint"), USAGE)
    if export and schedules > 1:
        raise LabError(Phrase("sim.export.one"), None, USAGE)
    wanted = SimRequest(seed, nodes, faults, bug, schedules, drills, file)
    raise typer.Exit(simulate(wanted, here.screen))


def _write_gallery(context: typer.Context, folder: Path) -> None:
    """Write the known stories; what belongs to one schedule is refused."""
    from labctl.classroom.gallery import write_gallery

    if flags := given(context, *_DRAWN, "export", "file"):
        facts, hint = {"flags": flags}, Phrase("sim.gallery.alone.hint")
        raise LabError(Phrase("sim.gallery.alone", facts), hint, USAGE)
    write_gallery(folder, session(context).screen)

"""Verbs that make and end a lab: up, down, prune, start, stop, restart."""

from enum import StrEnum
from typing import Annotated

import typer

from labctl.cli.commands.arguments import Output, Targets, named, program_reads
from labctl.cli.session import session
from labctl.lab.lab import changing
from labctl.lab.status import document
from labctl.lab.topology import LabSpec
from labctl.lifecycle import change
from labctl.lifecycle.down import down as take_down
from labctl.lifecycle.prune import prune as clear_leftovers
from labctl.lifecycle.up import up as bring_up
from labctl.screen.line import BRIEF


class RuntimeName(StrEnum):
    """Where nodes may run."""

    AUTO = "auto"
    DOCKER = "docker"
    PROCESS = "process"


def add_to(app: typer.Typer) -> None:
    """Register the verbs."""
    app.command()(up)
    app.command()(down)
    app.command()(prune)
    app.command()(start)
    app.command()(stop)
    app.command()(restart)


def up(  # noqa: PLR0913, PLR0917  (each flag is one parameter)
    context: typer.Context,
    nodes: Annotated[
        int | None, typer.Option(help="Voters [3].", min=1, max=100)
    ] = None,
    observers: Annotated[
        int | None, typer.Option(help="Members without a vote [0].", min=0, max=99)
    ] = None,
    runtime: Annotated[RuntimeName, typer.Option(help="Where.")] = RuntimeName.AUTO,
    base_port: Annotated[
        int | None,
        typer.Option(
            help="Client ports from here on [2181; 2888, 3888, 8081 beside it].",
            min=1024,
            max=65000,
        ),
    ] = None,
    together: Annotated[bool, typer.Option(help="All at once.")] = False,
    config: Annotated[
        str | None, typer.Option(help="Bring up these zoo.cfg files.", metavar="GLOB")
    ] = None,
    brief: Annotated[
        bool, typer.Option("--brief", help="Only starts and turning points.")
    ] = False,
    output: Output = "text",
) -> None:
    """Bring a lab up, or what is down of it: plan, start in order, explain."""
    here = session(context)
    here.screen.quiet = program_reads(output)
    if brief:
        here.screen.level = BRIEF
    where = None if runtime is RuntimeName.AUTO else runtime.value
    spec = LabSpec(nodes, observers, where, base_port, config)
    lab, views = bring_up(here.lab, spec, here.screen, together=together, sure=here.yes)
    if here.screen.quiet:
        here.screen.document(document(lab.topology, views))


def down(context: typer.Context) -> None:
    """End a lab and delete it, data and all."""
    here = session(context)
    take_down(here.lab, here.screen, sure=here.yes)


def prune(
    context: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only list what would be removed.")
    ] = False,
) -> None:
    """Clear what labs left on this machine; a lab that stands is not touched."""
    here = session(context)
    only = here.lab if here.lab_named else ""
    clear_leftovers(only, here.screen, dry_run=dry_run, sure=here.yes)


def start(
    context: typer.Context,
    targets: Targets = None,
    together: Annotated[bool, typer.Option(help="All at once.")] = False,
) -> None:
    """Start nodes that are down; the story says how they catch up."""
    wanted = named(targets)
    here = session(context)
    with changing(here.lab, "start", here.screen) as lab:
        change.start(lab, wanted, together=together)


def stop(context: typer.Context, targets: Targets = None) -> None:
    """Stop nodes in order (SIGTERM); their data stays."""
    wanted = named(targets)
    here = session(context)
    with changing(here.lab, "stop", here.screen) as lab:
        change.stop(lab, wanted)


def restart(context: typer.Context, targets: Targets = None) -> None:
    """Stop nodes in order and start them again."""
    wanted = named(targets)
    here = session(context)
    with changing(here.lab, "restart", here.screen) as lab:
        change.restart(lab, wanted)

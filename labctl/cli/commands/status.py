"""Verbs that only look: status, wait, logs, ls, config, version."""

from typing import Annotated

import typer

from labctl import __version__
from labctl.cli.commands import completion
from labctl.cli.commands.arguments import Output, Targets, program_reads
from labctl.cli.reports.config import explain, explain_key
from labctl.cli.reports.labs import list_report
from labctl.cli.reports.status import show_logs, status_report
from labctl.cli.session import session
from labctl.errors import USAGE, LabError
from labctl.lab.lab import open_lab
from labctl.lifecycle.wait import wait as ask
from labctl.words.phrase import Phrase


def add_to(app: typer.Typer) -> None:
    """Register the verbs."""
    app.command()(status)
    app.command()(wait)
    app.command()(logs)
    app.command(name="ls")(list_labs)
    app.command()(config)
    app.command()(version)


def status(context: typer.Context, output: Output = "text") -> None:
    """Show every node's role, phase, epoch, zxid and ports; the verdict first."""
    here = session(context)
    here.screen.quiet = program_reads(output)
    status_report(open_lab(here.lab, here.screen))


def wait(
    context: typer.Context,
    condition: Annotated[
        str,
        typer.Argument(
            help="quorum, leader, synced, no-leader, n2=FOLLOWING, sent",
            autocompletion=completion.conditions,
        ),
    ] = "quorum",
    timeout: Annotated[float, typer.Option(help="Seconds.", min=0)] = 60.0,
) -> None:
    """Wait until it is so: exit 0; exit 6 when time is up."""
    here = session(context)
    ask(open_lab(here.lab, here.screen), condition, timeout)


def logs(
    context: typer.Context,
    targets: Targets = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on.")] = False,
    lines: Annotated[
        int, typer.Option("--lines", "-n", help="How many of the past.", min=0)
    ] = 20,
) -> None:
    """Show the nodes' own logs, in ZooKeeper's wording."""
    here = session(context)
    lab = open_lab(here.lab, here.screen)
    show_logs(lab, targets or ["all"], last=lines, follow=follow)


def list_labs(
    context: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", "-a", help="Also what no lab of yours has.")
    ] = False,
    output: Output = "text",
) -> None:
    """List the labs on this machine."""
    here = session(context)
    here.screen.quiet = program_reads(output)
    list_report(here.screen, everything=everything)


def config(
    context: typer.Context,
    node: Annotated[
        str,
        typer.Argument(
            help="The node's number, or explain.",
            autocompletion=completion.node_numbers,
        ),
    ],
    key: Annotated[str, typer.Argument(help="A key of zoo.cfg.")] = "",
    comments: Annotated[bool, typer.Option(help="A word on each line.")] = True,
) -> None:
    """Show a node's zoo.cfg and myid, explained; or explain KEY."""
    here = session(context)
    if node == "explain" and key:
        for sentence in explain_key(key):
            here.screen.say(sentence)
        return
    if not node.isdecimal() or key:
        facts = {"words": " ".join(filter(None, (node, key)))}
        raise LabError(Phrase("config.form", facts), Phrase("config.form.hint"), USAGE)
    lab = open_lab(here.lab, here.screen)
    for line in explain(lab, int(node), comments=comments):
        here.screen.raw(line)


def version(context: typer.Context) -> None:
    """Say which labctl this is."""
    session(context).screen.raw(f"labctl {__version__}")

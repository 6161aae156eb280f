"""Verbs for data and clients: sh, do, call, tree, sessions, load, check, recipe."""

import math
import re
from pathlib import Path
from typing import Annotated

import typer

from labctl.cli.commands import completion
from labctl.cli.commands.arguments import Output, program_reads
from labctl.cli.session import session
from labctl.errors import USAGE, LabError
from labctl.lab.durations import span_ms
from labctl.lab.lab import open_lab
from labctl.words.phrase import Phrase

OneNode = Annotated[
    str | None,
    typer.Option(
        "--node",
        help="2 · leader · follower:1 …",
        metavar="NODE",
        autocompletion=completion.nodes,
    ),
]


def add_to(app: typer.Typer) -> None:
    """Register the verbs."""
    app.command(name="sh")(shell)
    app.command()(do)
    app.command()(call)
    app.command()(tree)
    app.command()(sessions)
    app.command()(watches)
    app.command()(load)
    app.command()(check)
    app.command()(recipe)


def shell(context: typer.Context, node: OneNode = None) -> None:
    """Open a shell on the tree."""
    from labctl.clients import shell as it

    here = session(context)
    raise typer.Exit(it.shell(open_lab(here.lab, here.screen), node))


def do(  # noqa: PLR0913, PLR0917  (each flag is one parameter)
    context: typer.Context,
    lines: Annotated[
        list[str], typer.Argument(help="'create /a 1' · 'get /a' …", metavar="COMMAND…")
    ],
    node: OneNode = None,
    session_timeout: Annotated[
        str, typer.Option(help="Of the client's session.", metavar="TIME")
    ] = "10s",
    unanswered: Annotated[
        bool, typer.Option("--async", help="Send, and wait for no answer.")
    ] = False,
    after: Annotated[
        str, typer.Option(help="With --async: send so long after.", metavar="TIME")
    ] = "",
    keep: Annotated[
        str,
        typer.Option(
            "--hold", help="With --async: keep the session so long.", metavar="TIME"
        ),
    ] = "",
    output: Output = "text",
) -> None:
    """Do one thing as a client, or several in one session."""
    from labctl.clients import do as it

    here = session(context)
    here.screen.quiet = program_reads(output)
    for option, said in (("--after", after), ("--hold", keep)):
        if said and not unanswered:
            raise LabError(Phrase("data.async.only", {"option": option}), None, USAGE)
    lab = open_lab(here.lab, here.screen)
    asked = it.Asked(lines, node, span_ms(session_timeout))
    if unanswered:
        hold_ms = span_ms(keep) if keep else asked.timeout_ms
        it.do_async(lab, asked, span_ms(after) / 1000, hold_ms / 1000)
        return
    raise typer.Exit(it.do(lab, asked))


def call(
    context: typer.Context,
    line: Annotated[str, typer.Argument(help="'get /a' · 'ls /' …", metavar="COMMAND")],
    output: Output = "text",
) -> None:
    """Ask every node the same."""
    from labctl.clients import do as it

    here = session(context)
    here.screen.quiet = program_reads(output)
    raise typer.Exit(it.call(open_lab(here.lab, here.screen), line))


def tree(
    context: typer.Context,
    path: Annotated[str, typer.Argument(help="From here down.")] = "/",
    node: OneNode = None,
    diff: Annotated[
        tuple[str, str] | None,
        typer.Option(help="Where two nodes' trees differ.", metavar="A B"),
    ] = None,
    output: Output = "text",
) -> None:
    """Show a node's tree, or how two differ."""
    from labctl.clients import tree as it

    here = session(context)
    here.screen.quiet = program_reads(output)
    lab = open_lab(here.lab, here.screen)
    if diff is not None:
        raise typer.Exit(it.diff_trees(lab, diff, path))
    it.show_tree(lab, path, node)


def sessions(context: typer.Context, output: Output = "text") -> None:
    """Show the sessions."""
    from labctl.clients import sessions as it

    here = session(context)
    here.screen.quiet = program_reads(output)
    it.show_sessions(open_lab(here.lab, here.screen))


def watches(context: typer.Context, output: Output = "text") -> None:
    """Show the watches."""
    from labctl.clients import sessions as it

    here = session(context)
    here.screen.quiet = program_reads(output)
    it.show_watches(open_lab(here.lab, here.screen))


def load(  # noqa: PLR0913, PLR0917  (each flag is one parameter)
    context: typer.Context,
    clients: Annotated[int, typer.Option(min=1, max=50, help="How many.")] = 4,
    rate: Annotated[
        float, typer.Option(min=0.1, max=2000, help="Requests a second, in all.")
    ] = 50.0,
    mix: Annotated[
        str, typer.Option(help="Reads and writes, in percent.", metavar="rNwM")
    ] = "r70w30",
    seed: Annotated[int, typer.Option(help="The same seed, the same requests.")] = 1,
    for_time: Annotated[
        str | None, typer.Option("--for", help="How long [10s].", metavar="TIME")
    ] = None,
    background: Annotated[
        bool, typer.Option("--background", help="Go on behind the prompt.")
    ] = False,
    output: Output = "text",
) -> None:
    """Give a load, and keep its history."""
    from labctl.clients import load as it
    from labctl.clients import load_run

    here = session(context)
    here.screen.quiet = program_reads(output)
    lab = open_lab(here.lab, here.screen)
    limit = span_ms(for_time) / 1000 if for_time else math.inf if background else 10.0
    plan = it.LoadPlan(clients, rate, reads_of(mix), seed, limit)
    if background:
        load_run.in_background(lab, plan)
        return
    load_run.in_foreground(lab, plan)


def check(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="history", metavar="history")] = "history",
    file: Annotated[
        Path | None, typer.Argument(help="A history [the lab's newest].")
    ] = None,
    output: Output = "text",
) -> None:
    """Judge a history."""
    from labctl.clients import check as it

    if what != "history":
        raise LabError(
            Phrase("data.check.what", {"what": what}), Phrase("data.check.hint"), USAGE
        )
    here = session(context)
    here.screen.quiet = program_reads(output)
    raise typer.Exit(it.check_history(open_lab(here.lab, here.screen), file))


def recipe(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="lock", metavar="lock")],
    good: Annotated[
        bool, typer.Option("--good/--bad", help="Each waits for one; all for one.")
    ] = True,
    clients: Annotated[int, typer.Option(min=2, max=50, help="How many.")] = 20,
    output: Output = "text",
) -> None:
    """Run a recipe and count its cost."""
    from labctl.clients import recipe as it

    if name != "lock":
        facts = {"name": name}
        raise LabError(
            Phrase("data.recipe.what", facts), Phrase("data.recipe.hint"), USAGE
        )
    here = session(context)
    here.screen.quiet = program_reads(output)
    raise typer.Exit(it.lock(open_lab(here.lab, here.screen), clients, good=good))


def reads_of(mix: str) -> int:
    """Return the percentage of reads in `r70w30`."""
    found = re.fullmatch(r"r(\d+)w(\d+)", mix)
    if found is None or int(found[1]) + int(found[2]) != 100:
        raise LabError(Phrase("data.mix", {"mix": mix}), Phrase("data.mix.hint"), USAGE)
    return int(found[1])

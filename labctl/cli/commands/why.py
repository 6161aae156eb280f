"""Verbs that answer why: why, explain, votes, log, watch."""

import sys
from typing import Annotated

import typer

from labctl.cli.commands import completion
from labctl.cli.commands.arguments import Output, Targets, given, program_reads
from labctl.cli.session import Session, session
from labctl.errors import INTERRUPTED, NO_MATCH, USAGE, LabError
from labctl.lab.lab import open_lab
from labctl.lab.runs import find
from labctl.story.recording.timeline import Timeline
from labctl.words.phrase import Phrase

RunName = Annotated[
    str,
    typer.Option(
        "--run",
        help="A recording: id, latest, lab, file [the lab].",
        metavar="RUN",
        autocompletion=completion.runs,
    ),
]


_ASKED_MAX = 100_000  # characters of a question


def add_to(app: typer.Typer) -> None:
    """Register the verbs."""
    app.command()(why)
    app.command(context_settings={"ignore_unknown_options": True})(explain)  # -112
    app.command()(votes)
    app.command()(log)
    app.command()(watch)


def why(
    context: typer.Context,
    targets: Targets = None,
    event: Annotated[
        int, typer.Option(help="Ask about event eN of the story.", min=0, metavar="N")
    ] = 0,
    run: RunName = "",
    output: Output = "text",
) -> None:
    """Say why a node, or the lab, is as it is."""
    from labctl.cli.reports.why import document, reasons, show_reason

    here = session(context)
    here.screen.quiet = program_reads(output)
    timeline = Timeline(find(run, here.lab, here.screen))
    if event > len(timeline):
        facts = {"number": event, "last": len(timeline)}
        raise LabError(Phrase("why.no-event", facts), None, NO_MATCH)
    found = reasons(timeline, targets or [], event)
    for reason in found:
        show_reason(reason, here.screen)
    if here.screen.quiet:
        answers = [document(reason, here.screen.lang) for reason in found]
        here.screen.document({"v": 1, "run": timeline.run.name, "answers": answers})


def explain(
    context: typer.Context,
    term: Annotated[
        list[str] | None,
        typer.Argument(
            help="zxid, 选举, an error, a log line, a key, a port … [all].",
            autocompletion=completion.terms,
        ),
    ] = None,
    output: Output = "text",
) -> None:
    """Explain a term, an error, a log line, a key, a port."""
    from labctl.cli.reports.answer import show_answer
    from labctl.lab.home import lab_folder
    from labctl.logs.ask import answer, names
    from labctl.story.glossary import Scene, find_term, is_term, show_term, show_terms

    here = session(context)
    here.screen.quiet = program_reads(output)
    if not term:
        show_terms(here.screen)
        return
    asked = sys.stdin.read(_ASKED_MAX) if term == ["-"] else " ".join(term)
    if not is_term(asked) and (found := answer(asked)) is not None:
        show_answer(found, here.screen)
        return
    name = find_term(asked, names())
    scene = None
    if lab_folder(here.lab).joinpath("lab.json").exists():
        timeline = Timeline(find("", here.lab, here.screen))
        scene = Scene(timeline.run, timeline.at(timeline.end))
    show_term(name, scene, here.screen)


def votes(context: typer.Context, run: RunName = "", output: Output = "text") -> None:
    """Show the last election as a matrix."""
    from labctl.story.votes import show_votes

    here = session(context)
    here.screen.quiet = program_reads(output)
    timeline = Timeline(find(run, here.lab, here.screen))
    show_votes(timeline.at(timeline.end), here.screen)


def log(
    context: typer.Context,
    targets: Targets = None,
    lines: Annotated[
        int, typer.Option("--lines", "-n", help="How many of the newest.", min=1)
    ] = 20,
    run: RunName = "",
    output: Output = "text",
) -> None:
    """Show each transaction: on which disks it is, and its fate."""
    from labctl.cli.reports.why import people
    from labctl.clients.txn_logs import entries_in
    from labctl.lab.selectors import select
    from labctl.story.transactions import log_rows, show_log_comparison

    here = session(context)
    here.screen.quiet = program_reads(output)
    timeline = Timeline(find(run, here.lab, here.screen))
    world = timeline.at(timeline.end)
    sids = select(targets or ["all"], people(world))
    entries = {}
    if not run:
        runtime = open_lab(here.lab, here.screen).runtime
        entries = {sid: entries_in(runtime.txn_logs(sid)) for sid in world.peers}
    show_log_comparison(log_rows(world, entries, lines), sids, here.screen)


def watch(  # noqa: PLR0913, PLR0917  (each flag is one parameter)
    context: typer.Context,
    columns: Annotated[
        bool, typer.Option("--columns", help="One column for each node.")
    ] = False,
    topics: Annotated[
        str,
        typer.Option(
            help="Only these, in full detail.",
            metavar="vote,phase,sync,txn,session,fault",
        ),
    ] = "",
    web: Annotated[bool, typer.Option("--web", help="As a page in a browser.")] = False,
    port: Annotated[
        int, typer.Option(help="--web: where [8180].", min=0, max=65535)
    ] = 0,
    host: Annotated[
        str, typer.Option(help="--web: 0.0.0.0 lets others in.")
    ] = "127.0.0.1",
    read_only: Annotated[
        bool, typer.Option("--read-only", help="--web: watch, not touch.")
    ] = False,
) -> None:
    """Narrate what happens as it happens, until Ctrl-C."""
    from labctl.cli.reports.watch import Watch
    from labctl.story.topics import PHASE, TOPICS

    here = session(context)
    if web:
        if flags := given(context, "columns", "topics"):
            raise LabError(
                Phrase("web.not", {"flags": flags}), Phrase("web.not.hint"), USAGE
            )
        _serve(here, host, port, read_only=read_only)
        return
    if flags := given(context, "port", "host", "read_only"):
        raise LabError(
            Phrase("web.only", {"flags": flags}), Phrase("web.only.hint"), USAGE
        )
    chosen = [word.strip() for word in topics.split(",") if word.strip()]
    for topic in chosen:
        if topic not in (*TOPICS, PHASE):
            facts = {"topic": topic, "topics": ", ".join((*TOPICS, PHASE))}
            raise LabError(Phrase("watch.topic", facts), None, USAGE)
    lab = open_lab(here.lab, here.screen)
    try:
        Watch(lab, chosen, columns=columns).run()
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None


def _serve(here: Session, host: str, port: int, *, read_only: bool) -> None:
    from labctl.web.serve import Address, serve

    lab = open_lab(here.lab, here.screen)
    try:
        serve(lab, Address(host, port, read_only))
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None

"""Verbs that answer why: why, explain, votes, log, watch."""

from typing import Annotated

import typer

from labctl.commands.arguments import Output, Targets, program_reads
from labctl.errors import NO_MATCH, LabError
from labctl.recording.film import Film
from labctl.recording.runs import find
from labctl.session import session
from labctl.words.phrase import Phrase

RunName = Annotated[
    str,
    typer.Option(
        "--run", help="A recording: id, latest, lab, file [the lab].", metavar="RUN"
    ),
]


def add_to(app: typer.Typer) -> None:
    """Register the verbs."""
    app.command()(why)


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
    from labctl.why_report import document, reasons, show_reason

    here = session(context)
    here.screen.quiet = program_reads(output)
    film = Film(find(run, here.lab, here.screen))
    if event > len(film):
        facts = {"number": event, "last": len(film)}
        raise LabError(Phrase("why.no-event", facts), None, NO_MATCH)
    found = reasons(film, targets or [], event)
    for reason in found:
        show_reason(reason, here.screen)
    if here.screen.quiet:
        answers = [document(reason, here.screen.lang) for reason in found]
        here.screen.document({"v": 1, "run": film.run.name, "answers": answers})

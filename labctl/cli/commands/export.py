"""The verb that draws: export."""

import re
from pathlib import Path
from typing import Annotated

import typer

from labctl.cli.commands import completion
from labctl.cli.session import session
from labctl.errors import ENVIRONMENT, USAGE, LabError
from labctl.lab.runs import find
from labctl.story.recording.run import Run
from labctl.words.phrase import Phrase

FORMATS = ("svg", "html", "mermaid", "text", "csv", "jsonl", "cast")


def add_to(app: typer.Typer) -> None:
    """Register the verbs."""
    app.command()(export)


def export(  # noqa: PLR0913, PLR0917  (a verb's options)
    context: typer.Context,
    run: Annotated[
        str,
        typer.Argument(
            help="A recording: id, latest, lab, file [the lab].",
            autocompletion=completion.runs,
        ),
    ] = "",
    form: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            help="One of: " + ", ".join(FORMATS) + ".",
            autocompletion=completion.fixed(*FORMATS),
        ),
    ] = "text",
    file: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to [the screen].")
    ] = None,
    first: Annotated[
        str, typer.Option("--from", help="Seconds, or an event: 2.5, e118.")
    ] = "",
    last: Annotated[str, typer.Option("--to", help="Seconds, or an event.")] = "",
    moment: Annotated[
        str, typer.Option("--at", help="An event, and what led to it.", metavar="eN")
    ] = "",
    real_time: Annotated[
        bool, typer.Option("--real-time", help="svg: by the clock, not by order.")
    ] = False,
) -> None:
    """Draw a run: svg, html, mermaid, text, csv, jsonl, cast."""
    here = session(context)
    if form not in FORMATS:
        hint = Phrase("picture.format.hint", {"formats": ", ".join(FORMATS)})
        raise LabError(Phrase("picture.format", {"format": form}), hint, USAGE)
    found = find(run, here.lab, here.screen)
    ends = _moment(found, first, 1), _moment(found, last, len(found.records))
    if ends[0] > ends[1]:
        facts = {"first": first or "e1", "last": last}
        raise LabError(Phrase("picture.order", facts), None, USAGE)
    if moment:
        if first or last:
            raise LabError(Phrase("picture.at-alone"), None, USAGE)
        ends = _around(found, _moment(found, moment, 1))
    drawn = _draw(found, ends, (form, here.screen.lang), real=real_time)
    if file is None:
        for line in drawn.splitlines():
            here.screen.raw(line)
        return
    try:
        file.write_text(drawn, encoding="utf-8")
    except OSError as error:
        facts = {"path": str(file), "why": error.strerror or str(error)}
        raise LabError(
            Phrase("picture.unwritable", facts), None, ENVIRONMENT
        ) from error
    here.screen.say(Phrase("picture.written", {"path": str(file)}))


def _around(run: Run, number: int) -> tuple[int, int]:
    from labctl.pictures.spacetime import around

    return around(run, number)


def _draw(run: Run, ends: tuple[int, int], how: tuple[str, str], *, real: bool) -> str:
    from labctl.pictures import plain
    from labctl.pictures.html import html
    from labctl.pictures.spacetime import Scope, layout
    from labctl.pictures.svg import svg
    from labctl.words.phrase import text

    form, lang = how
    scope = Scope(*ends)
    if form == "svg":
        title = text(Phrase("picture.title", {"run": run.name}), lang)
        return svg(layout(run, scope, real=real), title, lang)
    writers = {
        "html": html,
        "mermaid": plain.mermaid,
        "text": plain.columns,
        "csv": plain.table,
        "jsonl": plain.jsonl,
        "cast": plain.cast,
    }
    return writers[form](run, scope, lang)


def _moment(run: Run, said: str, default: int) -> int:
    """Return the number of the record that is meant."""
    total = len(run.records)
    if not said:
        return default
    if named := re.fullmatch(r"e(\d+)", said):
        number = int(named[1])
        if 1 <= number <= total:
            return number
    elif re.fullmatch(r"\d+(\.\d+)?", said):
        until = run.records[0].at_ms + float(said) * 1000
        earlier = sum(1 for record in run.records if record.at_ms < until)
        return max(1, min(total, earlier if default > 1 else earlier + 1))
    hint = Phrase("picture.moment.hint", {"last": f"e{total}"})
    raise LabError(Phrase("picture.moment", {"moment": said}), hint, USAGE)

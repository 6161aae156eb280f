"""The verb that draws: export."""

import re
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from labctl.cli.commands import completion
from labctl.cli.session import session
from labctl.errors import USAGE, LabError
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
    at: Annotated[
        str,
        typer.Option(
            "--at", help="html: open here [all is settled]. Else: what led to this."
        ),
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
    opens = _moment(found, at, 1) if at else 0
    if at and form != "html":
        if first or last:
            raise LabError(Phrase("picture.at-alone"), None, USAGE)
        ends = _around(found, opens)
    how = How(form, here.screen.lang, opens, real=real_time)
    drawn = _draw(found, ends, how)
    if file is None:
        for line in drawn.splitlines():
            here.screen.raw(line)
        return
    from labctl.pictures.saving import save

    save(file, drawn, here.screen)


class How(NamedTuple):
    """How a run is drawn."""

    form: str
    lang: str
    at: int  # where a page opens; 0: where all had settled
    real: bool  # by the clock


def _around(run: Run, number: int) -> tuple[int, int]:
    from labctl.pictures.spacetime import around

    return around(run, number)


def _draw(run: Run, ends: tuple[int, int], how: How) -> str:
    from labctl.pictures import plain
    from labctl.pictures.html import html
    from labctl.pictures.spacetime import Scope, layout
    from labctl.pictures.svg import svg
    from labctl.words.phrase import text

    form, lang = how.form, how.lang
    scope = Scope(*ends)
    if form == "svg":
        title = text(Phrase("picture.title", {"run": run.name}), lang)
        return svg(layout(run, scope, real=how.real), title, lang)
    if form == "html":
        return html(run, scope, lang, how.at)
    writers = {
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

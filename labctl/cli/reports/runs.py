"""Show the list of recordings, and where two of them differ."""

import time

from rich.table import Table

from labctl.lab.runs import summaries
from labctl.screen.screen import Screen
from labctl.story.recording.diff import Beat, compare
from labctl.story.recording.run import Run
from labctl.words.phrase import Phrase, text


def show_runs(screen: Screen) -> None:
    """Print every recording, the labs that are up at the end."""
    rows = list(summaries(screen))
    if screen.quiet:
        screen.document({"v": 1, "runs": [row._asdict() for row in rows]})
        return
    if not rows:
        screen.say(Phrase("runs.none"))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    for column in ("run", "began", "took", "nodes", "events", "kept"):
        table.add_column(screen.text(Phrase(f"column.{column}")), no_wrap=True)
    for row in rows:
        began = time.strftime("%Y-%m-%d %H:%M", time.localtime(row.began_ms / 1000))
        state = Phrase("runs.present" if row.present else "runs.kept")
        took = f"{row.took_ms / 1000:.1f} s"
        shown = (began, took, str(row.nodes), str(row.events), screen.text(state))
        table.add_row(row.id, *shown)
    screen.show(table)


def show_diff(a: Run, b: Run, screen: Screen) -> bool:
    """Print the first difference; return whether the stories are the same."""
    parting, alike = compare(a, b)
    if screen.quiet:
        screen.document(
            {
                "v": 1,
                "same": parting is None,
                "alike": alike,
                "node": parting.node if parting else None,
                "a": _document(parting.a, screen) if parting else None,
                "b": _document(parting.b, screen) if parting else None,
            }
        )
        return parting is None
    if parting is None:
        screen.say(Phrase("diff.same", {"steps": alike}))
        return True
    screen.say(Phrase("diff.alike", {"steps": alike}))
    for side, run, beat in (("A", a, parting.a), ("B", b, parting.b)):
        screen.say(Phrase("diff.side", {"side": side, "id": run.name}))
        screen.origin_ms = run.records[0].at_ms
        if beat is None:
            screen.say(Phrase("diff.ends"))
        else:
            screen.narrate(beat.line, tag=f"e{beat.number}")
    return False


def _document(beat: Beat | None, screen: Screen) -> dict[str, object] | None:
    if beat is None:
        return None
    return {
        "event": beat.number,
        "essence": list(beat.essence),
        "what": text(beat.line.what, screen.lang),
    }

"""Grades as CSV: a row for each submission, for a spreadsheet."""

import csv
import io
from collections.abc import Sequence

from labctl.classroom.grading import Graded
from labctl.words.phrase import text

COLUMNS = (
    *("file", "student", "exercise", "score", "max_score", "percent"),
    *("remark", "lost", "events"),  # marks, and the event that shows each
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(graded: Sequence[Graded], lang: str) -> str:
    """Return the table."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in graded:
        why = "; ".join(text(why, lang) for why in (one.why, one.remark) if why)
        lost = [line.id for line in one.lines if line.id in one.moments]
        events = [one.moments[name].name for name in lost]
        names = [safe(word) for word in (one.file, one.student, one.exercise)]
        numbers = [f"{n:g}" for n in (one.score, one.most, one.percent)]
        listed = [" ".join(lost), " ".join(events)]
        writer.writerow([*names, *numbers, safe(why), *listed])
    return out.getvalue()


def safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell

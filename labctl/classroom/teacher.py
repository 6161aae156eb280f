"""`labctl grade`: one submission or a folder of them, in the format asked for."""

import shlex
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from labctl.classroom.grading import Graded, grade, submissions
from labctl.errors import ASKED_FALSE, DONE, INCONCLUSIVE, NO_MATCH, USAGE, LabError
from labctl.screen.screen import Screen
from labctl.words.phrase import Phrase

# What `--format` says -> the file of labctl/classroom/reports.
FORMATS = {
    "json": "documents",
    "junit": "junit",
    "csv": "tables",
    "html": "page",
    "gradescope": "gradescope",
    "github": "github",
    "nbgrader": "notebook",
}
ONE_ONLY = ("gradescope", "github", "nbgrader")
TEXT = "text"


class Wanted(NamedTuple):
    """How to grade."""

    form: str
    output: Path | None = None
    fresh: int | None = None  # do again what was done, from this seed


def grade_all(path: Path, wanted: Wanted, screen: Screen) -> int:
    """Grade and report; exit 9 if a submission was refused."""
    form, output, fresh = wanted
    check_format(form)
    paths = submissions(path)
    if form in ONE_ONLY and len(paths) != 1:
        facts = {"name": f"{form} ({len(paths)})"}
        known = ", ".join([TEXT, *(name for name in FORMATS if name not in ONE_ONLY)])
        hint = Phrase("grade.format.hint", {"known": known})
        raise LabError(Phrase("grade.format", facts), hint, USAGE)
    graded = [grade(one, screen, fresh=fresh) for one in paths]
    if form == TEXT:
        for one, file in zip(graded, paths, strict=True):
            say(one, file, screen, full=len(graded) == 1)
    else:
        report = import_module(f"labctl.classroom.reports.{FORMATS[form]}")
        shown: str = report.render(graded, screen.lang)
        if output is None:
            screen.raw(shown.rstrip("\n"))
        else:
            output.write_text(shown, encoding="utf-8")
    return INCONCLUSIVE if any(one.marks is None for one in graded) else DONE


def check_format(form: str) -> None:
    """Refuse a format that there is not."""
    if form != TEXT and form not in FORMATS:
        hint = Phrase("grade.format.hint", {"known": ", ".join([TEXT, *FORMATS])})
        raise LabError(Phrase("grade.format", {"name": form}), hint, USAGE)


def say(one: Graded, path: Path, screen: Screen, *, full: bool) -> None:
    """Print one row, and its marks if it is the only one."""
    if one.marks is None:
        screen.say(Phrase("grade.refused", {"file": one.file, "why": one.why}))
        return
    facts: dict[str, object] = {
        "student": one.student,
        "exercise": one.exercise,
        "score": f"{one.score:g}",
        "most": f"{one.most:g}",
        "percent": f"{one.percent:g}",
        "why": one.why or one.remark or Phrase("nothing"),
    }
    screen.say(Phrase("grade.row", facts))
    if full:
        from labctl.classroom.feedback import show_marks

        show_marks(one.lines, one.marks, one.evidence, screen, one.moments)
        if one.evidence:
            screen.say(Phrase("grade.why", {"file": shlex.quote(str(path))}))


def only(path: Path, name: str, fresh: int | None, screen: Screen) -> int:
    """Say whether one check passed: exit 0 or 1; 9 if it was not reached."""
    one = grade(path, screen, fresh=fresh)
    if one.marks is None:
        raise LabError(
            Phrase("grade.refused", {"file": one.file, "why": one.why}),
            Phrase("grade.none.hint"),
            INCONCLUSIVE,
        )
    lines: Sequence[str] = [line.id for line in one.lines]
    if name not in lines:
        facts = {"name": name, "exercise": one.exercise}
        hint = Phrase("grade.no-check.hint", {"known": ", ".join(lines)})
        raise LabError(Phrase("grade.no-check", facts), hint, NO_MATCH)
    from labctl.classroom.feedback import show_marks

    line = one.lines[lines.index(name)]
    show_marks([line], one.marks, one.evidence, screen, one.moments)
    if line.passed is None:
        return INCONCLUSIVE
    return DONE if line.passed and line.score == line.most else ASKED_FALSE

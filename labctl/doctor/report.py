"""`labctl doctor`: examine, show, and say whether something must be mended."""

from collections.abc import Callable, Sequence
from pathlib import Path

from labctl.doctor import across, machine, one
from labctl.doctor.finding import FINE, FIX, GLYPHS, Finding, worst_first
from labctl.doctor.sheet import Sheet, read_sheet
from labctl.errors import ASKED_FALSE, DONE, NO_MATCH, LabError
from labctl.screen.screen import Screen
from labctl.words.phrase import Phrase, text


def doctor(screen: Screen, files: Sequence[Path]) -> int:
    """Examine the files, or without any this machine; exit 1 if one must mend."""
    findings = of_files(files, across.resolves) if files else machine.examine()
    if files and not findings:
        findings = [Finding(FINE, "files-good", "", {"n": len(files)})]
    findings = worst_first(findings)
    must = sum(finding.severity == FIX for finding in findings)
    if screen.quiet:
        rows = [_row(finding, screen.lang) for finding in findings]
        screen.document({"v": 1, "must_mend": must, "findings": rows})
    else:
        told: set[str] = set()
        for finding in findings:
            _show(finding, screen, again=finding.key in told)
            told.add(finding.key)
        total = {"fix": must, "rest": len(findings) - must}
        screen.say(Phrase("doctor.sum.bad" if must else "doctor.sum.good", total))
    return ASKED_FALSE if must else DONE


def of_files(files: Sequence[Path], resolves: Callable[[str], bool]) -> list[Finding]:
    """Return everything found in these files, and between them."""
    sheets = [_read(path) for path in files]
    found = [finding for sheet in sheets for finding in one.examine(sheet)]
    return [*found, *across.compare(sheets), *across.unresolved(sheets, resolves)]


def _read(path: Path) -> Sheet:
    try:
        return read_sheet(path)
    except OSError as error:
        facts = {"path": path, "why": error.strerror or error}
        raise LabError(Phrase("doctor.unreadable", facts), None, NO_MATCH) from None


def _show(finding: Finding, screen: Screen, *, again: bool) -> None:
    """Print a finding; its cause and its mend only the first time."""
    word = screen.text(Phrase(f"doctor.word.{finding.severity}"))
    glyph = GLYPHS[finding.severity]
    where = f"{finding.where}  " if finding.where else ""
    what = screen.text(finding.what)
    screen.say(Phrase("as-is", {"text": f"{glyph} {word}  {where}{what}"}))
    if again:
        return
    for part, phrase in (("why", finding.why), ("mend", finding.mend)):
        if phrase is not None:
            facts = {"text": phrase}
            screen.say(Phrase(f"doctor.part.{part}", facts))


def _row(finding: Finding, lang: str) -> dict[str, object]:
    why, mend = finding.why, finding.mend
    return {
        "severity": finding.severity,
        "key": finding.key,
        "where": finding.where or None,
        "what": text(finding.what, lang),
        "why": text(why, lang) if why else None,
        "mend": text(mend, lang) if mend else None,
    }

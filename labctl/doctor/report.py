"""`labctl doctor`: examine, show, and say whether something must be fixed."""

from collections.abc import Sequence
from pathlib import Path

from labctl.doctor import config_file, ensemble, machine
from labctl.doctor.finding import FINE, FIX, GLYPHS, Finding, worst_first
from labctl.doctor.inputs import look_at
from labctl.errors import ASKED_FALSE, DONE, USAGE, LabError
from labctl.screen.screen import Screen
from labctl.words.phrase import Phrase, text


def doctor(screen: Screen, files: Sequence[Path]) -> int:
    """Examine the files, or else this machine; exit 1 if something must be fixed."""
    findings = of_files(files, ensemble.addresses_of) if files else machine.examine()
    if files and not findings:
        findings = [Finding(FINE, "files-good", "", {"n": len(files)})]
    findings = worst_first(findings)
    must = sum(finding.severity == FIX for finding in findings)
    if screen.quiet:
        rows = [_row(finding, screen.lang) for finding in findings]
        screen.document({"v": 1, "must_fix": must, "findings": rows})
    else:
        show_findings(screen, findings)
        total = {"fix": must, "rest": len(findings) - must}
        screen.say(Phrase("doctor.sum.bad" if must else "doctor.sum.good", total))
    return ASKED_FALSE if must else DONE


def refuse_faults(screen: Screen, files: Sequence[Path]) -> None:
    """Show what is to be said of files that shall be run; LabError if one cannot be.

    What merely is to be considered is told once for all files.
    """
    findings = of_files(files, ensemble.addresses_of)
    faults = [finding for finding in findings if finding.severity == FIX]
    if faults:
        show_findings(screen, faults)
        named = " ".join(map(str, files))
        facts = {"n": len(faults), "files": named}
        hint = Phrase("doctor.refused-to-run.hint", facts)
        raise LabError(Phrase("doctor.refused-to-run", facts), hint, USAGE)
    by_key: dict[str, Finding] = {}
    for finding in findings:
        by_key.setdefault(finding.key, finding)
    for finding in by_key.values():
        _show(finding, screen, again=True)


def show_findings(screen: Screen, findings: Sequence[Finding]) -> None:
    """Print findings; the cause and the repair of a kind only the first time."""
    shown: set[str] = set()
    for finding in findings:
        _show(finding, screen, again=finding.key in shown)
        shown.add(finding.key)


def of_files(files: Sequence[Path], addresses: ensemble.Resolver) -> list[Finding]:
    """Return everything found in these files, and between them, each thing once."""
    given = look_at(files)
    found = list(given.findings)
    for sheet in given.sheets:
        found += config_file.examine(sheet)
    found += ensemble.compare(given.sheets)
    found += ensemble.unresolved(given.sheets, addresses)
    return list({_identity(one): one for one in found}.values())


def _identity(finding: Finding) -> tuple[object, ...]:
    return finding.key, finding.where, repr(finding.facts)


def _show(finding: Finding, screen: Screen, *, again: bool) -> None:
    """Print a finding; its cause and its repair only the first time."""
    word = screen.text(Phrase(f"doctor.word.{finding.severity}"))
    glyph = GLYPHS[finding.severity]
    where = f"{finding.where}  " if finding.where else ""
    what = screen.text(finding.what)
    screen.say(Phrase("as-is", {"text": f"{glyph} {word}  {where}{what}"}))
    if again:
        return
    for part, phrase in (("why", finding.why), ("repair", finding.repair)):
        if phrase is not None:
            facts = {"text": phrase}
            screen.say(Phrase(f"doctor.part.{part}", facts))


def _row(finding: Finding, lang: str) -> dict[str, object]:
    why, repair = finding.why, finding.repair
    return {
        "severity": finding.severity,
        "key": finding.key,
        "where": finding.where or None,
        "what": text(finding.what, lang),
        "why": text(why, lang) if why else None,
        "repair": text(repair, lang) if repair else None,
    }

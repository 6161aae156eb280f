"""Grades as one JSON document: everything that is known of every mark."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from labctl.classroom.feedback import Evidence, compared
from labctl.classroom.grading import Graded
from labctl.classroom.marking import Mark, Marks
from labctl.words.phrase import Phrase, text

VERSION = 1


def render(graded: Sequence[Graded], lang: str) -> str:
    """Return the document."""
    rows = [_submission(one, lang) for one in graded]
    return json.dumps({"v": VERSION, "submissions": rows}, ensure_ascii=False, indent=1)


def _submission(one: Graded, lang: str) -> dict[str, Any]:
    head: dict[str, Any] = {
        "file": one.file,
        "student": one.student,
        "exercise": one.exercise,
        "score": one.score,
        "max_score": one.most,
        "percent": one.percent,
        "refused": text(one.why, lang) if one.why else None,
    }
    if one.remark is not None:
        head["rerun"] = text(one.remark, lang)
    if one.marks is None:
        return {**head, "results": []}
    lines = [_graded(m, one, lang) for m in one.lines]
    return {**head, "variant": one.marks.exercise.variant, "results": lines}


def document(marks: Marks, student: str, lang: str = "en") -> dict[str, Any]:
    """Return one attempt's marks."""
    return {
        "v": VERSION,
        "exercise": marks.exercise.id,
        "student": student,
        "score": marks.score,
        "max_score": marks.most,
        "percent": marks.percent,
        "results": [_mark(m, marks, {}, lang) for m in marks.marks],
    }


def _graded(mark: Mark, one: Graded, lang: str) -> dict[str, Any]:
    """One mark of a submission: the event that shows it, and where to see it."""
    assert one.marks is not None
    found = _mark(mark, one.marks, one.evidence, lang)
    found["rationale"] = reasons(mark, one, lang)
    found["events"] = [
        {"event": shown.name, "words": shown.words}
        for name in mark.evidence
        if (shown := one.evidence.get(name)) is not None and shown.words
    ]
    if moment := one.moments.get(mark.id):
        found["moment"] = {"event": moment.name, "command": moment.command}
    if mark.rerun:
        found |= {"recorded": mark.recorded, "rerun": mark.rerun}
    return found


def _mark(
    mark: Mark, marks: Marks, evidence: Mapping[str, Evidence], lang: str
) -> dict[str, Any]:
    found = {
        "id": mark.id,
        "kind": mark.kind,
        "title": mark.title.put(lang, marks.facts),
        "passed": mark.passed,
        "score": mark.score,
        "max_score": mark.most,
        "rationale": rationale(mark, marks, evidence, lang),
        "evidence": list(mark.evidence),
    }
    if mark.timing:
        found |= {"predicted": mark.said, "was": mark.true, "timing": mark.timing}
    return found


def reasons(mark: Mark, one: Graded, lang: str, *, picture: bool = False) -> str:
    """Return the reasons of a graded mark, and where its moment is seen.

    With `picture`, the moment is drawn as text, for programs that show no other.
    """
    assert one.marks is not None
    parts = [rationale(mark, one.marks, one.evidence, lang)]
    if mark.rerun:
        parts.append(text(compared(mark), lang))
    if moment := one.moments.get(mark.id):
        parts.append(f"{moment.title(lang)}: {moment.command}")
        if picture:
            parts.append(moment.columns(lang).rstrip())
    return "\n".join(part for part in parts if part)


def rationale(
    mark: Mark, marks: Marks, evidence: Mapping[str, Evidence], lang: str
) -> str:
    """Return why the mark is as it is: what was said, what was seen, the rule."""
    parts = []
    if mark.timing:
        said, true = mark.shown(mark.said, lang), mark.shown(mark.true, lang)
        facts = {"said": said, "true": true}
        parts.append(text(Phrase(f"ex.said.{mark.timing}", facts), lang).strip())
        if mark.said and mark.true:
            parts.append(text(Phrase("ex.was", facts), lang).strip())
    parts += [
        f"{shown.name}: {shown.words}"
        for name in mark.evidence
        if (shown := evidence.get(name)) and shown.words
    ]
    if mark.reply is not None:
        parts.append(mark.reply.put(lang, marks.facts).strip())
    if mark.rule is not None:
        parts.append(mark.rule.put(lang, marks.facts).strip())
    return "\n".join(parts)

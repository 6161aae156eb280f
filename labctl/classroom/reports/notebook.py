"""One grade for nbgrader: the reasons, then a bare number on the last line."""

from collections.abc import Sequence

from labctl.classroom.grading import Graded
from labctl.classroom.reports.documents import rationale
from labctl.words.phrase import text


def render(graded: Sequence[Graded], lang: str) -> str:
    """Return the reasons and, last, the points."""
    (one,) = graded
    lines = [text(one.why, lang)] if one.why else []
    for line in one.lines:
        assert one.marks is not None
        title = line.title.put(lang, one.marks.facts)
        lines.append(f"{line.score:g}/{line.most:g} {line.id}: {title}")
        if line.passed is False:
            why = rationale(line, one.marks, one.evidence, lang)
            lines += [f"    {part}" for part in why.splitlines()]
    return "\n".join([*lines, f"{one.score}"])

"""One grade for nbgrader: the reasons, then a bare number on the last line."""

from collections.abc import Sequence

from labctl.classroom.grading import Graded
from labctl.classroom.reports.documents import reasons
from labctl.words.phrase import text


def render(graded: Sequence[Graded], lang: str) -> str:
    """Return the reasons and, last, the points."""
    (one,) = graded
    lines = [text(why, lang) for why in (one.why, one.remark) if why]
    for line in one.lines:
        assert one.marks is not None
        title = line.title.put(lang, one.marks.facts)
        lines.append(f"{line.score:g}/{line.most:g} {line.id}: {title}")
        if line.passed is False:
            why = reasons(line, one, lang, picture=True)
            lines += [f"    {part}" for part in why.splitlines()]
    return "\n".join([*lines, f"{one.score}"])

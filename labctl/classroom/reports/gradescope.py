"""One grade as Gradescope's results.json."""

import json
from collections.abc import Sequence
from typing import Any

from labctl.classroom.grading import Graded
from labctl.classroom.marking import Mark
from labctl.classroom.reports.documents import reasons
from labctl.words.phrase import text


def render(graded: Sequence[Graded], lang: str) -> str:
    """Return the document for the one submission that Gradescope hands over."""
    (one,) = graded
    result: dict[str, Any] = {
        "score": one.score,
        "output": "\n".join(text(why, lang) for why in (one.why, one.remark) if why),
        "output_format": "text",
        "visibility": "visible",
        "tests": [_test(one, line, number, lang) for number, line in _numbered(one)],
        "extra_data": {"exercise": one.exercise, "file": one.file},
    }
    return json.dumps(result, ensure_ascii=False, indent=1)


def _numbered(one: Graded) -> list[tuple[int, Mark]]:
    return list(enumerate(one.lines, start=1))


def _test(one: Graded, line: Mark, number: int, lang: str) -> dict[str, Any]:
    assert one.marks is not None
    return {
        "score": line.score,
        "max_score": line.most,
        "status": "passed" if line.passed else "failed",
        "name": line.title.put(lang, one.marks.facts),
        "number": str(number),
        "output": reasons(line, one, lang, picture=True),
        "output_format": "text",
        "tags": [line.kind, line.id],
        "visibility": "visible",
    }

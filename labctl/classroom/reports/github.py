"""One exercise as GitHub Classroom's autograding tests: a command for each mark."""

import json
from collections.abc import Sequence
from typing import Any

from labctl.classroom.grading import Graded

TIMEOUT_MIN = 2


def render(graded: Sequence[Graded], lang: str) -> str:
    """Return .github/classroom/autograding.json for this submission's exercise."""
    del lang  # names are ids: the file is for a program
    (one,) = graded
    tests: list[dict[str, Any]] = [
        {
            "name": line.id,
            "setup": "",
            "run": f"labctl grade {one.file} --only {line.id}",
            "input": "",
            "output": "",
            "comparison": "included",
            "timeout": TIMEOUT_MIN,
            "points": line.most,
        }
        for line in one.lines
    ]
    return json.dumps({"tests": tests}, indent=1)

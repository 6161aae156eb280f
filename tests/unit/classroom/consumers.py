"""What the programs that read our reports accept, as their manuals say it."""

import re
from typing import Any
from xml.etree import ElementTree as ET

_VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
_FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
_NUMBER, _TEXT = {"type": "number"}, {"type": "string"}

# https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format
GRADESCOPE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["score", "tests"],
    "properties": {
        "score": {"type": "number", "minimum": 0},
        "execution_time": _NUMBER,
        "output": _TEXT,
        "output_format": _FORMAT,
        "test_output_format": _FORMAT,
        "test_name_format": _FORMAT,
        "visibility": _VISIBILITY,
        "stdout_visibility": _VISIBILITY,
        "extra_data": {"type": "object"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["score", "max_score", "name"],
                "properties": {
                    "score": {"type": "number", "minimum": 0},
                    "max_score": {"type": "number", "minimum": 0},
                    "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string", "minLength": 1},
                    "name_format": _FORMAT,
                    "number": _TEXT,
                    "output": _TEXT,
                    "output_format": _FORMAT,
                    "tags": {"type": "array", "items": _TEXT},
                    "visibility": _VISIBILITY,
                    "extra_data": {"type": "object"},
                },
            },
        },
    },
}

# .github/classroom/autograding.json of GitHub Classroom
GITHUB: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["tests"],
    "properties": {
        "tests": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "setup", "run", "timeout", "points"],
                "properties": {
                    "name": {"type": "string", "minLength": 1},
                    "setup": _TEXT,
                    "run": {"type": "string", "pattern": "^labctl grade "},
                    "input": _TEXT,
                    "output": _TEXT,
                    "comparison": {"enum": ["included", "exact", "regex"]},
                    "timeout": {"type": "integer", "minimum": 1, "maximum": 60},
                    "points": {"type": ["number", "null"]},
                },
            },
        }
    },
}

# Jenkins' junit-10.xsd: what may stand in what, and what must be said of it.
_JUNIT: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": ({"testsuite"}, set(), {"name", "time", "tests", "failures"}),
    "testsuite": (
        {"properties", "testcase", "system-out", "system-err"},
        {"name", "tests", "failures", "errors"},
        {"skipped", "time", "timestamp", "hostname", "id", "package"},
    ),
    "properties": ({"property"}, set(), set()),
    "property": (set(), {"name", "value"}, set()),
    "testcase": (
        {"skipped", "error", "failure", "system-out", "system-err"},
        {"name"},
        {"classname", "time", "status", "assertions"},
    ),
    "failure": (set(), set(), {"message", "type"}),
    "error": (set(), set(), {"message", "type"}),
    "skipped": (set(), set(), {"message", "type"}),
}


def is_junit(element: ET.Element) -> None:
    """Assert that an element and all in it are as the schema wants them."""
    children, must, may = _JUNIT[element.tag]
    assert {child.tag for child in element} <= children, element.tag
    assert must <= set(element.attrib) <= must | may, element.tag
    for name in {"tests", "failures", "errors", "skipped"} & set(element.attrib):
        assert re.fullmatch(r"\d+", element.attrib[name])
    if element.tag == "testsuite" and len(element):
        assert [child.tag for child in element].count("properties") <= 1
        assert "properties" not in [child.tag for child in element][1:]
    for child in element:
        is_junit(child)

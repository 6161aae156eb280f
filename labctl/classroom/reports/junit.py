"""Grades as JUnit's XML: a suite for each submission, a case for each mark."""

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from labctl.classroom.grading import Graded
from labctl.classroom.reports.documents import reasons
from labctl.words.phrase import text

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(graded: Sequence[Graded], lang: str) -> str:
    """Return the XML."""
    root = ET.Element("testsuites")
    for one in graded:
        _suite(root, one, lang)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(root: ET.Element, one: Graded, lang: str) -> None:
    name = _plain(f"{one.exercise or one.file} {one.student}".strip())
    lines = one.lines
    failed = sum(1 for line in lines if line.passed is False)
    skipped = sum(1 for line in lines if line.passed is None)
    counts = {"tests": len(lines), "failures": failed, "skipped": skipped}
    errors = int(one.why is not None)
    counts |= {"tests": len(lines) + errors, "errors": errors}
    attributes = {"name": name, **{key: str(n) for key, n in counts.items()}}
    suite = ET.SubElement(root, "testsuite", attributes)
    properties = ET.SubElement(suite, "properties")  # a case may have none
    for line in lines:
        for key, value in (("score", line.score), ("max_score", line.most)):
            named = {"name": f"{line.id}.{key}", "value": f"{value:g}"}
            ET.SubElement(properties, "property", named)
    if one.why is not None:
        case = ET.SubElement(suite, "testcase", name="file", classname=_plain(one.file))
        ET.SubElement(case, "error", message=_plain(text(one.why, lang)))
    for line in lines:
        assert one.marks is not None
        case = ET.SubElement(suite, "testcase", name=line.id, classname=name)
        if line.passed is None:
            ET.SubElement(case, "skipped")
        elif not line.passed:
            title = _plain(line.title.put(lang, one.marks.facts))
            failure = ET.SubElement(case, "failure", message=title)
            failure.text = _plain(reasons(line, one, lang, picture=True))


def _plain(words: str) -> str:
    """Return the words without what XML cannot say."""
    return _NOT_XML.sub("�", words)

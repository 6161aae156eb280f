"""Every line that ZooKeeper can log is known, and each warning has its verdict."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from labctl.logs.explain import explain_log
from labctl.logs.layout import parse, read_lines
from labctl.logs.merge import spoken
from labctl.logs.rare_templates import templates
from labctl.logs.templates import recognise
from labctl.logs.verdicts import KINDS
from labctl.words.log_expected import EXPECTED
from labctl.words.log_themes import THEMES
from labctl.words.log_verdicts import ACT, DEPENDS
from labctl.words.logs import LOGS

LIST = Path(__file__).parents[2] / "vectors" / "logs" / "templates.tsv"
LEVELS = {"I": "INFO", "W": "WARN", "E": "ERROR"}
_HOLE = re.compile(r'<(?=[A-Za-z("])(?:[^<>]|<[^<>]*>)*>')
LAYOUTS = {
    "log4j": "2021-05-04 08:00:00,100 [myid:1] - {level:<5} [main:{cls}@1] - {text}",
    "logback": "2025-05-04 08:00:00,100 [myid:] - {level:<5}"
    " [main:o.a.z.s.q.{cls}$Inner@1] - {text}",
    "full": "[main] {level} org.apache.zookeeper.server.{cls} - {text}",
}


class Row(NamedTuple):
    """One template."""

    level: str
    cls: str
    releases: str
    text: str


def rows() -> list[Row]:
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return [Row(*line.split("\t")) for line in lines if not line.startswith("#")]


def filled(text: str) -> str:
    """The template as a line has it: every hole gets something plausible."""

    def fill(hole: re.Match[str]) -> str:
        name = hole[0].lower()
        if "zxid" in name or "hex" in name:
            return "1000000ab"
        if "file" in name or "path" in name:
            return "/data/version-2/snapshot.100000000"
        if "addr" in name or "host" in name or "sock" in name:
            return "/127.0.0.1:2888"
        return "3"

    return _HOLE.sub(fill, text)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_template_of_3_5_and_3_9_is_known(layout: str) -> None:
    unknown = []
    for row in rows():
        text = filled(row.text)
        said = LAYOUTS[layout].format(level=LEVELS[row.level], cls=row.cls, text=text)
        if recognise(parse(said)) is None:
            unknown.append((row.cls, text))
    assert len(rows()) > 650
    assert unknown == []


def test_every_warning_and_error_has_a_verdict_of_its_own() -> None:
    lines = [
        LAYOUTS["log4j"].format(level=LEVELS[r.level], cls=r.cls, text=filled(r.text))
        for r in rows()
        if r.level != "I"
    ]
    reads = explain_log(spoken(read_lines(lines)))
    assert len(reads) > 350
    without = [
        one.line.message
        for one in reads
        if one.verdict is None or one.verdict.how.key == "read.look"
    ]
    assert without == []
    assert {one.verdict.kind for one in reads if one.verdict} == set(KINDS)


def test_every_theme_has_words_and_no_words_are_idle() -> None:
    used = {template.theme for template in templates()}
    assert {theme for theme in used if f"log.{theme}" not in LOGS} == set()
    assert set(THEMES) - used == set()
    kinds = (set(EXPECTED), set(ACT), set(DEPENDS))
    both = [a & b for n, a in enumerate(kinds) for b in kinds[n + 1 :]]
    assert both[0] | both[2] == set(), "a thing is not expected and to be acted on"
    assert both[1] == {"retry"}, "what comes later decides"


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-01 00:00:00,000 INFO  [main:kafka.server.KafkaServer@1] - LOOKING",
        "2024-01-01 00:00:00,000 INFO  [main:o.a.h.hbase.Master@1] - Shutting down",
        "[main:kafka.zk.KafkaZkClient@1] - Setting -D a=b",
        "[main:o.a.z.s.q.QuorumPeer@1] - the quick brown fox jumps over the lazy dog",
        "[main:o.a.z.s.q.Leader@1] - Sending a postcard",
        "[main:o.a.z.s.ZooKeeperServer@1] - is set to fail",
        "LOOKING for trouble",
        "Exception in thread main java.lang.Error",
    ],
)
def test_what_zookeeper_never_says_stays_unknown(text: str) -> None:
    assert recognise(parse(text)) is None


def test_a_line_is_tried_against_its_own_class_only() -> None:
    """A guard against trying every template on every line: work, not time."""
    from labctl.logs import rare_templates

    most = max(len(patterns) for patterns in rare_templates._by_class().values())
    assert most < 120


def test_a_quota_is_no_matter_of_the_leader() -> None:
    text = "Quota exceeded: /a bytes=30 limit=20"
    line = LAYOUTS["log4j"].format(level="WARN", cls="DataTree", text=text)
    known = recognise(parse(line))
    assert known is not None
    assert known.key == "quota"

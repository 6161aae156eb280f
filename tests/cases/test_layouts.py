"""A layout is inferred, whatever stands around the lines and however they are kept."""

import gzip
from pathlib import Path

import pytest

from labctl.errors import USAGE, LabError
from labctl.logs.explain import explain_log
from labctl.logs.inner import guess
from labctl.logs.layout import layout_of, read_lines
from labctl.logs.merge import merged, spoken
from labctl.logs.report import Shown, given_layout, read_files, show_log
from labctl.screen.screen import Screen
from tests.cases.layouts import ENCODED, INNER, KEYS, LIFE, OUTER, crossed, wrapped

CROSSED = dict(crossed())
STAMP = "2024-02-11 08:20:00,101"


def keys(lines: list[str]) -> list[str | None]:
    reads = explain_log(merged([spoken(read_lines(lines))]))
    return [one.known.key if one.known else None for one in reads]


def test_hundreds_of_layouts_are_crossed() -> None:
    assert len(CROSSED) >= 250


@pytest.mark.parametrize("outer", OUTER)
def test_every_prefix_around_every_pattern_is_seen_through(outer: str) -> None:
    found = {inner: keys(CROSSED[f"{outer}/{inner}"]) for inner in INNER}
    assert found == {key: list(KEYS) for key in INNER}


@pytest.mark.parametrize("outer", OUTER)
def test_an_exception_below_a_line_is_found_through_every_layout(outer: str) -> None:
    trace = (
        "java.io.EOFException",
        "\tat org.apache.zookeeper.server.persistence.FileHeader.deserialize(F.java:6)",
    )
    found = {}
    for inner, write in INNER.items():
        lines = [wrapped(outer, line, 4) for line in (write(LIFE[-1]), *trace)]
        reads = explain_log(spoken(read_lines(lines)))
        found[inner] = [one.verdict.how.key for one in reads if one.verdict]
    assert found == {key: ["cause.log-empty"] for key in INNER}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("encoding", ENCODED)
def test_bytes_become_the_same_lines(
    tmp_path: Path, encoding: str, packed: bool
) -> None:
    found = {}
    for inner in INNER:
        data = ENCODED[encoding](CROSSED[f"none/{inner}"])
        path = tmp_path / "zookeeper.log"
        path.write_bytes(gzip.compress(data) if packed else data)
        reads = read_files([str(path)])
        found[inner] = [one.known.key for one in reads if one.known]
    assert found == {key: list(KEYS) for key in INNER}


@pytest.mark.parametrize("write", ["%% {m}", "{l} :: {m}", "@{c} >> {m} <<", "({m})"])
def test_a_layout_nobody_knows_still_yields_its_templates(write: str) -> None:
    lines = [
        write.format(l=said.level, c=said.cls, m=said.message)
        for said in LIFE
        if said.message not in ("LOOKING", "FOLLOWING")
    ]
    assert keys(lines) == ["election", "open", "asks", "data.load"]


def test_a_layout_can_be_given_by_hand() -> None:
    lines = [f"{s.cls}~{s.level}~{_at(s.second)}~{s.message}" for s in LIFE]
    given = given_layout("%c~%p~%d~%m")
    found = explain_log(spoken(read_lines(lines, given)))
    assert [one.known.key for one in found if one.known] == list(KEYS)
    assert found[0].line.at_ms is not None
    named = layout_of("compose,kafka")
    (line,) = read_lines([f"zoo1 | [{STAMP}] INFO LOOKING (a.QuorumPeer)"], named)
    assert (line.cls, line.source) == ("QuorumPeer", "zoo1")


def _at(second: int) -> str:
    return f"2024-02-11 08:20:{second:02},101"


@pytest.mark.parametrize("words", ["%q %m", "%d %p", "cafka"])
def test_a_layout_that_cannot_be_is_refused(words: str) -> None:
    with pytest.raises(LabError) as refused:
        given_layout(words)
    assert refused.value.code == USAGE


@pytest.mark.parametrize(
    ("line", "pattern"),
    [
        ("2024-02-11 08:20:00,101 | INFO | [main] a.b.C: x y", "%d | %p | [%t] %c: %m"),
        ("[2024-02-11 08:20:00,101] x", "[%d] %m"),
        ("nothing at all", "%d %p [%t] %c - %m"),
    ],
)
def test_a_layout_is_guessed_from_a_line(line: str, pattern: str) -> None:
    assert guess(line) == pattern


def test_the_layout_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    lines = CROSSED["compose/kafka"]
    show_log(Screen("en"), explain_log(spoken(read_lines(lines))), Shown())
    first = capsys.readouterr().out.splitlines()[0]
    assert first == " layout   compose › kafka 6, of 6 lines"


def test_a_line_that_was_cut_is_still_known() -> None:
    whole = CROSSED["none/kafka"]
    assert keys([whole[0], f"[{STAMP}] ERROR Unable to load database on disk"]) == [
        "looking",
        "data.load",
    ]


def test_few_attempts_are_made_for_lines_of_no_layout() -> None:
    """Work, not time: beyond the sample few lines are tried with everything."""
    from labctl.logs import layout

    tried = 0
    real = layout.find_layout

    def counting(text: str, deep: int = layout._DEEP) -> layout.Layout | None:
        nonlocal tried
        tried += deep == layout._DEEP
        return real(text, deep)

    patch = pytest.MonkeyPatch()
    patch.setattr(layout, "find_layout", counting)
    try:
        assert len(list(read_lines(f"noise {n}" for n in range(6000)))) == 6000
    finally:
        patch.undo()
    assert tried <= layout._SAMPLE + layout._LOOKS

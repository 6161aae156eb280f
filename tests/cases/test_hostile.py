"""Hostile input is harmless: bounded work, bounded memory, no escapes on the screen."""

import gzip
import io
import sys
import tracemalloc
from collections.abc import Callable, Iterator, Sized
from pathlib import Path

import pytest

from labctl.doctor import report
from labctl.doctor.yaml_lines import YamlError, documents
from labctl.errors import LabError
from labctl.logs import rare_templates, sources, templates
from labctl.logs.ask import answer
from labctl.logs.explain import explain_log
from labctl.logs.layout import read_lines
from labctl.logs.merge import spoken
from labctl.logs.report import Shown, read_files, show_log
from labctl.screen.screen import Screen
from labctl.words.phrase import text

LOG = Path(__file__).parents[1] / "vectors/logs/java-3.8.0-1.log.gz"
ESCAPES = ("\x1b]0;owned\x07", "\x1b[2J", "\x9b1A", "\x1bP1;2|x\x1b\\", "\u202e", "\r")


class Stream(io.RawIOBase):
    """A stream of one block again and again, that counts what is taken from it."""

    def __init__(self, block: bytes, blocks: int) -> None:
        self.block, self.left = block, blocks
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, into: object) -> int:
        view = memoryview(into).cast("B")  # type: ignore[arg-type]
        if not self.left:
            return 0
        data = self.block[: len(view)]
        view[: len(data)] = data
        self.left -= 1
        self.taken += len(data)
        return len(data)


def control_characters(shown: str) -> set[str]:
    return {c for c in shown if (ord(c) < 32 and c not in "\n\t") or 126 < ord(c) < 160}


@pytest.mark.parametrize("escape", ESCAPES)
@pytest.mark.parametrize(
    "write",
    [
        "2024-02-11 08:20:00,101 [myid:1] - ERROR [main:QuorumPeer@1] - {e}x",
        "2024-02-11 08:20:00,101 [myid:1] - WARN  [main:{e}QuorumPeer@1] - x",
        "{e}zoo1 | [2024-02-11 08:20:00,101] ERROR Unable to load database on disk"
        " (a.QuorumPeer)",
        '{{"level":"ERROR","logger":"a.QuorumPeer","message":"{e}x"}}',
        "nothing {e} known",
    ],
)
def test_escapes_never_reach_the_terminal(
    write: str, escape: str, capsys: pytest.CaptureFixture[str]
) -> None:
    coded = (
        escape.encode("unicode_escape").decode() if write.startswith("{{") else escape
    )
    lines = [write.format(e=coded), "java.io.IOException: Permission denied" + escape]
    reads = explain_log(spoken(read_lines(lines)))
    for lang in ("en", "zh"):
        try:
            show_log(Screen(lang), reads, Shown())
        except LabError as refused:
            for phrase in (refused.message, refused.hint):
                assert phrase is None or not control_characters(text(phrase, lang))
    shown = capsys.readouterr()
    assert not control_characters(shown.out + shown.err)
    assert "\u202e" not in shown.out


def test_escapes_in_a_question_are_not_shown() -> None:
    found = answer("java.io.IOException: No space left on device \x1b[2J\u202e")
    assert found is not None
    assert "\x1b" not in text(found.title, "en")
    assert "\u202e" not in text(found.title, "en")


def test_a_line_without_end_is_cut_and_the_rest_is_not_kept() -> None:
    stream = Stream(b"x" * (1 << 16), 2_000)  # 131 MB without a line's end
    (line,) = sources.split(io.BufferedReader(stream))
    assert stream.left == 0
    assert len(line) == sources.LINE_MAX


def test_of_a_log_without_end_the_newest_lines_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sources, "LINES_MAX", 100)
    stream = Stream(b"2024 old line..\n" * 512, 100)
    source = sources._kept("-", io.BufferedReader(stream))
    assert len(source.lines) == 100
    assert source.dropped == 51_100


def test_long_lines_are_bounded_by_their_characters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sources, "CHARACTERS_MAX", 10_000)
    stream = Stream(b"y" * 5000 + b"\n", 50)
    source = sources._kept("-", io.BufferedReader(stream))
    assert sum(map(len, source.lines)) <= 10_000


def test_memory_does_not_grow_with_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten times the lines, the same peak: what is kept has a limit."""
    monkeypatch.setattr(sources, "LINES_MAX", 500)
    line = "2024-02-11 08:20:00,101 [myid:1] - INFO  [main:QuorumPeer@1] - LOOKING\n"
    peaks = []
    for lines in (2_000, 2_000, 20_000):  # the first fills the caches
        path = tmp_path / f"{lines}.log"
        path.write_text(line * lines)
        tracemalloc.start()
        assert len(read_files([str(path)])) == 500
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < peaks[1] * 1.2


def test_a_line_is_tried_with_few_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work, not time: how many templates may begin as a line of a real log does."""
    tried = 0

    def counting(look: Callable[..., Sized]) -> Callable[..., Sized]:
        def counted(*args: str) -> Sized:
            nonlocal tried
            found = look(*args)
            tried += len(found)
            return found

        return counted

    for module, name in ((templates, "_rules_for"), (rare_templates, "_that_may_fit")):
        monkeypatch.setattr(module, name, counting(getattr(module, name)))
    templates._of_a_class.cache_clear()  # else it knows the lines from other tests
    reads = read_files([str(LOG)])
    assert len(reads) > 400
    assert all(read.known for read in reads)
    assert 0 < tried < 5 * len(reads)


def test_a_gzip_bomb_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "UNFOLDED_MAX", 1 << 20)
    path = tmp_path / "bomb.log.gz"
    path.write_bytes(gzip.compress(bytes(64 << 20)))
    with pytest.raises(LabError) as refused:
        read_files([str(path)])
    assert refused.value.message.key == "read.no-file"


def bomb(levels: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for n in range(1, levels):
        inner = ", ".join([f"*a{n - 1}"] * 10)
        lines.append(f"a{n}: &a{n} [{inner}]")
    return "\n".join([*lines, "services: {zoo1: {image: zookeeper}}"])


@pytest.mark.parametrize("levels", [6, 30])
def test_a_yaml_bomb_is_refused(tmp_path: Path, levels: int) -> None:
    with pytest.raises(YamlError):
        documents(bomb(levels))
    path = tmp_path / "docker-compose.yml"
    path.write_text(bomb(levels))
    (found,) = report.of_files([path], lambda _: ["192.0.2.1"])
    assert found.key == "c-yaml"


@pytest.mark.parametrize(
    "content", ["[" * 900, "a: " + "{b: " * 900, "\t- x", "%", "&a *a", "a: !!x y", "?"]
)
def test_odd_yaml_never_raises_but_is_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "docker-compose.yml"
    path.write_text(content)
    try:
        found = report.of_files([path], lambda _: ["192.0.2.1"])
    except LabError as refused:
        assert refused.message.key == "doctor.nothing"
    else:
        assert {one.key for one in found} == {"c-yaml"}


def test_a_huge_configuration_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "zoo.cfg"
    path.write_bytes(b"# x\n" * (2 << 20))
    with pytest.raises(LabError) as refused:
        report.of_files([path], lambda _: [])
    assert refused.value.message.key == "doctor.unreadable"


def test_standard_input_is_read_as_any_file(monkeypatch: pytest.MonkeyPatch) -> None:
    class Standard:
        buffer = io.BytesIO(b"[2024-02-11 08:20:00,101] INFO LOOKING (a.QuorumPeer)\n")

    monkeypatch.setattr(sys, "stdin", Standard)
    (one,) = read_files(["-"])
    assert one.known is not None
    assert one.known.key == "looking"


def nested(depth: int) -> Iterator[str]:
    yield '{"log":' * depth
    yield '{"log":"' + "\\" * depth
    yield "<p>" * depth + "x"
    yield '"' * depth
    yield "a | " * depth
    yield "[" * depth + "]" * depth
    yield "(" * depth + "a.b)"
    yield "2024-02-11 08:20:00 " * (depth // 10)


def test_deeply_nested_lines_end() -> None:
    lines = list(nested(4000))
    assert len(list(read_lines(lines))) == len(lines)

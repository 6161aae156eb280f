"""Java's own log, made here and now, is explained."""

from pathlib import Path

import pytest

from labctl.logs.report import Shown, read_files, show_log
from labctl.screen.screen import Screen
from labctl.words.phrase import LANGUAGES
from tests.interop.logged import live

pytestmark = [pytest.mark.interop, pytest.mark.stories]


def test_a_whole_life_of_java_is_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    files = []
    for sid, log in live(tmp_path / "life").items():
        path = tmp_path / f"{sid}.log"
        path.write_text(log)
        files.append(str(path))
    reads = read_files(files)
    told = [one for one in reads if one.line.level in ("INFO", "WARN")]
    known = [one for one in told if one.known]
    assert len(told) > 1000
    assert len(known) / len(told) >= 0.95
    for one in reads:
        if one.transition:
            assert one.why is not None, one.line.raw
            assert one.why.key != "logwhy.unsaid", one.line.raw
        if one.known and one.line.level in ("WARN", "ERROR"):
            assert one.verdict is not None, one.line.raw
            assert one.verdict.how.key != "read.look", one.line.raw
    causes = {one.why.key.removeprefix("logwhy.") for one in reads if one.why}
    assert causes >= {
        *("start", "higher-id", "joined", "observer"),  # first start, observer
        *("eof", "newer-zxid", "restart"),  # kill -9 of the leader
        *("silent", "no-quorum"),  # a pause; it wakes up without a quorum
        *("trunc", "snap"),
    }
    for lang in LANGUAGES:
        show_log(Screen(lang), reads, Shown())
        words = capsys.readouterr().out
        assert "{" not in words
        assert words.count("LEADING") >= 4

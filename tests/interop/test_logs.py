"""Java's own log, made here and now, is explained."""

from pathlib import Path

import pytest

from labctl.logs.tell import read_files, summary
from tests.interop.logged import live

pytestmark = pytest.mark.interop


def test_a_whole_life_of_java_is_explained(tmp_path: Path):
    files = []
    for sid, log in live(tmp_path / "life").items():
        path = tmp_path / f"{sid}.log"
        path.write_text(log)
        files.append(str(path))
    reads = read_files(files)
    assert float(summary(reads)["percent"]) >= 95
    causes = {one.why.key for one in reads if one.why}
    assert {
        f"logwhy.{key}" for key in ("eof", "silent", "no-quorum", "trunc")
    } <= causes

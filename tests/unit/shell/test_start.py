"""A setting that is found wrong only when the server is built: one clear line."""

import asyncio
import gc
from pathlib import Path

import pytest

from node.__main__ import EXIT_CONFIG, serve
from node.config import load_config


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("autopurge.snapRetainCount=all", "must be a number, not 'all'"),
        ("autopurge.purgeInterval=24h", "must be a number, not '24h'"),
        ("snapCount=", "must be a number, not ''"),
        ("znode.container.maxPerMinute=0", "must be 1 at least, not 0"),
        ("extendedTypesEnabled=perhaps", "must be true or false"),
    ],
)
def test_it_is_said_with_file_and_line_and_the_process_ends(
    line: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "zoo.cfg"
    path.write_text(f"dataDir={tmp_path}/data\nclientPort=0\n{line}\n")
    try:
        assert asyncio.run(serve(load_config(str(path)))) == EXIT_CONFIG
    finally:
        gc.enable()
    key = line.partition("=")[0]
    assert capsys.readouterr().err == f"{path}:3: {key} {said}\n"

"""`labctl` in a process of its own, forked from one that has imported it already.

A verb takes a third of a second to import, and the tests run a thousand of them.
`python -m labctl` as a person runs it is what the tests of the pages start, and every
verb that a test leaves running beside it.
"""

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from labctl.cli.app import GROUPS

ROOT = Path(__file__).resolve().parents[1]
_STREAMS = ("stdin", "stdout", "stderr")
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(
    [__name__, "labctl.__main__", *(f"labctl.cli.commands.{group}" for group in GROUPS)]
)


def labctl(
    words: Sequence[str],
    environment: Mapping[str, str],
    lines: str = "",
    within_s: float = 300,
) -> subprocess.CompletedProcess[str]:
    """Run `labctl`, let it read these lines; return its code and what it printed."""
    with TemporaryDirectory() as folder:
        streams = tuple(Path(folder, name) for name in _STREAMS)
        for path, text in zip(streams, (lines, "", ""), strict=True):
            path.write_text(text, encoding="utf-8")
        child = _context.Process(target=_main, args=(words, dict(environment), streams))
        child.start()
        child.join(within_s)
        if child.exitcode is None:
            child.kill()
            child.join()
            raise subprocess.TimeoutExpired(["labctl", *words], within_s)
        out, err = (path.read_text(encoding="utf-8") for path in streams[1:])
        return subprocess.CompletedProcess(["labctl", *words], child.exitcode, out, err)


def _main(
    words: Sequence[str], environment: dict[str, str], streams: Sequence[Path]
) -> None:
    """Become what a shell would start: own environment, folder and streams."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    for number, (name, path) in enumerate(zip(_STREAMS, streams, strict=True)):
        file = os.open(path, os.O_WRONLY if number else os.O_RDONLY)
        os.dup2(file, number)
        os.close(file)
        setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8"))
    sys.argv = ["labctl", *words]
    from labctl.__main__ import main

    main()

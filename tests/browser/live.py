"""A lab's live page for tests: `labctl watch --web`, started and ended."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.e2e.labs import Cli
from tests.waiting import wait_for


class Served:
    """One `watch --web`, and its link."""

    def __init__(self, process: subprocess.Popen[str], link: str) -> None:
        self.process = process
        self.link = link
        self.root, _, self.token = link.partition("?token=")


@contextmanager
def served(cli: Cli, *words: str) -> Iterator[Served]:
    """Serve the lab's page on a port of the lab's block."""
    port = str(cli.base_port + 390)
    process = cli.popen("watch", "--web", "--port", port, *words)
    try:
        assert process.stdout is not None
        line = wait_for(process.stdout.readline, "the page's link")
        yield Served(process, line.split()[-1])
    finally:
        process.terminate()
        process.communicate(timeout=30)

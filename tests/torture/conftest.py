"""Torture: a seed for the dice, the command that replays it, figures at the end."""

import os
import random
from collections.abc import Generator

import pytest

from tests.torture import figures

_FRESH = random.SystemRandom().randrange(10**6)


def pytest_configure() -> None:
    """Let all lanes write on one sheet."""
    figures.sheet()


@pytest.fixture
def seed() -> int:
    """The seed of everything that is left to chance; `QUORUMLAB_SEED` sets it."""
    return int(os.environ.get("QUORUMLAB_SEED", _FRESH))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell with each failure how to see it again."""
    report = yield
    if report.failed and item.get_closest_marker("torture"):
        seed = os.environ.get("QUORUMLAB_SEED", _FRESH)
        again = f"QUORUMLAB_SEED={seed} python -m pytest -m torture '{item.nodeid}'"
        report.sections.append(("replay this", again))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was really done."""
    found = figures.take()
    if found:
        terminalreporter.section("figures")
        for line in figures.table(found):
            terminalreporter.line(line)

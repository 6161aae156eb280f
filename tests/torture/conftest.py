"""Torture: a seed for the dice, the command that replays it, figures at the end."""

import os
import random
from collections.abc import Generator

import pytest

from tests.torture import figures

_FOUND = pytest.StashKey[figures.Taken]()
_SHORT = pytest.StashKey[list[str]]()
_FRESH = random.SystemRandom().randrange(10**6)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run be a whole one, which must reach every bar."""
    parser.addoption("--whole", action="store_true", help="fail below figures.BAR")


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


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Call a whole run void that did less than it must: `make torture` is one."""
    if hasattr(session.config, "workerinput"):
        return  # a lane: the sheet is whole only where all of them end
    session.config.stash[_FOUND] = found = figures.take()
    if session.config.getoption("--whole"):
        session.config.stash[_SHORT] = short = figures.short(found.figures)
        session.exitstatus = session.exitstatus or int(bool(short))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print what was really done."""
    found = config.stash.get(_FOUND, figures.NOTHING)
    if found.figures:
        terminalreporter.section("figures")
        for line in figures.table(found.figures):
            terminalreporter.line(line)
    if found.reached:
        for line in figures.unreached(found.reached):
            terminalreporter.line(line)
    for line in config.stash.get(_SHORT, []):
        terminalreporter.line(f"VOID: {line}", red=True)

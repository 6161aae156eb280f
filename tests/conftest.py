"""What every test may lean on: markers that say what a machine lacks.

A test that needs Java or a container engine is skipped where there is none, and
the summary says so.  `QUORUMLAB_REQUIRE=all` (CI) turns every skip into a failure:
a green run must not be one that looked away.
"""

import os
from collections.abc import Callable, Generator
from functools import cache

import pytest
from hypothesis import HealthCheck, settings

from tests.browser import chromium
from tests.docker import engine
from tests.e2e import terminal
from tests.interop import java

# No example is judged by how fast this machine is.
settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("untimed")

_NEEDS: dict[str, tuple[str, Callable[[], str]]] = {
    "docker": ("docker", cache(engine.missing)),
    "compose": ("compose", cache(engine.compose_missing)),
    "interop": ("java", cache(java.missing)),
    "terminal": ("tmux", terminal.missing),
    "browser": ("chromium", chromium.missing),
    "chinese": ("font", cache(chromium.chinese_missing)),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let golden files be written anew on request."""
    parser.addoption("--rewrite", action="store_true", help="write golden files anew")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, or fail where CI demands it, what this machine cannot run."""
    for marker, (name, missing) in _NEEDS.items():
        if item.get_closest_marker(marker) is None:
            continue
        if lack := missing():
            pytest.skip(f"{name}: {lack}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[
    None, pytest.TestReport, pytest.TestReport
]:
    """Where everything is required, what was skipped has failed."""
    report = yield
    xfailed = hasattr(report, "wasxfail")
    if report.skipped and not xfailed and os.environ.get("QUORUMLAB_REQUIRE") == "all":
        report.outcome = "failed"
        report.longrepr = f"required here, but skipped: {report.longrepr}"
    return report

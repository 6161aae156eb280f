"""What our own nodes log is explained to the last line, as Java's is."""

import pytest

from labctl.logs.explain import Read
from labctl.logs.report import read_files
from tests.e2e.labs import Cli

pytestmark = [pytest.mark.e2e, pytest.mark.stories, pytest.mark.timeout(900)]
# The write goes out when its PROPOSAL is held for sure, on a slow machine, too.
GHOST = ("do", "--async", "--after", "15s", "--node", "leader")
PATIENT = ("--session-timeout", "40s", "create /ghost 1")


def live(cli: Cli) -> None:
    """A first start, TRUNC, SNAP, a paused leader, an observer, a lost quorum."""
    cli.up("--observers", "1")
    cli.ok("do", "create /base 1")
    cli.run(*GHOST, *PATIENT)
    cli.ok("hold", "leader->*", "--from", "PROPOSAL")
    cli.ok("wait", "sent")
    cli.ok("kill", "leader")
    cli.ok("heal", "--all")
    cli.ok("start", "2")  # TRUNC
    cli.ok("stop", "1")
    cli.ok("wipe", "1")
    cli.ok("start", "1")  # SNAP, or a DIFF of everything
    cli.ok("pause", "leader", "--for", "12s")
    cli.ok("wait", "synced")
    cli.ok("kill", "followers")
    cli.ok("start", "down")
    cli.ok("do", "create /end 1")


def test_every_line_and_every_cause_of_our_own_logs_is_known(cli: Cli) -> None:
    live(cli)
    logs = sorted(str(path) for path in cli.home.glob("labs/default/n*/node.log"))
    assert len(logs) == 4
    reads = read_files(logs)
    assert [one.line.raw for one in reads if one.known is None] == []
    told = causes(reads)
    assert not [one for one in told if "unsaid" in one]
    assert {"logwhy.start", "logwhy.trunc", "logwhy.silent", "logwhy.observer"} <= told
    assert {"logwhy.eof", "logwhy.no-quorum", "logwhy.restart", "logwhy.joined"} <= told
    for one in reads:
        if one.line.level in ("WARN", "ERROR"):
            assert one.verdict is not None, one.line.raw
            assert one.verdict.how.key != "read.look", one.line.raw


def causes(reads: list[Read]) -> set[str]:
    for one in reads:
        assert one.why is not None or not one.transition, one.line.raw
    return {one.why.key for one in reads if one.why}

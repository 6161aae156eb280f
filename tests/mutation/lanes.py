"""Runs mutants against tests: a pytest plugin that forks one process for each.

pytest has imported and collected everything before the first fork, so a mutant costs
no more than its tests.  First come those of the file that mirrors the mutant's, then
all others in order of what they cost, the simulator's last.  The first that fails
ends the process: the mutant is killed.

Time is counted in seconds of the process, not of the machine: however busy that is,
a mutant that never ends is found out and a slow one is not.
"""

import os
import resource
import signal
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import pytest

from tests.mutation.mutants import Mutant, Stillborn

ENDLESS_CPU_S = 3.0  # no test may take ten times what it takes by itself, and this
WAITS_S = 100  # of real time: a test that does nothing at all
MEMORY_BYTES = 3 << 30
SURVIVED, KILLED, STILLBORN = 0, 1, 2


class Outcome(NamedTuple):
    """What became of one mutant."""

    mutant: Mutant
    fate: str  # survived | killed | endless | stillborn
    by: str = ""  # the test


class Lanes:
    """Takes the place of pytest's own loop over the tests."""

    def __init__(
        self,
        mutants: Sequence[Mutant],
        tests: Callable[[Mutant], Sequence[str]],
        plant: Callable[[Mutant], object],
        lanes: int = 2,
        report: Callable[[Outcome], object] = lambda _: None,
    ) -> None:
        """`tests` says which paths may kill a mutant, `plant` puts it in."""
        self.mutants = mutants
        self.tests = tests
        self.plant = plant
        self.lanes = lanes
        self.report = report
        self.outcomes: list[Outcome] = []
        self._failed = False
        self._cost_s: dict[str, float] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run everything once as it is, then each mutant in a process of its own."""
        if session.testsfailed:
            raise session.Interrupted("the tests cannot be collected")
        self._measure(session.items)
        order = sorted(session.items, key=lambda item: self._cost_s[item.nodeid])
        waiting, running = list(reversed(self.mutants)), dict[int, tuple[Any, int]]()
        while waiting or running:
            while waiting and len(running) < self.lanes:
                mutant = waiting.pop()
                paths = tuple(self.tests(mutant))
                items = [item for item in order if item.nodeid.startswith(paths)]
                items.sort(key=partial(_elsewhere, mutant))
                if not items:
                    raise session.Interrupted(f"no tests for {mutant.file}")
                pid, said = self._fork(partial(self._judge, mutant, items))
                running[pid] = (mutant, said)
            pid, status = os.wait()
            mutant, said = running.pop(pid)
            self._note(mutant, status, _read_all(said))
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember that a test failed."""
        self._failed |= report.failed

    def _measure(self, items: list[pytest.Item]) -> None:
        """Learn what each test costs; one that fails by itself kills nobody."""
        pid, said = self._fork(lambda: self._price(items))
        text = _read_all(said)
        os.waitpid(pid, 0)
        for line in text.splitlines():
            cost_s, _, name = line.partition(" ")
            self._cost_s[name] = float(cost_s)
        unpriced = [i.nodeid for i in items if i.nodeid not in self._cost_s]
        if unpriced:
            raise pytest.UsageError(f"fails without any mutant: {unpriced[0]}")

    def _price(self, items: list[pytest.Item]) -> tuple[int, str]:
        costs = []
        for item, following in zip(items, [*items[1:], None], strict=True):
            began = time.process_time()
            _run(item, following)
            if self._failed:
                break
            costs.append(f"{time.process_time() - began:.4f} {item.nodeid}")
        return SURVIVED, "\n".join(costs)

    def _judge(self, mutant: Mutant, items: list[pytest.Item]) -> tuple[int, str]:
        try:
            self.plant(mutant)
        except Stillborn as error:
            return STILLBORN, str(error)
        for item, following in zip(items, [*items[1:], None], strict=True):
            limit_s = ENDLESS_CPU_S + 10 * self._cost_s[item.nodeid]
            signal.setitimer(signal.ITIMER_VIRTUAL, limit_s)
            signal.setitimer(signal.ITIMER_REAL, WAITS_S)
            _run(item, following)
            if self._failed:
                return KILLED, item.nodeid
        return SURVIVED, ""

    def _fork(self, work: Callable[[], tuple[int, str]]) -> tuple[int, int]:
        """Do this in a new process; return its pid and where its answer comes."""
        answer, say = os.pipe()
        pid = os.fork()
        if pid:
            os.close(say)
            return pid, answer
        code, text = STILLBORN, ""
        try:
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            silence = os.open(os.devnull, os.O_RDWR)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
            code, text = work()
        except BaseException as error:  # noqa: BLE001  (a mutant may raise anything)
            code, text = KILLED, f"{type(error).__name__}: {error}"
        finally:
            with os.fdopen(say, "wb") as file:
                file.write(text.encode())
            os._exit(code)

    def _note(self, mutant: Mutant, status: int, said: str) -> None:
        if os.WIFSIGNALED(status):
            outcome = Outcome(
                mutant, "endless", signal.Signals(os.WTERMSIG(status)).name
            )
        else:
            fates = {SURVIVED: "survived", KILLED: "killed", STILLBORN: "stillborn"}
            outcome = Outcome(mutant, fates[os.WEXITSTATUS(status)], said)
        self.outcomes.append(outcome)
        self.report(outcome)


def _elsewhere(mutant: Mutant, item: pytest.Item) -> bool:
    """Return whether a test's file is named after another than the mutant's."""
    name = mutant.file.rpartition("/")[2].removesuffix(".py")
    return not item.path.stem.startswith(f"test_{name}")


def _run(item: pytest.Item, following: pytest.Item | None) -> None:
    item.ihook.pytest_runtest_protocol(item=item, nextitem=following)


def _read_all(pipe: int) -> str:
    with os.fdopen(pipe, "rb") as file:
        return file.read().decode()

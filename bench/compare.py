"""`make bench`: our three servers and Java's, one run, one machine, one table.

Both ensembles stand side by side as processes on loopback, fsync on, ZooKeeper's
default timing; they are loaded in turn, several rounds, and the medians are
compared.  The load generator shares the cores with the servers, for both.
"""

import argparse
import compileall
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import node
from bench import measure
from tests.e2e.ensemble import Ensemble, Launcher, ours
from tests.interop import java

RESULTS = Path(__file__).with_name("RESULTS.md")
SETTINGS = {
    "tickTime": 2000,
    "initLimit": 10,
    "syncLimit": 5,
    "admin.enableServer": "true",
}
IDLE_S = 3.0
WARM_UP = 20_000  # operations


class Row(NamedTuple):
    """One line of the table: the same measurement of both, round by round."""

    what: str
    unit: str
    ours: list[float]
    javas: list[float]

    @property
    def better(self) -> bool:
        """Whether ours is at least as good: more of a rate, less of the rest."""
        return (self.ratio >= 1) if self.unit.endswith("/s") else (self.ratio <= 1)

    @property
    def ratio(self) -> float:
        """Ours divided by Java's, of the medians."""
        return statistics.median(self.ours) / statistics.median(self.javas)


def zkserver(config: Path) -> list[str]:
    """Return the command that runs Java's server as its own zkServer.sh does."""
    main = "org.apache.zookeeper.server.quorum.QuorumPeerMain"
    return ["java", "-Xmx1000m", "-cp", java.classpath(), main, str(config)]


def main() -> None:
    """Measure, print the table, write it to RESULTS.md."""
    options = _options()
    lack = java.missing()
    if lack:
        sys.exit(f"bench: {lack}")
    # As pip leaves it when it installs: Java comes compiled, too.
    compileall.compile_dir(str(Path(node.__file__).parent), quiet=1)
    with tempfile.TemporaryDirectory(prefix="quorumlab-bench-", dir=options.dir) as top:
        rows = compare(Path(top), options.rounds, options.seconds)
        table = render(rows)
        print(table)
        if options.write:
            RESULTS.write_text(document(table, rows, Path(top), options.rounds))


def compare(top: Path, rounds: int, seconds: float) -> list[Row]:
    """Run every measurement on both ensembles in turn."""
    tool = measure.build_zkload(top)
    starts = _in_turn(rounds, lambda kind, at: _start_once(top, kind, at))
    with (
        _ensemble(top / "ours", ours) as our,
        _ensemble(top / "java", zkserver) as javas,
    ):
        both: dict[Launcher, Ensemble] = {ours: our, zkserver: javas}
        for servers in both.values():
            servers.start()
        time.sleep(IDLE_S)  # let start-up garbage settle: idle is what we measure
        memory = {kind: _memory(servers) for kind, servers in both.items()}

        rates = {
            operation: _in_turn(rounds, _loader(tool, both, operation, seconds))
            for operation in ("set", "get")
        }
        fails = _in_turn(
            rounds, lambda kind, _: measure.seconds_without_service(both[kind])
        )
    load_of = f"{measure.CONNECTIONS} connections × {measure.IN_FLIGHT} in flight"
    return [
        Row(f"set, {load_of}", "ops/s", *rates["set"]),
        Row(f"get, {load_of}", "ops/s", *rates["get"]),
        Row("three started at once → all serve", "s", *starts),
        Row("leader killed → both others serve", "s", *fails),
        Row("idle node, resident memory", "MiB", *_each(memory, 0)),
        Row("idle node, proportional share", "MiB", *_each(memory, 1)),
    ]


def render(rows: list[Row]) -> str:
    """Return the table as Markdown, which a terminal shows well enough."""
    lines = [
        "| | ours | Java 3.8.0 | ours ÷ Java | |",
        "| --- | ---: | ---: | ---: | --- |",
    ]
    for row in rows:
        mine, theirs = statistics.median(row.ours), statistics.median(row.javas)
        lines.append(
            f"| {row.what} ({row.unit}) | {_number(mine)} | {_number(theirs)} "
            f"| {row.ratio:.2f} | {'better' if row.better else 'worse'} |"
        )
    return "\n".join(lines)


def document(table: str, rows: list[Row], where: Path, rounds: int) -> str:
    """Return RESULTS.md: the table, each round, and the machine."""
    facts = [f"- {fact}" for fact in _machine(where)]
    each = [
        f"- {row.what}: ours {_list(row.ours)}; Java {_list(row.javas)} {row.unit}"
        for row in rows
    ]
    return "\n".join(
        [
            "# Ours and Java ZooKeeper 3.8.0, side by side",
            "",
            f"Written by `make bench`: medians of {rounds} rounds, taken in turn in",
            "one run. Three servers each, processes on loopback, fsync on for both,",
            f"{measure.DATA_BYTES} bytes per node, tickTime 2000. The load generator",
            "(`zkload.c`) shares the machine with the servers.",
            "",
            table,
            "",
            "## Each round",
            "",
            *each,
            "",
            "## The machine",
            "",
            *facts,
            "",
        ]
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare our servers with Java's.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0, help="of load a round")
    parser.add_argument("--dir", default=None, help="where the servers keep their data")
    parser.add_argument("--no-write", dest="write", action="store_false")
    return parser.parse_args()


def _ensemble(folder: Path, kind: Launcher) -> Ensemble:
    return Ensemble(folder, [kind] * 3, settings=SETTINGS, events=False)


def _loader(
    tool: Path, both: dict[Launcher, Ensemble], operation: str, seconds: float
) -> Callable[[Launcher, int], float]:
    """Return a ruler that loads an ensemble for so long, however fast it is.

    It warms both up first (a JIT compiler deserves it) and learns their rates.
    """
    counts: dict[Launcher, int] = {}
    for kind, servers in both.items():
        measure.operations_per_second(tool, servers, operation, WARM_UP)
        rate = measure.operations_per_second(tool, servers, operation, WARM_UP)
        counts[kind] = max(WARM_UP, int(rate * seconds))

    def load(kind: Launcher, _at: int) -> float:
        return measure.operations_per_second(tool, both[kind], operation, counts[kind])

    return load


def _start_once(top: Path, kind: Launcher, at: int) -> float:
    with _ensemble(top / f"start-{kind.__name__}-{at}", kind) as servers:
        return measure.seconds_to_quorum(servers)


def _in_turn(
    rounds: int, ruler: Callable[[Launcher, int], float]
) -> tuple[list[float], list[float]]:
    """Measure ours, Java's, ours, Java's…, so that a slow minute hits both."""
    results: dict[Launcher, list[float]] = {ours: [], zkserver: []}
    for at in range(rounds):
        for kind, values in results.items():
            values.append(ruler(kind, at))
    return results[ours], results[zkserver]


Memory = list[tuple[float, float]]


def _memory(servers: Ensemble) -> Memory:
    return [measure.memory_mib(server) for server in servers.servers]


def _each(memory: dict[Launcher, Memory], at: int) -> list[list[float]]:
    return [[pair[at] for pair in memory[kind]] for kind in (ours, zkserver)]


def _machine(where: Path) -> list[str]:
    cpu = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    kind = _said(["stat", "-f", "-c", "%T", str(where)])
    runtime = _said(["java", "-version"]).splitlines()
    loop = "uvloop" if _said([sys.executable, "-c", "import uvloop; print(1)"]) else ""
    return [
        f"{os.cpu_count()} cores, {cpu}; Linux {platform.release()}; data on {kind}",
        f"{platform.python_implementation()} {platform.python_version()}, "
        f"{loop or 'asyncio'}; {runtime[0] if runtime else 'java'}, -Xmx1000m",
        f"{datetime.now(UTC):%Y-%m-%d}",
    ]


def _said(command: list[str]) -> str:
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return (run.stdout + run.stderr).strip() if run.returncode == 0 else ""


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.2f}"


def _list(values: list[float]) -> str:
    return ", ".join(_number(value) for value in values)


if __name__ == "__main__":
    main()

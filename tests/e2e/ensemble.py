"""An ensemble of real server processes on free loopback ports.

It writes each server's `zoo.cfg` and `myid`, starts, kills and restarts the
processes and asks them how they are by four-letter word.  What runs is a
`Launcher`: our node here, Java's in `tests/interop/java.py`, so that the two can
be mixed in one ensemble and measured by one ruler.
"""

import contextlib
import itertools
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from tests.waiting import LONG_S, wait_for

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = "127.0.0.1"

Launcher = Callable[[Path], list[str]]  # zoo.cfg -> command line


def ours(config: Path) -> list[str]:
    """Return the command that runs our node on a zoo.cfg."""
    return [sys.executable, "-m", "node", str(config)]


# Small ticks, generous limits: quick to notice, patient on a busy machine.
FAST: Mapping[str, object] = {
    "tickTime": 200,
    "initLimit": 50,
    "syncLimit": 20,
    "maxClientCnxns": 0,
    "4lw.commands.whitelist": "*",
    "admin.enableServer": "false",
}


# For a session that must not end by itself, however slow the machine is: its end
# would be a transaction of the next epoch, and another synchronization follow.
ENDLESS_MS = 3_600_000
ENDLESS: Mapping[str, object] = {"maxSessionTimeout": ENDLESS_MS}


class Ports(NamedTuple):
    """The ports of one server, free when they were chosen."""

    client: int
    quorum: int
    election: int
    admin: int


class Server:
    """One server: its folder, its ports and, while it runs, its process."""

    def __init__(self, sid: int, folder: Path, ports: Ports, launcher: Launcher):
        """Remember what to run; `configure` and `start` do the rest."""
        self.sid = sid
        self.folder = folder
        self.ports = ports
        self.launcher = launcher
        self.observer = False
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def config(self) -> Path:
        """Where this server's zoo.cfg lies."""
        return self.folder / "zoo.cfg"

    @property
    def data(self) -> Path:
        """The `version-2` folder: logs, snapshots, epochs."""
        return self.folder / "data" / "version-2"

    @property
    def events(self) -> Path:
        """Where our node writes its events; Java's leaves it empty."""
        return self.folder / "events.jsonl"

    def events_named(self, *names: str) -> list[dict[str, Any]]:
        """Return what our node has written of these events.

        A line that is still being written, or that a kill cut short, has not
        happened yet.
        """
        lines = self.events.read_text().split("\n")[:-1]
        return [event for event in map(json.loads, lines) if event["event"] in names]

    @property
    def address(self) -> str:
        """`host:port` for a client."""
        return f"{LOOPBACK}:{self.ports.client}"

    @property
    def running(self) -> bool:
        """Whether the process we started still runs."""
        return self.process is not None and self.process.poll() is None

    def log(self) -> str:
        """Everything the process printed, over all of its lives."""
        path = self.folder / "out.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self) -> None:
        """Start the process; it is not yet ready when this returns."""
        assert not self.running, f"server {self.sid} runs already"
        with (self.folder / "out.log").open("ab") as out:
            self.process = subprocess.Popen(
                self.launcher(self.config),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def kill(self) -> None:
        """End the process as a power cut would (SIGKILL), and wait for it."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask the process to end (SIGTERM) and return its exit code."""
        return self._end(signal.SIGTERM)

    def pause(self) -> None:
        """Stop the process where it stands (SIGSTOP): it looks dead, and is not.

        A thread stops when the kernel next looks at it, so wait for all of them.
        """
        self._process().send_signal(signal.SIGSTOP)
        tasks = Path(f"/proc/{self._process().pid}/task")
        stopped = f"server {self.sid} is frozen"
        wait_for(lambda: all(map(_stopped, tasks.glob("*/stat"))), stopped)

    def resume(self) -> None:
        """Let a frozen process go on."""
        self._process().send_signal(signal.SIGCONT)

    def ask(self, word: str) -> str:
        """Return the answer to a four-letter word, empty if nobody answers."""
        try:
            with socket.create_connection((LOOPBACK, self.ports.client), 2) as link:
                link.settimeout(2)
                link.sendall(word.encode())
                return b"".join(iter(lambda: link.recv(65536), b"")).decode()
        except OSError:
            return ""

    def mode(self) -> str:
        """Return leader, follower, observer, standalone, or nothing."""
        found = re.search(r"^Mode: (\S+)", self.ask("srvr"), re.MULTILINE)
        return found[1] if found else ""

    def zxid(self) -> int:
        """Return the last zxid this server processed, -1 if it does not serve."""
        found = re.search(r"^Zxid: (0x[0-9a-f]+)", self.ask("srvr"), re.MULTILINE)
        return int(found[1], 16) if found else -1

    def logged(self, words: bytes) -> bool:
        """Whether the transaction log has it, whatever the server thinks of it."""
        return any(words in path.read_bytes() for path in self.data.glob("log.*"))

    def _process(self) -> subprocess.Popen[bytes]:
        assert self.process is not None, f"server {self.sid} was never started"
        return self.process

    def _end(self, how: signal.Signals) -> int:
        process = self._process()
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(how)
            if how is not signal.SIGKILL:
                process.send_signal(signal.SIGCONT)
        try:
            return process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(60)
            raise


class Ensemble:
    """Servers that know one another; use it as a context and nothing is left."""

    def __init__(
        self,
        folder: Path,
        launchers: Iterable[Launcher],
        observers: Iterable[int] = (),
        settings: Mapping[str, object] | None = None,
        *,
        events: bool = True,
    ):
        """Choose ports and write every zoo.cfg and myid; nothing runs yet."""
        self.with_events = events
        self.servers = [
            Server(sid, folder / f"server{sid}", free_ports(), launcher)
            for sid, launcher in enumerate(launchers, start=1)
        ]
        for server in self.servers:
            server.observer = server.sid in set(observers)
        for server in self.servers:
            self._configure(server, {**FAST, **(settings or {})})

    def __enter__(self) -> "Ensemble":
        """Return itself; starting is a separate step."""
        return self

    def __exit__(self, *_: object) -> None:
        """Kill whatever still runs."""
        for server in self.servers:
            if server.running:
                server.kill()

    def __getitem__(self, sid: int) -> Server:
        """Return the server with this id."""
        return self.servers[sid - 1]

    @property
    def hosts(self) -> str:
        """The connection string of the whole ensemble."""
        return ",".join(server.address for server in self.servers)

    def start(self, *sids: int) -> Server:
        """Start these servers (all, if none is named) and wait until they serve."""
        chosen = [self[sid] for sid in sids] or self.servers
        for server in chosen:
            server.start()
        return self.wait_serving(*(s.sid for s in chosen))

    def wait_serving(self, *sids: int) -> Server:
        """Wait until these servers serve clients, and return the leader."""
        chosen = [self[sid] for sid in sids] or self.servers
        names = ", ".join(str(server.sid) for server in chosen)
        self.wait_for(lambda: all(s.mode() for s in chosen), f"{names} serve clients")
        return self.leader()

    def leader(self) -> Server:
        """Return the running server that leads, waiting until there is one."""

        def look() -> Server | None:
            leading = [s for s in self.servers if s.running and s.mode() == "leader"]
            return leading[0] if len(leading) == 1 else None

        leader = self.wait_for(look, "one server leads")
        assert leader is not None
        return leader

    def followers(self) -> list[Server]:
        """Return the running servers that follow."""
        return [s for s in self.servers if s.running and s.mode() == "follower"]

    def wait_level(self) -> None:
        """Wait until all servers have processed the same last transaction."""
        level = "all stand at one zxid"
        self.wait_for(lambda: len({s.zxid() for s in self.servers}) == 1, level)

    def wait_for(self, look: Callable[[], T], what: str, within_s: float = LONG_S) -> T:
        """Wait until there is something; in vain, show every server's last words."""
        return wait_for(look, what, self._last_words, within_s)

    def _last_words(self) -> str:
        return "".join(
            f"\n--- server {s.sid} ({s.mode() or 'not serving'})\n{_tail(s.log())}"
            for s in self.servers
        )

    def _configure(self, server: Server, settings: Mapping[str, object]) -> None:
        server.data.mkdir(parents=True)
        (server.folder / "data" / "myid").write_text(f"{server.sid}\n")
        lines = [f"{key}={value}" for key, value in settings.items()]
        lines += [
            f"dataDir={server.folder / 'data'}",
            f"clientPort={server.ports.client}",
            f"clientPortAddress={LOOPBACK}",
            f"admin.serverPort={server.ports.admin}",
            *(["peerType=observer"] if server.observer else []),
            *(_server_line(peer) for peer in self.servers),
        ]
        if server.launcher is ours and self.with_events:
            lines.append(f"quorumlab.events={server.events}")
        server.config.write_text("\n".join(lines) + "\n")


def free_ports() -> Ports:
    """Return ports nobody listens on, never handed out before.

    They lie below the kernel's own range for outgoing connections (32768…); each
    lane of pytest-xdist has a range of its own, and where it begins depends on the
    run, so that two runs hardly meet.  `QUORUMLAB_PORTS=27000` sets the start.
    """
    return Ports(*itertools.islice(_PORTS, len(Ports._fields)))


def _count_free() -> Iterator[int]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    run = os.getppid() if worker else os.getpid()
    start = int(os.environ.get("QUORUMLAB_PORTS", 20000 + run * 64 % 8000))
    start += int(worker.removeprefix("gw") or 0) % 4 * 1000
    for port in itertools.count(start):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
        yield port


_PORTS = _count_free()


def _server_line(server: Server) -> str:
    role = ":observer" if server.observer else ""
    ports = f"{server.ports.quorum}:{server.ports.election}"
    return f"server.{server.sid}={LOOPBACK}:{ports}{role}"


def _stopped(stat: Path) -> bool:
    """Whether a thread's /proc entry says that it is stopped, or it is gone."""
    try:
        return stat.read_text().rpartition(")")[2].split()[0] == "T"
    except OSError:
        return True


def _tail(text: str, lines: int = 25) -> str:
    return "\n".join(text.splitlines()[-lines:])

"""Nodes as processes of this machine: no engine, no root, the same node.

Each node leads its own session, so a Ctrl-C at the terminal is not its business
and it outlives the command that started it.  `run.json` beside its files holds
its pid and boot nonce; a pid is believed only if its command line names our
configuration file, because pids are reused.
"""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import node
from labctl.errors import ENVIRONMENT, LabError
from labctl.lab import adopt, config_files
from labctl.lab.fault_ledger import environment as standing
from labctl.lab.runtime.base import DOWN, PAUSED, UP, LineTail, NodeRun
from labctl.lab.runtime.files import FileTail, last_lines, log_files
from labctl.lab.runtime.process_table import command_of, node_processes, state_of
from labctl.lab.topology import Topology
from labctl.words.phrase import Phrase
from node.config import ConfigError, load_config


class ProcessRuntime:
    """One lab's nodes as child processes that outlive us."""

    name = "process"

    def __init__(
        self, topology: Topology, folder: Path, command: Sequence[str] = ()
    ) -> None:
        """Manage the nodes of this lab; `command` replaces `python -m node`."""
        self.topology = topology
        self.folder = folder
        self.command = list(command) or [sys.executable, "-m", "node"]
        self.children: dict[int, subprocess.Popen[bytes]] = {}

    def create(self) -> Iterator[Phrase]:
        """Write zoo.cfg and myid for each node."""
        for member in self.topology.nodes:
            folder = self._folder(member.sid)
            events = str(folder / "events.jsonl")
            if self.topology.files:
                config = adopt.adopted_cfg(self.topology, member, events)
            else:
                config = config_files.zoo_cfg(self.topology, member, events)
            config_files.write_node(folder, member, config)
            adopt.check(folder / "zoo.cfg")
        yield from ()

    def start(self, sid: int) -> None:
        """Start one node in its own session."""
        folder = self._folder(sid)
        boot = secrets.token_hex(4)
        paths = [str(Path(node.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
        environment = {
            **os.environ,
            **standing(self.folder, sid),
            "QUORUMLAB_BOOT": boot,
            "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        }
        self._record(sid, 0, boot)  # known before it runs: none is lost from sight
        with (
            (folder / "node.log").open("ab") as log,
            (folder / "stderr.log").open("wb") as errors,
        ):
            try:
                child = subprocess.Popen(  # noqa: S603  (our own interpreter)
                    [*self.command, str(folder / "zoo.cfg")],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=errors,
                    env=environment,
                    cwd=folder,
                    start_new_session=True,
                )
            except OSError as error:
                facts = {"sid": sid, "why": error}
                raise LabError(
                    Phrase("node.unstartable", facts), None, ENVIRONMENT
                ) from error
        self.children[sid] = child
        self._record(sid, child.pid, boot)

    def terminate(self, sid: int) -> None:
        """SIGTERM, and SIGCONT so that a paused node receives it."""
        self._signal(sid, signal.SIGTERM)
        self._signal(sid, signal.SIGCONT)

    def kill(self, sid: int) -> None:
        """SIGKILL."""
        self._signal(sid, signal.SIGKILL)

    def pause(self, sid: int) -> None:
        """SIGSTOP."""
        self._signal(sid, signal.SIGSTOP)

    def resume(self, sid: int) -> None:
        """SIGCONT."""
        self._signal(sid, signal.SIGCONT)

    def wipe(self, sid: int, patterns: Sequence[str]) -> int:
        """Delete from version-2 of dataDir and dataLogDir, as the node reads them."""
        config = load_config(str(self._folder(sid) / "zoo.cfg"))
        folders = {Path(config.data_dir), Path(config.data_log_dir)}
        found = {
            path
            for folder in folders
            for pattern in patterns
            for path in (folder / "version-2").glob(pattern)
        }
        for path in found:
            path.unlink()
        return len(found)

    def run(self, sid: int) -> NodeRun:
        """Return the state of the process that `run.json` names, if it is ours."""
        pid, boot = self._recorded(sid)
        child = self.children.get(sid)
        if child is not None and child.poll() is not None:
            return NodeRun(DOWN, boot, exit_code=child.returncode)
        if not pid or not self._ours(pid, sid):
            return NodeRun(DOWN, boot)
        return NodeRun(PAUSED if state_of(pid) == "T" else UP, boot, pid)

    def events(self, sid: int) -> LineTail:
        """Follow events.jsonl from its end."""
        return FileTail(self._folder(sid) / "events.jsonl")

    def history(self, sid: int) -> list[str]:
        """Read the whole of events.jsonl."""
        path = self._folder(sid) / "events.jsonl"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def log(self, sid: int, *, last: int) -> tuple[list[str], LineTail]:
        """Return the end of node.log, and follow it."""
        path = self._folder(sid) / "node.log"
        lines, behind = last_lines(path, last)
        return lines, FileTail(path, at=behind)

    def txn_logs(self, sid: int) -> list[bytes]:
        """Read the log files below the folder that zoo.cfg names."""
        try:
            config = load_config(str(self._folder(sid) / "zoo.cfg"))
        except ConfigError:
            return []
        return log_files(Path(config.data_log_dir) / "version-2")

    def last_words(self, sid: int) -> str:
        """Return the last line on stderr, else the last of the log."""
        for name in ("stderr.log", "node.log"):
            lines, _ = last_lines(self._folder(sid) / name, 1)
            if lines and lines[-1].strip():
                return lines[-1].strip()
        return ""

    def save_logs(self, to: Path) -> None:
        """Copy logs, events and configurations."""
        for sid in self.topology.sids:
            target = to / f"n{sid}"
            target.mkdir(parents=True, exist_ok=True)
            for name in ("zoo.cfg", "node.log", "stderr.log", "events.jsonl"):
                if (self._folder(sid) / name).exists():
                    shutil.copy2(self._folder(sid) / name, target / name)

    def remove(self) -> list[str]:
        """Delete the lab's folder, data and all; nodes must be down already."""
        if not self.folder.exists():
            return []
        gone = self.folder.with_name(f".{self.folder.name}.gone")
        shutil.rmtree(gone, ignore_errors=True)  # of a `down` that was killed
        self.folder.rename(gone)  # at once, for whoever still writes into it
        shutil.rmtree(gone)
        return [str(self.folder)]

    def _folder(self, sid: int) -> Path:
        return self.folder / f"n{sid}"

    def _recorded(self, sid: int) -> tuple[int, str]:
        try:
            text = (self._folder(sid) / "run.json").read_text(encoding="ascii")
            document = json.loads(text)
            pid, boot = int(document["pid"]), str(document["boot"])
        except (OSError, ValueError, KeyError, TypeError):
            return 0, ""
        return pid or self._pid_of(sid, boot), boot

    def _record(self, sid: int, pid: int, boot: str) -> None:
        run = self._folder(sid) / "run.json.new"
        run.write_text(json.dumps({"pid": pid, "boot": boot}), encoding="ascii")
        run.replace(self._folder(sid) / "run.json")

    def _pid_of(self, sid: int, boot: str) -> int:
        """Find a process by its nonce: who started it was killed before the pid."""
        config = str(self._folder(sid) / "zoo.cfg")
        for process in node_processes():
            if (process.config, process.boot) == (config, boot):
                return process.pid
        return 0

    def _ours(self, pid: int, sid: int) -> bool:
        """Return whether this process runs our node on our configuration.

        Our own child is ours even in the instant before its command line shows.
        """
        child = self.children.get(sid)
        if child is not None and child.pid == pid:
            return child.poll() is None
        return str(self._folder(sid) / "zoo.cfg") in command_of(pid)

    def _signal(self, sid: int, number: signal.Signals) -> None:
        pid, _ = self._recorded(sid)
        if pid and self._ours(pid, sid):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                return  # it ended meanwhile, which is as good
            except PermissionError as error:
                facts = {"sid": sid, "pid": pid}
                raise LabError(
                    Phrase("node.not-yours", facts), None, ENVIRONMENT
                ) from error

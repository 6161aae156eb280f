"""The real disk under `node.storage.store`: files, and threads that may block."""

import asyncio
import threading
from pathlib import Path
from queue import SimpleQueue
from random import Random
from typing import Protocol

from node.admin.metrics import Metrics
from node.config import Config
from node.effects import Note
from node.faults.faulty_files import FaultyFiles
from node.faults.node_faults import NodeFaults
from node.shell.files import Files
from node.shell.timers import monotonic_ms
from node.storage.disk import Disk
from node.storage.store import Done, Job, Store, StoreEnvironment


class Owner(Protocol):
    """Who hears of the disk."""

    @property
    def metrics(self) -> Metrics:
        """What counts how long a sync takes."""

    def publish(self, published: Note, message_id: str = "") -> object:
        """Take an event."""

    def disk_failed(self, error: OSError) -> None:
        """End the process."""

    def settle(self) -> None:
        """Send on what waited for a finished sync."""

    def logged(self, first: int, last: int, txns: int) -> None:
        """Hear of a batch."""


def open_store(config: Config, owner: Owner, faults: NodeFaults | None) -> Store:
    """Return the store in the folders of zoo.cfg, which are made when missing.

    In a lab, `faults` says which faults the disk has.
    """

    def disk(directory: str) -> Disk:
        files = Files(Path(directory, "version-2"), owner.metrics.fsync_took)
        return files if faults is None else FaultyFiles(files, faults)

    env = StoreEnvironment(
        snap_disk=disk(config.data_dir),
        log_disk=disk(config.data_log_dir),
        syncer=Thread("SyncThread"),
        snapper=Thread("SnapThread"),
        publish=owner.publish,
        fail=owner.disk_failed,
        logged=owner.logged,
        settle=owner.settle,
        now_ms=monotonic_ms,
        draw=lambda most: Random().randint(0, most),
    )
    return Store(config, env)


class Thread:
    """A worker that blocks in a thread of its own, so that the loop need not.

    A bare queue rather than a pool of futures: one message to the thread and
    one back is all that a sync may cost beside the disk.
    """

    def __init__(self, name: str) -> None:
        """Start no thread before the first job."""
        self._name = name
        self._jobs: SimpleQueue[_Task | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._running: _Task | None = None

    def start(self, job: Job, done: Done) -> None:
        """Begin a job; `done` is called by the loop."""
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._work, name=self._name, daemon=True
            )
            self._thread.start()
        self._running = _Task(job, done, asyncio.get_running_loop())
        self._jobs.put(self._running)

    def finish(self) -> None:
        """Wait for the job that runs; `done` is not called."""
        task, self._running = self._running, None
        if task is not None:
            task.ended.acquire()
            if task.error is not None:
                raise task.error

    def close(self) -> None:
        """End the thread."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join()

    def _work(self) -> None:
        while (task := self._jobs.get()) is not None:
            try:
                task.job()
            except OSError as error:
                task.error = error
            except BaseException as error:  # noqa: BLE001 (a promise hangs on it)
                task.error = OSError(repr(error))
            task.ended.release()
            task.loop.call_soon_threadsafe(self._done, task)

    def _done(self, task: "_Task") -> None:
        if self._running is task:  # else `finish` has waited for it
            self._running = None
            task.done(task.error)


class _Task:
    """A job on its way through the thread."""

    __slots__ = ("done", "ended", "error", "job", "loop")

    def __init__(self, job: Job, done: Done, loop: asyncio.AbstractEventLoop) -> None:
        self.job = job
        self.done = done
        self.loop = loop
        self.error: OSError | None = None
        self.ended = threading.Lock()
        self.ended.acquire()

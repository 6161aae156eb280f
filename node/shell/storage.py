"""The real disk under `node.storage.store`: files, and threads that may block."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from random import Random

from node.config import Config
from node.effects import Note
from node.shell.files import Files
from node.storage.store import Around, Done, Job, Store


def open_store(
    config: Config,
    publish: Callable[[Note], object],
    fail: Callable[[OSError], None],
    settle: Callable[[], None],
) -> Store:
    """Return the store in the folders of zoo.cfg, which are made when missing.

    `publish` takes Notes, `fail` ends the process, `settle` sends on what the
    promises of a finished sync have put in line.
    """
    around = Around(
        snap_disk=Files(Path(config.data_dir, "version-2")),
        log_disk=Files(Path(config.data_log_dir, "version-2")),
        syncer=Thread("SyncThread"),
        snapper=Thread("SnapThread"),
        publish=publish,
        fail=fail,
        settle=settle,
        now_ms=_now_ms,
        draw=lambda most: Random().randint(0, most),
    )
    return Store(config, around)


class Thread:
    """A worker that blocks in a thread of its own, so that the loop need not."""

    def __init__(self, name: str) -> None:
        """Start no thread before the first job."""
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._running: Future[None] | None = None

    def start(self, job: Job, done: Done) -> None:
        """Begin a job; `done` is called by the loop."""
        loop = asyncio.get_running_loop()

        def tell(future: Future[None]) -> None:
            loop.call_soon_threadsafe(self._done, future, done)

        self._running = self._pool.submit(job)
        self._running.add_done_callback(tell)

    def finish(self) -> None:
        """Wait for the job that runs; whoever waited for its end is forgotten."""
        future, self._running = self._running, None
        if future is not None:
            future.result()

    def close(self) -> None:
        """End the thread."""
        self._pool.shutdown()

    def _done(self, future: Future[None], done: Done) -> None:
        if self._running is not future:
            return  # `finish` has waited for it
        self._running = None
        error = future.exception()
        if error is not None and not isinstance(error, OSError):
            error = OSError(repr(error))
        done(error)


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000

"""One node's disk at work: group commit in one thread, snapshots beside it.

The loop appends to memory; one `fdatasync` at a time runs in the disk thread
and serves everything that was appended before it began.  Whatever arrives
meanwhile shares the next one.  A failed write or sync ends the process: after it
nobody knows what is on the disk, and only recovery can tell (Rebello et al.,
USENIX ATC 2020).
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from random import Random

from node.config import Config
from node.effects import note
from node.events import SlowSync, SnapshotTaken, TxnsLogged
from node.shell.files import Files
from node.storage.disk import StorageError
from node.storage.epochfiles import ACCEPTED, CURRENT, read_epoch, save_epoch
from node.storage.recovery import Recovery, recover
from node.storage.snapshot import (
    PREFIX,
    file_chunks,
    newer_than,
    snapshot_names,
    zxid_in,
)
from node.storage.txnlog import Batch, TxnLog
from node.tree.znodes import Tree

SLOW_SYNC_MS = 1000  # fsync.warningthresholdms
SNAP_COUNT = 100_000  # transactions between snapshots


class Storage:
    """The log, the snapshots and the epoch files of one node."""

    def __init__(
        self,
        config: Config,
        publish: Callable[..., str],
        fail: Callable[[OSError], None],
        settle: Callable[[], None],
    ) -> None:
        """Open the folders.

        `publish` takes Notes, `fail` ends the process, `settle` sends on what
        the promises of a finished sync have put in line.
        """
        self.snap_disk = Files(Path(config.data_dir, "version-2"))
        self.log_disk = Files(Path(config.data_log_dir, "version-2"))
        preallocate = config.number("preAllocSize", 65536) * 1024
        self.log = TxnLog(self.log_disk, preallocate)
        self.snap_count = max(2, config.number("snapCount", SNAP_COUNT))
        self.force_sync = config.extra.get("forceSync", "yes") != "no"
        self._publish = publish
        self._fail = fail
        self._settle = settle
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="SyncThread")
        self._snap_thread = ThreadPoolExecutor(1, thread_name_prefix="SnapThread")
        self._running: Future[None] | None = None
        self._waiting: list[Callable[[], None]] = []
        self._snapshot: asyncio.Task[None] | None = None
        self._chance = Random()
        self._since_snapshot = 0
        self._snapshot_after = self._draw_snapshot()

    def recover(self) -> Recovery:
        """Read everything back; write `snapshot.0` on a disk that is new."""
        recovery = recover(self.snap_disk, self.log_disk)
        if recovery.snapshot_zxid < 0:
            data = b"".join(file_chunks(recovery.tree, 0))
            self.snap_disk.replace(f"{PREFIX}0", data)
        return recovery

    def epochs(self, last_zxid: int) -> tuple[int, int]:
        """Return (acceptedEpoch, currentEpoch); both from the log where missing."""
        default = last_zxid >> 32
        found = [read_epoch(self.snap_disk, name) for name in (ACCEPTED, CURRENT)]
        accepted, current = [default if epoch is None else epoch for epoch in found]
        for name, before, epoch in (
            (ACCEPTED, found[0], accepted),
            (CURRENT, found[1], current),
        ):
            if before is None:
                save_epoch(self.snap_disk, name, epoch)
        return accepted, current

    def save_epoch(self, name: str, epoch: int) -> None:
        """Replace an epoch file, durably, before anything else happens."""
        self._guard(lambda: save_epoch(self.snap_disk, name, epoch))

    # --- group commit -----------------------------------------------------------

    def append(self, zxid: int, entry: bytes) -> None:
        """Put a transaction in line; durable after the next sync."""
        self.log.append(zxid, entry)
        self._since_snapshot += 1

    def when_durable(self, promise: Callable[[], None]) -> None:
        """Call `promise` once everything appended so far is on disk."""
        self._waiting.append(promise)

    def sync(self) -> None:
        """Start a sync for whoever waits, unless one is running: then it is next."""
        if self._running is not None or not self._waiting:
            return
        promises, self._waiting = self._waiting, []
        batch = self.log.take()
        if batch is None:
            for promise in promises:
                promise()
            return
        loop = asyncio.get_running_loop()
        started = time.monotonic()

        def done(future: Future[None]) -> None:
            loop.call_soon_threadsafe(self._synced, future, batch, promises, started)

        self._running = self._thread.submit(self.log.write, batch)
        self._running.add_done_callback(done)

    def _synced(
        self,
        future: Future[None],
        batch: Batch,
        promises: list[Callable[[], None]],
        started: float,
    ) -> None:
        if self._running is not future:
            return  # a flush has waited for it, and kept its promises
        self._running = None
        error = future.exception()
        if error is not None:
            self._fail(_disk_error(error))
            return
        took_ms = int((time.monotonic() - started) * 1000)
        self._publish(note(TxnsLogged(batch.first, batch.last, batch.txns)))
        if took_ms > SLOW_SYNC_MS:
            self._publish(note(SlowSync(took_ms)))
        for promise in promises:
            promise()
        self._settle()

    def flush(self) -> None:
        """Make everything appended durable, now.  What waited for it is void.

        Only at the end of a reign and in recovery: promises to a peer that is
        gone need not be kept, and nobody is being served.
        """
        running, self._running = self._running, None
        self._waiting = []
        if running is not None:
            self._guard(running.result)
        batch = self.log.take()
        if batch is not None:
            self._guard(lambda: self.log.write(batch))
            self._publish(note(TxnsLogged(batch.first, batch.last, batch.txns)))

    # --- the tree ---------------------------------------------------------------

    def truncate(self, zxid: int) -> Recovery | None:
        """Cut the log and read the tree again; None if that cannot be done.

        It cannot if every snapshot is newer, or if between snapshot and `zxid`
        something came as a whole tree and was never in the log.
        """
        self.flush()
        if not self._reaches(zxid):
            return None
        self._stop_snapshot()
        self._forget_after(zxid)
        return recover(self.snap_disk, self.log_disk)

    def _reaches(self, zxid: int) -> bool:
        """Return whether snapshot and log lead exactly to a transaction."""
        names = snapshot_names(self.snap_disk.names())
        usable = [at for at in (zxid_in(name) or 0 for name in names) if at <= zxid]
        if not usable:
            return False
        try:
            logged = [at for at, _ in self.log.read(usable[0], zxid)]
        except StorageError:
            return False
        return zxid == (logged[-1] if logged else usable[0])

    def _forget_after(self, zxid: int) -> None:
        """Cut the log, then delete newer snapshots, the newest first.

        The other way round, a crash in between could leave an older snapshot
        and a log whose beginning was purged: a state that never was.
        """
        self.log.truncate(zxid)
        for name in newer_than(self.snap_disk.names(), zxid):
            self.snap_disk.remove(name)

    def adopt(self, tree: Tree, zxid: int) -> None:
        """Make a tree that a leader sent the newest thing on disk."""
        self.flush()
        self._stop_snapshot()
        data = b"".join(file_chunks(tree, zxid))
        self._guard(lambda: self.snap_disk.replace(f"{PREFIX}{zxid:x}", data))
        self._forget_after(zxid)

    def snapshot_due(self) -> bool:
        """Return whether enough transactions were logged since the last one."""
        return self._since_snapshot >= self._snapshot_after

    def save_tree(self, tree: Tree, zxid: int) -> None:
        """Write a snapshot beside serving; skip it if one is being written.

        `zxid` is the last transaction that the tree holds for certain.
        """
        self._since_snapshot = 0
        self._snapshot_after = self._draw_snapshot()
        if self._snapshot is not None and not self._snapshot.done():
            return  # "Too busy to snap, skipping"
        name = f"{PREFIX}{zxid:x}"
        if self.snap_disk.size(name):
            return
        self.log.roll()
        self._snapshot = asyncio.get_running_loop().create_task(
            self._write_snapshot(name, zxid, file_chunks(tree, zxid))
        )

    async def _write_snapshot(
        self, name: str, zxid: int, chunks: Iterator[bytes]
    ) -> None:
        """Write piece by piece, so that clients are served in between."""
        loop = asyncio.get_running_loop()
        started = time.monotonic()
        disk, temporary = self.snap_disk, f"{name}.tmp"
        await loop.run_in_executor(self._snap_thread, disk.remove, temporary)
        offset = 0
        for chunk in chunks:
            await loop.run_in_executor(
                self._snap_thread, disk.write, temporary, offset, chunk
            )
            offset += len(chunk)
        await loop.run_in_executor(self._snap_thread, disk.sync, temporary)
        await loop.run_in_executor(self._snap_thread, disk.rename, temporary, name)
        took_ms = int((time.monotonic() - started) * 1000)
        self._publish(note(SnapshotTaken(zxid, took_ms, offset)))

    def _stop_snapshot(self) -> None:
        """Give up a snapshot in the making: its tree is being replaced."""
        if self._snapshot is not None:
            self._snapshot.cancel()
            self._snapshot = None
            self._snap_thread.submit(int).result()  # what it was just writing

    def _draw_snapshot(self) -> int:
        """Spread snapshots, so that an ensemble does not stop to write together."""
        return self.snap_count // 2 + self._chance.randint(0, self.snap_count // 2)

    def close(self) -> None:
        """Write what is left and let go of threads and files."""
        self.flush()
        self._stop_snapshot()
        self._thread.shutdown()
        self._snap_thread.shutdown()
        self.log_disk.close()
        self.snap_disk.close()

    def _guard(self, act: Callable[[], None]) -> None:
        try:
            act()
        except OSError as error:
            self._fail(error)


def _disk_error(error: BaseException) -> OSError:
    return error if isinstance(error, OSError) else OSError(repr(error))

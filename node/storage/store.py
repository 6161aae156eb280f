"""One server's disk at work: group commit, epochs, snapshots, recovery.

The server appends to memory; one `fdatasync` at a time runs in a worker and
serves everything that was appended before it began.  Whatever arrives meanwhile
shares the next one.  A failed write or sync ends the process: after it nobody
knows what is on the disk, and only recovery can tell (Rebello et al., USENIX ATC
2020).

The disks and the workers are parameters: files and threads in `node.shell`,
sectors that a power cut may lose and virtual time in the simulator.
"""

from collections.abc import Callable, Generator, Iterator
from functools import partial
from typing import NamedTuple, Protocol

from node.config import Config
from node.effects import Note, note
from node.events import SlowSync, SnapshotTaken
from node.storage.disk import Disk, StorageError
from node.storage.epochfiles import ACCEPTED, CURRENT, read_epoch, save_epoch
from node.storage.purge import Autopurge
from node.storage.recovery import Recovery, recover
from node.storage.snapshot import (
    PREFIX,
    TEMPORARY,
    file_chunks,
    newer_than,
    snapshot_names,
    unfinished,
    zxid_in,
)
from node.storage.txnlog import Batch, TxnLog, log_names
from node.tree.znodes import Tree

SLOW_SYNC_MS = 1000  # fsync.warningthresholdms
SNAP_COUNT = 100_000  # transactions between snapshots
PIECE_BYTES = 1 << 20  # of a snapshot that is written at once

Job = Callable[[], None]
Done = Callable[[OSError | None], None]


class Worker(Protocol):
    """Does blocking jobs beside the server, one after another."""

    def start(self, job: Job, done: Done) -> None:
        """Begin a job; `done` hears how it ended, in the server's own turn."""

    def finish(self) -> None:
        """Wait for the job that runs and raise its error; `done` is forgotten."""

    def close(self) -> None:
        """Do no more jobs."""


class StoreEnvironment(NamedTuple):
    """What a store needs around it: disks, workers, clock, chance."""

    snap_disk: Disk
    log_disk: Disk
    syncer: Worker
    snapper: Worker
    publish: Callable[[Note], object]
    fail: Callable[[OSError], None]  # end the process
    logged: Callable[[int, int, int], None]  # a batch: first, last, how many
    settle: Callable[[], None]  # send what waited for the sync
    now_ms: Callable[[], int]
    draw: Callable[[int], int]  # a whole number from 0 up to this one


class Store:
    """The log, the snapshots and the epoch files of one server."""

    def __init__(self, config: Config, env: StoreEnvironment) -> None:
        """Touch nothing yet; `recover` comes first."""
        self.env = env
        self.snap_disk = env.snap_disk
        self.log_disk = env.log_disk
        preallocate = config.number("preAllocSize", 65536) * 1024
        self.log = TxnLog(self.log_disk, preallocate)
        self.snap_count = max(2, config.number("snapCount", SNAP_COUNT))
        disks = self.snap_disk, self.log_disk
        self._autopurge = Autopurge(config, *disks, env.publish)
        self._syncing: Batch | None = None
        self._waiting: list[Job] = []
        self._snapshot: Iterator[Job] | None = None
        self._temporary = ""  # the file that it is written to
        self._when_written: Job | None = None
        self._ahead_zxid = -1  # of the tree that `write_ahead` has written
        self._since_snapshot = 0
        self._snapshot_after = self._draw_snapshot()

    def recover(self) -> Recovery:
        """Read everything back; write `snapshot.0` on a disk that is new.

        What a killed process wrote may be in the cache alone, and what we read
        we shall claim: so first of all it is made durable.
        """
        for disk, names in (
            (self.snap_disk, snapshot_names(self.snap_disk.names())[:1]),
            (self.log_disk, log_names(self.log_disk.names())[-1:]),
        ):
            for name in names:
                self._guard(partial(disk.sync, name))
        for name in unfinished(self.snap_disk.names()):
            self._guard(partial(self.snap_disk.remove, name))
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
        self._guard(partial(save_epoch, self.snap_disk, name, epoch))

    # --- group commit -----------------------------------------------------------

    def append(self, zxid: int, entry: bytes) -> None:
        """Put a transaction in line; durable after the next sync."""
        self.log.append(zxid, entry)
        self._since_snapshot += 1

    def when_durable(self, promise: Job) -> None:
        """Call `promise` once everything appended so far is on disk."""
        self._waiting.append(promise)

    def sync(self) -> None:
        """Start a sync for the promises that wait, or after the one that is running."""
        if self._syncing is not None or not self._waiting:
            return
        promises, self._waiting = self._waiting, []
        batch = self.log.take()
        if batch is None:
            for promise in promises:
                promise()
            return
        self._syncing = batch
        done = partial(self._synced, batch, promises, self.env.now_ms())
        self.env.syncer.start(partial(self.log.write, batch), done)

    def _synced(
        self, batch: Batch, promises: list[Job], started_ms: int, error: OSError | None
    ) -> None:
        self._syncing = None
        if error is not None:
            self.env.fail(error)
            return
        took_ms = self.env.now_ms() - started_ms
        self._logged(batch)
        if took_ms > SLOW_SYNC_MS:
            self.env.publish(note(SlowSync(took_ms)))
        for promise in promises:
            promise()
        self.env.settle()

    def flush(self) -> None:
        """Make everything appended durable, now.  What waited for it is void.

        Only when a role ends and in recovery: promises to a peer that is gone need
        not be kept, and no client is served.
        """
        self._waiting = []
        running, self._syncing = self._syncing, None
        if running is not None:
            self._guard(self.env.syncer.finish)
            self._logged(running)
        batch = self.log.take()
        if batch is not None:
            self._guard(partial(self.log.write, batch))
            self._logged(batch)

    def _logged(self, batch: Batch) -> None:
        self.env.logged(batch.first, batch.last, batch.txns)

    # --- the tree ---------------------------------------------------------------

    def truncate(self, zxid: int) -> Recovery | None:
        """Cut the log and read the tree again; None if that cannot be done.

        It cannot if every snapshot is newer, or if between snapshot and `zxid`
        something came as a whole tree and was never in the log.
        """
        self.flush()
        self._stop_purge()
        if not self._reaches(zxid):
            return None
        self.drop_snapshot()
        self._guard(partial(self._forget_after, zxid))
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
        return [usable[0], *logged][-1] == zxid

    def _forget_after(self, zxid: int) -> None:
        """Cut the log, then delete newer snapshots, the newest first.

        The other way round, a crash in between could leave an older snapshot
        and a log whose beginning was purged: a state that never was.
        """
        self.log.truncate(zxid)
        for name in newer_than(self.snap_disk.names(), zxid):
            self.snap_disk.remove(name)

    def adopt(self, tree: Tree, zxid: int) -> None:
        """Make a tree that a leader sent all that there is on disk.

        Older snapshots and the log do not lead up to it: were they to stay,
        recovery or a TRUNC could take them for its past.  A tree that was written
        ahead only gets its name.
        """
        self.flush()
        written = self._temporary if self._ahead_zxid == zxid else ""
        if written:
            self._temporary = ""
        self.drop_snapshot()
        if written:
            name = f"{PREFIX}{zxid:x}"
            self._guard(partial(self.snap_disk.rename, written, name))
        else:
            self._guard(partial(self._write_tree, tree, zxid))
        self._guard(partial(self._forget_but, zxid))

    def write_ahead(self, tree: Tree, zxid: int, moved: Job, done: Job) -> None:
        """Write a tree that a leader sent beside everything else; then call `done`.

        It takes seconds if the tree is large, and meanwhile votes and time go on.
        `moved` is called at every piece.  What there was before stays until `adopt`.
        """
        self.drop_snapshot()
        self._snapshot = self._ahead_jobs(tree, zxid, moved, done)
        self._next_piece(None)

    def _ahead_jobs(
        self, tree: Tree, zxid: int, moved: Job, done: Job
    ) -> Iterator[Job]:
        for job in self._file_jobs(
            f"{PREFIX}{zxid:x}{TEMPORARY}", file_chunks(tree, zxid)
        ):
            moved()
            yield job
        self._ahead_zxid = zxid
        self._when_written = done

    def _write_tree(self, tree: Tree, zxid: int) -> None:
        """Write a snapshot at once, but never hold all of it in memory."""
        disk, name = self.snap_disk, f"{PREFIX}{zxid:x}"
        temporary = f"{name}{TEMPORARY}"
        if disk.size(temporary):
            disk.remove(temporary)
        offset, piece = 0, bytearray()
        for chunk in file_chunks(tree, zxid):
            piece += chunk
            if len(piece) >= PIECE_BYTES:
                disk.write(temporary, offset, bytes(piece))
                offset += len(piece)
                piece.clear()
        disk.write(temporary, offset, bytes(piece))
        disk.sync(temporary)
        disk.rename(temporary, name)

    def _forget_but(self, zxid: int) -> None:
        """Remove everything but one snapshot: newer ones, the log, older ones."""
        self._forget_after(zxid)
        self.log.truncate(-1)
        for name in snapshot_names(self.snap_disk.names())[1:]:
            self.snap_disk.remove(name)

    def snapshot_due(self) -> bool:
        """Return whether enough transactions were logged since the last one."""
        return self._since_snapshot >= self._snapshot_after

    def save_tree(self, tree: Tree, zxid: int) -> None:
        """Write a snapshot beside serving; skip it if one is being written.

        `zxid` is the last transaction that the tree holds for certain.
        """
        self._since_snapshot = 0
        self._snapshot_after = self._draw_snapshot()
        self._stop_purge()
        if self._snapshot is not None:
            return  # "Too busy to snap, skipping"
        name = f"{PREFIX}{zxid:x}"
        if self.snap_disk.size(name):
            return
        self.log.roll()
        self._snapshot = self._snapshot_jobs(name, zxid, file_chunks(tree, zxid))
        self._next_piece(None)

    def _snapshot_jobs(
        self, name: str, zxid: int, chunks: Iterator[bytes]
    ) -> Iterator[Job]:
        """Yield the work piece by piece, so that clients are served in between."""
        started_ms = self.env.now_ms()
        length = yield from self._file_jobs(f"{name}{TEMPORARY}", chunks)
        yield partial(self.snap_disk.rename, f"{name}{TEMPORARY}", name)
        self._temporary = ""
        took_ms = self.env.now_ms() - started_ms
        self.env.publish(note(SnapshotTaken(zxid, took_ms, length)))

    def _file_jobs(
        self, name: str, chunks: Iterator[bytes]
    ) -> Generator[Job, None, int]:
        """Yield the writing of a whole file, durably; return its length."""
        disk, offset = self.snap_disk, 0
        self._temporary = name
        yield partial(disk.remove, name)
        for chunk in chunks:
            yield partial(disk.write, name, offset, chunk)
            offset += len(chunk)
        yield partial(disk.sync, name)
        return offset

    def _next_piece(self, error: OSError | None) -> None:
        if error is not None:
            self.env.fail(error)
            return
        job = next(self._snapshot, None) if self._snapshot is not None else None
        if job is not None:
            self.env.snapper.start(job, self._next_piece)
            return
        self._snapshot = None
        done, self._when_written = self._when_written, None
        if done is not None:
            done()

    def drop_snapshot(self) -> None:
        """Give up a snapshot in the making: its tree is to hold something else.

        Another tree, or transactions that nobody agreed on: a TRUNC would cut those
        out of the log and bring them back from a snapshot that bears an older zxid.
        """
        self._ahead_zxid, self._when_written = -1, None
        self._autopurge.running = False
        if self._snapshot is not None:
            self._snapshot = None
            self._guard(self.env.snapper.finish)
        if self._temporary:
            self._guard(partial(self.snap_disk.remove, self._temporary))
            self._temporary = ""

    def purge(self) -> None:
        """Begin to remove old files, if it is time and nothing is being written."""
        free = self._snapshot is None and not self._temporary
        if free and self._autopurge.due(now_ms := self.env.now_ms()):
            self._snapshot = self._autopurge.jobs(now_ms)
            self._next_piece(None)

    def _stop_purge(self) -> None:
        """Let the files be for now, after the one that is just being removed."""
        if self._autopurge.running:
            self.drop_snapshot()

    def _draw_snapshot(self) -> int:
        """Spread snapshots, so that an ensemble does not stop to write together."""
        half = self.snap_count // 2
        return half + self.env.draw(half)

    def close(self) -> None:
        """Write what is left and let go of the workers."""
        self.flush()
        self.drop_snapshot()
        self.env.syncer.close()
        self.env.snapper.close()

    def _guard(self, act: Job) -> None:
        try:
            act()
        except OSError as error:
            self.env.fail(error)

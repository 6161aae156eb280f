"""Autopurge: old snapshots and logs go, and recovery misses nothing.

The newest whole snapshots stay, and every log with transactions after the oldest
of these.  Snapshots are removed before logs, the oldest first: wherever a crash
falls, each snapshot that is left has the logs that follow it.  After PurgeTxnLog
and DatadirCleanupManager.
"""

from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import NamedTuple

from node.config import Config
from node.effects import Note, note
from node.events import OldFilesRemoved
from node.storage.disk import Disk
from node.storage.snapshot import looks_whole, snapshot_names, zxid_in
from node.storage.txnlog import first_zxid, log_names

RETAIN_MIN = 3
HOUR_MS = 3_600_000


class Doomed(NamedTuple):
    """The files to remove, in this order, and what recovery can begin from."""

    snapshots: list[str]
    logs: list[str]
    oldest_kept: int  # zxid of a snapshot; -1: there is none, and nothing goes


def choose(names: list[str], retain_count: int, broken: Collection[str] = ()) -> Doomed:
    """Return the snapshots and logs that nobody needs any more.

    A `broken` snapshot does not count among those that are kept.
    """
    snapshots = snapshot_names(names)
    whole = [name for name in snapshots if name not in broken]
    kept = whole[: max(retain_count, RETAIN_MIN)]
    if not kept:
        return Doomed([], [], -1)
    oldest = zxid_in(kept[-1]) or 0
    older = [name for name in reversed(snapshots) if (zxid_in(name) or 0) < oldest]
    before = [name for name in log_names(names) if first_zxid(name) <= oldest]
    return Doomed(older, before[:-1], oldest)


class Autopurge:
    """Removes old files from time to time, one after another."""

    def __init__(
        self,
        config: Config,
        snap_disk: Disk,
        log_disk: Disk,
        publish: Callable[[Note], object],
    ) -> None:
        """Be due at once, and then after each interval; never if that is 0."""
        self.snap_disk = snap_disk
        self.log_disk = log_disk
        self.publish = publish
        self.retain_count = config.number("autopurge.snapRetainCount", RETAIN_MIN)
        self.every_ms = config.number("autopurge.purgeInterval", 0) * HOUR_MS
        self.running = False
        self._due_ms = 0

    def due(self, now_ms: int) -> bool:
        """Return whether it is time."""
        return self.every_ms > 0 and now_ms >= self._due_ms

    def jobs(self, now_ms: int) -> Iterator[Callable[[], None]]:
        """Yield the work, one file at a time; given up half-way, it is due again."""
        self.running = True
        found: list[Doomed] = []
        yield lambda: found.append(self._choose())
        (doomed,) = found
        for disk, names in (
            (self.snap_disk, doomed.snapshots),
            (self.log_disk, doomed.logs),
        ):
            for name in names:
                yield partial(disk.remove, name)
        self.running = False
        self._due_ms = now_ms + self.every_ms
        removed = len(doomed.snapshots), len(doomed.logs)
        self.publish(note(OldFilesRemoved(*removed, doomed.oldest_kept)))

    def _choose(self) -> Doomed:
        disk = self.snap_disk
        snapshots = snapshot_names(disk.names())
        broken = [name for name in snapshots if not looks_whole(disk, name)]
        names = [*snapshots, *log_names(self.log_disk.names())]
        return choose(names, self.retain_count, broken)

"""Bugs of the log, of the snapshots, and of recovery."""

from collections.abc import Iterator

from node.storage import txnlog
from node.storage.store import Store
from node.storage.txnlog import TxnLog
from simulator.bugs.bug import Bug, Swap


def _log_ends_early() -> list[Swap]:
    def read(
        self: TxnLog, after: int, up_to: int | None = None
    ) -> Iterator[tuple[int, bytes]]:
        self.torn = False
        for name in txnlog.files_after(self.disk.names(), after):
            for zxid, entry, _ in txnlog._records(self.disk, name, self):
                if zxid > after:
                    yield zxid, entry
                if up_to is not None and zxid >= up_to:
                    return
            if self.torn:
                return

    return [(TxnLog, "read", read)]


def _snapshot_outlives_cut() -> list[Swap]:
    def cut_log_only(self: Store, zxid: int) -> None:
        self.log.truncate(zxid)

    return [(Store, "_forget_after", cut_log_only)]


BUGS = (
    Bug(
        "log-ends-at-a-tear",
        "Recovery stops silently at a torn record, though the log goes on.",
        "storage",
        _log_ends_early,
    ),
    Bug(
        "snapshot-outlives-trunc",
        "A TRUNC cuts the log and leaves a snapshot that is newer.",
        "ZOOKEEPER-1549",
        _snapshot_outlives_cut,
    ),
)

"""Which old files may go (autopurge).

After PurgeTxnLog.
"""

from node.storage.snapshot import snapshot_names, zxid_in
from node.storage.txnlog import first_zxid, log_names

RETAIN_MIN = 3


def choose(names: list[str], retain_count: int) -> list[str]:
    """Return the names of the snapshots and logs that nobody needs any more.

    The newest snapshots stay, and every log with transactions after the oldest
    of these: recovery from it must find no gap.
    """
    snapshots = snapshot_names(names)
    kept = snapshots[: max(retain_count, RETAIN_MIN)]
    if not kept:
        return []
    oldest = zxid_in(kept[-1]) or 0
    before = [name for name in log_names(names) if first_zxid(name) <= oldest]
    return sorted(snapshots[len(kept) :] + before[:-1])

"""acceptedEpoch and currentEpoch: two promises, each a number in a file.

ASCII decimal without a newline, replaced atomically.  See docs/protocol/disk.md.
"""

from node.storage.disk import Disk, StorageError
from node.zxid import EPOCH_MAX

ACCEPTED = "acceptedEpoch"
CURRENT = "currentEpoch"


def read_epoch(disk: Disk, name: str) -> int | None:
    """Return the epoch in a file; None if there is no such file."""
    if name not in disk.names():
        return None
    text = disk.read(name, 0, 32)
    digits = text.rstrip(b"\r\n")  # a person may have edited the file
    if not digits.isdigit() or int(digits) > EPOCH_MAX:
        raise StorageError(f"{name}: not an epoch: {text!r}")
    return int(digits)


def save_epoch(disk: Disk, name: str, epoch: int) -> None:
    """Put an epoch into a file, durably: a promise must survive a crash."""
    disk.replace(name, b"%d" % epoch)

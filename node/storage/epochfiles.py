"""acceptedEpoch and currentEpoch: two promises, each a number in a file.

ASCII decimal without a newline, replaced atomically.  Census §2.12.
"""

from node.storage.disk import Disk, StorageError

ACCEPTED = "acceptedEpoch"
CURRENT = "currentEpoch"


def read_epoch(disk: Disk, name: str) -> int | None:
    """Return the epoch in a file; None if there is no such file."""
    if name not in disk.names():
        return None
    text = disk.read(name, 0, 32)
    try:
        return int(text)
    except ValueError:
        raise StorageError(f"{name}: not a number: {text!r}") from None


def save_epoch(disk: Disk, name: str, epoch: int) -> None:
    """Put an epoch into a file, durably: a promise must survive a crash."""
    disk.replace(name, b"%d" % epoch)

"""What can be wrong in a server's data folder, looked at without writing to it."""

from collections.abc import Iterator
from pathlib import Path

from labctl.archives.held import Place, below
from labctl.doctor.finding import CONSIDER, FINE, FIX, Finding

_LOG_MAGIC, _SNAPSHOT_MAGIC = b"ZKLG", b"ZKSN"
_HEADER = 16  # bytes: magic, version, database id
HEAD = 100  # bytes of any of its files that are looked at
_FILES_MAX = 100_000
_PLENTY = 30  # snapshots: nobody purges


def is_data_folder(folder: Place) -> bool:
    """Whether a folder is a dataDir, or the version-2 inside one."""
    inside = folder if folder.name == "version-2" else folder / "version-2"
    return inside.is_dir() or (folder / "myid").is_file()


def examine(folder: Place) -> list[Finding]:
    """Return what its files show."""
    top = folder.parent if folder.name == "version-2" else folder
    inside = top / "version-2"
    names = []
    if inside.is_dir():
        for number, path in enumerate(below(inside)):
            if number < _FILES_MAX:
                names.append(path)
    logs = sorted((p for p in names if _zxid(p, "log") is not None), key=_of_log)
    snapshots = [p for p in names if _zxid(p, "snapshot") is not None]
    found = [
        *my_id(top),
        *_logs(logs, snapshots, inside),
        *_snapshots(snapshots),
        *_epochs(inside, logs, snapshots),
    ]
    if not any(one.severity == FIX for one in found):
        facts = {"logs": len(logs), "snapshots": len(snapshots)}
        found.append(Finding(FINE, "data-good", str(top), facts))
    return found


def _zxid(path: Place, kind: str) -> int | None:
    """The zxid in a file's name: log.100000001, snapshot.1c.gz."""
    parts = path.name.split(".")
    if len(parts) < 2 or parts[0] != kind:
        return None
    try:
        return int(parts[1], 16)
    except ValueError:
        return None


def _of_log(path: Place) -> int:
    return _zxid(path, "log") or 0


def my_id(top: Place) -> Iterator[Finding]:
    """Yield what is wrong with the number of this server."""
    place = top / "myid"
    try:
        said = place.read_bytes()[:100].decode("utf-8", "replace")
    except OSError:
        yield Finding(CONSIDER, "data-no-my-id", str(place))
        return
    if not said.strip().isdecimal() or said.splitlines()[0] != said.strip():
        facts = {"said": repr(said.strip("\n"))}
        yield Finding(FIX, "my-id-text", str(place), facts)


def _logs(
    logs: list[Place], snapshots: list[Place], inside: Place
) -> Iterator[Finding]:
    for path in logs:
        head = _head(path)
        if head is None:
            yield Finding(FIX, "data-unreadable", str(path))
        elif len(head) < _HEADER:
            key = "data-log-empty" if path == logs[-1] else "data-log-short"
            yield Finding(FIX, key, str(path), {"size": len(head)})
        elif not head.startswith(_LOG_MAGIC):
            yield Finding(FIX, "data-magic", str(path))
    if logs and not snapshots:
        yield Finding(FIX, "data-no-snapshot", str(inside), {"logs": len(logs)})


def _snapshots(snapshots: list[Place]) -> Iterator[Finding]:
    for path in snapshots:
        head = _head(path)
        packed = path.suffix in (".gz", ".snappy")
        if head is None:
            yield Finding(FIX, "data-unreadable", str(path))
        elif not packed and not head.startswith(_SNAPSHOT_MAGIC):
            yield Finding(CONSIDER, "data-snapshot-bad", str(path))
    if len(snapshots) > _PLENTY:
        where = str(snapshots[0].parent)
        yield Finding(CONSIDER, "data-many", where, {"n": len(snapshots)})


def _epochs(
    inside: Place, logs: list[Place], snapshots: list[Place]
) -> Iterator[Finding]:
    accepted, current = (
        _number(inside / name) for name in ("acceptedEpoch", "currentEpoch")
    )
    for name, value in (("acceptedEpoch", accepted), ("currentEpoch", current)):
        if value == -1:
            yield Finding(FIX, "data-epoch-text", str(inside / name))
    if current is None or current < 0:
        return
    facts: dict[str, object] = {"accepted": accepted, "current": current}
    if accepted is not None and 0 <= accepted < current:
        yield Finding(FIX, "data-epoch-order", str(inside), facts)
    newest = max(
        [(_zxid(path, "log") or 0) >> 32 for path in logs]
        + [(_zxid(path, "snapshot") or 0) >> 32 for path in snapshots],
        default=0,
    )
    if newest > current:
        facts["newest"] = newest
        yield Finding(FIX, "data-epoch-behind", str(inside), facts)


def _number(path: Place) -> int | None:
    """What an epoch file says; None: there is none; -1: no number."""
    try:
        said = path.read_bytes()[:40].decode("ascii", "replace").strip()
    except OSError:
        return None
    return int(said) if said.isdecimal() else -1


def _head(path: Place) -> bytes | None:
    try:
        if not isinstance(path, Path):
            return path.read_bytes()[:_HEADER]
        with path.open("rb") as file:
            return file.read(_HEADER)
    except OSError:
        return None

"""Whether this machine can hold a lab, and what earlier labs left on it."""

import contextlib
import importlib.util
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from labctl.doctor.finding import CONSIDER, FINE, FIX, Finding
from labctl.errors import LabError
from labctl.lab.belongings import LEFT_OVER, find, of_home, whose
from labctl.lab.ephemeral_ports import ephemeral
from labctl.lab.home import home, lab_folder, lab_names
from labctl.lab.ports import holder, taken
from labctl.lab.topology import load
from labctl.words.phrase import Phrase

_PYTHON = (3, 11)
_PORTS = {"client": 2181, "quorum": 2888, "election": 3888, "admin": 8081}
_FREE_MB = 1024  # three nodes reserve 64 MB each for their logs
_SLOW_SYNC_MS = 50.0
_FILES_MIN = 1024
_CLOCK_SPAN_S = 0.2
_CLOCK_OFF_MS = 20.0


def examine() -> list[Finding]:
    """Return what was seen, the good included."""
    parts = (_python, _engine, _ports, _ephemeral, _clock, _disk, _files, _leftovers)
    return [finding for part in parts for finding in part()]


def _python() -> Iterator[Finding]:
    version = platform.python_version()
    good = sys.version_info >= _PYTHON
    yield Finding(FINE if good else FIX, "python", "", {"version": version})
    for name in ("uvloop", "h11"):
        if importlib.util.find_spec(name) is None:
            yield Finding(FIX if name == "h11" else CONSIDER, f"no-{name}")


def _engine() -> Iterator[Finding]:
    from labctl.lab.runtime.engine import connect  # 270 ms

    try:
        client = connect()
    except LabError as error:
        yield Finding(CONSIDER, "no-engine", "", {"why": error.message})
        return
    version = client.version().get("Version", "?")
    yield Finding(FINE, "engine", "", {"version": version})
    client.close()


def _ports() -> Iterator[Finding]:
    busy = [
        (name, port)
        for name, first in _PORTS.items()
        for port in range(first, first + 3)
        if taken(port)
    ]
    if not busy:
        yield Finding(FINE, "ports-free")
    for name, port in busy:
        facts = {"port": port, "kind": name, "who": holder(port) or "?"}
        yield Finding(CONSIDER, "port-taken", "", facts)


def _ephemeral() -> Iterator[Finding]:
    """Check the ports of the labs that exist, and of the next one."""
    kernel = ephemeral()
    if kernel is None:
        return
    ports = {port + more for port in _PORTS.values() for more in range(3)}
    for name in lab_names():
        with contextlib.suppress(LabError):
            lab = load(lab_folder(name))
            ports.update(lab.ports if lab else ())
    if risky := kernel.of(ports):
        yield Finding(CONSIDER, "ports-ephemeral", "", kernel.facts(risky))
    else:
        facts = {"first": kernel.first, "last": kernel.last}
        yield Finding(FINE, "ports-kept", "", facts)


def _clock() -> Iterator[Finding]:
    wall, steady = time.time(), time.monotonic()
    time.sleep(_CLOCK_SPAN_S)
    off_ms = ((time.time() - wall) - (time.monotonic() - steady)) * 1000
    key = "clock-jumps" if abs(off_ms) > _CLOCK_OFF_MS else "clock"
    severity = CONSIDER if key == "clock-jumps" else FINE
    yield Finding(severity, key, "", {"off": f"{off_ms:+.1f}"})


def _disk() -> Iterator[Finding]:
    folder = home()
    while not folder.exists():
        folder = folder.parent
    free_mb = shutil.disk_usage(folder).free >> 20
    facts: dict[str, object] = {"folder": folder, "free": free_mb, "least": _FREE_MB}
    severity = FINE if free_mb >= _FREE_MB else FIX
    yield Finding(severity, "disk-free" if severity == FINE else "disk-full", "", facts)
    try:
        facts["ms"] = f"{(took := _sync_ms(folder)):.2f}"
    except OSError as error:
        yield Finding(FIX, "disk-refuses", "", facts | {"why": error})
        return
    slow = took > _SLOW_SYNC_MS
    yield Finding(
        CONSIDER if slow else FINE, "sync-slow" if slow else "sync", "", facts
    )
    if _kind_of(folder) == "tmpfs":
        yield Finding(CONSIDER, "tmpfs", "", facts)


def _sync_ms(folder: Path) -> float:
    """The usual time that a small write needs to be on the disk."""
    times = []
    sync = getattr(os, "fdatasync", os.fsync)
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        for _ in range(7):
            file.write(bytes(512))
            began = time.perf_counter()
            sync(file.fileno())
            times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def _kind_of(folder: Path) -> str:
    """The file system that a folder is on; "" if the OS does not tell."""
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    best, kind = "", ""
    for mount in mounts:
        point, system = mount.split()[1:3]
        if folder.is_relative_to(point) and len(point) >= len(best):
            best, kind = point, system
    return kind


def _files() -> Iterator[Finding]:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    good = soft >= _FILES_MIN or soft == resource.RLIM_INFINITY
    facts = {"limit": soft, "least": _FILES_MIN}
    yield Finding(
        FINE if good else CONSIDER, "files" if good else "few-files", "", facts
    )


def _leftovers() -> Iterator[Finding]:
    """What labs left behind, or others have here: counted by lab and kind."""
    counted = Counter(
        (whose(thing), thing.kind, thing.lab)
        for thing in find().things
        if thing.lab and not of_home(thing)
    )
    for (owner, kind, lab), count in sorted(counted.items()):
        facts = {"n": count, "kind": Phrase(f"kind.{kind}"), "lab": lab}
        key = "left-over" if owner == LEFT_OVER else "elsewhere"
        yield Finding(CONSIDER if owner == LEFT_OVER else FINE, key, "", facts)

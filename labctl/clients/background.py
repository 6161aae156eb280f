"""Clients that outlive their command: each has a file, and ends when it is removed.

labs/NAME/clients/ID.json names the helper's pid and what it does.  Whoever removes
the file ends the helper, which looks for it several times a second; `down` does.
"""

import contextlib
import json
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_GONE_S = 3.0
_POLL_S = 0.05


class Helper(NamedTuple):
    """One client that works for the lab."""

    path: Path
    pid: int
    what: str  # load | async
    detail: str
    sent: bool = False  # async: its request is on the socket


@contextlib.contextmanager
def registered(folder: Path, what: str, detail: str) -> Iterator[Path]:
    """Keep our file while we work; end when somebody removes it."""
    place = folder / "clients"
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{what}-{secrets.token_hex(3)}.json"
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({"pid": os.getpid(), "what": what, "detail": detail}))
    fresh.replace(path)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def mark_sent(path: Path) -> None:
    """Record that the request is on the socket."""
    with contextlib.suppress(OSError, ValueError):
        said = json.loads(path.read_text())
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps({**said, "sent": True}))
        fresh.replace(path)


def running(folder: Path) -> list[Helper]:
    """Return the helpers that are alive; a dead one's file is removed."""
    found = []
    for path in sorted((folder / "clients").glob("*.json")):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            said = json.loads(path.read_text())
            helper = Helper(path, int(said["pid"]), said["what"], said["detail"])
            if _alive(helper.pid):
                found.append(helper._replace(sent=bool(said.get("sent"))))
            else:
                path.unlink(missing_ok=True)
    return found


def end_all(folder: Path) -> None:
    """Tell every helper to end, and wait until they have."""
    helpers = running(folder)
    for helper in helpers:
        helper.path.unlink(missing_ok=True)
    end = time.monotonic() + _GONE_S
    while any(_alive(h.pid) for h in helpers) and time.monotonic() < end:
        time.sleep(_POLL_S)


def _alive(pid: int) -> bool:
    if pid == os.getpid():
        return True
    with contextlib.suppress(OSError, IndexError):
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state != "Z"
    if Path("/proc/self").exists():
        return False
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True

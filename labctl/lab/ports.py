"""Whether a port is free, and if not, who holds it."""

import contextlib
import re
import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"
_LISTEN = "0A"  # the state column of /proc/net/tcp


def taken(port: int) -> bool:
    """Return whether a server could not listen on this port of the loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen(1)
        except OSError:
            return True
    return False


def holder(port: int) -> str:
    """Return `pid 812 (java)` for who listens there; "" if the OS does not tell."""
    inodes = _listening_inodes(port)
    if not inodes:
        return ""
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            for descriptor in (process / "fd").iterdir():
                link = re.fullmatch(r"socket:\[(\d+)\]", str(descriptor.readlink()))
                if link and link[1] in inodes:
                    name = (process / "comm").read_text().strip()
                    return f"pid {process.name} ({name})"
    return ""


def _listening_inodes(port: int) -> set[str]:
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                columns = line.split()
                local, state, inode = columns[1], columns[3], columns[9]
                if state == _LISTEN and int(local.rsplit(":", 1)[1], 16) == port:
                    inodes.add(inode)
    return inodes

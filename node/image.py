"""What runs first in a container: `python -m node.image [health]`.

The official `zookeeper` image is configured by `ZOO_*` variables, and class
material is full of them.  This turns them into a zoo.cfg and a myid, unless a
zoo.cfg is mounted, and then becomes the node.  Two things differ on purpose: an
ensemble needs an explicit `ZOO_MY_ID` (three servers that all believe to be 1
never meet), and there is a health check.
"""

import os
import re
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

EXIT_CONFIG = 2  # as ZooKeeper: invalid invocation or configuration
CLIENT_PORT = 2181

# variable, its default, the key it sets; None: no line unless the variable is set
_SETTINGS: tuple[tuple[str, str | None, str], ...] = (
    ("ZOO_DATA_DIR", "/data", "dataDir"),
    ("ZOO_DATA_LOG_DIR", "/datalog", "dataLogDir"),
    ("ZOO_TICK_TIME", "2000", "tickTime"),
    ("ZOO_INIT_LIMIT", "5", "initLimit"),
    ("ZOO_SYNC_LIMIT", "2", "syncLimit"),
    ("ZOO_MAX_CLIENT_CNXNS", "60", "maxClientCnxns"),
    ("ZOO_STANDALONE_ENABLED", "true", "standaloneEnabled"),
    ("ZOO_ADMINSERVER_ENABLED", "true", "admin.enableServer"),
    ("ZOO_AUTOPURGE_PURGEINTERVAL", "0", "autopurge.purgeInterval"),
    ("ZOO_AUTOPURGE_SNAPRETAINCOUNT", "3", "autopurge.snapRetainCount"),
    ("ZOO_4LW_COMMANDS_WHITELIST", None, "4lw.commands.whitelist"),
)


class ImageError(Exception):
    """Variables that a person must repair; the text is one clear line."""


def main() -> None:
    """Write what is missing and become the node, or answer the health check."""
    config = Path(os.environ.get("ZOO_CONF_DIR", "/conf")) / "zoo.cfg"
    if sys.argv[1:] == ["health"]:
        sys.exit(0 if healthy(config) else 1)
    try:
        prepare(config, os.environ)
    except (ImageError, OSError) as error:
        sys.stderr.write(f"quorumlab: {error}\n")
        sys.exit(EXIT_CONFIG)
    node = [sys.executable, "-m", "node", str(config)]
    os.execv(sys.executable, node)  # noqa: S606 (our own interpreter)


def prepare(config: Path, environment: Mapping[str, str]) -> None:
    """Write zoo.cfg and myid where they are missing; what is there stays."""
    if not config.exists():
        config.write_text(zoo_cfg(environment))
    if "ZOO_MY_ID" in environment:
        my_id = Path(environment.get("ZOO_DATA_DIR", "/data")) / "myid"
        if not my_id.exists():
            my_id.write_text(environment["ZOO_MY_ID"].strip() + "\n")


def zoo_cfg(environment: Mapping[str, str]) -> str:
    """Return the zoo.cfg that the variables describe, as the official image would."""
    lines = []
    for variable, default, key in _SETTINGS:
        value = environment.get(variable, default)
        if value is not None:
            lines.append(f"{key}={value}")
    lines += environment.get("ZOO_CFG_EXTRA", "").split()
    servers = environment.get("ZOO_SERVERS", "").split()
    if len(servers) > 1 and not environment.get("ZOO_MY_ID", "").strip():
        raise ImageError("ZOO_SERVERS names an ensemble: set ZOO_MY_ID to this id")
    for server in servers:
        if not re.match(r"server\.\d+=", server):
            raise ImageError(f"ZOO_SERVERS: {server!r} is no server.N=host:port:port")
    named = any(";" in server for server in servers)
    if not named and not any(line.startswith("clientPort=") for line in lines):
        lines.append(f"clientPort={CLIENT_PORT}")
    return "\n".join([*lines, *servers]) + "\n"


def healthy(config: Path) -> bool:
    """Return whether the node answers `ruok`, even if only to say that it may not."""
    try:
        with socket.create_connection(("127.0.0.1", _client_port(config)), 2) as link:
            link.sendall(b"ruok")
            return link.recv(64).startswith((b"imok", b"ruok is not executed"))
    except OSError:
        return False


def _client_port(config: Path) -> int:
    text = config.read_text()
    found = re.search(r"^clientPort\s*=\s*(\d+)", text, re.MULTILINE)
    if found is None:
        found = re.search(r"^server\.\d+=.*;(?:.*:)?(\d+)\s*$", text, re.MULTILINE)
    return int(found[1]) if found else CLIENT_PORT


if __name__ == "__main__":
    main()

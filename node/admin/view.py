"""Looking inside a node: one set of facts for four-letter words and AdminServer.

Nothing here changes the node, which in production is `node.shell.server.Node`.
"""

import getpass
import os
import platform
import socket
import tempfile
from pathlib import Path
from typing import Any, Protocol

from node import VERSION
from node.broadcast.leader import Leader
from node.clients.service import Service
from node.clients.session import SessionTracker
from node.config import Config
from node.peer import Peer
from node.storage.disk import Disk
from node.wire.notification import PeerState

NOT_SERVING = "This ZooKeeper instance is not currently serving requests"
MODES = {
    PeerState.LEADING: "leader",
    PeerState.FOLLOWING: "follower",
    PeerState.OBSERVING: "observer",
}
TRACE_MASK = 306  # ZooTrace's default; `stmk` sets it, and nothing here reads it
NO_JVM = "<NA>"


class Boot(Protocol):
    """Which run of which node of which lab this is."""

    lab: str
    boot: str
    seq: int  # of the last event


class Node(Protocol):
    """A node, as its view sees it."""

    config: Config
    pid: int
    started_ms: int

    @property
    def events(self) -> Boot:
        """The event stream, which knows lab and boot."""

    @property
    def service(self) -> Service:
        """The clients' side of the server."""

    @property
    def peer(self) -> Peer:
        """The ensemble's side of the server."""

    @property
    def in_step_mode(self) -> bool:
        """Whether a lab delivers messages one by one."""

    @property
    def tracker(self) -> SessionTracker:
        """What a leader watches over sessions with."""

    @property
    def disks(self) -> tuple[Disk, Disk]:
        """The folders of the snapshots and of the log."""

    def now_ms(self) -> int:
        """Return a clock that only rises."""

    def wall_ms(self) -> int:
        """Return milliseconds since 1970."""


class View:
    """What one node shows of itself."""

    def __init__(self, node: Node) -> None:
        """Look at `node`; ask it again each time."""
        self.node = node
        self.trace_mask = TRACE_MASK

    # --- facts ------------------------------------------------------------------

    @property
    def mode(self) -> str:
        """Return leader, follower, observer or standalone."""
        if not self.node.config.servers:
            return "standalone"
        return MODES.get(self.node.peer.state, "looking")

    def version(self) -> str:
        """Return what clients read as the server's version: ZooKeeper's first."""
        return f"3.8.0-quorumlab-{VERSION}, built on source"

    def monitor(self) -> dict[str, Any]:
        """Return the metrics, as `mntr` and /commands/monitor list them."""
        node, service = self.node, self.node.service
        tree, latency = service.tree, service.latency
        metrics = {
            "version": self.version(),
            "server_state": self.mode,
            "peer_state": self._peer_state(),
            "avg_latency": round(latency.average_ms(), 4),
            "max_latency": latency.max_ms,
            "min_latency": latency.min_ms,
            "packets_received": service.recved,
            "packets_sent": service.sent,
            "num_alive_connections": len(service.connections),
            "outstanding_requests": service.outstanding,
            "znode_count": len(tree.nodes),
            "watch_count": service.watches.count(),
            "ephemerals_count": sum(map(len, tree.ephemerals.values())),
            "approximate_data_size": tree.data_bytes(),
            "global_sessions": len(tree.sessions),
            "local_sessions": 0,
            "uptime": node.now_ms() - node.started_ms,
            "quorum_size": len(node.config.voters),
        }
        if isinstance(node.peer.role, Leader):
            agreement = node.peer.role.agreement
            metrics["learners"] = len(node.peer.role.learners)
            metrics["synced_followers"] = len(agreement.followers)
            metrics["synced_observers"] = len(agreement.observers)
            metrics["pending_syncs"] = len(agreement.pending_syncs)
        return metrics

    def identity(self) -> dict[str, Any]:
        """Return who this is and how it stands: what labctl asks for."""
        node = self.node
        peer = node.peer
        vote = peer.election.vote
        return {
            "lab": node.events.lab,
            "node": node.config.my_id,
            "boot": node.events.boot,
            "seq": node.events.seq,
            "pid": node.pid,
            "state": peer.state.name,
            "phase": peer.phase,
            "leader": peer.leader,
            "epoch": peer.history.current_epoch,
            "accepted_epoch": peer.history.accepted_epoch,
            "logged_zxid": peer.history.last_zxid,
            "processed_zxid": node.service.tree.processed_zxid,
            "serving": node.service.serving,
            "stepping": node.in_step_mode,
            "vote": {
                "leader": vote.leader,
                "zxid": vote.zxid,
                "peer_epoch": vote.peer_epoch,
                "round": peer.election.round,
            },
            "sessions": len(node.service.tree.sessions),
            "connections": len(node.service.connections),
            "client_port": node.config.client_port,
        }

    def _peer_state(self) -> str:
        peer = self.node.peer
        if peer.role is None:
            return "looking - election"
        return f"{peer.state.name.lower()} - {peer.phase}"

    def disk_bytes(self) -> tuple[int, int]:
        """Return the sizes of the data folder and of the log's folder."""
        sizes = [sum(map(disk.size, disk.names())) for disk in self.node.disks]
        return sizes[0], sizes[1]

    def session_ends(self) -> dict[int, list[int]] | None:
        """Return when sessions end, in ms since 1970, and which; None: ask the leader.

        A server that follows hears only that a session has ended.
        """
        node = self.node
        if node.config.servers and not isinstance(node.peer.role, Leader):
            return None
        ahead_ms = node.wall_ms() - node.now_ms()
        return {
            ends_ms + ahead_ms: sessions
            for ends_ms, sessions in node.tracker.ends().items()
        }

    def environment(self) -> dict[str, object]:
        """Return what `envi` shows; what only a Java machine has is "<NA>"."""
        return {
            "zookeeper.version": self.version(),
            "host.name": socket.gethostname(),
            "java.version": NO_JVM,
            "java.vendor": NO_JVM,
            "java.home": NO_JVM,
            "java.class.path": NO_JVM,
            "java.library.path": NO_JVM,
            "java.io.tmpdir": tempfile.gettempdir(),
            "java.compiler": NO_JVM,
            "os.name": platform.system(),
            "os.arch": platform.machine(),
            "os.version": platform.release(),
            "user.name": _user(),
            "user.home": str(Path("~").expanduser()),
            "user.dir": str(Path.cwd()),
            "os.memory.free": _megabytes("SC_AVPHYS_PAGES"),
            "os.memory.max": _megabytes("SC_PHYS_PAGES"),
            "os.memory.total": _megabytes("SC_PHYS_PAGES"),
        }


def _user() -> str:
    """Return the name of who runs this; a container's user may have none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _megabytes(pages: str) -> str:
    """Return the machine's memory; not every system counts it in pages."""
    if pages not in os.sysconf_names:
        return NO_JVM
    return f"{os.sysconf(pages) * os.sysconf('SC_PAGE_SIZE') >> 20}MB"

"""Looking inside a node: one set of facts for four-letter words and AdminServer.

Nothing here changes the node, which in production is `node.shell.server.Node`.
"""

from collections.abc import Callable
from typing import Any, Protocol

from node import VERSION
from node.admin import holdings
from node.broadcast.leader import Leader
from node.clients.connection import Connection
from node.clients.service import Service
from node.config import Config
from node.peer import Peer
from node.wire.notification import PeerState
from node.zxid import counter_of, epoch_of, show

NOT_SERVING = "This ZooKeeper instance is not currently serving requests"
MODES = {
    PeerState.LEADING: "leader",
    PeerState.FOLLOWING: "follower",
    PeerState.OBSERVING: "observer",
}
_ID_MASK = 0xFFFFFFFFFFFFFFFF


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

    def now_ms(self) -> int:
        """Return a clock that only rises."""


class View:
    """What one node shows of itself."""

    def __init__(self, node: Node) -> None:
        """Look at `node`; ask it again each time."""
        self.node = node
        extra = node.config.extra
        words = extra.get("4lw.commands.whitelist", "srvr")
        self.allowed = {word.strip() for word in words.split(",")}
        self.words: dict[str, Callable[[], str]] = {
            "ruok": lambda: "imok",
            "srvr": self._srvr,
            "stat": self._stat,
            "mntr": self._mntr,
            "conf": self._conf,
            "cons": self._cons,
            "isro": lambda: "rw",
        }
        self.always = {"ruok"}  # answered while LOOKING, too

    def four_letter(self, word: str) -> bytes:
        """Return the answer to a four-letter word, as ZooKeeper would."""
        if not self.allowed & {"*", word} or word not in self.words:
            return (
                f"{word} is not executed because it is not in the whitelist.\n".encode()
            )
        if not self.node.service.serving and word not in self.always:
            return b"null" if word == "isro" else f"{NOT_SERVING}\n".encode()
        return self.words[word]().encode()

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

    # --- four-letter words --------------------------------------------------------

    def _srvr(self) -> str:
        return self._server_lines([])

    def _stat(self) -> str:
        clients = [f" {_brief(conn)}" for conn in self.node.service.connections]
        return self._server_lines(["Clients:", *clients, ""]) + "\n"

    def _server_lines(self, clients: list[str]) -> str:
        service = self.node.service
        latency = service.latency
        average = f"{latency.average_ms():.4f}".rstrip("0")
        average += "0" if average.endswith(".") else ""
        lines = [
            f"Zookeeper version: {self.version()}",
            *clients,
            f"Latency min/avg/max: {latency.min_ms}/{average}/{latency.max_ms}",
            f"Received: {service.recved}",
            f"Sent: {service.sent}",
            f"Connections: {len(service.connections)}",
            f"Outstanding: {service.outstanding}",
            f"Zxid: {show(service.tree.processed_zxid)}",
            f"Mode: {self.mode}",
            f"Node count: {len(service.tree.nodes)}",
        ]
        if self.mode == "leader":
            lines.append("Proposal sizes last/min/max: -1/-1/-1")
        return "\n".join(lines) + "\n"

    def _mntr(self) -> str:
        return "".join(f"zk_{key}\t{value}\n" for key, value in self.monitor().items())

    def _conf(self) -> str:
        config = self.node.config
        pairs = {
            "clientPort": config.client_port,
            "secureClientPort": -1,
            "dataDir": f"{config.data_dir}/version-2",
            "dataLogDir": f"{config.data_log_dir}/version-2",
            "tickTime": config.tick_ms,
            "maxClientCnxns": config.max_client_cnxns,
            "minSessionTimeout": config.min_session_ms,
            "maxSessionTimeout": config.max_session_ms,
            "clientPortListenBacklog": -1,
            "serverId": config.my_id,
        }
        text = "".join(f"{key}={value}\n" for key, value in pairs.items())
        mine = config.servers.get(config.my_id)
        if mine is None:
            return text
        pairs = {
            "initLimit": config.init_limit,
            "syncLimit": config.sync_limit,
            "electionAlg": 3,
            "electionPort": mine.election_port,
            "quorumPort": mine.quorum_port,
            "peerType": 1 if config.role == "observer" else 0,
        }
        text += "".join(f"{key}={value}\n" for key, value in pairs.items())
        return f"{text}membership: \n{config.membership()}"

    def _cons(self) -> str:
        now_ms = self.node.now_ms()
        lines = [
            f" {_brief(conn)[:-1]},{_details(conn, now_ms)})"
            for conn in self.node.service.connections
        ]
        return "".join(f"{line}\n" for line in lines) + "\n"

    # --- AdminServer ----------------------------------------------------------------

    def commands(self) -> dict[str, Callable[[], dict[str, Any]]]:
        """Return the AdminServer's commands by every name they answer to."""
        service = self.node.service
        found: dict[str, Callable[[], dict[str, Any]]] = {}
        for names, command in (
            ("configuration conf config", self._configuration),
            ("connections cons", self._connections),
            ("is_read_only isro", lambda: {"read_only": False}),
            ("leader lead", self._leader),
            ("monitor mntr", self.monitor),
            ("quorumlab", self.identity),
            ("ruok", dict),
            ("server_stats srvr", self._server_stats),
            ("stats stat", self._stats),
            ("voting_view", self._voting_view),
            ("watch_summary wchs", lambda: holdings.watch_summary(service)),
            ("watches wchc", lambda: holdings.watches(service)),
            (
                "watches_by_path wchp",
                lambda: holdings.watches_by_path(service),
            ),
            ("dump", lambda: holdings.sessions(service)),
            ("zabstate", self._zab_state),
        ):
            found.update(dict.fromkeys(names.split(), command))
        return found

    def refusal(self, command: str) -> str | None:
        """Return why a command cannot be answered just now; None if it can."""
        if self.node.service.serving or command in _ANSWERED_WHILE_LOOKING:
            return None
        if command in ("leader", "lead"):
            return "server is not initialized"
        return NOT_SERVING

    def _configuration(self) -> dict[str, Any]:
        config = self.node.config
        return {
            "client_port": config.client_port,
            "data_dir": f"{config.data_dir}/version-2",
            "data_log_dir": f"{config.data_log_dir}/version-2",
            "tick_time": config.tick_ms,
            "max_client_cnxns": config.max_client_cnxns,
            "min_session_timeout": config.min_session_ms,
            "max_session_timeout": config.max_session_ms,
            "server_id": config.my_id,
            "client_port_listen_backlog": -1,
        }

    def _connections(self) -> dict[str, Any]:
        connections = [
            {
                "remote_socket_address": conn.address,
                "outstanding_requests": len(conn.pending),
                "packets_received": conn.recved,
                "packets_sent": conn.sent,
                "session_id": conn.session,
                "last_operation": conn.last_op_name(),
                "session_timeout": conn.timeout_ms,
                "last_zxid": conn.last_zxid,
                "max_latency": conn.latency.max_ms,
            }
            for conn in self.node.service.connections
        ]
        return {"connections": connections, "secure_connections": []}

    def _leader(self) -> dict[str, Any]:
        node = self.node
        leader = node.peer.leader
        server = None if leader is None else node.config.servers.get(leader)
        return {
            "is_leader": leader == node.config.my_id,
            "leader_id": leader,
            "leader_ip": server.host if server else "",
        }

    def _server_stats(self) -> dict[str, Any]:
        service = self.node.service
        return {
            "version": self.version(),
            "read_only": False,
            "server_stats": {
                "packets_sent": service.sent,
                "packets_received": service.recved,
                "max_latency": service.latency.max_ms,
                "min_latency": service.latency.min_ms,
                "avg_latency": service.latency.average_ms(),
                "server_state": self.mode,
                "outstanding_requests": service.outstanding,
                "num_alive_client_connections": len(service.connections),
                "last_processed_zxid": service.tree.processed_zxid,
                "uptime": self.node.now_ms() - self.node.started_ms,
            },
            "node_count": len(service.tree.nodes),
        }

    def _stats(self) -> dict[str, Any]:
        return {**self._server_stats(), **self._connections()}

    def _voting_view(self) -> dict[str, Any]:
        servers = self.node.config.servers
        return {
            "current_config": {
                str(sid): {
                    "server_addresses": [f"{s.host}:{s.quorum_port}"],
                    "election_addresses": [f"{s.host}:{s.election_port}"],
                    "client_address": f"{s.client_host or '0.0.0.0'}:{s.client_port}",
                    "learner_type": s.role.upper(),
                }
                for sid, s in servers.items()
                if sid in self.node.config.voters
            }
        }

    def _zab_state(self) -> dict[str, Any]:
        node = self.node
        last = node.service.tree.processed_zxid
        return {
            "myid": node.config.my_id,
            "is_leader": node.peer.leader == node.config.my_id,
            "voting": node.config.my_id in node.config.voters,
            "last_zxid": show(last),
            "zab_epoch": epoch_of(last),
            "zab_counter": counter_of(last),
            "zabstate": node.peer.phase,
        }


_ANSWERED_WHILE_LOOKING = (
    "configuration",
    "conf",
    "config",
    "quorumlab",
    "ruok",
    "voting_view",
    "zabstate",
)


def _brief(conn: Connection) -> str:
    counts = f"queued={len(conn.pending)},recved={conn.recved},sent={conn.sent}"
    return f"/{conn.address}[{1 if conn.session else 0}]({counts})"


def _details(conn: Connection, now_ms: int) -> str:
    latency = conn.latency
    return (
        f"sid=0x{conn.session & _ID_MASK:x},lop={conn.last_op_name()},"
        f"est={now_ms - conn.established_ms},to={conn.timeout_ms},"
        f"lcxid=0x{conn.last_cxid & 0xFFFFFFFF:x},"
        f"lzxid=0x{conn.last_zxid & _ID_MASK:x},lresp={conn.last_response_ms},"
        f"llat={latency.last_ms},minlat={latency.min_ms},"
        f"avglat={latency.average_ms():.0f},maxlat={latency.max_ms}"
    )

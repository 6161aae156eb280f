"""The four-letter words: a question of four bytes, and its answer as text.

After ZooKeeper's FourLetterCommands; the texts were compared with 3.8.0's.
"""

import time
from collections.abc import Callable

from node.admin import holdings
from node.admin.connections import brief, full
from node.admin.view import NOT_SERVING, View
from node.zxid import show

# Answered by who serves nobody, too.
ALWAYS = frozenset(("envi", "gtmk", "ruok", "stmk"))


class FourLetterWords:
    """Answers those words that `4lw.commands.whitelist` allows."""

    def __init__(self, view: View) -> None:
        """Read the whitelist; ask `view` for the facts, each time anew."""
        self.view = view
        allowed = view.node.config.extra.get("4lw.commands.whitelist", "srvr")
        self.allowed = {word.strip() for word in allowed.split(",")}
        self._answers: dict[str, Callable[[], str]] = {
            "conf": self._conf,
            "cons": self._cons,
            "crst": self._crst,
            "dirs": self._dirs,
            "dump": self._dump,
            "envi": self._envi,
            "gtmk": lambda: str(view.trace_mask),
            "hash": str,
            "isro": lambda: "rw",
            "mntr": self._mntr,
            "ruok": lambda: "imok",
            "srst": self._srst,
            "srvr": self._srvr,
            "stat": self._stat,
            "stmk": lambda: str(view.trace_mask),
            "wchc": self._wchc,
            "wchp": self._wchp,
            "wchs": self._wchs,
        }

    def answer(self, word: str, argument: int | None = None) -> bytes:
        """Return the answer as ZooKeeper would give it; `stmk` has an argument."""
        if not self.allowed & {"*", word}:
            return (
                f"{word} is not executed because it is not in the whitelist.\n".encode()
            )
        if not self.view.node.service.serving and word not in ALWAYS:
            no_line_end = {"isro": b"null", "hash": NOT_SERVING.encode()}
            return no_line_end.get(word, f"{NOT_SERVING}\n".encode())
        if word == "stmk" and argument is not None:
            self.view.trace_mask = argument
        return self._answers[word]().encode()

    # --- how the server is --------------------------------------------------------

    def _srvr(self) -> str:
        return self._server_lines([])

    def _stat(self) -> str:
        clients = [f" {brief(conn)}" for conn in self.view.node.service.connections]
        return self._server_lines(["Clients:", *clients, ""])

    def _server_lines(self, clients: list[str]) -> str:
        view, service = self.view, self.view.node.service
        latency = service.latency
        average = f"{latency.average_ms():.4f}".rstrip("0")
        average += "0" if average.endswith(".") else ""
        lines = [
            f"Zookeeper version: {view.version()}",
            *clients,
            f"Latency min/avg/max: {latency.min_ms}/{average}/{latency.max_ms}",
            f"Received: {service.recved}",
            f"Sent: {service.sent}",
            f"Connections: {len(service.connections)}",
            f"Outstanding: {service.outstanding}",
            f"Zxid: {show(service.tree.processed_zxid)}",
            f"Mode: {view.mode}",
            f"Node count: {len(service.tree.nodes)}",
        ]
        if view.mode == "leader":
            lines.append("Proposal sizes last/min/max: -1/-1/-1")
        return "\n".join(lines) + "\n"

    def _mntr(self) -> str:
        monitor = self.view.monitor()
        return "".join(f"zk_{key}\t{value}\n" for key, value in monitor.items())

    def _srst(self) -> str:
        self.view.node.service.reset_counters()
        return "Server stats reset.\n"

    def _envi(self) -> str:
        return f"Environment:\n{_lines(self.view.environment())}"

    # --- how it is set up -----------------------------------------------------------

    def _conf(self) -> str:
        view, config = self.view, self.view.node.config
        data_bytes, log_bytes = view.disk_bytes()
        text = _lines(
            {
                "clientPort": config.client_port,
                "secureClientPort": config.number("secureClientPort", -1),
                "dataDir": f"{config.data_dir}/version-2",
                "dataDirSize": data_bytes,
                "dataLogDir": f"{config.data_log_dir}/version-2",
                "dataLogSize": log_bytes,
                "tickTime": config.tick_ms,
                "maxClientCnxns": config.max_client_cnxns,
                "minSessionTimeout": config.min_session_ms,
                "maxSessionTimeout": config.max_session_ms,
                "clientPortListenBacklog": -1,
                "serverId": config.my_id,
            }
        )
        mine = config.servers.get(config.my_id)
        if mine is None:
            return text
        text += _lines(
            {
                "initLimit": config.init_limit,
                "syncLimit": config.sync_limit,
                "electionAlg": 3,
                "electionPort": mine.election_port,
                "quorumPort": mine.quorum_port,
                "peerType": 1 if config.role == "observer" else 0,
            }
        )
        return f"{text}membership: \n{config.membership()}"

    def _dirs(self) -> str:
        data_bytes, log_bytes = self.view.disk_bytes()
        return f"datadir_size: {data_bytes}\nlogdir_size: {log_bytes}\n"

    # --- who is connected -----------------------------------------------------------

    def _cons(self) -> str:
        node = self.view.node
        now_ms, wall_ms = node.now_ms(), node.wall_ms()
        lines = [f" {full(c, now_ms, wall_ms)}\n" for c in node.service.connections]
        return "".join(lines) + "\n"

    def _crst(self) -> str:
        for conn in self.view.node.service.connections:
            conn.reset_counters()
        return "Connection stats reset.\n"

    def _dump(self) -> str:
        """Sessions, who owns which ephemerals, and the connections.

        ZooKeeper lists connections by when they would be closed for their silence.
        This server closes a connection when its session ends, and not before.
        """
        service = self.view.node.service
        owned = _named(holdings.ephemerals(service))
        connections = [
            f"\tip: /{conn.address} sessionId: {holdings.session_name(conn.session)}\n"
            for conn in service.connections
        ]
        return (
            f"SessionTracker dump:\n{self._session_sets()}"
            f"ephemeral nodes dump:\nSessions with Ephemerals ({len(owned)}):\n"
            f"{_indented(owned, colon=':', end='')}"
            f"Connections dump:\nConnections Sets (0)/({len(connections)}):\n"
            f"{''.join(connections)}"
        )

    def _session_sets(self) -> str:
        """Who watches over sessions knows when each ends, the others its time-out."""
        service = self.view.node.service
        ends = self.view.session_ends()
        if ends is None:
            lines = [
                f"{holdings.session_name(session)}\t{timeout_ms}ms\n"
                for session, timeout_ms in holdings.timeouts(service).items()
            ]
            return f"Global Sessions({len(lines)}):\n{''.join(lines)}"
        text = f"Session Sets ({len(ends)})/({sum(map(len, ends.values()))}):\n"
        for wall_ms, sessions in ends.items():
            date = time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(wall_ms / 1e3))
            text += f"{len(sessions)} expire at {date}:\n"
            text += "".join(f"\t{holdings.session_name(s)}\n" for s in sessions)
        return text

    def _wchc(self) -> str:
        return _indented(_named(holdings.paths_by_session(self.view.node.service)))

    def _wchp(self) -> str:
        watched = holdings.sessions_by_path(self.view.node.service)
        names = {p: [*map(holdings.session_name, w)] for p, w in watched.items()}
        return _indented(names)

    def _wchs(self) -> str:
        summary = holdings.watch_summary(self.view.node.service)
        return (
            f"{summary['num_connections']} connections watching "
            f"{summary['num_paths']} paths\n"
            f"Total watches:{summary['num_total_watches']}\n"
        )


def _named(table: dict[int, list[str]]) -> dict[str, list[str]]:
    return {holdings.session_name(session): paths for session, paths in table.items()}


def _lines(pairs: dict[str, object]) -> str:
    return "".join(f"{key}={value}\n" for key, value in pairs.items())


def _indented(table: dict[str, list[str]], *, colon: str = "", end: str = "\n") -> str:
    """Return each key on a line, and what belongs to it indented below."""
    text = ""
    for key, values in table.items():
        text += f"{key}{colon}\n" + "".join(f"\t{value}\n" for value in values)
    return text + end

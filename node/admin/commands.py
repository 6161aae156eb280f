"""The AdminServer's commands: a name and a query, answered by a table of facts.

Names, fields and their types are ZooKeeper's (class Commands of 3.8.0); what `dump`
and `quorumlab` say beyond that is ours.  Nothing here knows HTTP.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from node.admin import holdings
from node.admin.connections import described, described_briefly
from node.admin.view import NOT_SERVING, View
from node.broadcast.leader import Leader
from node.clients.connection import Connection
from node.storage.snapshot import snapshot_names, zxid_in
from node.zxid import counter_of, epoch_of, show

Document = dict[str, Any]
Query = Mapping[str, str]
NOT_INITIALIZED = "server is not initialized"

_ANSWERED_WHILE_LOOKING = frozenset(
    "configuration conf config environment env envi get_trace_mask gtmk "
    "initial_configuration icfg last_snapshot lsnp quorumlab ruok "
    "set_trace_mask stmk system_properties sysp voting_view zabstate".split()
)


class Refused(Exception):
    """A command that cannot be carried out; the text is what `error` says."""


class Commands:
    """What can be asked, by every name that it answers to."""

    def __init__(self, view: View) -> None:
        """Ask `view` for the facts, each time anew."""
        self.view = view
        self.by_name: dict[str, Callable[[Query], Document]] = {}
        self._first_names: list[str] = []
        for names, command in (
            ("configuration conf config", self._configuration),
            ("connection_stat_reset crst", self._connection_stat_reset),
            ("connections cons", self._connections),
            ("dirs", self._dirs),
            ("dump", self._dump),
            ("environment env envi", lambda _: view.environment()),
            ("get_trace_mask gtmk", lambda _: {"tracemask": view.trace_mask}),
            ("hash", lambda _: {"digests": []}),
            ("initial_configuration icfg", self._initial_configuration),
            ("is_read_only isro", lambda _: {"read_only": False}),
            ("last_snapshot lsnp", self._last_snapshot),
            ("leader lead", self._leader),
            ("monitor mntr", lambda _: view.monitor()),
            ("observer_connection_stat_reset orst", lambda _: {}),
            ("observers obsr", self._observers),
            ("quorumlab", lambda _: view.identity()),
            ("ruok", lambda _: {}),
            ("server_stats srvr", self._server_stats),
            ("set_trace_mask stmk", self._set_trace_mask),
            ("stat_reset srst", self._stat_reset),
            ("stats stat", self._stats),
            ("system_properties sysp", self._system_properties),
            ("voting_view", self._voting_view),
            ("watch_summary wchs", self._watch_summary),
            ("watches wchc", self._watches),
            ("watches_by_path wchp", self._watches_by_path),
            ("zabstate", self._zab_state),
        ):
            self._first_names.append(names.split()[0])
            self.by_name.update(dict.fromkeys(names.split(), command))

    def names(self) -> list[str]:
        """Return the first name of each, in alphabetical order."""
        return sorted(self._first_names)

    def run(self, name: str, query: Query) -> Document:
        """Return the answer: its fields, then `command` and `error`."""
        try:
            if name not in self.by_name:
                raise Refused(f"Unknown command: {name}")
            if not self.view.node.service.serving:
                if name in ("leader", "lead"):
                    raise Refused(NOT_INITIALIZED)
                if name not in _ANSWERED_WHILE_LOOKING:
                    raise Refused(NOT_SERVING)
            document, error = self.by_name[name](query), None
        except Refused as refused:
            document, error = {}, str(refused)
        return document | {"command": name, "error": error}

    # --- how it is set up -----------------------------------------------------------

    def _configuration(self, _: Query) -> Document:
        config = self.view.node.config
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

    def _initial_configuration(self, _: Query) -> Document:
        """Return zoo.cfg; as in ZooKeeper, a member of an ensemble tells nothing."""
        config = self.view.node.config
        return {"initial_configuration": None if config.servers else config.text}

    def _system_properties(self, _: Query) -> Document:
        """Return the keys of zoo.cfg that Java would have as system properties."""
        extra = self.view.node.config.extra
        return {f"zookeeper.{key}": value for key, value in sorted(extra.items())}

    def _voting_view(self, _: Query) -> Document:
        config = self.view.node.config
        return {
            "current_config": {
                str(sid): {
                    "server_addresses": [f"{s.host}:{s.quorum_port}"],
                    "election_addresses": [f"{s.host}:{s.election_port}"],
                    "client_address": f"{s.client_host or '0.0.0.0'}:{s.client_port}",
                    "learner_type": s.role.upper(),
                }
                for sid, s in config.servers.items()
                if sid in config.voters
            }
        }

    def _set_trace_mask(self, query: Query) -> Document:
        given = query.get("traceMask")
        wanted = "setTraceMask requires long traceMask argument"
        if given is None:
            raise Refused(wanted)
        try:
            self.view.trace_mask = int(given)
        except ValueError:
            raise Refused(f"{wanted}, got {given}") from None
        return {"tracemask": self.view.trace_mask}

    # --- how it is ------------------------------------------------------------------

    def _server_stats(self, _: Query) -> Document:
        view, service = self.view, self.view.node.service
        data_bytes, log_bytes = view.disk_bytes()
        # Sizes of answers and proposals are not kept: -1 is "none yet" in ZooKeeper.
        sizes = {f"{which}_buffer_size": -1 for which in ("last", "min", "max")}
        found: Document = {
            "version": view.version(),
            "read_only": False,
            "server_stats": {
                "packets_sent": service.sent,
                "packets_received": service.recved,
                "fsync_threshold_exceed_count": 0,
                "client_response_stats": sizes,
                "data_dir_size": data_bytes,
                "log_dir_size": log_bytes,
                "provider_null": False,
                "server_state": view.mode,
                "last_processed_zxid": service.tree.processed_zxid,
                "outstanding_requests": service.outstanding,
                "avg_latency": service.latency.average_ms(),
                "max_latency": service.latency.max_ms,
                "min_latency": service.latency.min_ms,
                "num_alive_client_connections": len(service.connections),
                "uptime": view.node.now_ms() - view.node.started_ms,
                "auth_failed_count": 0,
                "non_mtlsremote_conn_count": 0,
                "non_mtlslocal_conn_count": 0,
            },
            "client_response": sizes,
        }
        if view.mode == "leader":
            found["proposal_stats"] = sizes
        return found | {"node_count": len(service.tree.nodes)}

    def _stats(self, query: Query) -> Document:
        return self._server_stats(query) | self._by_tls(described_briefly)

    def _by_tls(self, shown: Callable[[Connection], Document]) -> Document:
        """Return the connections without TLS and those with it."""
        found: dict[bool, list[Document]] = {False: [], True: []}
        for conn in self.view.node.service.connections:
            found[conn.secure].append(shown(conn))
        return {"connections": found[False], "secure_connections": found[True]}

    def _stat_reset(self, _: Query) -> Document:
        self.view.node.service.reset_counters()
        return {}

    def _dirs(self, _: Query) -> Document:
        data_bytes, log_bytes = self.view.disk_bytes()
        return {"datadir_size": data_bytes, "logdir_size": log_bytes}

    def _last_snapshot(self, _: Query) -> Document:
        """Return the newest snapshot's zxid (hex) and when it was written (s)."""
        disk, _log = self.view.node.disks
        names = snapshot_names(disk.names())
        if not names:
            return {"zxid": "-1", "timestamp": 0}
        file = Path(self.view.node.config.data_dir, "version-2", names[0])
        zxid = zxid_in(names[0]) or 0
        return {"zxid": f"{zxid:x}", "timestamp": int(file.stat().st_mtime)}

    def _leader(self, _: Query) -> Document:
        node = self.view.node
        leader = node.peer.leader
        server = None if leader is None else node.config.servers.get(leader)
        if server is None:  # standalone
            raise Refused(NOT_INITIALIZED)
        return {
            "is_leader": leader == node.config.my_id,
            "leader_id": leader,
            "leader_ip": server.host,
        }

    def _zab_state(self, _: Query) -> Document:
        node = self.view.node
        mine = node.config.servers.get(node.config.my_id)
        if mine is None:
            return {"voting": False, "zabstate": ""}
        last = node.service.tree.processed_zxid
        return {
            "myid": node.config.my_id,
            "is_leader": node.peer.leader == node.config.my_id,
            "quorum_address": _addresses(mine.host, mine.quorum_port),
            "election_address": _addresses(mine.host, mine.election_port),
            "client_address": f"{node.config.client_host or '0.0.0.0'}:"
            f"{node.config.client_port}",
            "voting": node.config.my_id in node.config.voters,
            "last_zxid": show(last),
            "zab_epoch": epoch_of(last),
            "zab_counter": counter_of(last),
            "zabstate": node.peer.phase,
        }

    # --- who is connected -----------------------------------------------------------

    def _connections(self, _: Query) -> Document:
        node = self.view.node
        now_ms, wall_ms = node.now_ms(), node.wall_ms()
        return self._by_tls(lambda conn: described(conn, now_ms, wall_ms))

    def _connection_stat_reset(self, _: Query) -> Document:
        for conn in self.view.node.service.connections:
            conn.reset_counters()
        return {}

    def _observers(self, _: Query) -> Document:
        """Return the observers that a leader feeds."""
        role, config = self.view.node.peer.role, self.view.node.config
        if not isinstance(role, Leader):
            return {"synced_observers": 0, "observers": []}
        links = set(role.agreement.observers)
        found = [
            {
                "remote_socket_address": config.servers[learner.sid].host,
                "sid": learner.sid,
                "last_zxid": show(max(learner.acked, learner.synced_to, 0)),
            }
            for learner in role.learners.values()
            if learner.link in links and learner.sid in config.servers
        ]
        return {"synced_observers": len(links), "observers": found}

    def _dump(self, _: Query) -> Document:
        service = self.view.node.service
        ends = self.view.session_ends() or {}
        return {
            "expiry_time_to_session_ids": {
                str(ends_ms): sessions for ends_ms, sessions in ends.items()
            },
            "session_id_to_ephemeral_paths": _decimal(holdings.ephemerals(service)),
            "session_id_to_timeout_ms": _decimal(holdings.timeouts(service)),
        }

    def _watches(self, _: Query) -> Document:
        paths = holdings.paths_by_session(self.view.node.service)
        return {"session_id_to_watched_paths": _decimal(paths)}

    def _watches_by_path(self, _: Query) -> Document:
        sessions = holdings.sessions_by_path(self.view.node.service)
        return {"path_to_session_ids": sessions}

    def _watch_summary(self, _: Query) -> Document:
        return {**holdings.watch_summary(self.view.node.service)}


def _decimal(table: Mapping[int, Any]) -> Document:
    """Return a table by session, its id in decimal text, as ZooKeeper writes JSON."""
    return {str(session): value for session, value in table.items()}


def _addresses(host: str, port: int) -> Document:
    """Return one address in all the ways in which class MultipleAddresses shows it."""
    address = f"{host}:{port}"
    return {
        "empty": False,
        "all_addresses": [address],
        "all_reachable_addresses": [address],
        "one": address,
        "reachable_address": address,
        "wildcard_addresses": [f"0.0.0.0:{port}"],
        "all_ports": [port],
        "all_host_strings": [host],
        "all_reachable_addresses_or_all": [address],
        "reachable_or_one": address,
    }

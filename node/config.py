"""zoo.cfg in, Config out: every error names the file and the line.

Keys, defaults and messages are ZooKeeper's (QuorumPeerConfig).  Keys that
ZooKeeper does not know by name become its system properties `zookeeper.KEY`;
here they are kept in `Config.extra` (what becomes of each: `config_keys.py`).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, NoReturn

from node.config_keys import IGNORED, JVM_ONLY, REFUSED, find, nearest
from node.members import OBSERVER, PARTICIPANT, SERVER_FORM, Server, parse_server
from node.properties import PropertiesError, Property, parse_properties

_MEMBERSHIP = ("server.", "group.", "weight.")
PROMETHEUS = "PrometheusMetricsProvider"
METRICS_PROVIDERS = ("DefaultMetricsProvider", PROMETHEUS, "NullMetricsProvider")
METRICS_PORT = 7000


class ConfigError(Exception):
    """A configuration that a person must repair; the text is one clear line."""


class NotHereError(ConfigError):
    """A configuration that Java ZooKeeper obeys, and this server cannot."""


class Config(NamedTuple):
    """The settings of one node; times in milliseconds, limits in ticks."""

    path: str
    data_dir: str
    data_log_dir: str
    client_host: str
    client_port: int
    servers: Mapping[int, Server]  # by sid, ascending; empty: standalone
    my_id: int
    tick_ms: int
    init_limit: int
    sync_limit: int
    connect_limit: int  # connectToLearnerMasterLimit, or initLimit
    min_session_ms: int
    max_session_ms: int
    max_client_cnxns: int
    peer_type: str
    listen_on_all_ips: bool
    extra: Mapping[str, str]
    places: Mapping[str, str]  # file:line of each key, to blame it later
    warnings: tuple[str, ...]
    text: str = ""  # the file, as it was read
    metrics_host: str = ""
    metrics_port: int = 0  # for Prometheus; 0: nobody may scrape

    @property
    def voters(self) -> frozenset[int]:
        """The sids whose votes and acks count."""
        return frozenset(s.sid for s in self.servers.values() if s.role == PARTICIPANT)

    @property
    def observers(self) -> frozenset[int]:
        """The sids that follow without a vote."""
        return frozenset(self.servers) - self.voters

    @property
    def role(self) -> str:
        """What this node is: the servers list rules over `peerType`."""
        if not self.servers:
            return "standalone"
        return self.servers[self.my_id].role

    def where(self, key: str) -> str:
        """Return `file:line` of a key, or the file if the key is not in it."""
        return self.places.get(key, self.path)

    def membership(self) -> str:
        """Return the text that notifications and NEWLEADER carry."""
        lines = [f"server.{sid}={s.describe()}" for sid, s in self.servers.items()]
        return "\n".join([*lines, "version=0"])

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return an extra key as true or false; a ConfigError names the key."""
        value = self.extra.get(key, str(default)).lower()
        if value in ("true", "false"):
            return value == "true"
        raise ConfigError(f"{self.where(key)}: {key} must be true or false")

    def number(self, key: str, default: int) -> int:
        """Return an extra key as a number; a ConfigError names the key."""
        try:
            return int(self.extra.get(key, default))
        except ValueError:
            raise ConfigError(
                f"{self.where(key)}: {key} must be a number, not {self.extra[key]!r}"
            ) from None


def load_config(path: str) -> Config:
    """Read zoo.cfg and myid; raise ConfigError in one line for what is wrong."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(f"{path}: {path} file is missing") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from None
    return read_config(path, text)


def read_config(path: str, text: str) -> Config:
    """Read the text of zoo.cfg, and `myid` beside the data; `path` is for blame."""
    return _Reader(path, text).config()


class _Reader:
    """Reads one file; every complaint goes through `_fail` with its line."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.places: dict[str, str] = {}
        self.left = self._parse(path, text)
        self.given = frozenset(self.left)
        self.warnings: list[str] = []

    def _parse(self, path: str, text: str) -> dict[str, Property]:
        try:
            found = {prop.key: prop for prop in parse_properties(text)}
        except PropertiesError as error:
            raise ConfigError(f"{path}:{error.line}: {error}") from None
        self.places |= {key: f"{path}:{prop.line}" for key, prop in found.items()}
        return found

    def config(self) -> Config:
        tick_ms = self._number("tickTime", 3000)
        if tick_ms <= 0:
            self._fail("tickTime is not set", "tickTime")
        data_dir = self._text("dataDir", "")
        if not data_dir:
            self._fail("dataDir is not set")
        min_ms, max_ms = self._session_limits(tick_ms)
        client_port = self._port("clientPort")
        client_host = self._text("clientPortAddress", "")
        if client_host and not client_port:
            self._fail(
                "clientPortAddress is set but clientPort is not set",
                "clientPortAddress",
            )
        if self._number("electionAlg", 3) != 3:
            self._fail("Invalid electionAlg value. Only 3 is supported.", "electionAlg")
        peer_type = self._text("peerType", PARTICIPANT).lower()
        if peer_type not in (PARTICIPANT, OBSERVER):
            self._fail(f"Unrecognised peertype: {peer_type}", "peerType")
        servers = self._servers()
        init_limit = self._limit("initLimit", servers)
        sync_limit = self._limit("syncLimit", servers)
        my_id = self._my_id(data_dir, servers) if servers else 0
        if servers:
            mine = servers[my_id]
            client_port = client_port or mine.client_port
            client_host = client_host or mine.client_host
            self._check_role(mine, peer_type)
            self._check_ports(mine, client_port)
        metrics_host, metrics_port = self._metrics()
        return Config(
            path=self.path,
            data_dir=data_dir,
            data_log_dir=self._text("dataLogDir", "") or data_dir,
            client_host=client_host,
            client_port=client_port,
            servers=servers,
            my_id=my_id,
            tick_ms=tick_ms,
            init_limit=init_limit,
            sync_limit=sync_limit,
            connect_limit=self._number("connectToLearnerMasterLimit", 0) or init_limit,
            min_session_ms=min_ms,
            max_session_ms=max_ms,
            max_client_cnxns=self._number("maxClientCnxns", 60),
            peer_type=peer_type,
            listen_on_all_ips=self._flag("quorumListenOnAllIPs"),
            extra=self._extra(),
            places=self.places,
            warnings=tuple(self.warnings),
            text=self.text,
            metrics_host=metrics_host,
            metrics_port=metrics_port,
        )

    def _session_limits(self, tick_ms: int) -> tuple[int, int]:
        """Return the shortest and the longest session that a client can have."""
        min_ms = self._number("minSessionTimeout", -1)
        max_ms = self._number("maxSessionTimeout", -1)
        min_ms = 2 * tick_ms if min_ms == -1 else min_ms
        max_ms = 20 * tick_ms if max_ms == -1 else max_ms
        if min_ms > max_ms:
            why = "minSessionTimeout must not be larger than maxSessionTimeout"
            self._fail(why, "minSessionTimeout")
        return min_ms, max_ms

    def _fail(self, message: str, key: str | None = None) -> NoReturn:
        where = self.places.get(key, self.path) if key else self.path
        raise ConfigError(f"{where}: {message}".replace("\n", "\\n"))

    def _take(self, key: str) -> Property | None:
        return self.left.pop(key, None)

    def _text(self, key: str, default: str) -> str:
        found = self._take(key)
        return found.value if found else default

    def _number(self, key: str, default: int) -> int:
        found = self._take(key)
        if found is None:
            return default
        try:
            return int(found.value)
        except ValueError:
            self._fail(f'{key}: For input string: "{found.value}"', key)

    def _port(self, key: str) -> int:
        port = self._number(key, 0)
        if not 0 <= port <= 65535:
            self._fail(f"{key} {port} is out of range 0..65535", key)
        return port

    def _flag(self, key: str) -> bool:
        value = self._text(key, "false").lower()
        if value not in ("true", "false"):
            self._fail(
                f"Invalid option {value} for {key}. Choose 'true' or 'false.'", key
            )
        return value == "true"

    def _limit(self, key: str, servers: Mapping[int, Server]) -> int:
        limit = self._number(key, 0)
        if servers and limit <= 0:
            self._fail(f"{key} is not set", key)
        return limit

    def _metrics(self) -> tuple[str, int]:
        """Return where Prometheus may scrape; port 0: nowhere."""
        key = "metricsProvider.className"
        name = self._text(key, "DefaultMetricsProvider").rpartition(".")[2]
        host = self._text("metricsProvider.httpHost", "0.0.0.0")
        port = self._port("metricsProvider.httpPort") or METRICS_PORT
        if name not in METRICS_PROVIDERS:
            self._fail(f"{key} {name} is none of {', '.join(METRICS_PROVIDERS)}", key)
        return host, port if name == PROMETHEUS else 0

    def _servers(self) -> dict[int, Server]:
        self._read_dynamic_file()
        servers: dict[int, Server] = {}
        for key in [key for key in self.left if key.startswith("server.")]:
            value = self._text(key, "")
            try:
                sid = int(key.removeprefix("server."))
            except ValueError:
                self._fail(f'For input string: "{key[7:]}"', key)
            if "|" in value:
                self._fail(
                    "Multiple address feature is disabled, but multiple addresses"
                    f" were specified for sid {sid}",
                    key,
                )
            server = parse_server(value)
            if server is None:
                self._fail(f"{value} {SERVER_FORM}", key)
            self._check_server(key, server)
            servers[sid] = server._replace(sid=sid)
            self._check_clash(key, servers[sid], servers)
        return self._check_ensemble(dict(sorted(servers.items())))

    def _read_dynamic_file(self) -> None:
        """Take over the members from `dynamicConfigFile`, if there is one."""
        path = self._text("dynamicConfigFile", "")
        if not path:
            return
        for key in self.left:
            if key.startswith(_MEMBERSHIP):
                text = f"parameter: {key} must be in a separate dynamic config file"
                self._fail(text, key)
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            self._fail(f"{path} cannot be read: {error}", "dynamicConfigFile")
        members = self._parse(path, text)
        for key in members:
            if key == "version":
                self._fail("dynamic file shouldn't have version inside", key)
            if not key.startswith(_MEMBERSHIP):
                self._fail(f"Unrecognised parameter: {key}", key)
        self.left |= members

    def _check_server(self, key: str, server: Server) -> None:
        if server.role not in (PARTICIPANT, OBSERVER):
            self._fail(f"Unrecognised peertype: {server.role}", key)
        for port in (server.quorum_port, server.election_port):
            if not 0 < port <= 65535:
                self._fail(f"Address unresolved: {server.host}:{port}", key)
        if server.quorum_port == server.election_port:
            self._fail(
                "Client and election port must be different! Please update the"
                f" configuration file on {key}",
                key,
            )

    def _check_clash(
        self, key: str, server: Server, others: Mapping[int, Server]
    ) -> None:
        """No two servers can listen on one port of one host."""
        mine = {server.quorum_port, server.election_port}
        for other in others.values():
            taken = mine & {other.quorum_port, other.election_port}
            if other.sid != server.sid and other.host == server.host and taken:
                port = min(taken)
                self._fail(f"{server.host}:{port} is in server.{other.sid}, too", key)

    def _check_ensemble(self, servers: dict[int, Server]) -> dict[int, Server]:
        voters = [s for s in servers.values() if s.role == PARTICIPANT]
        if servers and not voters:
            self._fail("Observers w/o participants is an invalid configuration")
        if len(voters) == 1:
            if len(servers) > 1:
                self._fail("Observers w/o quorum is an invalid configuration")
            self.warnings.append(
                "Invalid configuration, only one server specified (ignoring)"
            )
            return {}
        if len(voters) == 2:
            self.warnings.append(
                "No server failure will be tolerated. You need at least 3 servers."
            )
        elif servers and len(voters) % 2 == 0:
            self.warnings.append(
                "Non-optimal configuration, consider an odd number of servers."
            )
        return servers

    def _my_id(self, data_dir: str, servers: Mapping[int, Server]) -> int:
        path = Path(data_dir, "myid")
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError):  # a name with a zero in it, or no text
            self._fail(
                f"myid file is missing: {path} must hold this server's number",
                "dataDir",
            )
        text = lines[0] if lines else ""
        try:
            if text != text.strip():
                raise ValueError(text)
            my_id = int(text)
        except ValueError:
            raise ConfigError(f"{path}:1: serverid {text} is not a number") from None
        if my_id not in servers:
            raise ConfigError(
                f"{path}:1: My id {my_id} not in the peer list of {self.path}"
                f" ({', '.join(f'server.{sid}' for sid in servers)})"
            )
        return my_id

    def _check_role(self, mine: Server, peer_type: str) -> None:
        if mine.role != peer_type and "peerType" in self.given:
            self.warnings.append(
                f"Peer type from servers list ({mine.role.upper()}) doesn't match"
                f" peerType ({peer_type.upper()}). Defaulting to servers list."
            )

    def _check_ports(self, mine: Server, client_port: int) -> None:
        """Refuse one port for two of our own listeners."""
        key = f"server.{mine.sid}"
        for name, port in (
            ("quorum", mine.quorum_port),
            ("election", mine.election_port),
        ):
            if client_port == port:
                self._fail(f"clientPort {port} is also the {name} port of {key}", key)

    def _extra(self) -> dict[str, str]:
        """Return the keys that others read; refuse or name what has no effect."""
        for name, prop in self.left.items():
            key, value = find(name), prop.value
            where = self.places[name]
            if key is None:
                hint = f"; did you mean {near}?" if (near := nearest(name)) else ""
                self.warnings.append(f"{where}: unknown key {name}{hint}")
            elif value.lower() == key.default.lower():
                continue
            elif key.fate == REFUSED:
                instead = f": only {key.default} is possible" if key.default else ""
                text = f"{name}={value} is not supported here{instead}. It decides who"
                text += " is a member or who may do what: remove the line, or run Java"
                raise NotHereError(f"{where}: {text}")
            elif key.fate in (IGNORED, JVM_ONLY):
                self.warnings.append(f"{where}: {name}={value} has no effect here")
        return {
            key.removeprefix("zookeeper."): prop.value
            for key, prop in self.left.items()
        }

"""What zoo.cfg says of TLS: `ssl.KEY` for clients, `ssl.quorum.KEY` for the peers.

Keys and defaults are those of ZooKeeper 3.9 (ClientX509Util, QuorumX509Util).
"""

from pathlib import Path
from typing import NamedTuple

from node.config import Config, ConfigError
from node.tls.stores import Store

CLIENT, QUORUM = "ssl.", "ssl.quorum."
CLIENT_AUTH = NONE, WANT, NEED = "none", "want", "need"
PORT_MAX = 65535
PROTOCOLS = ("TLSv1.2", "TLSv1.3")
STORE_TYPES = ("", "pem", "jks", "pkcs12")  # what a file is, is seen in its bytes
_ONLY_DEFAULT = {
    "crl": "false",
    "ocsp": "false",
    "context.supplier.class": "",
    "ciphersuites": "",  # Python cannot choose those of TLS 1.3
}


class TlsSettings(NamedTuple):
    """How one kind of port speaks TLS."""

    key_store: Store
    trust_store: Store
    client_auth: str  # none, want or need a certificate of who calls
    checks_servers: bool  # a server must be the host that was called
    checks_clients: bool  # who calls must be the host he calls from
    protocols: tuple[str, ...]
    detection_ms: int  # how long one port waits to see whether TLS is spoken
    reloads: bool  # changed files are read again
    places: tuple[str, str]  # file:line of the two stores


def secure_endpoint(config: Config) -> tuple[str, int]:
    """Return host and port where clients speak TLS; port 0: nowhere.

    They stand in `secureClientPort`, or in our own line `server.N`.
    """
    key, host_key = "secureClientPort", "secureClientPortAddress"
    mine = config.servers.get(config.my_id)
    port = config.number(key, 0) or (mine.secure_port if mine else 0)
    host = config.extra.get(host_key, "") or (mine.secure_host if mine else "")
    where = config.where(key)
    if host and not port:
        where = config.where(host_key)
        raise ConfigError(f"{where}: {host_key} is set but {key} is not set")
    if not 0 <= port <= PORT_MAX:
        raise ConfigError(f"{where}: {key} {port} is out of range 0..{PORT_MAX}")
    taken = {config.client_port: "the clientPort"}
    if mine is not None:
        taken |= {mine.quorum_port: "our quorum port"}
        taken |= {mine.election_port: "our election port"}
    if port and port in taken:
        raise ConfigError(f"{where}: {key} {port} is also {taken[port]}")
    return host, port


def client_tls(config: Config) -> TlsSettings | None:
    """Return how clients speak TLS; None: they do not.  ConfigError for nonsense."""
    _, port = secure_endpoint(config)
    if not (port or config.flag("client.portUnification")):
        return None
    return _read(config, CLIENT, reloads=config.flag("client.certReload"))


def quorum_tls(config: Config) -> TlsSettings | None:
    """Return how servers speak TLS with one another; None: they do not."""
    if not (config.flag("sslQuorum") or config.flag("portUnification")):
        return None
    return _read(config, QUORUM, reloads=config.flag("sslQuorumReloadCertFiles"))


def _read(config: Config, prefix: str, *, reloads: bool) -> TlsSettings:
    for name, only in _ONLY_DEFAULT.items():
        key = prefix + name
        if config.extra.get(key, only).lower() != only:
            where = config.where(key)
            raise ConfigError(f"{where}: {key} is not supported here: remove the line")
    auth = config.extra.get(f"{prefix}clientAuth", NEED).lower() or NEED
    if auth not in CLIENT_AUTH:
        key = f"{prefix}clientAuth"
        raise ConfigError(f"{config.where(key)}: {key} must be none, want or need")
    checks = config.flag(f"{prefix}hostnameVerification", default=True)
    of_clients = config.flag(
        f"{prefix}clientHostnameVerification", default=prefix == QUORUM
    )
    return TlsSettings(
        _store(config, f"{prefix}keyStore."),
        _store(config, f"{prefix}trustStore."),
        auth,
        checks,
        checks and of_clients,
        _protocols(config, prefix),
        config.number(f"{prefix}handshakeDetectionTimeoutMillis", 5000),
        reloads,
        (
            config.where(f"{prefix}keyStore.location"),
            config.where(f"{prefix}trustStore.location"),
        ),
    )


def _store(config: Config, prefix: str) -> Store:
    key = f"{prefix}location"
    path = config.extra.get(key, "")
    if not path:
        raise ConfigError(f"{config.path}: {key} is missing: TLS needs it")
    kind = config.extra.get(f"{prefix}type", "")
    if kind.lower() not in STORE_TYPES:
        where = config.where(f"{prefix}type")
        raise ConfigError(f"{where}: {prefix}type {kind}: name PEM, JKS or PKCS12")
    return Store(path, _password(config, prefix))


def _password(config: Config, prefix: str) -> str:
    """Return what opens a store: written in zoo.cfg, or in a file of its own."""
    key = f"{prefix}passwordPath"
    path = config.extra.get(key, "")
    if not path:
        return config.extra.get(f"{prefix}password", "")
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()[0].strip()
    except (OSError, ValueError, IndexError) as error:
        why = str(error) if isinstance(error, OSError) else "it is empty"
        raise ConfigError(f"{config.where(key)}: {key}: {why}") from None


def _protocols(config: Config, prefix: str) -> tuple[str, ...]:
    """Return the versions of TLS that may be spoken."""
    key = f"{prefix}enabledProtocols"
    named = _listed(config, key)
    if not named:
        key = f"{prefix}protocol"
        named = _listed(config, key)
    for name in named:
        if name not in PROTOCOLS:
            where, known = config.where(key), " or ".join(PROTOCOLS)
            raise ConfigError(f"{where}: {key} {name} is not safe: name {known}")
    return named or PROTOCOLS


def _listed(config: Config, key: str) -> tuple[str, ...]:
    names = config.extra.get(key, "").split(",")
    return tuple(name.strip() for name in names if name.strip())

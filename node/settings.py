"""What zoo.cfg means to the machines: the parts of a Config, in their words."""

from node.broadcast.limits import Limits
from node.clients.cleaner import CleanerLimits
from node.clients.state import ClientSettings
from node.config import Config, ConfigError
from node.election.machine import Waits
from node.events import NodeStarted
from node.peer import Member
from node.quorum import Ensemble, Majority
from node.storage.purge import RETAIN_MIN

SID_MAX = 254  # with extendedTypesEnabled


def started(config: Config, pid: int) -> NodeStarted:
    """Return the first event of a process."""
    return NodeStarted(
        config.role,
        tuple(sorted(config.voters)),
        tuple(sorted(config.observers)),
        config.client_port,
        config.number("admin.serverPort", 8080),
        config.tick_ms,
        config.init_limit,
        config.sync_limit,
        pid,
    )


def doubts(config: Config) -> tuple[str, ...]:
    """Return what zoo.cfg says and does not mean, or cannot get; a line for each."""
    key = "autopurge.snapRetainCount"
    retain = config.number(key, RETAIN_MIN)
    if retain >= RETAIN_MIN:
        return config.warnings
    said = f"{config.where(key)}: Invalid {key}: {retain}. Defaulting to {RETAIN_MIN}"
    return (*config.warnings, said)


def member(config: Config) -> Member:
    """Return who the peer is; alone, a server is its own majority."""
    waits = Waits(
        config.number("quorumlab.finalizeWaitMs", 200),
        config.number("fastleader.minNotificationInterval", 200),
        config.number("fastleader.maxNotificationInterval", 60_000),
    )
    voters = config.voters or {config.my_id}
    limits = Limits(
        config.tick_ms, max(config.init_limit, 1), max(config.sync_limit, 1)
    )
    ensemble = Ensemble(Majority(voters), config.membership(), config.observers)
    return Member(config.my_id, ensemble, limits, waits)


def client_settings(config: Config) -> ClientSettings:
    """Return what the client side must know."""
    return ClientSettings(
        config.my_id,
        config.tick_ms,
        config.min_session_ms,
        config.max_session_ms,
        config.max_client_cnxns,
        config.extra.get("DigestAuthenticationProvider.superDigest", ""),
        config.extra.get("X509AuthenticationProvider.superUser", ""),
        config.number("globalOutstandingLimit", 1000),
        CleanerLimits(
            _at_least(1, config, "znode.container.checkIntervalMs", 60_000),
            _at_least(1, config, "znode.container.maxPerMinute", 10_000),
            _at_least(0, config, "znode.container.maxNeverUsedIntervalMs", 0),
            ttl_nodes=_extended_types(config),
        ),
    )


def _at_least(least: int, config: Config, key: str, default: int) -> int:
    """Return a key as a number that is large enough; ConfigError names its line."""
    number = config.number(key, default)
    if number < least:
        where = config.where(key)
        raise ConfigError(f"{where}: {key} must be {least} at least, not {number}")
    return number


def _extended_types(config: Config) -> bool:
    """Return whether nodes may have a time to live.

    An owner whose highest byte is 0xff is then such a node, so no session may be
    made by server 255.
    """
    key = "extendedTypesEnabled"
    value = config.extra.get(key, "false").lower()
    if value not in ("true", "false"):
        raise ConfigError(f"{config.where(key)}: {key} must be true or false")
    on = value == "true"
    if on and config.my_id > SID_MAX:
        raise ConfigError(
            f"{config.where(key)}: {key} is true but server id {config.my_id} is too"
            f" large: it cannot be larger than {SID_MAX}"
        )
    return on

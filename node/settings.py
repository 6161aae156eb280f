"""What zoo.cfg means to the machines: the parts of a Config, in their words."""

from node.broadcast.timing import Timing
from node.clients.desk import ClientSettings
from node.config import Config
from node.election.machine import Timing as ElectionTiming
from node.events import NodeStarted
from node.peer import Member
from node.quorum import Majority


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


def member(config: Config) -> Member:
    """Return who the peer is; alone, a server is its own majority."""
    waits = ElectionTiming(
        config.number("quorumlab.finalizeWaitMs", 200),
        config.number("fastleader.minNotificationInterval", 200),
        config.number("fastleader.maxNotificationInterval", 60_000),
    )
    voters = config.voters or {config.my_id}
    timing = Timing(
        config.tick_ms, max(config.init_limit, 1), max(config.sync_limit, 1)
    )
    return Member(config.my_id, Majority(voters), config.membership(), timing, waits)


def client_settings(config: Config) -> ClientSettings:
    """Return what the client side must know."""
    return ClientSettings(
        config.my_id,
        config.tick_ms,
        config.min_session_ms,
        config.max_session_ms,
        config.max_client_cnxns,
        config.extra.get("DigestAuthenticationProvider.superDigest", ""),
        config.number("globalOutstandingLimit", 1000),
    )

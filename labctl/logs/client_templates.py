"""What clients log: Java's, Kafka's, Curator's, kazoo's and the C client's lines."""

import re
from collections.abc import Mapping

from labctl.logs.anywhere import rules, search

_ID = r"(?P<id>0x\w+)"
_KAFKA_NAME = re.compile(r"^\[ZooKeeperClient [^\]]*\] ")
_JAVA: tuple[tuple[str, str], ...] = (
    (
        "cl.begins",
        r"Initiating client connection, connectString=(?P<servers>\S*)"
        r" sessionTimeout=(?P<ms>\d+).*",
    ),
    ("cl.dials", r"Opening socket connection to server (?P<server>\S+?)\.? ?(?: .*)?"),
    ("cl.reaches", r"Socket connection established.*"),
    (
        "cl.session",
        r"Session establishment complete on server (?P<server>\S+?), session ?id ="
        rf" {_ID}, negotiated timeout = (?P<ms>\d+).*",
    ),
    (
        "cl.silent",
        r"Client session timed out, have not heard from server in (?P<ms>\d+)ms for"
        rf" session ?id {_ID}.*",
    ),
    (
        "cl.expired",
        rf"Unable to reconnect to ZooKeeper service, session {_ID} has expired.*",
    ),
    (
        "cl.server-closed",
        rf"Unable to read additional data from server session ?id {_ID}.*",
    ),
    (
        "cl.fails",
        rf"Session {_ID} for (?:sever|server) (?P<server>.+?),"
        r" (?:unexpected error, closing|[Cc]losing) socket connection.*",
    ),
    ("cl.login", r"Could not login: .*|Client failed to SASL authenticate.*"),
    (
        "cl.auth",
        r"SASL authentication (?:with Zookeeper Quorum member )?failed.*"
        r"|An error: \(.*\) occurred when evaluating Zookeeper Quorum Member.*"
        r"|Authentication failed.*",
    ),
    (
        "cl.auth-ok",
        r"Client successfully logged in.*|Client will (?:not )?(?:attempt|use).*"
        r"|SASL config status: .*",
    ),
    ("cl.xid", r"Xid out of order\. .*"),
    (
        "cl.ended",
        rf"Session: {_ID} closed|EventThread shut down.*|SendThread exited loop.*",
    ),
    ("cl.left", r"channel is (?:told )?closing.*|channel .*disconnected.*"),
    ("cl.ping", rf"Got ping response for session ?id:? {_ID}.*|Sending ping.*"),
    (
        "setting",
        r"(?:jute\.maxbuffer|zookeeper\.[\w.]+) (?:value )?(?:is|=).*"
        r"|Client environment:.*",
    ),
    ("cl.event", r"Got WatchedEvent .*|Received (?:event|dead connection).*"),
)
_KAFKA: tuple[tuple[str, str], ...] = (
    ("cl.waits", r"Waiting until connected\.?.*"),
    (
        "cl.app-up",
        r"Connected\.?|Initializing a new session.*",
    ),
    ("cl.app-expired", r"Session expired\.?.*"),
    (
        "cl.app-timeout",
        r".*Timed out waiting for connection (?:while in state: |to Zoo).*",
    ),
    ("cl.app-auth", r"Auth failed.*"),
    ("cl.ended", r"Clos(?:ing|ed)\.?"),
)
_CURATOR: tuple[tuple[str, str], ...] = (
    ("cl.lost", r"State change: LOST|Session timeout has elapsed while SUSPENDED\..*"),
    ("cl.suspended", r"State change: SUSPENDED"),
    ("cl.app-up", r"State change: (?:CONNECTED|RECONNECTED|READ_ONLY)|Starting"),
    (
        "cl.app-timeout",
        r"Connection timed out for connection string .*"
        r"|Connection attempt unsuccessful after .*",
    ),
    ("cl.gave-up", r"Background (?:operation retry|retry) gave up.*"),
)
_SOLR: tuple[tuple[str, str], ...] = (
    ("cl.waits", r"Waiting for client to connect to ZooKeeper.*"),
    ("cl.app-up", r"zkClient has connected|Client is connected to ZooKeeper"),
    ("cl.suspended", r"zkClient has disconnected"),
    ("cl.app-expired", r"Our previous ZooKeeper session was expired\..*"),
)
_KAZOO: tuple[tuple[str, str], ...] = (
    ("cl.dials", r"Connecting to (?P<server>\S+), use_ssl: .*|Connecting to .*"),
    ("cl.app-up", r"Zookeeper connection established, state: .*"),
    (
        "cl.suspended",
        r"Zookeeper connection lost.*|Connection dropped: .*"
        r"|Connection time-out.*",
    ),
    ("cl.lost", r"Zookeeper session (?:lost|closed), state: .*|Session has expired.*"),
    ("cl.app-timeout", r"Failed connecting to Zookeeper within .*"),
    ("cl.auth", r"AUTH closing.*|Authentication failed.*"),
)
_C: tuple[tuple[str, str], ...] = (
    ("cl.refused", r".*zk retcode=-4, errno=111.*"),
    (
        "cl.silent",
        r".*connection (?:to \S+ )?timed out \(exceeded timeout by (?P<ms>\d+)"
        r"ms\).*",
    ),
    ("cl.late", r"Exceeded deadline by (?P<ms>\d+)ms"),
    ("cl.expired", rf".*session ?[iI]d={_ID}.* has expired.*"),
    ("cl.fails", r".*zk retcode=-[47].*"),
    ("cl.auth", r".*[Aa]uthentication failed.*"),
    (
        "cl.begins",
        r"Initiating client connection, host=(?P<servers>\S+)"
        r" sessionTimeout=(?P<ms>\d+).*",
    ),
    (
        "cl.session",
        r"session establishment complete on server \[?(?P<server>[^\]]+?)\]?,"
        rf" session ?[iI]d={_ID}, negotiated timeout=(?P<ms>\d+).*",
    ),
    ("setting", r"Client environment:.*"),
)


def _compiled(
    table: tuple[tuple[str, str], ...],
) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((key, re.compile(text)) for key, text in table)


CLASSES: Mapping[str, tuple[tuple[str, re.Pattern[str]], ...]] = {
    **dict.fromkeys(
        ("ClientCnxn", "ClientCnxnSocketNIO", "ClientCnxnSocketNetty", "ZooKeeper"),
        _compiled(_JAVA),
    ),
    **dict.fromkeys(
        ("ClientCnxnSocket", "ZooKeeperSaslClient", "ZKClientConfig"), _compiled(_JAVA)
    ),
    **dict.fromkeys(("ZooKeeperClient", "ZkClient"), _compiled(_KAFKA)),
    **dict.fromkeys(
        ("ConnectionStateManager", "ConnectionState", "CuratorFrameworkImpl"),
        _compiled(_CURATOR),
    ),
    "ConnectionManager": _compiled(_SOLR),
    "kazoo": _compiled(_KAZOO),
    "ZOO": _compiled(_C),
}
KEYS = frozenset(key for rules in CLASSES.values() for key, _ in rules)


_ANYWHERE = rules(
    (key, text)
    for key, text in (*_JAVA, *_KAFKA)
    if key not in ("setting", "cl.auth-ok", "cl.ended", "cl.left")
)


def client_standing_in(text: str) -> tuple[str, dict[str, str]] | None:
    """Return which client's line stands somewhere in a text; None if none does."""
    if (standing := search(_ANYWHERE, text)) is None:
        return None
    key, found = standing
    return key, {name: value or "?" for name, value in found.groupdict().items()}


def recognise_client(cls: str, message: str) -> tuple[str, dict[str, str]] | None:
    """Return what a client's line is: its key and facts; None if it is none."""
    for key, pattern in CLASSES.get(cls, ()):
        if found := pattern.fullmatch(_KAFKA_NAME.sub("", message)):
            return key, {
                name: value or "?" for name, value in found.groupdict().items()
            }
    return None

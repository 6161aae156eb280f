"""A line of ZooKeeper's log, and who says it."""

from collections.abc import Mapping
from typing import NamedTuple

Release = tuple[int, int]
V3_4, V3_5, V3_8, V3_9 = RELEASES = ((3, 4), (3, 5), (3, 8), (3, 9))
UNTOLD = "…"  # a fact that no event carries

_QUORUM, _SERVER = "o.a.z.s.q.", "o.a.z.s."
_ELSEWHERE = {
    "DatadirCleanupManager": _SERVER,
    "FileSnap": "o.a.z.s.p.",
    "FileTxnLog": "o.a.z.s.p.",
    "FileTxnSnapLog": "o.a.z.s.p.",
    "JettyAdminServer": "o.a.z.s.a.",
    "NIOServerCnxn": _SERVER,
    "NIOServerCnxnFactory": _SERVER,
    "PrepRequestProcessor": _SERVER,
    "ZooKeeperCriticalThread": _SERVER,
    "ZooKeeperServer": _SERVER,
}


class Line(NamedTuple):
    """One line before it is laid out."""

    thread: str
    place: str  # Java's class: QuorumPeer, QuorumCnxManager$Listener
    message: str
    level: str = "INFO"
    trace: str = ""  # the first line of the stack trace below it


class Speaker:
    """A server whose events become lines, and what its earlier events told."""

    def __init__(
        self,
        release: Release,
        my_id: int,
        client: str,
        servers: Mapping[int, str] | None = None,
    ) -> None:
        """Know the server's id and its client address, as `host:port`.

        `servers` are the ensemble's lines as Java prints them, if they are known.
        """
        self.release = release
        self.my_id = my_id
        self.peer = _peer_thread(release, my_id, client)
        self.servers = dict(servers or {})
        self.folder = UNTOLD  # of the snapshots
        self.created = ""  # what a new server says of its settings
        self.state = ""
        self.took_ms = 0  # the last election
        self.limit_ms = 0  # initLimit; 0: unknown
        self.leader = UNTOLD  # its address
        self.synced = False  # had it heard UPTODATE from that leader
        self.logging = False  # does it write to a log file already
        self.fresh = False  # is the next proposal the first of this leader

    def before(self, release: Release) -> bool:
        """Whether our words are older than that release's."""
        return self.release < release

    @property
    def role(self) -> str:
        """What it is at the leader's side: Follower or Observer."""
        return "Observer" if self.state == "OBSERVING" else "Follower"


def logger(release: Release, place: str) -> str:
    """Return the class as the release's layout prints it."""
    if release < V3_8:
        return place
    return _ELSEWHERE.get(place.partition("$")[0], _QUORUM) + place


def address(host: str, port: int) -> str:
    """Return an address as Java prints it: a bare number has a slash before it."""
    if host.startswith("/"):
        return f"{host}:{port}"
    if host == "0.0.0.0":
        return f"{host}/{host}:{port}"
    return f"/{host}:{port}" if host[:1].isdigit() else f"{host}:{port}"


def _peer_thread(release: Release, my_id: int, client: str) -> str:
    if my_id < 0:
        return "main"
    if release < V3_5:
        return f"QuorumPeer[myid={my_id}]/{client}"
    return f"QuorumPeer[myid={my_id}](plain={client})(secure=disabled)"

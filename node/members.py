"""One member of the ensemble: the lines `server.N` of zoo.cfg.

    server.1=host:2888:3888:participant;127.0.0.1:2181

After QuorumPeer.QuorumServer.
"""

from typing import NamedTuple

PARTICIPANT, OBSERVER = "participant", "observer"

SERVER_FORM = (
    "does not have the form server_config or server_config;client_config where"
    " server_config is the pipe separated list of host:port:port or"
    " host:port:port:type and client_config is host:clientPort;host:secureClientPort"
    " or clientPort or host:clientPort or ';secureClientPort' or"
    " ';host:secureClientPort'"
)


class Server(NamedTuple):
    """One line `server.N`: where a member of the ensemble listens."""

    sid: int
    host: str
    quorum_port: int
    election_port: int
    role: str = PARTICIPANT
    client_host: str = ""  # "" unless the line itself names a client address
    client_port: int = 0

    def describe(self) -> str:
        """Return the line as ZooKeeper prints it in the config node."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        line = f"{host}:{self.quorum_port}:{self.election_port}:{self.role}"
        if self.client_port:
            line += f";{self.client_host or '0.0.0.0'}:{self.client_port}"
        return line


def parse_server(line: str) -> Server | None:
    """Parse the value of `server.N` (sid 0 in the result); None if malformed."""
    quorum_side, _, client_side = line.partition(";")
    fields = _split_host(quorum_side.strip())
    if fields is None or len(fields) not in (3, 4) or not fields[0]:
        return None
    role = fields[3].strip().lower() if len(fields) == 4 else PARTICIPANT
    client_host, client_port = "", "0"
    if client_side and not client_side.startswith(";"):
        client = _split_host(client_side.split(";")[0].strip())
        if client is None or len(client) > 2:
            return None
        client_host, client_port = ("", client[0]) if len(client) == 1 else client[:2]
    try:
        ports = [int(fields[1]), int(fields[2]), int(client_port)]
    except ValueError:
        return None
    return Server(0, fields[0], ports[0], ports[1], role, client_host, ports[2])


def _split_host(text: str) -> list[str] | None:
    """Split host:port:port at colons, keeping an IPv6 literal in brackets whole."""
    if not text.startswith("["):
        return text.split(":")
    host, bracket, rest = text[1:].partition("]")
    if not bracket or not rest.startswith(":"):
        return None
    return [host, *rest[1:].split(":")]

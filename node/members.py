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
    secure_host: str = ""  # the same for clients that speak TLS
    secure_port: int = 0

    def describe(self) -> str:
        """Return the line as ZooKeeper prints it in the config node."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        line = f"{host}:{self.quorum_port}:{self.election_port}:{self.role}"
        if self.client_port:
            line += f";{self.client_host or '0.0.0.0'}:{self.client_port}"
        if self.secure_port:
            line += "" if self.client_port else ";"
            line += f";{self.secure_host or '0.0.0.0'}:{self.secure_port}"
        return line


def parse_server(line: str) -> Server | None:
    """Parse the value of `server.N` (sid 0 in the result); None if malformed."""
    quorum_side, _, client_side = line.partition(";")
    fields = _split_host(quorum_side.strip())
    if fields is None or len(fields) not in (3, 4) or not fields[0]:
        return None
    role = fields[3].strip().lower() if len(fields) == 4 else PARTICIPANT
    plain, _, secure = client_side.partition(";")
    found = [_client_address(side.strip()) for side in (plain, secure)]
    if None in found:
        return None
    try:
        quorum_port, election_port = int(fields[1]), int(fields[2])
        (host, port), (secure_host, secure_port) = (
            (host, int(port)) for host, port in filter(None, found)
        )
    except ValueError:
        return None
    return Server(
        0,
        fields[0],
        quorum_port,
        election_port,
        role,
        host,
        port,
        secure_host,
        secure_port,
    )


def _client_address(text: str) -> tuple[str, str] | None:
    """Split `host:port` or `port`; None if it is neither."""
    fields = _split_host(text) if text else ["", "0"]
    if fields is None or len(fields) > 2:
        return None
    return ("", fields[0]) if len(fields) == 1 else (fields[0], fields[1])


def _split_host(text: str) -> list[str] | None:
    """Split host:port:port at colons, keeping an IPv6 literal in brackets whole."""
    if not text.startswith("["):
        return text.split(":")
    host, bracket, rest = text[1:].partition("]")
    if not bracket or not rest.startswith(":"):
        return None
    return [host, *rest[1:].split(":")]

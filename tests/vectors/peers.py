"""The recorder's parts on the election and quorum ports."""

import socket
import struct

from tests.e2e.ensemble import LOOPBACK, Ensemble, Server
from tests.vectors import raw
from tests.vectors.client import Client
from tests.vectors.raw import Ballot, Line, Said

LOOKING, FOLLOWING, LEADING = 0, 1, 2


def play_election_peer(servers: Ensemble) -> list[Said]:
    """Be server 3 for servers 1 and 2: their greetings, votes, and answers."""
    me, config = servers[3], _config_text(servers)
    with socket.create_server((LOOPBACK, me.ports.election)) as listener:
        servers[1].start()
        link, _ = listener.accept()
        called = Line(link, "peer 3")
        called.int64(), called.int64(), called.blob()
        called.note("initial message of server 1, which then hangs up")
        line = _call(servers, 1)
        first = raw.hear_notification(line, "LOOKING: server 1 votes for itself")
        lower = Ballot(LOOKING, 3, 0, first.election_epoch - 1, 0)
        line.send("LOOKING in an older round", raw.notification(lower, config))
        raw.hear_notification(line, "LOOKING: its vote, in its newer round")
        newer = Ballot(LOOKING, 3, 7, 5, 0)
        line.send("LOOKING in a newer round", raw.notification(newer, config))
        raw.hear_notification(line, "LOOKING: it adopts the better vote and round")
        said = called.said + line.said
        line.link.close()
        servers[1].kill()
    servers.start(1, 2)
    for sid, state in ((1, "FOLLOWING"), (2, "LEADING")):
        line = _call(servers, sid)
        line.send("LOOKING", raw.notification(Ballot(LOOKING, 3, 0, 1, 0), config))
        while raw.hear_notification(line, f"from server {sid}").state == LOOKING:
            pass  # a stale vote that it re-sends first
        answer = line.said.pop()
        line.said.append(answer._replace(what=f"{state}: to a late starter"))
        said += line.said
        line.link.close()
    return said


def play_follower(servers: Ensemble, last: int, epoch: int) -> list[Said]:
    """Be follower 3 whose last zxid is `last`: sync, a write, a request, pings."""
    line = _join(servers, "FOLLOWERINFO", 3, (epoch, last))
    with Client(servers[1]) as client:
        client.create(f"/seen-by-follower-{last:x}", b"one")
        proposed = raw.hear_until(line, "PROPOSAL")
        line.send("ACK", raw.packet("ACK", proposed.zxid))
        raw.hear_until(line, "COMMIT")
        session, timeout = client.session, 10_000
        line.send(
            "REVALIDATE",
            raw.packet("REVALIDATE", -1, struct.pack(">qi", session, timeout)),
        )
        raw.hear_until(line, "REVALIDATE")
        sync = struct.pack(">qii", session, 77, 9) + raw.buffer(b"/")
        line.send("REQUEST", raw.packet("REQUEST", -1, sync))
        raw.hear_until(line, "SYNC")
        ping = raw.hear_until(line, "PING")
        touched = struct.pack(">qi", session, timeout)
        line.send("PING", raw.packet("PING", ping.zxid, touched))
    raw.hear_until(line, "COMMIT")  # the client's closeSession
    line.link.close()
    return line.said


def play_observer(servers: Ensemble) -> list[Said]:
    """Be observer 4: no votes, no ACKs, commits by INFORM."""
    line = _join(servers, "OBSERVERINFO", 4, (1, servers.leader().zxid()))
    with Client(servers[2]) as client:
        client.create("/seen-by-observer", b"two")
        raw.hear_until(line, "INFORM")
        raw.hear_until(line, "INFORM")
        ping = raw.hear_until(line, "PING")
        line.send("PING", raw.packet("PING", ping.zxid, b""))
    raw.hear_until(line, "INFORM")
    line.link.close()
    return line.said


def play_leader(servers: Ensemble) -> list[Said]:
    """Be leader 3 of follower 1: what a Java learner says."""
    me, config = servers[3], _config_text(servers)
    with (
        socket.create_server((LOOPBACK, me.ports.election)) as election,
        socket.create_server((LOOPBACK, me.ports.quorum)) as quorum,
    ):
        election.settimeout(10)
        quorum.settimeout(10)
        servers[1].start()
        servers.wait_for(lambda: "LOOKING" in servers[1].log(), "1 looks for a leader")
        vote = _call(servers, 1)
        raw.hear_notification(vote, "LOOKING")
        mine = raw.notification(Ballot(LOOKING, 3, 0, 1, 0), config)
        vote.send("LOOKING", mine)
        link, _ = quorum.accept()
        vote.send("LEADING", raw.notification(Ballot(LEADING, 3, 0, 1, 0), config))
        line = Line(link, "leader 3")
        _lead(line, servers[1], config)
        return line.said


def _lead(line: Line, follower: Server, config: bytes) -> None:
    raw.hear_until(line, "FOLLOWERINFO")
    epoch = 6
    new = epoch << 32
    line.send("LEADERINFO", raw.packet("LEADERINFO", new, struct.pack(">i", 0x10000)))
    raw.hear_until(line, "ACKEPOCH")
    line.send("DIFF", raw.packet("DIFF", 0))
    line.send("NEWLEADER", raw.packet("NEWLEADER", new, config))
    raw.hear_until(line, "ACK")
    line.send("UPTODATE", raw.packet("UPTODATE", -1))
    raw.hear_until(line, "ACK")
    client = Client.begin(follower)
    request = raw.hear_until(line, "REQUEST")
    session, cxid, kind = struct.unpack_from(">qii", request.data)
    header = struct.pack(">qiqqi", session, cxid, new + 1, 1_700_000_000_000, kind)
    proposal = header + request.data[16:20]
    line.send("PROPOSAL", raw.packet("PROPOSAL", new + 1, proposal))
    raw.hear_until(line, "ACK")
    line.send("COMMIT", raw.packet("COMMIT", new + 1))
    client.finish()
    line.send("PING", raw.packet("PING", new + 1))
    raw.hear_until(line, "PING")
    client.ask("sync", 9, raw.buffer(b"/"), wait=False)
    raw.hear_until(line, "REQUEST")
    line.send("SYNC", raw.packet("SYNC", 0))
    client.hear_reply("sync")
    client.link.close()


def _join(servers: Ensemble, info: str, sid: int, history: tuple[int, int]) -> Line:
    """Go through discovery and synchronization up to the second ACK."""
    epoch, last = history
    leader = servers.leader()
    link = socket.create_connection((LOOPBACK, leader.ports.quorum))
    line = Line(link, f"learner {sid}")
    line.send(info, raw.packet(info, epoch << 32, raw.learner_info(sid)))
    new = raw.hear_until(line, "LEADERINFO").zxid
    line.send("ACKEPOCH", raw.packet("ACKEPOCH", last, struct.pack(">i", epoch)))
    if raw.hear_until(line, "DIFF", "TRUNC", "SNAP").name == "SNAP":
        raw.hear_snapshot(line)
    raw.hear_until(line, "NEWLEADER")
    line.send("ACK", raw.packet("ACK", new))
    raw.hear_until(line, "UPTODATE")
    line.send("ACK", raw.packet("ACK", new))
    return line


def _call(servers: Ensemble, sid: int) -> Line:
    """Open an election connection as server 3."""
    link = socket.create_connection((LOOPBACK, servers[sid].ports.election))
    line = Line(link, "peer 3")
    port = servers[3].ports.election
    line.send("initial message", raw.hello(3, LOOPBACK, port))
    return line


def _config_text(servers: Ensemble) -> bytes:
    lines = [
        f"server.{s.sid}={LOOPBACK}:{s.ports.quorum}:{s.ports.election}:"
        + ("observer" if s.observer else "participant")
        for s in servers.servers
    ]
    return "\n".join([*lines, "version=0"]).encode()

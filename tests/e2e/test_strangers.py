"""Packets of strangers at three real servers: nobody is unseated, nobody cut off."""

import socket
import struct
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from node.wire.notification import (
    Greeting,
    Notification,
    PeerState,
    pack_greeting,
    pack_notification,
)
from node.wire.quorum import (
    LearnerInfo,
    Packet,
    PacketType,
    pack_learner_info,
    pack_packet,
)
from node.zxid import EPOCH_MAX, make_zxid
from tests.e2e.ensemble import LOOPBACK, Ensemble, Server, ours

pytestmark = pytest.mark.e2e

UNKNOWN = 99
PATIENCE_S = 10
LOST = ("LearnerLost", "LeadershipLost", "LeaderLost", "ServingStopped")
ROUND_MAX = (1 << 63) - 1


@pytest.fixture(scope="module")
def ensemble(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ensemble]:
    with Ensemble(tmp_path_factory.mktemp("strangers"), [ours] * 3) as ensemble:
        ensemble.start(2, 3)  # each needs the other's vote: 3 is elected
        ensemble.start(1)
        yield ensemble
        assert _losses(ensemble) == []


@pytest.fixture
def leader(ensemble: Ensemble) -> Iterator[Server]:
    """The leader; after the attack it must lead the same epoch with the same two."""
    leader = ensemble.leader()
    epoch = _epoch(leader)
    yield leader
    assert ensemble.wait_serving() is leader
    assert _epoch(leader) == epoch
    assert len(ensemble.followers()) == 2
    assert _losses(ensemble) == []


def info(kind: PacketType, sid: int, epoch: int) -> bytes:
    """Return a learner's introduction."""
    data = pack_learner_info(LearnerInfo(sid))
    return pack_packet(Packet(kind, make_zxid(epoch, 0), data))


FOLLOWERINFO, OBSERVERINFO = PacketType.FOLLOWERINFO, PacketType.OBSERVERINFO


@pytest.mark.parametrize("epoch", [0, 1, 9, EPOCH_MAX, -1])
@pytest.mark.parametrize("kind", [FOLLOWERINFO, OBSERVERINFO])
@pytest.mark.parametrize("sid", [UNKNOWN, 3, 0, -1])
def test_a_sid_that_is_nobodys_is_hung_up_on(
    leader: Server, sid: int, kind: PacketType, epoch: int
) -> None:
    assert leader.sid == 3
    with _call(leader.ports.quorum) as link:
        link.sendall(info(kind, sid, epoch))
        assert _until_closed(link) == b""


@pytest.mark.parametrize("epoch", [1, 9, 60_000])
def test_packets_that_claim_the_followers_sids_cut_nobody_off(
    ensemble: Ensemble, leader: Server, epoch: int
) -> None:
    with ExitStack() as stack:
        links = []
        for follower in ensemble.followers():
            for kind in (FOLLOWERINFO, OBSERVERINFO):
                link = stack.enter_context(_call(leader.ports.quorum))
                link.sendall(info(kind, follower.sid, epoch))
                links.append(link)
        assert [_until_closed(link) for link in links] == [b""] * 4


def test_a_claim_that_speaks_on_is_hung_up_on(leader: Server) -> None:
    ack = pack_packet(Packet(PacketType.ACKEPOCH, make_zxid(9, 9), b"\0\0\0\7"))
    with _call(leader.ports.quorum) as link:
        link.sendall(info(FOLLOWERINFO, 1, 1) + ack)
        assert _until_closed(link) == b""


@pytest.mark.parametrize("kind", sorted(set(PacketType) - {FOLLOWERINFO, OBSERVERINFO}))
def test_a_first_packet_that_is_no_introduction_is_hung_up_on(
    leader: Server, kind: PacketType
) -> None:
    with _call(leader.ports.quorum) as link:
        link.sendall(pack_packet(Packet(kind, make_zxid(9, 9), b"\0" * 32)))
        assert _until_closed(link) == b""


@pytest.mark.parametrize(
    "said",
    [
        struct.pack(">iqi", FOLLOWERINFO, 0, 0x7FFFFFFF),
        struct.pack(">iqii", FOLLOWERINFO, 0, -2, 0),
        struct.pack(">iqii", FOLLOWERINFO, 0, -1, 1 << 20),
        pack_packet(Packet(FOLLOWERINFO, 0, b"\0" * 7)),
        pack_packet(Packet(FOLLOWERINFO, 0)),
        pack_packet(Packet(777, 0)),
    ],
)
def test_bytes_that_are_no_packet_are_hung_up_on(leader: Server, said: bytes) -> None:
    with _call(leader.ports.quorum) as link:
        link.sendall(said + bytes(32))
        assert _until_closed(link) == b""


def test_a_follower_takes_no_calls_on_its_quorum_port(
    ensemble: Ensemble, leader: Server
) -> None:
    for follower in ensemble.followers():
        with pytest.raises(ConnectionRefusedError):
            _call(follower.ports.quorum)
    assert leader.mode() == "leader"


@pytest.mark.parametrize(
    "said",
    [
        pack_greeting(Greeting(UNKNOWN, ("127.0.0.1:9",))),
        pack_greeting(Greeting(3, ("127.0.0.1:9",))),
        pack_greeting(Greeting(-7, ("127.0.0.1:9",))),
        struct.pack(">q", UNKNOWN),
        struct.pack(">q", -1),
        struct.pack(">qqi", -65536, 1, 0x7FFFFFFF),
        struct.pack(">qqi", -65536, 1, -1),
        struct.pack(">qqi", -65536, 1, 4) + b"\xff\xff\xff\xff",
    ],
)
def test_a_greeting_of_nobody_is_hung_up_on(leader: Server, said: bytes) -> None:
    with _call(leader.ports.election) as link:
        link.sendall(said)
        assert _until_closed(link) == b""


@pytest.mark.usefixtures("leader")
@pytest.mark.parametrize("length", [0, -1, 524_289, 0x7FFFFFFF])
def test_a_notification_of_no_length_ends_its_connection(
    ensemble: Ensemble, length: int
) -> None:
    with _call(ensemble[1].ports.election) as link:
        link.sendall(pack_greeting(Greeting(2, ("127.0.0.1:9",))))
        link.sendall(struct.pack(">i", length))
        _until_closed(link)


@pytest.mark.usefixtures("leader")
@pytest.mark.parametrize("state", list(PeerState))
@pytest.mark.parametrize("round_", [-1, 1, 1 << 31, ROUND_MAX])
def test_votes_that_claim_a_voters_sid_change_nothing_while_we_serve(
    ensemble: Ensemble, state: PeerState, round_: int
) -> None:
    vote = Notification(state, UNKNOWN, make_zxid(EPOCH_MAX, 1), round_, EPOCH_MAX)
    payload = pack_notification(vote)
    with _call(ensemble[1].ports.election) as link:
        link.sendall(pack_greeting(Greeting(2, ("127.0.0.1:9",))))
        link.sendall(struct.pack(">i", len(payload)) + payload)
        link.shutdown(socket.SHUT_WR)
        _until_closed(link)


def _call(port: int) -> socket.socket:
    link = socket.create_connection((LOOPBACK, port), PATIENCE_S)
    link.settimeout(PATIENCE_S)
    return link


def _until_closed(link: socket.socket) -> bytes:
    """Return what is said to us until they hang up; TimeoutError if they do not."""
    said = b""
    try:
        while chunk := link.recv(65536):
            said += chunk
    except ConnectionResetError:
        pass  # they closed with something of ours unread
    return said


def _epoch(server: Server) -> str:
    return (server.data / "currentEpoch").read_text()


def _losses(ensemble: Ensemble) -> list[str]:
    """Return every loss of a follower, a leader or the service, by any server."""
    return [
        str(event)
        for server in ensemble.servers
        for event in server.events_named(*LOST)
    ]

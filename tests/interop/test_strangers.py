"""What docs/protocol/strangers.md says of ZooKeeper, asked of Java's own servers."""

import socket
import struct
from collections.abc import Iterator

import pytest

from node.wire.quorum import (
    LearnerInfo,
    Packet,
    PacketType,
    pack_learner_info,
    pack_packet,
)
from node.zxid import epoch_of, make_zxid
from tests.e2e.ensemble import LOOPBACK, Ensemble
from tests.interop.java import java

pytestmark = pytest.mark.interop

NEWER = 9
LEADERINFO_BYTES = 24  # a packet with four bytes of data


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ensemble]:
    with Ensemble(tmp_path_factory.mktemp("java"), [java] * 3) as ensemble:
        ensemble.start()
        yield ensemble


@pytest.mark.parametrize("who", ["a stranger", "the leader itself", "its follower"])
@pytest.mark.parametrize("kind", [PacketType.FOLLOWERINFO, PacketType.OBSERVERINFO])
def test_a_leader_answers_anybody_and_leads_on(
    three: Ensemble, who: str, kind: PacketType
) -> None:
    leader = three.leader()
    epoch = (leader.data / "currentEpoch").read_text()
    sids = {
        "a stranger": 99,
        "the leader itself": leader.sid,
        "its follower": three.followers()[0].sid,
    }
    info = pack_learner_info(LearnerInfo(sids[who]))
    with socket.create_connection((LOOPBACK, leader.ports.quorum), 10) as link:
        link.sendall(pack_packet(Packet(kind, make_zxid(NEWER, 0), info)))
        answer = b""
        while len(answer) < LEADERINFO_BYTES:
            chunk = link.recv(4096)
            assert chunk, "it hung up"
            answer += chunk
        packet_type, zxid = struct.unpack_from(">iq", answer)
        assert packet_type == PacketType.LEADERINFO
        assert epoch_of(zxid) == int(epoch) < NEWER
    assert three.wait_serving() is leader
    assert (leader.data / "currentEpoch").read_text() == epoch
    assert len(three.followers()) == 2

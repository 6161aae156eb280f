"""Byte for byte: our codecs against what Java ZooKeeper 3.8.0 said.

Every recorded message is decoded and encoded again; then a few are built from
values we know, so that a codec cannot cheat by keeping bytes it never read.
"""

import struct

import pytest

from node.wire import notification, quorum
from node.wire.notification import Greeting, Notification, PeerState
from node.wire.quorum import LearnerInfo, PacketType
from tests.vectors.load import conversation
from tests.vectors.raw import Said

QUORUM = ("follower-snap", "follower-diff", "follower-trunc", "observer", "leader")


def said(name: str, what: str, by: str = "java") -> bytes:
    """Return the first message of this name, an explanation behind it or not."""
    return next(
        m.data
        for m in conversation(name)
        if m.by == by and m.what.partition(":")[0] == what
    )


# --- the election port --------------------------------------------------------


def test_a_greeting_says_who_calls_and_where_to_call_back():
    data = conversation("election")[0].data
    greeting, end = notification.unpack_greeting(data) or pytest.fail("not whole")
    assert end == len(data)
    assert greeting.sid == 1
    assert greeting.addresses[0].startswith("127.0.0.1:")
    assert notification.pack_greeting(greeting) == data
    assert notification.pack_greeting(Greeting(1, greeting.addresses)) == data


@pytest.mark.parametrize(
    "message",
    [m for m in conversation("election") if "initial" not in m.what],
    ids=lambda m: f"{m.by}: {m.what}",
)
def test_a_notification_survives_decoding_and_encoding(message: Said):
    (length,) = struct.unpack_from(">i", message.data)
    body = message.data[4:]
    assert length == len(body)
    assert (
        notification.pack_notification(notification.unpack_notification(body)) == body
    )


def test_a_candidate_first_votes_for_itself():
    body = said("election", "LOOKING")[4:]
    ballot = notification.unpack_notification(body)
    assert ballot._replace(config="") == Notification(
        state=PeerState.LOOKING, leader=1, zxid=0, round=1, peer_epoch=0
    )
    lines = ballot.config.splitlines()
    assert [line[:9] for line in lines] == [
        "server.1=",
        "server.2=",
        "server.3=",
        "version=0",
    ]
    assert notification.config_version(ballot.config) == 0


def test_a_leader_answers_a_late_starter_with_its_vote_and_state():
    body = said("election", "LEADING")[4:]
    ballot = notification.unpack_notification(body)
    assert (ballot.state, ballot.leader, ballot.peer_epoch) == (PeerState.LEADING, 2, 1)


# --- the quorum port ------------------------------------------------------------


@pytest.mark.parametrize("name", QUORUM)
def test_every_quorum_packet_survives_decoding_and_encoding(name: str):
    packets = [m for m in conversation(name) if m.what != "snapshot stream"]
    assert len(packets) > 10
    for message in packets:
        packet, end = quorum.unpack_packet(message.data, 0)
        assert packet is not None, message.what
        assert end == len(message.data)
        assert PacketType(packet.type).name == message.what
        assert quorum.pack_packet(packet) == message.data


@pytest.mark.parametrize("name", QUORUM)
def test_one_chunk_and_single_bytes_give_the_same_packets(name: str):
    stream = b"".join(
        m.data for m in conversation(name) if m.by == "java" and "SNAP" not in m.what
        and m.what != "snapshot stream"
    )  # fmt: skip
    whole, end = quorum.unpack_packets(stream)
    assert end == len(stream)
    dripped, rest = [], b""
    for at in range(len(stream)):
        rest += stream[at : at + 1]
        packets, used = quorum.unpack_packets(rest)
        dripped += packets
        rest = rest[used:]
    assert dripped == whole
    assert rest == b""


def test_the_packets_a_learner_says_are_built_from_values():
    info = quorum.pack_learner_info(LearnerInfo(sid=1))
    assert quorum.pack_data(PacketType.FOLLOWERINFO, 0, info) == said(
        "leader", "FOLLOWERINFO"
    )
    epoch = struct.pack(">i", 0)
    assert quorum.pack_data(PacketType.ACKEPOCH, 0, epoch) == said("leader", "ACKEPOCH")
    assert quorum.pack_bare(PacketType.ACK, 6 << 32) == said("leader", "ACK")


def test_the_packets_a_leader_says_are_built_from_values():
    version = struct.pack(">i", 0x10000)
    assert quorum.pack_data(PacketType.LEADERINFO, 1 << 32, version) == said(
        "observer", "LEADERINFO"
    )
    assert quorum.pack_bare(PacketType.UPTODATE, -1) == said("observer", "UPTODATE")
    assert quorum.pack_bare(PacketType.SYNC, 0) == said("follower-diff", "SYNC")


def test_a_ping_carries_the_sessions_its_learner_heard():
    packet, _ = quorum.unpack_packet(said("leader", "PING"), 0)
    assert packet is not None
    touches = quorum.unpack_touches(packet.data)
    assert list(touches.values()) == [10_000]
    assert quorum.pack_touches(touches) == packet.data


def test_a_forwarded_request_names_session_and_operation():
    packet, _ = quorum.unpack_packet(said("leader", "REQUEST"), 0)
    assert packet is not None
    request = quorum.unpack_request(packet.data)
    assert (request.cxid, request.op) == (0, -10)
    assert request.body == struct.pack(">i", 10_000)
    assert quorum.pack_request(request) == packet.data

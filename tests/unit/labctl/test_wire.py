"""Bytes beside fields: what `--level wire` shows of a peer message."""

from hypothesis import given
from hypothesis import strategies as st

from labctl.screen.line import WIRE
from labctl.story.narrator.wire import fields, message_tapped
from labctl.story.world import new_world
from node.events import MessageTapped
from node.wire.notification import Notification, pack_notification
from node.wire.quorum import Packet, PacketType, pack_packet
from node.wire.txn import TxnHeader, pack_entry

E1 = 1 << 32
WORLD = new_world((1, 2, 3), ())


def names(kind: str, data: bytes) -> list[str]:
    return [name for _, name in fields(kind, data, len(data))]


def test_a_vote_s_bytes_are_its_fields() -> None:
    payload = pack_notification(Notification(0, 3, E1 + 5, 2, 1))
    data = len(payload).to_bytes(4, "big") + payload
    assert names("NOTIFICATION", data) == [
        *("length 44", "state LOOKING", "leader 3", "zxid 0x100000005"),
        *("electionEpoch 0x2", "peerEpoch 0x1", "version 2", "configLength 0"),
    ]


def test_a_commit_is_twenty_bytes_and_all_are_named() -> None:
    data = pack_packet(Packet(PacketType.COMMIT, E1 + 5))
    rows = list(fields("COMMIT", data, len(data)))
    assert [name for _, name in rows] == [
        *("type 4 COMMIT", "zxid 0x100000005", "dataLength -1", "authinfo none"),
    ]
    assert b"".join(part for part, _ in rows) == data


def test_a_proposal_shows_its_transaction() -> None:
    entry = pack_entry(TxnHeader(7, 1, E1 + 5, 1000, 15), b"\x00\x00\x00\x02/a" * 9)
    data = pack_packet(Packet(PacketType.PROPOSAL, E1 + 5, entry))
    shown = names("PROPOSAL", data)
    assert "txnType 15 create2" in shown
    assert "session 0x7" in shown
    assert shown[-1].startswith("data, authinfo, ")


def test_it_is_told_at_its_level_with_the_content_in_words() -> None:
    data = pack_packet(Packet(PacketType.COMMIT, E1 + 5))
    told = message_tapped(
        WORLD, 2, MessageTapped(3, "COMMIT", len(data), data.hex(), 0)
    )
    assert told.level == WIRE
    assert told.why is not None
    assert told.why.key == "step.COMMIT"
    assert told.below[0].startswith("00 00 00 04")
    assert all(len(row) <= 64 for row in told.below)


@given(st.binary(max_size=80), st.sampled_from(["NOTIFICATION", "PROPOSAL", "ACK"]))
def test_any_bytes_are_shown_in_order_and_what_is_cut_is_counted(
    data: bytes, kind: str
) -> None:
    told = message_tapped(WORLD, 2, MessageTapped(3, kind, len(data), data.hex(), 0))
    rows = list(fields(kind, data, len(data)))
    assert len(told.below) == len(rows)
    shown = b"".join(part for part, _ in rows)
    assert data.startswith(shown)
    if shown != data:
        last, name = rows[-1]
        left = len(data) - len(shown) + len(last)
        assert name.endswith(f", {left} bytes")

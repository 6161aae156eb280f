"""How a learner takes over its leader's history, and in which order it promises."""

import pytest

from node.broadcast import effects as do
from node.broadcast import events as on
from node.broadcast.history import History
from node.events import (
    LeaderLost,
    NewLeaderReceived,
    PhaseChanged,
    SyncReceived,
    UpToDate,
)
from node.wire.errors import ProtocolViolation
from node.wire.quorum import PacketType
from tests.unit.broadcast.following import Following, z
from tests.unit.broadcast.leading import ENTRY, events, of, sent

# --- synchronization -------------------------------------------------------


def test_the_history_is_logged_then_dated_then_acknowledged() -> None:
    it = Following(History(z(1, 2), 1, 1)).syncing(2)
    opened = it.hear(PacketType.DIFF, z(1, 4))
    assert events(SyncReceived, opened) == [SyncReceived("DIFF", z(1, 4), z(1, 2))]
    assert it.propose(z(1, 3)) == []
    assert it.hear(PacketType.COMMIT, z(1, 3)) == []
    assert it.propose(z(1, 4)) == []
    assert it.tail() == []
    effects = it.hear(PacketType.NEWLEADER, z(2, 0))
    names = [type(e).__name__ for e in effects if type(e).__name__ != "Note"]
    assert names == [
        "Append",
        "Append",
        "Flush",
        "SaveEpoch",
        "Deliver",
        "Send",
        "Send",
    ]
    assert of(do.SaveEpoch, effects) == [do.SaveEpoch("currentEpoch", 2)]
    assert sent(effects) == [("ACK", z(2, 0)), ("ACK", z(1, 4))]
    assert events(NewLeaderReceived, effects) == [NewLeaderReceived(2)]
    history = it.history
    assert (history.last_zxid, history.committed_zxid) == (z(1, 4), z(1, 3))
    assert history.current_epoch == 2
    assert it.tail() == [z(1, 4)]


def test_what_a_leader_replays_comes_without_a_gap() -> None:
    it = Following(History(z(1, 2), 1, 1)).syncing(2)
    it.hear(PacketType.DIFF, z(1, 5))
    it.propose(z(1, 3))
    with pytest.raises(ProtocolViolation, match="Got zxid 0x100000005 after"):
        it.propose(z(1, 5))
    with pytest.raises(ProtocolViolation, match="Got zxid 0x100000003 after"):
        it.propose(z(1, 3))


def test_uptodate_begins_the_service() -> None:
    it = Following().syncing()
    it.hear(PacketType.DIFF)
    it.hear(PacketType.NEWLEADER, z(1, 0))
    effects = it.hear(PacketType.UPTODATE, -1)
    assert events(UpToDate, effects) == [UpToDate(1, 3)]
    assert sent(effects) == [("ACK", z(1, 0))]
    assert of(do.Serve, effects) == [do.Serve("FOLLOWING", 1)]
    assert events(PhaseChanged, effects) == [PhaseChanged("FOLLOWING", "broadcast", 1)]


def test_uptodate_before_newleader_is_refused() -> None:
    with pytest.raises(ProtocolViolation, match="while syncing"):
        Following().syncing().hear(PacketType.UPTODATE, -1)


@pytest.mark.parametrize("zxid", [z(2, 0), z(0, 0)])
def test_a_newleader_of_another_epoch_is_refused(zxid: int) -> None:
    with pytest.raises(ProtocolViolation, match="NEWLEADER"):
        Following().syncing().hear(PacketType.NEWLEADER, zxid)


def test_a_second_newleader_is_refused() -> None:
    it = Following().syncing()
    it.hear(PacketType.NEWLEADER, z(1, 0))
    with pytest.raises(ProtocolViolation, match="NEWLEADER"):
        it.hear(PacketType.NEWLEADER, z(1, 0))


@pytest.mark.parametrize("kind", ["PING", "SYNC", "REVALIDATE"])
def test_what_is_meant_for_who_serves_is_passed_over(kind: str) -> None:
    assert Following().syncing().hear(PacketType[kind], 0, b"") == []


def test_a_tree_waits_for_newleader_and_takes_the_place_of_all() -> None:
    it = Following(History(z(1, 2), 1, 1, [(z(1, 2), ENTRY)])).syncing(2)
    it.hear(PacketType.SNAP, z(1, 8))
    assert it.learner.handle(on.TreeReceived(z(1, 8))) == []
    assert it.history.last_zxid == z(1, 2)
    it.propose(z(1, 9))
    it.hear(PacketType.COMMIT, z(1, 9))
    effects = it.hear(PacketType.NEWLEADER, z(2, 0))
    assert of(do.AdoptTree, effects) == [do.AdoptTree(z(1, 8))]
    assert effects.index(do.AdoptTree(z(1, 8))) < effects.index(do.Flush())
    assert it.history.window == (z(1, 9), z(1, 9))


def test_a_truncated_log_ends_where_it_was_told() -> None:
    recent = [(z(1, n), ENTRY) for n in (1, 2, 3)]
    it = Following(History(z(1, 3), 1, 1, recent)).syncing(2)
    effects = it.hear(PacketType.TRUNC, z(1, 1))
    assert events(SyncReceived, effects) == [SyncReceived("TRUNC", z(1, 1), z(1, 3))]
    assert of(do.Truncate, effects) == [do.Truncate(z(1, 1))]
    assert it.history.last_zxid == it.history.committed_zxid == z(1, 1)
    it.propose(z(1, 2))


def test_a_log_that_cannot_be_truncated_is_claimed_whole() -> None:
    recent = [(z(1, n), ENTRY) for n in (1, 2, 3)]
    it = Following(History(z(1, 3), 1, 1, recent)).syncing(2)
    it.hear(PacketType.TRUNC, z(1, 1))
    effects = it.learner.handle(on.CannotTruncate(z(1, 1)))
    assert events(LeaderLost, effects) == [LeaderLost(3, "cannot-truncate", 0)]
    assert it.history.last_zxid == it.history.committed_zxid == z(1, 3)
    assert [p.zxid for p in it.history.recent] == [z(1, 1), z(1, 2), z(1, 3)]
    assert it.history.needs_tree

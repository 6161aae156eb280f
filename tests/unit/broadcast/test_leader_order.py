"""How a leader orders transactions, commits them, and answers its learners."""

import pytest

from node.broadcast import effects as do
from node.broadcast import events as on
from node.wire.errors import ProtocolViolation
from node.wire.quorum import (
    ForwardedRequest,
    Packet,
    PacketType,
    pack_request,
    pack_touches,
)
from node.zxid import make_zxid
from tests.unit.broadcast.leading import (
    ENTRY,
    Leading,
    of,
    sent,
)


def stepped_down(effects: list[do.Effect]) -> list[str]:
    return [abandon.why for abandon in of(do.Abandon, effects)]


# --- proposals, acks, syncs ----------------------------------------------------------


def test_an_ack_of_what_was_never_proposed_is_refused() -> None:
    it = Leading().serve(2)
    (zxid,) = it.propose()
    with pytest.raises(ProtocolViolation, match="never proposed"):
        it.ack(2, zxid + 1)


def test_a_majority_of_disks_commits_in_order() -> None:
    it = Leading(observers=1).serve(2, 3, 4)
    first, second = it.propose(2)
    assert it.leader.tail[0].zxid == first
    assert it.leader.handle(on.OwnAck(second)) == []
    effects = it.ack(2, first)
    assert sent(effects, 2) == sent(effects, 3) == [("COMMIT", first)]
    assert sent(effects, 4) == [("INFORM", first)]
    assert of(do.Deliver, effects) == [do.Deliver(first, ENTRY)]
    assert it.ack(2, first) == [], "an ACK that says nothing new"
    assert sent(it.ack(3, second), 2) == [("COMMIT", second)]
    assert it.leader.tail == ()


def test_the_own_disks_mark_never_goes_back() -> None:
    it = Leading().serve(2)
    first, second = it.propose(2)
    it.leader.handle(on.OwnAck(second))
    it.leader.handle(on.OwnAck(first))
    assert len(of(do.Deliver, it.ack(2, second))) == 2


def test_an_observers_ack_commits_nothing() -> None:
    it = Leading(observers=1).serve(2, 4)
    (zxid,) = it.propose()
    it.leader.handle(on.OwnAck(zxid))
    assert it.ack(4, zxid) == []


def sync_asked(it: Leading, link: int) -> list[do.Effect]:
    asked = pack_request(ForwardedRequest(7, 1, 9, b""))
    return it.hear(link, PacketType.REQUEST, -1, asked)


def test_a_sync_waits_for_all_that_was_proposed_before_it() -> None:
    it = Leading().serve(2)
    first, second = it.propose(2)
    assert it.leader.handle(on.SyncAsked()) == []
    assert sync_asked(it, 2) == []
    it.leader.handle(on.OwnAck(second))
    assert of(do.SyncDone, it.ack(2, first)) == []
    effects = it.ack(2, second)
    assert of(do.SyncDone, effects) == [do.SyncDone()]
    assert sent(effects) == [("COMMIT", second), ("SYNC", 0)]
    assert sent(sync_asked(it, 2)) == [("SYNC", 0)], "nothing is in flight"
    assert it.leader.handle(on.SyncAsked()) == [do.SyncDone()]


def test_an_early_sync_does_not_wait_for_a_late_one() -> None:
    it = Leading().serve(2)
    (first,) = it.propose()
    it.leader.handle(on.SyncAsked())
    (second,) = it.propose()
    sync_asked(it, 2)
    it.leader.handle(on.OwnAck(second))
    effects = it.ack(2, first)
    assert of(do.SyncDone, effects) == [do.SyncDone()]
    assert sent(effects) == [("COMMIT", first)]
    assert sent(it.ack(2, second)) == [("COMMIT", second), ("SYNC", 0)]


def test_the_first_link_is_not_mistaken_for_the_leaders_own_clients() -> None:
    it = Leading()
    it.meet(2, link=1)
    it.ack_epoch(2, link=1)
    it.ack(2, link=1)
    assert of(do.SyncDone, sync_asked(it, 1)) == []


def test_a_forwarded_request_is_prepared_with_its_clients_auth() -> None:
    it = Leading().serve(2)
    request = ForwardedRequest(7, 1, 5, b"body")
    packet = Packet(PacketType.REQUEST, -1, pack_request(request), (("ip", "::1"),))
    effects = it.leader.handle(on.Received(2, packet))
    assert effects == [do.Prepare(2, request, (("ip", "::1"),))]
    effects = it.leader.handle(on.Received(2, packet._replace(authinfo=None)))
    assert effects == [do.Prepare(2, request, ())]


def test_sessions_are_touched_and_revalidated() -> None:
    it = Leading().serve(2)
    touches = pack_touches({7: 4000, 8: 5000})
    assert it.hear(2, PacketType.PING, 0, touches) == [do.Touch(2, {7: 4000, 8: 5000})]
    assert it.hear(2, PacketType.REVALIDATE, -1, touches) == [
        do.Revalidate(2, 7, 4000), do.Revalidate(2, 8, 5000),
    ]  # fmt: skip


def test_what_no_learner_sends_is_refused() -> None:
    it = Leading().serve(2)
    with pytest.raises(ProtocolViolation, match="from a learner"):
        it.hear(2, PacketType.PROPOSAL, 0)
    it.leader.handle(on.LinkUp(3))
    with pytest.raises(ProtocolViolation, match="while CONNECTED"):
        it.hear(3, PacketType.ACK, 0)


def test_the_last_counter_of_an_epoch_is_not_given_out() -> None:
    it = Leading().serve(2)
    it.leader.agreement.last_zxid = make_zxid(1, 0xFFFFFFFD)
    it.leader.handle(on.Propose(make_zxid(1, 0xFFFFFFFE), ENTRY))
    effects = it.leader.handle(on.Propose(make_zxid(1, 0xFFFFFFFF), ENTRY))
    assert stepped_down(effects) == ["rollover"]
    assert of(do.Append, effects) == []


def test_a_zxid_out_of_turn_is_our_own_bug() -> None:
    it = Leading().serve(2)
    with pytest.raises(AssertionError):
        it.leader.handle(on.Propose(make_zxid(1, 2), ENTRY))

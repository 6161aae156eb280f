"""Link faults: silence with its order kept, timers in the node, none without a lab."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from node.faults.commands import CommandRefused
from node.faults.link_faults import LinkFaults, one_notification, packets_in
from node.wire.quorum import PacketType, pack_bare, pack_data
from tests.unit import leaping

COMMIT = pack_bare(PacketType.COMMIT, 7)
PROPOSAL = pack_data(PacketType.PROPOSAL, 8, b"x" * 40)


class Wire:
    """A transport that keeps what it was given."""

    def __init__(self) -> None:
        self.sent = b""
        self.closed = False
        self.reading = True

    def write(self, data: bytes) -> None:
        self.sent += data

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = True

    def get_extra_info(self, name: str) -> Any:
        return None

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        self.reading = False

    def get_write_buffer_size(self) -> int:
        return 0


def in_a_loop(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    def run() -> None:
        leaping.run(test())

    run.__name__ = test.__name__
    return run


def lab() -> tuple[LinkFaults, Wire, Any]:
    """Return faults, a wire to server 2 and the transport before it."""
    faults, wire = LinkFaults("lab", {2, 3}), Wire()
    line = faults.wrap(wire, packets_in)
    assert faults.meet(line, 2)
    return faults, wire, line


def test_without_a_lab_no_connection_is_touched() -> None:
    faults, wire = LinkFaults("", {2}), Wire()
    wrapped: object = faults.wrap(wire, packets_in)
    assert wrapped is wire
    assert faults.meet(wire, 2)


@in_a_loop
async def test_a_cut_is_silence_and_what_was_written_waits_in_its_order() -> None:
    faults, wire, line = lab()
    faults.handle(b'{"to": 2, "action": "cut", "id": "x"}')
    line.write(PROPOSAL)
    line.write(COMMIT)
    assert wire.sent == b""
    assert faults.listed()[0]["held_bytes"] == len(PROPOSAL + COMMIT)
    faults.clear("x")
    assert wire.sent == PROPOSAL + COMMIT
    assert faults.listed() == []


@in_a_loop
async def test_whoever_hangs_up_behind_a_cut_is_not_heard_and_hears_nothing() -> None:
    faults, wire, line = lab()
    faults.handle(b'{"to": 2, "action": "cut"}')
    line.close()
    assert not wire.closed
    assert not wire.reading
    faults.clear()
    assert wire.closed


@in_a_loop
async def test_a_link_fault_before_one_server_is_none_before_another() -> None:
    faults, _, _ = lab()
    other = Wire()
    line = faults.wrap(other, packets_in)
    faults.meet(line, 3)
    faults.handle(b'[{"to": 2, "action": "cut"}]')
    line.write(COMMIT)
    assert other.sent == COMMIT


@in_a_loop
async def test_from_the_first_commit_on_nothing_overtakes() -> None:
    faults, wire, line = lab()
    faults.handle(b'{"to": 2, "action": "hold", "from_type": "COMMIT", "id": "g"}')
    line.write(PROPOSAL + COMMIT + PROPOSAL)
    line.write(PROPOSAL)
    assert wire.sent == PROPOSAL
    faults.clear("g")
    assert wire.sent == PROPOSAL + COMMIT + PROPOSAL + PROPOSAL


@in_a_loop
async def test_a_link_fault_for_packets_lets_votes_through() -> None:
    faults, _, _ = lab()
    wire = Wire()
    votes = faults.wrap(wire, one_notification)
    faults.meet(votes, 2)
    faults.handle(b'{"to": 2, "action": "hold", "from_type": "COMMIT"}')
    votes.write(b"vote")
    assert wire.sent == b"vote"


@in_a_loop
async def test_a_delay_keeps_the_order_and_the_close_comes_last() -> None:
    faults, wire, line = lab()
    faults.handle(b'{"to": 2, "action": "delay", "delay_ms": 20}')
    line.write(PROPOSAL)
    line.close()
    await asyncio.sleep(0.019)
    assert (wire.sent, wire.closed) == (b"", False)
    await asyncio.sleep(0.002)
    assert (wire.sent, wire.closed) == (PROPOSAL, True)


@in_a_loop
async def test_a_link_fault_opens_by_itself_when_its_time_is_up() -> None:
    faults, wire, line = lab()
    answer = faults.handle(b'{"to": 2, "action": "hold", "for_ms": 20}')
    assert answer[0]["left_ms"] == 20
    line.write(COMMIT)
    await asyncio.sleep(0.019)
    assert wire.sent == b""
    await asyncio.sleep(0.002)
    assert wire.sent == COMMIT
    assert faults.listed() == []


@in_a_loop
async def test_a_caller_waits_while_the_cable_is_cut() -> None:
    faults, _, _ = lab()
    faults.handle(b'{"to": 2, "action": "cut", "id": "g"}')
    calling = asyncio.create_task(faults.reachable(2))
    await asyncio.sleep(0)
    assert not calling.done()
    faults.clear("g")
    await asyncio.wait_for(calling, 1)


@in_a_loop
async def test_who_calls_us_through_our_cut_is_not_heard_and_may_call_again() -> None:
    faults, _, _ = lab()
    faults.handle(b'{"to": 3, "action": "cut", "id": "g"}')
    wire = Wire()
    line = faults.wrap(wire, packets_in)
    assert not faults.meet(line, 3)
    assert not wire.reading
    assert not wire.closed
    faults.clear("g")
    assert wire.closed


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (b"{", "no JSON"),
        (b"7", "JSON object"),
        (b'{"to": 1, "action": "cut"}', "no other server"),
        (b'{"to": 2, "action": "burn"}', "'burn'"),
        (b'{"to": 2, "action": "cut", "form_type": "ACK"}', "form_type"),
        (b'{"to": 2, "action": "hold", "from_type": "HELLO"}', "HELLO"),
        (b'{"to": 2, "action": "delay"}', "delay_ms"),
        (b'{"to": 2, "action": "cut", "for_ms": -1}', "for_ms"),
        (b'[{"to": 2, "action": "cut"}, {"to": 9, "action": "cut"}]', "9"),
    ],
)
def test_an_order_that_makes_no_sense_changes_nothing(order: bytes, why: str) -> None:
    faults = LinkFaults("lab", {2})
    with pytest.raises(CommandRefused, match=why):
        faults.handle(order)
    assert faults.listed() == []


@in_a_loop
async def test_a_lost_message_vanishes_and_the_rest_goes_on() -> None:
    faults, wire, line = lab()
    faults.handle(b'{"to": 2, "action": "lose", "from_type": "COMMIT", "id": "f1>2"}')
    line.write(PROPOSAL + COMMIT + PROPOSAL)
    assert wire.sent == PROPOSAL * 2
    assert faults.listed() == []
    line.write(COMMIT)
    assert wire.sent == PROPOSAL * 2 + COMMIT


@in_a_loop
async def test_a_fault_is_cleared_by_its_name_in_all_its_places() -> None:
    told: list[Any] = []
    faults = LinkFaults("lab", {2, 3}, lambda said: told.append(said.event))
    order = '{"to": %d, "action": "cut", "id": "f%d>%d"}'
    for fault, to in ((1, 2), (1, 3), (2, 3)):
        faults.handle((order % (to, fault, to)).encode())
    faults.handle(b'{"clear": "f1"}')
    assert [fault["id"] for fault in faults.listed()] == ["f2>3"]
    names = [type(event).__name__ for event in told]
    assert names == ["LinkFaultSet"] * 3 + ["LinkFaultCleared"] * 2
    assert {event.why for event in told[3:]} == {"asked"}


@in_a_loop
async def test_jitter_keeps_the_order() -> None:
    faults, wire, line = lab()
    faults.handle(b'{"to": 2, "action": "delay", "delay_ms": 20, "jitter_ms": 20}')
    line.write(PROPOSAL + COMMIT + PROPOSAL + COMMIT)
    await asyncio.sleep(0.041)
    assert wire.sent == (PROPOSAL + COMMIT) * 2

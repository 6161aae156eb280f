"""Step mode in one node: messages wait, go one by one, and keep their order."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest

from node.faults.commands import CommandRefused
from node.faults.link_faults import LinkFaults, packets_in
from node.faults.stepping import SteppedTransport, Stepping
from node.shell.timers import Timers
from node.wire.quorum import PacketType, pack_bare

PROPOSAL = pack_bare(PacketType.PROPOSAL, 1)
COMMIT = pack_bare(PacketType.COMMIT, 1)


class Wire:
    """A transport that only remembers."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.closed = self.unheard = False

    def write(self, data: bytes) -> None:
        self.sent.append(data)

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = True

    def get_extra_info(self, name: str) -> Any:
        return None

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        self.unheard = True

    def get_write_buffer_size(self) -> int:
        return 0


@contextmanager
def stepping() -> Iterator[tuple[Stepping, SteppedTransport, Wire]]:
    """One node that steps, with a connection to server 2."""
    import asyncio

    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        asyncio.events._set_running_loop(loop)
        try:
            node = Stepping(
                LinkFaults("lab", {2, 3}),
                Timers(lambda _name: None),
                lambda _note: None,
            )
            wire = Wire()
            line = node.wrap(wire, packets_in)
            assert node.meet(line, 2)
            node.turn(on=True)
            yield node, line, wire
        finally:
            asyncio.events._set_running_loop(None)


def ask(node: Stepping, **order: Any) -> dict[str, Any]:
    return node.handle(json.dumps(order).encode())


def test_messages_wait_one_by_one_and_are_shown() -> None:
    with stepping() as (node, line, wire):
        line.write(PROPOSAL + COMMIT)
        waiting = node.listed()["waiting"]
        assert wire.sent == []
        assert [(m["number"], m["kind"], m["first"]) for m in waiting] == [
            (1, "PROPOSAL", True),
            (2, "COMMIT", False),
        ]
        assert bytes.fromhex(waiting[0]["data"]) == PROPOSAL
        ask(node, deliver=1, to=2)
        assert wire.sent == [PROPOSAL]
        assert [m["number"] for m in node.listed()["waiting"]] == [2]


def test_a_message_overtakes_another_only_when_that_is_wanted() -> None:
    with stepping() as (node, line, wire):
        line.write(PROPOSAL + COMMIT)
        with pytest.raises(CommandRefused, match="#1"):
            ask(node, deliver=2, to=2)
        assert wire.sent == []
        ask(node, deliver=2, to=2, out_of_order=True)
        assert wire.sent == [COMMIT]


def test_at_the_end_everything_goes_in_order() -> None:
    with stepping() as (node, line, wire):
        line.write(PROPOSAL + COMMIT)
        ask(node, on=False)
        assert wire.sent == [PROPOSAL, COMMIT]
        line.write(PROPOSAL)
        assert wire.sent[2:] == [PROPOSAL]
        assert node.listed() == {"on": False, "waiting": [], "timers": {}}


def test_a_greeting_never_waits() -> None:
    with stepping() as (node, line, wire):
        line.write(b"\xff\xff\xff\xff")
        assert (len(wire.sent), node.listed()["waiting"]) == (1, [])


def test_a_connection_that_is_given_up_closes_behind_its_last_message() -> None:
    with stepping() as (node, line, wire):
        line.write(COMMIT)
        line.close()
        assert (wire.closed, wire.unheard, line.is_closing()) == (False, True, True)
        ask(node, deliver=1, to=2)
        assert (wire.sent, wire.closed) == ([COMMIT], True)


def test_what_waits_on_a_connection_that_broke_is_gone() -> None:
    with stepping() as (node, line, _wire):
        line.write(COMMIT)
        node.lost(line)
        assert node.listed()["waiting"] == []


@pytest.mark.parametrize(
    "body",
    [
        b"nonsense",
        b"[]",
        b'{"on": 1}',
        b'{"deliver": 1}',
        b'{"deliver": 9, "to": 2}',
        b'{"advance_ms": -1}',
        b'{"advance_ms": 99999999999}',
    ],
)
def test_an_order_that_makes_no_sense_changes_nothing(body: bytes) -> None:
    with stepping() as (node, _line, wire):
        with pytest.raises(CommandRefused):
            node.handle(body)
        assert (node.on, wire.sent) == (True, [])


def test_the_clock_is_moved_only_while_it_stands() -> None:
    with stepping() as (node, _line, _wire):
        timers = cast(Timers, node.clock)
        timers.set("tick", 500)
        moved: list[int] = []
        node.moved = lambda: moved.append(timers.now_ms())
        assert ask(node, advance_ms=200)["timers"] == {"tick": 300}
        assert len(moved) == 1
        ask(node, on=False)
        with pytest.raises(CommandRefused):
            ask(node, advance_ms=1)

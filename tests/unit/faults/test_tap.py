"""The tap tells each message's bytes while it is open, and closes by itself."""

import json

import pytest

from node.effects import Note
from node.events import MessageTapped
from node.faults.commands import CommandRefused
from node.faults.tap import MOST, SHOWN_BYTES, Tap


class Setting:
    """A tap with a clock of its own, and what it told."""

    def __init__(self) -> None:
        self.now_s = 5.0
        self.notes: list[Note] = []
        self.tap = Tap(self.notes.append, lambda: self.now_s)

    def ask(self, **order: object) -> None:
        self.tap.handle(json.dumps(order).encode())

    @property
    def told(self) -> list[MessageTapped]:
        events = [note.event for note in self.notes]
        return [event for event in events if isinstance(event, MessageTapped)]


def test_it_is_closed_until_it_is_ordered_open_and_after_its_time() -> None:
    here = Setting()
    assert not here.tap.open
    here.ask(for_ms=1000)
    assert here.tap.open
    assert here.tap.listed() == {"left_ms": 1000}
    here.now_s += 1.1
    assert not here.tap.open
    assert here.tap.listed() == {"left_ms": 0}
    here.ask(for_ms=1000)
    here.tap.clear()
    assert not here.tap.open


def test_it_tells_type_size_and_the_first_bytes() -> None:
    here = Setting()
    here.tap.sent(3, [("COMMIT", b"\x00\x01"), ("PING", b"\x02"), ("", b"a tree")])
    here.tap.sent(2, [("PROPOSAL", bytes(1000))])
    first, second = here.told
    assert first == MessageTapped(3, "COMMIT", 2, "0001", 0)
    assert (second.size, len(second.data)) == (1000, 2 * SHOWN_BYTES)


def test_of_very_many_it_tells_some_and_counts_the_rest() -> None:
    here = Setting()
    here.tap.sent(2, [("COMMIT", b"x")] * (MOST * 10))
    assert len(here.told) == MOST
    here.now_s += 1
    here.tap.sent(2, [("COMMIT", b"x")])
    assert len(here.told) == MOST + 1
    assert here.told[-1].left_out == MOST * 9


@pytest.mark.parametrize("order", [{}, {"for_ms": 0}, {"for_ms": 10**9}, {"on": True}])
def test_an_order_without_a_time_is_refused(order: dict[str, object]) -> None:
    here = Setting()
    with pytest.raises(CommandRefused):
        here.ask(**order)
    assert not here.tap.open

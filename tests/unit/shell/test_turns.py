"""A peer that sends much at once is read one large piece a turn."""

import asyncio
from typing import Any

import pytest

from node.shell.quorum_port import TURN_BYTES, Link


class Socket:
    """A transport that remembers whether it is read."""

    def __init__(self) -> None:
        self.reading, self.closing = True, False

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def is_closing(self) -> bool:
        return self.closing


class Owner:
    """Nobody in particular."""

    def settle_soon(self) -> None:
        """Nothing waits."""


class Port:
    """Enough of a port for one link."""

    owner = Owner()


@pytest.fixture
def link(monkeypatch: pytest.MonkeyPatch) -> Any:
    port: Any = Port()
    link = Link(port, 1)
    link.socket = link.transport = Socket()
    monkeypatch.setattr(link, "_read", lambda _data: None)
    return link


def test_after_a_large_piece_others_have_their_turn(link: Any) -> None:
    async def turns() -> list[bool]:
        link.data_received(bytes(TURN_BYTES - 1))
        seen = [link.socket.reading]
        link.data_received(bytes(TURN_BYTES))
        seen.append(link.socket.reading)
        await asyncio.sleep(0)
        return [*seen, link.socket.reading]

    assert asyncio.run(turns()) == [True, False, True]


def test_a_link_that_has_ended_meanwhile_is_not_read_again(link: Any) -> None:
    async def turns() -> bool:
        link.data_received(bytes(TURN_BYTES))
        link.socket.closing = True
        await asyncio.sleep(0)
        return bool(link.socket.reading)

    assert not asyncio.run(turns())

"""Step mode: every peer message waits in its sender until somebody delivers it.

In step mode no message leaves for a peer by itself, on election and quorum
connections alike, and the clock of the node stands still, so no time limit runs
out.  Connections still open and close, and clients are served: a write waits
for its PROPOSAL, ACK and COMMIT to be delivered one by one.

It comes before the link faults: what is delivered here still meets those.  It is
commanded like them (`node.faults.commands`); without a lab nothing is wrapped.
"""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from node.effects import OUTSIDE, Note, note
from node.fault_events import MessageDelivered, SteppingChanged
from node.faults.commands import CommandRefused, document
from node.faults.link_faults import LinkFaults
from node.faults.tap import Tap
from node.faults.transport import Split, Transport

SHOWN_BYTES = 8192  # of a message's content
ADVANCE_MAX_MS = 3_600_000


class StoppableClock(Protocol):
    """The node's clock and its timers, as step mode needs them."""

    def pause(self) -> None:
        """Let the clock stand still."""

    def resume(self) -> None:
        """Let the clock go on from where it stands."""

    def advance(self, by_ms: int) -> list[str]:
        """Move a paused clock, fire what is due; return what was."""

    def left_ms(self) -> dict[str, int]:
        """Return how long each timer has to wait yet, the first one first."""


class Waiting(NamedTuple):
    """A message that waits to be delivered."""

    number: int  # counts what we have for this peer from 1
    kind: str  # NOTIFICATION, PROPOSAL, …
    data: bytes
    tree_bytes: int  # of a tree behind a SNAP, which goes along with it
    at_ms: float  # wall clock: when it was written


class Stepping:
    """Step mode of one node: the connections to its peers, and its clock."""

    def __init__(
        self,
        link_faults: LinkFaults,
        clock: StoppableClock,
        publish: Callable[[Note], object],
    ) -> None:
        """Let everything flow until a command says otherwise."""
        self.link_faults = link_faults
        self.clock = clock
        self.publish = publish
        self.tap = Tap(publish)
        self.moved: Callable[[], None] = lambda: None  # a command moved our clock
        self.on = False
        self.numbers: Counter[int] = Counter()
        self.transports: list[SteppedTransport] = []

    # --- before the ports -------------------------------------------------------

    def wrap(self, transport: Transport, split: Split) -> "SteppedTransport":
        """Return what a connection must write to."""
        stepped = SteppedTransport(self, self.link_faults.wrap(transport, split), split)
        self.transports.append(stepped)
        return stepped

    def meet(self, transport: Transport, sid: int) -> bool:
        """Tell a connection who its peer is; False: it must not hear that peer."""
        assert isinstance(transport, SteppedTransport), "wrapped elsewhere"
        transport.sid = sid
        return self.link_faults.meet(transport.below, sid)

    def lost(self, transport: Transport | None) -> None:
        """Forget a connection that has ended, and what waited on it."""
        if isinstance(transport, SteppedTransport):
            if transport in self.transports:
                self.transports.remove(transport)
            transport.queue.clear()
            self.link_faults.lost(transport.below)

    async def reachable(self, sid: int) -> None:
        """Wait until the link to this peer is not cut."""
        await self.link_faults.reachable(sid)

    # --- commands ---------------------------------------------------------------

    def handle(self, body: bytes) -> dict[str, Any]:
        """Do `{"on": true}`, `{"deliver": N, "to": SID}` or `{"advance_ms": N}`.

        `{"on": false}` lets everything go.  With `"out_of_order": true` a
        message may overtake those before it on its connection, which TCP would
        never let it.
        """
        match document(body):
            case {"on": bool(on)}:
                self.turn(on=on)
            case {"deliver": int(number), "to": int(to), **more}:
                self._deliver(to, number, out_of_order=bool(more.get("out_of_order")))
            case {"advance_ms": int(by_ms)} if 0 <= by_ms <= ADVANCE_MAX_MS:
                if not self.on:
                    raise CommandRefused("not stepping: the clock goes by itself")
                self.clock.advance(by_ms)
                self.moved()
            case _:
                raise CommandRefused("on, deliver and to, or advance_ms")
        return self.listed()

    def clear(self) -> None:
        """Let everything go by itself again."""
        self.turn(on=False)

    def listed(self) -> dict[str, Any]:
        """Return whether we step, what waits, and which timers stand still."""
        waiting = [
            {
                "to": transport.sid,
                "number": message.number,
                "kind": message.kind,
                "data": message.data[:SHOWN_BYTES].hex(),
                "tree_bytes": message.tree_bytes,
                "at_ms": message.at_ms,
                "first": place == 0,
            }
            for transport in self.transports
            for place, message in enumerate(transport.queue)
        ]
        return {
            "on": self.on,
            "waiting": waiting,
            "timers": self.clock.left_ms() if self.on else {},
        }

    def turn(self, *, on: bool) -> None:
        """Begin to step, or let everything that waits go, and the clock."""
        if on == self.on:
            return
        held = sum(len(transport.queue) for transport in self.transports)
        self.on = on
        if on:
            self.clock.pause()
        self.publish(note(SteppingChanged(on, held), OUTSIDE))
        if not on:
            for transport in [*self.transports]:
                transport.release()
            self.clock.resume()

    def _deliver(self, to: int, number: int, *, out_of_order: bool) -> None:
        for transport in self.transports:
            numbers = [message.number for message in transport.queue]
            if transport.sid != to or number not in numbers:
                continue
            place = numbers.index(number)
            if place and not out_of_order:
                raise CommandRefused(
                    f"not the first on its connection: #{numbers[0]} is"
                )
            kind = transport.queue[place].kind
            self.publish(note(MessageDelivered(to, number, kind), OUTSIDE))
            transport.deliver(place)
            return
        raise CommandRefused(f"no message #{number} waits for server {to}")


class SteppedTransport:
    """One connection's sending side, whose messages wait to be delivered."""

    def __init__(self, stepping: Stepping, below: Transport, split: Split) -> None:
        self.sid = -1
        self.stepping = stepping
        self.below = below
        self.split = split
        self.queue: list[Waiting] = []
        self._closing = False

    def write(self, data: bytes) -> None:
        """Write, or put in line; a greeting opens a connection and never waits."""
        if self.stepping.tap.open and data[:1] != b"\xff":
            self.stepping.tap.sent(self.sid, self.split(data))
        if (not self.stepping.on and not self.queue) or data[:1] == b"\xff":
            self.below.write(data)
            return
        for kind, message in self.split(data):
            if kind:
                self.stepping.numbers[self.sid] += 1
                number = self.stepping.numbers[self.sid]
                now_ms = time.time() * 1000
                self.queue.append(Waiting(number, kind, message, 0, now_ms))
            elif self.queue:  # a piece of the tree that belongs to the SNAP before
                last = self.queue[-1]
                self.queue[-1] = last._replace(
                    data=last.data + message,
                    tree_bytes=last.tree_bytes + len(message),
                )
            else:
                self.below.write(message)

    def deliver(self, place: int = 0) -> None:
        """Let one message go."""
        self.below.write(self.queue.pop(place).data)
        self._end()

    def release(self) -> None:
        """Let all of them go, in order."""
        while self.queue:
            self.deliver()

    def close(self) -> None:
        """Close behind the last message; a side that has closed does not listen."""
        if self._closing:
            return
        self._closing = True
        if self.queue and not self.below.is_closing():
            self.below.pause_reading()
        self._end()

    def abort(self) -> None:
        """Close at once; what waits is lost."""
        self.below.abort()

    def pause_reading(self) -> None:
        """Take in nothing for now."""
        self.below.pause_reading()

    def is_closing(self) -> bool:
        """Return whether our side has ended."""
        return self._closing or self.below.is_closing()

    def get_write_buffer_size(self) -> int:
        """Return how many bytes wait below; what waits for delivery does not count."""
        return self.below.get_write_buffer_size()

    def get_extra_info(self, name: str) -> Any:
        """Return what the transport knows of itself."""
        return self.below.get_extra_info(name)

    def _end(self) -> None:
        if self._closing and not self.queue:
            self.below.close()

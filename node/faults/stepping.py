"""Step mode: every peer message waits in its sender until somebody delivers it.

While a lab steps, no message leaves for a peer by itself, on election and quorum
connections alike, and the clock of the node stands still, so no time limit runs
out.  Connections still open and close, and clients are served: a write waits
for its PROPOSAL, ACK and COMMIT to be delivered one by one.

It stands before the gates: what is delivered here still has to pass them.  Orders
are taken as for gates (`node.shell.orders`); without a lab nothing is wrapped.
"""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from node.effects import OUTSIDE, Note, note
from node.fault_events import MessageDelivered, SteppingChanged
from node.shell.gates import Gates, Split
from node.shell.orders import OrderRefused, document
from node.shell.tap import Tap
from node.shell.timers import Timers

SHOWN_BYTES = 8192  # of a message's content
ADVANCE_MAX_MS = 3_600_000


class Doors(Protocol):
    """What the peer ports ask before they call somebody or write."""

    def wrap(self, transport: Any, split: Split) -> Any:
        """Return what a connection must write to."""

    def meet(self, transport: Any, sid: int) -> bool:
        """Tell a connection who its peer is; False: it must not hear that peer."""

    def lost(self, transport: Any) -> None:
        """Forget a connection that has ended."""

    async def passable(self, sid: int) -> None:
        """Wait until this peer can be called."""


class Waiting(NamedTuple):
    """A message that waits to be delivered."""

    number: int  # counts what we have for this peer from 1
    kind: str  # NOTIFICATION, PROPOSAL, …
    data: bytes
    tree_bytes: int  # of a tree behind a SNAP, which goes along with it
    at_ms: float  # wall clock: when it was written


class Stepping:
    """Step mode of one node: the lines to its peers, and its clock."""

    def __init__(
        self, gates: Gates, timers: Timers, publish: Callable[[Note], object]
    ) -> None:
        """Let everything flow until told otherwise."""
        self.gates = gates
        self.timers = timers
        self.publish = publish
        self.tap = Tap(publish)
        self.moved: Callable[[], None] = lambda: None  # our clock was moved by hand
        self.on = False
        self.numbers: Counter[int] = Counter()
        self.lines: list[HandLine] = []

    # --- before the ports -------------------------------------------------------

    def wrap(self, transport: Any, split: Split) -> "HandLine":
        """Return what a connection must write to."""
        line = HandLine(self, self.gates.wrap(transport, split), split)
        self.lines.append(line)
        return line

    def meet(self, transport: "HandLine", sid: int) -> bool:
        """Tell a connection who its peer is; False: it must not hear that peer."""
        transport.sid = sid
        return self.gates.meet(transport.below, sid)

    def lost(self, transport: "HandLine | None") -> None:
        """Forget a connection that has ended, and what waited on it."""
        if transport is not None:
            if transport in self.lines:
                self.lines.remove(transport)
            transport.queue.clear()
            self.gates.lost(transport.below)

    async def passable(self, sid: int) -> None:
        """Wait until the cable to this peer is whole."""
        await self.gates.passable(sid)

    # --- orders -----------------------------------------------------------------

    def order(self, body: bytes) -> dict[str, Any]:
        """Obey `{"on": true}`, `{"deliver": N, "to": SID}` or `{"advance_ms": N}`.

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
                    raise OrderRefused("not stepping: the clock goes by itself")
                self.timers.advance(by_ms)
                self.moved()
            case _:
                raise OrderRefused("on, deliver and to, or advance_ms")
        return self.listed()

    def clear(self) -> None:
        """Let everything go by itself again."""
        self.turn(on=False)

    def listed(self) -> dict[str, Any]:
        """Return whether we step, what waits, and which timers stand still."""
        waiting = [
            {
                "to": line.sid,
                "number": message.number,
                "kind": message.kind,
                "data": message.data[:SHOWN_BYTES].hex(),
                "tree_bytes": message.tree_bytes,
                "at_ms": message.at_ms,
                "first": place == 0,
            }
            for line in self.lines
            for place, message in enumerate(line.queue)
        ]
        return {
            "on": self.on,
            "waiting": waiting,
            "timers": self.timers.left_ms() if self.on else {},
        }

    def turn(self, *, on: bool) -> None:
        """Begin to step, or let everything that waits go, and the clock."""
        if on == self.on:
            return
        held = sum(len(line.queue) for line in self.lines)
        self.on = on
        if on:
            self.timers.freeze()
        self.publish(note(SteppingChanged(on, held), OUTSIDE))
        if not on:
            for line in [*self.lines]:
                line.release()
            self.timers.thaw()

    def _deliver(self, to: int, number: int, *, out_of_order: bool) -> None:
        for line in self.lines:
            numbers = [message.number for message in line.queue]
            if line.sid != to or number not in numbers:
                continue
            place = numbers.index(number)
            if place and not out_of_order:
                raise OrderRefused(f"not the first in its line: #{numbers[0]} is")
            kind = line.queue[place].kind
            self.publish(note(MessageDelivered(to, number, kind), OUTSIDE))
            line.deliver(place)
            return
        raise OrderRefused(f"no message #{number} waits for server {to}")


class HandLine:
    """One connection's sending side: a transport whose messages go by hand."""

    def __init__(self, stepping: Stepping, below: Any, split: Split) -> None:
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
        """Close behind the last message; whoever hung up does not listen."""
        if self._closing:
            return
        self._closing = True
        if self.queue and not self.below.transport.is_closing():
            self.below.transport.pause_reading()
        self._end()

    def is_closing(self) -> bool:
        """Return whether our side has ended."""
        return self._closing or bool(self.below.is_closing())

    def get_write_buffer_size(self) -> int:
        """Return how many bytes wait behind us; what waits for a hand is no load."""
        return int(self.below.get_write_buffer_size())

    def get_extra_info(self, name: str) -> Any:
        """Return what the transport knows of itself."""
        return self.below.get_extra_info(name)

    def _end(self) -> None:
        if self._closing and not self.queue:
            self.below.close()

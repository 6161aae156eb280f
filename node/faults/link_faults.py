"""Gates: a lab's way to break the network between two servers, in the sender.

A gate stands in one direction of one pair of servers, before both connections
that the pair has, election and quorum:

    cut     a pulled cable: nothing leaves and nobody is called; what was written
            waits as in TCP, so a connection that is still wanted when the gate
            opens goes on where it stood, and one that was given up is closed then
    hold    what is written waits, in its order; calls still go through
    delay   what is written leaves `delay_ms` later, give or take `jitter_ms`, in
            its order
    lose    the next `times` messages of `from_type` vanish and what is behind them
            goes on: TCP never does that, and Zab relies on it

With `from_type` a cut, hold or delay begins at the first message of that type on
a connection ("COMMIT", "NOTIFICATION"…), and nothing behind it overtakes it.  A
cut or held connection is silent, never reset: only time limits notice.

A gate is set through the AdminServer, which has it only if `quorumlab.lab` names
the lab; otherwise no connection is wrapped and gates cost nothing.  Each gate's
end is a timer in the node itself: a tool that dies leaves nothing behind that
the node does not know of.
"""

import asyncio
import itertools
import math
import random
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from node.effects import OUTSIDE, Note, note
from node.fault_events import GateCleared, GateSet, MessageLost
from node.shell.lasting import LONGEST_MS, Lasting
from node.shell.orders import OrderRefused, checked, document, number, to_clear, words
from node.wire.quorum import PacketType, unpack_packet

ACTIONS = ("cut", "hold", "delay", "lose")
BLOCKING = ("cut", "hold")
NOTIFICATION = "NOTIFICATION"
TYPES = frozenset({NOTIFICATION, *PacketType.__members__})
HELD_MAX = 256 << 20  # bytes kept back on one connection before it is given up
GATES_MAX = 256

# Splits what is written into messages, each with the name of its type.
Split = Callable[[bytes], Iterable[tuple[str, bytes]]]


class Gate(NamedTuple):
    """One gate, as it was ordered.

    An id may name a fault and then a place, as in `f1>3`: clearing `f1` clears
    all gates of that fault.
    """

    id: str
    to: int  # sid of the server that will not hear us
    action: str  # cut | hold | delay | lose
    from_type: str = ""  # close at the first message of this type; "": at once
    delay_ms: int = 0
    for_ms: int = 0  # open again after so long; 0: when cleared
    jitter_ms: int = 0
    times: int = 1  # how many messages to lose
    kind: str = ""  # what the lab calls it: partition, cut, …
    detail: str = ""  # and says of it


class Gates:
    """All gates of one node, and the connections they stand before."""

    def __init__(
        self,
        lab: str,
        sids: Iterable[int],
        publish: Callable[[Note], object] = lambda _note: None,
    ) -> None:
        """Without a lab's name there will never be a gate."""
        self.publish = publish
        self.enabled = bool(lab)
        self.sids = frozenset(sids)
        self.gates: Lasting[Gate] = Lasting("gates", GATES_MAX, self.clear)
        self.lines: set[Line] = set()
        self._changed = asyncio.Event()
        self._numbers = itertools.count(1)

    def wrap(self, transport: Any, split: Split) -> Any:
        """Return what a connection must write to: in a lab, a line with gates."""
        return Line(self, transport, split) if self.enabled else transport

    def meet(self, transport: Any, sid: int) -> bool:
        """Tell a connection who its peer is; False: it must not hear that peer."""
        return not self.enabled or bool(transport.meet(sid))

    def lost(self, transport: Any) -> None:
        """Forget a connection that has ended."""
        if self.enabled and transport is not None:
            transport.lost()

    def before(self, sid: int) -> list[Gate]:
        """Return the gates that stand before a peer."""
        return [gate for gate in self.gates.by_id.values() if gate.to == sid]

    def cut(self, sid: int) -> bool:
        """Return whether the cable to this peer is pulled."""
        return any(
            gate.action == "cut" and not gate.from_type for gate in self.before(sid)
        )

    async def passable(self, sid: int) -> None:
        """Wait until the cable to this peer is whole; a caller has a time limit."""
        while self.cut(sid):
            await self._changed.wait()

    def loses(self, gates: Iterable[Gate], kind: str) -> bool:
        """Return whether one of these gates swallows this message; it counts."""
        for gate in gates:
            if gate.action != "lose" or gate.from_type not in ("", kind):
                continue
            self.publish(note(MessageLost(gate.id, gate.to, kind)))
            if gate.times <= 1:
                self.clear(gate.id, "used-up")
            else:
                self.gates.by_id[gate.id] = gate._replace(times=gate.times - 1)
                self._apply()
            return True
        return False

    # --- orders ---------------------------------------------------------------

    def order(self, body: bytes) -> list[dict[str, Any]]:
        """Obey a JSON document: a list of gates to set, or `{"clear": id | "*"}`.

        A gate with the id of another replaces it.  Either the whole list is set
        or, with OrderRefused, nothing of it.  Returns all gates there are then.
        """
        asked = document(body)
        name = to_clear(asked)
        if name is not None:
            self.clear(name)
            return self.listed()
        wanted = asked if isinstance(asked, list) else [asked]
        gates = [self._parse(order) for order in wanted]
        self.gates.add(gates)
        for gate in gates:
            where = (gate.id, gate.to, gate.action)
            how = (gate.from_type, gate.delay_ms, gate.for_ms)
            self.publish(note(GateSet(*where, *how), OUTSIDE))
        self._apply()
        return self.listed()

    def clear(self, name: str = "*", why: str = "asked") -> None:
        """Take a gate, a fault's gates or all away; gone already is no error."""
        for gate in self.gates.take(name):
            self.publish(note(GateCleared(gate.id, gate.to, gate.action, why), OUTSIDE))
        self._apply()

    def listed(self) -> list[dict[str, Any]]:
        """Return all gates as JSON has them, with the time each has left."""
        found = []
        for gate in self.gates.by_id.values():
            held = sum(line.held for line in self.lines if line.sid == gate.to)
            more = {"left_ms": self.gates.left_ms(gate.id), "held_bytes": held}
            found.append({**gate._asdict(), **more})
        return found

    def _parse(self, asked: Any) -> Gate:
        order = checked(asked, "a gate", Gate._fields)
        action, to = order.get("action"), order.get("to")
        if action not in ACTIONS:
            raise OrderRefused(f"action {action!r} is none of {', '.join(ACTIONS)}")
        if type(to) is not int or to not in self.sids:
            raise OrderRefused(f"there is no other server {to!r}")
        from_type = order.get("from_type") or ""
        if from_type and from_type not in TYPES:
            raise OrderRefused(f"from_type {from_type!r} is no type of message")
        delay_ms, for_ms, jitter_ms = (
            number(order, key, LONGEST_MS)
            for key in ("delay_ms", "for_ms", "jitter_ms")
        )
        if (action == "delay") != bool(delay_ms) or jitter_ms > delay_ms:
            raise OrderRefused("delay_ms goes with delay, jitter_ms is less than it")
        times = number(order, "times", GATES_MAX) or 1
        name = str(order.get("id") or f"gate{next(self._numbers)}")
        if name == "*" or len(name) > 64:
            raise OrderRefused(f"{name[:64]!r} cannot be a gate's id")
        numbers = (delay_ms, for_ms, jitter_ms, times)
        said = (words(order, "kind", action), words(order, "detail"))
        return Gate(name, to, action, from_type, *numbers, *said)

    def _apply(self) -> None:
        """Let every connection look at the gates anew, and whoever waits to call."""
        for line in list(self.lines):
            line.look()
        self._changed.set()
        self._changed = asyncio.Event()


class Line:
    """One connection's sending side: a transport that gates may stand before.

    Until its owner sets `sid` nobody knows who is at the other end, and
    everything passes.
    """

    def __init__(self, gates: Gates, transport: Any, split: Split) -> None:
        self.sid = -1
        self.gates = gates
        self.transport = transport
        self.split = split
        self.deaf = False  # it called through a cut: really, nothing would have come
        self.held = 0  # bytes
        self._mine: list[Gate] = []
        self._closed_by: set[str] = set()  # gates whose `from_type` has come by
        self._queue: deque[tuple[float, bytes]] = deque()  # when due, bytes
        self._timer: asyncio.TimerHandle | None = None
        self._closing = False
        gates.lines.add(self)

    def meet(self, sid: int) -> bool:
        """Learn who is at the other end; False if it cannot have reached us."""
        self.sid = sid
        if self.gates.cut(sid):
            self.deaf = True
            self.transport.pause_reading()
        self.look()
        return not self.deaf

    def lost(self) -> None:
        """Forget a connection that has ended."""
        self.gates.lines.discard(self)
        self._queue.clear()
        self.held = 0
        if self._timer is not None:
            self._timer.cancel()

    def look(self) -> None:
        """Take in which gates stand before us now; send on what none holds."""
        self._mine = self.gates.before(self.sid) if self.sid >= 0 else []
        self._closed_by &= {gate.id for gate in self._mine}
        if self.deaf and not self.gates.cut(self.sid):
            self._closing = True  # whoever called in vain may call again
        self._drain()

    def write(self, data: bytes) -> None:
        """Write, or keep back."""
        if not self._mine and not self._queue:
            self.transport.write(data)
            return
        now = _loop().time()
        for kind, message in self.split(data):
            if self.gates.loses(self._mine, kind):
                continue
            delay_ms = 0.0
            for gate in self._mine:
                if gate.from_type in ("", kind):
                    self._closed_by.add(gate.id)
                    delay_ms = max(delay_ms, _delay_of(gate))
            # A message behind a gate that its forerunner closed waits, too.
            due = math.inf if self._shut() else now + delay_ms / 1000
            self._queue.append((due, message))
            self.held += len(message)
        self._drain()
        if self.held > HELD_MAX:
            self.transport.abort()

    def close(self) -> None:
        """Close once everything was sent; behind a gate not even that is told."""
        if self._closing:
            return
        self._closing = True
        self._drain()
        if not self.transport.is_closing() and not self.deaf:
            self.transport.pause_reading()  # whoever hung up does not listen

    def is_closing(self) -> bool:
        """Return whether our side has ended."""
        return self._closing or bool(self.transport.is_closing())

    def get_write_buffer_size(self) -> int:
        """Return how many bytes wait, in gates and in the system."""
        return self.held + int(self.transport.get_write_buffer_size())

    def get_extra_info(self, name: str) -> Any:
        """Return what the transport knows of itself."""
        return self.transport.get_extra_info(name)

    def _shut(self) -> bool:
        return any(
            gate.action in BLOCKING and gate.id in self._closed_by
            for gate in self._mine
        )

    def _drain(self) -> None:
        """Send what is due; then perhaps close."""
        now = _loop().time()
        shut = any(g.action in BLOCKING and not g.from_type for g in self._mine)
        while self._queue and not shut:
            due, message = self._queue[0]
            if due == math.inf and self._shut():
                return
            if now < due < math.inf:
                self._wake(due)
                return
            self._queue.popleft()
            self.held -= len(message)
            self.transport.write(message)
        if self._closing and not shut and not self._shut():
            self.transport.close()

    def _wake(self, due: float) -> None:
        if self._timer is None or self._timer.cancelled():
            self._timer = _loop().call_at(due, self._on_time)

    def _on_time(self) -> None:
        self._timer = None
        self._drain()


def one_notification(data: bytes) -> Iterable[tuple[str, bytes]]:
    """Split what an election connection writes: it writes one vote at a time."""
    return ((NOTIFICATION, data),)


def packets_in(data: bytes) -> Iterable[tuple[str, bytes]]:
    """Split what a quorum connection writes into its packets."""
    at = 0
    while at < len(data):
        packet, end = unpack_packet(data, at)
        if packet is None:
            raise AssertionError("half a packet was written")
        yield PacketType(packet.type).name, data[at:end]
        at = end


def _delay_of(gate: Gate) -> float:
    """Return how long a message waits there, in milliseconds."""
    spread = gate.jitter_ms
    return gate.delay_ms + random.uniform(-spread, spread)


def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()

"""Link faults: a lab breaks the network between two servers, in the sender.

A link fault applies to one direction of one pair of servers, to both connections
that the pair has, election and quorum:

    cut     nothing leaves and nobody is called; what was written waits as in TCP,
            so a connection that is still wanted when the fault ends goes on where
            it was, and one that was given up is closed then
    hold    what is written waits, in its order; calls still go through
    delay   what is written leaves `delay_ms` later, give or take `jitter_ms`, in
            its order
    lose    the next `times` messages of `from_type` vanish and what is behind them
            goes on: TCP never does that, and Zab relies on it

With `from_type` a cut, hold or delay begins at the first message of that type on
a connection ("COMMIT", "NOTIFICATION"…), and nothing behind it overtakes it.  A
cut or held connection is silent, never reset: only time limits notice.

Link faults are set through the AdminServer, only if `quorumlab.lab` names the lab;
otherwise no connection is wrapped and they cost nothing.  Each fault's end is a
timer in the node itself: a tool that dies leaves nothing behind that the node does
not know of.
"""

import asyncio
import itertools
import math
import random
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from node.effects import OUTSIDE, Note, note
from node.fault_events import LinkFaultCleared, LinkFaultSet, MessageLost
from node.faults.active import LONGEST_MS, ActiveFaults
from node.faults.commands import (
    CommandRefused,
    checked,
    document,
    number,
    text,
    to_clear,
)
from node.faults.transport import Split, Transport
from node.wire.quorum import PacketType, unpack_packet

ACTIONS = ("cut", "hold", "delay", "lose")
BLOCKING = ("cut", "hold")
NOTIFICATION = "NOTIFICATION"
TYPES = frozenset({NOTIFICATION, *PacketType.__members__})
HELD_MAX = 256 << 20  # bytes kept back on one connection before it is given up
FAULTS_MAX = 256


class LinkFault(NamedTuple):
    """One link fault, as it was asked for.

    An id may name a fault and then a place, as in `f1>3`: clearing `f1` clears
    it in all its places.
    """

    id: str
    to: int  # sid of the server that will not hear us
    action: str  # cut | hold | delay | lose
    from_type: str = ""  # begin at the first message of this type; "": at once
    delay_ms: int = 0
    for_ms: int = 0  # end after so long; 0: when cleared
    jitter_ms: int = 0
    times: int = 1  # how many messages to lose
    kind: str = ""  # what the lab calls it: partition, cut, …
    detail: str = ""  # and says of it


class LinkFaults:
    """All link faults of one node, and the connections they apply to."""

    def __init__(
        self,
        lab: str,
        sids: Iterable[int],
        publish: Callable[[Note], object] = lambda _note: None,
    ) -> None:
        """Without a lab's name there will never be a link fault."""
        self.publish = publish
        self.enabled = bool(lab)
        self.sids = frozenset(sids)
        self.active: ActiveFaults[LinkFault] = ActiveFaults(
            "link faults", FAULTS_MAX, self.clear
        )
        self.transports: set[FaultyTransport] = set()
        self._changed = asyncio.Event()
        self._numbers = itertools.count(1)

    def wrap(self, transport: Transport, split: Split) -> Transport:
        """Return what a connection must write to: in a lab, a faulty transport."""
        return FaultyTransport(self, transport, split) if self.enabled else transport

    def meet(self, transport: Transport, sid: int) -> bool:
        """Tell a connection who its peer is; False: it must not hear that peer."""
        return not isinstance(transport, FaultyTransport) or transport.meet(sid)

    def lost(self, transport: Transport | None) -> None:
        """Forget a connection that has ended."""
        if isinstance(transport, FaultyTransport):
            transport.lost()

    def towards(self, sid: int) -> list[LinkFault]:
        """Return the faults of the link to a peer."""
        return [fault for fault in self.active.by_id.values() if fault.to == sid]

    def cut(self, sid: int) -> bool:
        """Return whether the link to this peer is cut."""
        return any(
            fault.action == "cut" and not fault.from_type for fault in self.towards(sid)
        )

    async def reachable(self, sid: int) -> None:
        """Wait until the link to this peer is not cut; a caller has a time limit."""
        while self.cut(sid):
            await self._changed.wait()

    def loses(self, faults: Iterable[LinkFault], kind: str) -> bool:
        """Return whether one of these faults loses this message, and count it."""
        for fault in faults:
            if fault.action != "lose" or fault.from_type not in ("", kind):
                continue
            self.publish(note(MessageLost(fault.id, fault.to, kind)))
            if fault.times <= 1:
                self.clear(fault.id, "used-up")
            else:
                self.active.by_id[fault.id] = fault._replace(times=fault.times - 1)
                self._apply()
            return True
        return False

    # --- commands -------------------------------------------------------------

    def handle(self, body: bytes) -> list[dict[str, Any]]:
        """Do a JSON document: a list of faults to set, or `{"clear": id | "*"}`.

        A fault with the id of another replaces it.  Either the whole list is set
        or, with CommandRefused, nothing of it.  Returns what is active then.
        """
        asked = document(body)
        name = to_clear(asked)
        if name is not None:
            self.clear(name)
            return self.listed()
        wanted = asked if isinstance(asked, list) else [asked]
        faults = [self._parse(one) for one in wanted]
        self.active.add(faults)
        for fault in faults:
            where = (fault.id, fault.to, fault.action)
            how = (fault.from_type, fault.delay_ms, fault.for_ms)
            self.publish(note(LinkFaultSet(*where, *how), OUTSIDE))
        self._apply()
        return self.listed()

    def clear(self, name: str = "*", why: str = "asked") -> None:
        """End one fault, in one place or in all, or all; ended already is no error."""
        for fault in self.active.take(name):
            self.publish(
                note(LinkFaultCleared(fault.id, fault.to, fault.action, why), OUTSIDE)
            )
        self._apply()

    def listed(self) -> list[dict[str, Any]]:
        """Return all faults as JSON has them, with the time each has left."""
        found = []
        for fault in self.active.by_id.values():
            held = sum(t.held for t in self.transports if t.sid == fault.to)
            more = {"left_ms": self.active.left_ms(fault.id), "held_bytes": held}
            found.append({**fault._asdict(), **more})
        return found

    def _parse(self, one: Any) -> LinkFault:
        asked = checked(one, "a link fault", LinkFault._fields)
        action, to = asked.get("action"), asked.get("to")
        if action not in ACTIONS:
            raise CommandRefused(f"action {action!r} is none of {', '.join(ACTIONS)}")
        if type(to) is not int or to not in self.sids:
            raise CommandRefused(f"there is no other server {to!r}")
        from_type = asked.get("from_type") or ""
        if from_type and from_type not in TYPES:
            raise CommandRefused(f"from_type {from_type!r} is no type of message")
        delay_ms, for_ms, jitter_ms = (
            number(asked, key, LONGEST_MS)
            for key in ("delay_ms", "for_ms", "jitter_ms")
        )
        if (action == "delay") != bool(delay_ms) or jitter_ms > delay_ms:
            raise CommandRefused("delay_ms goes with delay, jitter_ms is less than it")
        times = number(asked, "times", FAULTS_MAX) or 1
        name = str(asked.get("id") or f"fault{next(self._numbers)}")
        if name == "*" or len(name) > 64:
            raise CommandRefused(f"{name[:64]!r} cannot be a fault's id")
        numbers = (delay_ms, for_ms, jitter_ms, times)
        labels = (text(asked, "kind", action), text(asked, "detail"))
        return LinkFault(name, to, action, from_type, *numbers, *labels)

    def _apply(self) -> None:
        """Let every connection look at the faults anew, and those who wait to call."""
        for transport in list(self.transports):
            transport.look()
        self._changed.set()
        self._changed = asyncio.Event()


class FaultyTransport:
    """One connection's sending side, with the faults of its link.

    Until `meet` names the peer, nobody knows who is at the other end, and
    everything passes.
    """

    def __init__(self, faults: LinkFaults, transport: Transport, split: Split) -> None:
        self.sid = -1
        self.faults = faults
        self.transport = transport
        self.split = split
        self.unheard = False  # it called through a cut: its bytes cannot have arrived
        self.held = 0  # bytes
        self._mine: list[LinkFault] = []
        self._begun: set[str] = set()  # faults whose `from_type` has come by
        self._queue: deque[tuple[float, bytes]] = deque()  # when due, bytes
        self._timer: asyncio.TimerHandle | None = None
        self._closing = False
        faults.transports.add(self)

    def meet(self, sid: int) -> bool:
        """Learn who is at the other end; False if it cannot have reached us."""
        self.sid = sid
        if self.faults.cut(sid):
            self.unheard = True
            self.transport.pause_reading()
        self.look()
        return not self.unheard

    def lost(self) -> None:
        """Forget a connection that has ended."""
        self.faults.transports.discard(self)
        self._queue.clear()
        self.held = 0
        if self._timer is not None:
            self._timer.cancel()

    def look(self) -> None:
        """Take in which faults our link has now; send on what none holds."""
        self._mine = self.faults.towards(self.sid) if self.sid >= 0 else []
        self._begun &= {fault.id for fault in self._mine}
        if self.unheard and not self.faults.cut(self.sid):
            self._closing = True  # a call that failed may be tried again
        self._drain()

    def write(self, data: bytes) -> None:
        """Write, or keep back."""
        if not self._mine and not self._queue:
            self.transport.write(data)
            return
        now = _loop().time()
        for kind, message in self.split(data):
            if self.faults.loses(self._mine, kind):
                continue
            delay_ms = 0.0
            for fault in self._mine:
                if fault.from_type in ("", kind):
                    self._begun.add(fault.id)
                    delay_ms = max(delay_ms, _delay_of(fault))
            # A message behind one that a fault holds waits, too.
            due = math.inf if self._shut() else now + delay_ms / 1000
            self._queue.append((due, message))
            self.held += len(message)
        self._drain()
        if self.held > HELD_MAX:
            self.transport.abort()

    def close(self) -> None:
        """Close once everything was sent; a peer that is cut off does not notice."""
        if self._closing:
            return
        self._closing = True
        self._drain()
        if not self.transport.is_closing() and not self.unheard:
            self.transport.pause_reading()  # a side that has closed does not listen

    def abort(self) -> None:
        """Close at once; what was kept back is lost."""
        self.transport.abort()

    def pause_reading(self) -> None:
        """Take in nothing for now."""
        self.transport.pause_reading()

    def is_closing(self) -> bool:
        """Return whether our side has ended."""
        return self._closing or self.transport.is_closing()

    def get_write_buffer_size(self) -> int:
        """Return how many bytes wait, here and in the system."""
        return self.held + self.transport.get_write_buffer_size()

    def get_extra_info(self, name: str) -> Any:
        """Return what the transport knows of itself."""
        return self.transport.get_extra_info(name)

    def _shut(self) -> bool:
        return any(
            fault.action in BLOCKING and fault.id in self._begun for fault in self._mine
        )

    def _drain(self) -> None:
        """Send what is due; then perhaps close."""
        now = _loop().time()
        shut = any(f.action in BLOCKING and not f.from_type for f in self._mine)
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


def _delay_of(fault: LinkFault) -> float:
    """Return how long a message waits for this fault, in milliseconds."""
    spread = fault.jitter_ms
    return fault.delay_ms + random.uniform(-spread, spread)


def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()

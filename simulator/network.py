"""The simulated network: connections that keep order, and cuts in one direction.

What is sent on a connection arrives in order, later, or not at all.  A cut holds
everything back, as TCP does when packets are lost; a reset loses what was on its
way.  Servers have their ids as addresses, clients have negative ones.
"""

from collections import deque
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, Protocol

from node.broadcast.effects import UPSTREAM
from node.effects import Note, note
from node.events import PacketReceived, PacketSent
from node.server import Server
from node.storage.snapshot import StreamReader
from node.wire.quorum import ORDINARY, Packet, PacketType, newest_acks

Heard = Callable[[str, tuple[tuple[int, int], ...]], None]

RETRY_MS = 40  # how soon a held message tries again


class Clock(Protocol):
    """What the network asks of the world: the time, and a place in the future."""

    @property
    def now_ms(self) -> int:
        """Return the virtual time."""

    def later(self, after_ms: int, act: Callable[..., None], *args: Any) -> int:
        """Put something into the future."""


class LinkWorld(Clock, Protocol):
    """What links ask of the world, beside the time."""

    @property
    def narrated(self) -> bool:
        """Whether somebody reads events."""

    @property
    def network(self) -> "Network":
        """Return the network of this world."""


class Station(Protocol):
    """A server, as its links see it."""

    sid: int
    life: int
    links: "dict[int, Link]"
    link_count: int
    server: Server

    @property
    def world(self) -> LinkWorld:
        """Return the world of this server."""

    def later(self, after_ms: int, act: Callable[..., None], *args: object) -> int:
        """Do something then, if this process lives."""

    def run(self, life: int, act: Callable[..., None], *args: object) -> None:
        """Let the process of that life do something."""

    def mention(self, published: Note) -> str:
        """Publish an event; return its id."""

    def received(self, link: int, packet: Packet, event_id: str) -> None:
        """Take a packet that came."""

    def settle_soon(self) -> None:
        """Settle once everything that is ready now was handled."""


class Network:
    """Who can reach whom, and how fast."""

    def __init__(self, world: Clock, chance: Random) -> None:
        """Begin with nothing cut."""
        self.world = world
        self.chance = chance
        self.cuts: dict[tuple[int, int], int] = {}  # from, to: how many cuts hold
        self.holds: dict[tuple[int, int], str] = {}  # cut from this packet type on
        self.delay_max_ms = 2
        self.loss = 0.0  # of notifications
        # who hears of a fault of the links: "cut" or "heal", and the directions
        self.heard: Heard = lambda _what, _pairs: None
        self.said_until: dict[tuple[int, int], int] = {}  # notifications keep order

    def delay_ms(self) -> int:
        """Draw how long one message takes."""
        return self.chance.randint(0, self.delay_max_ms)

    def cut(self, one: int, other: int) -> bool:
        """Return whether nothing gets from one to the other now."""
        return (one, other) in self.cuts

    def open_cut(self, pairs: list[tuple[int, int]]) -> None:
        """Cut some directions; cuts may overlap."""
        self.heard("cut", tuple(pairs))
        for pair in pairs:
            self.cuts[pair] = self.cuts.get(pair, 0) + 1

    def close_cut(self, pairs: list[tuple[int, int]]) -> None:
        """Undo one cut."""
        self.heard("heal", tuple(pairs))
        for pair in pairs:
            left = self.cuts.get(pair, 0) - 1
            if left > 0:
                self.cuts[pair] = left
            else:
                self.cuts.pop(pair, None)

    def hold(self, pairs: list[tuple[int, int]], from_type: str) -> None:
        """Cut these directions as soon as a packet of this type is sent there."""
        self.holds.update(dict.fromkeys(pairs, from_type))

    def release(self, pairs: list[tuple[int, int]]) -> None:
        """End holds; what they kept back arrives."""
        for pair in pairs:
            if self.holds.pop(pair, "begun") == "begun":
                self.close_cut([pair])

    def begins(self, pair: tuple[int, int], packets: list[Packet]) -> int:
        """Return how many of these packets still pass; the hold begins behind them."""
        kind = self.holds.get(pair)
        for at, packet in enumerate(packets if kind is not None else ()):
            if PacketType(packet.type).name == kind:
                del self.holds[pair]
                self.open_cut([pair])
                return at
        return len(packets)

    def notify(self, one: int, other: int, hear: Callable[[], None]) -> None:
        """Let one server's vote reach another, unless it gets lost."""
        if self.cut(one, other) or self.chance.random() < self.loss:
            return
        world = self.world
        at_ms = world.now_ms + self.delay_ms()
        at_ms = max(at_ms, self.said_until.get((one, other), 0))
        self.said_until[one, other] = at_ms
        world.later(at_ms - world.now_ms, hear)


class Channel:
    """One direction of a connection."""

    def __init__(
        self, network: Network, ends: tuple[int, int], receive: Callable[[Any], None]
    ) -> None:
        """`receive` gets what arrives, in the order it was sent."""
        self.network = network
        self.ends = ends
        self.receive = receive
        self.queue: deque[Any] = deque()
        self.open = True

    def send(self, item: Any, after_ms: int = 0) -> None:
        """Put something on its way."""
        if self.open:
            self.queue.append(item)
            delay_ms = after_ms + self.network.delay_ms()
            self.network.world.later(delay_ms, self._arrive)

    def end(self, item: Any, *, losing: bool, after_ms: int = 0) -> None:
        """Send a last item; if it breaks, some of what is on its way is lost."""
        if losing and self.queue:
            for _ in range(self.network.chance.randint(0, len(self.queue))):
                self.queue.pop()
        self.send(item, after_ms)
        self.open = False

    def _arrive(self) -> None:
        if self.network.cut(*self.ends):
            self.network.world.later(RETRY_MS, self._arrive)
        elif self.queue:
            self.receive(self.queue.popleft())


class Down:
    """The last thing that arrives on a connection: it has ended."""

    def __init__(self, why: str) -> None:
        """Remember what the socket would say."""
        self.why = why


class Link:
    """One server's end of a quorum connection, as `node.shell.quorum_port` has it."""

    def __init__(self, host: Station, number: int, peer: int) -> None:
        """Link UPSTREAM (0) is ours to the leader; others are learners'."""
        self.host = host
        self.number = number
        self.peer = peer
        self.channel: Channel
        self.out: list[Packet] = []
        self.chunks: Iterator[bytes] | None = None  # of a tree that is being sent
        self.reader: StreamReader | None = None
        self.tree_zxid = 0
        self.broadcasting = False  # we sent UPTODATE: from now on ACKs are cumulative

    def put(self, packet: Packet) -> None:
        """Put a packet in line."""
        self.out.append(packet)
        self.broadcasting |= packet.type == PacketType.UPTODATE
        if self.host.world.narrated and packet.type not in ORDINARY:
            sent = PacketSent(self.peer, PacketType(packet.type).name, packet.zxid)
            self.host.mention(note(sent))

    def flush(self) -> None:
        """Send what is in line, unless a tree goes first."""
        if self.out and self.chunks is None:
            passing = self.host.world.network.begins(self.channel.ends, self.out)
            for part in (self.out[:passing], self.out[passing:]):
                if part:
                    self.channel.send(part)
            self.out = []

    def send_tree(self, chunks: Iterator[bytes]) -> None:
        """Stream a tree, piece by piece; what is put in line waits behind it."""
        self.flush()
        self.chunks = chunks
        self.stream()

    def stream(self) -> None:
        """Send one more piece."""
        if self.chunks is None:
            return
        chunk = next(self.chunks, None)
        if chunk is None:
            self.chunks = None
            self.flush()
        else:
            self.channel.send(chunk)
            self.host.server.tree_moved(self.number)
            self.host.later(1, self.stream)

    def hang_up(self) -> None:
        """End the connection; our owner knows."""
        if self.chunks is None:
            self.flush()
        self.break_off("closed", losing=False)

    def break_off(self, why: str, *, losing: bool, after_ms: int = 0) -> None:
        """End it at our end; the peer will hear."""
        self.host.links.pop(self.number, None)
        self.chunks = None
        self.channel.end(Down(why), losing=losing, after_ms=after_ms)

    def arrived(self, item: Any) -> None:
        """Something came; it is for this life of our server, or dropped."""
        self.host.run(self.host.life, self._take, item)

    def _take(self, item: Any) -> None:
        if self.host.links.get(self.number) is not self:
            return
        if isinstance(item, Down):
            self.break_off("closed", losing=False)
            self.host.server.link_down(self.number, item.why)
        elif isinstance(item, bytes):
            self._read_tree(item)
        else:
            self._read_packets(item)
        self.host.settle_soon()

    def _read_packets(self, packets: list[Packet]) -> None:
        if self.broadcasting and len(packets) > 1:
            packets = newest_acks(packets)
        for packet in packets:
            if self.host.links.get(self.number) is not self:
                return  # an earlier packet made us hang up
            cause = ""
            if self.host.world.narrated and packet.type not in ORDINARY:
                kind = PacketType(packet.type).name
                cause = self.host.mention(
                    note(PacketReceived(self.peer, kind, packet.zxid))
                )
            if packet.type == PacketType.SNAP:
                self.reader, self.tree_zxid = StreamReader(), packet.zxid
            self.host.received(self.number, packet, cause)

    def _read_tree(self, chunk: bytes) -> None:
        assert self.reader is not None, "a tree without SNAP"
        rest = self.reader.feed(chunk)
        self.host.server.tree_moved(self.number)
        if rest is not None:
            tree, self.reader = self.reader.tree, None
            self.host.server.tree_received(self.number, self.tree_zxid, tree)


def connect(learner: Station, leader: Station) -> None:
    """Join two servers by a quorum connection."""
    network = learner.world.network
    leader.link_count += 1
    here = Link(learner, UPSTREAM, leader.sid)
    there = Link(leader, leader.link_count, learner.sid)
    here.channel = Channel(network, (learner.sid, leader.sid), there.arrived)
    there.channel = Channel(network, (leader.sid, learner.sid), here.arrived)
    learner.links[UPSTREAM] = here
    leader.links[there.number] = there
    leader.run(leader.life, leader.server.link_up, there.number)
    learner.run(learner.life, learner.server.link_up, UPSTREAM)

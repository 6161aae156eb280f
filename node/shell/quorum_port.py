"""The quorum port: a leader's connections to its learners, a learner's to its leader.

A link gathers what is to be sent and writes it once per turn of the loop, so
that a hundred proposals are one system call.
"""

import asyncio
import gc
import os
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from node.broadcast.effects import UPSTREAM
from node.config import Config
from node.effects import Note, note
from node.events import LeaderDialed, ListenerOpened, PacketReceived, PacketSent
from node.faults.link_faults import packets_in
from node.faults.transport import InjectionPoint
from node.server import Server
from node.shell.election_port import how_it_ended, no_delay
from node.shell.eventlog import message_id
from node.shell.secure import Listener, Sockets, why_not_reached
from node.storage.snapshot import StreamReader
from node.wire.errors import ProtocolViolation
from node.wire.jute import MalformedRecord
from node.wire.quorum import (
    ORDINARY,
    Packet,
    PacketType,
    newest_acks,
    pack_bare,
    pack_data,
    pack_packet,
    unpack_learner_info,
    unpack_packets,
)

UNSENT_MAX = 256 << 20  # bytes: a learner this far behind had better start again
TURN_BYTES = 32 << 10  # from one peer before the others have their turn
INTRODUCTIONS = (PacketType.FOLLOWERINFO, PacketType.OBSERVERINFO)


class Owner(Protocol):
    """The node, as the quorum port sees it."""

    @property
    def server(self) -> Server:
        """What decides; it hears of every link and packet."""

    def publish(self, published: Note, message_id: str = "") -> str:
        """Take an event; return its id."""

    def settle(self) -> None:
        """Empty all queues."""

    def settle_soon(self) -> None:
        """Empty all queues once everything that is ready now was handled."""


class QuorumPort:
    """All quorum connections of one server; what happens goes to its owner's server."""

    def __init__(
        self, config: Config, owner: Owner, faults: InjectionPoint, sockets: Sockets
    ) -> None:
        """Neither listen nor dial yet."""
        self.config = config
        self.sockets = sockets
        self.owner = owner
        self.faults = faults
        self.links: dict[int, Link] = {}
        self.count = UPSTREAM
        self.server: asyncio.Server | Listener | None = None
        self.dialing: asyncio.Task[None] | None = None

    def listen(self) -> None:
        """Accept learners from now on."""
        mine = self.config.servers.get(self.config.my_id)
        if mine is None:
            self.owner.server.listening()  # standalone: nobody will call
            return
        loop = asyncio.get_running_loop()
        host = None if self.config.listen_on_all_ips else mine.host
        self.dialing = loop.create_task(self._listen(host, mine.quorum_port))

    async def _listen(self, host: str | None, port: int) -> None:
        address = host or "0.0.0.0"
        try:
            self.server = await self.sockets.listen(self._accept, host, port)
        except OSError as error:
            known = (error.errno or 0) > 0  # an unknown name has no errno
            why = os.strerror(error.errno or 0) if known else str(error)
            self.owner.server.listen_failed(address, port, why)
        else:
            self.owner.publish(note(ListenerOpened("quorum", address, port)))
            self.owner.server.listening()
        self.owner.settle()

    def _accept(self) -> "Link":
        self.count += 1
        return Link(self, self.count)

    def dial(self, leader: int) -> None:
        """Call a leader."""
        loop = asyncio.get_running_loop()
        self.dialing = loop.create_task(self._dial(leader))

    async def _dial(self, leader: int) -> None:
        server = self.config.servers[leader]
        limit_s = self.config.tick_ms * self.config.connect_limit / 1000
        try:
            async with asyncio.timeout(limit_s):
                await self.faults.reachable(leader)
                link = await self.sockets.call(
                    lambda: Link(self, UPSTREAM, leader),
                    server.host,
                    server.quorum_port,
                )
        except OSError as error:
            why = why_not_reached(error)
            self.owner.server.dial_failed(server.host, server.quorum_port, why)
            return
        dialed = LeaderDialed(leader, server.host, server.quorum_port)
        self.owner.publish(note(dialed))
        link.ready()

    def close(self) -> None:
        """Hang up on everybody and stop listening."""
        if self.dialing is not None:
            self.dialing.cancel()
            self.dialing = None
        if self.server is not None:
            self.server.close()
            self.server = None
        for link in list(self.links.values()):
            link.hang_up()

    def send(self, links: tuple[int, ...], packet: Packet) -> None:
        """Put a packet in line on some links; its bytes are made once."""
        if packet.authinfo is not None:
            data = pack_packet(packet)
        elif packet.data is None:
            data = pack_bare(packet.type, packet.zxid)
        else:
            data = pack_data(packet.type, packet.zxid, packet.data)
        for number in links:
            link = self.links.get(number)
            if link is not None:
                link.out.append(data)
                link.sent += 1
                if packet.type not in ORDINARY:
                    link.sent_one(packet)

    def flush(self) -> None:
        """Write what is in line."""
        for link in list(self.links.values()):
            if link.out and link.streaming is None:
                link.write()


class Link(asyncio.Protocol):
    """One quorum connection."""

    def __init__(self, port: QuorumPort, number: int, leader: int = -1) -> None:
        """Link UPSTREAM (0) is ours to the leader; others are learners'."""
        self.port = port
        self.number = number
        self.sid = leader
        self.transport: Any = None
        self.socket: Any = None  # the transport without faults
        self.out: list[bytes] = []
        self.buffer = b""
        self.sent = self.received = 0
        self.reader: StreamReader | None = None
        self.tree_zxid = 0
        self.broadcasting = False  # we sent UPTODATE: from now on ACKs are cumulative
        self.streaming: asyncio.Task[None] | None = None
        self.drained = asyncio.Event()
        self.here: Any = None
        self.there: Any = None

    def connection_made(self, transport: Any) -> None:
        """Join the port; one that was called is ready at once."""
        faults = self.port.faults
        self.socket = transport
        self.transport = faults.wrap(transport, self._split)
        self.here = transport.get_extra_info("sockname")
        self.there = transport.get_extra_info("peername")
        no_delay(transport)
        self.drained.set()
        if self.number == UPSTREAM:
            faults.meet(self.transport, self.sid)
        else:
            self.ready()

    def ready(self) -> None:
        """Take part."""
        self.port.links[self.number] = self
        self.port.owner.server.link_up(self.number)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the server, unless we hung up ourselves."""
        self.port.faults.lost(self.transport)
        self._end(how_it_ended(exc))

    def pause_writing(self) -> None:
        """The peer reads slower than we write."""
        self.drained.clear()

    def resume_writing(self) -> None:
        """The peer has caught up."""
        self.drained.set()

    def data_received(self, data: bytes) -> None:
        """Take in packets, or a tree; bad bytes end this connection only.

        A loop that reads on while there is something would give nobody else a turn
        until a whole tree is in: after a large piece the others come first.
        """
        if len(data) >= TURN_BYTES:
            self.socket.pause_reading()
            asyncio.get_running_loop().call_soon(self._read_on)
        try:
            self._read(data)
        except (ProtocolViolation, MalformedRecord) as violation:
            self.hang_up()
            self.port.owner.server.link_down(self.number, f"protocol: {violation}")
        self.port.owner.settle_soon()

    def _read_on(self) -> None:
        if not (self.socket.is_closing() or self.transport.is_closing()):
            self.socket.resume_reading()

    def _read(self, data: bytes) -> None:
        if self.reader is not None:
            rest = self.reader.feed(data)
            gc.freeze()  # znodes have no cycles: no collection need look at them
            self.port.owner.server.tree_moved(self.number)
            if rest is None:
                return
            tree, self.reader = self.reader.tree, None
            self.port.owner.server.tree_received(self.number, self.tree_zxid, tree)
            data = rest
        buffer = self.buffer + data if self.buffer else data
        packets, at = unpack_packets(buffer)
        self.buffer = buffer[at:]
        if self.broadcasting and len(packets) > 1:
            count = len(packets)
            packets = newest_acks(packets)
            self.received += count - len(packets)
        for packet in packets:
            self.received += 1
            name = ""
            if packet.type not in ORDINARY:
                if packet.type in INTRODUCTIONS and not self._meet(packet):
                    return
                name = self._received_one(packet)
            self.port.owner.server.received(self.number, packet, name)
        if packets and packets[-1].type == PacketType.SNAP and self._follows():
            self.reader = StreamReader()
            self.tree_zxid = packets[-1].zxid
            rest, self.buffer = self.buffer, b""
            self._read(rest)

    def _follows(self) -> bool:
        """Whether a tree may come here: this is our link to the leader, and stands."""
        return self.number == UPSTREAM and self.port.links.get(UPSTREAM) is self

    def sent_one(self, packet: Packet) -> None:
        """Publish a packet of discovery or synchronization."""
        self.broadcasting |= packet.type == PacketType.UPTODATE
        name = message_id(self.here, self.there, self.sent)
        event = PacketSent(self.sid, PacketType(packet.type).name, packet.zxid)
        self.port.owner.publish(note(event), name)

    def _received_one(self, packet: Packet) -> str:
        name = message_id(self.there, self.here, self.received)
        known = packet.type in PacketType._value2member_map_
        kind = PacketType(packet.type).name if known else str(packet.type)
        event = PacketReceived(self.sid, kind, packet.zxid)
        return self.port.owner.publish(note(event, name))

    def _meet(self, packet: Packet) -> bool:
        """A learner says who it is; False if it cannot really have reached us."""
        self.sid = unpack_learner_info(packet.data).sid
        return self.port.faults.meet(self.transport, self.sid)

    def _split(self, data: bytes) -> Iterable[tuple[str, bytes]]:
        """Take apart what we write, for faults that begin at a type of packet."""
        return packets_in(data) if self.streaming is None else (("", data),)

    def send_tree(self, chunks: Iterator[bytes]) -> None:
        """Stream a tree; what is put in line meanwhile waits behind it."""
        self.write()
        loop = asyncio.get_running_loop()
        self.streaming = loop.create_task(self._stream(chunks))

    async def _stream(self, chunks: Iterator[bytes]) -> None:
        for chunk in chunks:
            self.transport.write(chunk)
            await self.drained.wait()
            self.port.owner.server.tree_moved(self.number)
            await asyncio.sleep(0)
        self.streaming = None
        self.write()

    def write(self) -> None:
        """Write what is in line, all at once."""
        data = b"".join(self.out)
        self.out.clear()
        self.transport.write(data)
        if self.transport.get_write_buffer_size() > UNSENT_MAX:
            self.hang_up()
            self.port.owner.server.link_down(self.number, "does not read")

    def hang_up(self) -> None:
        """End the connection without telling the server: it asked for that."""
        if self.out and self.streaming is None:
            self.transport.write(b"".join(self.out))
        if self.port.links.get(self.number) is self:
            del self.port.links[self.number]
        if self.streaming is not None:
            self.streaming.cancel()
        if self.transport is not None:
            self.transport.close()

    def _end(self, why: str) -> None:
        if self.port.links.get(self.number) is self:
            del self.port.links[self.number]
            if self.streaming is not None:
                self.streaming.cancel()
            self.port.owner.server.link_down(self.number, why)
            self.port.owner.settle()

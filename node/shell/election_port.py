"""The election port: one TCP connection per pair of servers, votes both ways.

Only the connection opened by the server with the *higher* id survives: a server
with a lower id introduces itself, hangs up, and is called back.  Nothing reconnects by
itself; the next vote to send does.  After ZooKeeper's QuorumCnxManager;
docs/protocol/election.md has the bytes.
"""

import asyncio
import socket
import ssl
import struct
from typing import Any, Protocol

from node.config import Config
from node.effects import OUTSIDE, Note, note
from node.events import (
    ConnectionYielded,
    ListenerOpened,
    NotificationSent,
    PeerConnected,
    PeerLost,
    PeerUnreachable,
)
from node.faults.link_faults import one_notification
from node.faults.transport import InjectionPoint
from node.members import Server
from node.peer import Peer
from node.server import Server as Machine
from node.shell.eventlog import message_id
from node.shell.secure import Listener, Sockets, why_not_reached, why_refused
from node.wire.errors import ProtocolViolation
from node.wire.notification import (
    NOTIFICATION_MAX,
    Greeting,
    Notification,
    PeerState,
    pack_greeting,
    pack_notification,
    unpack_greeting,
    unpack_notification,
)

BIND_RETRIES = 3  # zookeeper.electionPortBindRetry
BIND_RETRY_S = 1.0  # a predecessor may still be letting go of the port
CONNECT_TIMEOUT_S = 5.0  # zookeeper.cnxTimeout
GREETING_TIMEOUT_S = 10.0  # tickTime x syncLimit of the sample configuration
UNSENT_MAX = 1 << 20  # bytes: a peer that reads nothing is not worth more
_LENGTH = struct.Struct(">i")


class Owner(Protocol):
    """The node, as the election port sees it."""

    @property
    def server(self) -> Machine:
        """What decides; it hears every notification."""

    @property
    def peer(self) -> Peer:
        """Says what we are doing, so that no stale vote is sent."""

    def publish(self, published: Note, message_id: str = "") -> str:
        """Take an event; return its id."""


class ElectionPort:
    """All election connections of one server; votes go to its owner's server."""

    def __init__(
        self, config: Config, owner: Owner, faults: InjectionPoint, sockets: Sockets
    ) -> None:
        """Neither listen nor dial yet."""
        self.config = config
        self.sid = config.my_id
        self.owner = owner
        self.publish = owner.publish
        self.faults = faults
        self.sockets = sockets
        self.addresses: dict[int, tuple[str, int]] = {
            sid: (server.host, server.election_port)
            for sid, server in config.servers.items()
        }
        self.links: dict[int, _Link] = {}  # the one connection per peer
        self.last: dict[int, tuple[Notification, tuple[str, ...]]] = {}
        self.dialing: dict[int, asyncio.Task[None]] = {}
        self.half_open: set[_Link] = set()
        self.server: asyncio.Server | Listener | None = None

    async def open(self) -> None:
        """Listen; after BIND_RETRIES seconds in vain, OSError."""
        mine = self.config.servers[self.sid]
        host = None if self.config.listen_on_all_ips else mine.host
        for left in reversed(range(BIND_RETRIES)):
            try:
                self.server = await self.sockets.listen(
                    lambda: _Link(self, None), host, mine.election_port
                )
                break
            except OSError:
                if not left:
                    raise
                await asyncio.sleep(BIND_RETRY_S)
        opened = ListenerOpened("election", shown_host(mine), mine.election_port)
        self.publish(note(opened))

    def send(
        self, to: int, notification: Notification, because: tuple[str, ...]
    ) -> None:
        """Send a vote; without a connection keep the newest and call the peer."""
        self.last[to] = (notification, because)
        link = self.links.get(to)
        if link is not None:
            link.send(notification, because)
        elif to in self.addresses and to not in self.dialing:
            loop = asyncio.get_running_loop()
            self.dialing[to] = loop.create_task(self._dial(to, self.addresses[to]))

    def close(self) -> None:
        """Hang up everywhere."""
        if self.server is not None:
            self.server.close()
        for task in self.dialing.values():
            task.cancel()
        for link in [*self.links.values(), *self.half_open]:
            link.hang_up()

    async def _dial(self, to: int, address: tuple[str, int]) -> None:
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                await self.faults.reachable(to)
                await self.sockets.call(lambda: _Link(self, to), *address)
        except OSError as error:
            why = why_not_reached(error)
            self.publish(note(PeerUnreachable(to, *address, why), OUTSIDE))
        finally:
            self.dialing.pop(to, None)

    def greeted(self, link: "_Link", greeting: Greeting) -> None:
        """A server called us: keep the connection or call it back."""
        sid = greeting.sid
        if sid == self.sid:
            raise ProtocolViolation("a connection request with our own id")
        if sid not in self.addresses:
            raise ProtocolViolation(f"sid {sid} is not in the configuration")
        if not self.faults.meet(link.transport, sid):
            return
        if sid > self.sid:
            self.established(link, sid)
            return
        link.hang_up()
        old = self.links.pop(sid, None)
        if old is not None:
            old.hang_up()
        if sid not in self.dialing:
            loop = asyncio.get_running_loop()
            self.dialing[sid] = loop.create_task(self._dial(sid, self.addresses[sid]))

    def established(self, link: "_Link", sid: int) -> None:
        """This connection is now the one; send the last vote again."""
        old = self.links.pop(sid, None)
        if old is not None:
            old.hang_up()
        link.sid = sid
        self.links[sid] = link
        self.half_open.discard(link)
        connected = self.publish(note(PeerConnected(sid), OUTSIDE))
        if sid in self.last and self.last[sid][0].state == self.owner.peer.state:
            notification, because = self.last[sid]
            link.send(notification, (*because, connected))

    def lost(self, link: "_Link", why: str) -> None:
        """A connection ended."""
        self.half_open.discard(link)
        if link.sid is not None and self.links.get(link.sid) is link:
            del self.links[link.sid]
            self.publish(note(PeerLost(link.sid, why), OUTSIDE))


class _Link(asyncio.Protocol):
    """One connection, from greeting to end."""

    def __init__(self, port: ElectionPort, calling: int | None) -> None:
        self.port = port
        self.calling = calling  # whom we called; None if we were called
        self.sid: int | None = None  # known once the connection is to be kept
        self.transport: Any = None
        self.buffer = b""
        self.sent = self.received = 0
        self.here: Any = None
        self.there: Any = None

    def connection_made(self, transport: Any) -> None:
        """If we called, introduce ourselves, and hang up if the other id is higher."""
        faults = self.port.faults
        self.transport = faults.wrap(transport, one_notification)
        self.port.half_open.add(self)
        asyncio.get_running_loop().call_later(GREETING_TIMEOUT_S, self._expect_greeting)
        self.here = transport.get_extra_info("sockname")
        self.there = transport.get_extra_info("peername")
        no_delay(transport)
        if self.calling is None:
            return
        faults.meet(self.transport, self.calling)
        mine = self.port.config.servers[self.port.sid]
        host = f"[{mine.host}]" if ":" in mine.host else mine.host
        address = f"{host}:{mine.election_port}"
        self.transport.write(pack_greeting(Greeting(self.port.sid, (address,))))
        if self.calling > self.port.sid:
            self.port.publish(note(ConnectionYielded(self.calling), OUTSIDE))
            self.hang_up()
            return
        self.port.established(self, self.calling)

    def _expect_greeting(self) -> None:
        """Hang up on a caller that has not introduced itself in time."""
        if self in self.port.half_open:
            self.hang_up("said nothing")

    def data_received(self, data: bytes) -> None:
        """Take in greeting and votes; bad bytes end this connection only."""
        self.buffer += data
        try:
            self._read()
        except ProtocolViolation as violation:
            self.hang_up(f"protocol: {violation}")

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the port."""
        self.port.faults.lost(self.transport)
        self.port.lost(self, how_it_ended(exc))

    def send(self, notification: Notification, because: tuple[str, ...]) -> None:
        """Write one vote, unless the peer has stopped reading."""
        if self.transport.get_write_buffer_size() > UNSENT_MAX:
            self.hang_up("does not read")
            return
        self.sent += 1
        n = notification
        event = NotificationSent(
            self.sid or 0,
            PeerState(n.state).name,
            n.round,
            n.leader,
            n.zxid,
            n.peer_epoch,
        )
        name = message_id(self.here, self.there, self.sent)
        self.port.publish(note(event, *because), name)
        payload = pack_notification(notification)
        self.transport.write(_LENGTH.pack(len(payload)) + payload)

    def hang_up(self, why: str = "replaced") -> None:
        """End the connection."""
        self.port.lost(self, why)
        self.sid = None
        if self.transport is not None:
            self.transport.close()

    def _read(self) -> None:
        if self.sid is None:
            if self.calling is not None:
                self.buffer = b""
                return  # we hung up already
            found = unpack_greeting(self.buffer)
            if found is None:
                return
            greeting, end = found
            self.buffer = self.buffer[end:]
            self.port.greeted(self, greeting)
        while self.sid is not None and len(self.buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self.buffer)
            if not 0 < length <= NOTIFICATION_MAX:
                raise ProtocolViolation(
                    f"Received packet with invalid packet: {length}"
                )
            if len(self.buffer) < _LENGTH.size + length:
                return
            payload = self.buffer[_LENGTH.size : _LENGTH.size + length]
            self.buffer = self.buffer[_LENGTH.size + length :]
            self.received += 1
            name = message_id(self.there, self.here, self.received)
            self.port.owner.server.heard(self.sid, unpack_notification(payload), name)


def how_it_ended(exc: Exception | None) -> str:
    """Return `closed`, `reset` (the peer left something unread), or more."""
    if exc is None:
        return "closed"
    if isinstance(exc, ssl.SSLError):
        return f"TLS: {why_refused(exc)}"
    return "reset" if isinstance(exc, ConnectionError) else str(exc)


def no_delay(transport: Any) -> None:
    """Send small messages at once: an ACK must not wait for more data."""
    sock = transport.get_extra_info("socket")
    if sock is not None and sock.family in (socket.AF_INET, socket.AF_INET6):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def shown_host(server: Server) -> str:
    """Return an address as Java prints it, with a slash before a bare number."""
    return f"/{server.host}" if server.host[:1].isdigit() else server.host

"""Sockets with TLS: who calls shakes hands first, then the port has the connection.

A port that speaks both looks at the first byte of a caller: a TLS handshake begins
with 0x16.  After ZooKeeper's X509Util, UnifiedServerSocket and DualModeSslHandler.
"""

import asyncio
import os
import socket
import ssl
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from node.config import ConfigError
from node.tls.jks import KeyStoreError
from node.tls.names import Certificate, is_for
from node.tls.settings import NEED, NONE, PROTOCOLS, TlsSettings
from node.tls.stores import Pem, Store, read_store

HANDSHAKE_S = 10.0  # from the first byte to the last of a handshake
HANDSHAKES_MAX = 1000  # at once; more than that are hung up on
BACKLOG = 100  # asyncio's
ACCEPT_RETRY_S = 1.0
_RECORD_HANDSHAKE = b"\x16"

Factory = Callable[[], Any]  # makes the protocol that gets the connection
Refused = Callable[[str, str], None]  # takes the other's address, and why


class Credentials:
    """The TLS contexts of one kind of port, made of its two stores.

    If `reloads` is set, files that have changed are read again before the next
    connection; while they cannot be read (half-written) the old ones stay.
    """

    def __init__(self, settings: TlsSettings) -> None:
        """Read the stores; ConfigError names the line of one that cannot be read."""
        self.settings = settings
        self._seen = self._stamps()
        self._server, self._client = self._contexts()

    def server(self) -> ssl.SSLContext:
        """Return how we answer calls."""
        self._renew()
        return self._server

    def client(self) -> ssl.SSLContext:
        """Return how we call."""
        self._renew()
        return self._client

    def _renew(self) -> None:
        if self.settings.reloads and (stamps := self._stamps()) != self._seen:
            with suppress(ConfigError):  # the next caller tries again
                self._server, self._client = self._contexts()
                self._seen = stamps

    def _stamps(self) -> tuple[tuple[int, int], ...]:
        return tuple(
            _stamp(store.path)
            for store in (self.settings.key_store, self.settings.trust_store)
        )

    def _contexts(self) -> tuple[ssl.SSLContext, ssl.SSLContext]:
        settings = self.settings
        mine = self._read(settings.key_store, settings.places[0])
        theirs = self._read(settings.trust_store, settings.places[1])
        if not mine.identity:
            raise ConfigError(f"{settings.places[0]}: the key store holds no key")
        if not theirs.trusted:
            raise ConfigError(f"{settings.places[1]}: nobody is in the trust store")
        server = self._context(ssl.PROTOCOL_TLS_SERVER, mine, theirs)
        wanted = (
            ssl.CERT_REQUIRED if settings.client_auth == NEED else ssl.CERT_OPTIONAL
        )
        server.verify_mode = ssl.CERT_NONE if settings.client_auth == NONE else wanted
        return server, self._context(ssl.PROTOCOL_TLS_CLIENT, mine, theirs)

    def _read(self, store: Store, where: str) -> Pem:
        try:
            return read_store(store)
        except (OSError, KeyStoreError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            raise ConfigError(f"{where}: {store.path}: {why}") from None

    def _context(self, side: int, mine: Pem, theirs: Pem) -> ssl.SSLContext:
        context = ssl.SSLContext(side)
        context.check_hostname = False  # `is_for` does it, as ZooKeeper does
        context.verify_mode = ssl.CERT_REQUIRED
        versions = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]
        allowed = [
            version
            for name, version in zip(PROTOCOLS, versions, strict=True)
            if name in self.settings.protocols
        ]
        context.minimum_version, context.maximum_version = allowed[0], allowed[-1]
        where = self.settings.places
        try:
            with _as_file(mine.identity) as path:
                context.load_cert_chain(path, password=mine.password)
        except (ssl.SSLError, OSError) as error:
            why = getattr(error, "reason", None) or "no such key, or a wrong password"
            raise ConfigError(f"{where[0]}: the key cannot be used: {why}") from None
        try:
            context.load_verify_locations(cadata=theirs.trusted)
        except ssl.SSLError as error:
            raise ConfigError(f"{where[1]}: no certificate: {error.reason}") from None
        return context


def credentials_of(settings: TlsSettings | None) -> Credentials | None:
    """Return what a port speaks TLS with; None: it does not."""
    return None if settings is None else Credentials(settings)


def _stamp(path: str) -> tuple[int, int]:
    try:
        found = Path(path).stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


@contextmanager
def _as_file(content: bytes) -> Iterator[str]:
    """Yield the path of a file with this content; where Linux runs, it is in memory.

    Python's ssl takes a private key from a file only.
    """
    if not hasattr(os, "memfd_create"):
        with NamedTemporaryFile() as file:  # readable by us alone
            file.write(content)
            file.flush()
            yield file.name
        return
    number = os.memfd_create("identity", os.MFD_CLOEXEC)
    try:
        os.write(number, content)
        yield f"/proc/self/fd/{number}"
    finally:
        os.close(number)


class Sockets:
    """How one kind of port listens and calls: with TLS, without, or both."""

    def __init__(
        self,
        credentials: Credentials | None,
        refused: Refused,
        *,
        also_plain: bool = False,
        calls_tls: bool = True,
    ) -> None:
        """Without credentials nobody speaks TLS."""
        self.credentials = credentials
        self.refused = refused
        self.also_plain = also_plain
        self.calls_tls = calls_tls

    async def listen(
        self, factory: Factory, host: str | None, port: int
    ) -> "asyncio.Server | Listener":
        """Listen; OSError if the port cannot be had."""
        loop = asyncio.get_running_loop()
        if self.credentials is None:
            return await loop.create_server(factory, host, port)
        places = await loop.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        return Listener(self, factory, dict.fromkeys(places))

    async def call(self, factory: Factory, host: str, port: int) -> Any:
        """Connect and return the protocol; OSError if that is not possible."""
        loop = asyncio.get_running_loop()
        if self.credentials is None or not self.calls_tls:
            return (await loop.create_connection(factory, host, port))[1]
        context = self.credentials.client()
        waiting = Waiting()
        transport, _ = await loop.create_connection(
            lambda: waiting, host, port, ssl=context, server_hostname=host
        )
        if self.credentials.settings.checks_servers:
            await self._check_host(transport, host)
        return waiting.make_way(transport, factory)

    async def _check_host(self, transport: Any, *known: str) -> None:
        """Raise OSError unless the other's certificate names the host it is at."""
        certificate: Certificate = transport.get_extra_info("peercert") or {}
        address = transport.get_extra_info("peername")[0]
        if is_for(certificate, [*known, address]):
            return
        loop = asyncio.get_running_loop()
        name, _ = await loop.getnameinfo((address, 0))
        if not is_for(certificate, [name]):
            transport.abort()
            raise WrongHostError(address)

    async def admit(self, sock: socket.socket, factory: Factory) -> None:
        """Take a caller in; OSError or TimeoutError if we come to no TLS."""
        assert self.credentials is not None
        settings = self.credentials.settings
        loop = asyncio.get_running_loop()
        if self.also_plain:
            async with asyncio.timeout(settings.detection_ms / 1000):
                first = await _first_byte(sock)
            if first != _RECORD_HANDSHAKE:
                await loop.connect_accepted_socket(factory, sock)
                return
        waiting = Waiting()
        transport, _ = await loop.connect_accepted_socket(
            lambda: waiting,
            sock,
            ssl=self.credentials.server(),
            ssl_handshake_timeout=HANDSHAKE_S,
        )
        if settings.checks_clients and transport.get_extra_info("peercert"):
            await self._check_host(transport)
        waiting.make_way(transport, factory)


class Listener:
    """A listening port whose callers shake hands before the port has them."""

    def __init__(
        self, sockets: Sockets, factory: Factory, places: Iterable[tuple[Any, ...]]
    ) -> None:
        """Listen at these addresses (as getaddrinfo returns them), or OSError."""
        self.sockets = sockets
        self.factory = factory
        self.listening: list[socket.socket] = []
        self.tasks: set[asyncio.Task[None]] = set()
        try:
            for family, kind, protocol, _name, address in places:
                self.listening.append(_bound(family, kind, protocol, address))
        except OSError:
            self.close()
            raise
        for sock in self.listening:
            self._run(self._accept(sock))

    def close(self) -> None:
        """Stop listening, and hang up on who is shaking hands."""
        for task in self.tasks:
            task.cancel()
        for sock in self.listening:
            sock.close()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                sock, address = await loop.sock_accept(listening)
            except OSError:  # too many open files: as asyncio, try again soon
                await asyncio.sleep(ACCEPT_RETRY_S)
                continue
            if len(self.tasks) > HANDSHAKES_MAX:
                sock.close()
                continue
            self._run(self._admit(sock, _shown(address)))

    async def _admit(self, sock: socket.socket, address: str) -> None:
        try:
            await self.sockets.admit(sock, self.factory)
        except (OSError, TimeoutError) as error:
            sock.close()
            self.sockets.refused(address, why_refused(error))
        except asyncio.CancelledError:  # the port closes
            sock.close()
            raise


def _bound(family: int, kind: int, protocol: int, address: Any) -> socket.socket:
    sock = socket.socket(family, kind, protocol)
    try:
        sock.settimeout(0)  # as the loop wants it
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind(address)
        sock.listen(BACKLOG)
    except OSError:
        sock.close()
        raise
    return sock


class WrongHostError(OSError):
    """A certificate that is good, and another host's."""


class Waiting(asyncio.Protocol):
    """Keeps what comes before the port has the connection."""

    def __init__(self) -> None:
        self.early: list[bytes] = []
        self.lost = False

    def data_received(self, data: bytes) -> None:
        """Keep it."""
        self.early.append(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Remember that."""
        self.lost = True

    def make_way(self, transport: Any, factory: Factory) -> Any:
        """Give the connection to a new protocol and return that."""
        if self.lost:
            raise ConnectionResetError
        protocol = factory()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        for data in self.early:
            protocol.data_received(data)
        return protocol


async def _first_byte(sock: socket.socket) -> bytes:
    """Wait until something has arrived, and look at it without taking it."""
    loop = asyncio.get_running_loop()
    arrived = asyncio.Event()
    loop.add_reader(sock, arrived.set)
    try:
        await arrived.wait()
        return sock.recv(1, socket.MSG_PEEK)
    finally:
        loop.remove_reader(sock)


def _shown(address: Any) -> str:
    host, port = (address or ("?", 0))[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


_NOT_TLS = ("HTTP_REQUEST", "WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "RECORD_LAYER")


def why_refused(error: OSError | TimeoutError) -> str:
    """Return in a word why no TLS came about; the phrases know it.

    expired, foreign, no-certificate, wrong-host, not-tls, ours-refused, silent, or
    whatever the library says.
    """
    if isinstance(error, WrongHostError):
        return "wrong-host"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "expired" if "expired" in error.verify_message else "foreign"
    reason = (
        (getattr(error, "reason", None) or "")
        if isinstance(error, ssl.SSLError)
        else ""
    )
    if reason == "PEER_DID_NOT_RETURN_A_CERTIFICATE":
        return "no-certificate"
    if reason.startswith(_NOT_TLS):
        return "not-tls"
    if "ALERT" in reason:
        return "ours-refused"
    if isinstance(error, TimeoutError) or not reason:
        return "silent"
    return reason.lower().replace("_", " ")


def why_not_reached(error: OSError) -> str:
    """Return why a call failed: what the machine says, or why there is no TLS."""
    if isinstance(error, ssl.SSLError | WrongHostError):
        return f"TLS: {why_refused(error)}"
    return error.strerror or type(error).__name__

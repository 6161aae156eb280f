"""HTTP as a node serves it: one request per connection, parsed by h11.

A web page can point a name of its own at this machine and then read what is answered
(DNS rebinding).  So a request is answered only if its Host is an address, localhost,
or a name that zoo.cfg gives to a server.  ZooKeeper answers any Host.
"""

import asyncio
import hmac
from ipaddress import ip_address
from typing import Any, Protocol

import h11

from node.config import Config
from node.faults.commands import CommandHandler

IDLE_TIMEOUT_S = 30.0  # zookeeper.admin.idleTimeout
BODY_MAX = 1 << 16  # bytes: fault commands are short
TOKEN = b"x-quorumlab-token"

Answer = tuple[int, str, bytes]  # status, content type, body


class Site(Protocol):
    """What is served: it answers requests, and may take fault commands."""

    @property
    def token(self) -> str:
        """The lab's secret; empty: there is none."""

    def is_ours(self, host: bytes) -> bool:
        """Return whether a Host header names this server, with or without a port."""

    def respond(self, method: str, target: str) -> Answer:
        """Return status, content type and body for a request."""

    def handler(self, target: str) -> CommandHandler | None:
        """Return who takes the fault commands that are sent there, if anybody does."""

    def command(self, method: str, handler: CommandHandler, body: bytes) -> Answer:
        """Carry a fault command out."""


class HostNames:
    """The names by which this server may be called."""

    def __init__(self, config: Config, *more: str) -> None:
        """Take those that zoo.cfg gives to servers, localhost, and `more`."""
        hosts = [server.host for server in config.servers.values()]
        self.names = {host.lower() for host in (*hosts, "localhost", *more)}

    def is_ours(self, host: bytes) -> bool:
        """Return whether a Host header names this server, with or without a port."""
        name = host.decode("latin-1").lower()
        bracketed = name.startswith("[")
        name = name[1:].partition("]")[0] if bracketed else name.partition(":")[0]
        return name.rstrip(".") in self.names or _is_address(name)


class Exchange(asyncio.Protocol):
    """One connection: one request, one answer."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.http = h11.Connection(h11.SERVER)
        self.transport: Any = None
        self.timer: asyncio.TimerHandle | None = None
        self.method = self.target = ""
        self.handler: CommandHandler | None = None
        self.body = b""

    def connection_made(self, transport: Any) -> None:
        """Give the caller IDLE_TIMEOUT_S."""
        self.transport = transport
        loop = asyncio.get_running_loop()
        self.timer = loop.call_later(IDLE_TIMEOUT_S, transport.abort)

    def data_received(self, data: bytes) -> None:
        """Answer the first whole request and close."""
        self.http.receive_data(data)
        try:
            while not self.transport.is_closing():
                event = self.http.next_event()
                if event is h11.NEED_DATA or event is h11.PAUSED:
                    return
                self._take(event)
        except h11.RemoteProtocolError as error:
            self._answer(error.error_status_hint, "text/plain", b"not HTTP\n")

    def _take(self, event: Any) -> None:
        """Take in one part of the request; a command is handled when it is whole."""
        if isinstance(event, h11.Request):
            self.target = event.target.decode("latin-1")
            self.method = event.method.decode("latin-1")
            self.handler = self.site.handler(self.target)
            hosts = [value for name, value in event.headers if name == b"host"]
            if not all(map(self.site.is_ours, hosts)):
                self._answer(421, "text/plain", b"Host is no name of this server\n")
            elif self.handler is None:
                self._answer(*self.site.respond(self.method, self.target))
            elif _is_from_a_page(event) or not (
                _is_local(self.transport) or _has_token(event, self.site.token)
            ):
                self._answer(403, "text/plain", b"only from this machine's tools\n")
        elif isinstance(event, h11.Data) and len(self.body) <= BODY_MAX:
            self.body += event.data
        elif isinstance(event, h11.EndOfMessage) and self.handler is not None:
            if len(self.body) > BODY_MAX:
                self._answer(413, "text/plain", b"fault commands are short\n")
            else:
                self._answer(*self.site.command(self.method, self.handler, self.body))

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more to wait for."""
        if self.timer is not None:
            self.timer.cancel()

    def _answer(self, status: int, content_type: str, body: bytes) -> None:
        headers = [
            ("Content-Type", content_type),
            ("Content-Length", str(len(body))),
            ("Connection", "close"),
        ]
        send = self.http.send
        answer = h11.Response(status_code=status, headers=headers)
        parts = [send(answer)]
        if self.method != "HEAD":  # that wants to know how long the answer would be
            parts.append(send(h11.Data(data=body)))
        parts.append(send(h11.EndOfMessage()))
        self.transport.write(b"".join(part or b"" for part in parts))
        self.transport.close()


def _is_address(name: str) -> bool:
    """Return whether this is an IP address: no page's name can be one."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _is_local(transport: Any) -> bool:
    """Return whether the caller sits on this very machine."""
    host = (transport.get_extra_info("peername") or ("",))[0].partition("%")[0]
    return _is_address(host) and ip_address(host).is_loopback


def _has_token(request: h11.Request, token: str) -> bool:
    """Return whether the caller knows the lab's secret; never if there is none."""
    shown = next((value for name, value in request.headers if name == TOKEN), b"")
    return bool(token) and hmac.compare_digest(shown, token.encode())


def _is_from_a_page(request: h11.Request) -> bool:
    """Return whether a browser sends this for some web page: those say so."""
    return any(name == b"origin" for name, _ in request.headers)

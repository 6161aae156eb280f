"""The AdminServer: the node's facts as JSON over HTTP, for GET /commands/NAME.

HTTP is parsed by h11, one request per connection.  After ZooKeeper's
JettyAdminServer and Commands.  In a lab it takes fault commands, too: GET, POST and
DELETE of /commands/quorumlab/KIND (see `node.faults.commands`), and of all kinds as
/commands/quorumlab/active.  They come from this very machine, or with the lab's
token: through a container's published port everybody seems to come from elsewhere.

A web page can point a name of its own at this machine and then read what is answered
(DNS rebinding).  So a request is answered only if its Host is an address, localhost,
or a name that zoo.cfg gives to a server.  ZooKeeper answers any Host.
"""

import asyncio
import hmac
import json
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, Protocol
from urllib.parse import parse_qsl

import h11

from node.admin.commands import Commands
from node.config import Config
from node.effects import Note, note
from node.events import AdminUnavailable, ListenerOpened
from node.faults.commands import AllCommands, CommandHandler, CommandRefused

IDLE_TIMEOUT_S = 30.0  # zookeeper.admin.idleTimeout
BODY_MAX = 1 << 16  # bytes: fault commands are short
FAULT_COMMANDS = "quorumlab"  # /commands/quorumlab/link-faults, …
TOKEN = b"x-quorumlab-token"

Answer = tuple[int, str, bytes]  # status, content type, body


class Owner(Protocol):
    """The node, as the AdminServer sees it."""

    @property
    def fault_commands(self) -> Mapping[str, CommandHandler]:
        """Who takes which kind of fault command; empty outside a lab."""

    @property
    def token(self) -> str:
        """The lab's secret; empty: there is none."""

    def publish(self, published: Note, /) -> object:
        """Take an event."""


class AdminPort:
    """The HTTP listener of one node."""

    def __init__(self, config: Config, commands: Commands, owner: Owner) -> None:
        """Do not listen yet."""
        self.commands = commands
        self.owner = owner
        self.host = config.extra.get("admin.serverAddress", "0.0.0.0")
        self.port = config.number("admin.serverPort", 8080)
        self.prefix = config.extra.get("admin.commandURL", "/commands")
        self.names = {host.lower() for host in _hosts(config)}
        self.enabled = config.extra.get("admin.enableServer", "true") != "false"
        self.server: asyncio.Server | None = None

    async def open(self) -> None:
        """Listen; a port that is taken is a warning, and the node goes on without."""
        if not self.enabled or not self.port:
            return
        loop = asyncio.get_running_loop()
        try:
            self.server = await loop.create_server(
                lambda: Exchange(self), self.host, self.port
            )
        except OSError as error:
            why = error.strerror or str(error)
            self.owner.publish(note(AdminUnavailable(self.port, why)))
            return
        self.owner.publish(note(ListenerOpened("admin", self.host, self.port)))

    def close(self) -> None:
        """Stop listening."""
        if self.server is not None:
            self.server.close()

    def is_ours(self, host: bytes) -> bool:
        """Return whether a Host header names this server, with or without a port."""
        name = host.decode("latin-1").lower()
        bracketed = name.startswith("[")
        name = name[1:].partition("]")[0] if bracketed else name.partition(":")[0]
        return name.rstrip(".") in self.names or _is_address(name)

    def respond(self, method: str, target: str) -> Answer:
        """Return status, content type and body for a request."""
        path, _, query = target.partition("?")
        if method not in ("GET", "HEAD"):
            return 405, "text/plain", b"only GET is understood here\n"
        name = path.removeprefix(self.prefix).strip("/")
        if not path.startswith(self.prefix):
            return 404, "text/plain", f"try {self.prefix}\n".encode()
        if not name:
            names = self.commands.names()
            links = [f'<a href="{self.prefix}/{n}">{n}</a>' for n in names]
            return 200, "text/html", "<br/>\n".join(links).encode()
        document = self.commands.run(name, dict(parse_qsl(query)))
        text = json.dumps(document, indent=2, separators=(",", " : "))
        return 200, "application/json", text.encode()

    def handler(self, target: str) -> CommandHandler | None:
        """Return who takes the fault commands that are sent there, if anybody does."""
        place, _, kind = target.partition("?")[0].rpartition("/")
        handlers = self.owner.fault_commands
        if not handlers or place != f"{self.prefix}/{FAULT_COMMANDS}":
            return None
        return AllCommands(handlers) if kind == "active" else handlers.get(kind)

    def command(self, method: str, handler: CommandHandler, body: bytes) -> Answer:
        """Inject, clear or list faults; the answer says what is active then."""
        try:
            if method == "POST":
                said = handler.handle(body)
                return 200, "application/json", json.dumps(said).encode()
            if method == "DELETE" and not body:
                handler.clear()
            elif method == "DELETE":
                handler.handle(body)
            elif method not in ("GET", "HEAD"):
                return 405, "text/plain", b"GET, POST or DELETE\n"
        except CommandRefused as refused:
            return 400, "text/plain", f"{refused}\n".encode()
        return 200, "application/json", json.dumps(handler.listed()).encode()


class Exchange(asyncio.Protocol):
    """One connection: one request, one answer."""

    def __init__(self, port: AdminPort) -> None:
        self.port = port
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
            self.handler = self.port.handler(self.target)
            hosts = [value for name, value in event.headers if name == b"host"]
            if not all(map(self.port.is_ours, hosts)):
                self._answer(421, "text/plain", b"Host is no name of this server\n")
            elif self.handler is None:
                self._answer(*self.port.respond(self.method, self.target))
            elif _is_from_a_page(event) or not (
                _is_local(self.transport) or _has_token(event, self.port.owner.token)
            ):
                self._answer(403, "text/plain", b"only from this machine's tools\n")
        elif isinstance(event, h11.Data) and len(self.body) <= BODY_MAX:
            self.body += event.data
        elif isinstance(event, h11.EndOfMessage) and self.handler is not None:
            if len(self.body) > BODY_MAX:
                self._answer(413, "text/plain", b"fault commands are short\n")
            else:
                self._answer(*self.port.command(self.method, self.handler, self.body))

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


def _hosts(config: Config) -> list[str]:
    """Return the names that zoo.cfg gives to servers."""
    hosts = [server.host for server in config.servers.values()]
    return [*hosts, config.extra.get("admin.serverAddress", "localhost"), "localhost"]


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

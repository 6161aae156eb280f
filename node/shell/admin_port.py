"""The AdminServer: the node's facts as JSON over HTTP, for GET /commands/NAME.

HTTP is parsed by h11; one request per connection is plenty here.  Census 7.
In a lab it takes orders, too: GET, POST and DELETE of /commands/quorumlab/KIND
(see `node.shell.orders`), and of all kinds as /commands/quorumlab/standing.  They
come from this very machine, or with the lab's token: through a container's
published port everybody seems to come from elsewhere.
"""

import asyncio
import hmac
import json
from ipaddress import ip_address
from typing import Any

import h11

from node.admin.view import View
from node.config import Config
from node.effects import note
from node.events import AdminUnavailable, ListenerOpened
from node.shell.orders import OrderRefused, Orders, Standing

IDLE_TIMEOUT_S = 30.0  # zookeeper.admin.idleTimeout
BODY_MAX = 1 << 16  # bytes: orders are short
ORDERS = "quorumlab"  # /commands/quorumlab/gates, …
TOKEN = b"x-quorumlab-token"

Answer = tuple[int, str, bytes]  # status, content type, body


class AdminPort:
    """The HTTP listener of one node."""

    def __init__(self, config: Config, view: View, owner: Any) -> None:
        """Do not listen yet."""
        self.view = view
        self.owner = owner
        self.host = config.extra.get("admin.serverAddress", "0.0.0.0")
        self.port = config.number("admin.serverPort", 8080)
        self.prefix = config.extra.get("admin.commandURL", "/commands")
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

    def respond(self, method: str, target: str) -> Answer:
        """Return status, content type and body for a request."""
        path = target.partition("?")[0]
        if method not in ("GET", "HEAD"):
            return 405, "text/plain", b"only GET is understood here\n"
        name = path.removeprefix(self.prefix).strip("/")
        if not path.startswith(self.prefix):
            return 404, "text/plain", f"try {self.prefix}\n".encode()
        commands = self.view.commands()
        if not name:
            links = [f'<a href="{self.prefix}/{n}">{n}</a>' for n in sorted(commands)]
            return 200, "text/html", "<br/>\n".join(links).encode()
        document: dict[str, Any] = {}
        error: str | None = None
        if name not in commands:
            error = f"Unknown command: {name}"
        else:
            error = self.view.refusal(name)
            if error is None:
                document = commands[name]()
        document |= {"command": name, "error": error}
        text = json.dumps(document, indent=2, separators=(",", " : "))
        return 200, "application/json", text.encode()

    def orders(self, target: str) -> Orders | None:
        """Return who takes the orders that are sent there, if anybody does."""
        place, _, kind = target.partition("?")[0].rpartition("/")
        orders: dict[str, Orders] = self.owner.orders
        if not orders or place != f"{self.prefix}/{ORDERS}":
            return None
        return Standing(orders) if kind == "standing" else orders.get(kind)

    def order(self, method: str, orders: Orders, body: bytes) -> Answer:
        """Obey, take back or list; the answer says what stands then."""
        try:
            if method == "POST":
                said = orders.order(body)
                return 200, "application/json", json.dumps(said).encode()
            if method == "DELETE" and not body:
                orders.clear()
            elif method == "DELETE":
                orders.order(body)
            elif method not in ("GET", "HEAD"):
                return 405, "text/plain", b"GET, POST or DELETE\n"
        except OrderRefused as refused:
            return 400, "text/plain", f"{refused}\n".encode()
        return 200, "application/json", json.dumps(orders.listed()).encode()


class Exchange(asyncio.Protocol):
    """One connection: one request, one answer."""

    def __init__(self, port: AdminPort) -> None:
        self.port = port
        self.http = h11.Connection(h11.SERVER)
        self.transport: Any = None
        self.timer: asyncio.TimerHandle | None = None
        self.method = self.target = ""
        self.orders: Orders | None = None
        self.body = b""

    def connection_made(self, transport: Any) -> None:
        """Give the caller half a minute."""
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
        """Take in one part of the request; orders are obeyed when they are whole."""
        if isinstance(event, h11.Request):
            self.target = event.target.decode("latin-1")
            self.method = event.method.decode("latin-1")
            self.orders = self.port.orders(self.target)
            if self.orders is None:
                bare = self.method == "HEAD"
                answer = self.port.respond(self.method, self.target)
                self._answer(*answer, bare=bare)
            elif _is_from_a_page(event) or not (
                _is_local(self.transport) or _has_token(event, self.port.owner.token)
            ):
                self._answer(403, "text/plain", b"only from this machine's tools\n")
        elif isinstance(event, h11.Data) and len(self.body) <= BODY_MAX:
            self.body += event.data
        elif isinstance(event, h11.EndOfMessage) and self.orders is not None:
            if len(self.body) > BODY_MAX:
                self._answer(413, "text/plain", b"orders are short\n")
            else:
                self._answer(*self.port.order(self.method, self.orders, self.body))

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more to wait for."""
        if self.timer is not None:
            self.timer.cancel()

    def _answer(
        self, status: int, content_type: str, body: bytes, *, bare: bool = False
    ) -> None:
        headers = [
            ("Content-Type", content_type),
            ("Content-Length", str(len(body))),
            ("Connection", "close"),
        ]
        send = self.http.send
        answer = h11.Response(status_code=status, headers=headers)
        parts = [send(answer)]
        if not bare:  # HEAD wants to know how long the answer would be
            parts.append(send(h11.Data(data=body)))
        parts.append(send(h11.EndOfMessage()))
        self.transport.write(b"".join(part or b"" for part in parts))
        self.transport.close()


def _is_local(transport: Any) -> bool:
    """Return whether the caller sits on this very machine."""
    host = (transport.get_extra_info("peername") or ("",))[0]
    try:
        return ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _has_token(request: h11.Request, token: str) -> bool:
    """Return whether the caller knows the lab's secret; without one nobody does."""
    shown = next((value for name, value in request.headers if name == TOKEN), b"")
    return bool(token) and hmac.compare_digest(shown, token.encode())


def _is_from_a_page(request: h11.Request) -> bool:
    """Return whether a browser sends this for some web page: those say so."""
    return any(name == b"origin" for name, _ in request.headers)

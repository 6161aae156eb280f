"""The AdminServer: the node's facts as JSON over HTTP, for GET /commands/NAME.

HTTP is parsed by h11; one request per connection is plenty here.  Census 7.
"""

import asyncio
import json
from typing import Any

import h11

from node.admin.view import View
from node.config import Config
from node.effects import note
from node.events import AdminUnavailable, ListenerOpened

IDLE_TIMEOUT_S = 30.0  # zookeeper.admin.idleTimeout


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

    def respond(self, method: str, target: str) -> tuple[int, str, bytes]:
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


class Exchange(asyncio.Protocol):
    """One connection: one request, one answer."""

    def __init__(self, port: AdminPort) -> None:
        self.port = port
        self.http = h11.Connection(h11.SERVER)
        self.transport: Any = None
        self.timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Give the caller half a minute."""
        self.transport = transport
        loop = asyncio.get_running_loop()
        self.timer = loop.call_later(IDLE_TIMEOUT_S, transport.abort)

    def data_received(self, data: bytes) -> None:
        """Answer the first whole request and close."""
        self.http.receive_data(data)
        try:
            event = self.http.next_event()
        except h11.RemoteProtocolError as error:
            self._answer(error.error_status_hint, "text/plain", b"not HTTP\n")
            return
        if isinstance(event, h11.Request):
            target = event.target.decode("latin-1")
            method = event.method.decode("latin-1")
            self._answer(*self.port.respond(method, target), bare=method == "HEAD")

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

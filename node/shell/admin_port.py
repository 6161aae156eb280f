"""The AdminServer: the node's facts as JSON over HTTP, for GET /commands/NAME.

After ZooKeeper's JettyAdminServer and Commands.  In a lab it takes fault commands,
too: GET, POST and DELETE of /commands/quorumlab/KIND (see `node.faults.commands`), and
of all kinds as /commands/quorumlab/active.  They come from this very machine, or with
the lab's token: through a container's published port everybody seems to come from
elsewhere.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Protocol
from urllib.parse import parse_qsl

from node.admin.commands import Commands
from node.config import Config
from node.effects import Note, note
from node.events import AdminUnavailable, ListenerOpened
from node.faults.commands import AllCommands, CommandHandler, CommandRefused
from node.shell.http import Answer, Exchange, HostNames

FAULT_COMMANDS = "quorumlab"  # /commands/quorumlab/link-faults, …


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


class AdminPort(HostNames):
    """The HTTP listener of one node."""

    def __init__(self, config: Config, commands: Commands, owner: Owner) -> None:
        """Do not listen yet."""
        super().__init__(config, config.extra.get("admin.serverAddress", "localhost"))
        self.commands = commands
        self.owner = owner
        self.host = config.extra.get("admin.serverAddress", "0.0.0.0")
        self.port = config.number("admin.serverPort", 8080)
        self.prefix = config.extra.get("admin.commandURL", "/commands")
        self.enabled = config.extra.get("admin.enableServer", "true") != "false"
        self.server: asyncio.Server | None = None

    @property
    def token(self) -> str:
        """The lab's secret; empty: there is none."""
        return self.owner.token

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

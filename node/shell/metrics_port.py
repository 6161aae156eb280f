"""The Prometheus port: GET /metrics, when zoo.cfg asks for it.

`metricsProvider.className` names ZooKeeper's PrometheusMetricsProvider; the port is
`metricsProvider.httpPort`.  It answers a server that looks for a leader, too.
"""

import asyncio
from collections.abc import Callable

from node.config import Config
from node.effects import Note, note
from node.events import ListenerOpened
from node.faults.commands import CommandHandler
from node.shell.http import Answer, Exchange, HostNames

TEXT = "text/plain; version=0.0.4; charset=utf-8"


class MetricsPort(HostNames):
    """The HTTP listener that Prometheus scrapes."""

    token = ""

    def __init__(
        self,
        config: Config,
        exposition: Callable[[], str],
        publish: Callable[[Note], object],
    ) -> None:
        """Do not listen yet; `exposition` is asked at each scrape."""
        self.host, self.port = config.metrics_host, config.metrics_port
        super().__init__(config, self.host)
        self.exposition = exposition
        self.publish = publish
        self.server: asyncio.Server | None = None

    async def open(self) -> None:
        """Listen; OSError if the port cannot be had, as in ZooKeeper."""
        loop = asyncio.get_running_loop()
        self.server = await loop.create_server(
            lambda: Exchange(self), self.host, self.port
        )
        self.publish(note(ListenerOpened("metrics", self.host, self.port)))

    def close(self) -> None:
        """Stop listening."""
        if self.server is not None:
            self.server.close()

    def respond(self, method: str, target: str) -> Answer:
        """Return status, content type and body for a request."""
        if method not in ("GET", "HEAD"):
            return 405, "text/plain", b"only GET is understood here\n"
        if target.partition("?")[0] != "/metrics":
            return 404, "text/plain", b"try /metrics\n"
        return 200, TEXT, self.exposition().encode()

    def handler(self, _target: str) -> CommandHandler | None:
        """Return nobody: faults are the AdminServer's."""
        return None

    def command(self, _method: str, _handler: CommandHandler, _body: bytes) -> Answer:
        """Refuse; `handler` gives nobody out."""
        return 405, "text/plain", b"only GET is understood here\n"

"""Follow one output stream of a container, across its restarts.

The engine pushes; a daemon thread per container run takes the chunks, and
`read` never blocks.
"""

import queue
import threading
import time
from collections.abc import Callable

import docker.errors
import requests.exceptions
from docker.models.containers import Container

_LOOK_S = 0.2  # asking the engine costs milliseconds


class ContainerTail:
    """Lines of stdout or stderr of whichever container the node has now."""

    def __init__(self, find: Callable[[], Container | None], *, stderr: bool) -> None:
        """Follow the present container from now, later ones from their start."""
        self.find = find
        self.stderr = stderr
        self.arrived: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self.half = b""
        self.followed = ""
        self.since = time.time()
        self.closed = False
        self.next_look = 0.0
        self._follow()

    def read(self) -> list[str]:
        """Return the complete lines that arrived."""
        self._follow()
        while not self.arrived.empty():
            self.half += self.arrived.get_nowait()
        *whole, self.half = self.half.split(b"\n")
        return [line.decode("utf-8", "replace") for line in whole]

    def close(self) -> None:
        """Stop following; the threads end with their containers or with us."""
        self.closed = True

    def _follow(self) -> None:
        """Attach to the node's container if it is another one than before."""
        now = time.monotonic()
        if now < self.next_look:
            return
        self.next_look = now + _LOOK_S
        container = self.find()
        if container is None or container.status == "created":
            return
        started = str(container.attrs["State"].get("StartedAt", ""))
        if (run := f"{container.id} {started}") == self.followed:
            return
        first, self.followed = not self.followed, run
        since = self.since if first else None
        threading.Thread(
            target=self._pump, args=(container, since), daemon=True
        ).start()

    def _pump(self, container: Container, since: float | None) -> None:
        try:
            chunks = container.logs(
                stream=True,
                follow=True,
                stdout=not self.stderr,
                stderr=self.stderr,
                since=since,
            )
            for chunk in chunks:
                if self.closed:
                    return
                self.arrived.put(chunk)
        except (docker.errors.DockerException, requests.exceptions.RequestException):
            return  # the container was removed while we followed it

"""Ask a node's AdminServer for what the lab needs: faults, stepping, the tap."""

import json
import socket
import time
from collections.abc import Callable
from errno import ECONNRESET
from http import HTTPStatus
from typing import Any

import h11

from labctl.errors import CONFLICT, ENVIRONMENT, LabError
from labctl.lab.ports import LOOPBACK
from labctl.lab.topology import Topology
from labctl.words.phrase import Phrase

TIMEOUT_S = 5.0
LOOK_TIMEOUT_S = 1.0  # who only looks does not wait long
STARTING_S = 30.0  # a process that lives may need so long until its AdminServer listens
_POLL_S = 0.05
LAB = "quorumlab"  # the command that speaks of what ZooKeeper does not have
_BODY_MAX = 1 << 20


def look_at(port: int, command: str) -> dict[str, Any] | None:
    """Return what `/commands/COMMAND` answers; None if nobody there speaks JSON."""
    if not port:
        return None
    try:
        status, body = _exchange(port, LOOK_TIMEOUT_S, ("GET", f"/commands/{command}"))
        found = json.loads(body) if status == HTTPStatus.OK else None
    except (OSError, h11.ProtocolError, ValueError):
        return None
    return found if isinstance(found, dict) and not found.get("error") else None


class AdminClient:
    """Sends fault commands over HTTP; every request carries the lab's token.

    A command has a kind (`link-faults`, `node-faults`, `step`, …); its body is JSON.
    A node that does not answer, or refuses, is a LabError that names it.
    """

    def __init__(
        self,
        topology: Topology,
        token: str,
        lives: Callable[[int], bool] = lambda _sid: False,
    ) -> None:
        """Talk to the nodes of this lab; `lives` says whether a node's process runs."""
        self.topology = topology
        self.token = token
        self.lives = lives

    def look_at(self, sid: int, command: str) -> dict[str, Any] | None:
        """Return what a node answers to an AdminServer command, if it does."""
        return look_at(self.topology.node(sid).admin, command)

    def send(self, sid: int, kind: str, body: object) -> Any:
        """Send one command; return what stands of its kind then."""
        return self._request(sid, "POST", kind, body)

    def clear(self, sid: int, kind: str, fault: str) -> Any:
        """End a fault's part in this node (or one place of it, as `f1>3`)."""
        return self._request(sid, "DELETE", kind, {"clear": fault})

    def listed(self, sid: int, kind: str) -> Any:
        """Return what stands of one kind."""
        return self._request(sid, "GET", kind)

    def standing(self, sid: int) -> dict[str, list[dict[str, Any]]]:
        """Return what stands, by kind; nothing if the node does not answer."""
        try:
            found = self._request(sid, "GET", "active")
        except LabError:
            return {}
        kinds = found.items() if isinstance(found, dict) else ()
        return {kind: rows for kind, rows in kinds if isinstance(rows, list)}

    def _request(self, sid: int, method: str, kind: str, body: object = None) -> Any:
        node = self.topology.node(sid)
        facts: dict[str, object] = {"sid": sid}
        if not node.admin:
            raise LabError(Phrase("admin.no-admin", facts), None, ENVIRONMENT)
        text = b"" if body is None else json.dumps(body).encode()
        place = f"/commands/{LAB}/{kind}"
        try:
            status, said = self._exchange(sid, (method, place), text)
            if status == HTTPStatus.OK:
                return json.loads(said)
        except (OSError, h11.ProtocolError, ValueError) as error:
            facts["why"] = error
            raise LabError(
                Phrase("admin.unheard", facts),
                Phrase("admin.unheard.hint", facts),
                ENVIRONMENT,
            ) from error
        facts["why"] = said.decode("utf-8", "replace").strip() or status
        raise LabError(
            Phrase("admin.refused", facts),
            Phrase("admin.refused.hint", facts),
            CONFLICT,
        )

    def _exchange(
        self, sid: int, words: tuple[str, str], body: bytes
    ) -> tuple[int, bytes]:
        """Send one request; who changes a node waits until it listens.

        A node that was started a moment ago lives, and listens a little later.
        """
        port = self.topology.node(sid).admin
        until = time.monotonic() + (STARTING_S if words[0] != "GET" else 0.0)
        while True:
            try:
                return _exchange(port, TIMEOUT_S, words, body, self.token)
            except ConnectionError:
                if time.monotonic() >= until or not self.lives(sid):
                    raise
            time.sleep(_POLL_S)


def _exchange(
    port: int,
    limit_s: float,
    words: tuple[str, str],
    body: bytes = b"",
    token: str = "",
) -> tuple[int, bytes]:
    """Send one request, as `("GET", "/commands/ruok")`; return status and body.

    Raises OSError if nobody answers in time, h11.ProtocolError if it is no HTTP.
    """
    method, place = words
    headers = [("Host", f"{LOOPBACK}:{port}"), ("Connection", "close")]
    headers += [("Content-Length", str(len(body)))] if method != "GET" else []
    headers += [("X-Quorumlab-Token", token)] if token else []
    http = h11.Connection(h11.CLIENT)
    request = http.send(h11.Request(method=method, target=place, headers=headers))
    request += http.send(h11.Data(body)) if body else b""
    request += http.send(h11.EndOfMessage())
    until = time.monotonic() + limit_s
    status, said = 0, b""
    with socket.create_connection((LOOPBACK, port), limit_s) as line:
        line.sendall(request)
        while True:
            event = http.next_event()
            if event is h11.NEED_DATA:
                line.settimeout(max(0.001, until - time.monotonic()))
                data = line.recv(1 << 16)
                if not (data or status):  # the engine's proxy speaks for no listener
                    raise ConnectionResetError(ECONNRESET, "closed without an answer")
                http.receive_data(data)
            elif isinstance(event, h11.Response):
                status = event.status_code
            elif isinstance(event, h11.Data):
                said += event.data
                if len(said) > _BODY_MAX:
                    raise h11.RemoteProtocolError("more than 1 MiB")
            elif isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
                return status, said

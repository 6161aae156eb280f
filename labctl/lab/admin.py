"""Ask a node's AdminServer for what the lab needs: faults, stepping, the tap."""

import http.client
import json
from typing import Any

from labctl.errors import CONFLICT, ENVIRONMENT, LabError
from labctl.lab.ports import LOOPBACK
from labctl.lab.topology import Topology
from labctl.words.phrase import Phrase

TIMEOUT_S = 5.0
LOOK_TIMEOUT_S = 1.0  # who only looks does not wait long
LAB = "quorumlab"  # the command that speaks of what ZooKeeper does not have
_BODY_MAX = 1 << 20


def look_at(port: int, command: str) -> dict[str, Any] | None:
    """Return what `/commands/COMMAND` answers; None if nobody there speaks JSON."""
    if not port:
        return None
    line = http.client.HTTPConnection(LOOPBACK, port, timeout=LOOK_TIMEOUT_S)
    try:
        line.request("GET", f"/commands/{command}")
        answer = line.getresponse()
        if answer.status != http.client.OK:
            return None
        found = json.loads(answer.read(_BODY_MAX))
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        line.close()
    return found if isinstance(found, dict) and not found.get("error") else None


class AdminClient:
    """Sends fault commands over HTTP; every request carries the lab's token.

    A command has a kind (`link-faults`, `node-faults`, `step`, …); its body is JSON.
    A node that does not answer, or refuses, is a LabError that names it.
    """

    def __init__(self, topology: Topology, token: str) -> None:
        """Talk to the nodes of this lab."""
        self.topology = topology
        self.token = token

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
        headers = {"X-Quorumlab-Token": self.token}
        text = None if body is None else json.dumps(body)
        line = http.client.HTTPConnection(LOOPBACK, node.admin, timeout=TIMEOUT_S)
        try:
            line.request(method, f"/commands/{LAB}/{kind}", text, headers)
            answer = line.getresponse()
            said = answer.read(_BODY_MAX).decode("utf-8", "replace")
            if answer.status == http.client.OK:
                return json.loads(said)
        except (OSError, http.client.HTTPException, ValueError) as error:
            facts["why"] = error
            raise LabError(
                Phrase("admin.unheard", facts),
                Phrase("admin.unheard.hint", facts),
                ENVIRONMENT,
            ) from error
        finally:
            line.close()
        facts["why"] = said.strip() or answer.status
        raise LabError(
            Phrase("admin.refused", facts),
            Phrase("admin.refused.hint", facts),
            CONFLICT,
        )

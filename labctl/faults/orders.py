"""Tell a node what to suffer, and ask it what it suffers: HTTP to its AdminServer."""

import http.client
import json
from typing import TYPE_CHECKING, Any

from labctl.errors import CONFLICT, ENVIRONMENT, LabError
from labctl.faults.ledger import token
from labctl.ports import LOOPBACK
from labctl.words.phrase import Phrase

if TYPE_CHECKING:
    from labctl.lab import Lab

TIMEOUT_S = 5.0
PATH = "/commands/quorumlab"
_BODY_MAX = 1 << 20


def send(lab: "Lab", sid: int, kind: str, body: object) -> Any:
    """Order something of one kind; return what stands of that kind then."""
    return _asked(lab, sid, "POST", kind, body)


def take_back(lab: "Lab", sid: int, kind: str, fault: str) -> Any:
    """End a fault's part in this node (or one place of it, as `f1>3`)."""
    return _asked(lab, sid, "DELETE", kind, {"clear": fault})


def listed(lab: "Lab", sid: int, kind: str) -> Any:
    """Return what stands of one kind."""
    return _asked(lab, sid, "GET", kind)


def standing(lab: "Lab", sid: int) -> dict[str, list[dict[str, Any]]]:
    """Return what stands, by kind; nothing if the node does not answer."""
    try:
        found = _asked(lab, sid, "GET", "standing")
    except LabError:
        return {}
    kinds = found.items() if isinstance(found, dict) else ()
    return {kind: rows for kind, rows in kinds if isinstance(rows, list)}


def _asked(lab: "Lab", sid: int, method: str, kind: str, body: object = None) -> Any:
    node = lab.topology.node(sid)
    if not node.admin:
        facts: dict[str, object] = {"sid": sid}
        raise LabError(Phrase("order.no-admin", facts), None, ENVIRONMENT)
    headers = {"X-Quorumlab-Token": token(lab.folder)}
    text = None if body is None else json.dumps(body)
    line = http.client.HTTPConnection(LOOPBACK, node.admin, timeout=TIMEOUT_S)
    try:
        line.request(method, f"{PATH}/{kind}", text, headers)
        answer = line.getresponse()
        said = answer.read(_BODY_MAX).decode("utf-8", "replace")
        if answer.status == http.client.OK:
            return json.loads(said)
    except (OSError, http.client.HTTPException, ValueError) as error:
        facts = {"sid": sid, "why": error}
        raise LabError(
            Phrase("order.unheard", facts), Phrase("order.unheard.hint"), ENVIRONMENT
        ) from error
    finally:
        line.close()
    facts = {"sid": sid, "why": said.strip() or answer.status}
    raise LabError(
        Phrase("order.refused", facts), Phrase("order.refused.hint", facts), CONFLICT
    )

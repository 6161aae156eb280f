"""Ask a node how it is, and believe it only if it is ours.

The AdminServer's answer names the lab, the node and the boot nonce.  A process
of an earlier run, or of somebody else, that sits on our port is thereby known
for what it is.
"""

import http.client
import json
from typing import Any, NamedTuple

from labctl.ports import LOOPBACK

TIMEOUT_S = 1.0
_BODY_MAX = 1 << 20


class Answer(NamedTuple):
    """What a node says about itself at /commands/quorumlab."""

    lab: str
    node: int
    boot: str
    pid: int
    state: str
    phase: str
    leader: int  # 0: none
    epoch: int
    zxid: int
    serving: bool
    sessions: int


def ask(admin_port: int) -> Answer | None:
    """Return the answer, or None if nobody there speaks our language."""
    if not admin_port:
        return None
    connection = http.client.HTTPConnection(LOOPBACK, admin_port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", "/commands/quorumlab")
        response = connection.getresponse()
        if response.status != 200:
            return None
        return _parse(json.loads(response.read(_BODY_MAX)))
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return None
    finally:
        connection.close()


def _parse(document: dict[str, Any]) -> Answer:
    return Answer(
        lab=str(document["lab"]),
        node=int(document["node"]),
        boot=str(document["boot"]),
        pid=int(document["pid"]),
        state=str(document["state"]),
        phase=str(document["phase"]),
        leader=int(document["leader"] or 0),
        epoch=int(document["epoch"]),
        zxid=int(document["processed_zxid"]),
        serving=bool(document["serving"]),
        sessions=int(document.get("sessions") or 0),
    )

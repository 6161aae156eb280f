"""Ask a node how it is, and believe it only if it is ours.

The AdminServer's answer names the lab, the node and the boot nonce.  So a
process of an earlier run, or of another program, on our port is not mistaken for
a node of this lab.
"""

import re
import socket
from typing import Any, NamedTuple

from labctl.lab.admin import LAB, LOOK_TIMEOUT_S, look_at
from labctl.lab.ports import LOOPBACK
from node.zxid import epoch_of

_BODY_MAX = 1 << 20


class NodeAnswer(NamedTuple):
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
    seq: int = 0  # of the last event it published before it answered
    stepping: bool = False  # its messages wait for somebody to deliver them


def ask(admin_port: int) -> NodeAnswer | None:
    """Return the answer, or None if no node of a lab answers there."""
    document = look_at(admin_port, LAB)
    try:
        return None if document is None else _parse(document)
    except (ValueError, KeyError, TypeError):
        return None


def ask_words(client_port: int) -> NodeAnswer | None:
    """Ask a node without AdminServer by `srvr`, as people asked ZooKeeper for years.

    The answer names no lab and no boot: ask only a process known to be ours.  A
    follower does not say whom it follows; leader 0 stands for that.
    """
    try:
        with socket.create_connection((LOOPBACK, client_port), LOOK_TIMEOUT_S) as line:
            line.sendall(b"srvr")
            with line.makefile("rb") as answer:
                text = answer.read(_BODY_MAX).decode("utf-8", "replace")
    except OSError:
        return None
    return _parse_words(text)


def _parse_words(text: str) -> NodeAnswer | None:
    mode = re.search(r"^Mode: (\w+)", text, re.MULTILINE)
    zxid = re.search(r"^Zxid: 0x([0-9a-f]+)", text, re.MULTILINE)
    if mode is not None and zxid is not None:
        last = int(zxid[1], 16)
        return _UNNAMED._replace(
            state=_STATES.get(mode[1], "LOOKING"),
            phase="broadcast",
            epoch=epoch_of(last),
            zxid=last,
            serving=True,
        )
    return _UNNAMED if "not currently serving" in text else None


_UNNAMED = NodeAnswer(
    lab="",
    node=0,
    boot="",
    pid=0,
    state="LOOKING",
    phase="election",
    leader=0,
    epoch=0,
    zxid=0,
    serving=False,
    sessions=0,
)
_STATES = {"leader": "LEADING", "follower": "FOLLOWING", "observer": "OBSERVING"}


def _parse(document: dict[str, Any]) -> NodeAnswer:
    return NodeAnswer(
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
        seq=int(document.get("seq") or 0),
        stepping=bool(document.get("stepping")),
    )

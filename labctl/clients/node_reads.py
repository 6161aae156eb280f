"""Read a node's tree as a client connected there would, without being one.

A session is a write: opening one would change what one came to see, and while a
COMMIT is held back it could not even be opened.  Nodes without an AdminServer are
asked by a client after all.
"""

import asyncio
import time
from typing import Any

from labctl.clients.endpoints import answered, visiting
from labctl.clients.execute import CommandAnswer
from labctl.clients.grammar import Command
from labctl.clients.history import Call, Seen
from labctl.errors import LabError
from labctl.lab.lab import Lab
from node.wire.client import Err

SEEN = frozenset({"get", "exists", "children"})  # what a glance can answer


def look(lab: Lab, sid: int, path: str, *, deep: bool = False) -> dict[str, Any] | None:
    """Return the node's zxid and its znodes by path; None if it cannot be asked."""
    try:
        found: dict[str, Any] = lab.admin.send(
            sid, "glance", {"path": path, "deep": deep}
        )
    except LabError:
        return None
    return found


def read(lab: Lab, sid: int, command: Command) -> CommandAnswer | None:
    """Return what this node answers; None if it does not answer at all."""
    began = time.monotonic()
    seen = look(lab, sid, command.path) if command.kind in SEEN else None
    if seen is None:
        return asyncio.run(_ask(lab, sid, command))
    call = _call(command, seen, began)
    return CommandAnswer(command, call, sid, (time.monotonic() - began) * 1000)


async def _ask(lab: Lab, sid: int, command: Command) -> CommandAnswer | None:
    try:
        async with visiting(lab, [sid]) as client:
            return await answered(lab, client, command, "call")
    except LabError:
        return None


def _call(command: Command, seen: dict[str, Any], began: float) -> Call:
    znode = seen["znodes"].get(command.path)
    call = Call(0, 0, 0, command.kind, command.path, began, time.monotonic())
    call = call._replace(zxid=seen["zxid"])
    if znode is None:
        return call._replace(err=Err.NO_NODE)
    value = znode["data"] if command.kind == "get" else None
    names = tuple(znode["names"]) if command.kind == "children" else ()
    return call._replace(value=value, names=names, stat=seen_of(znode))


def seen_of(znode: dict[str, Any]) -> Seen:
    """Return the part of a znode's Stat that history determines."""
    return Seen(
        *(znode["czxid"], znode["mzxid"], znode["version"], znode["cversion"]),
        *(znode["ephemeral_owner"], znode["num_children"], znode["pzxid"]),
    )

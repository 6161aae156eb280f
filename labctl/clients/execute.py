"""Carry out one command with one client, and put the answer into words."""

import time
from typing import NamedTuple

from labctl.clients.client import OPEN_ACL, Client
from labctl.clients.grammar import EPHEMERAL, SEQUENTIAL, Command
from labctl.clients.history import Call
from labctl.words.phrase import Phrase, known_or
from node.wire import client as wire
from node.wire.client import Err, Op
from node.wire.jute import INT, pack, read_ustring
from node.zxid import counter_of, epoch_of, show

NAMES = {code: name for name, code in vars(Err).items() if isinstance(code, int)}


class CommandAnswer(NamedTuple):
    """What came back, and from whom."""

    command: Command
    call: Call
    node: int
    took_ms: float

    @property
    def ok(self) -> bool:
        """Whether the server did it."""
        return self.call.err == Err.OK

    @property
    def result(self) -> str:
        """The outcome in ZooKeeper's word: OK, NO_NODE, BAD_VERSION …"""
        return NAMES.get(self.call.err, str(self.call.err))


async def carry_out(
    client: Client, command: Command, nodes: dict[int, int]
) -> CommandAnswer:
    """Ask; `nodes` says which node listens at which port.  Lost if no answer came."""
    began = time.monotonic()
    if command.kind == "multi":
        call = await _multi(client, command)
    elif command.kind == "watch":
        call = await _watch(client, command)
    else:
        how = {
            "data": command.data,
            "version": command.version,
            "flags": command.flags,
            "watch": command.watch,
        }
        call = await client.call(command.kind, command.path, **how)
    took_ms = (time.monotonic() - began) * 1000
    return CommandAnswer(command, call, nodes.get(client.endpoint, 0), took_ms)


async def _watch(client: Client, command: Command) -> Call:
    """Leave a watch on the data (or the coming) of a znode, and on its children."""
    seen = await client.call("exists", command.path, watch=True)
    if not seen.err:
        await client.call("children", command.path, watch=True)
    return seen._replace(err=Err.OK, value="" if seen.err else "there")


async def _multi(client: Client, command: Command) -> Call:
    body = b"".join(map(_part, command.parts)) + wire.MULTI_END
    reply = await client.ask(Op.MULTI, body)
    err, value = reply.err, ""
    if not err:
        err, value = _multi_outcome(command, reply.body)
    return Call(
        *(client.number, client.session, client.cxid, "multi", command.path),
        *(time.monotonic(), time.monotonic(), client.link, client.order),
        err,
        reply.zxid,
        value=value,
        endpoint=client.endpoint,
    )


def _part(part: Command) -> bytes:
    data = part.data.encode()
    match part.kind:
        case "create":
            op = Op.CREATE
            body = pack(wire.CreateRequest(part.path, data, OPEN_ACL, part.flags))
        case "set":
            op = Op.SET_DATA
            body = pack(wire.SetDataRequest(part.path, data, part.version))
        case "delete":
            op, body = Op.DELETE, pack(wire.DeleteRequest(part.path, part.version))
        case _:
            op = Op.CHECK
            body = pack(wire.CheckVersionRequest(part.path, part.version))
    return wire.MULTI_HEADER.pack(op, False, -1) + body  # noqa: FBT003 (a wire value)


def _multi_outcome(command: Command, body: bytes) -> tuple[int, str]:
    """Return the first real error and which part it stopped at, or the paths made."""
    at, made = 0, []
    for part in command.parts:
        kind, _done, _err = wire.MULTI_HEADER.unpack_from(body, at)
        at += wire.MULTI_HEADER.size
        if kind == Op.ERROR:
            (err,) = INT.unpack_from(body, at)
            at += INT.size
            if err not in (Err.OK, Err.RUNTIME_INCONSISTENCY):
                return err, f"{part.kind} {part.path}"
        elif kind in (Op.CREATE, Op.CREATE2):
            path, at = read_ustring(body, at)
            made.append(path or "")
        elif kind == Op.SET_DATA:
            at += wire.STAT.size
    return Err.OK, " ".join(made)


# --- words -----------------------------------------------------------------------


def sentence(answer: CommandAnswer) -> Phrase:
    """Return one line that says what happened."""
    call, command = answer.call, answer.command
    facts: dict[str, object] = {
        "path": command.path,
        "made": call.value or command.path,
        "value": call.value or "",
        "names": "  ".join(sorted(call.names)),
        "count": len(call.names),
        "version": call.stat.version if call.stat else 0,
        "kind": Phrase(_mode(command.flags)),
        "parts": len(command.parts),
        "stat": _stat(call),
    }
    if answer.ok:
        key = f"data.done.{command.kind}"
        if command.kind == "children" and not call.names:
            key = "data.done.childless"
        if command.kind == "watch" and not call.value:
            key = "data.done.watch-absent"
        return Phrase(key, facts)
    why = known_or(f"data.err.{answer.result}", answer.result, facts)
    failed = {"result": answer.result, "why": why, "part": call.value or ""}
    key = "data.failed.multi" if command.kind == "multi" else "data.failed"
    return Phrase(key, {**facts, **failed})


def place(answer: CommandAnswer) -> Phrase:
    """Return the line that teaches: the zxid taken apart, and who answered."""
    zxid = answer.call.zxid
    facts: dict[str, object] = {
        "zxid": show(zxid),
        "epoch": epoch_of(zxid),
        "counter": counter_of(zxid),
        "node": answer.node,
        "ms": f"{answer.took_ms:.0f}",
    }
    if answer.command.writes:
        return Phrase("data.place.write" if answer.ok else "data.place.refused", facts)
    return Phrase("data.place.read", facts)


def _mode(flags: int) -> str:
    return {
        0: "data.mode.plain",
        EPHEMERAL: "data.mode.ephemeral",
        SEQUENTIAL: "data.mode.sequential",
    }.get(flags, "data.mode.both")


def _stat(call: Call) -> str:
    stat = call.stat
    if stat is None:
        return "-"
    shown = (
        f"czxid={show(stat.czxid)} mzxid={show(stat.mzxid)} pzxid={show(stat.pzxid)}"
        f" version={stat.version} cversion={stat.cversion}"
        f" children={stat.num_children}"
    )
    return f"{shown} ephemeralOwner=0x{stat.owner:x}" if stat.owner else shown

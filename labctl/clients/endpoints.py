"""Which nodes a client of the lab talks to, and the client itself."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

from labctl.clients.client import Client, Gone, Lost
from labctl.clients.execute import CommandAnswer, carry_out
from labctl.clients.grammar import Command
from labctl.clients.history import History
from labctl.errors import NO_MATCH, TIMED_OUT, LabError
from labctl.lab.lab import Lab
from labctl.lab.ports import LOOPBACK
from labctl.lab.runtime.base import DOWN
from labctl.lab.selectors import select
from labctl.lab.status import NodeView, candidates, verdict, verdict_phrase
from labctl.story.lab_events import ClientDid
from labctl.words.phrase import Phrase

T = TypeVar("T")
SESSION_MS = 10_000
LIMIT_S = 10.0  # how long a person waits for one answer


def ports(lab: Lab) -> dict[int, int]:
    """Return which node listens for clients at which port."""
    return {node.client: node.sid for node in lab.topology.nodes}


def addresses(lab: Lab, sids: Iterable[int]) -> list[tuple[str, int]]:
    """Return where these nodes take clients."""
    return [(LOOPBACK, lab.topology.node(sid).client) for sid in sids]


def chosen(lab: Lab, target: str | None) -> tuple[int, ...]:
    """Return the nodes that are meant; nothing said means those that serve."""
    views = lab.look()
    if target is not None:
        return select([target], candidates(views))
    serving = tuple(view.node.sid for view in views if _serves(view))
    if not serving:
        down = [view.node.sid for view in views if not view.up]
        raise LabError(
            Phrase("data.nobody", {"now": verdict_phrase(verdict(views), down)}),
            Phrase("data.nobody.hint", {"lab": lab.suffix}),
            NO_MATCH,
        )
    return serving


def reachable(lab: Lab, target: str | None) -> tuple[int, ...]:
    """Return whom to try in turn: the one that is named, or else everybody.

    Those that serve come first; if they die under us, the others are still there.
    """
    sids = chosen(lab, target)
    others = () if target else tuple(s for s in lab.topology.sids if s not in sids)
    return (*sids, *others)


def dead(lab: Lab) -> Callable[[int], bool]:
    """Return who can tell that the process behind a port has ended."""
    nodes = ports(lab)
    return lambda port: lab.runtime.run(nodes[port]).condition == DOWN


def _serves(view: NodeView) -> bool:
    return view.answer is not None and view.answer.serving


@contextlib.asynccontextmanager
async def visiting(
    lab: Lab, sids: Sequence[int], timeout_ms: int = SESSION_MS
) -> AsyncIterator[Client]:
    """A client of these nodes, tried in turn; its session is closed at the end."""
    client = Client(0, addresses(lab, sids), History(), timeout_ms, dead(lab))
    try:
        await in_time(client.join(), sids)
        yield client
    finally:
        await client.leave()


async def answered(
    lab: Lab, client: Client, command: Command, who: str
) -> CommandAnswer:
    """Carry it out in time: a read may move to another server, a write is sent once.

    A write whose answer was lost may have happened; sent again it might happen
    twice.
    """
    nodes = ports(lab)
    sids = [nodes[port] for _, port in client.addresses]

    async def until_answered() -> CommandAnswer:
        while True:
            try:
                return await carry_out(client, command, nodes)
            except Lost:
                if command.writes:
                    note_unknown(lab, command, nodes.get(client.endpoint, 0), who)
                    raise

    return await in_time(until_answered(), sorted(sids))


async def in_time(
    answer: Awaitable[T], sids: Sequence[int], limit_s: float = LIMIT_S
) -> T:
    """Return the answer, or say (exit 6) that none came and what that means."""
    facts = {"nodes": tuple(sids), "limit": f"{limit_s:g}"}
    try:
        async with asyncio.timeout(limit_s):
            return await answer
    except TimeoutError:
        said, hint = "data.silent", "data.silent.hint"
    except Lost:
        said, hint = "data.lost", "data.silent.hint"
    except Gone:
        said, hint = "data.gone", "data.gone.hint"
    raise LabError(Phrase(said, facts), Phrase(hint), TIMED_OUT)


def note(lab: Lab, answer: CommandAnswer, client: str) -> None:
    """Record what a client did."""
    event = ClientDid(
        client,
        answer.node,
        answer.command.kind,
        answer.command.path,
        answer.command.data or answer.call.value or "",
        f"ok {answer.call.zxid:#x}" if answer.ok else answer.result,
        time.time() * 1000 - answer.took_ms,
        answer.took_ms,
    )
    lab.recorder.record(event)


def note_unknown(lab: Lab, command: Command, node: int, client: str) -> None:
    """Record a request that got no answer."""
    now_ms = time.time() * 1000
    did = (client, node, command.kind, command.path, command.data)
    lab.recorder.record(ClientDid(*did, "unknown", now_ms, 0.0))

"""Which nodes a client of the lab talks to, and the client itself."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Iterable, Sequence
from typing import TypeVar

from labctl.data.act import Answer
from labctl.data.client import Client, Lost
from labctl.data.grammar import Command
from labctl.data.history import History
from labctl.errors import NO_MATCH, TIMED_OUT, LabError
from labctl.lab import Lab
from labctl.ports import LOOPBACK
from labctl.recording.happened import ClientDid
from labctl.selectors import select
from labctl.view import View, candidates, verdict, verdict_phrase
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


def _serves(view: View) -> bool:
    return view.answer is not None and view.answer.serving


@contextlib.asynccontextmanager
async def visiting(
    lab: Lab, sids: Sequence[int], timeout_ms: int = SESSION_MS
) -> AsyncIterator[Client]:
    """A client of these nodes, tried in turn; its session is closed at the end."""
    client = Client(0, addresses(lab, sids), History(), timeout_ms)
    try:
        await in_time(client.join(), sids)
        yield client
    finally:
        await client.leave()


async def in_time(
    wish: Awaitable[T], sids: Sequence[int], limit_s: float = LIMIT_S
) -> T:
    """Return the answer, or say (exit 6) that none came and what that means."""
    facts = {"nodes": tuple(sids), "limit": f"{limit_s:g}"}
    try:
        async with asyncio.timeout(limit_s):
            return await wish
    except (TimeoutError, Lost):
        raise LabError(
            Phrase("data.silent", facts), Phrase("data.silent.hint"), TIMED_OUT
        ) from None


def note(lab: Lab, answer: Answer, client: str) -> None:
    """Put on record what a client did."""
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
    """Put on record a request whose answer nobody heard."""
    now_ms = time.time() * 1000
    did = (client, node, command.kind, command.path, command.data)
    lab.recorder.record(ClientDid(*did, "unknown", now_ms, 0.0))

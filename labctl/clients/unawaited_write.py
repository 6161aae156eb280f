"""A write that is sent and never waited for; its session is held a while.

`labctl do --async` starts `python -m labctl.clients.unawaited_write SPEC`.  It opens
a session, says `session 0x…`, sends the request, says `sent`, and then keeps the
session alive for a while (its time-out, unless told otherwise), so that neither its
end nor its expiry becomes a transaction just when one looks at the fate of the write.
Then it falls silent, and the session expires.
"""

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import IO, NamedTuple

from labctl.clients.background import mark_sent, registered
from labctl.clients.client import Client, Lost
from labctl.clients.endpoints import addresses, note, note_unknown, ports
from labctl.clients.execute import CommandAnswer, carry_out
from labctl.clients.grammar import understand
from labctl.clients.history import History
from labctl.lab.lab import Lab, open_lab
from labctl.screen.screen import Screen

_POLL_S = 0.1


class WriteSpec(NamedTuple):
    """What the helper gets to know."""

    lab: str
    line: str
    node: int
    timeout_ms: int
    after_s: float  # from the session to the request
    hold_s: float  # from the request until the session is left alone


def leave_behind(spec: WriteSpec) -> "subprocess.Popen[bytes]":
    """Start the helper in its own session; its stdout tells how far it is."""
    return subprocess.Popen(  # noqa: S603  (our own interpreter)
        [sys.executable, "-m", "labctl.clients.unawaited_write", json.dumps(spec)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


async def hold(spec: WriteSpec, out: IO[bytes]) -> None:
    """Open a session, send, keep it alive; at the end do not close the session."""
    lab = open_lab(spec.lab, Screen("en"))
    first = addresses(lab, [spec.node])
    client = Client(0, first, History(), spec.timeout_ms)
    with registered(lab.folder, "async", spec.line) as path:
        await client.join()
        _report(out, f"session 0x{client.session & 0xFFFFFFFFFFFFFFFF:x}")
        await _live(client, path.exists, spec.after_s)
        others = [node.sid for node in lab.topology.nodes if node.sid != spec.node]
        client.addresses = [*addresses(lab, others), *first]
        asked = asyncio.create_task(_send(lab, client, spec))
        await asyncio.sleep(_POLL_S)  # the request is on the socket
        _report(out, "sent")
        mark_sent(path)
        await _live(client, path.exists, spec.hold_s)
        asked.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asked
        await client.close()


async def _live(client: Client, wanted: Callable[[], bool], seconds: float) -> None:
    """Keep the session alive on any server that runs, while our file exists."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and wanted():
        if client.writer is None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(1.0, client.timeout_ms / 3000)):
                    await client.join()
        await asyncio.sleep(_POLL_S)


async def _send(lab: Lab, client: Client, spec: WriteSpec) -> None:
    """Ask once; record the answer, if one comes."""
    command = understand(spec.line)
    try:
        answer: CommandAnswer = await carry_out(client, command, ports(lab))
    except (Lost, asyncio.CancelledError):
        note_unknown(lab, command, spec.node, "async")
        return
    note(lab, answer, "async")


def _report(out: IO[bytes], line: str) -> None:
    with contextlib.suppress(OSError):
        out.write(line.encode() + b"\n")
        out.flush()


if __name__ == "__main__":
    asyncio.run(hold(WriteSpec(*json.loads(sys.argv[1])), sys.stdout.buffer))

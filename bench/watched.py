"""Our node with a pulse: every stall of its event loop is written down.

Run as `python -m bench.watched zoo.cfg`.  Beside zoo.cfg, `stalls.jsonl` gets a line
for each pause between two beats that is longer than it should be: when it ended, how
long it took, and how much of that our thread was computing.  The rest is waiting: for
the disk, or for a processor that others were using.
"""

import asyncio
import json
import time
from pathlib import Path

from node import __main__ as program
from node.shell.server import Node

BEAT_S = 0.002
LEAST_MS = 10.0


class Pulse:
    """Beats as often as the loop lets it."""

    def __init__(self, path: Path) -> None:
        """Write to this file."""
        self.file = path.open("a", encoding="ascii", buffering=1)
        self.loop = asyncio.get_running_loop()
        self.ended_s, self.computed_s = time.monotonic(), time.thread_time()

    def beat(self) -> None:
        """Note how long the last beat is past, and beat again soon."""
        ended_s, computed_s = time.monotonic(), time.thread_time()
        took_ms = (ended_s - self.ended_s - BEAT_S) * 1000
        if took_ms > LEAST_MS:
            busy_ms = (computed_s - self.computed_s) * 1000
            line = {"at_s": ended_s, "ms": took_ms, "busy_ms": busy_ms}
            self.file.write(json.dumps(line) + "\n")
        self.ended_s, self.computed_s = ended_s, computed_s
        self.loop.call_later(BEAT_S, self.beat)


class WatchedNode(Node):
    """A node whose loop is watched as soon as it has read its disk."""

    async def start(self) -> None:
        """Beat, and go on as always."""
        path = Path(self.config.path).with_name("stalls.jsonl")
        asyncio.get_running_loop().call_soon(Pulse(path).beat)
        await super().start()


if __name__ == "__main__":
    vars(program)["Node"] = WatchedNode
    program.main()

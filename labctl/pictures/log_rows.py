"""The rows of the log comparison: each transaction, or some that shared every fate."""

import itertools
from typing import NamedTuple

from labctl.story.recording.run import Run
from labctl.story.recording.timeline import fold
from labctl.story.world import LabWorld
from node.zxid import counter_of, epoch_of

ROWS_MAX = 120  # the newest
SINGLE_MAX = 60  # so many have a row each
_SPANS_MAX = 400


class LogSpan(NamedTuple):
    """One row: a transaction, or some that shared every fate."""

    first: int  # zxids
    last: int

    @property
    def label(self) -> str:
        """Epoch and counter, as people say them."""
        here = f"{epoch_of(self.first)}·{counter_of(self.first)}"
        end = counter_of(self.last)
        return here if self.first == self.last else f"{here}–{end}"


class LogRows:
    """Collects the spans of all logs, world by world; the newest ones are kept."""

    def __init__(self) -> None:
        """Begin before anybody wrote anything."""
        self.spans: set[tuple[int, int]] = set()
        self.last: LabWorld | None = None

    def take(self, world: LabWorld) -> None:
        """Take note of every span that this world's logs have and the last had not."""
        for sid, peer in world.peers.items():
            before = self.last.peers.get(sid) if self.last else None
            if before is None or peer.log is not before.log:
                for spans in (peer.log.logged, peer.log.committed, peer.log.cut):
                    self.spans.update(spans)
        self.last = world
        if len(self.spans) > 2 * _SPANS_MAX:
            newest = sorted(self.spans, key=lambda span: span[1])[-_SPANS_MAX:]
            self.spans = set(newest)

    def rows(self) -> tuple[LogSpan, ...]:
        """Return the newest rows, the oldest of them first."""
        spans = self.spans
        edges = sorted({edge for first, last in spans for edge in (first, last + 1)})
        pieces = [
            LogSpan(low, high - 1)
            for low, high in itertools.pairwise(edges[-2 * ROWS_MAX :])
            if any(first <= low <= last for first, last in spans)
        ]
        if sum(row.last - row.first + 1 for row in pieces) <= SINGLE_MAX:
            pieces = [
                LogSpan(zxid, zxid)
                for row in pieces
                for zxid in range(row.first, row.last + 1)
            ]
        return tuple(pieces[-ROWS_MAX:])


def log_spans(run: Run) -> tuple[LogSpan, ...]:
    """Return the rows of the run's log comparison, the oldest first."""
    rows = LogRows()
    for _, world in fold(run):
        rows.take(world)
    return rows.rows()

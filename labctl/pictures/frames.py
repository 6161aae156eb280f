"""The frames of a timeline: what each node was, after every event, as small changes.

The page holds no reducer: `labctl.story.world.advance` made every frame here,
and the browser only shows the one that the cursor is at.  A frame names what
changed since the one before, so a thousand of them are small.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from labctl.story.log_comparison import (
    BEFORE,
    COMMITTED,
    CUT,
    DOOMED,
    LOGGED,
    HeldLog,
    Spans,
    fate,
)
from labctl.story.recording.run import Run
from labctl.story.recording.timeline import fold
from labctl.story.world import LabWorld, Peer
from node.zxid import counter_of, epoch_of, show

ROWS_MAX = 120  # more transactions than that are shown in groups
SINGLE_MAX = 60  # so many have a row each

MARKS: Mapping[str, str] = {
    "": ".",
    LOGGED: "L",
    COMMITTED: "C",
    DOOMED: "D",
    CUT: "X",
    BEFORE: "B",
}


class LogSpan(NamedTuple):
    """One row of the log comparison: a transaction, or some that shared every fate."""

    first: int  # zxids
    last: int

    @property
    def label(self) -> str:
        """Epoch and counter, as people say them."""
        here = f"{epoch_of(self.first)}·{counter_of(self.first)}"
        end = counter_of(self.last)
        return here if self.first == self.last else f"{here}–{end}"


def log_spans(run: Run) -> tuple[LogSpan, ...]:
    """Return the rows of the run's log comparison, the oldest first."""
    spans = _all_spans(run)
    edges = sorted({edge for first, last in spans for edge in (first, last + 1)})
    pieces = [
        LogSpan(low, high - 1)
        for low, high in itertools.pairwise(edges)
        if any(first <= low <= last for first, last in spans)
    ]
    if sum(row.last - row.first + 1 for row in pieces) <= SINGLE_MAX:
        pieces = [
            LogSpan(zxid, zxid)
            for row in pieces
            for zxid in range(row.first, row.last + 1)
        ]
    return tuple(pieces[-ROWS_MAX:])


def _all_spans(run: Run) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    seen: dict[int, HeldLog] = {}
    for record, world in fold(run):
        peer = world.peers.get(record.node)
        if peer is not None and peer.log is not seen.get(peer.sid):
            seen[peer.sid] = peer.log
            for spans in (peer.log.logged, peer.log.committed, peer.log.cut):
                found.update(spans)
    return found


def frames(run: Run, rows: Sequence[LogSpan]) -> list[dict[str, Any]]:
    """Return the changes from each record to the next; frame 0 is the beginning."""
    shown: dict[str, Any] = {}
    found: list[dict[str, Any]] = []
    last = LabWorld({})
    for _record, world in fold(run):
        now = _scene(world, last, shown, rows)
        last = world
        found.append({k: v for k, v in now.items() if shown.get(k) != v})
        shown = now
    return found


def _scene(
    world: LabWorld, last: LabWorld, shown: Mapping[str, Any], rows: Sequence[LogSpan]
) -> dict[str, Any]:
    leader = world.leader()
    serving = [
        peer
        for peer in world.alive()
        if leader and peer.voter and peer.serving and peer.leader == leader.sid
    ]
    quorum = leader is not None and len(serving) >= world.need
    scene: dict[str, Any] = {
        "quorum": quorum,
        "have": len(serving) if quorum else 0,
        "leader": leader.sid if leader and quorum else 0,
        "epoch": leader.epoch if leader and quorum else 0,
        "faults": [
            " ".join((fault.fault, fault.kind, *fault.links, fault.detail)).strip()
            for fault in world.faults.values()
        ],
    }
    for peer in world.peers.values():
        scene[f"n{peer.sid}"] = _node(peer)
        scene[f"v{peer.sid}"] = _ballots(peer)
        if (
            peer.log is _log(last, peer.sid)
            and world.agreed is last.agreed
            and world.epoch == last.epoch
        ):
            scene[f"l{peer.sid}"] = shown[f"l{peer.sid}"]
        else:
            scene[f"l{peer.sid}"] = _marks(peer, world, rows)
    return scene


def _log(world: LabWorld, sid: int) -> HeldLog | None:
    return world.peers[sid].log if sid in world.peers else None


def _node(peer: Peer) -> dict[str, Any]:
    return {
        "state": peer.word,
        "phase": peer.phase if peer.up else "",
        "leader": peer.leader,
        "epoch": peer.epoch,
        "serving": peer.serving,
        "zxid": show(peer.log.last),
        "accepted": peer.accepted_epoch,
        "current": peer.current_epoch,
        "sessions": len(peer.sessions),
    }


def _ballots(peer: Peer) -> dict[str, str]:
    """Whom each voter votes for, as this node has heard it; its own vote, too."""
    if not peer.up:
        return {}
    ballots = peer.ballots
    votes = dict(ballots.received)
    if ballots.vote is not None:
        votes[peer.sid] = ballots.vote
    return {
        str(sid): f"n{vote.leader} ({vote.epoch}, {show(vote.zxid)})"
        for sid, vote in sorted(votes.items())
        if vote.leader
    }


def _marks(peer: Peer, world: LabWorld, rows: Iterable[LogSpan]) -> str:
    agreed: Spans = world.agreed
    return "".join(MARKS[fate(peer.log, row.last, agreed, world.epoch)] for row in rows)

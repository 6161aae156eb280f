"""The frames of a timeline: what each node was, after every event, as small changes.

The page holds no reducer: `labctl.story.world.advance` made every frame here, and
the browser only shows the one that the cursor is at.  A frame names what changed
since the one before, so a thousand of them are small.  It does not depend on what
comes later, so a lab that is up gives the same frames as its recording.
"""

from typing import Any

from labctl.story.lab_events import FaultSet
from labctl.story.log_comparison import HeldLog, Spans, count, doomed, without
from labctl.story.world import LabWorld, Peer
from node.zxid import show

LOGGED, COMMITTED, DOOMED, CUT, BEFORE = "L", "C", "D", "X", "B"


class Frames:
    """Makes the frame of each world from the one before."""

    def __init__(self) -> None:
        """Begin before the first record."""
        self.last: LabWorld | None = None
        self.shown: dict[str, Any] = {}

    def take(self, world: LabWorld) -> dict[str, Any]:
        """Return what this world changes in what is shown."""
        now = _ensemble(world)
        last = self.last
        for sid, peer in world.peers.items():
            before = last.peers.get(sid) if last else None
            same = last is not None and (world.agreed, world.epoch) == (
                last.agreed,
                last.epoch,
            )
            if peer is not before:
                now[f"n{sid}"] = _node(peer)
                now[f"v{sid}"] = _ballots(peer)
            if before is None or peer.log is not before.log or not same:
                now[f"l{sid}"] = fates(peer.log, world.agreed, world.epoch)
        self.last = world
        change = {k: v for k, v in now.items() if self.shown.get(k) != v}
        self.shown.update(change)
        return change


def _ensemble(world: LabWorld) -> dict[str, Any]:
    leader = world.leader()
    serving = [
        peer
        for peer in world.alive()
        if leader and peer.voter and peer.serving and peer.leader == leader.sid
    ]
    quorum = leader is not None and len(serving) >= world.need
    return {
        "quorum": quorum,
        "have": len(serving) if quorum else 0,
        "leader": leader.sid if leader and quorum else 0,
        "epoch": leader.epoch if leader and quorum else 0,
        "faults": [_fault(fault) for fault in world.faults.values()],
    }


def _fault(fault: FaultSet) -> dict[str, Any]:
    links = [[int(end) for end in link.split(">")] for link in fault.links]
    return {
        "id": fault.fault,
        "kind": fault.kind,
        "nodes": fault.nodes,
        "links": links,
        "detail": fault.detail,
    }


def _node(peer: Peer) -> dict[str, Any]:
    vote = peer.ballots.vote
    return {
        "state": peer.word,
        "phase": peer.phase if peer.up else "",
        "leader": peer.leader,
        "epoch": peer.epoch,
        "serving": peer.serving,
        "zxid": show(peer.log.last),
        "disk": count(peer.log.logged),
        "vote": max(vote.leader, 0) if vote and peer.up else 0,
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


def fates(held: HeldLog, agreed: Spans, epoch: int) -> dict[str, Any]:
    """Return the spans of zxids in this log by their fate; under B the snapshot's."""
    open_ = without(held.logged, held.committed)
    lost = doomed(held, agreed, epoch)
    spans = {
        COMMITTED: without(held.logged, open_),
        DOOMED: lost,
        LOGGED: without(open_, lost),
        CUT: without(held.cut, held.logged),
    }
    found: dict[str, Any] = {fate: value for fate, value in spans.items() if value}
    return {**found, BEFORE: held.base} if held.base else found

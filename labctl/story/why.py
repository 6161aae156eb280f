"""Why is a node, or the lab, as it is?  Pure answers from a timeline of the run."""

from typing import Any, NamedTuple

from labctl.screen.glyphs import shape
from labctl.screen.line import STORY, Line
from labctl.story.ballots import Ballot
from labctl.story.lab_events import NodeEnded, NodePaused
from labctl.story.participants import participants
from labctl.story.recording.timeline import Timeline
from labctl.story.states import LEADING, LOOKING
from labctl.story.world import LabWorld, Peer
from labctl.words.phrase import Phrase
from node import events
from node.events import Record
from node.zxid import show

_RULES = ("newer-epoch", "newer-zxid", "higher-id")


class Cast(NamedTuple):
    """One row of the table of votes."""

    voter: int
    vote: Ballot
    heard: bool  # by the node that is asked about; its own vote counts as heard


class ChainStep(NamedTuple):
    """One event of the chain, with its line of the story."""

    number: int
    record: Record
    line: Line


class Reason(NamedTuple):
    """The whole answer for one node, or for one event."""

    sid: int  # 0: the lab
    number: int  # of the event that decided; 0: there was none
    state: Phrase
    votes: tuple[Cast, ...]
    tally: Phrase | None
    rules: tuple[Phrase, ...]
    chain: tuple[ChainStep, ...]
    repair: Phrase | None = None  # what would restore a lost quorum


def of_node(timeline: Timeline, sid: int) -> Reason:
    """Return why this node is what it is at the end of the timeline."""
    world = timeline.at(timeline.end)
    number = _decisive(timeline, sid)
    reason = of_event(timeline, number, sid) if number else _nothing(sid)
    after = _aftermath(timeline, sid, number)
    return reason._replace(
        sid=sid,
        state=state_of(world, sid),
        chain=(*reason.chain, *after),
        repair=repair(world),
    )


def of_event(timeline: Timeline, number: int, sid: int = 0) -> Reason:
    """Return why this event happened."""
    record = timeline.run.records[number - 1]
    world = timeline.at(number)
    who = sid or record.node
    peer = world.peers.get(who)
    line = timeline.line(number)
    what = line.what if line else Phrase("as-is", {"text": _kind(record)})
    steps = [step for n in timeline.chain(number) if (step := _step(timeline, n))]
    about = record.event
    election = isinstance(about, _OF_ELECTION) and peer is not None
    return Reason(
        sid=who,
        number=number,
        state=what,
        votes=ballots(world, who) if election else (),
        tally=_tally(about),
        rules=rules(world, who) if election else (),
        chain=tuple(steps),
    )


def of_lab(timeline: Timeline) -> Reason:
    """Return why somebody leads, or why nobody can."""
    world = timeline.at(timeline.end)
    leader = world.leader()
    if leader is not None and _still_leads(world, leader):
        return of_node(timeline, leader.sid)._replace(sid=0, state=_quorum(world))
    lost = _last(timeline, _ENDS)
    reason = of_event(timeline, lost) if lost else _nothing(0)
    return reason._replace(sid=0, state=_quorum(world), repair=repair(world))


_ENDS = (
    events.LeadershipLost,
    events.PortUnavailable,
    events.LeaderLost,
    NodeEnded,
)
_OF_ELECTION = (
    events.ElectionDecided,
    events.VoteChanged,
    events.QuorumAgreed,
    events.ElectionStarted,
    events.NotificationReceived,
)


def state_of(world: LabWorld, sid: int) -> Phrase:
    """Return what this node is now, in one line."""
    peer = world.peers[sid]
    facts: dict[str, object] = {
        "sid": sid,
        "shape": shape(peer.word),
        "epoch": peer.epoch,
        "leader": peer.leader,
        "phase": peer.phase,
    }
    if peer.word in ("DOWN", "PAUSED", LOOKING, "STARTING"):
        return Phrase("why.is", facts)
    key = "why.leads" if peer.state == LEADING else "why.follows"
    if not peer.serving:
        key = "why.not-serving"
    return Phrase(key, facts)


def ballots(world: LabWorld, sid: int) -> tuple[Cast, ...]:
    """Return who voted for whom, as this node heard it."""
    mine = world.peers[sid].ballots
    rows = {peer: Cast(peer, vote, heard=True) for peer, vote in mine.received.items()}
    for peer in participants(world, sid).values():
        vote = peer.ballots.vote
        if peer.sid not in rows and vote is not None:
            rows[peer.sid] = Cast(peer.sid, vote, heard=peer.sid == sid)
    return tuple(rows[peer] for peer in sorted(rows) if _votes(world, peer))


def _votes(world: LabWorld, sid: int) -> bool:
    return sid in world.peers and world.peers[sid].voter


def rules(world: LabWorld, sid: int) -> tuple[Phrase, ...]:
    """Return, for each rival, by which rule the winner's vote is better."""
    mine = world.peers[sid].ballots
    decided = mine.decided
    if decided is not None and decided.how == "join":
        facts = {"leader": decided.leader, "have": len(decided.votes)}
        return (Phrase("why.joined", {**facts, "need": decided.need}),)
    if mine.vote is None or mine.vote.leader not in world.peers:
        return ()
    winner, best = mine.vote.leader, mine.vote
    found = [
        _rule(winner, best, peer.sid, first)
        for peer in participants(world, sid).values()
        if (first := _own(peer)) and peer.sid != winner
    ]
    return tuple(found)


def _own(peer: Peer) -> Ballot | None:
    """The vote that a peer began the election with: its own history."""
    first = peer.ballots.changes[0].vote
    return first if first.leader == peer.sid else None


def _rule(winner: int, best: Ballot, loser: int, other: Ballot) -> Phrase:
    keys = zip(
        (best.epoch, best.zxid, winner), (other.epoch, other.zxid, loser), strict=True
    )
    better = next((i for i, (a, b) in enumerate(keys) if a != b), 2)
    facts = {
        "new": winner,
        "epoch": best.epoch,
        "old_epoch": other.epoch,
        "zxid": show(best.zxid),
        "old_zxid": show(other.zxid),
    }
    reason = Phrase(f"VoteChanged.{_RULES[better]}", facts)
    return Phrase("why.against", {"loser": loser, "reason": reason})


def _tally(event: Any) -> Phrase | None:
    match event:
        case events.ElectionDecided() | events.QuorumAgreed():
            votes, voters = event.votes, event.voters
        case events.LeaderEstablished():
            votes, voters = event.sids, event.voters
        case _:
            return None
    facts = {"votes": votes, "have": len(votes), "need": event.need, "voters": voters}
    enough = len(votes) >= event.need
    return Phrase("why.enough" if enough else "why.few", facts)


def repair(world: LabWorld) -> Phrase | None:
    """Return what would restore the quorum; None if there is one."""
    leader = world.leader()
    if leader is not None and _still_leads(world, leader):
        return None
    voters = [peer for peer in world.peers.values() if peer.voter]
    down = tuple(peer.sid for peer in voters if not peer.up)
    paused = tuple(peer.sid for peer in voters if peer.up and peer.paused)
    short = world.need - (len(voters) - len(down) - len(paused))
    facts = {
        "short": short,
        "down": down,
        "paused": paused,
        "faults": ", ".join(world.faults),
        "need": world.need,
    }
    if short > 0:
        return Phrase("why.repair.start" if down else "why.repair.resume", facts)
    return Phrase("why.repair.heal" if world.faults else "why.repair.wait", facts)


def _still_leads(world: LabWorld, leader: Peer) -> bool:
    with_it = {leader.sid, *leader.learners} & set(world.voters)
    alive = {peer.sid for peer in world.alive()}
    return len(with_it & alive) >= world.need


def _quorum(world: LabWorld) -> Phrase:
    leader = world.leader()
    alive = [peer for peer in world.alive() if peer.voter]
    facts = {
        "have": len(alive),
        "voters": len(world.voters),
        "need": world.need,
        "leader": leader.sid if leader else 0,
        "epoch": leader.epoch if leader else 0,
    }
    if leader is not None and _still_leads(world, leader):
        return Phrase("why.quorum", facts)
    return Phrase("why.no-quorum", facts)


def _decisive(timeline: Timeline, sid: int) -> int:
    """Return the number of the event that made the node what it is now."""
    for number in range(timeline.end, 0, -1):
        record = timeline.run.records[number - 1]
        match record.event:
            case NodeEnded(sid=who) | NodePaused(sid=who) if who == sid:
                peer = timeline.at(timeline.end).peers[sid]
                if peer.paused or not peer.up:
                    return number
            case (
                events.ElectionDecided()
                | events.ElectionStarted()
                | events.LeaderLost()
            ) if record.node == sid:
                return number
            case events.NodeStarted() | events.NodeStopped() if record.node == sid:
                return number
            case _:
                pass
    return 0


def _aftermath(timeline: Timeline, sid: int, number: int) -> tuple[ChainStep, ...]:
    """What followed from the decision, for this node: how it came to serve."""
    found = []
    for later in range(number + 1, timeline.end + 1) if number else ():
        record = timeline.run.records[later - 1]
        if isinstance(record.event, _RESULTS) and _concerns(record, sid):
            step = _step(timeline, later)
            if step is not None and step.line.level == STORY:
                found.append(step)
    return tuple(found[:6])


_RESULTS = (
    events.EpochProposed,
    events.SyncPlanned,
    events.LeaderEstablished,
    events.UpToDate,
    events.LeadershipLost,
)


def _concerns(record: Record, sid: int) -> bool:
    if isinstance(record.event, events.SyncPlanned):
        return record.event.sid == sid
    return record.node == sid


def _step(timeline: Timeline, number: int) -> ChainStep | None:
    line = timeline.line(number)
    if line is None:
        return None
    return ChainStep(number, timeline.run.records[number - 1], line)


def _last(timeline: Timeline, kinds: tuple[type[Any], ...]) -> int:
    for number in range(timeline.end, 0, -1):
        if isinstance(timeline.run.records[number - 1].event, kinds):
            return number
    return 0


def _kind(record: Record) -> str:
    return type(record.event).__name__


def _nothing(sid: int) -> Reason:
    return Reason(sid, 0, Phrase("why.unknown", {"sid": sid}), (), None, (), ())

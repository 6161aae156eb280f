"""Narrates the election: votes, what made them change, who decided."""

from labctl.screen.line import Narrated, detail, story, turning
from labctl.story.states import LEADING, OBSERVING
from labctl.story.world import LabWorld
from labctl.words.phrase import Phrase
from node import events
from node.zxid import show

_BETTER = {
    "newer epoch": "VoteChanged.newer-epoch",
    "newer zxid": "VoteChanged.newer-zxid",
    "higher id": "VoteChanged.higher-id",
    "newer round": "VoteChanged.newer-round",
}
_NO_VOTE = -(2**63)


def election_started(
    world: LabWorld, me: int, event: events.ElectionStarted
) -> Narrated:
    """A server looks for a leader."""
    if event.leader == _NO_VOTE or not world.peers[me].voter:
        return story(Phrase("ElectionStarted"), Phrase("ElectionStarted.observer"))
    facts = {
        "zxid": show(event.zxid),
        "epoch": event.peer_epoch,
        "round": event.round,
        "need": world.need,
        "voters": len(world.voters),
    }
    return story(Phrase("ElectionStarted"), Phrase("ElectionStarted.self", facts))


def vote_changed(_world: LabWorld, _me: int, event: events.VoteChanged) -> Narrated:
    """A server found a better candidate."""
    facts = {
        "old": event.old_leader,
        "new": event.new_leader,
        "from": event.heard_from,
        "round": event.round,
        "epoch": event.new_epoch,
        "old_epoch": event.old_epoch,
        "zxid": show(event.new_zxid),
        "old_zxid": show(event.old_zxid),
    }
    if event.old_leader == _NO_VOTE:
        return story(
            Phrase("VoteChanged.observer", facts),
            Phrase("VoteChanged.observer.why", facts),
        )
    reason = _BETTER.get(event.because, "VoteChanged.better")
    return story(Phrase("VoteChanged", facts), Phrase(reason, facts))


def round_joined(_world: LabWorld, _me: int, event: events.RoundJoined) -> Narrated:
    """A server lagged behind and joins the round of the others."""
    facts = {
        "old": event.old_round,
        "new": event.new_round,
        "from": event.heard_from,
    }
    return story(Phrase("RoundJoined", facts), Phrase("RoundJoined.why", facts))


def quorum_agreed(_world: LabWorld, _me: int, event: events.QuorumAgreed) -> Narrated:
    """A majority holds one vote; a short wait follows."""
    facts = _count(event)
    return detail(Phrase("QuorumAgreed", facts), Phrase("QuorumAgreed.why", facts))


def election_decided(
    _world: LabWorld, me: int, event: events.ElectionDecided
) -> Narrated:
    """The election ended for this server."""
    facts = {**_count(event), "took": event.took_ms}
    if event.state == LEADING:
        return turning(
            Phrase("ElectionDecided.leads"), Phrase("ElectionDecided.majority", facts)
        )
    what = Phrase(
        "ElectionDecided.observes"
        if event.state == OBSERVING
        else "ElectionDecided.follows"
    )
    if event.how != "join":
        return turning(what, Phrase("ElectionDecided.for", facts))
    higher = me > event.leader and event.state != OBSERVING
    return turning(
        what,
        Phrase("ElectionDecided.no-coup" if higher else "ElectionDecided.join", facts),
    )


def _count(event: events.QuorumAgreed | events.ElectionDecided) -> dict[str, object]:
    return {
        "leader": event.leader,
        "votes": event.votes,
        "have": len(event.votes),
        "need": event.need,
        "voters": event.voters,
    }


def notification_sent(
    _world: LabWorld, _me: int, event: events.NotificationSent
) -> Narrated:
    """A vote left."""
    return detail(Phrase("NotificationSent", _ballot(event, event.to)))


def notification_received(
    _world: LabWorld, _me: int, event: events.NotificationReceived
) -> Narrated:
    """A vote arrived."""
    return detail(Phrase("NotificationReceived", _ballot(event, event.sender)))


def _ballot(
    event: events.NotificationSent | events.NotificationReceived, peer: int
) -> dict[str, object]:
    nobody = event.leader == _NO_VOTE
    facts = {"leader": event.leader}
    return {
        "peer": peer,
        "state": event.state,
        "round": event.round,
        "vote": Phrase("ballot.none") if nobody else Phrase("ballot", facts),
        "zxid": show(event.zxid),
        "epoch": event.peer_epoch,
    }


def timed_out(
    _world: LabWorld, _me: int, event: events.NotificationTimedOut
) -> Narrated:
    """Nobody answered."""
    return detail(Phrase("NotificationTimedOut", {"next": event.next_ms}))


def peer_connected(_world: LabWorld, _me: int, event: events.PeerConnected) -> Narrated:
    """Two servers can exchange votes."""
    return detail(Phrase("PeerConnected", {"peer": event.sid}))


def peer_lost(_world: LabWorld, _me: int, event: events.PeerLost) -> Narrated:
    """Two servers can no longer exchange votes."""
    return detail(Phrase("PeerLost", {"peer": event.sid, "why": event.why}))


def peer_unreachable(
    world: LabWorld, me: int, event: events.PeerUnreachable
) -> Narrated:
    """A peer does not answer: the story says so once, if it was never seen."""
    facts = {
        "peer": event.sid,
        "host": event.host,
        "port": event.port,
        "why": event.why,
    }
    peer = world.peers[me]
    known = world.peers.get(event.sid)
    expected = known is None or not known.up
    if expected and not peer.lonely and event.sid not in peer.met and not peer.serving:
        return story(
            Phrase("PeerUnreachable", facts), Phrase("PeerUnreachable.why", facts)
        )
    return detail(
        Phrase("PeerUnreachable", facts), Phrase("PeerUnreachable.again", facts)
    )


def connection_yielded(
    _world: LabWorld, me: int, event: events.ConnectionYielded
) -> Narrated:
    """The rule that leaves one connection between two servers."""
    facts = {"peer": event.sid, "me": me}
    return detail(
        Phrase("ConnectionYielded", facts), Phrase("ConnectionYielded.why", facts)
    )

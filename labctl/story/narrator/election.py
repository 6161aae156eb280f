"""Telling the election: votes, what made them change, who decided."""

from labctl.narrator.line import Told, detail, story
from labctl.narrator.world import LEADING, OBSERVING, World
from labctl.words.phrase import Phrase
from node import events
from node.zxid import show

_BETTER = {
    "newer epoch": "vote.newer-epoch",
    "newer zxid": "vote.newer-zxid",
    "higher id": "vote.higher-id",
    "newer round": "vote.newer-round",
}
_NO_VOTE = -(2**63)


def election_started(world: World, me: int, event: events.ElectionStarted) -> Told:
    """A server looks for a leader."""
    if event.leader == _NO_VOTE or not world.peers[me].voter:
        return story(Phrase("looking"), Phrase("looking.observer"))
    facts = {
        "zxid": show(event.zxid),
        "epoch": event.peer_epoch,
        "round": event.round,
        "need": world.need,
        "voters": len(world.voters),
    }
    return story(Phrase("looking"), Phrase("looking.self", facts))


def vote_changed(_world: World, _me: int, event: events.VoteChanged) -> Told:
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
        return story(Phrase("hopes", facts), Phrase("hopes.why", facts))
    reason = _BETTER.get(event.because, "vote.better")
    return story(Phrase("vote", facts), Phrase(reason, facts))


def round_joined(_world: World, _me: int, event: events.RoundJoined) -> Told:
    """A server lagged behind and joins the round of the others."""
    facts = {
        "old": event.old_round,
        "new": event.new_round,
        "from": event.heard_from,
    }
    return story(Phrase("round", facts), Phrase("round.why", facts))


def quorum_agreed(_world: World, _me: int, event: events.QuorumAgreed) -> Told:
    """A majority holds one vote; a short wait follows."""
    facts = _count(event)
    return detail(Phrase("agreed", facts), Phrase("agreed.why", facts))


def election_decided(_world: World, me: int, event: events.ElectionDecided) -> Told:
    """The election ended for this server."""
    facts = {**_count(event), "took": event.took_ms}
    if event.state == LEADING:
        return story(Phrase("decided.leads"), Phrase("decided.majority", facts))
    what = Phrase("decided.observes" if event.state == OBSERVING else "decided.follows")
    if event.how != "join":
        return story(what, Phrase("decided.for", facts))
    higher = me > event.leader and event.state != OBSERVING
    return story(what, Phrase("decided.no-coup" if higher else "decided.join", facts))


def _count(event: events.QuorumAgreed | events.ElectionDecided) -> dict[str, object]:
    return {
        "leader": event.leader,
        "votes": event.votes,
        "have": len(event.votes),
        "need": event.need,
        "voters": event.voters,
    }


def notification_sent(_world: World, _me: int, event: events.NotificationSent) -> Told:
    """A vote left."""
    return detail(Phrase("notify.sent", _ballot(event, event.to)))


def notification_received(
    _world: World, _me: int, event: events.NotificationReceived
) -> Told:
    """A vote arrived."""
    return detail(Phrase("notify.received", _ballot(event, event.sender)))


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


def timed_out(_world: World, _me: int, event: events.NotificationTimedOut) -> Told:
    """Nobody answered."""
    return detail(Phrase("notify.timeout", {"next": event.next_ms}))


def peer_connected(_world: World, _me: int, event: events.PeerConnected) -> Told:
    """Two servers can exchange votes."""
    return detail(Phrase("peer.connected", {"peer": event.sid}))


def peer_lost(_world: World, _me: int, event: events.PeerLost) -> Told:
    """Two servers can no longer exchange votes."""
    return detail(Phrase("peer.lost", {"peer": event.sid, "why": event.why}))


def peer_unreachable(world: World, me: int, event: events.PeerUnreachable) -> Told:
    """A peer does not answer: told aloud once, when it was never seen."""
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
        return story(Phrase("peer.silent", facts), Phrase("peer.silent.why", facts))
    return detail(Phrase("peer.silent", facts), Phrase("peer.failed", facts))


def connection_yielded(_world: World, me: int, event: events.ConnectionYielded) -> Told:
    """The rule that leaves one connection between two servers."""
    facts = {"peer": event.sid, "me": me}
    return detail(Phrase("peer.yielded", facts), Phrase("peer.yielded.why", facts))

"""Who takes part in an election.

Its round does not say it: a process counts its rounds from one again when it starts,
so a dead voter's old ballot may bear the number of an election after its death.
"""

from math import inf

from labctl.story.world import LabWorld, Peer


def participants(world: LabWorld, sid: int) -> dict[int, Peer]:
    """Return the voters that vote in the election of this node, by id."""
    mine = world.peers[sid]
    began_ms = _began_ms(world, sid)
    ended_ms = inf if mine.up else mine.ballots.at_ms
    return {
        peer.sid: peer
        for peer in _voting(world)
        if _round(peer) == _round(mine)
        and peer.ballots.changes[0].at_ms <= ended_ms
        and (peer.up or peer.ballots.at_ms >= began_ms)
    }


def last_election(world: LabWorld) -> dict[int, Peer]:
    """Return the voters of the last election, by id; none if there was none."""
    voting = _voting(world)
    if not voting:
        return {}
    return participants(world, max(voting, key=lambda peer: peer.ballots.at_ms).sid)


def _voting(world: LabWorld) -> list[Peer]:
    voters = [peer for peer in world.peers.values() if peer.voter]
    return [peer for peer in voters if peer.ballots.changes]


def _round(peer: Peer) -> int:
    return peer.ballots.vote.round if peer.ballots.vote is not None else 0


def _began_ms(world: LabWorld, sid: int) -> float:
    """Return when it began; who joins a leader takes part in that leader's election."""
    mine = world.peers[sid].ballots
    began_ms = mine.changes[0].at_ms if mine.changes else 0
    leader = world.peers.get(mine.decided.leader) if mine.decided else None
    if leader is not None and leader.up and leader.ballots.changes:
        return min(began_ms, leader.ballots.changes[0].at_ms)
    return began_ms

"""What the lab believes about its nodes: a fold over their events.

`advance` is a pure function: a world and one record give the next world.  The
narrator needs it to say *why* (who was the leader? is that still a majority?),
and the verbs need it to know when things have settled.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from node import events

LOOKING, FOLLOWING, LEADING, OBSERVING = "LOOKING", "FOLLOWING", "LEADING", "OBSERVING"


class Peer(NamedTuple):
    """One node as its events describe it."""

    sid: int
    voter: bool
    up: bool = False
    paused: bool = False
    state: str = ""  # "" while unknown
    phase: str = ""
    leader: int = 0  # whom it follows, itself if it leads; 0: nobody
    epoch: int = 0
    serving: bool = False
    learners: frozenset[int] = frozenset()  # who takes part in its broadcast
    met: frozenset[int] = frozenset()  # election connections seen in this boot
    lonely: bool = False  # has said that a peer does not answer


class World(NamedTuple):
    """All nodes of one lab."""

    peers: Mapping[int, Peer]

    @property
    def voters(self) -> tuple[int, ...]:
        """The ids that vote, ascending."""
        return tuple(sid for sid, peer in sorted(self.peers.items()) if peer.voter)

    @property
    def need(self) -> int:
        """How many voters are a majority."""
        return len(self.voters) // 2 + 1

    def alive(self) -> list[Peer]:
        """Nodes that run and are not frozen, by id."""
        found = [p for p in self.peers.values() if p.up and not p.paused]
        return sorted(found, key=lambda peer: peer.sid)

    def leader(self) -> Peer | None:
        """The node that serves as leader, the one of the newest epoch if two claim."""
        claims = [p for p in self.alive() if p.state == LEADING and p.serving]
        return max(claims, key=lambda peer: peer.epoch, default=None)


def new_world(voters: Iterable[int], observers: Iterable[int]) -> World:
    """Return a world in which nobody runs yet."""
    peers = [Peer(sid, voter=True) for sid in voters]
    peers += [Peer(sid, voter=False) for sid in observers]
    return World({peer.sid: peer for peer in peers})


def with_peer(world: World, peer: Peer) -> World:
    """Return the world with this node replaced."""
    return World({**world.peers, peer.sid: peer})


def fallen(world: World, sid: int) -> World:
    """Return the world after this node's process ended."""
    return with_peer(world, Peer(sid, voter=world.peers[sid].voter))


def frozen(world: World, sid: int, *, paused: bool) -> World:
    """Return the world after this node was paused or resumed."""
    return with_peer(world, world.peers[sid]._replace(paused=paused))


def advance(world: World, record: events.Record) -> World:
    """Return the world after this event."""
    peer = world.peers.get(record.node)
    if peer is None:
        return world
    if isinstance(record.event, events.NodeStopped):
        return fallen(world, record.node)
    if isinstance(record.event, events.NodeStarted):
        return with_peer(world, Peer(record.node, voter=peer.voter, up=True))
    return with_peer(world, _moved(_connected(peer, record.event), record.event))


def _moved(peer: Peer, event: object) -> Peer:
    match event:
        case events.StateChanged(new=new) if new == LOOKING:
            return peer._replace(
                state=new, phase="election", leader=0, serving=False, learners=_NONE
            )
        case events.StateChanged(new=new):
            return peer._replace(state=new)
        case events.ElectionStarted():
            return peer._replace(
                state=LOOKING, phase="election", leader=0, serving=False, learners=_NONE
            )
        case events.ElectionDecided(state=state, leader=leader):
            return peer._replace(state=state, leader=leader)
        case events.PhaseChanged(state=state, phase=phase, epoch=epoch):
            return peer._replace(state=state, phase=phase, epoch=epoch or peer.epoch)
        case events.LeaderEstablished(epoch=epoch):
            return peer._replace(epoch=epoch, leader=peer.sid)
        case events.UpToDate(epoch=epoch, leader=leader):
            return peer._replace(epoch=epoch, leader=leader)
        case events.ServingClients(state=state, epoch=epoch):
            return peer._replace(
                state=state, phase="broadcast", epoch=epoch, serving=True
            )
        case events.ServingStopped():
            return peer._replace(serving=False)
        case _:
            return peer


_NONE: frozenset[int] = frozenset()


def _connected(peer: Peer, event: object) -> Peer:
    match event:
        case events.LearnerSynced(sid=sid):
            return peer._replace(learners=peer.learners | {sid})
        case events.LearnerLost(sid=sid):
            return peer._replace(learners=peer.learners - {sid})
        case events.LeadershipLost() | events.LeaderLost():
            return peer._replace(learners=_NONE, serving=False)
        case events.PeerConnected(sid=sid):
            return peer._replace(met=peer.met | {sid})
        case events.PeerUnreachable():
            return peer._replace(lonely=True)
        case _:
            return peer

"""What the lab believes about its nodes: a fold over their events.

`advance` is a pure function: a world and one record give the next world.  The
narrator needs it to say *why* (who was the leader? is that still a majority?),
and the verbs need it to know when things have settled.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from labctl.story import lab_events
from labctl.story.ballots import Ballots, heard
from labctl.story.log_comparison import HeldLog, Spans, joined, written
from labctl.story.states import LEADING, LOOKING
from node import events, fault_events

_NONE: frozenset[int] = frozenset()
_NO_FAULTS: Mapping[str, lab_events.FaultSet] = {}


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
    sessions: frozenset[int] = frozenset()  # clients that are connected here
    ballots: Ballots = Ballots()  # of its last election
    accepted_epoch: int = 0  # on disk: promised to follow no older one
    current_epoch: int = 0  # on disk: the history is of this epoch
    log: HeldLog = HeldLog()  # on disk: the rows of the log comparison

    @property
    def word(self) -> str:
        """The word for what it is now: DOWN, PAUSED, STARTING, or its state."""
        if not self.up:
            return "DOWN"
        return "PAUSED" if self.paused else self.state or "STARTING"


class LabWorld(NamedTuple):
    """All nodes of one lab, and what was done to them."""

    peers: Mapping[int, Peer]
    faults: Mapping[str, lab_events.FaultSet] = _NO_FAULTS  # those that stand, by id
    agreed: Spans = ()  # transactions that somebody knows to be committed
    epoch: int = 0  # the newest that a leader was established in

    @property
    def voters(self) -> tuple[int, ...]:
        """The ids that vote, ascending."""
        return tuple(sid for sid, peer in sorted(self.peers.items()) if peer.voter)

    @property
    def need(self) -> int:
        """How many voters are a majority."""
        return len(self.voters) // 2 + 1

    def alive(self) -> list[Peer]:
        """Nodes that run and are not paused, by id."""
        found = [p for p in self.peers.values() if p.up and not p.paused]
        return sorted(found, key=lambda peer: peer.sid)

    def leader(self) -> Peer | None:
        """The node that serves as leader, the one of the newest epoch if two claim."""
        claims = [p for p in self.alive() if p.state == LEADING and p.serving]
        return max(claims, key=lambda peer: peer.epoch, default=None)


def new_world(voters: Iterable[int], observers: Iterable[int]) -> LabWorld:
    """Return a world in which nobody runs yet."""
    peers = [Peer(sid, voter=True) for sid in voters]
    peers += [Peer(sid, voter=False) for sid in observers]
    return LabWorld({peer.sid: peer for peer in peers})


def with_peer(world: LabWorld, peer: Peer) -> LabWorld:
    """Return the world with this node replaced."""
    return world._replace(peers={**world.peers, peer.sid: peer})


def fallen(world: LabWorld, sid: int) -> LabWorld:
    """Return the world after this node's process ended: its disk stays."""
    return with_peer(world, _at_rest(world.peers[sid]))


def _at_rest(peer: Peer) -> Peer:
    return Peer(
        peer.sid,
        voter=peer.voter,
        ballots=peer.ballots,
        accepted_epoch=peer.accepted_epoch,
        current_epoch=peer.current_epoch,
        log=peer.log,
    )


def with_pause(world: LabWorld, sid: int, *, paused: bool) -> LabWorld:
    """Return the world after this node was paused or resumed."""
    return with_peer(world, world.peers[sid]._replace(paused=paused))


def advance(world: LabWorld, record: events.Record) -> LabWorld:
    """Return the world after this event, of a node or of the lab itself."""
    peer = world.peers.get(record.node)
    if peer is None:
        return _acted(world, record.event)
    if isinstance(record.event, events.NodeStopped):
        return fallen(world, record.node)
    if isinstance(record.event, events.NodeStarted):
        fresh = _at_rest(peer)._replace(up=True, ballots=Ballots())
        return with_peer(world, fresh)
    if (
        isinstance(record.event, fault_events.LinkFaultCleared)
        and record.event.why != "asked"
    ):
        world = _healed(world, record.event.fault.partition(">")[0])
    return _agreed(with_peer(world, _after(peer, record)), record)


def _after(peer: Peer, record: events.Record) -> Peer:
    """Return the node after its own event: each idea takes its part."""
    event = record.event
    peer = _saved(_served(_moved(_connected(peer, event), event), event), event)
    ballots, log = heard(peer.ballots, record), written(peer.log, event)
    if ballots is peer.ballots and log is peer.log:
        return peer
    return peer._replace(ballots=ballots, log=log)


def _agreed(world: LabWorld, record: events.Record) -> LabWorld:
    """Take note of what is committed for good."""
    match record.event:
        case events.LeaderEstablished(epoch=epoch):
            world = world._replace(epoch=max(world.epoch, epoch))
        case events.TxnsCommitted() | events.UpToDate():
            pass
        case _:
            return world
    here = world.peers[record.node].log.committed
    return world._replace(agreed=joined(world.agreed, here))


def _acted(world: LabWorld, event: object) -> LabWorld:
    """Return the world after something that the lab did to it."""
    match event:
        case lab_events.NodeEnded(sid=sid) if sid in world.peers:
            return fallen(world, sid)
        case lab_events.NodePaused(sid=sid) if sid in world.peers:
            return with_pause(world, sid, paused=True)
        case lab_events.NodeResumed(sid=sid) if sid in world.peers:
            return with_pause(world, sid, paused=False)
        case lab_events.NodeWiped(sid=sid, what=what) if sid in world.peers:
            return with_peer(world, _wiped(world.peers[sid], what))
        case lab_events.FaultSet(fault=fault):
            return world._replace(faults={**world.faults, fault: event})
        case lab_events.FaultHealed(fault=fault):
            return _healed(world, fault)
        case _:
            return world


def _healed(world: LabWorld, fault: str) -> LabWorld:
    left = {name: f for name, f in world.faults.items() if name != fault}
    return world._replace(faults=left)


def _wiped(peer: Peer, what: str) -> Peer:
    if what == "all":
        return peer._replace(log=HeldLog(), accepted_epoch=0, current_epoch=0)
    if what == "epochs":
        return peer._replace(accepted_epoch=0, current_epoch=0)
    return peer._replace(log=HeldLog())  # what is left, the next Recovered says


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


def _served(peer: Peer, event: object) -> Peer:
    match event:
        case events.SessionOpened(session=session):
            return peer._replace(sessions=peer.sessions | {session})
        case (
            events.SessionClosed(session=session)
            | events.SessionExpired(session=session)
            | events.ClientLost(session=session)
        ):
            return peer._replace(sessions=peer.sessions - {session})
        case events.ServingStopped():
            return peer._replace(sessions=_NONE)
        case _:
            return peer


def _saved(peer: Peer, event: object) -> Peer:
    match event:
        case events.Recovered(accepted_epoch=accepted, current_epoch=current):
            return peer._replace(accepted_epoch=accepted, current_epoch=current)
        case events.EpochAccepted(epoch=epoch):
            return peer._replace(accepted_epoch=epoch)
        case events.EpochSaved(epoch=epoch):
            return peer._replace(current_epoch=epoch)
        case _:
            return peer

"""One record in, one line of the story out; who tells what stands in one table.

A teller is a pure function: the world before the event, the node, the event.
Every event that a node or the lab can publish has one; a test counts them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from labctl.narrator import deeds, election, faults, ills, life, wire, zab
from labctl.narrator.line import Line, Told
from labctl.narrator.world import World
from labctl.recording import happened
from node import events, fault_events

Teller = Callable[[World, int, Any], Told]

TELLERS: Mapping[type[Any], Teller] = {
    events.NodeStarted: life.node_started,
    events.Recovered: life.recovered,
    events.ListenerOpened: life.listener_opened,
    events.PortUnavailable: life.port_unavailable,
    events.AdminUnavailable: life.admin_unavailable,
    events.NodeStopped: life.node_stopped,
    events.StateChanged: life.state_changed,
    events.ElectionStarted: election.election_started,
    events.NotificationSent: election.notification_sent,
    events.NotificationReceived: election.notification_received,
    events.VoteChanged: election.vote_changed,
    events.RoundJoined: election.round_joined,
    events.QuorumAgreed: election.quorum_agreed,
    events.ElectionDecided: election.election_decided,
    events.NotificationTimedOut: election.timed_out,
    events.PeerConnected: election.peer_connected,
    events.PeerLost: election.peer_lost,
    events.PeerUnreachable: election.peer_unreachable,
    events.ConnectionYielded: election.connection_yielded,
    events.PhaseChanged: zab.phase_changed,
    events.LeaderDialed: zab.leader_dialed,
    events.LeaderUnreachable: zab.leader_unreachable,
    events.MessageTapped: wire.message_tapped,
    events.PacketSent: zab.packet_sent,
    events.PacketReceived: zab.packet_received,
    events.LearnerJoined: zab.learner_joined,
    events.EpochProposed: zab.epoch_proposed,
    events.EpochAccepted: zab.epoch_accepted,
    events.EpochAcked: zab.epoch_acked,
    events.SyncPlanned: zab.sync_planned,
    events.SyncReceived: zab.sync_received,
    events.EpochSaved: zab.epoch_saved,
    events.NewLeaderReceived: zab.new_leader_received,
    events.NewLeaderAcked: zab.new_leader_acked,
    events.LeaderEstablished: zab.leader_established,
    events.UpToDate: zab.up_to_date,
    events.ServingClients: zab.serving_clients,
    events.ServingStopped: zab.serving_stopped,
    events.LearnerSynced: zab.learner_synced,
    events.LeaderLost: zab.leader_lost,
    events.LearnerLost: zab.learner_lost,
    events.LeadershipLost: zab.leadership_lost,
    events.TxnsProposed: zab.txns_proposed,
    events.TxnsLogged: zab.txns_logged,
    events.TxnsCommitted: zab.txns_committed,
    events.SnapshotTaken: life.snapshot_taken,
    events.SlowSync: life.slow_sync,
    events.SessionOpened: life.session_opened,
    events.SessionRefused: life.session_refused,
    events.SessionExpired: life.session_expired,
    events.SessionClosed: life.session_closed,
    events.ClientLost: life.client_lost,
    fault_events.IllSet: ills.ill_set,
    fault_events.IllCleared: ills.ill_cleared,
    fault_events.PowerLost: ills.power_lost,
    fault_events.SteppingChanged: ills.stepping_changed,
    fault_events.MessageDelivered: ills.message_delivered,
    happened.LabOpened: deeds.lab_opened,
    happened.VerbGiven: deeds.verb_given,
    happened.NodeEnded: deeds.node_ended,
    happened.NodePaused: deeds.node_paused,
    happened.NodeResumed: deeds.node_resumed,
    happened.NodeWiped: deeds.node_wiped,
    happened.FaultSet: deeds.fault_set,
    happened.FaultHealed: deeds.fault_healed,
    happened.ClientDid: deeds.client_did,
    fault_events.GateSet: faults.gate_set,
    fault_events.GateCleared: faults.gate_cleared,
    fault_events.MessageLost: faults.message_lost,
}


_DEEDS = frozenset(happened.HAPPENED.values())


def tell(world: World, record: events.Record) -> Line | None:
    """Return the line for this record; None if it comes from no node of ours."""
    teller = TELLERS.get(type(record.event))
    of_lab = type(record.event) in _DEEDS
    if teller is None or not (of_lab or record.node in world.peers):
        return None
    told = teller(world, record.node, record.event)
    who = _whom(record.event) if of_lab else record.node
    return Line(*(record.at_ms, who, told.level, told.what, told.why), below=told.below)


def _whom(event: Any) -> int:
    """The node that a deed of the lab concerns; 0 if it is none, or several."""
    match event:
        case (
            happened.NodeEnded(sid=sid)
            | happened.NodePaused(sid=sid)
            | happened.NodeResumed(sid=sid)
            | happened.NodeWiped(sid=sid)
        ):
            return sid
        case happened.ClientDid(node=sid):
            return sid
        case _:
            return 0

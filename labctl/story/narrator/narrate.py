"""One record in, one line of the story out; a table names a function for each event.

A narrator is a pure function: the world before the event, the node, the event.
Every event that a node or the lab can publish has one; a test counts them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from labctl.screen.line import Line, Narrated
from labctl.story import lab_events
from labctl.story.narrator import (
    election,
    faults,
    lab,
    life,
    node_faults,
    wire,
    zab,
)
from labctl.story.world import LabWorld
from node import events, fault_events

Narrator = Callable[[LabWorld, int, Any], Narrated]

NARRATORS: Mapping[type[Any], Narrator] = {
    events.NodeStarted: life.node_started,
    events.Recovered: life.recovered,
    events.ListenerOpened: life.listener_opened,
    events.PortUnavailable: life.port_unavailable,
    events.TlsRefused: life.tls_refused,
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
    events.OldFilesRemoved: life.old_files_removed,
    events.SlowSync: life.slow_sync,
    events.SessionOpened: life.session_opened,
    events.SessionRefused: life.session_refused,
    events.SessionExpired: life.session_expired,
    events.SessionClosed: life.session_closed,
    events.ClientLost: life.client_lost,
    fault_events.NodeFaultSet: node_faults.node_fault_set,
    fault_events.NodeFaultCleared: node_faults.node_fault_cleared,
    fault_events.PowerLost: node_faults.power_lost,
    fault_events.SteppingChanged: node_faults.stepping_changed,
    fault_events.MessageDelivered: node_faults.message_delivered,
    lab_events.LabOpened: lab.lab_opened,
    lab_events.VerbGiven: lab.verb_given,
    lab_events.NodeEnded: lab.node_ended,
    lab_events.NodePaused: lab.node_paused,
    lab_events.NodeResumed: lab.node_resumed,
    lab_events.NodeWiped: lab.node_wiped,
    lab_events.FaultSet: lab.fault_set,
    lab_events.FaultHealed: lab.fault_healed,
    lab_events.ClientDid: lab.client_did,
    lab_events.RecipeDone: lab.recipe_done,
    fault_events.LinkFaultSet: faults.link_fault_set,
    fault_events.LinkFaultCleared: faults.link_fault_cleared,
    fault_events.MessageLost: faults.message_lost,
}


_OF_LAB = frozenset(lab_events.LAB_EVENTS.values())


def narrate(world: LabWorld, record: events.Record) -> Line | None:
    """Return the line for this record; None if it comes from no node of ours."""
    narrator = NARRATORS.get(type(record.event))
    of_lab = type(record.event) in _OF_LAB
    if narrator is None or not (of_lab or record.node in world.peers):
        return None
    said = narrator(world, record.node, record.event)
    who = _whom(record.event) if of_lab else record.node
    return Line(
        *(record.at_ms, who, said.level, said.what, said.why),
        below=said.below,
        turning=said.turning,
    )


def _whom(event: Any) -> int:
    """The node that an event of the lab concerns; 0 if it is none, or several."""
    match event:
        case (
            lab_events.NodeEnded(sid=sid)
            | lab_events.NodePaused(sid=sid)
            | lab_events.NodeResumed(sid=sid)
            | lab_events.NodeWiped(sid=sid)
        ):
            return sid
        case lab_events.ClientDid(node=sid):
            return sid
        case _:
            return 0

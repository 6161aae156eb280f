"""One record in, one line of the story out; who tells what stands in one table.

A teller is a pure function: the world before the event, the node, the event.
Every event that a node can publish has one; a test counts them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from labctl.narrator import election, faults, ills, life, zab
from labctl.narrator.line import Line, Told
from labctl.narrator.world import World
from node import events

Teller = Callable[[World, int, Any], Told]

TELLERS: Mapping[type[Any], Teller] = {
    events.NodeStarted: life.node_started,
    events.Recovered: life.recovered,
    events.ListenerOpened: life.listener_opened,
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
    events.IllSet: ills.ill_set,
    events.IllCleared: ills.ill_cleared,
    events.PowerLost: ills.power_lost,
    events.SteppingChanged: ills.stepping_changed,
    events.MessageDelivered: ills.message_delivered,
    events.GateSet: faults.gate_set,
    events.GateCleared: faults.gate_cleared,
    events.MessageLost: faults.message_lost,
}


def tell(world: World, record: events.Record) -> Line | None:
    """Return the line for this record; None if it comes from no node of ours."""
    teller = TELLERS.get(type(record.event))
    if teller is None or record.node not in world.peers:
        return None
    told = teller(world, record.node, record.event)
    return Line(record.at_ms, record.node, told.level, told.what, told.why)

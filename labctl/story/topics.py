"""What an event is about: the topics that `labctl watch` and the page filter by."""

from collections.abc import Mapping
from typing import Any

from labctl.story import lab_events
from node import events, fault_events

TOPICS: Mapping[str, frozenset[type[Any]]] = {
    "vote": frozenset(
        {
            events.ElectionStarted,
            events.NotificationSent,
            events.NotificationReceived,
            events.VoteChanged,
            events.RoundJoined,
            events.QuorumAgreed,
            events.ElectionDecided,
            events.NotificationTimedOut,
            events.PeerConnected,
            events.PeerLost,
            events.PeerUnreachable,
            events.ConnectionYielded,
        }
    ),
    "sync": frozenset(
        {events.SyncPlanned, events.SyncReceived, events.LearnerSynced}
        | {events.PacketSent, events.PacketReceived}
    ),
    "txn": frozenset(
        {events.TxnsProposed, events.TxnsLogged, events.TxnsCommitted}
        | {events.SnapshotTaken, events.OldFilesRemoved, events.SlowSync}
    ),
    "session": frozenset(
        {
            events.SessionOpened,
            events.SessionRefused,
            events.SessionExpired,
            events.SessionClosed,
            events.ClientLost,
            lab_events.ClientDid,
        }
    ),
    "fault": frozenset(
        {
            fault_events.LinkFaultSet,
            fault_events.LinkFaultCleared,
            fault_events.MessageLost,
            fault_events.NodeFaultSet,
            fault_events.NodeFaultCleared,
            fault_events.PowerLost,
            fault_events.SteppingChanged,
            fault_events.MessageDelivered,
        }
        | (set(lab_events.LAB_EVENTS.values()) - {lab_events.ClientDid})
    ),
    "life": frozenset({events.NodeStarted, events.NodeStopped, events.Recovered}),
}
PHASE = "phase"  # everything else: phases, epochs, leaders gained and lost


def topic_of(event: object) -> str:
    """Return the topic that this event belongs to."""
    kind = type(event)
    return next((name for name, kinds in TOPICS.items() if kind in kinds), PHASE)

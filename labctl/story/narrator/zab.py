"""Narrates Zab: discovery, synchronization, broadcast, and how leader epochs end."""

from labctl.screen.line import Narrated, detail, story, turning
from labctl.story.world import LabWorld
from labctl.words.phrase import Phrase, known_or
from node import events
from node.zxid import show


def _observer(*, observer: bool) -> Phrase:
    return Phrase("word.observer" if observer else "word.follower")


def phase_changed(_world: LabWorld, _me: int, event: events.PhaseChanged) -> Narrated:
    """A server enters discovery, synchronization or broadcast."""
    facts = {"state": event.state, "phase": known_or(f"PhaseChanged.{event.phase}", "")}
    return detail(
        Phrase("PhaseChanged", facts), known_or(f"PhaseChanged.{event.phase}.why", "")
    )


def leader_dialed(_world: LabWorld, _me: int, event: events.LeaderDialed) -> Narrated:
    """A learner reached its leader."""
    return detail(Phrase("LeaderDialed", event._asdict()))


def leader_unreachable(
    _world: LabWorld, _me: int, event: events.LeaderUnreachable
) -> Narrated:
    """A learner could not connect to its leader."""
    return detail(
        Phrase("LeaderUnreachable", event._asdict()),
        Phrase("LeaderUnreachable.why", event._asdict()),
    )


def packet_sent(_world: LabWorld, _me: int, event: events.PacketSent) -> Narrated:
    """A packet of discovery or synchronization left."""
    return detail(Phrase("PacketSent", _packet(event.type, event.to, event.zxid)))


def packet_received(
    _world: LabWorld, _me: int, event: events.PacketReceived
) -> Narrated:
    """Such a packet arrived."""
    facts = _packet(event.type, event.sender, event.zxid)
    return detail(Phrase("PacketReceived", facts))


def _packet(kind: str, peer: int, zxid: int) -> dict[str, object]:
    known = Phrase("packet.peer", {"sid": peer})
    who = known if peer > 0 else Phrase("packet.somebody")
    return {"type": kind, "who": who, "zxid": show(zxid) if zxid >= 0 else ""}


def learner_joined(_world: LabWorld, _me: int, event: events.LearnerJoined) -> Narrated:
    """A learner reported to the leader."""
    facts = {
        "sid": event.sid,
        "epoch": event.accepted_epoch,
        "packet": "OBSERVERINFO" if event.observer else "FOLLOWERINFO",
    }
    return detail(Phrase("LearnerJoined", facts), Phrase("LearnerJoined.why", facts))


def epoch_proposed(world: LabWorld, _me: int, event: events.EpochProposed) -> Narrated:
    """The leader names its epoch."""
    facts = {
        "epoch": event.epoch,
        "heard": event.heard,
        "have": len(event.heard),
        "need": event.need,
        "voters": len(world.voters),
    }
    return story(Phrase("EpochProposed", facts), Phrase("EpochProposed.why", facts))


def epoch_accepted(_world: LabWorld, _me: int, event: events.EpochAccepted) -> Narrated:
    """A server binds itself to an epoch."""
    why = "EpochAccepted.again" if event.already else "EpochAccepted.why"
    return detail(Phrase("EpochAccepted", event._asdict()), Phrase(why))


def epoch_acked(_world: LabWorld, _me: int, event: events.EpochAcked) -> Narrated:
    """The leader learns where a learner's history ends."""
    facts = {
        "sid": event.sid,
        "epoch": event.current_epoch,
        "zxid": show(event.last_zxid),
    }
    return detail(Phrase("EpochAcked", facts))


def sync_planned(_world: LabWorld, _me: int, event: events.SyncPlanned) -> Narrated:
    """DIFF, TRUNC or SNAP, and the reason."""
    facts = {
        "sid": event.sid,
        "mode": event.mode,
        "last": show(event.learner_last),
        "min": show(event.min_committed),
        "max": show(event.max_committed),
        "to": show(event.truncate_to),
        "count": event.sent_txns,
    }
    why = known_or(f"SyncPlanned.{event.because}", event.because, facts)
    how = (
        Phrase("SyncPlanned.with-txns", facts) if event.sent_txns else Phrase("nothing")
    )
    return story(Phrase("SyncPlanned", {**facts, "how": how}), why)


def sync_received(_world: LabWorld, _me: int, event: events.SyncReceived) -> Narrated:
    """The learner hears DIFF, TRUNC or SNAP."""
    facts = {
        "mode": event.mode,
        "zxid": show(event.zxid),
        "was": show(event.was),
    }
    return detail(Phrase("SyncReceived", facts))


def epoch_saved(_world: LabWorld, _me: int, event: events.EpochSaved) -> Narrated:
    """The history on disk carries the epoch."""
    facts = {"epoch": event.epoch}
    return detail(Phrase("EpochSaved", facts), Phrase("EpochSaved.why"))


def new_leader_received(
    _world: LabWorld, _me: int, event: events.NewLeaderReceived
) -> Narrated:
    """NEWLEADER arrived."""
    facts = {"epoch": event.epoch}
    return detail(
        Phrase("NewLeaderReceived", facts), Phrase("NewLeaderReceived.why", facts)
    )


def new_leader_acked(
    _world: LabWorld, _me: int, event: events.NewLeaderAcked
) -> Narrated:
    """A learner's disk holds this epoch's history."""
    facts = {"sid": event.sid, "epoch": event.epoch}
    return detail(Phrase("NewLeaderAcked", facts))


def leader_established(
    _world: LabWorld, _me: int, event: events.LeaderEstablished
) -> Narrated:
    """A majority of disks backs the leader."""
    facts = {
        "epoch": event.epoch,
        "sids": event.sids,
        "have": len(event.sids),
        "need": event.need,
        "voters": event.voters,
    }
    return story(
        Phrase("LeaderEstablished", facts), Phrase("LeaderEstablished.why", facts)
    )


def up_to_date(world: LabWorld, me: int, event: events.UpToDate) -> Narrated:
    """A learner may serve."""
    facts = {"epoch": event.epoch, "leader": event.leader}
    voter = world.peers[me].voter
    return story(
        Phrase("UpToDate.follower" if voter else "UpToDate.observer"),
        Phrase("UpToDate.why" if voter else "UpToDate.observer.why", facts),
    )


def serving_clients(
    _world: LabWorld, _me: int, event: events.ServingClients
) -> Narrated:
    """Sessions are accepted."""
    return detail(Phrase("ServingClients", {"epoch": event.epoch}))


def serving_stopped(
    _world: LabWorld, _me: int, event: events.ServingStopped
) -> Narrated:
    """Sessions are cut."""
    return detail(
        Phrase("ServingStopped"), known_or(f"ServingStopped.{event.why}", event.why)
    )


def learner_synced(_world: LabWorld, _me: int, event: events.LearnerSynced) -> Narrated:
    """UPTODATE was sent."""
    facts = {"sid": event.sid, "kind": _observer(observer=event.observer)}
    return detail(Phrase("LearnerSynced", facts))


def leader_lost(_world: LabWorld, _me: int, event: events.LeaderLost) -> Narrated:
    """A learner is without a leader: it looks for a new one."""
    if event.why == "refused":
        facts: dict[str, object] = {"leader": event.leader}
        return turning(
            Phrase("LeaderLost.refused", facts), Phrase("LeaderLost.refused.why", facts)
        )
    facts = {"leader": event.leader, "how": known_or(f"lost.{event.why}", event.why)}
    return turning(Phrase("LeaderLost", facts), Phrase("LeaderLost.why", facts))


def learner_lost(_world: LabWorld, _me: int, event: events.LearnerLost) -> Narrated:
    """A leader is short of one learner; the rest may be a majority or not."""
    facts = {
        "sid": event.sid,
        "kind": _observer(observer=event.observer),
        "how": known_or(f"lost.{event.why}", event.why),
        "have": event.have,
        "need": event.need,
        "voters": event.voters,
    }
    if event.observer:
        why = "LearnerLost.observer"
    elif event.have >= event.need:
        why = "LearnerLost.enough"
    else:
        why = "LearnerLost.few"
    return turning(Phrase("LearnerLost", facts), Phrase(why, facts))


def leadership_lost(
    world: LabWorld, _me: int, event: events.LeadershipLost
) -> Narrated:
    """A leader gives up."""
    facts = {
        "synced": event.synced,
        "have": len(event.synced),
        "need": event.need,
        "voters": len(world.voters),
    }
    return turning(
        Phrase("LeadershipLost"),
        known_or(f"LeadershipLost.{event.why}", event.why, facts),
    )


def txns_proposed(_world: LabWorld, _me: int, event: events.TxnsProposed) -> Narrated:
    """PROPOSALs left."""
    return detail(Phrase("TxnsProposed", _span(event)))


def txns_logged(_world: LabWorld, _me: int, event: events.TxnsLogged) -> Narrated:
    """Transactions are durable here."""
    return detail(Phrase("TxnsLogged", _span(event)))


def txns_committed(_world: LabWorld, _me: int, event: events.TxnsCommitted) -> Narrated:
    """Transactions are agreed."""
    return detail(Phrase("TxnsCommitted", _span(event)))


def _span(
    event: events.TxnsProposed | events.TxnsLogged | events.TxnsCommitted,
) -> dict[str, object]:
    if event.first == event.last:
        which = Phrase("as-is", {"text": show(event.first)})
    else:
        ends = {"first": show(event.first), "last": show(event.last)}
        which = Phrase("txns.span", ends)
    return {"which": which, "count": event.txns}

"""Telling Zab: discovery, synchronization, broadcast, and how reigns end."""

from labctl.narrator.line import Told, detail, story
from labctl.narrator.world import World
from labctl.words.phrase import Phrase, known_or
from node import events
from node.zxid import show


def _observer(*, observer: bool) -> Phrase:
    return Phrase("word.observer" if observer else "word.follower")


def phase_changed(_world: World, _me: int, event: events.PhaseChanged) -> Told:
    """A server enters discovery, synchronization or broadcast."""
    facts = {"state": event.state, "phase": known_or(f"phase.{event.phase}", "")}
    return detail(Phrase("phase", facts), known_or(f"phase.{event.phase}.why", ""))


def leader_dialed(_world: World, _me: int, event: events.LeaderDialed) -> Told:
    """A learner reached its leader."""
    return detail(Phrase("dialed", event._asdict()))


def leader_unreachable(
    _world: World, _me: int, event: events.LeaderUnreachable
) -> Told:
    """A learner knocked in vain."""
    return detail(
        Phrase("undialed", event._asdict()), Phrase("undialed.why", event._asdict())
    )


def packet_sent(_world: World, _me: int, event: events.PacketSent) -> Told:
    """A packet of discovery or synchronization left."""
    return detail(Phrase("packet.sent", _packet(event.type, event.to, event.zxid)))


def packet_received(_world: World, _me: int, event: events.PacketReceived) -> Told:
    """Such a packet arrived."""
    facts = _packet(event.type, event.sender, event.zxid)
    return detail(Phrase("packet.received", facts))


def _packet(kind: str, peer: int, zxid: int) -> dict[str, object]:
    known = Phrase("packet.peer", {"sid": peer})
    who = known if peer > 0 else Phrase("packet.somebody")
    return {"type": kind, "who": who, "zxid": show(zxid) if zxid >= 0 else ""}


def learner_joined(_world: World, _me: int, event: events.LearnerJoined) -> Told:
    """A learner reported to the leader."""
    facts = {
        "sid": event.sid,
        "epoch": event.accepted_epoch,
        "packet": "OBSERVERINFO" if event.observer else "FOLLOWERINFO",
    }
    return detail(Phrase("joined", facts), Phrase("joined.why", facts))


def epoch_proposed(world: World, _me: int, event: events.EpochProposed) -> Told:
    """The leader names its epoch."""
    facts = {
        "epoch": event.epoch,
        "heard": event.heard,
        "have": len(event.heard),
        "need": event.need,
        "voters": len(world.voters),
    }
    return story(Phrase("epoch", facts), Phrase("epoch.why", facts))


def epoch_accepted(_world: World, _me: int, event: events.EpochAccepted) -> Told:
    """A server binds itself to an epoch."""
    why = "epoch.accepted.again" if event.already else "epoch.accepted.why"
    return detail(Phrase("epoch.accepted", event._asdict()), Phrase(why))


def epoch_acked(_world: World, _me: int, event: events.EpochAcked) -> Told:
    """The leader learns where a learner's history ends."""
    facts = {
        "sid": event.sid,
        "epoch": event.current_epoch,
        "zxid": show(event.last_zxid),
    }
    return detail(Phrase("epoch.acked", facts))


def sync_planned(_world: World, _me: int, event: events.SyncPlanned) -> Told:
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
    why = known_or(f"sync.{event.because}", event.because, facts)
    how = Phrase("sync.with-txns", facts) if event.sent_txns else Phrase("nothing")
    return story(Phrase("sync", {**facts, "how": how}), why)


def sync_received(_world: World, _me: int, event: events.SyncReceived) -> Told:
    """The learner hears DIFF, TRUNC or SNAP."""
    facts = {
        "mode": event.mode,
        "zxid": show(event.zxid),
        "was": show(event.was),
    }
    return detail(Phrase("sync.received", facts))


def epoch_saved(_world: World, _me: int, event: events.EpochSaved) -> Told:
    """The history on disk carries the epoch."""
    facts = {"epoch": event.epoch}
    return detail(Phrase("epoch.saved", facts), Phrase("epoch.saved.why"))


def new_leader_received(
    _world: World, _me: int, event: events.NewLeaderReceived
) -> Told:
    """NEWLEADER arrived."""
    facts = {"epoch": event.epoch}
    return detail(Phrase("newleader", facts), Phrase("newleader.why", facts))


def new_leader_acked(_world: World, _me: int, event: events.NewLeaderAcked) -> Told:
    """A learner's disk holds this epoch's history."""
    facts = {"sid": event.sid, "epoch": event.epoch}
    return detail(Phrase("newleader.acked", facts))


def leader_established(
    _world: World, _me: int, event: events.LeaderEstablished
) -> Told:
    """A majority of disks backs the leader."""
    facts = {
        "epoch": event.epoch,
        "sids": event.sids,
        "have": len(event.sids),
        "need": event.need,
        "voters": event.voters,
    }
    return story(Phrase("established", facts), Phrase("established.why", facts))


def up_to_date(world: World, me: int, event: events.UpToDate) -> Told:
    """A learner may serve."""
    facts = {"epoch": event.epoch, "leader": event.leader}
    voter = world.peers[me].voter
    return story(
        Phrase("uptodate.follower" if voter else "uptodate.observer"),
        Phrase("uptodate.why" if voter else "uptodate.observer.why", facts),
    )


def serving_clients(_world: World, _me: int, event: events.ServingClients) -> Told:
    """Sessions are accepted."""
    return detail(Phrase("serving", {"epoch": event.epoch}))


def serving_stopped(_world: World, _me: int, event: events.ServingStopped) -> Told:
    """Sessions are cut."""
    return detail(Phrase("unserving"), known_or(f"unserving.{event.why}", event.why))


def learner_synced(_world: World, _me: int, event: events.LearnerSynced) -> Told:
    """UPTODATE was sent."""
    facts = {"sid": event.sid, "kind": _observer(observer=event.observer)}
    return detail(Phrase("synced", facts))


def leader_lost(_world: World, _me: int, event: events.LeaderLost) -> Told:
    """A learner is without a leader: it looks for a new one."""
    if event.why == "refused":
        facts: dict[str, object] = {"leader": event.leader}
        return story(Phrase("refused-by", facts), Phrase("refused-by.why", facts))
    facts = {"leader": event.leader, "how": known_or(f"lost.{event.why}", event.why)}
    return story(Phrase("lost.leader", facts), Phrase("lost.leader.why", facts))


def learner_lost(_world: World, _me: int, event: events.LearnerLost) -> Told:
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
        why = "lost.observer.why"
    elif event.have >= event.need:
        why = "lost.follower.enough"
    else:
        why = "lost.follower.few"
    return story(Phrase("lost.learner", facts), Phrase(why, facts))


def leadership_lost(world: World, _me: int, event: events.LeadershipLost) -> Told:
    """A leader gives up."""
    facts = {
        "synced": event.synced,
        "have": len(event.synced),
        "need": event.need,
        "voters": len(world.voters),
    }
    return story(Phrase("over"), known_or(f"over.{event.why}", event.why, facts))


def txns_proposed(_world: World, _me: int, event: events.TxnsProposed) -> Told:
    """PROPOSALs left."""
    return detail(Phrase("txns.proposed", _span(event)))


def txns_logged(_world: World, _me: int, event: events.TxnsLogged) -> Told:
    """Transactions are durable here."""
    return detail(Phrase("txns.logged", _span(event)))


def txns_committed(_world: World, _me: int, event: events.TxnsCommitted) -> Told:
    """Transactions are agreed."""
    return detail(Phrase("txns.committed", _span(event)))


def _span(
    event: events.TxnsProposed | events.TxnsLogged | events.TxnsCommitted,
) -> dict[str, object]:
    if event.first == event.last:
        which = Phrase("as-is", {"text": show(event.first)})
    else:
        ends = {"first": show(event.first), "last": show(event.last)}
        which = Phrase("txns.span", ends)
    return {"which": which, "count": event.txns}

"""Narrates the life of a process, its disk and its clients' sessions."""

from labctl.screen.line import Narrated, detail, story, turning
from labctl.story.world import LabWorld
from labctl.words.phrase import Phrase, known_or
from node import events
from node.zxid import show


def node_started(_world: LabWorld, _me: int, event: events.NodeStarted) -> Narrated:
    """A process begins."""
    facts = {"pid": event.pid, "client": event.client_port, "tick": event.tick_ms}
    if event.role == "observer":
        return turning(Phrase("NodeStarted", facts), Phrase("NodeStarted.observer"))
    return turning(Phrase("NodeStarted", facts), Phrase("NodeStarted.voter"))


def recovered(_world: LabWorld, _me: int, event: events.Recovered) -> Narrated:
    """A node read its disk."""
    facts = {
        "zxid": show(event.last_zxid),
        "snapshot": show(event.snapshot_zxid),
        "replayed": event.replayed,
        "epoch": event.current_epoch,
        "accepted": event.accepted_epoch,
    }
    if event.torn:
        return story(Phrase("Recovered", facts), Phrase("Recovered.torn"))
    if event.last_zxid <= 0 and event.current_epoch == 0:
        return detail(Phrase("Recovered.empty"), Phrase("Recovered.empty.why"))
    return story(Phrase("Recovered", facts), Phrase("Recovered.why", facts))


def listener_opened(
    _world: LabWorld, _me: int, event: events.ListenerOpened
) -> Narrated:
    """A port accepts connections."""
    facts = {
        "address": event.address,
        "port": event.port,
        "port_of": known_or(f"port-of.{event.port_of}", event.port_of),
    }
    return detail(Phrase("ListenerOpened", facts))


def port_unavailable(
    _world: LabWorld, _me: int, event: events.PortUnavailable
) -> Narrated:
    """Somebody else has the port that a leader needs."""
    return story(
        Phrase("PortUnavailable", event._asdict()), Phrase("PortUnavailable.why")
    )


def tls_refused(_world: LabWorld, _me: int, event: events.TlsRefused) -> Narrated:
    """A caller and this node came to no TLS."""
    facts = {
        "address": event.address,
        "port_of": known_or(f"port-of.{event.port_of}", event.port_of),
    }
    return story(
        Phrase("TlsRefused", facts), known_or(f"TlsRefused.{event.why}", event.why)
    )


def admin_unavailable(
    _world: LabWorld, _me: int, event: events.AdminUnavailable
) -> Narrated:
    """The AdminServer could not start."""
    facts = event._asdict()
    return story(
        Phrase("AdminUnavailable", facts), Phrase("AdminUnavailable.why", facts)
    )


def node_stopped(_world: LabWorld, _me: int, event: events.NodeStopped) -> Narrated:
    """A process ends in an orderly way."""
    facts = {"why": event.why, "code": event.exit_code}
    known = event.exit_code == 0
    return story(
        Phrase("NodeStopped"),
        Phrase("NodeStopped.asked" if known else "NodeStopped.why", facts),
    )


def state_changed(_world: LabWorld, _me: int, event: events.StateChanged) -> Narrated:
    """The state line of ZooKeeper's log."""
    facts = {"old": _shape(event.old), "new": _shape(event.new)}
    what = Phrase("StateChanged", facts) if event.old else _shape(event.new)
    return detail(what, known_or(f"StateChanged.{event.why}", event.why))


def _shape(state: str) -> Phrase:
    return known_or(f"shape.{state}", state)


def snapshot_taken(_world: LabWorld, _me: int, event: events.SnapshotTaken) -> Narrated:
    """The tree was written out."""
    facts = {
        "zxid": show(event.zxid),
        "took": event.took_ms,
        "bytes": event.bytes,
    }
    return detail(Phrase("SnapshotTaken", facts), Phrase("SnapshotTaken.why"))


def old_files_removed(
    _world: LabWorld, _me: int, event: events.OldFilesRemoved
) -> Narrated:
    """Old snapshots and logs were deleted."""
    facts = {
        "snapshots": event.snapshots,
        "logs": event.logs,
        "oldest": show(event.oldest),
    }
    return detail(
        Phrase("OldFilesRemoved", facts), Phrase("OldFilesRemoved.why", facts)
    )


def slow_sync(_world: LabWorld, _me: int, event: events.SlowSync) -> Narrated:
    """The disk makes clients wait."""
    facts = {"took": event.took_ms}
    return story(Phrase("SlowSync", facts), Phrase("SlowSync.why"))


def session_opened(_world: LabWorld, _me: int, event: events.SessionOpened) -> Narrated:
    """A client arrived."""
    facts = {
        "session": show(event.session),
        "timeout": event.timeout_ms,
        "client": event.client,
    }
    if event.reattached:
        return story(
            Phrase("SessionOpened.moved", facts), Phrase("SessionOpened.moved.why")
        )
    return detail(Phrase("SessionOpened", facts))


def session_refused(
    _world: LabWorld, _me: int, event: events.SessionRefused
) -> Narrated:
    """A client was turned away."""
    facts = {"session": show(event.session), "client": event.client}
    why = known_or(f"SessionRefused.{event.why}", event.why)
    return story(Phrase("SessionRefused", facts), why)


def session_expired(
    _world: LabWorld, _me: int, event: events.SessionExpired
) -> Narrated:
    """A session timed out."""
    facts = {"session": show(event.session), "timeout": event.timeout_ms}
    return story(Phrase("SessionExpired", facts), Phrase("SessionExpired.why", facts))


def session_closed(_world: LabWorld, _me: int, event: events.SessionClosed) -> Narrated:
    """A session ended."""
    facts = {"session": show(event.session), "count": event.ephemerals}
    return detail(Phrase("SessionClosed", facts), Phrase("SessionClosed.why", facts))


def client_lost(_world: LabWorld, _me: int, event: events.ClientLost) -> Narrated:
    """A connection broke; the session lives on."""
    facts = {"session": show(event.session), "client": event.client}
    return detail(Phrase("ClientLost", facts), Phrase("ClientLost.why"))

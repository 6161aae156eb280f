"""Telling the life of a process, its disk and its clients' sessions."""

from labctl.narrator.line import Told, detail, story
from labctl.narrator.world import World
from labctl.words.phrase import Phrase, known_or
from node import events
from node.zxid import show


def node_started(_world: World, _me: int, event: events.NodeStarted) -> Told:
    """A process begins."""
    facts = {"pid": event.pid, "client": event.client_port, "tick": event.tick_ms}
    if event.role == "observer":
        return story(Phrase("started", facts), Phrase("started.observer"))
    return story(Phrase("started", facts), Phrase("started.voter"))


def recovered(_world: World, _me: int, event: events.Recovered) -> Told:
    """A node read its disk."""
    facts = {
        "zxid": show(event.last_zxid),
        "snapshot": show(event.snapshot_zxid),
        "replayed": event.replayed,
        "epoch": event.current_epoch,
        "accepted": event.accepted_epoch,
    }
    if event.torn:
        return story(Phrase("recovered", facts), Phrase("recovered.torn"))
    if event.last_zxid <= 0 and event.current_epoch == 0:
        return detail(Phrase("recovered.empty"), Phrase("recovered.empty.why"))
    return story(Phrase("recovered", facts), Phrase("recovered.why", facts))


def listener_opened(_world: World, _me: int, event: events.ListenerOpened) -> Told:
    """A port accepts connections."""
    facts = {
        "address": event.address,
        "port": event.port,
        "port_of": known_or(f"port-of.{event.port_of}", event.port_of),
    }
    return detail(Phrase("listening", facts))


def port_unavailable(_world: World, _me: int, event: events.PortUnavailable) -> Told:
    """Somebody else has the port that a leader needs."""
    return story(Phrase("no-port", event._asdict()), Phrase("no-port.why"))


def admin_unavailable(_world: World, _me: int, event: events.AdminUnavailable) -> Told:
    """The AdminServer could not start."""
    facts = event._asdict()
    return story(Phrase("no-admin", facts), Phrase("no-admin.why", facts))


def node_stopped(_world: World, _me: int, event: events.NodeStopped) -> Told:
    """A process ends in an orderly way."""
    facts = {"why": event.why, "code": event.exit_code}
    known = event.exit_code == 0
    return story(
        Phrase("stopped"), Phrase("stopped.asked" if known else "stopped.why", facts)
    )


def state_changed(_world: World, _me: int, event: events.StateChanged) -> Told:
    """The state line of ZooKeeper's log."""
    facts = {"old": _shape(event.old), "new": _shape(event.new)}
    what = Phrase("state", facts) if event.old else _shape(event.new)
    return detail(what, known_or(f"state.{event.why}", event.why))


def _shape(state: str) -> Phrase:
    return known_or(f"shape.{state}", state)


def snapshot_taken(_world: World, _me: int, event: events.SnapshotTaken) -> Told:
    """The tree was written out."""
    facts = {
        "zxid": show(event.zxid),
        "took": event.took_ms,
        "bytes": event.bytes,
    }
    return detail(Phrase("snapshot", facts), Phrase("snapshot.why"))


def slow_sync(_world: World, _me: int, event: events.SlowSync) -> Told:
    """The disk makes clients wait."""
    facts = {"took": event.took_ms}
    return story(Phrase("slow-disk", facts), Phrase("slow-disk.why"))


def session_opened(_world: World, _me: int, event: events.SessionOpened) -> Told:
    """A client arrived."""
    facts = {
        "session": show(event.session),
        "timeout": event.timeout_ms,
        "client": event.client,
    }
    if event.reattached:
        return story(Phrase("session.moved", facts), Phrase("session.moved.why"))
    return detail(Phrase("session.opened", facts))


def session_refused(_world: World, _me: int, event: events.SessionRefused) -> Told:
    """A client was turned away."""
    facts = {"session": show(event.session), "client": event.client}
    why = known_or(f"refused.{event.why}", event.why)
    return story(Phrase("session.refused", facts), why)


def session_expired(_world: World, _me: int, event: events.SessionExpired) -> Told:
    """A session timed out."""
    facts = {"session": show(event.session), "timeout": event.timeout_ms}
    return story(Phrase("session.expired", facts), Phrase("session.expired.why", facts))


def session_closed(_world: World, _me: int, event: events.SessionClosed) -> Told:
    """A session ended."""
    facts = {"session": show(event.session), "count": event.ephemerals}
    return detail(Phrase("session.closed", facts), Phrase("session.closed.why", facts))


def client_lost(_world: World, _me: int, event: events.ClientLost) -> Told:
    """A connection broke; the session lives on."""
    facts = {"session": show(event.session), "client": event.client}
    return detail(Phrase("client.lost", facts), Phrase("client.lost.why"))

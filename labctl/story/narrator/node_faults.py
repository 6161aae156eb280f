"""Narrates faults inside one node: its disk, its clock, its messages."""

from labctl.screen.line import Narrated, detail, story
from labctl.story.world import LabWorld
from labctl.words.phrase import Phrase, known_or
from node import fault_events


def node_fault_set(
    _world: LabWorld, _me: int, event: fault_events.NodeFaultSet
) -> Narrated:
    """The disk or the wall clock is faulty from now on."""
    facts = {**event._asdict(), "s": signed_s(event.ms)}
    what = known_or(f"NodeFaultSet.{event.action}", event.action, facts)
    return story(what, known_or(f"NodeFaultSet.{event.action}.why", event.fault, facts))


def node_fault_cleared(
    _world: LabWorld, _me: int, event: fault_events.NodeFaultCleared
) -> Narrated:
    """It is healed."""
    facts = {"what": known_or(f"NodeFaultCleared.name.{event.action}", event.action)}
    why = known_or(f"NodeFaultCleared.{event.why}", event.why)
    return story(Phrase("NodeFaultCleared", facts), why)


def power_lost(_world: LabWorld, _me: int, event: fault_events.PowerLost) -> Narrated:
    """The node is gone, and its cache with it."""
    facts = event._asdict()
    why = Phrase("PowerLost.none" if not event.txns else "PowerLost.txns", facts)
    if event.torn:
        why = Phrase("PowerLost.torn", {"why": why})
    return story(Phrase("PowerLost"), why)


def stepping_changed(
    _world: LabWorld, _me: int, event: fault_events.SteppingChanged
) -> Narrated:
    """Its messages wait for a hand, or go by themselves again."""
    if event.on:
        return detail(Phrase("SteppingChanged.on"), Phrase("SteppingChanged.on.why"))
    facts = {"waiting": event.waiting}
    return detail(
        Phrase("SteppingChanged.off"), Phrase("SteppingChanged.off.why", facts)
    )


def message_delivered(
    _world: LabWorld, me: int, event: fault_events.MessageDelivered
) -> Narrated:
    """Somebody let one message go."""
    facts = {**event._asdict(), "me": me}
    return detail(Phrase("MessageDelivered", facts))


def signed_s(ms: int) -> str:
    """Return a span of time with its sign, in seconds: +30, -0.5."""
    return f"{ms / 1000:+g}"

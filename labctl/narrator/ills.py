"""Telling what a lab makes a node suffer: its disk, its clock, its messages."""

from labctl.narrator.line import Told, detail, story
from labctl.narrator.world import World
from labctl.words.phrase import Phrase, known_or
from node import fault_events


def ill_set(_world: World, _me: int, event: fault_events.IllSet) -> Told:
    """The disk or the wall clock is ill from now on."""
    facts = {**event._asdict(), "s": signed_s(event.ms)}
    what = known_or(f"ill.{event.action}", event.action, facts)
    return story(what, known_or(f"ill.{event.action}.why", event.ill, facts))


def ill_cleared(_world: World, _me: int, event: fault_events.IllCleared) -> Told:
    """It is healed."""
    facts = {"what": known_or(f"ill-name.{event.action}", event.action)}
    why = known_or(f"healed.{event.why}", event.why)
    return story(Phrase("ill.cleared", facts), why)


def power_lost(_world: World, _me: int, event: fault_events.PowerLost) -> Told:
    """The node is gone, and its cache with it."""
    facts = event._asdict()
    why = Phrase("power.lost.none" if not event.txns else "power.lost.txns", facts)
    if event.torn:
        why = Phrase("power.lost.torn", {"why": why})
    return story(Phrase("power.lost"), why)


def stepping_changed(
    _world: World, _me: int, event: fault_events.SteppingChanged
) -> Told:
    """Its messages wait for a hand, or go by themselves again."""
    if event.on:
        return detail(Phrase("stepping.on"), Phrase("stepping.on.why"))
    facts = {"waiting": event.waiting}
    return detail(Phrase("stepping.off"), Phrase("stepping.off.why", facts))


def message_delivered(
    _world: World, me: int, event: fault_events.MessageDelivered
) -> Told:
    """Somebody let one message go."""
    facts = {**event._asdict(), "me": me}
    return detail(Phrase("message.delivered", facts))


def signed_s(ms: int) -> str:
    """Return a span of time with its sign, in seconds: +30, -0.5."""
    return f"{ms / 1000:+g}"

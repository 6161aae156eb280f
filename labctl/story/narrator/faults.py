"""Narrates link faults."""

from labctl.screen.line import Narrated, detail, story
from labctl.story.world import LabWorld
from labctl.words.phrase import Phrase, known_or
from node import fault_events


def link_fault_set(
    _world: LabWorld, _me: int, event: fault_events.LinkFaultSet
) -> Narrated:
    """The link to a peer is blocked or slowed from now on."""
    facts = {
        "to": event.to,
        "fault": event.fault.partition(">")[0],
        "type": event.from_type,
        "delay": event.delay_ms,
    }
    key = (
        f"LinkFaultSet.{event.action}.from"
        if event.from_type
        else f"LinkFaultSet.{event.action}"
    )
    return detail(known_or(key, event.action, facts))


def link_fault_cleared(
    _world: LabWorld, _me: int, event: fault_events.LinkFaultCleared
) -> Narrated:
    """The link is as it was; shown at every level if nobody asked for it just now."""
    facts = {"to": event.to, "fault": event.fault.partition(">")[0]}
    level = detail if event.why == "asked" else story
    return level(
        Phrase("LinkFaultCleared", facts),
        known_or(f"LinkFaultCleared.{event.why}", event.why),
    )


def message_lost(
    _world: LabWorld, _me: int, event: fault_events.MessageLost
) -> Narrated:
    """A message vanished, and what was behind it went on."""
    facts = {"to": event.to, "type": event.type}
    return story(Phrase("MessageLost", facts), Phrase("MessageLost.why"))

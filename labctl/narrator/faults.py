"""Telling what a lab makes a node suffer."""

from labctl.narrator.line import Told, detail, story
from labctl.narrator.world import World
from labctl.words.phrase import Phrase, known_or
from node import fault_events


def gate_set(_world: World, _me: int, event: fault_events.GateSet) -> Told:
    """The way to a peer is barred or slowed from now on."""
    facts = {
        "to": event.to,
        "fault": event.gate.partition(">")[0],
        "type": event.from_type,
        "delay": event.delay_ms,
    }
    key = f"gate.{event.action}.from" if event.from_type else f"gate.{event.action}"
    return detail(known_or(key, event.action, facts))


def gate_cleared(_world: World, _me: int, event: fault_events.GateCleared) -> Told:
    """The way is as it was; told to all if nobody asked for it just now."""
    facts = {"to": event.to, "fault": event.gate.partition(">")[0]}
    told = detail if event.why == "asked" else story
    return told(Phrase("gate.cleared", facts), known_or(f"gate.{event.why}", event.why))


def message_lost(_world: World, _me: int, event: fault_events.MessageLost) -> Told:
    """A message vanished, and what was behind it went on."""
    facts = {"to": event.to, "type": event.type}
    return story(Phrase("message.lost", facts), Phrase("message.lost.why"))

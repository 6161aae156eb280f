"""Narrates what the lab itself did: verbs, ends, pauses, faults, clients."""

from labctl.screen.line import Narrated, detail, story, turning
from labctl.story import lab_events
from labctl.story.world import LabWorld
from labctl.words.phrase import Phrase, known_or


def lab_opened(_world: LabWorld, _me: int, event: lab_events.LabOpened) -> Narrated:
    """A lab came to life."""
    facts = {
        "voters": len(event.voters),
        "observers": len(event.observers),
        "runtime": known_or(f"runtime.{event.runtime}", event.runtime),
    }
    key = "LabOpened.observers" if event.observers else "LabOpened"
    return story(Phrase(key, facts))


def verb_given(_world: LabWorld, _me: int, event: lab_events.VerbGiven) -> Narrated:
    """Somebody typed a verb."""
    words = " ".join(("labctl", event.verb, *event.words))
    return story(Phrase("VerbGiven", {"words": words}))


def node_ended(_world: LabWorld, _me: int, event: lab_events.NodeEnded) -> Narrated:
    """The lab ended a process, or saw that it had ended."""
    return turning(known_or(f"NodeEnded.{event.how}", event.how))


def node_paused(_world: LabWorld, _me: int, _event: lab_events.NodePaused) -> Narrated:
    """The lab paused a process."""
    return turning(Phrase("NodePaused"), Phrase("NodePaused.why"))


def node_resumed(
    _world: LabWorld, _me: int, _event: lab_events.NodeResumed
) -> Narrated:
    """The lab resumed a process."""
    return turning(Phrase("NodeResumed"), Phrase("NodeResumed.why"))


def node_wiped(_world: LabWorld, _me: int, event: lab_events.NodeWiped) -> Narrated:
    """The lab emptied a disk."""
    return story(known_or(f"NodeWiped.{event.what}", event.what))


def fault_set(_world: LabWorld, _me: int, event: lab_events.FaultSet) -> Narrated:
    """A fault stands."""
    facts = {
        "fault": event.fault,
        "kind": event.kind,
        "where": ", ".join(event.links) or " ".join(f"n{sid}" for sid in event.nodes),
        "detail": event.detail,
        "for_s": f"{event.for_ms / 1000:g}",
    }
    until = "FaultSet.for" if event.for_ms else "FaultSet.until"
    return story(Phrase("FaultSet", facts), Phrase(until, facts))


def fault_healed(world: LabWorld, _me: int, event: lab_events.FaultHealed) -> Narrated:
    """A fault is gone."""
    stood = world.faults.get(event.fault)
    facts = {"fault": event.fault, "kind": stood.kind if stood else ""}
    why = known_or(f"FaultHealed.{event.why}", event.why)
    return story(Phrase("FaultHealed", facts), why)


def recipe_done(_world: LabWorld, _me: int, event: lab_events.RecipeDone) -> Narrated:
    """All clients of a recipe had their turn."""
    return detail(Phrase("RecipeDone", event._asdict()))


def client_did(_world: LabWorld, _me: int, event: lab_events.ClientDid) -> Narrated:
    """A client asked; the answer came, or was lost."""
    facts = {
        "client": event.client,
        "op": event.op,
        "path": event.path,
        "result": event.result,
        "took": f"{event.took_ms:.0f}",
    }
    return detail(Phrase("ClientDid", facts))

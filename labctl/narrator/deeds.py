"""Telling what the lab itself did: verbs, ends, pauses, faults, clients."""

from labctl.narrator.line import Told, detail, story
from labctl.narrator.world import World
from labctl.recording import happened
from labctl.words.phrase import Phrase, known_or


def lab_opened(_world: World, _me: int, event: happened.LabOpened) -> Told:
    """A lab came to life."""
    facts = {
        "voters": len(event.voters),
        "observers": len(event.observers),
        "runtime": known_or(f"runtime.{event.runtime}", event.runtime),
    }
    key = "deed.opened.observers" if event.observers else "deed.opened"
    return story(Phrase(key, facts))


def verb_given(_world: World, _me: int, event: happened.VerbGiven) -> Told:
    """Somebody typed a verb."""
    words = " ".join(("labctl", event.verb, *event.words))
    return story(Phrase("deed.verb", {"words": words}))


def node_ended(_world: World, _me: int, event: happened.NodeEnded) -> Told:
    """The lab ended a process, or saw that it had ended."""
    return story(known_or(f"deed.ended.{event.how}", event.how))


def node_paused(_world: World, _me: int, _event: happened.NodePaused) -> Told:
    """The lab froze a process."""
    return story(Phrase("paused"), Phrase("paused.why"))


def node_resumed(_world: World, _me: int, _event: happened.NodeResumed) -> Told:
    """The lab thawed a process."""
    return story(Phrase("resumed"), Phrase("resumed.why"))


def node_wiped(_world: World, _me: int, event: happened.NodeWiped) -> Told:
    """The lab emptied a disk."""
    return story(known_or(f"deed.wiped.{event.what}", event.what))


def fault_set(_world: World, _me: int, event: happened.FaultSet) -> Told:
    """A fault stands."""
    facts = {
        "fault": event.fault,
        "kind": event.kind,
        "where": ", ".join(event.links) or " ".join(f"n{sid}" for sid in event.nodes),
        "detail": event.detail,
        "for_s": f"{event.for_ms / 1000:g}",
    }
    until = "deed.fault.for" if event.for_ms else "deed.fault.until"
    return story(Phrase("deed.fault", facts), Phrase(until, facts))


def fault_healed(world: World, _me: int, event: happened.FaultHealed) -> Told:
    """A fault is gone."""
    stood = world.faults.get(event.fault)
    facts = {"fault": event.fault, "kind": stood.kind if stood else ""}
    why = known_or(f"deed.healed.{event.why}", event.why)
    return story(Phrase("deed.healed", facts), why)


def client_did(_world: World, _me: int, event: happened.ClientDid) -> Told:
    """A client asked; the answer came, or was lost."""
    facts = {
        "client": event.client,
        "op": event.op,
        "path": event.path,
        "result": event.result,
        "took": f"{event.took_ms:.0f}",
    }
    return detail(Phrase("deed.client", facts))

"""The temporal checks: what a part of a recording must show.

A verdict is three-valued: True, False, or None when the question was not reached.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from labctl.classroom.exercise import Facts, Form
from labctl.classroom.histories import lost_acks, stale_reads
from labctl.classroom.journal import LogRead, RunJudged
from labctl.classroom.matching import (
    Unresolved,
    fits,
    matching,
    resolved,
    same,
)
from labctl.story.lab_events import ClientDid, RecipeDone, VerbGiven
from labctl.story.world import LabWorld
from node.events import Record

_ACTS = ClientDid | RecipeDone | LogRead | RunJudged
_SHOWN = 8  # events that are named as evidence of one check


class Scene(NamedTuple):
    """What one step of the exercise saw."""

    records: Sequence[Record]  # of the step
    world: LabWorld  # as it was at the step's end
    facts: Facts

    @property
    def acted(self) -> bool:
        """Whether anybody did anything in it."""
        return any(is_act(record) for record in self.records)


class Verdict(NamedTuple):
    """What a check found, and the events that show it."""

    passed: bool | None
    evidence: tuple[str, ...] = ()


def is_act(record: Record) -> bool:
    """Return whether a person did something to the lab, or had the answer shown.

    To end a lab is to make room for the next one: it shows nothing, and `ex start`
    asks for it.
    """
    event = record.event
    return isinstance(event, _ACTS) or (
        isinstance(event, VerbGiven) and event.verb != "down"
    )


def judge(form: Form, scene: Scene) -> Verdict:
    """Return what the scene says of the form; None if nobody did anything yet."""
    if not scene.acted:
        return Verdict(None)
    try:
        return _judge(form.kind, form.spec, scene)
    except Unresolved:
        return Verdict(None)


def _judge(kind: str, spec: Any, scene: Scene) -> Verdict:
    match kind:
        case "eventually":
            found = _first(spec, scene)
            return Verdict(found is not None, (found.id,) if found else ())
        case "never":
            found = _first(spec, scene)
            return Verdict(found is None, (found.id,) if found else ())
        case "sequence":
            return _sequence(spec, scene)
        case "count":
            return _count(spec, scene)
        case "before":
            return _before(spec, scene)
        case "state":
            return _state(spec, scene)
        case "history":
            judged = lost_acks if spec == "no-lost-acks" else stale_reads
            findings = judged(scene.records)
            return Verdict(not findings, findings[0].evidence if findings else ())
        case "not":
            ((inner, value),) = spec.items()
            verdict = _judge(inner, value, scene)
            passed = None if verdict.passed is None else not verdict.passed
            return Verdict(passed, verdict.evidence)
        case _:
            return _joined(kind, spec, scene)


def _first(pattern: Any, scene: Scene) -> Record | None:
    return next(matching(pattern, scene.records, scene.facts), None)


def _sequence(patterns: Any, scene: Scene) -> Verdict:
    left, evidence = list(scene.records), list[str]()
    for pattern in patterns:
        found = next(matching(pattern, left, scene.facts), None)
        if found is None:
            return Verdict(passed=False, evidence=tuple(evidence))
        evidence.append(found.id)
        at = next(at for at, record in enumerate(left) if record is found)
        left = left[at + 1 :]
    return Verdict(passed=True, evidence=tuple(evidence))


def _count(spec: Any, scene: Scene) -> Verdict:
    found = list(matching(spec["match"], scene.records, scene.facts))
    wanted = spec["is"]
    good = fits(wanted, len(found))
    return Verdict(good, tuple(record.id for record in found[:_SHOWN]))


def _before(spec: Any, scene: Scene) -> Verdict:
    then = _first(spec["then"], scene)
    if then is None:
        return Verdict(None)
    for record in matching(spec["first"], scene.records, scene.facts):
        for other in scene.records:
            if other is record:
                return Verdict(passed=True, evidence=(record.id, then.id))
            if other is then:
                return Verdict(passed=False, evidence=(then.id, record.id))
    return Verdict(passed=False, evidence=(then.id,))


def _state(spec: Any, scene: Scene) -> Verdict:
    """Compare one node, or the whole lab, as it is at the step's end."""
    wanted = {name: resolved(value, scene.facts) for name, value in spec.items()}
    world = scene.world
    leader = world.leader()
    have: dict[str, Any] = {
        "leader": leader.sid if leader else 0,
        "epoch": leader.epoch if leader else 0,
        "serving": leader is not None,
        "servers": sum(1 for peer in world.alive() if peer.serving),
    }
    if "node" in wanted:
        sids = [sid for sid in world.peers if same(wanted["node"], sid)]
        if not sids:
            return Verdict(None)
        peer = world.peers[sids[0]]
        have = {"word": peer.word, "leader": peer.leader, "epoch": peer.epoch}
        have["serving"] = peer.serving
    good = all(
        fits(value, have.get(name)) for name, value in wanted.items() if name != "node"
    )
    last = next((r.id for r in reversed(scene.records) if not is_act(r)), "")
    return Verdict(good, (last,) if last else ())


def _joined(kind: str, forms: Any, scene: Scene) -> Verdict:
    """All of several, or any: what is unknown stays unknown unless it cannot matter."""
    verdicts = []
    for form in forms:
        ((inner, value),) = form.items()
        verdicts.append(_judge(inner, value, scene))
    decisive = kind == "any"  # one of these decides
    named = dict.fromkeys(one for v in verdicts for one in v.evidence)
    evidence = tuple(named)[:_SHOWN]
    if any(v.passed is decisive for v in verdicts):
        return Verdict(decisive, evidence)
    if any(v.passed is None for v in verdicts):
        return Verdict(None, evidence)
    return Verdict(not decisive, evidence)

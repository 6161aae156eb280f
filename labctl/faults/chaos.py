"""Chaos by a plan: the same seed and the same lab give the same plan, always."""

import random
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from labctl.errors import USAGE, LabError
from labctl.faults.active import faults
from labctl.faults.grammar import Link, apart, shown
from labctl.faults.inject import LinkFaultSpec, heal, set_links
from labctl.faults.node_faults import NodeFaultSpec, cut_power, set_node_fault
from labctl.faults.outcome import RIPPLE_S, settle
from labctl.faults.pausing import pause_nodes
from labctl.lab.follower import Follower
from labctl.lab.lab import Lab
from labctl.lab.runtime.base import DOWN, PAUSED
from labctl.story.lab_events import NodeEnded
from labctl.words.phrase import Phrase

KINDS = (
    *("kill", "crash", "pause", "partition", "cut", "hold", "delay"),
    *("disk", "clock"),
)
USUAL = tuple(kind for kind in KINDS if kind != "hold")  # it ends like a cut
_DELAYS_MS = (50, 200, 800)
_JUMPS_MS = (30_000, -30_000, 300_000)


class ChaosStep(NamedTuple):
    """One fault of a plan."""

    at_ms: int  # from the beginning
    kind: str
    nodes: tuple[int, ...]  # the nodes that it is done to
    links: tuple[Link, ...]
    detail: str
    for_ms: int


class ChaosSpec(NamedTuple):
    """What was asked for."""

    seed: int
    kinds: tuple[str, ...]
    every_ms: int
    for_ms: int
    spare: tuple[int, ...]  # never killed, paused or put on a side of its own


def kinds(words: str) -> tuple[str, ...]:
    """Return the faults that `kill,pause` names."""
    found = tuple(word.strip() for word in words.split(",") if word.strip())
    wrong = [word for word in found if word not in KINDS]
    if wrong or not found:
        facts = {"words": ", ".join(wrong) or words, "known": ",".join(KINDS)}
        raise LabError(
            Phrase("chaos.unknown", facts), Phrase("chaos.hint", facts), USAGE
        )
    return found


def some_seed() -> int:
    """Return a seed if none was named: small enough to be typed again."""
    return secrets.randbelow(100_000)


def plan(spec: ChaosSpec, sids: Sequence[int]) -> tuple[ChaosStep, ...]:
    """Return the faults, in order; nothing but the spec and the ids decides."""
    dice = random.Random(f"{spec}|{sorted(sids)}")
    targets = [sid for sid in sorted(sids) if sid not in spec.spare]
    if not targets:
        raise LabError(Phrase("chaos.nobody"), Phrase("chaos.hint-spare"), USAGE)
    steps = []
    at = spec.every_ms // 2
    while at < spec.for_ms:
        longest = min(spec.every_ms, spec.for_ms - at)
        for_ms = max(100, round(longest * dice.uniform(0.4, 0.9)))
        steps.append(_step(dice, at, for_ms, dice.choice(spec.kinds), targets, sids))
        at += spec.every_ms
    return tuple(steps)


def _step(  # noqa: PLR0913, PLR0917  (one step's parts)
    dice: random.Random,
    at: int,
    for_ms: int,
    kind: str,
    targets: Sequence[int],
    sids: Sequence[int],
) -> ChaosStep:
    victim = dice.choice(targets)
    if kind in ("kill", "crash", "pause"):
        return ChaosStep(at, kind, (victim,), (), "", for_ms)
    if kind == "disk":
        return ChaosStep(
            at, kind, (victim,), (), f"{dice.choice(_DELAYS_MS)} ms", for_ms
        )
    if kind == "clock":
        jump = dice.choice(_JUMPS_MS) // 1000
        return ChaosStep(at, kind, (victim,), (), f"{jump:+d} s", for_ms)
    if kind == "partition":
        size = dice.randint(1, min(len(targets), max(1, len(sids) // 2)))
        side = tuple(sorted(dice.sample(list(targets), size)))
        rest = tuple(sorted(set(sids) - set(side)))
        both = (side, rest)
        return ChaosStep(at, kind, side, apart(both), shown(both), for_ms)
    other = dice.choice([sid for sid in sorted(sids) if sid != victim])
    detail = f"{dice.choice(_DELAYS_MS)} ms" if kind == "delay" else ""
    return ChaosStep(at, kind, (victim,), ((victim, other),), detail, for_ms)


def document(spec: ChaosSpec, steps: Sequence[ChaosStep]) -> dict[str, Any]:
    """Return the plan as JSON has it."""
    return {
        "v": 1,
        "seed": spec.seed,
        "faults": list(spec.kinds),
        "every_ms": spec.every_ms,
        "for_ms": spec.for_ms,
        "spare": list(spec.spare),
        "steps": [step._asdict() for step in steps],
    }


def say_plan(lab: Lab, spec: ChaosSpec, steps: Sequence[ChaosStep]) -> None:
    """Say what will be done, before anything is."""
    facts = {"seed": spec.seed, "n": len(steps), "for": f"{spec.for_ms / 1000:g}"}
    lab.screen.say(Phrase("chaos.plan", facts))
    for step in steps:
        what = step.detail if step.kind == "partition" else _where(step)
        facts = {
            "at": f"{step.at_ms / 1000:6.1f}",
            "kind": f"{step.kind:<9}",
            "what": what,
            "for": f"{step.for_ms / 1000:.1f}",
        }
        lab.screen.say(Phrase("chaos.step", facts))


def run(lab: Lab, steps: Sequence[ChaosStep], for_ms: int) -> None:
    """Carry out the plan while narrating; heal everything; say how it ended."""
    with lab.watching() as watch:
        lab.given("chaos", (), lab.topology.sids)
        began, leaderless = time.monotonic(), Leaderless()
        try:
            for moment, act in _moments(lab, watch, steps):
                _until(watch, began + moment / 1000, leaderless)
                act()
            _until(watch, began + for_ms / 1000, leaderless)
        finally:
            _heal_all(lab, watch)
        settle(lab, watch, stable_s=RIPPLE_S)
        facts = {"n": len(steps), "leaderless": f"{leaderless.longest_s:.1f}"}
        lab.screen.say(Phrase("chaos.over", {**facts, "votes": watch.elections}))
    lab.conclude()


def _where(step: ChaosStep) -> str:
    """Which nodes or links a step concerns, and how."""
    whom = [f"n{a}→n{b}" for a, b in step.links] or [f"n{sid}" for sid in step.nodes]
    return " ".join((*whom, step.detail)).strip()


class Leaderless:
    """How long nobody led: the longest stretch."""

    def __init__(self) -> None:
        """Nothing has been seen yet."""
        self.since: float | None = None
        self.longest_s = 0.0

    def look(self, *, leader: bool) -> None:
        """Take note whether somebody leads now."""
        now = time.monotonic()
        if leader:
            self.since = None
            return
        self.since = now if self.since is None else self.since
        self.longest_s = max(self.longest_s, now - self.since)


def _until(watch: Follower, moment: float, leaderless: Leaderless) -> None:
    def come(world: Any) -> bool:
        leaderless.look(leader=world.leader() is not None)
        return time.monotonic() >= moment

    watch.until(come, max(0.0, moment - time.monotonic()) + 1.0)


def _moments(
    lab: Lab, watch: Follower, steps: Sequence[ChaosStep]
) -> list[tuple[int, Callable[[], None]]]:
    """Return what is to be done when: each fault, and what does not end by itself."""
    found: list[tuple[int, Callable[[], None]]] = []
    for step in steps:
        found.append((step.at_ms, lambda step=step: _do(lab, watch, step)))  # type: ignore[misc]
        if step.kind in _ENDS:
            end = step.at_ms + step.for_ms
            found.append((end, lambda step=step: _ENDS[step.kind](lab, watch, step)))  # type: ignore[misc]
    return sorted(found, key=lambda one: one[0])


def _do(lab: Lab, watch: Follower, step: ChaosStep) -> None:
    up = [s for s in step.nodes if lab.runtime.run(s).condition not in (DOWN, PAUSED)]
    if step.kind == "kill":
        for sid in up:
            watch.ends(sid)
            watch.note(sid, Phrase("NodeEnded.killed"))
            lab.did(NodeEnded(sid, "killed"))
            lab.runtime.kill(sid)
            watch.fell(sid)
    elif step.kind == "crash":
        for sid in cut_power(lab, watch, up, torn=False):
            watch.fell(sid)
    elif step.kind == "pause":
        pause_nodes(lab, up, step.for_ms)
        for sid in up:
            watch.note(sid, Phrase("NodePaused"), Phrase("NodePaused.why"))
            watch.set_paused(sid, paused=True)
    elif step.kind in ("disk", "clock"):
        _set_node_fault(lab, watch, step, up)
    else:
        _set_link_fault(lab, watch, step)


def _set_node_fault(
    lab: Lab, watch: Follower, step: ChaosStep, up: Sequence[int]
) -> None:
    """Make a disk slow, or a wall clock wrong."""
    number = int(step.detail.split()[0])
    fault = (
        NodeFaultSpec("disk", "fsync-delay", number, step.for_ms)
        if step.kind == "disk"
        else NodeFaultSpec("clock", "clock", number * 1000, step.for_ms)
    )
    if up:
        _say_done(watch, set_node_fault(lab, up, fault), step, _where(step))


def _set_link_fault(lab: Lab, watch: Follower, step: ChaosStep) -> None:
    """Cut, hold or delay links."""
    late = int(step.detail.split()[0]) if step.kind == "delay" else 0
    action = "cut" if step.kind == "partition" else step.kind
    wanted = LinkFaultSpec(step.kind, step.links, action, step.detail, step.for_ms)
    fault = set_links(lab, wanted._replace(delay_ms=late))
    where = step.detail if step.kind == "partition" else _where(step)
    _say_done(watch, fault.id, step, where)


def _say_done(watch: Follower, fault: str, step: ChaosStep, where: str) -> None:
    facts = {"fault": fault, "kind": step.kind, "where": where}
    watch.note(0, Phrase("chaos.does", facts))


def _restart(lab: Lab, watch: Follower, step: ChaosStep) -> None:
    for sid in step.nodes:
        if lab.runtime.run(sid).condition == DOWN:
            lab.runtime.start(sid)
            watch.starts(sid)


def _resumed(lab: Lab, watch: Follower, step: ChaosStep) -> None:
    end = time.monotonic() + 2.0
    for sid in step.nodes:
        watch.until(
            lambda _world, sid=sid: lab.runtime.run(sid).condition != PAUSED,  # type: ignore[misc]
            max(0.1, end - time.monotonic()),
        )
        watch.set_paused(sid, paused=False)
        watch.note(sid, Phrase("NodeResumed"), Phrase("NodeResumed.alone"))


_ENDS: Mapping[str, Callable[[Lab, Follower, ChaosStep], None]] = {
    "kill": _restart,
    "crash": _restart,
    "pause": _resumed,
}


def _heal_all(lab: Lab, watch: Follower) -> None:
    """Heal all, resume all, start all."""
    watch.note(0, Phrase("chaos.heals"))
    heal(lab, [fault.id for fault in faults(lab)])
    for sid in lab.topology.sids:
        watch.set_paused(sid, paused=False)
        if lab.runtime.run(sid).condition == DOWN:
            lab.runtime.start(sid)
            watch.starts(sid)

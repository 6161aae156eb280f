"""Chaos by a plan: the same seed and the same lab give the same plan, always."""

import random
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from labctl.errors import USAGE, LabError
from labctl.faults.body import Ill, cut_power, set_ill
from labctl.faults.freezing import freeze
from labctl.faults.grammar import Link, apart, shown
from labctl.faults.register import faults
from labctl.faults.setting import Wanted, heal, set_links
from labctl.faults.telling import RIPPLE_S, settle
from labctl.lab import Lab
from labctl.recording.happened import NodeEnded
from labctl.runtime.base import DOWN, PAUSED
from labctl.watch import Watch
from labctl.words.phrase import Phrase

KINDS = (
    *("kill", "crash", "pause", "partition", "cut", "hold", "delay"),
    *("disk", "clock"),
)
USUAL = tuple(kind for kind in KINDS if kind != "hold")  # it ends like a cut
_DELAYS_MS = (50, 200, 800)
_JUMPS_MS = (30_000, -30_000, 300_000)


class Step(NamedTuple):
    """One fault of a plan."""

    at_ms: int  # from the beginning
    kind: str
    nodes: tuple[int, ...]  # whom it is done to
    links: tuple[Link, ...]
    detail: str
    for_ms: int


class Wish(NamedTuple):
    """What was asked for."""

    seed: int
    kinds: tuple[str, ...]
    every_ms: int
    for_ms: int
    spare: tuple[int, ...]  # never killed, frozen or put on a side of its own


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
    """Return a seed for who named none: small enough to be typed again."""
    return secrets.randbelow(100_000)


def plan(wish: Wish, sids: Sequence[int]) -> tuple[Step, ...]:
    """Return the faults, in order; nothing but the wish and the ids decides."""
    dice = random.Random(f"{wish}|{sorted(sids)}")
    prey = [sid for sid in sorted(sids) if sid not in wish.spare]
    if not prey:
        raise LabError(Phrase("chaos.nobody"), Phrase("chaos.hint-spare"), USAGE)
    steps = []
    at = wish.every_ms // 2
    while at < wish.for_ms:
        longest = min(wish.every_ms, wish.for_ms - at)
        for_ms = max(100, round(longest * dice.uniform(0.4, 0.9)))
        steps.append(_step(dice, at, for_ms, dice.choice(wish.kinds), prey, sids))
        at += wish.every_ms
    return tuple(steps)


def _step(  # noqa: PLR0913, PLR0917  (one step's parts)
    dice: random.Random,
    at: int,
    for_ms: int,
    kind: str,
    prey: Sequence[int],
    sids: Sequence[int],
) -> Step:
    victim = dice.choice(prey)
    if kind in ("kill", "crash", "pause"):
        return Step(at, kind, (victim,), (), "", for_ms)
    if kind == "disk":
        return Step(at, kind, (victim,), (), f"{dice.choice(_DELAYS_MS)} ms", for_ms)
    if kind == "clock":
        jump = dice.choice(_JUMPS_MS) // 1000
        return Step(at, kind, (victim,), (), f"{jump:+d} s", for_ms)
    if kind == "partition":
        size = dice.randint(1, min(len(prey), max(1, len(sids) // 2)))
        side = tuple(sorted(dice.sample(list(prey), size)))
        rest = tuple(sorted(set(sids) - set(side)))
        both = (side, rest)
        return Step(at, kind, side, apart(both), shown(both), for_ms)
    other = dice.choice([sid for sid in sorted(sids) if sid != victim])
    detail = f"{dice.choice(_DELAYS_MS)} ms" if kind == "delay" else ""
    return Step(at, kind, (victim,), ((victim, other),), detail, for_ms)


def document(wish: Wish, steps: Sequence[Step]) -> dict[str, Any]:
    """Return the plan as JSON has it."""
    return {
        "v": 1,
        "seed": wish.seed,
        "faults": list(wish.kinds),
        "every_ms": wish.every_ms,
        "for_ms": wish.for_ms,
        "spare": list(wish.spare),
        "steps": [step._asdict() for step in steps],
    }


def say_plan(lab: Lab, wish: Wish, steps: Sequence[Step]) -> None:
    """Say what will be done, before anything is."""
    facts = {"seed": wish.seed, "n": len(steps), "for": f"{wish.for_ms / 1000:g}"}
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


def run(lab: Lab, steps: Sequence[Step], for_ms: int) -> None:
    """Do the plan while telling the story; mend everything; say how it ended."""
    with lab.watching() as watch:
        lab.given("chaos", (), lab.topology.sids)
        began, mute = time.monotonic(), Mute()
        try:
            for moment, act in _moments(lab, watch, steps):
                _until(watch, began + moment / 1000, mute)
                act()
            _until(watch, began + for_ms / 1000, mute)
        finally:
            _mend(lab, watch)
        settle(lab, watch, stable_s=RIPPLE_S)
        facts = {"n": len(steps), "mute": f"{mute.longest_s:.1f}"}
        lab.screen.say(Phrase("chaos.over", {**facts, "votes": watch.elections}))
    lab.conclude()


def _where(step: Step) -> str:
    """Whom a step strikes, and how."""
    whom = [f"n{a}→n{b}" for a, b in step.links] or [f"n{sid}" for sid in step.nodes]
    return " ".join((*whom, step.detail)).strip()


class Mute:
    """How long nobody led: the longest stretch."""

    def __init__(self) -> None:
        """Nobody has looked yet."""
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


def _until(watch: Watch, moment: float, mute: Mute) -> None:
    def come(world: Any) -> bool:
        mute.look(leader=world.leader() is not None)
        return time.monotonic() >= moment

    watch.until(come, max(0.0, moment - time.monotonic()) + 1.0)


def _moments(
    lab: Lab, watch: Watch, steps: Sequence[Step]
) -> list[tuple[int, Callable[[], None]]]:
    """Return what is to be done when: each fault, and what does not end by itself."""
    found: list[tuple[int, Callable[[], None]]] = []
    for step in steps:
        found.append((step.at_ms, lambda step=step: _do(lab, watch, step)))  # type: ignore[misc]
        if step.kind in _ENDS:
            end = step.at_ms + step.for_ms
            found.append((end, lambda step=step: _ENDS[step.kind](lab, watch, step)))  # type: ignore[misc]
    return sorted(found, key=lambda one: one[0])


def _do(lab: Lab, watch: Watch, step: Step) -> None:
    up = [s for s in step.nodes if lab.runtime.run(s).condition not in (DOWN, PAUSED)]
    if step.kind == "kill":
        for sid in up:
            watch.ends(sid)
            watch.note(sid, Phrase("killed"))
            lab.did(NodeEnded(sid, "killed"))
            lab.runtime.kill(sid)
            watch.fell(sid)
    elif step.kind == "crash":
        for sid in cut_power(lab, watch, up, torn=False):
            watch.fell(sid)
    elif step.kind == "pause":
        freeze(lab, up, step.for_ms)
        for sid in up:
            watch.note(sid, Phrase("paused"), Phrase("paused.why"))
            watch.froze(sid, paused=True)
    elif step.kind in ("disk", "clock"):
        _sicken(lab, watch, step, up)
    else:
        _disturb(lab, watch, step)


def _sicken(lab: Lab, watch: Watch, step: Step, up: Sequence[int]) -> None:
    """Make a disk slow, or a wall clock wrong."""
    number = int(step.detail.split()[0])
    ill = (
        Ill("disk", "fsync-delay", number, step.for_ms)
        if step.kind == "disk"
        else Ill("clock", "clock", number * 1000, step.for_ms)
    )
    if up:
        _say_done(watch, set_ill(lab, up, ill), step, _where(step))


def _disturb(lab: Lab, watch: Watch, step: Step) -> None:
    """Trouble links: cut, hold or delay what they carry."""
    late = int(step.detail.split()[0]) if step.kind == "delay" else 0
    action = "cut" if step.kind == "partition" else step.kind
    wanted = Wanted(step.kind, step.links, action, step.detail, step.for_ms)
    fault = set_links(lab, wanted._replace(delay_ms=late))
    where = step.detail if step.kind == "partition" else _where(step)
    _say_done(watch, fault.id, step, where)


def _say_done(watch: Watch, fault: str, step: Step, where: str) -> None:
    facts = {"fault": fault, "kind": step.kind, "where": where}
    watch.note(0, Phrase("chaos.does", facts))


def _restart(lab: Lab, watch: Watch, step: Step) -> None:
    for sid in step.nodes:
        if lab.runtime.run(sid).condition == DOWN:
            lab.runtime.start(sid)
            watch.starts(sid)


def _thawed(lab: Lab, watch: Watch, step: Step) -> None:
    end = time.monotonic() + 2.0
    for sid in step.nodes:
        watch.until(
            lambda _world, sid=sid: lab.runtime.run(sid).condition != PAUSED,  # type: ignore[misc]
            max(0.1, end - time.monotonic()),
        )
        watch.froze(sid, paused=False)
        watch.note(sid, Phrase("resumed"), Phrase("resumed.alone"))


_ENDS: Mapping[str, Callable[[Lab, Watch, Step], None]] = {
    "kill": _restart,
    "crash": _restart,
    "pause": _thawed,
}


def _mend(lab: Lab, watch: Watch) -> None:
    """Heal all, thaw all, start all."""
    watch.note(0, Phrase("chaos.mends"))
    heal(lab, [fault.id for fault in faults(lab)])
    for sid in lab.topology.sids:
        watch.froze(sid, paused=False)
        if lab.runtime.run(sid).condition == DOWN:
            lab.runtime.start(sid)
            watch.starts(sid)

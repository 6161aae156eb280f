"""Tell what a fault leads to until things settle: who noticed, when, by which rule."""

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

from labctl.errors import TIMED_OUT, LabError
from labctl.faults import hand
from labctl.faults.register import blocked, rows
from labctl.lab import Lab
from labctl.narrator.settle import (
    Barred,
    fingerprint,
    islands,
    reign,
    settled,
)
from labctl.narrator.world import LEADING, World
from labctl.runtime.base import DOWN
from labctl.view import View, verdict, world_of
from labctl.watch import Watch
from labctl.words.phrase import Phrase, known_or
from node import events

SETTLE_LIMIT_S = 40.0
RIPPLE_S = 1.5  # freed connections that were given up meanwhile end first


def never() -> bool:
    """Return whether what has no end is over."""
    return False


class Rest:
    """Whether a lab is at rest while some links are barred."""

    def __init__(self, lab: Lab, watch: Watch) -> None:
        """Ask the nodes what is barred now."""
        self.barred: Barred = blocked(rows(lab))
        self.crooked = islands(watch.world, self.barred) is None
        patience = lab.topology.sync_limit_s
        # Whoever can notice has noticed after syncLimit; one tick more for the rest.
        self.stable_s = patience * 1.2 + 1.0 if self.crooked else 0.0
        self.limit_s = SETTLE_LIMIT_S + patience + self.stable_s
        self.seen: object = None

    def __call__(self, world: World) -> bool:
        """Return whether nothing more will happen, or nothing changed since last."""
        if not settled(world, self.barred):
            return False
        if not self.crooked:
            return True
        before, self.seen = self.seen, fingerprint(world)
        return before == self.seen


class Notices:
    """Who noticed a fault, gathered from what the nodes say meanwhile."""

    def __init__(self, watch: Watch) -> None:
        """Listen from now on."""
        self.watch = watch
        self.since_ms = time.time() * 1000
        self.first: dict[int, events.Record] = {}
        watch.heard = self.take

    def take(self, record: events.Record) -> None:
        """Keep the first loss that each node speaks of."""
        if isinstance(
            record.event, events.LeaderLost | events.LearnerLost | events.LeadershipLost
        ):
            self.first.setdefault(record.node, record)

    def say(self, lab: Lab) -> None:
        """Tell who noticed, after how long, by which rule; not those who ended."""
        patience = lab.topology.sync_limit_s
        for sid, record in sorted(self.first.items(), key=lambda one: one[1].at_ms):
            if lab.runtime.run(sid).condition == DOWN:
                continue
            after = max(0.0, record.at_ms - self.since_ms) / 1000
            rule = _rule(record.event, patience)
            facts = {"sid": sid, "after": f"{after:.1f}", "rule": rule}
            lab.screen.say(Phrase("noticed", facts))


def _rule(event: Any, patience: float) -> Phrase:
    facts: dict[str, object] = {"limit": f"{patience:g}"}
    if isinstance(event, events.LeadershipLost):
        facts |= {"have": len(event.synced), "need": event.need}
        return known_or(f"rule.{event.why}", event.why, facts)
    facts["peer"] = event.leader if isinstance(event, events.LeaderLost) else event.sid
    return known_or(f"rule.{event.why}", event.why, facts)


def reacquaint(lab: Lab, watch: Watch, sids: Sequence[int]) -> None:
    """Ask thawed nodes how they are: what they do not know yet, events will tell."""
    end = time.monotonic() + 5.0
    while time.monotonic() < end:
        views = lab.look()
        if all(v.answer or not v.up for v in views if v.node.sid in sids):
            watch.world = world_of(lab.topology, views)
            _tell_zombies(watch)
            return
        watch.until(lambda _world: True, 0.2)


def _tell_zombies(watch: Watch) -> None:
    """Say so if a node that slept believes that it leads, and another really does."""
    leader = watch.world.leader()
    for peer in watch.world.alive():
        if leader is not None and peer.state == LEADING and peer.epoch < leader.epoch:
            facts = {"epoch": peer.epoch, "new": leader.sid, "new_epoch": leader.epoch}
            watch.note(peer.sid, Phrase("zombie", facts), Phrase("zombie.why", facts))


def settle(
    lab: Lab,
    watch: Watch,
    *,
    stable_s: float = 0.0,
    over: Callable[[], bool] = never,
) -> bool:
    """Tell the story until nothing more will happen, or the fault is over.

    Returns whether it came to rest; LabError when it does neither in time, except
    in a crooked network, of which that is said.
    """
    if hand.stepping(lab):
        hand.calm(watch)
        lab.screen.say(Phrase("step.stands", {"lab": lab.suffix}))
        return True
    rest = Rest(lab, watch)
    still = max(stable_s, rest.stable_s)
    ended, since = False, math.inf  # since when it is at rest

    def done(world: World) -> bool:
        nonlocal ended, since
        ended = ended or over()
        now = time.monotonic()
        since = min(since, now) if rest(world) else math.inf
        return ended or now - since >= still

    if watch.until(done, rest.limit_s):
        return not ended
    if rest.crooked:
        lab.screen.say(Phrase("settle.never", {"limit": int(rest.limit_s)}))
        return False
    lab.conclude()
    facts = {"limit": int(rest.limit_s)}
    hint = Phrase("settle.slow.hint", {"lab": lab.suffix})
    raise LabError(Phrase("settle.slow", facts), hint, TIMED_OUT)


def say_sides(lab: Lab, watch: Watch) -> None:
    """Say how each side of a broken network has ended; nothing if it is whole."""
    barred = blocked(rows(lab))
    parts = islands(watch.world, barred)
    if parts is None:
        _say_crooked(lab, watch.world)
        return
    for part in parts if len(parts) > 1 else ():
        peers = [watch.world.peers[sid] for sid in part]
        leader = reign(watch.world, part)
        facts = {
            "part": part,
            "have": len([peer for peer in peers if peer.voter]),
            "need": watch.world.need,
            "voters": len(watch.world.voters),
            "leader": leader.sid if leader else 0,
            "epoch": leader.epoch if leader else 0,
        }
        lab.screen.say(Phrase("side.reigns" if leader else "side.mute", facts))


def say_leader(lab: Lab, watch: Watch, before: Sequence[View]) -> None:
    """Say whether somebody else leads now."""
    was, now = verdict(before), watch.world.leader()
    if now is None or not was.leader or (was.leader, was.epoch) == (now.sid, now.epoch):
        return
    facts = {"old": was.leader, "new": now.sid}
    facts |= {"old_epoch": was.epoch, "epoch": now.epoch}
    key = "outcome.again" if was.leader == now.sid else "outcome.new"
    lab.screen.say(Phrase(key, facts))


def _say_crooked(lab: Lab, world: World) -> None:
    leader = world.leader()
    alive = [peer.sid for peer in world.alive()]
    if leader is None:
        lab.screen.say(Phrase("crooked.none", {"nodes": tuple(alive)}))
        return
    court = [p.sid for p in world.alive() if p.serving and p.leader == leader.sid]
    facts = {
        "leader": leader.sid,
        "epoch": leader.epoch,
        "court": tuple(sid for sid in court if sid != leader.sid),
        "out": tuple(sid for sid in alive if sid not in court),
    }
    lab.screen.say(Phrase("crooked.reigns", facts))
    if facts["out"]:
        lab.screen.say(Phrase("crooked.out", facts))

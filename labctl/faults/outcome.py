"""Narrate what a fault leads to until things settle: who noticed, when, why."""

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

from labctl.errors import TIMED_OUT, LabError
from labctl.faults import stepping
from labctl.lab.follower import Follower, world_of
from labctl.lab.lab import Lab
from labctl.lab.runtime.base import DOWN
from labctl.lab.status import LabVerdict
from labctl.story.settled import FREE, Blocked, fingerprint, islands, leader_of, settled
from labctl.story.states import LEADING
from labctl.story.world import LabWorld, Peer
from labctl.words.phrase import Phrase, known_or
from node import events

SETTLE_LIMIT_S = 40.0
RIPPLE_S = 1.5  # freed connections that were given up meanwhile end first


def never() -> bool:
    """Return False: a fault without an end is never over."""
    return False


class Rest:
    """Whether a lab is at rest while some links are blocked."""

    def __init__(self, lab: Lab, world: LabWorld, blocked_links: Blocked) -> None:
        """Know what is blocked now."""
        self.blocked = blocked_links
        self.partial = islands(world, blocked_links) is None
        patience = lab.topology.sync_limit_s
        # Whoever can notice has noticed after syncLimit; one tick more for the rest.
        self.stable_s = patience * 1.2 + 1.0 if self.partial else 0.0
        self.limit_s = SETTLE_LIMIT_S + patience + self.stable_s
        self.seen: object = None

    def __call__(self, world: LabWorld) -> bool:
        """Return whether nothing more will happen, or nothing changed since last."""
        if not settled(world, self.blocked):
            return False
        if not self.partial:
            return True
        before, self.seen = self.seen, fingerprint(world)
        return before == self.seen


class Notices:
    """Who noticed a fault, gathered from what the nodes say meanwhile."""

    def __init__(self, watch: Follower) -> None:
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
        """Say who noticed, after how long, by which rule; not those who ended."""
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


def reacquaint(lab: Lab, watch: Follower, sids: Sequence[int]) -> None:
    """Ask resumed nodes for their state; what they learn later comes as events."""
    end = time.monotonic() + 5.0
    while time.monotonic() < end:
        views = lab.look()
        if all(v.answer or not v.up for v in views if v.node.sid in sids):
            watch.world = world_of(lab.topology, views)
            _report_zombies(watch)
            return
        watch.until(lambda _world: True, 0.2)


def _report_zombies(watch: Follower) -> None:
    """Say so if a resumed node believes that it leads while another does."""
    leader = watch.world.leader()
    for peer in watch.world.alive():
        if leader is not None and peer.state == LEADING and peer.epoch < leader.epoch:
            facts = {"epoch": peer.epoch, "new": leader.sid, "new_epoch": leader.epoch}
            watch.note(peer.sid, Phrase("zombie", facts), Phrase("zombie.why", facts))


def settle(
    lab: Lab,
    watch: Follower,
    blocked_links: Blocked = FREE,
    *,
    stable_s: float = 0.0,
    over: Callable[[], bool] = never,
) -> bool:
    """Narrate until nothing more will happen, or the fault is over.

    Returns whether it came to rest; LabError when it does neither in time, except
    in a partial partition, of which that is said.
    """
    rest = Rest(lab, watch.world, blocked_links)
    still = max(stable_s, rest.stable_s)
    ended, since = False, math.inf  # since when it is at rest

    def done(world: LabWorld) -> bool:
        nonlocal ended, since
        ended = ended or over()
        now = time.monotonic()
        since = min(since, now) if rest(world) else math.inf
        return ended or now - since >= still

    if watch.until(done, rest.limit_s):
        return not ended
    if rest.partial:
        lab.screen.say(Phrase("settle.never", {"limit": int(rest.limit_s)}))
        return False
    lab.conclude()
    facts = {"limit": int(rest.limit_s)}
    hint = Phrase("settle.slow.hint", {"lab": lab.suffix})
    raise LabError(Phrase("settle.slow", facts), hint, TIMED_OUT)


def by_hand(lab: Lab, watch: Follower) -> bool:
    """In step mode nothing settles by itself: narrate what comes, and say so."""
    if not stepping.stepping(lab):
        return False
    stepping.calm(watch)
    lab.screen.say(Phrase("step.stands", {"lab": lab.suffix}))
    return True


def say_sides(lab: Lab, world: LabWorld, blocked_links: Blocked) -> None:
    """Say how each side of a broken network has ended; nothing if it is whole."""
    parts = islands(world, blocked_links)
    if parts is None:
        _say_partial(lab, world)
        return
    for part in parts if len(parts) > 1 else ():
        peers = [world.peers[sid] for sid in part]
        leader = leader_of(world, part)
        facts = {
            "part": part,
            "have": len([peer for peer in peers if peer.voter]),
            "need": world.need,
            "voters": len(world.voters),
            "leader": leader.sid if leader else 0,
            "epoch": leader.epoch if leader else 0,
        }
        lab.screen.say(Phrase("side.leads" if leader else "side.mute", facts))


def say_outcome(lab: Lab, watch: Follower, before: LabVerdict, *, always: bool) -> None:
    """Say who leads now: another, none, or the same and why there was no election.

    Without `always` only a change from one leader to another is worth a line.
    """
    now = watch.world.leader()
    changed = now is not None and (before.leader, before.epoch) != (now.sid, now.epoch)
    if not always and not (changed and before.leader):
        return
    facts = {
        "old": before.leader,
        "new": now.sid if now else 0,
        "old_epoch": before.epoch,
        "epoch": now.epoch if now else 0,
        "have": len([p for p in watch.world.alive() if p.voter]),
        "need": watch.world.need,
        "voters": len(watch.world.voters),
    }
    lab.screen.say(Phrase(f"outcome.{_outcome(watch, before, now)}", facts))


def _outcome(watch: Follower, before: LabVerdict, now: Peer | None) -> str:
    if now is None:
        return "none"
    if (before.leader, before.epoch) == (now.sid, now.epoch):
        return "same" if watch.elections == 0 else "same-joined"
    if not before.leader:
        return "first"
    return "again" if before.leader == now.sid else "new"


def _say_partial(lab: Lab, world: LabWorld) -> None:
    leader = world.leader()
    alive = [peer.sid for peer in world.alive()]
    if leader is None:
        lab.screen.say(Phrase("partial.none", {"nodes": tuple(alive)}))
        return
    followers = [p.sid for p in world.alive() if p.serving and p.leader == leader.sid]
    facts = {
        "leader": leader.sid,
        "epoch": leader.epoch,
        "followers": tuple(sid for sid in followers if sid != leader.sid),
        "out": tuple(sid for sid in alive if sid not in followers),
    }
    lab.screen.say(Phrase("partial.leads", facts))
    if facts["out"]:
        lab.screen.say(Phrase("partial.out", facts))

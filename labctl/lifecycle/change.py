"""Stop, kill, pause, resume, start again: act, narrate until it settles, conclude."""

from collections.abc import Sequence

from labctl.faults.active import blocked_links
from labctl.faults.node_faults import cut_power
from labctl.faults.outcome import (
    RIPPLE_S,
    Notices,
    by_hand,
    reacquaint,
    say_outcome,
    say_sides,
    settle,
)
from labctl.faults.pausing import NO_PAUSE, Pause, pause_nodes, resume_node
from labctl.lab.follower import Follower
from labctl.lab.lab import Lab
from labctl.lab.runtime.base import DOWN, PAUSED
from labctl.lab.selectors import select
from labctl.lab.status import NodeView, candidates, verdict
from labctl.lifecycle.start import bring
from labctl.story.lab_events import NodeEnded
from labctl.story.settled import Blocked
from labctl.words.phrase import Phrase

STOP_LIMIT_S = 10.0  # then SIGTERM becomes SIGKILL


def kill(lab: Lab, targets: Sequence[str]) -> None:
    """End nodes with SIGKILL; what they wrote stays in the cache of the system."""
    _end(lab, targets, gently=False)


def crash(lab: Lab, targets: Sequence[str], *, torn: bool) -> None:
    """Cut the power of nodes: what no fsync covered is lost."""
    with lab.watching() as watch:
        before = watch.before
        chosen = _chosen(lab, "crash", targets, before)
        notices = Notices(watch)
        living = cut_power(lab, watch, chosen, torn=torn)
        _gone(lab, watch, living)
        for sid in living:
            watch.fell(sid)
        _settle(lab, notices, before)


def stop(lab: Lab, targets: Sequence[str]) -> None:
    """End nodes in order; their data stays."""
    _end(lab, targets, gently=True)


def pause(lab: Lab, targets: Sequence[str], for_ms: int = 0) -> None:
    """Pause nodes, perhaps for a time; say who notices, and after how long."""
    with lab.watching() as watch:
        before = watch.before
        chosen = _chosen(lab, "pause", targets, before)
        notices = Notices(watch)
        awake = []
        for sid in chosen:
            if lab.runtime.run(sid).condition in (DOWN, PAUSED):
                watch.note(sid, Phrase("already", {"sid": sid}))
                continue
            awake.append(sid)
            watch.note(sid, Phrase("NodePaused"), Phrase("NodePaused.why"))
        paused = pause_nodes(lab, awake, for_ms)
        for sid in awake:
            watch.set_paused(sid, paused=True)
        _settle(lab, notices, before, paused=paused)


def resume(lab: Lab, targets: Sequence[str]) -> None:
    """Resume nodes."""
    with lab.watching() as watch:
        before = watch.before
        chosen = _chosen(lab, "resume", targets, before)
        notices = Notices(watch)
        for sid in chosen:
            if lab.runtime.run(sid).condition != PAUSED:
                watch.note(sid, Phrase("already", {"sid": sid}))
                continue
            watch.note(sid, Phrase("NodeResumed"), Phrase("NodeResumed.why"))
            resume_node(lab, sid)
            watch.set_paused(sid, paused=False)
        reacquaint(lab, watch, chosen)
        _settle(lab, notices, before, stable_s=1.5)


def start(lab: Lab, targets: Sequence[str], *, together: bool) -> None:
    """Start nodes that are down, in order."""
    with lab.watching() as watch:
        before = watch.before
        words = ("--together",) if together else ()
        chosen = _chosen(lab, "start", targets, before, words)
        _start_down(lab, watch, chosen, together=together)
        lab.changed()
        say_outcome(lab, watch, verdict(before), always=True)
    lab.conclude()


def restart(lab: Lab, targets: Sequence[str]) -> None:
    """Stop nodes in order, then start them again."""
    with lab.watching() as watch:
        before = watch.before
        chosen = _chosen(lab, "restart", targets, before)
        _finish(lab, watch, chosen, gently=True)
        if not by_hand(lab, watch):
            settle(lab, watch, blocked_links(lab))
        _start_down(lab, watch, chosen, together=False)
        say_outcome(lab, watch, verdict(before), always=True)
    lab.conclude()


def _end(lab: Lab, targets: Sequence[str], *, gently: bool) -> None:
    with lab.watching() as watch:
        before = watch.before
        chosen = _chosen(lab, "stop" if gently else "kill", targets, before)
        notices = Notices(watch)
        _finish(lab, watch, chosen, gently=gently)
        _settle(lab, notices, before)


def _chosen(
    lab: Lab,
    verb: str,
    targets: Sequence[str],
    views: Sequence[NodeView],
    words: Sequence[str] = (),
) -> tuple[int, ...]:
    """Resolve the targets once, and say what they were resolved to."""
    chosen = select(targets, candidates(views))
    states = {view.node.sid: view.state for view in views}
    for sid in chosen:
        facts = {"sid": sid, "state": Phrase(f"is.{states[sid]}")}
        lab.screen.say(Phrase("target.is", facts))
    lab.given(verb, [*targets, *words], chosen)
    return chosen


def _start_down(
    lab: Lab, watch: Follower, chosen: Sequence[int], *, together: bool
) -> None:
    down = [sid for sid in chosen if lab.runtime.run(sid).condition == DOWN]
    for sid in chosen:
        if sid not in down:
            watch.note(sid, Phrase("already", {"sid": sid}))
    bring(lab, watch, down, together=together)


def _finish(lab: Lab, watch: Follower, chosen: Sequence[int], *, gently: bool) -> None:
    """End the processes and wait until they are gone."""
    running = [sid for sid in chosen if lab.runtime.run(sid).condition != DOWN]
    for sid in chosen:
        if sid not in running:
            watch.note(sid, Phrase("already", {"sid": sid}))
    for sid in running:
        watch.ends(sid)
        watch.note(
            sid, Phrase("NodeEnded.terminating" if gently else "NodeEnded.killed")
        )
        lab.did(NodeEnded(sid, "terminated" if gently else "killed"))
        (lab.runtime.terminate if gently else lab.runtime.kill)(sid)
    if not _gone(lab, watch, running):
        for sid in running:
            if lab.runtime.run(sid).condition != DOWN:
                watch.note(sid, Phrase("stop.slow", {"limit": int(STOP_LIMIT_S)}))
                lab.runtime.kill(sid)
        _gone(lab, watch, running)
    for sid in running:
        watch.fell(sid)


def _gone(lab: Lab, watch: Follower, sids: Sequence[int]) -> bool:
    return watch.until(
        lambda _world: all(lab.runtime.run(sid).condition == DOWN for sid in sids),
        STOP_LIMIT_S,
    )


def _settle(
    lab: Lab,
    notices: Notices,
    before: Sequence[NodeView],
    *,
    stable_s: float = 0.0,
    paused: Pause = NO_PAUSE,
) -> None:
    """Narrate until nothing more will happen; then the outcome."""
    lab.changed()
    watch = notices.watch
    if by_hand(lab, watch):
        return
    links = blocked_links(lab)
    if not settle(lab, watch, links, stable_s=stable_s, over=paused.over):
        links = _after_the_pause(lab, watch, paused, links)
    notices.say(lab)
    paused.say(lab)
    say_outcome(lab, watch, verdict(before), always=True)
    say_sides(lab, watch.world, links)
    lab.conclude()


def _after_the_pause(
    lab: Lab, watch: Follower, paused: Pause, links: Blocked
) -> Blocked:
    """If a timed pause is over, narrate what that leads to; return what is blocked."""
    if not paused.over():
        return links
    for sid in paused.sids:
        watch.note(sid, Phrase("NodeResumed"), Phrase("NodeResumed.alone"))
        watch.set_paused(sid, paused=False)
    reacquaint(lab, watch, paused.sids)
    links = blocked_links(lab)
    settle(lab, watch, links, stable_s=RIPPLE_S)
    return links

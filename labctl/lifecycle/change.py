"""Stop, kill, pause, resume, start again: act, tell until it settles, conclude."""

from collections.abc import Sequence

from labctl.bring import bring
from labctl.faults.body import cut_power
from labctl.faults.freezing import MILD, Frost, freeze, thaw
from labctl.faults.hand import calm, stepping
from labctl.faults.telling import RIPPLE_S, Notices, reacquaint, say_sides, settle
from labctl.lab import Lab
from labctl.recording.happened import NodeEnded
from labctl.runtime.base import DOWN, PAUSED
from labctl.selectors import select
from labctl.view import View, candidates, verdict
from labctl.watch import Watch
from labctl.words.phrase import Phrase

STOP_LIMIT_S = 10.0  # then SIGTERM becomes SIGKILL


def kill(lab: Lab, targets: Sequence[str]) -> None:
    """End nodes as a power cut would."""
    _end(lab, targets, gently=False)


def crash(lab: Lab, targets: Sequence[str], *, torn: bool) -> None:
    """Cut the power of nodes: what no fsync covered is gone with them."""
    before = lab.look()
    chosen = _chosen(lab, "crash", targets, before)
    with lab.watching() as watch:
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
    """Freeze nodes, perhaps for a time; tell who notices, and after how long."""
    before = lab.look()
    chosen = _chosen(lab, "pause", targets, before)
    with lab.watching() as watch:
        notices = Notices(watch)
        awake = []
        for sid in chosen:
            if lab.runtime.run(sid).condition in (DOWN, PAUSED):
                watch.note(sid, Phrase("already", {"sid": sid}))
                continue
            awake.append(sid)
            watch.note(sid, Phrase("paused"), Phrase("paused.why"))
        frost = freeze(lab, awake, for_ms)
        for sid in awake:
            watch.froze(sid, paused=True)
        _settle(lab, notices, before, frost=frost)


def resume(lab: Lab, targets: Sequence[str]) -> None:
    """Thaw nodes."""
    before = lab.look()
    chosen = _chosen(lab, "resume", targets, before)
    with lab.watching() as watch:
        notices = Notices(watch)
        for sid in chosen:
            if lab.runtime.run(sid).condition != PAUSED:
                watch.note(sid, Phrase("already", {"sid": sid}))
                continue
            watch.note(sid, Phrase("resumed"), Phrase("resumed.why"))
            thaw(lab, sid)
            watch.froze(sid, paused=False)
        reacquaint(lab, watch, chosen)
        _settle(lab, notices, before, stable_s=1.5)


def start(lab: Lab, targets: Sequence[str], *, together: bool) -> None:
    """Start nodes that are down, in order."""
    before = lab.look()
    chosen = _chosen(lab, "start", targets, before)
    with lab.watching() as watch:
        _start_down(lab, watch, chosen, together=together)
        _told(lab, watch, before)
    lab.conclude()


def restart(lab: Lab, targets: Sequence[str]) -> None:
    """Stop nodes in order, then start them again."""
    before = lab.look()
    chosen = _chosen(lab, "restart", targets, before)
    with lab.watching() as watch:
        _finish(lab, watch, chosen, gently=True)
        settle(lab, watch)
        _start_down(lab, watch, chosen, together=False)
        _told(lab, watch, before)
    lab.conclude()


def _end(lab: Lab, targets: Sequence[str], *, gently: bool) -> None:
    before = lab.look()
    chosen = _chosen(lab, "stop" if gently else "kill", targets, before)
    with lab.watching() as watch:
        notices = Notices(watch)
        _finish(lab, watch, chosen, gently=gently)
        _settle(lab, notices, before)


def _chosen(
    lab: Lab, verb: str, targets: Sequence[str], views: Sequence[View]
) -> tuple[int, ...]:
    """Resolve the targets once, and say what they were resolved to."""
    chosen = select(targets, candidates(views))
    states = {view.node.sid: view.state for view in views}
    for sid in chosen:
        facts = {"sid": sid, "state": Phrase(f"is.{states[sid]}")}
        lab.screen.say(Phrase("target.is", facts))
    lab.given(verb, targets, chosen)
    return chosen


def _start_down(
    lab: Lab, watch: Watch, chosen: Sequence[int], *, together: bool
) -> None:
    down = [sid for sid in chosen if lab.runtime.run(sid).condition == DOWN]
    for sid in chosen:
        if sid not in down:
            watch.note(sid, Phrase("already", {"sid": sid}))
    bring(lab, watch, down, together=together)


def _finish(lab: Lab, watch: Watch, chosen: Sequence[int], *, gently: bool) -> None:
    """End the processes and wait until they are gone."""
    running = [sid for sid in chosen if lab.runtime.run(sid).condition != DOWN]
    for sid in chosen:
        if sid not in running:
            watch.note(sid, Phrase("already", {"sid": sid}))
    for sid in running:
        watch.ends(sid)
        watch.note(sid, Phrase("terminate" if gently else "killed"))
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


def _gone(lab: Lab, watch: Watch, sids: Sequence[int]) -> bool:
    return watch.until(
        lambda _world: all(lab.runtime.run(sid).condition == DOWN for sid in sids),
        STOP_LIMIT_S,
    )


def _settle(
    lab: Lab,
    notices: Notices,
    before: Sequence[View],
    *,
    stable_s: float = 0.0,
    frost: Frost = MILD,
) -> None:
    """Tell the story until nothing more will happen; then the outcome."""
    watch = notices.watch
    if stepping(lab):
        calm(watch)
        lab.screen.say(Phrase("step.stands", {"lab": lab.suffix}))
        return
    if not settle(lab, watch, stable_s=stable_s, over=frost.over) and frost.over():
        for sid in frost.sids:
            watch.note(sid, Phrase("resumed"), Phrase("resumed.alone"))
            watch.froze(sid, paused=False)
        reacquaint(lab, watch, frost.sids)
        settle(lab, watch, stable_s=RIPPLE_S)
    notices.say(lab)
    frost.say(lab)
    _told(lab, watch, before)
    say_sides(lab, watch)
    lab.conclude()


def _told(lab: Lab, watch: Watch, before: Sequence[View]) -> None:
    """Say what changed: a new leader, none, or the same and why no election."""
    was = verdict(before)
    now = watch.world.leader()
    facts = {
        "old": was.leader,
        "new": now.sid if now else 0,
        "old_epoch": was.epoch,
        "epoch": now.epoch if now else 0,
        "have": len([p for p in watch.world.alive() if p.voter]),
        "need": watch.world.need,
        "voters": len(watch.world.voters),
    }
    if now is None:
        lab.screen.say(Phrase("outcome.none", facts))
    elif was.leader == now.sid and was.epoch == now.epoch:
        key = "outcome.same" if watch.elections == 0 else "outcome.same-joined"
        lab.screen.say(Phrase(key, facts))
    elif was.leader:
        key = "outcome.again" if was.leader == now.sid else "outcome.new"
        lab.screen.say(Phrase(key, facts))
    else:
        lab.screen.say(Phrase("outcome.first", facts))

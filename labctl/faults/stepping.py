"""Step mode: the messages between servers delivered by hand, one by one.

Each node holds its own messages and its own clock.  A file in the lab's folder
makes nodes that start later hold theirs, too.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from labctl.errors import CONFLICT, NO_MATCH, USAGE, LabError
from labctl.lab.fault_ledger import STEPPING
from labctl.lab.follower import Follower
from labctl.lab.lab import Lab
from labctl.lab.runtime.base import UP
from labctl.screen.line import PROTOCOL, STORY, Line
from labctl.story.peer_message import Message, content
from labctl.story.settled import settled
from labctl.words.phrase import Phrase, known_or
from node.events import Record

QUIET_S = 0.35  # a node publishes its writes within a fifth of a second
QUIET_LIMIT_S = 3.0
GO_LIMIT_S = 40.0
SHOWN = 12  # messages


class Timer(NamedTuple):
    """A time limit that stands still."""

    sid: int
    name: str  # tick | init | redial | resend | finalize
    left_ms: int


class HeldMessages(NamedTuple):
    """What waits in a lab that steps."""

    on: tuple[int, ...]  # who steps
    waiting: tuple[Message, ...]  # oldest first
    timers: tuple[Timer, ...]  # the first one first


def stepping(lab: Lab) -> bool:
    """Return whether somebody delivers this lab's messages by hand."""
    return (lab.folder / STEPPING).exists()


def look(lab: Lab) -> HeldMessages:
    """Ask every node that runs."""
    on: list[int] = []
    waiting: list[Message] = []
    timers: list[Timer] = []
    for sid in _running(lab):
        listed = lab.admin.listed(sid, "step")
        if not listed["on"]:
            continue
        on.append(sid)
        waiting += [_message(sid, one) for one in listed["waiting"]]
        timers += [Timer(sid, *timer) for timer in listed["timers"].items()]
    waiting.sort(key=lambda message: (message.at_ms, message.sender, message.number))
    timers.sort(key=lambda timer: timer.left_ms)
    return HeldMessages(tuple(on), tuple(waiting), tuple(timers))


def step(lab: Lab, count: int | None) -> None:
    """Enter step mode, or deliver the oldest messages; then show what waits."""
    fresh = _enter(lab)
    if fresh:
        lab.screen.say(Phrase("step.entered", {"nodes": tuple(fresh)}))
    words = [] if count is None else [str(count)]
    lab.given("step", words, look(lab).on)
    number = count if count is not None else (0 if fresh else 1)
    with _narrating(lab) as (watch, narrate):
        for _ in range(number):
            held = look(lab)
            ready = [message for message in held.waiting if message.first]
            if ready:
                _deliver(lab, watch, narrate, ready[0])
            elif not _pass_time(lab, watch, narrate, held):
                break
    show(lab)


def deliver(lab: Lab, name: str, *, out_of_model: bool) -> None:
    """Deliver one message by its id; before older messages only with --out-of-model."""
    found = re.fullmatch(r"n?(\d+)>n?(\d+)#(\d+)", name.replace(" ", ""))
    if found is None:
        raise LabError(Phrase("deliver.unknown", {"id": name}), None, USAGE)
    if not stepping(lab):
        raise LabError(Phrase("step.not"), Phrase("step.not.hint"), CONFLICT)
    _enter(lab)
    wanted = tuple(int(part) for part in found.groups())
    waiting = look(lab).waiting
    message = next(
        (m for m in waiting if (m.sender, m.to, m.number) == wanted),
        None,
    )
    if message is None:
        hint = Phrase("deliver.gone.hint")
        raise LabError(Phrase("deliver.gone", {"id": name}), hint, NO_MATCH)
    if not message.first and not out_of_model:
        facts = {"id": message.id, "before": _first_on_link(waiting, message)}
        hint = Phrase("deliver.order.hint")
        raise LabError(Phrase("deliver.order", facts), hint, CONFLICT)
    lab.given("deliver", [message.id], (message.sender, message.to))
    with _narrating(lab) as (watch, narrate):
        if not message.first:
            lab.screen.say(Phrase("deliver.beyond"))
        _deliver(lab, watch, narrate, message)
    show(lab)


def go(lab: Lab) -> None:
    """Let everything flow again; no time limit has run out meanwhile."""
    was = stepping(lab) or bool(look(lab).on)
    waiting = len(look(lab).waiting)
    lab.given("go", [], look(lab).on)
    with lab.watching() as watch:
        release(lab)
        if not was:
            lab.screen.say(Phrase("step.not"))
            return
        lab.screen.say(Phrase("step.gone", {"waiting": waiting}))
        watch.until(settled, GO_LIMIT_S, stable_s=QUIET_S)
    lab.conclude()


def release(lab: Lab) -> None:
    """End step mode in every node that runs, and for those that start."""
    (lab.folder / STEPPING).unlink(missing_ok=True)
    for sid in _running(lab):
        lab.admin.send(sid, "step", {"on": False})


def show(lab: Lab) -> None:
    """Say what waits, oldest first; or which timer would come next."""
    held = look(lab)
    if lab.screen.quiet:
        lab.screen.document(document(lab, held))
        return
    if not held.waiting:
        facts = _timer_facts(held) if held.timers else {}
        lab.screen.say(Phrase("step.idle" if facts else "step.dead", facts))
    else:
        count = len(held.waiting)
        key = "step.waiting" if count > 1 else "step.waiting.one"
        lab.screen.say(Phrase(key, {"count": count}))
    for message in held.waiting[:SHOWN]:
        key = "step.line" if message.first else "step.line.behind"
        lab.screen.say(Phrase(key, _facts(message)))
    if len(held.waiting) > SHOWN:
        lab.screen.say(Phrase("step.more", {"count": len(held.waiting) - SHOWN}))
    lab.screen.say(Phrase("step.next", {"lab": lab.suffix}))


def document(lab: Lab, held: HeldMessages) -> dict[str, Any]:
    """Return what waits, for programs."""
    return {
        "v": 1,
        "lab": lab.topology.lab,
        "stepping": list(held.on),
        "waiting": [
            {
                "id": message.id,
                "from": message.sender,
                "to": message.to,
                "type": message.kind,
                "content": lab.screen.text(content(message)),
                "first": message.first,
                "at_ms": round(message.at_ms, 3),
            }
            for message in held.waiting
        ],
        "timers": [timer._asdict() for timer in held.timers],
    }


def calm(watch: Follower) -> None:
    """Narrate until nothing has come for a moment."""
    watch.until(lambda _world: True, QUIET_LIMIT_S, stable_s=QUIET_S)


@contextmanager
def _narrating(lab: Lab) -> Iterator[tuple[Follower, Callable[[Line], None]]]:
    """Follow at the level of messages: in step mode they are the story."""

    def show(line: Line, _record: Record | None) -> None:
        if line.what.key != "MessageDelivered":  # this command has said so itself
            lab.screen.narrate(line)

    level, lab.screen.level = lab.screen.level, PROTOCOL
    try:
        with lab.watching() as watch:
            watch.show = show
            yield watch, lab.screen.narrate
    finally:
        lab.screen.level = level


def _deliver(
    lab: Lab, watch: Follower, narrate: Callable[[Line], None], message: Message
) -> None:
    what = Phrase("step.delivers", _facts(message))
    narrate(Line(time.time() * 1000, 0, STORY, what, content(message)))
    body = {"deliver": message.number, "to": message.to}
    if not message.first:
        body["out_of_order"] = True
    lab.admin.send(message.sender, "step", body)
    calm(watch)


def _pass_time(
    lab: Lab, watch: Follower, narrate: Callable[[Line], None], held: HeldMessages
) -> bool:
    """Move every clock to the next time limit; False if none waits."""
    if not held.timers:
        return False
    timer = held.timers[0]
    facts = _timer_facts(held)
    why = known_or(f"timer.{timer.name}", timer.name, facts)
    narrate(Line(time.time() * 1000, 0, STORY, Phrase("step.time", facts), why))
    for sid in sorted(held.on, key=lambda sid: sid == timer.sid):
        lab.admin.send(sid, "step", {"advance_ms": timer.left_ms})
    calm(watch)
    return True


def _enter(lab: Lab) -> list[int]:
    """Make every node that runs step; return those that did not before."""
    (lab.folder / STEPPING).touch()
    fresh = []
    for sid in _running(lab):
        if not lab.admin.listed(sid, "step")["on"]:
            lab.admin.send(sid, "step", {"on": True})
            fresh.append(sid)
    return fresh


def _running(lab: Lab) -> list[int]:
    return [sid for sid in lab.topology.sids if lab.runtime.run(sid).condition == UP]


def _message(sender: int, listed: Mapping[str, Any]) -> Message:
    return Message(
        sender,
        int(listed["to"]),
        int(listed["number"]),
        str(listed["kind"]),
        bytes.fromhex(listed["data"]),
        float(listed["at_ms"]),
        bool(listed["first"]),
    )


def _first_on_link(waiting: tuple[Message, ...], message: Message) -> str:
    """Return which message of the same connection has to be delivered first."""
    link = (message.sender, message.to)
    older = [m for m in waiting if m.first and (m.sender, m.to) == link]
    vote = message.kind == "NOTIFICATION"
    same = [m for m in older if (m.kind == "NOTIFICATION") == vote]
    return (same or older)[0].id


def _facts(message: Message) -> dict[str, object]:
    return {"id": message.id, "type": message.kind, "what": content(message)}


def _timer_facts(held: HeldMessages) -> dict[str, object]:
    """Return which time limit comes next, and whose."""
    timer = held.timers[0]
    same = (timer.name, timer.left_ms)
    return {
        "nodes": tuple(t.sid for t in held.timers if (t.name, t.left_ms) == same),
        "ms": timer.left_ms,
        "name": known_or(f"timer-name.{timer.name}", timer.name),
    }

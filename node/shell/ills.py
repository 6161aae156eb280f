"""Ills: what a lab lets a node's disk and wall clock suffer.

    fsync-delay   every sync of the log takes `ms` longer
    full          the next write finds no space, and so ends the node
    torn-tail     the next power cut leaves half a record at the log's end
    clock         the wall clock is `ms` off: ctime and mtime, and nothing else

They are ordered like gates (`node.shell.orders`): a list of ills to set, or
`{"clear": id | "*"}`; each ends by the node's own timer after `for_ms`.  A power
cut itself is an order of its own kind and ends the node at once: the cache, that
is whatever no completed sync covers, is lost.
"""

import asyncio
import json
import math
from collections.abc import Callable
from typing import Any, NamedTuple

from node.effects import Note, note
from node.fault_events import IllCleared, IllSet
from node.shell.orders import OrderRefused

FSYNC_DELAY, FULL, TORN_TAIL, CLOCK = "fsync-delay", "full", "torn-tail", "clock"
TAKES_MS = {FSYNC_DELAY: True, FULL: False, TORN_TAIL: False, CLOCK: True}
DELAY_MAX_MS = 10 * 60 * 1000
LONGEST_MS = 24 * 3600 * 1000
OFFSET_MAX_MS = 100 * 365 * LONGEST_MS
ILLS_MAX = 64
ANSWER_S = 0.05  # for our answer to leave before the power does
WORDS_MAX = 100  # characters


class Ill(NamedTuple):
    """One ill, as it was ordered; `kind` and `detail` are the lab's words for it."""

    id: str
    action: str  # fsync-delay | full | torn-tail | clock
    ms: int = 0  # how much longer, or how far off; may be negative for a clock
    for_ms: int = 0  # 0: until cleared
    kind: str = "disk"  # disk | clock
    detail: str = ""


class Ills:
    """All ills of one node; the disk's thread and the clock look at them here."""

    def __init__(self, publish: Callable[[Note], object]) -> None:
        """Be healthy."""
        self.publish = publish
        self.ills: dict[str, Ill] = {}
        self.fsync_delay_ms = 0
        self.full = False
        self.torn_tail = False
        self.clock_ms = 0  # how far off the wall clock is
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def order(self, body: bytes) -> list[dict[str, Any]]:
        """Set a list of ills, all or with OrderRefused none; or clear one."""
        try:
            asked = json.loads(body or b"{}")
        except ValueError as error:
            raise OrderRefused(f"this is no JSON: {error}") from None
        if isinstance(asked, dict) and set(asked) == {"clear"}:
            self.clear(str(asked["clear"]))
            return self.listed()
        ills = [_parse(one) for one in (asked if isinstance(asked, list) else [asked])]
        if len(self.ills) + len(ills) > ILLS_MAX:
            raise OrderRefused(f"more than {ILLS_MAX} ills")
        for ill in ills:
            self._set(ill)
        self._apply()
        return self.listed()

    def clear(self, name: str = "*", why: str = "asked") -> None:
        """Heal one ill, or all; one that is healed already is no error."""
        for ill in [ill for ill in self.ills.values() if name in ("*", ill.id)]:
            del self.ills[ill.id]
            timer = self._timers.pop(ill.id, None)
            if timer is not None:
                timer.cancel()
            self.publish(note(IllCleared(ill.id, ill.action, why)))
        self._apply()

    def listed(self) -> list[dict[str, Any]]:
        """Return all ills as JSON has them, with the time each has left."""
        found = []
        for ill in self.ills.values():
            timer = self._timers.get(ill.id)
            left_s = timer.when() - _loop().time() if timer else None
            left_ms = None if left_s is None else math.ceil(left_s * 1000)
            found.append({**ill._asdict(), "left_ms": left_ms})
        return found

    def _set(self, ill: Ill) -> None:
        old = self._timers.pop(ill.id, None)
        if old is not None:
            old.cancel()
        self.ills[ill.id] = ill
        self.publish(note(IllSet(ill.id, ill.action, ill.ms, ill.for_ms)))
        if ill.for_ms:
            self._timers[ill.id] = _loop().call_later(
                ill.for_ms / 1000, self.clear, ill.id, "time-up"
            )

    def _apply(self) -> None:
        """Sum up what stands: delays and offsets add."""
        of = {
            action: [i.ms for i in self.ills.values() if i.action == action]
            for action in TAKES_MS
        }
        self.fsync_delay_ms = sum(of[FSYNC_DELAY])
        self.full = bool(of[FULL])
        self.torn_tail = bool(of[TORN_TAIL])
        self.clock_ms = sum(of[CLOCK])


class PowerCut:
    """The order to lose the cache and end at once; `cut(torn)` does not return."""

    def __init__(self, cut: Callable[[bool], None]) -> None:
        """Do nothing yet."""
        self.cut = cut

    def order(self, body: bytes) -> list[Any]:
        """Obey `{}` or `{"torn_tail": true}`: after the answer has left, be gone."""
        try:
            asked = json.loads(body or b"{}")
        except ValueError as error:
            raise OrderRefused(f"this is no JSON: {error}") from None
        match asked:
            case {"torn_tail": bool(torn), **more} if not more:
                _loop().call_later(ANSWER_S, self.cut, torn)
            case {**more} if not more:
                _loop().call_later(ANSWER_S, self.cut, False)  # noqa: FBT003
            case _:
                raise OrderRefused("a power cut has nothing but torn_tail")
        return []

    def clear(self) -> None:
        """What is lost is lost."""

    def listed(self) -> list[Any]:
        """Nothing of it ever stands."""
        return []


def _parse(order: Any) -> Ill:
    if not isinstance(order, dict):
        raise OrderRefused("an ill is a JSON object")
    unknown = set(order) - set(Ill._fields)
    if unknown:
        raise OrderRefused(f"an ill has no {', '.join(sorted(unknown))}")
    action = order.get("action")
    if action not in TAKES_MS:
        raise OrderRefused(f"action {action!r} is none of {', '.join(TAKES_MS)}")
    lowest = -OFFSET_MAX_MS if action == CLOCK else 0
    highest = OFFSET_MAX_MS if action == CLOCK else DELAY_MAX_MS
    ms = _number(order, "ms", lowest, highest)
    for_ms = _number(order, "for_ms", 0, LONGEST_MS)
    if TAKES_MS[action] != bool(ms):
        raise OrderRefused("ms goes with fsync-delay and clock, and only with them")
    name = order.get("id")
    if not isinstance(name, str) or name in ("", "*") or len(name) > 64:
        raise OrderRefused(f"{str(name)[:64]!r} cannot be an ill's id")
    kind = str(order.get("kind") or ("clock" if action == CLOCK else "disk"))
    detail = str(order.get("detail") or action)
    if len(kind) > WORDS_MAX or len(detail) > WORDS_MAX:
        raise OrderRefused(f"kind and detail have at most {WORDS_MAX} characters")
    return Ill(name, action, ms, for_ms, kind, detail)


def _number(order: dict[str, Any], key: str, least: int, most: int) -> int:
    value = order.get(key) or 0
    if type(value) is not int or not least <= value <= most:
        raise OrderRefused(f"{key} {value!r} is no number from {least} to {most}")
    return value


def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()

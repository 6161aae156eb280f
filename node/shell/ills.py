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
from collections.abc import Callable
from typing import Any, NamedTuple

from node.effects import OUTSIDE, Note, note
from node.fault_events import IllCleared, IllSet
from node.shell.lasting import LONGEST_MS, Lasting
from node.shell.orders import OrderRefused, checked, document, number, to_clear, words

FSYNC_DELAY, FULL, TORN_TAIL, CLOCK = "fsync-delay", "full", "torn-tail", "clock"
TAKES_MS = {FSYNC_DELAY: True, FULL: False, TORN_TAIL: False, CLOCK: True}
DELAY_MAX_MS = 10 * 60 * 1000
OFFSET_MAX_MS = 100 * 365 * LONGEST_MS
ILLS_MAX = 64
ANSWER_S = 0.05  # for our answer to leave before the power does


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
        self.ills: Lasting[Ill] = Lasting("ills", ILLS_MAX, self.clear)
        self.fsync_delay_ms = 0
        self.full = False
        self.torn_tail = False
        self.clock_ms = 0  # how far off the wall clock is

    def order(self, body: bytes) -> list[dict[str, Any]]:
        """Set a list of ills, all or with OrderRefused none; or clear one."""
        asked = document(body)
        name = to_clear(asked)
        if name is not None:
            self.clear(name)
            return self.listed()
        ills = [_parse(one) for one in (asked if isinstance(asked, list) else [asked])]
        self.ills.add(ills)
        for ill in ills:
            self.publish(note(IllSet(ill.id, ill.action, ill.ms, ill.for_ms), OUTSIDE))
        self._apply()
        return self.listed()

    def clear(self, name: str = "*", why: str = "asked") -> None:
        """Heal one ill, or all; one that is healed already is no error."""
        for ill in self.ills.take(name):
            self.publish(note(IllCleared(ill.id, ill.action, why), OUTSIDE))
        self._apply()

    def listed(self) -> list[dict[str, Any]]:
        """Return all ills as JSON has them, with the time each has left."""
        return [
            {**ill._asdict(), "left_ms": self.ills.left_ms(ill.id)}
            for ill in self.ills.by_id.values()
        ]

    def _apply(self) -> None:
        """Sum up what stands: delays and offsets add."""
        of = {
            action: [i.ms for i in self.ills.by_id.values() if i.action == action]
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
        match document(body):
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


def _parse(asked: Any) -> Ill:
    order = checked(asked, "an ill", Ill._fields)
    action = order.get("action")
    if action not in TAKES_MS:
        raise OrderRefused(f"action {action!r} is none of {', '.join(TAKES_MS)}")
    off = action == CLOCK
    highest = OFFSET_MAX_MS if off else DELAY_MAX_MS
    ms = number(order, "ms", highest, -highest if off else 0)
    for_ms = number(order, "for_ms", LONGEST_MS)
    if TAKES_MS[action] != bool(ms):
        raise OrderRefused("ms goes with fsync-delay and clock, and only with them")
    name = order.get("id")
    if not isinstance(name, str) or name in ("", "*") or len(name) > 64:
        raise OrderRefused(f"{str(name)[:64]!r} cannot be an ill's id")
    kind = words(order, "kind", "clock" if off else "disk")
    return Ill(name, action, ms, for_ms, kind, words(order, "detail", action))


def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()

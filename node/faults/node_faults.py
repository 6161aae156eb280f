"""Node faults: what a lab injects into a node's own disk and wall clock.

    fsync-delay   every sync of the log takes `ms` longer
    full          the next write finds no space, and so ends the node
    torn-tail     the next power cut leaves half a record at the log's end
    clock         the wall clock is `ms` off: ctime and mtime, and nothing else

They are set like link faults (`node.faults.commands`): a list of faults, or
`{"clear": id | "*"}`; each ends by the node's own timer after `for_ms`.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from node.effects import OUTSIDE, Note, note
from node.fault_events import NodeFaultCleared, NodeFaultSet
from node.faults.active import LONGEST_MS, ActiveFaults
from node.faults.commands import (
    CommandRefused,
    checked,
    document,
    number,
    text,
    to_clear,
)

FSYNC_DELAY, FULL, TORN_TAIL, CLOCK = "fsync-delay", "full", "torn-tail", "clock"
TAKES_MS = {FSYNC_DELAY: True, FULL: False, TORN_TAIL: False, CLOCK: True}
DELAY_MAX_MS = 10 * 60 * 1000
OFFSET_MAX_MS = 100 * 365 * LONGEST_MS
FAULTS_MAX = 64


class NodeFault(NamedTuple):
    """One fault, as it was asked for; `kind` and `detail` are the lab's words."""

    id: str
    action: str  # fsync-delay | full | torn-tail | clock
    ms: int = 0  # how much longer, or how far off; may be negative for a clock
    for_ms: int = 0  # 0: until cleared
    kind: str = "disk"  # disk | clock
    detail: str = ""


class NodeFaults:
    """All node faults of one node; the disk's thread and the clock look here."""

    def __init__(self, publish: Callable[[Note], object]) -> None:
        """Begin without a fault."""
        self.publish = publish
        self.active: ActiveFaults[NodeFault] = ActiveFaults(
            "node faults", FAULTS_MAX, self.clear
        )
        self.fsync_delay_ms = 0
        self.full = False
        self.torn_tail = False
        self.clock_ms = 0  # how far off the wall clock is

    def handle(self, body: bytes) -> list[dict[str, Any]]:
        """Set a list of faults, all or with CommandRefused none; or clear one."""
        asked = document(body)
        name = to_clear(asked)
        if name is not None:
            self.clear(name)
            return self.listed()
        faults = [
            _parse(one) for one in (asked if isinstance(asked, list) else [asked])
        ]
        self.active.add(faults)
        for fault in faults:
            published = NodeFaultSet(fault.id, fault.action, fault.ms, fault.for_ms)
            self.publish(note(published, OUTSIDE))
        self._apply()
        return self.listed()

    def clear(self, name: str = "*", why: str = "asked") -> None:
        """End one fault, or all; one that has ended already is no error."""
        for fault in self.active.take(name):
            self.publish(note(NodeFaultCleared(fault.id, fault.action, why), OUTSIDE))
        self._apply()

    def listed(self) -> list[dict[str, Any]]:
        """Return all faults as JSON has them, with the time each has left."""
        return [
            {**fault._asdict(), "left_ms": self.active.left_ms(fault.id)}
            for fault in self.active.by_id.values()
        ]

    def _apply(self) -> None:
        """Sum up what is active: delays and offsets add."""
        faults = self.active.by_id.values()
        ms_of = {
            action: [fault.ms for fault in faults if fault.action == action]
            for action in TAKES_MS
        }
        self.fsync_delay_ms = sum(ms_of[FSYNC_DELAY])
        self.full = bool(ms_of[FULL])
        self.torn_tail = bool(ms_of[TORN_TAIL])
        self.clock_ms = sum(ms_of[CLOCK])


def _parse(one: Any) -> NodeFault:
    asked = checked(one, "a node fault", NodeFault._fields)
    action = asked.get("action")
    if action not in TAKES_MS:
        raise CommandRefused(f"action {action!r} is none of {', '.join(TAKES_MS)}")
    off = action == CLOCK
    highest = OFFSET_MAX_MS if off else DELAY_MAX_MS
    ms = number(asked, "ms", highest, -highest if off else 0)
    for_ms = number(asked, "for_ms", LONGEST_MS)
    if TAKES_MS[action] != bool(ms):
        raise CommandRefused("ms goes with fsync-delay and clock, and only with them")
    name = asked.get("id")
    if not isinstance(name, str) or name in ("", "*") or len(name) > 64:
        raise CommandRefused(f"{str(name)[:64]!r} cannot be a fault's id")
    kind = text(asked, "kind", "clock" if off else "disk")
    return NodeFault(name, action, ms, for_ms, kind, text(asked, "detail", action))

"""Linearizability from outside: is there any order that explains what was seen?

Wing and Gong's search with Lowe's memory ("Testing for linearizability", 2017):
take any call that began before the first return, try it as the next to happen,
and go back when nobody can be next.  It does not trust zxids at all.

ZooKeeper's writes are linearizable and its reads are not: a server may lag.  But
a read sent right behind a write of the same session sees that write or something
newer, so the pair is judged as one act that began with the write.  Each znode is
judged by itself (linearizability is compositional; no multi here joins two).
"""

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple, TypeVar

from labctl.clients.history import WRITES, Call, History
from node.wire.client import Err

S = TypeVar("S", bound=Hashable)
Znode = tuple[str, int] | None  # data and version; None: not there


class Act(NamedTuple):
    """One operation on one object; `returned` is infinite if nobody knows."""

    called: float
    returned: float
    call: Call


# Returns the state after a call, or raises Unexplained if it cannot be here.
Step = Callable[[S, Act], S]


class Unexplained(Exception):
    """What was answered does not follow from the state."""


def check(history: History, *, paths: int = 10**6) -> list[str]:
    """Return the znodes whose history no order explains; at most `paths` are tried."""
    problems = []
    for path, acts in sorted(by_znode(history).items())[:paths]:
        if not explains(acts, None, step):
            problems.append(f"no order explains the {len(acts)} calls on {path}")
    return problems


def by_znode(history: History) -> dict[str, list[Act]]:
    """Return writes and write-then-reads of every znode that can be judged alone."""
    written = {(w.session, w.cxid): w for w in history.writes}
    acts: dict[str, list[Act]] = defaultdict(list)
    mixed: set[str | None] = set()
    for call in history.calls:
        if call.flags:
            mixed |= {call.path, call.value}  # numbered by others, or ends unasked
        if call.err in (Err.SESSION_EXPIRED, Err.SESSION_MOVED, Err.NOT_EMPTY):
            continue
        end = math.inf if call.returned is None else call.returned
        if call.kind in WRITES:
            acts[call.path].append(Act(call.called, end, call))
        elif call.behind and call.kind == "get" and end < math.inf:
            write = written.get((call.session, call.behind))
            if write is not None and write.returned is not None:
                acts[call.path].append(Act(write.called, end, call))
    return {path: found for path, found in acts.items() if path not in mixed}


def step(state: Znode, act: Act) -> Znode:
    """Return what a znode is after a call; Unexplained if its answer cannot be."""
    call = act.call
    err, after = _expected(state, call)
    if act.returned == math.inf:
        return after
    if call.err != err:
        raise Unexplained
    if not err and call.stat is not None and after is not None:
        if call.stat.version != after[1]:
            raise Unexplained
        if call.kind == "get" and call.value != after[0]:
            raise Unexplained
    return after


def _expected(state: Znode, call: Call) -> tuple[int, Znode]:
    if call.kind == "create":
        return (Err.OK, (call.data, 0)) if state is None else (Err.NODE_EXISTS, state)
    if state is None:
        return Err.NO_NODE, None
    if call.kind == "get":
        return Err.OK, state
    if call.version not in (-1, state[1]):
        return Err.BAD_VERSION, state
    return Err.OK, None if call.kind == "delete" else (call.data, state[1] + 1)


def explains(acts: Sequence[Act], state: S, step: Step[S]) -> bool:
    """Return whether some order of the acts, each within its time, fits its answers.

    An act without a return may come at any time after its call, or never.
    """
    line = _Line(acts)
    left = sum(act.returned < math.inf for act in acts)
    done = 0  # a set of acts, as bits
    tried: set[tuple[int, S]] = set()
    stack: list[tuple[list[int], int, S]] = []  # still to try, what we took, before
    choices = line.next_ones()
    while left:
        found = _choose(acts, choices, (done, state), step, tried)
        if found is not None:
            taken, after = found
            stack.append((choices, taken, state))
            line.take_out(taken)
            state = after
            left -= acts[taken].returned < math.inf
            choices = line.next_ones()
        elif stack:
            choices, taken, state = stack.pop()
            line.put_back(taken)
            left += acts[taken].returned < math.inf
        else:
            return False
        done ^= 1 << taken
    return True


def _choose(
    acts: Sequence[Act],
    choices: list[int],
    at: tuple[int, S],
    step: Step[S],
    tried: set[tuple[int, S]],
) -> tuple[int, S] | None:
    """Take the next choice that fits and leads to a state we have not tried."""
    done, state = at
    while choices:
        taken = choices.pop()
        try:
            after = step(state, acts[taken])
        except Unexplained:
            continue
        known = acts[taken].returned < math.inf
        key = done | 1 << taken, after
        if key not in tried and (known or after != state):
            tried.add(key)
            return taken, after
    return None


def _alike(acts: Sequence[Act]) -> list[Hashable]:
    """Return for each act what tells it apart: its data only if that was ever read."""
    read = {act.call.value for act in acts if act.call.kind == "get"}
    return [
        (call.kind, call.version, call.data if call.data in read else None)
        for call in (act.call for act in acts)
    ]


class _Line:
    """Calls and returns in the order of time, as a list one can take pairs out of."""

    def __init__(self, acts: Sequence[Act]) -> None:
        self.acts = acts
        self.alike = _alike(acts)
        moments = [(act.called, 0, at) for at, act in enumerate(acts)]
        moments += [
            (act.returned, 1, at)
            for at, act in enumerate(acts)
            if act.returned < math.inf
        ]
        self.head = len(moments)
        self.moments = sorted(moments)
        self.where: dict[tuple[int, int], int] = {
            (is_return, at): place
            for place, (_, is_return, at) in enumerate(self.moments)
        }
        size = self.head + 1
        self.after = [(place + 1) % size for place in range(size)]
        self.before = [(place - 1) % size for place in range(size)]

    def next_ones(self) -> list[int]:
        """Return who may be next, the best to try last: those we know returned.

        Of unanswered acts that nobody could tell apart, the oldest speaks for all.
        """
        spoken_for: set[Hashable] = set()
        known: list[int] = []
        unknown: list[int] = []
        place = self.after[self.head]
        while place != self.head and not self.moments[place][1]:
            at = self.moments[place][2]
            place = self.after[place]
            if self.acts[at].returned < math.inf:
                known.append(at)
            elif self.alike[at] not in spoken_for:
                spoken_for.add(self.alike[at])
                unknown.append(at)
        return unknown[::-1] + known[::-1]

    def take_out(self, act: int) -> None:
        """Take an act's call and return out."""
        for place in self._places(act):
            self.after[self.before[place]] = self.after[place]
            self.before[self.after[place]] = self.before[place]

    def put_back(self, act: int) -> None:
        """Undo the last `take_out`."""
        for place in reversed(self._places(act)):
            self.after[self.before[place]] = place
            self.before[self.after[place]] = place

    def _places(self, act: int) -> list[int]:
        return [self.where[k, act] for k in (0, 1) if (k, act) in self.where]

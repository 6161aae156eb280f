"""The black-box checker itself: it must find what was planted, and nothing else."""

import math
import random
from collections.abc import Iterator
from typing import Any

from labctl.clients.history import Call, History, Seen
from labctl.clients.linearizability import Act, Znode, by_znode, check, explains, step
from node.wire.client import Err

STEPS_MAX = 50_000  # tried for a thousand calls; a blind search needs millions


def stat(version: int) -> Seen:
    return Seen(1, 1, version, 0, 0, 0, 1)


def act(kind: str, called: float, returned: float, **more: object) -> Act:
    call = Call(1, 1, 1, kind, "/k", called, None)._replace(**more)  # type: ignore[arg-type]  # keywords by name
    return Act(called, returned, call)


def create(called: float, returned: float, data: str = "a", **more: object) -> Act:
    return act("create", called, returned, data=data, **more)


def wrote(called: float, returned: float, data: str, version: int) -> Act:
    return act("set", called, returned, data=data, stat=stat(version))


def read(called: float, returned: float, value: str, version: int) -> Act:
    return act("get", called, returned, value=value, stat=stat(version))


def right(*acts: Act) -> bool:
    return explains(acts, None, step)


def test_calls_that_overlap_may_take_either_order() -> None:
    first, second = wrote(2, 9, "b", 2), wrote(3, 8, "c", 1)
    assert right(create(0, 1), first, second, read(10, 11, "b", 2))
    assert not right(create(0, 1), first, second, read(10, 11, "c", 1))


def test_a_write_that_returned_cannot_come_after_a_later_call() -> None:
    assert not right(create(0, 1), wrote(2, 3, "b", 2), wrote(4, 5, "c", 1))


def test_a_stale_read_is_found() -> None:
    assert not right(create(0, 1), wrote(2, 3, "b", 1), read(4, 5, "a", 0))


def test_a_lost_write_is_found() -> None:
    assert not right(create(0, 1), create(2, 3, "c"))


def test_an_unanswered_write_may_have_happened_late_or_never() -> None:
    lost = act("set", 2, math.inf, data="b")
    assert right(create(0, 1), lost, read(3, 4, "a", 0))
    assert right(create(0, 1), lost, read(3, 4, "a", 0), read(5, 6, "b", 1))
    assert not right(create(0, 1), lost, read(3, 4, "b", 1), read(5, 6, "a", 0))


def test_an_unanswered_write_cannot_happen_twice() -> None:
    lost = act("set", 2, math.inf, data="b")
    assert right(create(0, 1), lost, wrote(3, 4, "c", 2), read(5, 6, "c", 2))
    assert not right(create(0, 1), lost, wrote(3, 4, "c", 3))


def test_only_reads_right_behind_a_write_are_judged() -> None:
    made = Call(1, 7, 1, "create", "/k", 0.0, 1.0, data="a", stat=stat(0))
    later = made._replace(cxid=2, kind="set", called=2.0, returned=3.0, stat=stat(1))
    stale = Call(2, 8, 9, "get", "/k", 4.0, 5.0, value="a", stat=stat(0))
    assert check(History([made, later, stale])) == []
    other = made._replace(session=8, cxid=8, path="/o", called=3.5, returned=3.8)
    own = stale._replace(behind=8)
    assert check(History([made, later, other, own])) == [
        "no order explains the 3 calls on /k"
    ]


def test_znodes_that_end_with_a_session_are_left_out() -> None:
    made = Call(1, 7, 1, "create", "/k", 0.0, 1.0, flags=1)
    assert by_znode(History([made])) == {}


def concurrent(seed: int, size: int) -> Iterator[Act]:
    """A right history of many clients: each act takes effect amid its time."""
    rng, state, now = random.Random(seed), None, 0.0
    for number in range(size):
        now += 1
        early, late = now - rng.random() * 5, now + rng.random() * 5
        if rng.random() < 0.01:
            late = math.inf
        kind = rng.choice(("create", "set", "set", "set", "delete", "get"))
        one = act(kind, early, late, data=str(number))
        before: Znode = state
        state = step(before, one._replace(returned=math.inf))
        if late == math.inf and rng.random() < 0.5:
            state = before  # it never arrived
        err = Err.OK
        if kind == "create" and before is not None:
            err = Err.NODE_EXISTS
        elif kind != "create" and before is None:
            err = Err.NO_NODE
        seen = None if err or state is None else stat(state[1])
        value = state[0] if state else None
        yield one._replace(call=one.call._replace(err=err, stat=seen, value=value))


class Counted:
    """A step that counts how often it was asked."""

    def __init__(self) -> None:
        self.steps = 0

    def __call__(self, state: Any, act: Act) -> Any:
        self.steps += 1
        return step(state, act)


def test_a_thousand_calls_of_ten_clients_are_judged_at_once() -> None:
    for seed in range(5):
        acts = list(concurrent(seed, 1000))
        counted = Counted()
        assert explains(acts, None, counted), f"seed {seed}"
        assert counted.steps <= STEPS_MAX, f"seed {seed}"


def test_one_wrong_answer_among_a_thousand_is_found() -> None:
    for seed in range(5):
        acts = list(concurrent(seed, 1000))
        reads = [a for a in acts if a.call.kind == "get" and a.call.stat is not None]
        victim = random.Random(seed).choice([r for r in reads if r.returned < 1e9])
        lie = victim._replace(call=victim.call._replace(value="never written"))
        acts[acts.index(victim)] = lie
        assert not explains(acts, None, step), f"seed {seed}"

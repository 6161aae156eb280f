"""DIFF, TRUNC or SNAP: LearnerHandler.syncFollower, case by case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.broadcast.history import WINDOW, History, Proposal
from node.broadcast.sync import plan_sync
from node.zxid import make_zxid


def z(epoch: int, counter: int) -> int:
    """Return a zxid."""
    return make_zxid(epoch, counter)


def history(*zxids: int) -> History:
    """Return a leader's history of these committed transactions."""
    return History(zxids[-1], recent=[(zxid, b"x") for zxid in zxids])


LEADER = history(z(1, 5), z(1, 6), z(1, 7), z(2, 1), z(2, 2))


@pytest.mark.parametrize(
    ("last", "mode", "because", "cut", "sent"),
    [
        (z(2, 2), "DIFF", "same", -1, 0),
        (z(2, 1), "DIFF", "behind", -1, 1),
        (z(1, 5), "DIFF", "behind", -1, 4),
        (z(2, 3), "TRUNC", "ahead", z(2, 2), 0),
        (z(1, 9), "SNAP", "other-epoch", -1, 0),
        (z(2, 0), "DIFF", "behind", -1, 2),
        (z(1, 4), "SNAP", "too-far-behind", -1, 0),
        (z(3, 0), "SNAP", "other-epoch", -1, 0),
    ],
)
def test_the_cheapest_way_that_is_safe(
    last: int, mode: str, because: str, cut: int, sent: int
) -> None:
    plan = plan_sync(last, LEADER)
    assert (plan.mode, plan.because) == (mode, because)
    assert plan.truncate_to == cut
    assert len(plan.missing) == sent


def test_an_unknown_tail_inside_a_known_epoch_is_cut_and_the_rest_sent() -> None:
    leader = history(z(1, 1), z(1, 2), z(1, 5))
    plan = plan_sync(z(1, 3), leader)
    assert (plan.mode, plan.truncate_to) == ("TRUNC", z(1, 2))
    assert [p.zxid for p in plan.missing] == [z(1, 5)]


def test_a_tail_is_cut_where_its_own_epoch_goes_on_into_newer_ones() -> None:
    leader = history(z(1, 1), z(1, 2), z(1, 5), z(2, 1))
    plan = plan_sync(z(1, 3), leader)
    assert (plan.mode, plan.truncate_to) == ("TRUNC", z(1, 2))
    assert [p.zxid for p in plan.missing] == [z(1, 5), z(2, 1)]


@given(st.integers(0, 8), st.integers(0, 8), st.integers(0, 3))
def test_afterwards_the_learner_holds_a_prefix_and_all_that_is_committed(
    shared: int, ours: int, theirs: int
) -> None:
    """Apply the plan to a learner that shares a prefix and strayed by `theirs`."""
    base = [z(1, n) for n in range(1, shared + 1)]
    leader = base + [z(2, n) for n in range(1, ours + 1)]
    learner = base + [z(1, shared + n) for n in range(1, theirs + 1)]
    known = History(leader[-1] if leader else 0, recent=[(x, b"") for x in leader])
    plan = plan_sync(learner[-1] if learner else 0, known)
    if plan.mode == "SNAP":
        return  # a whole tree is always right
    if plan.mode == "TRUNC":
        assert plan.truncate_to in learner or plan.truncate_to == 0
        learner = [x for x in learner if x <= plan.truncate_to]
    assert learner + [p.zxid for p in plan.missing] == leader


def test_the_window_forgets_what_is_older_than_its_length() -> None:
    long = History()
    for n in range(1, WINDOW + 3):
        long.committed(Proposal(z(1, n), b""))
    assert long.window == (z(1, 3), z(1, WINDOW + 2))
    assert [p.zxid for p in long.after(z(1, WINDOW))] == [
        z(1, WINDOW + 1),
        z(1, WINDOW + 2),
    ]

"""Sessions: ids, passwords, owners, and when their time is over."""

import pytest

from node.clients.session import SessionTracker, make_session_id, password_of
from node.wire.client import Err

ANN, BOB = object(), object()


def test_the_password_is_what_java_util_random_gives() -> None:
    expected = "470f1b387533fd95d06152b54872e646"
    assert password_of(0x1000016EB160005).hex() == expected


@pytest.mark.parametrize(
    ("sid", "now_ms", "session"),
    [
        (1, 0x20F105, 0x1000020F1050000),
        (1, 1 << 40 | 5, 0x100000000050000),
        (255, 0, -(1 << 56)),
        (128, 1, -(1 << 63) + 0x10000),
    ],
)
def test_a_session_id_is_the_server_and_the_time(
    sid: int, now_ms: int, session: int
) -> None:
    assert make_session_id(sid, now_ms) == session


def test_an_end_is_rounded_up_to_the_next_tick() -> None:
    tracker = SessionTracker(2000)
    tracker.add(1, 4000, 500)

    assert tracker.expired(5999, 9) == []
    assert tracker.expired(6000, 9) == [1]


def test_a_session_expires_once_and_is_closing_until_it_is_removed() -> None:
    tracker = SessionTracker(2000)
    tracker.add(1, 4000, 0)

    assert tracker.expired(100_000, 9) == [1]
    assert tracker.expired(200_000, 9) == []
    assert tracker.check(1, ANN) == Err.SESSION_EXPIRED
    assert not tracker.touch(1, 4000, 200_000)
    tracker.remove(1)
    assert len(tracker) == 0


def test_touching_moves_the_end() -> None:
    tracker = SessionTracker(2000)
    tracker.add(1, 4000, 0)
    tracker.add(2, 4000, 0)

    assert tracker.touch(1, 4000, 5000)
    assert tracker.expired(9999, 9) == [2]
    assert tracker.expired(10_000, 9) == [1]


def test_a_session_nobody_knows_cannot_be_touched() -> None:
    assert not SessionTracker(2000).touch(9, 4000, 0)


def test_the_first_who_speaks_for_a_session_owns_it() -> None:
    tracker = SessionTracker(2000)
    tracker.add(1, 4000, 0)

    assert tracker.check(1, ANN) == Err.OK
    assert tracker.check(1, BOB) == Err.SESSION_MOVED
    tracker.set_owner(1, BOB)
    assert tracker.check(1, BOB) == Err.OK
    assert tracker.check(2, BOB) == Err.SESSION_EXPIRED


def test_an_addition_without_a_time_counts_from_the_latest_known() -> None:
    tracker = SessionTracker(2000)
    tracker.expired(50_000, 9)
    tracker.add(1, 4000)

    assert tracker.timeout_of(1) == 4000
    assert tracker.timeout_of(2) == 0
    assert tracker.expired(55_999, 9) == []
    assert tracker.expired(56_000, 9) == [1]

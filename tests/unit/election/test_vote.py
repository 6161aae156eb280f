"""Which of two votes wins, and why; and which votes count as one."""

from typing import Any

import pytest

from node.election.machine import same
from node.election.vote import NOBODY, Vote
from node.wire.notification import Notification, PeerState

LOOKING, FOLLOWING, LEADING = PeerState.LOOKING, PeerState.FOLLOWING, PeerState.LEADING


@pytest.mark.parametrize(
    ("better", "worse", "reason"),
    [
        (Vote(1, 0x5, 3), Vote(2, 0x9, 2), "newer epoch"),
        (Vote(1, 0x6, 2), Vote(2, 0x5, 2), "newer zxid"),
        (Vote(2, 0x5, 2), Vote(1, 0x5, 2), "higher id"),
        (Vote(0, 0, 0), Vote(NOBODY, NOBODY, NOBODY), "newer epoch"),
    ],
)
def test_epoch_comes_before_zxid_and_zxid_before_id(
    better: Vote, worse: Vote, reason: str
) -> None:
    assert better.beats(worse)
    assert not worse.beats(better)
    assert not better.beats(better)
    assert better.reason_over(worse) == reason


def test_an_observer_votes_for_the_least_that_eight_bytes_can_say() -> None:
    assert NOBODY == -9_223_372_036_854_775_808


BASE = Notification(LOOKING, 2, 5, 7, 1)


@pytest.mark.parametrize("change", [{"leader": 3}, {"zxid": 6}, {"round": 8},
                                    {"peer_epoch": 2}])  # fmt: skip
def test_votes_of_candidates_must_match_in_everything(change: dict[str, Any]) -> None:
    assert same(BASE, BASE._replace(state=FOLLOWING, version=0, config="x"))
    assert not same(BASE, BASE._replace(**change))
    assert not same(BASE._replace(state=LEADING, **change), BASE)


def test_deciders_must_agree_on_leader_and_epoch() -> None:
    one, other = BASE._replace(state=FOLLOWING), BASE._replace(state=LEADING)
    assert same(one, other._replace(zxid=9, round=9))
    assert not same(one, other._replace(leader=3))
    assert not same(one, other._replace(peer_epoch=2))


def test_an_old_release_does_not_carry_epochs_properly() -> None:
    """A decider of version 0 and a newer one need only name the same leader."""
    new, old = BASE._replace(state=FOLLOWING, version=1), BASE._replace(
        state=FOLLOWING, version=0, peer_epoch=9
    )  # fmt: skip
    assert same(new, old)
    assert same(old, new)
    assert not same(new, old._replace(leader=3))
    assert not same(old, old._replace(peer_epoch=1))
    assert not same(new, new._replace(version=2, peer_epoch=2))

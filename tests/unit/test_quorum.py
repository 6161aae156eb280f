"""Majorities, against a slow obvious oracle."""

from itertools import chain, combinations

import pytest

from node.quorum import Majority


def subsets(sids: range) -> list[tuple[int, ...]]:
    """Return every subset."""
    return list(
        chain.from_iterable(combinations(sids, n) for n in range(len(sids) + 1))
    )


@pytest.mark.parametrize("voters", range(1, 8))
def test_a_majority_is_more_than_half_and_strangers_do_not_count(voters: int) -> None:
    quorum = Majority(range(1, voters + 1))
    for sids in subsets(range(1, voters + 1)):
        assert quorum.agrees(sids) is (2 * len(sids) > voters)
        assert quorum.agrees((*sids, 98, 99)) is (2 * len(sids) > voters)


@pytest.mark.parametrize("voters", range(1, 7))
def test_any_two_majorities_share_a_server(voters: int) -> None:
    quorum = Majority(range(voters))
    majorities = [set(s) for s in subsets(range(voters)) if quorum.agrees(s)]
    assert majorities
    assert all(one & other for one in majorities for other in majorities)


@pytest.mark.parametrize(
    ("voters", "marks", "reached"),
    [(3, [], -1), (3, [9], -1), (3, [9, 4], 4), (3, [9, 4, 7], 7), (5, [1, 9, 9], 1)],
)
def test_reached_by_is_what_a_majority_of_disks_holds(
    voters: int, marks: list[int], reached: int
) -> None:
    assert Majority(range(voters)).reached_by(marks) == reached

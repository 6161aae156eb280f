"""Who is meant by what a person types."""

import pytest

from labctl.errors import LabError
from labctl.lab.selectors import Candidate, select

LAB = [
    Candidate(1, voter=True, up=True, state="FOLLOWING"),
    Candidate(2, voter=True, up=True, state="LEADING"),
    Candidate(3, voter=True, up=False, state=""),
    Candidate(4, voter=False, up=True, state="OBSERVING"),
    Candidate(5, voter=True, up=True, state="FOLLOWING"),
]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["2"], (2,)),
        (["n2"], (2,)),
        (["1,3"], (1, 3)),
        (["1", "3"], (1, 3)),
        (["1-3"], (1, 2, 3)),
        (["leader"], (2,)),
        (["followers"], (1, 5)),
        (["follower:1"], (1,)),
        (["follower:2"], (5,)),
        (["observers"], (4,)),
        (["voters"], (1, 2, 3, 5)),
        (["up"], (1, 2, 4, 5)),
        (["down"], (3,)),
        (["all"], (1, 2, 3, 4, 5)),
        (["!2"], (1, 3, 4, 5)),
        (["!leader"], (1, 3, 4, 5)),
        (["voters", "up"], (1, 2, 5)),
        (["followers", "!1"], (5,)),
        (["leader,3"], (2, 3)),
        (["1", "5", "followers"], (1, 5)),
    ],
)
def test_words_mean_nodes(words: list[str], meant: tuple[int, ...]) -> None:
    assert select(words, LAB) == meant


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([], 2),  # never an implicit all
        (["boss"], 2),
        (["follower:one"], 2),
        (["9"], 4),
        (["1,9"], 4),  # one unknown among known ones is an error, not silence
        (["1-9"], 4),
        (["3-1"], 4),
        (["follower:3"], 4),
        (["follower:0"], 4),
        (["leader", "down"], 4),
    ],
)
def test_what_means_nobody_is_an_error_of_its_own_kind(
    words: list[str], code: int
) -> None:
    with pytest.raises(LabError) as refused:
        select(words, LAB)
    assert refused.value.code == code
    assert refused.value.hint is not None


def test_no_leader_is_said_in_those_words() -> None:
    with pytest.raises(LabError) as refused:
        select(["leader"], [Candidate(1, voter=True, up=True, state="LOOKING")])
    assert refused.value.message.key == "target.no-leader"
    assert refused.value.code == 4

"""Who waits in vain is told what for, and what was seen instead."""

import pytest

from tests.waiting import wait_for


def test_what_comes_is_returned() -> None:
    looks = iter(["", "", "here"])
    assert wait_for(lambda: next(looks), "a word") == "here"


def test_what_does_not_come_is_named_with_what_was_seen() -> None:
    with pytest.raises(AssertionError, match=r"not within 0 s: a word; seen: ''"):
        wait_for(lambda: "", "a word", within_s=0)
    with pytest.raises(AssertionError, match="a leader; seen: n1 looks"):
        wait_for(lambda: 0, "a leader", lambda: "n1 looks", within_s=0)

"""Which of two votes wins, and why."""

from node.election.vote import Vote


def test_epoch_comes_before_zxid_and_zxid_before_id() -> None:
    assert Vote(1, 0x5, 3).beats(Vote(2, 0x9, 2))
    assert Vote(1, 0x6, 2).beats(Vote(2, 0x5, 2))
    assert Vote(2, 0x5, 2).beats(Vote(1, 0x5, 2))
    assert not Vote(2, 0x5, 2).beats(Vote(2, 0x5, 2))

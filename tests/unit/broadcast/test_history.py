"""What a server remembers of the log: its end, and a window of what was committed."""

from node.broadcast.history import WINDOW, History, Proposal

ENTRY = b"x"


def history(*zxids: int) -> History:
    return History(zxids[-1], 1, 1, [(zxid, ENTRY) for zxid in zxids])


def test_recovery_takes_the_whole_log_as_committed() -> None:
    it = history(3, 4, 5)
    assert (it.last_zxid, it.committed_zxid, it.window) == (5, 5, (3, 5))
    assert History(9).window == (9, 9)
    assert not it.needs_tree


def test_the_window_is_five_hundred_long() -> None:
    it = History()
    for zxid in range(1, 503):
        it.committed(Proposal(zxid, ENTRY))
    assert WINDOW == 500
    assert it.window == (3, 502)


def test_what_is_behind_a_zxid_comes_oldest_first() -> None:
    it = history(3, 4, 5)
    assert [p.zxid for p in it.after(3)] == [4, 5]
    assert [p.zxid for p in it.after(2)] == [3, 4, 5]
    assert it.after(5) == ()


def test_a_cut_is_remembered_again_if_the_disk_could_not_do_it() -> None:
    it = history(3, 4, 5, 6)
    it.last_zxid = 7  # logged, not committed
    tail = it.cut(4)
    assert (it.last_zxid, it.committed_zxid, it.window) == (4, 4, (3, 4))
    it.uncut(tail)
    assert (it.last_zxid, it.committed_zxid, it.window) == (7, 6, (3, 6))
    assert [p.zxid for p in it.recent] == [3, 4, 5, 6]


def test_a_whole_tree_makes_the_window_empty() -> None:
    it = history(3, 4)
    it.needs_tree = True
    it.replace(9)
    assert (it.last_zxid, it.committed_zxid, it.window) == (9, 9, (9, 9))
    assert not it.needs_tree
    assert it.after(0) == ()

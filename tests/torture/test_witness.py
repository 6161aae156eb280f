"""The zxid witness itself: each of its seven rules finds what was planted."""

from pathlib import Path

from labctl.clients.history import Call, Event, History, Seen, load
from labctl.clients.zxid_order import Txn, check
from node.wire.client import Err, EventType, Op

ALICE, BOB = 0xA, 0xB
MADE = Call(
    *(1, ALICE, 1, "create", "/k", 0.0, 1.0),
    order=1,
    zxid=11,
    data="a",
    value="/k",
    stat=Seen(11, 11, 0, 0, 0, 0, 11),
)
CHANGED = Call(
    *(2, BOB, 1, "set", "/k", 2.0, 3.0),
    order=1,
    zxid=12,
    data="b",
    stat=Seen(11, 12, 1, 0, 0, 0, 11),
)
LOOKED = Call(
    *(1, ALICE, 2, "get", "/k", 4.0, 5.0),
    order=2,
    zxid=12,
    value="b",
    stat=Seen(11, 12, 1, 0, 0, 0, 11),
)
LOG = [Txn(11, ALICE, 1, Op.CREATE2), Txn(12, BOB, 1, Op.SET_DATA)]


def rules(calls: list[Call], log: list[Txn], *events: Event) -> set[str]:
    """Return which rules were broken."""
    return {found.split(":")[0] for found in check(History(calls, events), log)}


def test_a_right_history_is_right() -> None:
    assert rules([MADE, CHANGED, LOOKED], LOG) == set()


def test_rule_1_two_writes_with_one_zxid() -> None:
    twin = CHANGED._replace(zxid=11, stat=None)
    assert "rule 1" in rules([MADE, twin], LOG)


def test_rule_2_a_later_write_with_a_smaller_zxid() -> None:
    late = CHANGED._replace(called=0.1, returned=0.2)
    early = MADE._replace(called=0.5, returned=0.9)
    assert "rule 2" in rules([early, late], LOG)


def test_rule_3_a_version_that_history_does_not_give() -> None:
    assert MADE.stat is not None
    wrong = CHANGED._replace(stat=MADE.stat._replace(mzxid=12, version=2))
    assert rules([MADE, wrong], LOG) == {"rule 3"}


def test_rule_3_an_error_that_history_does_not_give() -> None:
    wrong = CHANGED._replace(err=Err.NO_NODE, stat=None)
    assert rules([MADE, wrong], LOG) == {"rule 3"}


def test_rule_3_a_sequence_number_given_twice() -> None:
    one = MADE._replace(path="/k", flags=2, value="/k0000000000")
    two = one._replace(cxid=2, zxid=12, order=2, called=2.0, returned=3.0, stat=None)
    log = [LOG[0], Txn(12, ALICE, 2, Op.CREATE2)]
    assert "rule 3" in rules([one, two], log)


def test_rule_4_a_read_of_what_never_was() -> None:
    assert rules([MADE, CHANGED, LOOKED._replace(value="z")], LOG) == {"rule 4"}


def test_rule_4_a_read_older_than_its_session() -> None:
    """Alice's own write is newer than what she is shown."""
    again = CHANGED._replace(client=1, session=ALICE, cxid=3, order=2)
    old = LOOKED._replace(cxid=4, order=3, value="a", stat=MADE.stat)
    log = [LOG[0], Txn(12, ALICE, 3, Op.SET_DATA)]
    assert rules([MADE, again, old], log) == {"rule 4"}


def test_rule_4_a_stale_read_of_another_session_is_allowed() -> None:
    stale = LOOKED._replace(client=3, session=0xC, value="a", zxid=11, stat=MADE.stat)
    assert rules([MADE, CHANGED, stale], LOG) == set()


def test_rule_5_a_zxid_that_goes_back() -> None:
    old = LOOKED._replace(order=3, cxid=3, zxid=11, value="a", stat=MADE.stat)
    assert "rule 5" in rules([MADE, CHANGED, LOOKED, old], LOG)


WATCHED = LOOKED._replace(
    called=1.1, returned=1.2, zxid=11, value="a", stat=MADE.stat, watch=True
)
AFTER = LOOKED._replace(cxid=3, order=4)
TOLD = Event(1, ALICE, EventType.NODE_DATA_CHANGED, "/k", 3.5, 3)


def test_rule_6_the_event_comes_before_the_news() -> None:
    calls = [MADE, WATCHED, CHANGED, AFTER]
    assert rules(calls, LOG, TOLD) == set()
    assert rules(calls, LOG) == {"rule 6"}
    assert rules(calls, LOG, TOLD._replace(order=5)) == {"rule 6"}
    assert rules(calls, LOG, TOLD._replace(path="/other")) == {"rule 6"}


def test_rule_7_an_acknowledged_write_that_is_lost() -> None:
    assert rules([MADE, CHANGED], LOG[:1]) == {"rule 7"}


def test_rule_7_a_write_that_was_done_twice() -> None:
    assert "rule 7" in rules([MADE, CHANGED], [*LOG, Txn(13, BOB, 1, Op.SET_DATA)])


def test_rule_7_a_write_that_nobody_asked_for() -> None:
    assert rules([MADE], LOG) == {"rule 7"}


def test_an_unanswered_write_may_have_happened_or_not() -> None:
    lost = CHANGED._replace(returned=None, order=-1, zxid=-1, stat=None)
    old = LOOKED._replace(zxid=11, value="a", stat=MADE.stat)
    assert rules([MADE, lost, LOOKED], LOG) == set()
    assert rules([MADE, lost, old], LOG[:1]) == set()
    assert rules([MADE, lost, LOOKED], LOG[:1]) == {"rule 4"}


def test_an_ephemeral_goes_with_its_session() -> None:
    mine = MADE._replace(flags=1, stat=Seen(11, 11, 0, 0, ALICE, 0, 11))
    gone = Call(3, 0xC, 2, "get", "/k", 4.0, 5.0, order=2, err=Err.NO_NODE, zxid=12)
    seen = LOOKED._replace(session=0xC, order=1, zxid=11, value="a", stat=mine.stat)
    log = [LOG[0], Txn(12, ALICE, 0, Op.CLOSE_SESSION)]
    assert rules([mine, seen, gone], log) == set()
    assert rules([mine, seen, gone], log[:1]) == {"rule 4"}


def test_a_history_is_read_back_as_it_was_saved(tmp_path: Path) -> None:
    history = History([MADE, WATCHED, CHANGED._replace(names=("x",))], [TOLD])
    history.save(tmp_path / "history.jsonl")
    again = load(tmp_path / "history.jsonl")
    assert (again.calls, again.events) == (history.calls, history.events)

"""Each checker refuses a history that breaks its promise, and takes others."""

import pytest

from node import events
from node.clients.reads import event_frame
from node.events import EpochAcked
from node.tree.apply import apply
from node.tree.znodes import Tree
from node.wire.client import ACL, STAT, Err, EventType, Id, Op, reply
from node.wire.jute import pack, ustring_bytes
from node.wire.txn import (
    CloseSessionTxn,
    CreateContainerTxn,
    CreateSessionTxn,
    CreateTTLTxn,
    CreateTxn,
    DeleteTxn,
    ErrorTxn,
    MultiTxn,
    SetDataTxn,
    SubTxn,
    TxnHeader,
    pack_entry,
)
from simulator.judge import Judge, Sent
from simulator.model import Model, difference, fingerprint
from simulator.past import Past
from simulator.sessions import Sessions
from simulator.spec import Spec
from simulator.violation import Violation
from tests.simulator.test_spec import FRESH, record

ANYBODY = (ACL(31, Id("world", "anyone")),)
S, OTHER = 0x100000000000001, 0x200000000000001
BASE = 1 << 32


def entry(
    counter: int, kind: int, told: object, session: int = S, cxid: int = 0
) -> bytes:
    body = pack(told)  # type: ignore[arg-type]
    return pack_entry(TxnHeader(session, cxid, BASE + counter, 7, kind), body)


def begins(counter: int = 1, session: int = S) -> bytes:
    return entry(counter, Op.CREATE_SESSION, CreateSessionTxn(1200), session)


def ends(counter: int, *paths: str, session: int = S) -> bytes:
    return entry(counter, Op.CLOSE_SESSION, CloseSessionTxn(paths), session)


def made(counter: int, path: str, cversion: int, *, ephemeral: bool = False) -> bytes:
    txn = CreateTxn(path, b"x", ANYBODY, ephemeral, cversion)
    return entry(counter, Op.CREATE, txn)


def boxed(counter: int, path: str, cversion: int) -> bytes:
    txn = CreateContainerTxn(path, b"x", ANYBODY, cversion)
    return entry(counter, Op.CREATE_CONTAINER, txn)


def passing(counter: int, path: str, cversion: int, ttl_ms: int) -> bytes:
    txn = CreateTTLTxn(path, b"x", ANYBODY, cversion, ttl_ms)
    return entry(counter, Op.CREATE_TTL, txn)


def deleted(counter: int, path: str) -> bytes:
    return entry(counter, Op.DELETE, DeleteTxn(path))


def cleans(counter: int, path: str, time_ms: int = 7, session: int = 0) -> bytes:
    header = TxnHeader(session, 0, BASE + counter, time_ms, Op.DELETE_CONTAINER)
    return pack_entry(header, pack(DeleteTxn(path)))


def changed(counter: int, path: str, version: int, cxid: int = 0) -> bytes:
    return entry(counter, Op.SET_DATA, SetDataTxn(path, b"y", version), cxid=cxid)


def take(*entries: bytes) -> Model:
    model = Model()
    for one in entries:
        model.take(one)
    return model


class Known:
    """What sessions share, without a world."""

    def __init__(self, *entries: bytes) -> None:
        self.past = Past()
        self.acked_zxid = 0
        self.seen: dict[int, int] = {}
        for number, one in enumerate(entries, 1):
            self.past.extend((BASE + number, one))


# --- the model ----------------------------------------------------------------------


def test_the_model_and_the_node_come_to_the_same_tree() -> None:
    multi = MultiTxn(
        (
            SubTxn(Op.SET_DATA, pack(SetDataTxn("/a", b"z", 1))),
            SubTxn(Op.DELETE, pack(DeleteTxn("/b"))),
        )
    )
    entries = (
        begins(),
        made(2, "/a", 1),
        made(3, "/b", 2, ephemeral=True),
        made(4, "/a/q-0000000000", 1, ephemeral=True),
        entry(5, Op.MULTI, multi),
        entry(6, Op.ERROR, ErrorTxn(Err.NO_NODE)),
    )
    tree, model = Tree(), Model()
    for one in (*entries, ends(7, "/a/q-0000000000")):
        apply(tree, one)
        model.take(one)
        assert fingerprint(tree) == model.fingerprint, difference(tree, model)
    tree.nodes["/a"].version += 1
    assert fingerprint(tree) != model.fingerprint
    assert "/a: v2" in difference(tree, model)


def test_the_model_and_the_node_agree_on_what_passes() -> None:
    entries = (
        begins(),
        boxed(2, "/box", 1),
        made(3, "/box/x", 1),
        passing(4, "/ttl", 2, 10),
        made(5, "/ttl/x", 1),
        deleted(6, "/box/x"),
        cleans(7, "/box"),
        deleted(8, "/ttl/x"),
        cleans(9, "/ttl", 18),
    )
    tree, model = Tree(), Model()
    for one in entries:
        apply(tree, one)
        model.take(one)
        assert fingerprint(tree) == model.fingerprint, difference(tree, model)
    assert (model.cleaned, tree.cleanable) == (2, {})
    tree.cleanable["/box"] = None
    assert fingerprint(tree) != model.fingerprint, "it would be looked at for ever"


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        ([made(2, "/a", 1), changed(3, "/a", 2)], "brings /a to 2, 1 is due"),
        ([changed(2, "/a", 1)], "is not there"),
        ([made(2, "/a", 1), made(3, "/a", 2)], "which is there"),
        ([made(2, "/a", 1), made(3, "/a/b", 1), entry(4, Op.DELETE, DeleteTxn("/a"))],
         "which has children"),
        ([made(2, "/a", 1, ephemeral=True), made(3, "/a/b", 1)], "below an ephemeral"),
        ([made(2, "/q-0000000001", 1), made(3, "/r-0000000001", 2)], "Sequence"),
        ([made(2, "/q-0000000004", 1), made(3, "/q-0000000003", 2)], "Sequence"),
        ([made(2, "/e", 1, ephemeral=True), ends(3)], "Ephemerals"),
        ([made(2, "/a", 1), ends(3, "/a")], "Ephemerals"),
        ([begins(2)], "again"),
        ([ends(2), changed(3, "/zookeeper", 1)], "Session death"),
        ([entry(2, Op.DELETE, DeleteTxn("/zookeeper"), OTHER)], "never began"),
        ([boxed(2, "/box", 1), cleans(3, "/box")], "Cleaner.*0 children"),
        ([boxed(2, "/b", 1), made(3, "/b/x", 1), cleans(4, "/b")], "Cleaner.*1 child"),
        ([passing(2, "/t", 1, 10), cleans(3, "/t", 17)], "Cleaner.* 10 ms old"),
        ([passing(2, "/t", 1, 10), cleans(3, "/t", 99, S)], "Cleaner: .* is of"),
        ([made(2, "/a", 1), cleans(3, "/a", 99)], "Cleaner"),
        ([made(2, "/e", 1, ephemeral=True), cleans(3, "/e", 99)], "Cleaner"),
        ([cleans(2, "/none")], "which is not there"),
        ([entry(2, Op.MULTI, MultiTxn((
            SubTxn(Op.ERROR, pack(ErrorTxn(Err.OK))),
            SubTxn(Op.ERROR, pack(ErrorTxn(Err.NO_NODE))),
        )))], "Multi"),
    ],
)  # fmt: skip
def test_the_model_refuses(entries: list[bytes], why: str) -> None:
    with pytest.raises(Violation, match=why):
        take(begins(), *entries)


# --- what one session sees ----------------------------------------------------------


def asked(op: int, path: str = "/a", *, watch: bool = False, **more: object) -> Sent:
    known: dict[str, object] = {"data": None, "floor": 0, "seen": {}, **more}
    return Sent(5, op, path, watch, **known)  # type: ignore[arg-type]


def answered(counter: int, body: bytes = b"", err: int = 0, xid: int = 5) -> bytes:
    return reply(xid, BASE + counter, err, body)[4:]


def test_a_sync_that_brings_less_than_was_shown_is_refused() -> None:
    judge = Judge(Known(begins()))
    judge.epoch = 1
    sent = asked(Op.SYNC, seen={1: BASE + 3})
    judge.answer(S, sent, answered(3, ustring_bytes("/a")))
    late = Judge(Known(begins()))
    late.epoch = 1
    with pytest.raises(Violation, match="Sync"):
        late.answer(S, sent, answered(2, ustring_bytes("/a")))
    deposed = Judge(Known(begins()))  # its leader cannot know what came after it
    deposed.answer(S, asked(Op.SYNC, seen={7: 7 << 32 | 3}), answered(2))


def stat(version: int) -> bytes:
    return STAT.pack(0, 0, 0, 0, version, 0, 0, 0, 0, 0, 0)


def test_a_write_that_stored_something_else_is_refused() -> None:
    known = Known(begins(), made(2, "/a", 1), changed(3, "/a", 1, cxid=5))
    Judge(known).answer(S, asked(Op.SET_DATA, data=b"y"), answered(3, stat(1)))
    with pytest.raises(Violation, match="not as acked"):
        Judge(known).answer(S, asked(Op.SET_DATA, data=b"z"), answered(3, stat(1)))


def test_a_refusal_that_is_not_true_is_refused() -> None:
    error = entry(3, Op.ERROR, ErrorTxn(Err.NODE_EXISTS), cxid=5)
    known = Known(begins(), made(2, "/a", 1), error)
    body = answered(3, err=Err.NODE_EXISTS)
    Judge(known).answer(S, asked(Op.CREATE), body)
    with pytest.raises(Violation, match="Refusal"):
        Judge(known).answer(S, asked(Op.CREATE, "/b"), body)


def test_a_multi_that_was_refused_in_part_is_refused() -> None:
    done = SubTxn(Op.SET_DATA, pack(SetDataTxn("/a", b"y", 1)))
    multi = entry(3, Op.MULTI, MultiTxn((done, done._replace(
        record=pack(SetDataTxn("/a", b"y", 2)))),
    ), cxid=5)  # fmt: skip
    known = Known(begins(), made(2, "/a", 1), multi)
    one = Op.SET_DATA.to_bytes(4, "big") + b"\0" + bytes(4) + stat(1)
    error = b"\xff\xff\xff\xff\0" + bytes(4) + (-101).to_bytes(4, "big", signed=True)
    end = b"\xff\xff\xff\xff\1" + b"\xff" * 4
    Judge(known).answer(S, asked(Op.MULTI), answered(3, one + one + end))
    with pytest.raises(Violation, match="Multi"):
        Judge(known).answer(S, asked(Op.MULTI), answered(3, one + error + end))


# --- watches ------------------------------------------------------------------------


def watching() -> Judge:
    """Return who has watched /a since 2; it changed at 3 and at 4."""
    known = Known(begins(), made(2, "/a", 1), changed(3, "/a", 1), changed(4, "/a", 2))
    judge = Judge(known)
    judge.watching.leave("data", "/a", BASE + 2, there=True)
    return judge


def event(counter: int, kind: int = EventType.NODE_DATA_CHANGED) -> bytes:
    return event_frame(kind, "/a", BASE + counter)[4:]


def test_a_watch_fires_once_in_order_and_for_the_first_change() -> None:
    judge = watching()
    judge.event(event(3))
    with pytest.raises(Violation, match="nobody waits"):
        judge.event(event(4))
    with pytest.raises(Violation, match="changed before"):
        watching().event(event(4))
    with pytest.raises(Violation, match="did not change"):
        watching().event(event(2))
    with pytest.raises(Violation, match="event 1"):
        watching().event(event(3, EventType.NODE_CREATED))
    with pytest.raises(Violation, match="was shown before the event"):
        watching().saw(answered(3))


def test_a_watch_that_a_reconnect_loses_is_refused() -> None:
    judge = watching()
    judge.disconnected()
    with pytest.raises(Violation, match="changed unheard"):
        judge.watches_left(answered(4))
    heard = watching()
    heard.disconnected()
    heard.event(event_frame(EventType.NODE_DATA_CHANGED, "/a", -1)[4:])
    heard.watches_left(answered(4))


def test_a_watch_of_children_hears_of_them() -> None:
    judge = Judge(Known(begins(), made(2, "/a", 1)))
    judge.watching.leave("child", "/", BASE + 1, there=True)
    with pytest.raises(Violation, match="was shown before the event of /,"):
        judge.saw(answered(2))


# --- sessions -----------------------------------------------------------------------


def sessions(*entries: bytes) -> Sessions:
    watched = Sessions(take(begins(), *entries))
    watched.proposed(3, begins(), 1000)
    return watched


def test_a_session_may_not_end_before_its_time() -> None:
    watched = sessions()
    watched.expired(3, S, 2200)
    with pytest.raises(Violation, match="after 1199 of 1200 ms"):
        watched.expired(3, S, 2199)
    watched.leader_heard(3, S, 2000)
    with pytest.raises(Violation, match="Session life"):
        watched.expired(3, S, 3000)
    watched.serves(2, leading=True, now_ms=5000)
    with pytest.raises(Violation, match="n2 expired"):
        watched.expired(2, S, 6000)


def test_a_learner_may_not_forget_a_sign_of_life() -> None:
    watched = sessions()
    watched.learner_heard(1, S)
    watched.pinged(1, {S: 1200})
    watched.pinged(1, {})
    watched.learner_heard(1, S)
    with pytest.raises(Violation, match="in vain"):
        watched.pinged(1, {OTHER: 1200})


def test_a_dead_session_stays_dead_and_a_living_one_is_let_in() -> None:
    alive = sessions()
    alive.welcomed(alive.hello(S), S, 1)
    with pytest.raises(Violation, match="nothing ended it"):
        alive.refused(alive.hello(S), 1)
    alive.proposed(3, ends(2), 1500)
    alive.refused(alive.hello(S), 1)  # its end is on its way
    dead = sessions(ends(2))
    dead.refused(dead.hello(S), 1)
    dead.welcomed(dead.hello(S), S, 0)  # by a leader deposed before it ended
    with pytest.raises(Violation, match="Session death"):
        dead.welcomed(dead.hello(S), S, 1)


def test_who_has_moved_is_not_spoken_for_by_its_old_server() -> None:
    watched = sessions()
    watched.moved(S, 1, first_cxid=9)
    watched.agreed(TxnHeader(S, 9, BASE + 2, 0, Op.SET_DATA))
    watched.agreed(TxnHeader(S, 8, BASE + 1, 0, Op.SET_DATA))  # proposed before
    watched.agreed(TxnHeader(S, 8, 2 << 32 | 1, 0, Op.SET_DATA))  # another leader
    with pytest.raises(Violation, match="Ownership"):
        watched.agreed(TxnHeader(S, 8, BASE + 2, 0, Op.SET_DATA))


# --- Zab ----------------------------------------------------------------------------


def test_a_leader_behind_its_follower_is_illegal() -> None:
    spec = Spec((1, 2, 3))
    for one in (
        FRESH,
        events.StateChanged("LOOKING", "LEADING", "elected"),
        events.PhaseChanged("LEADING", "discovery", 0),
    ):
        spec.feed(record(1, one))
    spec.feed(record(1, EpochAcked(2, -1, BASE)))  # promised before: not counted
    with pytest.raises(Violation, match="PrimaryIntegrity: n1 ends at 0x0"):
        spec.feed(record(1, EpochAcked(3, 0, BASE)))


def test_a_commit_that_a_killed_leader_never_proposed_is_illegal() -> None:
    spec = Spec((1, 2, 3))
    spec.committed[1] = 2, BASE + 4
    spec.finish()  # its last proposals may not have been published
    spec.finish({1: BASE + 4})
    with pytest.raises(Violation, match="never proposed"):
        spec.finish({1: BASE + 3})

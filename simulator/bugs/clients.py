"""Bugs that clients meet: order, sync, watches, multi, sequence numbers, ephemerals."""

from typing import Any

from node.clients import reads
from node.clients.connection import Connection, Pending
from node.clients.finish import Finisher
from node.clients.handshake import Greeter
from node.clients.outstanding import OutstandingChanges
from node.clients.service import Service
from node.tree import apply as application
from node.tree.apply import Applied
from node.tree.watches import CHILD, DATA, Watches
from node.tree.znodes import Tree, parent_of
from node.wire.client import ConnectRequest, EventType, Op
from simulator.bugs.bug import Bug, Swap


def _own_expiry() -> list[Swap]:
    disconnect = Service.disconnect

    def expire(self: Service, conn: Connection) -> None:
        disconnect(self, conn)
        for path in tuple(self.tree.ephemerals.get(conn.session, ())):
            self.tree.remove(path)

    return [(Service, "disconnect", expire)]


def _time_runs_back() -> list[Swap]:
    open_session = Greeter._open_session

    def open_any(
        self: Greeter, conn: Connection, request: ConnectRequest, now_ms: int
    ) -> None:
        open_session(self, conn, request._replace(last_zxid_seen=0), now_ms)

    return [(Greeter, "_open_session", open_any)]


def _read_overtakes() -> list[Swap]:
    ask = Service._request

    def hasty(self: Service, conn: Connection, request: Pending) -> None:
        if self.state.reads.knows(request.op):
            self.state.answer(conn, request, request.at_ms)
        else:
            ask(self, conn, request)

    return [(Service, "_request", hasty)]


def _sync_at_once() -> list[Swap]:
    ask = Service._request

    def hasty(self: Service, conn: Connection, request: Pending) -> None:
        if request.op != Op.SYNC:
            ask(self, conn, request)
            return
        conn.pending.append(request)
        self.state.outstanding += 1
        conn.syncs_done += 1
        self._finisher._drain(conn, request.at_ms)

    return [(Service, "_request", hasty)]


def _event_late() -> list[Swap]:
    notify, deliver = Finisher._notify, Finisher.deliver

    def answer_first(self: Finisher, entry: bytes, now_ms: int) -> Applied:
        applied = deliver(self, entry, now_ms)
        notify(self, applied)
        return applied

    return [
        (Finisher, "_notify", lambda _self, _applied: None),
        (Finisher, "deliver", answer_first),
    ]


def _watch_stays() -> list[Swap]:
    def fire(self: Watches[Any], event_type: int, path: str) -> list[Any]:
        kinds = CHILD if event_type == EventType.NODE_CHILDREN_CHANGED else DATA
        return list(self.tables[kinds].get(path, ()))

    return [(Watches, "fire", fire)]


def _refused_multi_stays() -> list[Swap]:
    def forget_nothing(self: OutstandingChanges, _zxid: int) -> None:
        self._undo = []

    return [(OutstandingChanges, "undo", forget_nothing)]


def _number_again() -> list[Swap]:
    remove = OutstandingChanges.remove

    def take_back(self: OutstandingChanges, path: str, zxid: int) -> None:
        remove(self, path, zxid)
        self.edit(parent_of(path), zxid).cversion -= 1

    return [(OutstandingChanges, "remove", take_back)]


def _ephemerals_unnamed() -> list[Swap]:
    def in_the_tree(self: OutstandingChanges, session: int) -> list[str]:
        return [p for p in self.tree.ephemerals.get(session, ()) if self.at(p)]

    return [(OutstandingChanges, "ephemerals_of", in_the_tree)]


def _ephemerals_stay() -> list[Swap]:
    take_out = application._take_out

    def keep(tree: Tree, applied: Applied, path: str) -> bool:
        return applied.type == Op.CLOSE_SESSION or take_out(tree, applied, path)

    return [(application, "_take_out", keep)]


BUGS = (
    Bug(
        "follower-expires",
        "A server removes ephemerals by itself when a connection ends.",
        "ZOOKEEPER-5010",
        _own_expiry,
    ),
    Bug(
        "time-runs-back",
        "A server takes in a client that has seen newer writes elsewhere.",
        "classic",
        _time_runs_back,
    ),
    Bug(
        "read-overtakes-write",
        "A read is answered before the same session's earlier write.",
        "classic",
        _read_overtakes,
    ),
    Bug(
        "sync-at-once",
        "A server answers a sync by itself, however far it lags.",
        "ZOOKEEPER-2136",
        _sync_at_once,
    ),
    Bug(
        "event-after-answer",
        "The answer to a write comes before the event of the change.",
        "classic",
        _event_late,
    ),
    Bug(
        "watch-fires-again",
        "A watch that has fired stays.",
        "classic",
        _watch_stays,
    ),
    Bug(
        "watch-lost-in-move",
        "Who leaves a watch again hears nothing of what it missed.",
        "classic",
        lambda: [(reads, "_missed", lambda *_: 0)],
    ),
    Bug(
        "refused-multi-stays",
        "A refused multi leaves its first changes for later requests.",
        "ZOOKEEPER-1624",
        _refused_multi_stays,
    ),
    Bug(
        "sequence-number-again",
        "A deletion takes the parent's counter back: a number is given twice.",
        "classic",
        _number_again,
    ),
    Bug(
        "ephemerals-on-their-way",
        "A session's end does not name ephemerals that are not yet committed.",
        "classic",
        _ephemerals_unnamed,
    ),
    Bug(
        "ephemerals-stay",
        "No server deletes the ephemerals of a session that has ended.",
        "classic",
        _ephemerals_stay,
    ),
)

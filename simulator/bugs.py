"""Planted bugs: each was one of ZooKeeper's or is a classic, in a few lines.

    with planted("ack-before-sync"):
        run_schedule(7)

The simulator must find every one; `labctl sim --bug NAME` shows what it breaks.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from node.broadcast import effects as do
from node.broadcast.history import History, Proposal
from node.broadcast.leader import Leader
from node.broadcast.learner import Learner
from node.broadcast.learner_handler import Stage
from node.clients.connection import Connection, Pending
from node.clients.handshake import Greeter
from node.clients.service import Service
from node.effects import TimerFired
from node.election.machine import Election
from node.quorum import Majority
from node.storage import txnlog
from node.storage.txnlog import TxnLog
from node.wire.client import ConnectRequest
from node.wire.notification import PeerState
from node.wire.quorum import Packet

Swap = tuple[Any, str, Any]  # owner, attribute, what stands there instead


class Bug(NamedTuple):
    """One way to be wrong."""

    name: str
    sentence: str
    source: str
    swaps: Callable[[], Iterable[Swap]]


# --- the learner takes over a history ---------------------------------------------

_accept_history = Learner._accept_history


def _epoch_before_history() -> list[Swap]:
    def accept(self: Learner, packet: Packet) -> list[do.Effect]:
        effects = _accept_history(self, packet)
        return sorted(effects, key=lambda effect: not isinstance(effect, do.SaveEpoch))

    return [(Learner, "_accept_history", accept)]


def _without(kind: type[Any]) -> Callable[[], list[Swap]]:
    def accept(self: Learner, packet: Packet) -> list[do.Effect]:
        effects = _accept_history(self, packet)
        return [effect for effect in effects if not isinstance(effect, kind)]

    return lambda: [(Learner, "_accept_history", accept)]


def _commit_lost() -> list[Swap]:
    commit = Learner._commit_in_sync

    def commit_in_sync(self: Learner, zxid: int) -> list[do.Effect]:
        effects = commit(self, zxid)
        return [] if self.accepted else effects

    return [(Learner, "_commit_in_sync", commit_in_sync)]


def _hole_in_window() -> list[Swap]:
    def accept(self: Learner, packet: Packet) -> list[do.Effect]:
        known = list(self.history.recent)
        effects = _accept_history(self, packet)
        self.history.recent.clear()
        self.history.recent.extend(known)
        return effects

    return [(Learner, "_accept_history", accept)]


def _memory_ahead() -> list[Swap]:
    cut = History.cut

    def cut_disk_only(self: History, zxid: int) -> None:
        last_zxid = self.last_zxid
        cut(self, zxid)
        self.last_zxid = last_zxid

    return [(History, "cut", cut_disk_only)]


def _bare_epoch() -> list[Swap]:
    accept = Learner._accept_epoch

    def accept_epoch(self: Learner, packet: Packet) -> list[do.Effect]:
        true, epoch = self.history.last_zxid, self.history.current_epoch
        self.history.last_zxid = max(true, epoch << 32)
        effects = accept(self, packet)
        self.history.last_zxid = true
        return effects

    return [(Learner, "_accept_epoch", accept_epoch)]


def _ack_before_sync() -> list[Swap]:
    log = Learner._log

    def log_later(self: Learner, proposal: Proposal) -> list[do.Effect]:
        append, sync, ack = log(self, proposal)
        return [append, ack, sync]

    return [(Learner, "_log", log_later)]


# --- election and quorum --------------------------------------------------------------


def _stale_timer() -> list[Swap]:
    handle, count = Election.handle, Election._count

    def believe(self: Election, event: Any) -> list[Any]:
        if event == TimerFired("finalize") and self.state is PeerState.LOOKING:
            votes = self._supporters()
            return self._decide(self.vote, self.round, votes, "vote", 0)
        return handle(self, event)

    def never_stop(self: Election) -> list[Any]:
        agreed = self.agreed
        effects = count(self)
        return effects if self.agreed and not agreed else []

    return [(Election, "handle", believe), (Election, "_count", never_stop)]


def _half() -> list[Swap]:
    def init(self: Majority, voters: Iterable[int]) -> None:
        self.voters = frozenset(voters)
        self.need = max(1, len(self.voters) // 2)

    return [(Majority, "__init__", init)]


def _commit_early() -> list[Swap]:
    at_stage = Leader._at_stage

    def generous(self: Leader, stage: Stage) -> set[int]:
        sids = at_stage(self, stage)
        if stage is Stage.ACKED_NEWLEADER:
            sids |= at_stage(self, Stage.SYNCHRONIZING)
        return sids

    return [(Leader, "_at_stage", generous)]


# --- disk and clients -------------------------------------------------------------


def _log_ends_early() -> list[Swap]:
    def read(
        self: TxnLog, after: int, up_to: int | None = None
    ) -> Iterator[tuple[int, bytes]]:
        self.torn = False
        for name in txnlog.files_after(self.disk.names(), after):
            for zxid, entry, _ in txnlog._records(self.disk, name, self):
                if zxid > after:
                    yield zxid, entry
                if up_to is not None and zxid >= up_to:
                    return
            if self.torn:
                return

    return [(TxnLog, "read", read)]


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


def _epoch_unsaved() -> list[Swap]:
    accept = Learner._accept_epoch

    def forgetful(self: Learner, packet: Packet) -> list[do.Effect]:
        effects = accept(self, packet)
        return [e for e in effects if not isinstance(e, do.SaveEpoch)]

    return [(Learner, "_accept_epoch", forgetful)]


BUGS = {
    bug.name: bug
    for bug in (
        Bug(
            "epoch-before-history",
            "currentEpoch is written before the history it dates is durable.",
            "ZOOKEEPER-4643",
            _epoch_before_history,
        ),
        Bug(
            "ack-before-history",
            "NEWLEADER is acknowledged before the history is durable.",
            "ZOOKEEPER-4646, ZOOKEEPER-3911",
            _without(do.Flush),
        ),
        Bug(
            "diff-never-logged",
            "Transactions of a DIFF are applied in memory and never logged.",
            "ZOOKEEPER-4785, ZOOKEEPER-3911",
            _without(do.Append),
        ),
        Bug(
            "commit-lost-in-sync",
            "A COMMIT between the ACK of NEWLEADER and UPTODATE finds nothing.",
            "ZOOKEEPER-4394",
            _commit_lost,
        ),
        Bug(
            "hole-in-window",
            "Transactions committed in synchronization miss in the window.",
            "ZOOKEEPER-4925",
            _hole_in_window,
        ),
        Bug(
            "memory-ahead-of-disk",
            "After a TRUNC memory still claims what the disk has lost.",
            "ZOOKEEPER-5094",
            _memory_ahead,
        ),
        Bug(
            "bare-epoch-hides-tail",
            "A zxid that is only a new epoch hides an uncommitted tail: no TRUNC.",
            "ZOOKEEPER-2832",
            _bare_epoch,
        ),
        Bug(
            "stale-timer-elects",
            "An election ends on a stale timer, without counting again.",
            "our own draft",
            _stale_timer,
        ),
        Bug(
            "half-is-enough",
            "A quorum is half of the voters, not more than half.",
            "classic",
            _half,
        ),
        Bug(
            "leads-too-early",
            "The leader serves before a quorum acknowledged NEWLEADER.",
            "Zab, phase 2",
            _commit_early,
        ),
        Bug(
            "log-ends-at-a-tear",
            "Recovery stops silently at a torn record, though the log goes on.",
            "storage",
            _log_ends_early,
        ),
        Bug(
            "follower-expires",
            "A server removes ephemerals by itself when a connection ends.",
            "ZOOKEEPER-5010",
            _own_expiry,
        ),
        Bug(
            "ack-before-sync",
            "A follower acknowledges a proposal before its disk holds it.",
            "classic",
            _ack_before_sync,
        ),
        Bug(
            "epoch-not-promised",
            "A follower accepts an epoch in memory only, and forgets its promise.",
            "Zab, phase 1",
            _epoch_unsaved,
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
    )
}


@contextmanager
def planted(name: str) -> Iterator[Bug]:
    """Let the node be wrong in this way for a while; KeyError for no such bug."""
    bug = BUGS[name]
    kept: list[Swap] = []
    try:
        for owner, attribute, wrong in bug.swaps():
            kept.append((owner, attribute, getattr(owner, attribute)))
            setattr(owner, attribute, wrong)
        yield bug
    finally:
        for owner, attribute, right in reversed(kept):
            setattr(owner, attribute, right)

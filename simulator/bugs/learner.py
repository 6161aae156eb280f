"""Bugs of a learner that takes over a history, and promises."""

from collections.abc import Callable
from typing import Any

from node.broadcast import effects as do
from node.broadcast.history import History, Proposal
from node.broadcast.learner import Learner
from node.wire.quorum import Packet
from simulator.bugs.bug import Bug, Swap

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


def _epoch_unsaved() -> list[Swap]:
    accept = Learner._accept_epoch

    def forgetful(self: Learner, packet: Packet) -> list[do.Effect]:
        effects = accept(self, packet)
        return [e for e in effects if not isinstance(e, do.SaveEpoch)]

    return [(Learner, "_accept_epoch", forgetful)]


BUGS = (
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
)

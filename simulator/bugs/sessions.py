"""Bugs of sessions: how long they live, that they stay dead, who owns them."""

from node.broadcast import effects as do
from node.clients.session import SessionTracker
from node.requests import Requests
from node.wire.client import Err
from simulator.bugs.bug import Bug, Swap

_touch, _check, _alive = SessionTracker.touch, SessionTracker.check, Requests._alive


def _rounded_down() -> list[Swap]:
    def touch(self: SessionTracker, session: int, timeout_ms: int, now_ms: int) -> bool:
        return _touch(self, session, timeout_ms, now_ms - self.tick_ms)

    return [(SessionTracker, "touch", touch)]


def _touches_lost() -> list[Swap]:
    pong = Requests.pong

    def say_nothing(self: Requests, effect: do.Pong) -> None:
        self.service.touched()
        pong(self, effect)

    return [(Requests, "pong", say_nothing)]


def _no_new_time() -> list[Swap]:
    lead = Requests.lead

    def count_on(self: Requests) -> None:
        lead(self)
        now_ms = self.env.now_ms()
        for session, timeout_ms in self.service.tree.sessions.items():
            self.tracker.touch(session, timeout_ms, now_ms - timeout_ms // 2)

    return [(Requests, "lead", count_on)]


def _old_clock() -> list[Swap]:
    return [(SessionTracker, "advance", lambda _self, _now_ms: None)]


def _dead_revalidated() -> list[Swap]:
    def revive(self: Requests, session: int, timeout_ms: int, owner: object) -> bool:
        _alive(self, session, timeout_ms, owner)
        return True

    return [(Requests, "_alive", revive)]


def _dead_writes() -> list[Swap]:
    def let_in(self: SessionTracker, session: int, owner: object) -> int:
        err = _check(self, session, owner)
        return Err.OK if err == Err.SESSION_EXPIRED else err

    return [(SessionTracker, "check", let_in)]


def _moved_unchecked() -> list[Swap]:
    def anybody(self: SessionTracker, session: int, owner: object) -> int:
        err = _check(self, session, owner)
        return Err.OK if err == Err.SESSION_MOVED else err

    return [(SessionTracker, "check", anybody)]


def _stays_where_it_was() -> list[Swap]:
    def refuse(self: Requests, session: int, timeout_ms: int, owner: object) -> bool:
        known = self.tracker._sessions.get(session)
        if known is not None and known.owner not in (None, owner):
            return False
        return _alive(self, session, timeout_ms, owner)

    return [(Requests, "_alive", refuse)]


BUGS = (
    Bug(
        "session-expires-early",
        "A session's end is rounded down to a tick, not up.",
        "classic",
        _rounded_down,
    ),
    Bug(
        "touches-lost",
        "A follower does not name the sessions that it has heard of.",
        "classic",
        _touches_lost,
    ),
    Bug(
        "no-time-under-a-new-leader",
        "A new leader gives sessions only a part of their time-out.",
        "classic",
        _no_new_time,
    ),
    Bug(
        "clock-of-the-last-look",
        "A new session's time-out counts from when its leader last looked.",
        "our own",
        _old_clock,
    ),
    Bug(
        "dead-session-revalidated",
        "A leader goes on with a session that has ended.",
        "classic",
        _dead_revalidated,
    ),
    Bug(
        "dead-session-writes",
        "A write is accepted of a session that has ended.",
        "ZOOKEEPER-1208",
        _dead_writes,
    ),
    Bug(
        "session-moved-unchecked",
        "A server may speak for a session that has moved to another.",
        "ZOOKEEPER-710",
        _moved_unchecked,
    ),
    Bug(
        "session-may-not-move",
        "A session that another server served is refused.",
        "classic",
        _stays_where_it_was,
    ),
)

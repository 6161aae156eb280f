"""One server's election in a test's hand: what it hears, and what comes of it."""

from typing import TypeVar

from node.effects import Note, SetTimer
from node.election.machine import Effect, Elected, Election, Heard, Start, Tell, Waits
from node.election.vote import Vote
from node.quorum import Ensemble, Majority
from node.wire.notification import Notification, PeerState

LOOKING, FOLLOWING = PeerState.LOOKING, PeerState.FOLLOWING
LEADING, OBSERVING = PeerState.LEADING, PeerState.OBSERVING
LAST = 0x100000005  # the last zxid of everybody who says nothing else
T = TypeVar("T")


def election(
    sid: int = 1,
    voters: tuple[int, ...] = (1, 2, 3),
    observers: tuple[int, ...] = (),
    config: str = "",
) -> Election:
    """Return a server that has not begun."""
    ensemble = Ensemble(Majority(voters), config, frozenset(observers))
    return Election(sid, ensemble, Waits())


def started(
    sid: int = 1,
    voters: tuple[int, ...] = (1, 2, 3),
    observers: tuple[int, ...] = (),
    now_ms: int = 1000,
) -> Election:
    """Return a server that votes for itself."""
    it = election(sid, voters, observers)
    it.handle(Start(Vote(sid, LAST, 1), now_ms))
    return it


def said(
    leader: int, state: PeerState = LOOKING, round_: int = 1, version: int = 2
) -> Notification:
    """Return a vote for this leader."""
    return Notification(state, leader, LAST, round_, 1, version)


def heard(sender: int, notification: Notification, now_ms: int = 1000) -> Heard:
    """Return what arrived; it is named after sender and time."""
    return Heard(sender, notification, f"n{sender}@{now_ms}", now_ms)


def of(kind: type[T], effects: list[Effect]) -> list[T]:
    """Return the effects of one kind."""
    return [effect for effect in effects if isinstance(effect, kind)]


def told(effects: list[Effect]) -> list[int]:
    """Return who is told something."""
    return [tell.to for tell in of(Tell, effects)]


def timers(effects: list[Effect]) -> dict[str, int]:
    """Return the timers that are set, in milliseconds."""
    return {timer.name: timer.after_ms for timer in of(SetTimer, effects)}


def events(kind: type[T], effects: list[Effect]) -> list[T]:
    """Return the published events of one kind."""
    return [n.event for n in of(Note, effects) if isinstance(n.event, kind)]


def causes(kind: type[object], effects: list[Effect]) -> list[tuple[str, ...]]:
    """Return what led to the published events of one kind."""
    return [n.cause for n in of(Note, effects) if isinstance(n.event, kind)]


def elected(effects: list[Effect]) -> Elected | None:
    """Return the end of the election, if it has come."""
    found = of(Elected, effects)
    return found[0] if found else None

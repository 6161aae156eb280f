"""Majorities: the one fact about sets that makes consensus possible.

Any two majorities of the same voters share a server.  So whatever one majority
promised, every later majority contains a witness of it.
"""

from collections.abc import Iterable
from typing import NamedTuple


class Majority:
    """Decides whether some servers are more than half of the voters."""

    def __init__(self, voters: Iterable[int]) -> None:
        """Remember who may vote; observers and unknown servers never count."""
        self.voters = frozenset(voters)
        self.need = len(self.voters) // 2 + 1

    def agrees(self, sids: Iterable[int]) -> bool:
        """Return whether these servers include a majority of the voters."""
        return len(self.voters.intersection(sids)) >= self.need

    def reached_by(self, marks: Iterable[int]) -> int:
        """Return the highest mark that a majority has reached; -1 if none.

        `marks` holds one number per voter that has reported, for example the
        last zxid each has on disk: what a majority has reached is committed.
        """
        ranked = sorted(marks, reverse=True)
        return ranked[self.need - 1] if len(ranked) >= self.need else -1


class Ensemble(NamedTuple):
    """Who belongs to it: those who vote, those who only observe, and the list's text.

    A sid that is in neither set is a stranger's.
    """

    quorum: Majority
    config: str = ""  # the member list, as NEWLEADER and notifications carry it
    observers: frozenset[int] = frozenset()

    @property
    def members(self) -> frozenset[int]:
        """Return every sid that the configuration names."""
        return self.quorum.voters | self.observers

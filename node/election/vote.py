"""The vote: what a server votes for, and which of two votes wins.

An election is a gossip of votes.  Every server starts by voting for itself and
adopts any vote that beats its own, so the whole ensemble converges on the
greatest vote that a quorum can see.
"""

from typing import NamedTuple

NOBODY = -(2**63)  # what an observer votes for: its own vote does not count


class Vote(NamedTuple):
    """A proposal that `leader` should lead, with the history that backs it."""

    leader: int  # server id ("sid", the number in myid)
    zxid: int  # last transaction in that leader's log
    peer_epoch: int  # epoch that leader last belonged to

    def beats(self, other: "Vote") -> bool:
        """Return whether this vote should replace `other`.

        Newer epoch first, because its log survived the latest recovery; then
        the longer log inside that epoch; the server id only breaks ties.
        """
        return self.rank > other.rank

    @property
    def rank(self) -> tuple[int, int, int]:
        """What decides an election, most important first."""
        return (self.peer_epoch, self.zxid, self.leader)

    def reason_over(self, other: "Vote") -> str:
        """Return which of the three comparisons made this vote win."""
        if self.peer_epoch != other.peer_epoch:
            return "newer epoch"
        return "newer zxid" if self.zxid != other.zxid else "higher id"

"""Zab's promises as code: fed by what servers do, checked after every step.

Names are those of the Zab paper and of ZooKeeper's TLA+ specifications.
"""

from node.election.machine import Tell
from node.events import ElectionDecided
from node.wire.notification import PeerState
from node.zxid import counter_of, epoch_of


class Violation(AssertionError):
    """A promise of the protocol was broken."""


class Checker:
    """Watches one world."""

    def __init__(self) -> None:
        """Begin with an empty history."""
        self.agreed: list[tuple[int, bytes]] = []  # committed anywhere, in order
        self.proposed: dict[int, bytes] = {}
        self.leaders: dict[int, int] = {}  # epoch -> who served as its leader
        self.said: set[tuple[int, ...]] = set()  # (sid, round, leader, zxid, epoch)
        self.elections = 0
        self.commits = 0

    # --- election ---------------------------------------------------------

    def told(self, sid: int, tell: Tell) -> None:
        """A server sent its vote."""
        n = tell.notification
        self.said.add((sid, n.round, n.leader, n.zxid, n.peer_epoch))

    def decided(self, sid: int, event: ElectionDecided) -> None:
        """A quorum must really have said this vote in this round."""
        self.elections += 1
        if len(event.votes) * 2 <= event.voters:
            raise Violation(f"n{sid} was elected by {event.votes} of {event.voters}")
        vote = (event.round, event.leader, event.zxid, event.peer_epoch)
        if event.how == "vote":
            for voter in event.votes:
                if voter != sid and (voter, *vote) not in self.said:
                    raise Violation(
                        f"n{sid} counted a vote n{voter} never cast: {vote}"
                    )

    # --- history ------------------------------------------------------------

    def proposes(self, zxid: int, entry: bytes) -> None:
        """Integrity: one transaction per zxid, whoever proposes it."""
        if self.proposed.setdefault(zxid, entry) != entry:
            raise Violation(f"Integrity: two transactions called {zxid:#x}")

    def serves(
        self, sid: int, state: str, epoch: int, tree: list[tuple[int, bytes]]
    ) -> None:
        """A server begins to serve: its history is now a claim."""
        if state == PeerState.LEADING.name:
            if self.leaders.setdefault(epoch, sid) != sid:
                raise Violation(
                    f"Leadership: n{self.leaders[epoch]} and n{sid} in epoch {epoch}"
                )
            if len(tree) < len(self.agreed):
                raise Violation(
                    f"PrimaryIntegrity: n{sid} leads epoch {epoch} without"
                    f" {self.agreed[len(tree)][0]:#x}"
                )
        for index, txn in enumerate(tree):
            self._at(sid, index, txn)

    def delivers(self, sid: int, tree: list[tuple[int, bytes]]) -> None:
        """A serving server applied one more transaction, the last of `tree`."""
        self._at(sid, len(tree) - 1, tree[-1])

    def _at(self, sid: int, index: int, txn: tuple[int, bytes]) -> None:
        """TotalOrder: the index-th transaction is the same one everywhere."""
        if index < len(self.agreed):
            if self.agreed[index] != txn:
                raise Violation(
                    f"TotalOrder: n{sid} delivered {txn[0]:#x} where"
                    f" {self.agreed[index][0]:#x} was delivered before"
                )
            return
        if index > len(self.agreed):
            raise Violation(f"PrefixConsistency: n{sid} skipped to {txn[0]:#x}")
        zxid, entry = txn
        if self.proposed.get(zxid) != entry:
            raise Violation(f"Integrity: {zxid:#x} was never proposed")
        before = self.agreed[-1][0] if self.agreed else 0
        if epoch_of(zxid) == epoch_of(before):
            if counter_of(zxid) != counter_of(before) + 1:
                raise Violation(f"LocalPrimaryOrder: {zxid:#x} after {before:#x}")
        elif epoch_of(zxid) < epoch_of(before) or counter_of(zxid) != 1:
            raise Violation(f"GlobalPrimaryOrder: {zxid:#x} after {before:#x}")
        self.agreed.append(txn)
        self.commits += 1

    # --- disk -----------------------------------------------------------------

    def epochs(self, sid: int, before: dict[str, int], after: dict[str, int]) -> None:
        """Epochs on disk never decrease, and none is claimed before accepted."""
        for name, epoch in after.items():
            if epoch < before.get(name, 0):
                raise Violation(f"n{sid} lowered its {name} to {epoch}")
        if after.get("acceptedEpoch", 0) < after.get("currentEpoch", 0):
            raise Violation(f"n{sid} claims an epoch it never accepted: {after}")

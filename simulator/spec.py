"""An executable specification of Zab: is this event log that of a legal run?

Per server: acceptedEpoch, currentEpoch, the end of its log, its commit point;
over all: who led which epoch, what was proposed, logged and committed.  `feed`
takes records (`node.events`) of one node in their order, of several nodes in any
order, since the clocks of a real cluster are only nearly the same; what concerns
several nodes is therefore checked by `finish`.  The simulator feeds it, and any
real cluster's `events.jsonl` can be.  After the Zab paper, section 4.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from node import events
from node.zxid import counter_of, epoch_of
from simulator.violation import Violation


class Server:
    """The abstract state of one server."""

    def __init__(self) -> None:
        """Know nothing before the first `Recovered`."""
        self.accepted = 0
        self.current = 0
        self.durable = 0  # the end of its log, as far as it is on disk
        self.committed = 0
        self.state = "LOOKING"
        self.phase = "election"
        self.epoch = 0  # of its role; 0 while unknown
        self.proposed = 0  # the last that this server proposed in its epoch
        self.uncut = 0  # the end of its log before a TRUNC
        self.tree_zxid = -1  # of a tree that came and is not yet on disk
        self.sync_target = (
            0,
            0,
        )  # epoch, and where its leader's history ends


class Spec:
    """One ensemble's run."""

    def __init__(self, voters: Iterable[int]) -> None:
        """Begin before anything has happened."""
        self.voters = frozenset(voters)
        self.servers: dict[int, Server] = {}
        self.led: dict[int, int] = {}  # epoch -> who was established as its leader
        self.first_end: dict[int, int] = {}  # epoch -> its leader's log end at first
        self.proposed: dict[int, tuple[int, int]] = {}  # epoch -> (leader, last)
        self.committed: dict[int, tuple[int, int]] = {}  # epoch -> (who, last)
        self.saved: set[tuple[int, int]] = set()  # (sid, epoch)
        self.ended: set[int] = set()  # epochs whose leader ended in an orderly way
        self.fed = 0

    def feed(self, record: events.Record) -> None:
        """Take the next event of one server; Violation if it is illegal there."""
        self.fed += 1
        rule = _RULES.get(type(record.event))
        if rule is not None:
            server = self.servers.setdefault(record.node, Server())
            rule(self, record.node, server, record.event)

    def finish(self, sent: Mapping[int, int] | None = None) -> None:
        """Check what holds between servers.

        `sent` says how far PROPOSALs of each epoch really went, if somebody saw the
        packets: a leader that was killed has not published its last ranges.
        """
        need = len(self.voters) // 2 + 1
        for epoch, (sid, last) in self.committed.items():
            leader, proposed = self.proposed.get(epoch, (0, 0))
            known = epoch in self.ended
            if sent is not None:
                proposed, known = max(proposed, sent.get(epoch, 0)), True
            if known and last > proposed:
                raise Violation(f"n{sid} committed {last:#x}, never proposed")
            if leader and self.led.get(epoch) != leader:
                raise Violation(f"n{leader} proposed in epoch {epoch}, not its own")
            later = [e for e in self.first_end if e > epoch]
            for successor in later:
                if self.first_end[successor] < last:
                    raise Violation(
                        f"PrimaryIntegrity: n{self.led[successor]} led epoch"
                        f" {successor} without {last:#x}"
                    )
        for epoch in self.led:
            savers = {sid for sid, saved in self.saved if saved == epoch}
            if len(savers & self.voters) < need:
                raise Violation(f"epoch {epoch} is on the disks of {sorted(savers)}")

    # --- one server's transitions ---------------------------------------------------

    def _recovered(self, sid: int, server: Server, e: events.Recovered) -> None:
        if e.accepted_epoch < max(server.accepted, e.current_epoch):
            raise Violation(f"n{sid} forgot acceptedEpoch {server.accepted}: {e}")
        if e.current_epoch < server.current:
            raise Violation(f"n{sid} forgot currentEpoch {server.current}: {e}")
        if e.last_zxid < server.durable:
            raise Violation(
                f"n{sid} lost its log from {e.last_zxid:#x} to {server.durable:#x}"
            )
        epoch, zxid = server.sync_target
        if server.current < epoch == e.current_epoch and e.last_zxid < zxid:
            raise Violation(f"n{sid} dated {e.last_zxid:#x} {epoch}: {zxid:#x} is due")
        server.accepted, server.current = e.accepted_epoch, e.current_epoch
        server.durable = server.committed = e.last_zxid
        server.state, server.phase, server.epoch = "LOOKING", "election", 0
        server.tree_zxid = -1

    def _state(self, sid: int, server: Server, e: events.StateChanged) -> None:
        if "LOOKING" not in (e.new, server.state):
            raise Violation(f"n{sid} went from {server.state} to {e.new}")
        if server.state == "LEADING":
            self.ended.add(server.epoch)
        server.state, server.epoch, server.proposed = e.new, 0, 0
        server.phase, server.tree_zxid = "election", -1
        server.committed = server.durable  # the log's tail is taken for committed

    def _votes(self, sid: int, server: Server, e: events.ElectionStarted) -> None:
        if e.leader == sid and e.zxid > server.durable:
            raise Violation(
                f"n{sid} votes by {e.zxid:#x}, its disk ends at {server.durable:#x}"
            )

    def _phase(self, sid: int, server: Server, e: events.PhaseChanged) -> None:
        order = ["election", "discovery", "synchronization", "broadcast"]
        if order.index(e.phase) != order.index(server.phase) + 1:
            raise Violation(f"n{sid} went from {server.phase} to {e.phase}")
        server.phase = e.phase
        server.epoch = e.epoch or server.epoch

    def _accepts(self, sid: int, server: Server, e: events.EpochAccepted) -> None:
        if e.epoch < server.accepted or (e.epoch == server.accepted) != e.already:
            raise Violation(f"n{sid} accepted {e.epoch} after {server.accepted}")
        server.accepted = e.epoch

    def _epoch_acked(self, sid: int, server: Server, e: events.EpochAcked) -> None:
        """Whose promises make a leader must not know more than it does."""
        mine = server.current, server.durable
        if server.phase == "discovery" and (e.current_epoch, e.last_zxid) > mine:
            raise Violation(
                f"PrimaryIntegrity: n{sid} ends at {mine[1]:#x} of epoch {mine[0]} and"
                f" would lead n{e.sid}, which ends at {e.last_zxid:#x}"
                f" of {e.current_epoch}"
            )

    def _saves(self, sid: int, server: Server, e: events.EpochSaved) -> None:
        if e.epoch != server.accepted or e.epoch < server.current:
            raise Violation(f"n{sid} dated its history {e.epoch}: {vars(server)}")
        server.current = e.epoch
        server.durable = max(server.durable, server.tree_zxid)
        server.tree_zxid = -1
        if e.epoch == server.sync_target[0] and server.durable < server.sync_target[1]:
            raise Violation(f"n{sid} dated its history too early: {vars(server)}")
        self.saved.add((sid, e.epoch))

    def _sync_received(self, sid: int, server: Server, e: events.SyncReceived) -> None:
        if e.mode == "TRUNC" and e.zxid > server.durable:
            raise Violation(f"n{sid} got a TRUNC behind its end: {e}")
        server.sync_target = server.epoch, e.zxid
        if e.mode == "TRUNC":
            server.uncut = server.durable
            server.durable = server.committed = e.zxid
        elif e.mode == "SNAP" or e.zxid == 0:  # a leader without history: no history
            server.tree_zxid = e.zxid

    def _lost(self, _sid: int, server: Server, e: events.LeaderLost) -> None:
        if e.why == "cannot-truncate":  # nothing was cut: it claims its log as it is
            server.durable = server.uncut

    def _accepts_history(
        self, _sid: int, server: Server, _e: events.NewLeaderReceived
    ) -> None:
        if server.tree_zxid != -1:  # from here on the tree replaces what was there
            server.durable = min(server.durable, server.tree_zxid)
            server.committed = server.tree_zxid

    def _established(
        self, sid: int, server: Server, e: events.LeaderEstablished
    ) -> None:
        if self.led.setdefault(e.epoch, sid) != sid:
            raise Violation(f"Leadership: n{self.led[e.epoch]} and n{sid}: {e.epoch}")
        if len(self.voters.intersection(e.sids)) * 2 <= len(self.voters):
            names = ", ".join(f"n{sid}" for sid in sorted(e.sids))
            raise Violation(f"epoch {e.epoch} was established by {names}: no majority")
        if server.current != e.epoch:
            raise Violation(f"n{sid} leads epoch {e.epoch}, its disk says otherwise")
        self.first_end[e.epoch] = server.durable

    def _serving(self, sid: int, server: Server, e: events.ServingClients) -> None:
        if server.phase != "broadcast" or server.current != e.epoch:
            raise Violation(f"n{sid} serves in epoch {e.epoch}: {vars(server)}")
        self._claim(sid, server.committed)

    def _proposes(self, sid: int, server: Server, e: events.TxnsProposed) -> None:
        if server.state != "LEADING" or epoch_of(e.first) != server.epoch:
            raise Violation(f"n{sid} proposed {e.first:#x}: {vars(server)}")
        if e.first != (server.proposed or server.epoch << 32) + 1:
            raise Violation(f"n{sid} left out a zxid before {e.first:#x}")
        if e.last - e.first + 1 != e.txns:
            raise Violation(f"n{sid} proposed {e.txns}: {e.first:#x} to {e.last:#x}")
        server.proposed = e.last
        self.proposed[server.epoch] = sid, e.last

    def _logs(self, sid: int, server: Server, e: events.TxnsLogged) -> None:
        if e.first <= server.durable:
            raise Violation(f"n{sid} logged {e.first:#x} after {server.durable:#x}")
        server.durable = e.last

    def _commits(self, sid: int, server: Server, e: events.TxnsCommitted) -> None:
        if e.first <= server.committed:
            raise Violation(
                f"n{sid} committed {e.first:#x} after {server.committed:#x}"
            )
        if epoch_of(e.first) == epoch_of(server.committed) != 0:
            if e.first != server.committed + 1:
                raise Violation(f"n{sid} skipped to {e.first:#x}")
        elif counter_of(e.first) != 1:
            raise Violation(f"n{sid} began an epoch with {e.first:#x}")
        server.committed = e.last
        if server.phase == "broadcast":
            self._claim(sid, e.last)

    def _claim(self, sid: int, last: int) -> None:
        """From here on clients may see this: it must never be lost."""
        epoch = epoch_of(last)
        if last > self.committed.get(epoch, (0, 0))[1]:
            self.committed[epoch] = sid, last


_RULES: dict[type[Any], Any] = {
    events.Recovered: Spec._recovered,
    events.StateChanged: Spec._state,
    events.ElectionStarted: Spec._votes,
    events.PhaseChanged: Spec._phase,
    events.EpochAccepted: Spec._accepts,
    events.EpochAcked: Spec._epoch_acked,
    events.EpochSaved: Spec._saves,
    events.SyncReceived: Spec._sync_received,
    events.LeaderLost: Spec._lost,
    events.NewLeaderReceived: Spec._accepts_history,
    events.LeaderEstablished: Spec._established,
    events.ServingClients: Spec._serving,
    events.TxnsProposed: Spec._proposes,
    events.TxnsLogged: Spec._logs,
    events.TxnsCommitted: Spec._commits,
}

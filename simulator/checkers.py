"""Zab's promises as code: the servers are looked at after every step.

Names are those of the Zab paper and of ZooKeeper's TLA+ specifications.  What
clients see is checked in `simulator.clients`, published events in
`simulator.spec`.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol

from node.broadcast.leader import Leader
from node.broadcast.learner_handler import Stage
from node.events import (
    ElectionDecided,
    LeaderLost,
    LearnerLost,
    Record,
    ServingClients,
    SessionExpired,
    SyncPlanned,
)
from node.server import Server
from node.storage.epochfiles import ACCEPTED, CURRENT
from node.storage.recovery import recover
from node.wire.notification import Notification, PeerState
from node.wire.quorum import Packet, PacketType, unpack_touches
from node.zxid import counter_of, epoch_of
from simulator.coverage import Coverage
from simulator.disk import SimDisk
from simulator.model import difference, fingerprint
from simulator.past import Past
from simulator.sessions import Sessions
from simulator.spec import Spec
from simulator.violation import Violation

COMPARE_EVERY = 16  # deliveries between two comparisons of whole trees
# What one server may refuse of another that obeys the protocol.
REFUSALS = ("is less than accepted epoch", "Follower is ahead of the leader")


class Watched(Protocol):
    """A server of the simulation, as the checkers see it."""

    sid: int
    life: int
    disk: SimDisk
    server: Server

    def now_ms(self) -> int:
        """Return the time by its clock that never jumps."""

    @property
    def disks(self) -> Mapping[int, SimDisk]:
        """Return the disks of all servers of its world, by sid."""


class Served:
    """How far one server's time of serving was looked at."""

    def __init__(self, life: int, epoch: int) -> None:
        """Begin with a server that begins to serve."""
        self.life = life
        self.epoch = epoch
        self.zxid = 0
        self.index = -1  # of that zxid in what is agreed
        self.count = 0


class Checker:
    """Watches one world."""

    def __init__(self, voters: frozenset[int]) -> None:
        """Begin with an empty history."""
        self.voters = voters
        self.past = Past()
        self.sessions = Sessions(self.past.model)
        self.coverage = Coverage()
        self.spec = Spec(voters)
        self.proposed: dict[int, bytes] = {}
        self.leaders: dict[int, int] = {}  # epoch -> who served as its leader
        self.bases: dict[int, int] = {}  # epoch -> where its leader's log ended
        self.said: set[tuple[int, ...]] = set()  # (sid, round, leader, zxid, epoch)
        self.served: dict[int, Served] = {}
        self.epochs: dict[int, dict[str, int]] = {}
        self.dated: dict[int, set[int]] = {}  # epoch: whose disks ever bore it
        self.epoch_files: dict[int, tuple[object, object]] = {}
        self.acked_zxid = 0  # the newest write that a client knows of
        self.seen: dict[int, int] = {}  # epoch: the newest zxid a client was shown
        self.elections = 0
        self.operations = 0  # that clients got an answer to

    @property
    def commits(self) -> int:
        """How many transactions were agreed on."""
        return len(self.past.agreed)

    # --- what servers say -----------------------------------------------------------

    def noted(self, host: Watched, record: Record) -> None:
        """A server published an event."""
        self.spec.feed(record)
        match record.event:
            case ElectionDecided() as event:
                self._decided(host.sid, event)
            case ServingClients(state, epoch):
                leading, now_ms = state == "LEADING", host.now_ms()
                self.sessions.serves(host.sid, leading=leading, now_ms=now_ms)
                if leading:
                    self._leads(host, epoch)
            case SessionExpired(session):
                self.sessions.expired(host.sid, session, host.now_ms())
            case SyncPlanned() as event:
                self.coverage.planned(host.server.peer, event)
            case LeaderLost(_, why) | LearnerLost(_, _, why):
                if why.startswith("protocol") and not any(r in why for r in REFUSALS):
                    raise Violation(f"Conduct: n{host.sid} refuses a packet: {why}")
            case _:
                pass

    def _leads(self, host: Watched, epoch: int) -> None:
        leader = self.leaders.setdefault(epoch, host.sid)
        self.bases[epoch] = host.server.peer.history.committed_zxid
        self._established(host, epoch)
        if leader != host.sid:
            raise Violation(f"Leadership: n{leader} and n{host.sid} in epoch {epoch}")

    def _established(self, host: Watched, epoch: int) -> None:
        """A leader serves once a quorum's disks dated their history with its epoch.

        A disk may have gone on to a later epoch since: a leader that was paused while
        another was elected still handles the old ACKs when it resumes.
        """
        disks = host.disks
        now = {s for s in self.voters if _epochs_on(disks[s]).get(CURRENT) == epoch}
        dated = sorted(now | self.dated.get(epoch, set()) & set(self.voters))
        if len(dated) * 2 <= len(self.voters):
            raise Violation(f"n{host.sid} serves, epoch {epoch} is only on {dated}")

    def notified(self, sid: int, n: Notification) -> None:
        """A server sent its vote."""
        self.said.add((sid, n.round, n.leader, n.zxid, n.peer_epoch))

    def heard(self, host: Watched, notification: Notification) -> None:
        """A server got a vote."""
        self.coverage.heard(host.server.peer, notification)

    def received(self, host: Watched, link: int, packet: Packet) -> None:
        """A server got a packet; a leader may hear of sessions by it."""
        peer = host.server.peer
        self.coverage.received(peer, link, packet)
        learner = (
            peer.role.learners.get(link) if isinstance(peer.role, Leader) else None
        )
        if learner is None or learner.stage is not Stage.BROADCASTING:
            return
        if packet.type in (PacketType.PING, PacketType.REVALIDATE):
            for session in unpack_touches(packet.data):
                self.sessions.leader_heard(host.sid, session, host.now_ms())

    def client_heard(self, host: Watched, session: int) -> None:
        """A server got a whole request on the connection of an open session."""
        if host.server.peer.state is PeerState.LEADING:
            self.sessions.leader_heard(host.sid, session, host.now_ms())
        else:
            self.sessions.learner_heard(host.sid, session)

    def sent(self, host: Watched, packet: Packet) -> None:
        """A server sends a packet."""
        if packet.type == PacketType.PROPOSAL:
            self._proposes(host, packet.zxid, packet.data or b"")
        elif packet.type == PacketType.PING and packet.data is not None:  # a learner's
            self.sessions.pinged(host.sid, unpack_touches(packet.data))

    def _proposes(self, host: Watched, zxid: int, entry: bytes) -> None:
        """Integrity: one transaction per zxid, whoever proposes it."""
        if zxid not in self.proposed:  # else it is sent again, in a synchronization
            self.sessions.proposed(host.sid, entry, host.now_ms())
        if self.proposed.setdefault(zxid, entry) != entry:
            raise Violation(f"Integrity: two transactions called {zxid:#x}")

    def _decided(self, sid: int, event: ElectionDecided) -> None:
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

    # --- what servers are, after each step --------------------------------------------

    def look(self, host: Watched, *, dying: bool = False) -> None:
        """Compare what a server holds with what it may hold.

        One that dies in the middle of a step has decided what it did not yet do:
        its history counts, its tree does not.
        """
        files = host.disk.files
        pair = files.get(ACCEPTED), files.get(CURRENT)
        if self.epoch_files.get(host.sid) != pair and not dying:
            self.epoch_files[host.sid] = pair
            self._epochs_changed(host)
        peer = host.server.peer
        if not peer.serving:
            self.served.pop(host.sid, None)
            return
        served = self.served.get(host.sid)
        if (
            served is None
            or served.life != host.life
            or served.epoch != peer.history.current_epoch
        ):
            served = Served(host.life, peer.history.current_epoch)
            self.served[host.sid] = served
            self._serves(host, served, dying=dying)
        elif served.zxid != peer.history.committed_zxid:
            self._delivers(host, served, dying=dying)

    def _epochs_changed(self, host: Watched) -> None:
        """Epoch sanity: neither decreases, none is claimed before accepted."""
        disk, sid = host.disk, host.sid
        now = _epochs_on(disk)
        for name, before in self.epochs.get(sid, {}).items():
            if now.get(name, 0) < before:
                raise Violation(f"n{sid} lowered its {name} from {before} to {now}")
        self.epochs[sid] = now
        self.dated.setdefault(now.get(CURRENT, 0), set()).add(sid)
        if now.get(ACCEPTED, 0) < now.get(CURRENT, 0):
            raise Violation(f"n{sid} claims an epoch it never accepted: {now}")

    def _serves(self, host: Watched, served: Served, *, dying: bool) -> None:
        """A server begins to serve: its whole history is now a claim."""
        past, history = self.past, host.server.peer.history
        end = served.zxid = history.committed_zxid
        self._agree_up_to(host.sid, end)
        served.index = index = past.index.get(end, -1)
        for back, proposal in enumerate(reversed(history.recent)):
            known = past.agreed[index - back] if back <= index else (0, b"")
            if known != proposal:
                raise Violation(
                    f"TotalOrder: n{host.sid} remembers {proposal.zxid:#x} where"
                    f" {known[0]:#x} was agreed on"
                )
        leads = host.server.peer.state is PeerState.LEADING
        lacks = past.agreed[index + 1][0] if index + 1 < len(past.agreed) else 0
        # A leader that was paused cannot know what its successors wrote.
        if leads and lacks and epoch_of(lacks) < served.epoch:
            raise Violation(
                f"PrimaryIntegrity: n{host.sid} leads epoch {served.epoch} without"
                f" {lacks:#x}"
            )
        if not dying:
            self.compare(host)

    def _delivers(self, host: Watched, served: Served, *, dying: bool) -> None:
        """A serving server delivered: the next of what is agreed, or a new one."""
        past, history = self.past, host.server.peer.history
        fresh = []
        for proposal in reversed(history.recent):
            if proposal.zxid <= served.zxid:
                break
            fresh.append(proposal)
        for proposal in reversed(fresh):
            served.index += 1
            if served.index == len(past.agreed):
                self._agree(host.sid, (proposal.zxid, proposal.entry))
            elif past.agreed[served.index] != proposal:
                raise Violation(
                    f"TotalOrder: n{host.sid} delivered {proposal.zxid:#x} where"
                    f" {past.agreed[served.index][0]:#x} was delivered before"
                )
        served.zxid = history.committed_zxid
        served.count += len(fresh)
        if not dying:
            self._tree_keeps_up(host, served)

    def _tree_keeps_up(self, host: Watched, served: Served) -> None:
        tree = host.server.service.tree
        ahead = tree.processed_zxid > served.zxid and counter_of(tree.processed_zxid)
        if tree.processed_zxid < served.zxid or ahead:
            raise Violation(
                f"n{host.sid}'s tree is at {tree.processed_zxid:#x}, its history at"
                f" {served.zxid:#x}"
            )
        if served.count >= COMPARE_EVERY:
            served.count = 0
            self.compare(host)

    def _agree_up_to(self, sid: int, end: int) -> None:
        """What a server begins to serve with is agreed on, and all before it.

        It may hold a tail that no server ever delivered: it was proposed, and
        survived.  Its bytes may be hidden in a snapshot, but its zxids name its
        past: the one before, or the end of the log that its epoch began with.
        """
        chain, zxid = [], end
        while zxid and zxid not in self.past.index:
            chain.append(zxid)
            first = counter_of(zxid) == 1
            zxid = self.bases.get(epoch_of(zxid), 0) if first else zxid - 1
        if chain and zxid != self.past.last_zxid:
            raise Violation(
                f"TotalOrder: n{sid} serves {end:#x}, which branches off at {zxid:#x}"
            )
        for zxid in reversed(chain):
            self._agree(sid, (zxid, self.proposed.get(zxid, b"")))

    def _agree(self, sid: int, txn: tuple[int, bytes]) -> None:
        if self.proposed.get(txn[0]) != txn[1]:
            raise Violation(f"Integrity: n{sid}: {txn[0]:#x} was never proposed so")
        header = self.past.extend(txn)
        if self.past.model.changed:
            self.sessions.agreed(header)

    def compare(self, host: Watched) -> None:
        """Agreement: the server's tree is the one of its place in the history."""
        served, past = self.served[host.sid], self.past
        tree = host.server.service.tree
        if fingerprint(tree) == past.prints[served.index + 1]:
            return
        at_end = served.index + 1 == len(past.agreed)
        why = difference(tree, past.model) if at_end else "an older state"
        raise Violation(f"Agreement: n{host.sid}'s tree at {served.zxid:#x}: {why}")

    def finish(self, hosts: Iterable[Watched]) -> None:
        """At the end: what is known to be committed is on every disk, unchanged.

        Each disk is read as the next start would read it: what memory holds is
        worth nothing to a server that loses power now.
        """
        holding = set()
        for host in hosts:
            self.compare(host)
            end = host.server.peer.history.committed_zxid
            if end < self.acked_zxid:
                raise Violation(
                    f"Durability: n{host.sid} ends at {end:#x},"
                    f" {self.acked_zxid:#x} was acked"
                )
            if self._on_disk(host) >= self.acked_zxid:
                holding.add(host.sid)
        if len(holding & self.voters) * 2 <= len(self.voters):
            raise Violation(
                f"Durability: {self.acked_zxid:#x} was acked, only the disks of"
                f" {sorted(holding)} hold it"
            )
        self.spec.finish(self.sessions.newest)

    def _on_disk(self, host: Watched) -> int:
        """Return where a disk ends; what it holds must be what was agreed on."""
        past, disk = self.past, host.disk.after_worst_cut()
        found = recover(disk, disk)
        end = found.last_zxid
        place = past.index.get(end, -1)
        if end > past.last_zxid:
            return end  # something is on its way
        if end and place == -1:
            raise Violation(f"Durability: n{host.sid}'s disk ends at {end:#x}: whose?")
        if fingerprint(found.tree) != past.prints[place + 1]:
            raise Violation(
                f"Durability: n{host.sid}'s disk has another tree: {end:#x}"
            )
        for zxid, entry in found.recent:
            if past.agreed[past.index.get(zxid, -1)] != (zxid, entry):
                raise Violation(f"Durability: n{host.sid}'s disk has another {zxid:#x}")
        return end


def _epochs_on(disk: SimDisk) -> dict[str, int]:
    return {n: int(disk.read(n)) for n in (ACCEPTED, CURRENT) if disk.size(n)}

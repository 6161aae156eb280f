"""The life of one server: look for a leader, lead or follow, look again.

    LOOKING  --Elected-->  LEADING | FOLLOWING | OBSERVING  --Abandon-->  LOOKING

A machine of machines: it owns the election and at most one role at a time,
passes events on to the right one, and joins them where one ends and the next
begins.  ZooKeeper calls this QuorumPeer.
"""

from collections.abc import Sequence
from typing import NamedTuple

from node.broadcast import effects as do
from node.broadcast import events as on
from node.broadcast.history import History
from node.broadcast.leader import NO_EPOCH_LEFT, Leader
from node.broadcast.learner import Learner
from node.broadcast.limits import Limits
from node.effects import StopTimer, TimerFired, note
from node.election import machine as election
from node.election.vote import Vote
from node.events import PortUnavailable, ServingClients, ServingStopped, StateChanged
from node.quorum import Ensemble
from node.wire.errors import ProtocolViolation
from node.wire.notification import PeerState

_JOINTS = frozenset((election.Elected, do.Abandon, do.Serve))
ELECTION_TIMERS = ("resend", "finalize")
ROLE_TIMERS = ("tick", "init", "redial")
NO_PORT = "no-quorum-port"  # why a leader steps down that could not listen


class Boot(NamedTuple):
    """The process has read its disk; begin."""


Event = on.Event | election.Event | Boot
Effect = do.Effect | election.Effect


class Member(NamedTuple):
    """Who this server is and whom it knows."""

    sid: int
    ensemble: Ensemble
    limits: Limits
    waits: election.Waits = election.Waits()


class Peer:
    """One server of the ensemble, whatever it is just doing."""

    def __init__(self, member: Member, history: History) -> None:
        """Be LOOKING, with the history that the disk holds."""
        self.member = member
        self.history = history
        self.state = PeerState.LOOKING
        self.role: Leader | Learner | None = None
        self.serving = False
        self.election = election.Election(member.sid, member.ensemble, member.waits)

    @property
    def phase(self) -> str:
        """Return election, discovery, synchronization or broadcast."""
        return self.role.phase.value if self.role else "election"

    @property
    def leader(self) -> int | None:
        """Return the sid this server follows or is; None while LOOKING."""
        if isinstance(self.role, Learner):
            return self.role.leader
        return self.member.sid if self.role else None

    def handle(self, event: Event, now_ms: int) -> list[Effect]:
        """Advance by one event and return the effects, in order.

        `now_ms` is any clock that only rises; it dates elections, nothing else.
        """
        match event:
            case election.Heard():
                return self._join(self.election.handle(event), now_ms)
            case TimerFired(name) if name in ELECTION_TIMERS:
                return self._join(self.election.handle(event), now_ms)
            case Boot():
                changed = note(StateChanged("", "LOOKING", "start"))
                return [changed, *self._look(now_ms)]
            case election.Start():
                raise AssertionError("elections are started here, by nobody else")
            case on.Listening() if isinstance(self.role, Leader):
                return self._join(self.role.start(), now_ms)
            case on.ListenFailed() if isinstance(self.role, Leader):
                failed = note(PortUnavailable("quorum", *event))
                return [failed, *self._end_role(NO_PORT, now_ms)]
            case _ if self.role:
                return self._join(self._ask_role(self.role, event), now_ms)
            case on.LinkUp(link):
                return [do.HangUp(link)]  # nobody leads here
            case _:
                return []  # meant for a role that has ended

    def _ask_role(self, role: Leader | Learner, event: on.Event) -> list[do.Effect]:
        """Let the role answer; if its peer broke the protocol, end that link only."""
        try:
            return role.handle(event)
        except ProtocolViolation as violation:
            if not isinstance(event, on.Received):
                raise
            down = on.LinkDown(event.link, f"protocol: {violation}")
            return [do.HangUp(event.link), *role.handle(down)]

    def _join(self, effects: Sequence[Effect], now_ms: int) -> list[Effect]:
        """Follow the effects that end one machine's work and begin another's."""
        if _JOINTS.isdisjoint(map(type, effects)):
            return list(effects)  # nearly always: this is on every packet's way
        joined: list[Effect] = []
        for effect in effects:
            match effect:
                case election.Elected(state, vote):
                    joined += self._join(self._begin_role(state, vote), now_ms)
                case do.Abandon(why):
                    return joined + self._join(self._end_role(why, now_ms), now_ms)
                case do.Serve(state, epoch):
                    self.serving = True
                    self.election.established(epoch)
                    joined += [effect, note(ServingClients(state, epoch))]
                case _:
                    joined.append(effect)
        return joined

    def _look(self, now_ms: int, *, skip: bool = True) -> list[Effect]:
        """Start an election, or skip it when we are the only voter.

        It is not skipped after a failure that would only repeat itself: even
        alone it takes its 200 ms.
        """
        member, history = self.member, self.history
        ballot = Vote(member.sid, history.last_zxid, history.current_epoch)
        if member.ensemble.quorum.voters == {member.sid} and skip:
            return self._join(self._begin_role(PeerState.LEADING, ballot), now_ms)
        return self._join(self.election.handle(election.Start(ballot, now_ms)), now_ms)

    def _begin_role(self, state: PeerState, vote: Vote) -> list[Effect]:
        """Begin to follow, or open the port without which nobody can lead.

        A leader does nothing before that: ZooKeeper binds in its constructor,
        and looks again if it cannot.
        """
        changed = note(StateChanged(self.state.name, state.name, "elected"))
        self.state = state
        member = self.member
        if state is PeerState.LEADING:
            self.role = Leader(member.sid, member.ensemble, self.history, member.limits)
            return [changed, do.Listen()]
        self.role = Learner(
            member.sid,
            vote.leader,
            self.history,
            member.limits,
            observer=state is PeerState.OBSERVING,
        )
        return [changed, *self.role.start()]

    def _end_role(self, why: str, now_ms: int) -> list[Effect]:
        """Drop clients and links, settle the log's tail, and look again.

        The tail is on disk but perhaps not committed.  It is applied all the
        same: our next vote claims the whole log, and should we lead, the whole
        log is what we lead with.  Should another lead, it will truncate us.
        """
        role, self.role = self.role, None
        effects: list[Effect] = [do.CloseLinks()]
        if self.serving:
            effects += [do.StopServing(why), note(ServingStopped(why))]
        self.serving = False
        effects += [StopTimer(name) for name in ROLE_TIMERS]
        effects.append(do.Flush())
        for proposal in role.tail if role else ():
            self.history.committed(proposal)
            effects.append(do.Deliver(*proposal))
        effects.append(note(StateChanged(self.state.name, "LOOKING", why)))
        self.state = PeerState.LOOKING
        return effects + self._look(now_ms, skip=why not in (NO_PORT, NO_EPOCH_LEFT))

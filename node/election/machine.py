"""Fast Leader Election as a state machine: events in, effects out, no I/O.

Feed it what happened (`Start`, `Heard`, `TimerFired`); it answers with what to
do next (`Tell`, `SetTimer`, `Elected`).  It never sleeps, never opens a socket
and never reads a clock, which is why the same code runs in production, in the
simulator and in the scenario tests.

Theory of operation.  Every LOOKING server sends its vote to all; a server that
receives a better vote adopts it and sends it to all again.  When a quorum holds
the same vote, wait a moment for a better one (`FINALIZE_WAIT_MS`), count again,
and the election is over.  Rounds number the elections of one process, so that ballots
of an old one are not counted in a new one.  Who has already decided answers
with its decision: that is how a late starter finds the leader (`_join`).
After ZooKeeper's FastLeaderElection; the rules are in docs/protocol/election.md.
"""

from typing import NamedTuple

from node.effects import Note, SetTimer, StopTimer, TimerFired, note
from node.election.vote import NOBODY, Vote
from node.events import (
    ElectionDecided,
    ElectionStarted,
    NotificationReceived,
    NotificationTimedOut,
    QuorumAgreed,
    RoundJoined,
    VoteChanged,
)
from node.quorum import Ensemble
from node.wire.notification import Notification, PeerState, config_version

FINALIZE_WAIT_MS = 200  # how long a winning vote must stay unbeaten
RESEND_MIN_MS = 200  # zookeeper.fastleader.minNotificationInterval
RESEND_MAX_MS = 60_000  # zookeeper.fastleader.maxNotificationInterval
ROUNDS_AHEAD_MAX = 1 << 32  # rounds that no ensemble begins while we sleep

LOOKING, FOLLOWING = PeerState.LOOKING, PeerState.FOLLOWING
LEADING, OBSERVING = PeerState.LEADING, PeerState.OBSERVING


class Start(NamedTuple):
    """Begin an election with this ballot: our own id, last zxid and epoch."""

    ballot: Vote
    now_ms: int


class Heard(NamedTuple):
    """A notification arrived; `id` names the sender's event, `now_ms` the time."""

    sender: int
    notification: Notification
    id: str
    now_ms: int


class Tell(NamedTuple):
    """Send a notification to one server."""

    to: int
    notification: Notification


class Elected(NamedTuple):
    """The election is over: become `state` under `vote.leader`."""

    state: PeerState
    vote: Vote


class Waits(NamedTuple):
    """The three waits of an election, in milliseconds."""

    finalize_ms: int = FINALIZE_WAIT_MS
    resend_min_ms: int = RESEND_MIN_MS
    resend_max_ms: int = RESEND_MAX_MS


Event = Start | Heard | TimerFired
Effect = Tell | SetTimer | StopTimer | Note | Elected


class Election:
    """One server's side of all its elections, for the lifetime of the process."""

    def __init__(self, sid: int, ensemble: Ensemble, timing: Waits) -> None:
        """Know oneself, the voters, and the member list to send along."""
        self.sid = sid
        self.quorum = ensemble.quorum
        self.members = ensemble.members
        self.config = ensemble.config
        self.timing = timing
        self.state = LOOKING
        self.round = 0
        self.ballot = Vote(NOBODY, NOBODY, NOBODY)  # what we would vote by ourselves
        self.vote = self.ballot  # what we vote now
        self.decided_round = 0  # the round that our decision belongs to
        self.started_ms = 0
        self.resend_ms = timing.resend_min_ms
        self.agreed = False  # a quorum holds our vote; the finalize timer runs
        self.ballots: dict[int, Heard] = {}  # LOOKING servers and same-round deciders
        self.decisions: dict[int, Heard] = {}  # servers that have a leader already

    def handle(self, event: Event) -> list[Effect]:
        """Advance by one event and return the effects, in order."""
        match event:
            case Heard():
                return self._hear(event)
            case Start():
                return self._start(event)
            case TimerFired("finalize") if self.state is LOOKING and self.agreed:
                return self._finalize()
            case TimerFired("resend") if self.state is LOOKING:
                return self._ask_again()
            case TimerFired():
                return []  # left over from an election that has ended

    def established(self, epoch: int) -> None:
        """Date our vote with the epoch that came of it, for those who ask later."""
        self.vote = self.vote._replace(peer_epoch=epoch)

    # --- one election, from start to end ---------------------------------

    def _start(self, start: Start) -> list[Effect]:
        self.state = LOOKING
        self.round += 1
        is_voter = self.sid in self.quorum.voters
        self.ballot = start.ballot if is_voter else Vote(NOBODY, NOBODY, NOBODY)
        self.vote = self.ballot
        self.started_ms = start.now_ms
        self.resend_ms = self.timing.resend_min_ms
        self.agreed = False
        self.ballots, self.decisions = {}, {}
        return [
            note(ElectionStarted(self.round, *self.vote)),
            *self._tell_all(),
            SetTimer("resend", self.resend_ms),
            *self._count(),
        ]

    def _ask_again(self) -> list[Effect]:
        """Nobody said anything new: repeat our vote, after a growing wait."""
        self.resend_ms = min(2 * self.resend_ms, self.timing.resend_max_ms)
        return [
            note(NotificationTimedOut(self.resend_ms)),
            *self._tell_all(),
            SetTimer("resend", self.resend_ms),
        ]

    def _finalize(self) -> list[Effect]:
        """No better vote came in time: count once more and believe the count.

        The re-count is no formality: ballots may have changed since the timer
        was set, and a majority that no longer exists must not elect a leader.
        """
        votes = self._supporters()
        if not self.quorum.agrees(votes):
            self.agreed = False
            return []
        now_ms = self.started_ms
        for sid in votes:
            if sid in self.ballots:
                now_ms = max(now_ms, self.ballots[sid].now_ms)
        took_ms = now_ms - self.started_ms + self.timing.finalize_ms
        return self._decide(self.vote, self.round, votes, "vote", took_ms)

    def _decide(
        self,
        vote: Vote,
        round_: int,
        votes: tuple[int, ...],
        how: str,
        took_ms: int,
    ) -> list[Effect]:
        if self.sid not in self.quorum.voters:
            self.state = OBSERVING
        else:
            self.state = LEADING if vote.leader == self.sid else FOLLOWING
        self.vote = vote
        self.decided_round = self.round = round_
        heard = {**self.ballots, **self.decisions} if how == "join" else self.ballots
        cause = [heard[sid].id for sid in votes if sid in heard]
        decided = ElectionDecided(
            self.state.name,
            round_,
            *vote,
            votes=votes,
            need=self.quorum.need,
            voters=len(self.quorum.voters),
            how=how,
            took_ms=took_ms,
        )
        return [
            StopTimer("resend"),
            StopTimer("finalize"),
            note(decided, *cause),
            Elected(self.state, vote),
        ]

    # --- hearing others ---------------------------------------------------

    def _hear(self, heard: Heard) -> list[Effect]:
        n = heard.notification
        effects: list[Effect] = [note(self._received(heard), heard.id)]
        if heard.sender not in self.members:
            return effects  # a stranger
        if n.round - self.round > ROUNDS_AHEAD_MAX:
            return effects  # to join it would bring us near the end of all rounds
        if heard.sender not in self.quorum.voters:
            if self.sid in self.quorum.voters:  # two observers would answer for ever
                effects.append(self._answer(heard.sender))
            return effects
        if self.state is not LOOKING:
            if n.state == LOOKING and self.state is not OBSERVING:
                effects.append(self._answer(heard.sender))  # help a late starter
            return effects
        if n.leader not in self.quorum.voters:
            return effects  # a vote for a non-voter does not count
        if n.state == LOOKING:
            effects += self._compare(heard)
        elif n.state in (FOLLOWING, LEADING):
            effects += self._join(heard)
        if self.state is LOOKING:
            effects.append(SetTimer("resend", self.resend_ms))
        return effects

    def _compare(self, heard: Heard) -> list[Effect]:
        """A fellow candidate spoke: adopt a better vote, then count."""
        n = heard.notification
        if n.zxid == -1 or self.ballot.zxid == -1:
            return []  # one of us lost its history (ZOOKEEPER-261): it may not vote
        if n.round < self.round:
            return [self._tell(heard.sender)]  # it lags; show it the newer round
        theirs = Vote(n.leader, n.zxid, n.peer_epoch)
        effects: list[Effect] = []
        if n.round > self.round:
            effects.append(note(RoundJoined(self.round, n.round, heard.sender)))
            self.round = n.round
            self.ballots = {}
            better = theirs if theirs.beats(self.ballot) else self.ballot
            effects += self._adopt(better, heard)
            effects += self._tell_all()
        elif theirs.beats(self.vote):
            effects += self._adopt(theirs, heard)
            effects += self._tell_all()
        elif self.vote.beats(theirs):
            # It may have been busy following when we told everybody.  ZooKeeper
            # lets it wait for the next repetition; one message saves 200 ms.
            effects.append(self._tell(heard.sender))
        self.ballots[heard.sender] = heard
        return effects + self._count()

    def _adopt(self, vote: Vote, heard: Heard) -> list[Effect]:
        old, self.vote = self.vote, vote
        if old == vote:
            return []
        self.agreed = False  # whatever a quorum held, it was another vote
        because = vote.reason_over(old) if vote.beats(old) else "newer round"
        changed = VoteChanged(
            self.round,
            old.leader,
            vote.leader,
            because,
            heard.sender,
            old.zxid,
            vote.zxid,
            old.peer_epoch,
            vote.peer_epoch,
        )
        return [note(changed, heard.id)]

    def _count(self) -> list[Effect]:
        """Start the last wait when a quorum agrees with us; stop it if no longer."""
        votes = self._supporters()
        if not self.quorum.agrees(votes):
            self.agreed = False
            return [StopTimer("finalize")]
        if self.agreed:
            return []
        self.agreed = True
        agreed = QuorumAgreed(
            self.round,
            self.vote.leader,
            votes,
            self.quorum.need,
            len(self.quorum.voters),
        )
        cause = [self.ballots[sid].id for sid in votes if sid in self.ballots]
        return [note(agreed, *cause), SetTimer("finalize", self.timing.finalize_ms)]

    def _supporters(self) -> tuple[int, ...]:
        """Return who holds exactly our vote in this round, ourselves included."""
        mine = self._notification()
        sids = {sid for sid, b in self.ballots.items() if same(b.notification, mine)}
        if self.sid in self.quorum.voters:
            sids.add(self.sid)
        return tuple(sorted(sids))

    def _join(self, heard: Heard) -> list[Effect]:
        """Somebody has a leader already: follow it if a quorum and it say so.

        A quorum alone is not enough.  Unless the leader itself says LEADING,
        its followers may be speaking of a server that has just died.
        """
        n = heard.notification
        if n.round == self.round:
            self.ballots[heard.sender] = heard
            votes = self._agreeing(self.ballots, n)
            if self.quorum.agrees(votes) and self._leads(self.ballots, n):
                return self._follow(heard, votes)
        self.decisions[heard.sender] = heard
        votes = self._agreeing(self.decisions, n)
        if self.quorum.agrees(votes) and self._leads(self.decisions, n):
            return self._follow(heard, votes)
        return []

    def _follow(self, heard: Heard, votes: tuple[int, ...]) -> list[Effect]:
        n = heard.notification
        vote = Vote(n.leader, n.zxid, n.peer_epoch)
        took_ms = heard.now_ms - self.started_ms
        return self._decide(vote, n.round, votes, "join", took_ms)

    def _agreeing(self, heard: dict[int, Heard], said: Notification) -> tuple[int, ...]:
        return tuple(
            sorted(sid for sid, h in heard.items() if same(h.notification, said))
        )

    def _leads(self, heard: dict[int, Heard], said: Notification) -> bool:
        """Return whether the leader they name says so itself."""
        if said.leader == self.sid:
            return said.round == self.round
        leader = heard.get(said.leader)
        return leader is not None and leader.notification.state == LEADING

    # --- speaking ---------------------------------------------------------

    def _tell_all(self) -> list[Effect]:
        return [self._tell(sid) for sid in sorted(self.quorum.voters - {self.sid})]

    def _tell(self, to: int) -> Tell:
        return Tell(to, self._notification())

    def _answer(self, to: int) -> Tell:
        """Tell what we hold now; once decided, in the round of that decision."""
        if self.state is LOOKING:
            return self._tell(to)
        decided = self._notification()._replace(round=self.decided_round)
        return Tell(to, decided)

    def _notification(self) -> Notification:
        return Notification(
            self.state,
            self.vote.leader,
            self.vote.zxid,
            self.round,
            self.vote.peer_epoch,
            config=self.config,
        )

    def _received(self, heard: Heard) -> NotificationReceived:
        n = heard.notification
        return NotificationReceived(
            heard.sender,
            PeerState(n.state).name,
            n.round,
            n.leader,
            n.zxid,
            n.peer_epoch,
            n.version,
            config_version(n.config),
            self.state.name,
        )


def same(one: Notification, other: Notification) -> bool:
    """Return whether two votes count as one.

    While either is LOOKING everything must match.  Two servers that have
    decided need only agree on leader and epoch; and if just one of them speaks
    a version that carries epochs properly, on the leader (ZOOKEEPER-1732).
    """
    if LOOKING in (one.state, other.state):
        return one[1:5] == other[1:5]
    if (one.version > 0) != (other.version > 0):
        return one.leader == other.leader
    return (one.leader, one.peer_epoch) == (other.leader, other.peer_epoch)

"""Event streams as a real lab would write them, for the narrator's tests."""

from collections.abc import Iterator

from node import events
from node.events import Record

Pairs = Iterator[tuple[int, object]]
Decided = events.ElectionDecided
Began = events.ElectionStarted
Plan = events.SyncPlanned
LOOKING, FOLLOWING, LEADING = "LOOKING", "FOLLOWING", "LEADING"
EPOCH_1 = 0x100000000


class Stream:
    """Builds records: each call is a later moment."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.seqs: dict[int, int] = {}

    def at(self, second: float, node: int, *happened: object) -> None:
        for event in happened:
            seq = self.seqs[node] = self.seqs.get(node, 0) + 1
            self.records.append(
                Record(
                    id=f"{node}.{seq}",
                    lab="default",
                    node=node,
                    boot=f"b{node}",
                    seq=seq,
                    at_ms=second * 1000,
                    cause=(),
                    src="node/shell/server.py:1",
                    event=event,
                )
            )


def started(sid: int, role: str = "participant") -> events.NodeStarted:
    return events.NodeStarted(
        role, (1, 2, 3), (), 2180 + sid, 8080 + sid, 2000, 10, 5, 100 + sid
    )


def votes_for_itself(sid: int, round_: int, zxid: int = 0, epoch: int = 0) -> Began:
    return events.ElectionStarted(round_, sid, zxid, epoch)


def decided(sid: int, leader: int, round_: int, *, how: str = "vote") -> Decided:
    state = LEADING if sid == leader else FOLLOWING
    return events.ElectionDecided(
        state, round_, leader, 0, 0, tuple(sorted({1, leader})), 2, 3, how, 250
    )


def synced(leader: int, learner: int, epoch: int, plan: events.SyncPlanned) -> Pairs:
    """Yield (node, event) pairs of one learner's synchronization."""
    yield leader, plan
    yield learner, events.PhaseChanged(FOLLOWING, "synchronization", epoch)
    yield learner, events.SyncReceived(plan.mode, plan.max_committed, plan.learner_last)
    yield learner, events.NewLeaderReceived(epoch)
    yield learner, events.EpochSaved(epoch, FOLLOWING)
    yield leader, events.NewLeaderAcked(learner, epoch)


def serves(leader: int, learner: int, epoch: int) -> Pairs:
    yield leader, events.LearnerSynced(learner, observer=False)
    yield learner, events.UpToDate(epoch, leader)
    yield learner, events.PhaseChanged(FOLLOWING, "broadcast", epoch)
    yield learner, events.ServingClients(FOLLOWING, epoch)


def diff(sid: int, last: int = 0, because: str = "same") -> events.SyncPlanned:
    return events.SyncPlanned(sid, "DIFF", because, last, 0, last, -1, 0)


def first_quorum() -> Stream:
    """n1, n2, n3 start in order; n2 leads; n3 joins."""
    stream = Stream()
    stream.at(
        0.0,
        1,
        started(1),
        events.Recovered(-1, 0, 0, 0, 0, torn=False),
        events.ListenerOpened("election", "127.0.0.1", 3888),
        events.StateChanged("", LOOKING, "start"),
        votes_for_itself(1, 1),
        events.PeerUnreachable(2, "127.0.0.1", 3889, "Connection refused"),
        events.PeerUnreachable(3, "127.0.0.1", 3890, "Connection refused"),
        events.NotificationTimedOut(400),
    )
    stream.at(0.60, 2, started(2), events.StateChanged("", LOOKING, "start"))
    stream.at(0.61, 2, votes_for_itself(2, 1), events.ConnectionYielded(3))
    stream.at(0.62, 1, events.PeerConnected(2))
    stream.at(0.62, 2, events.PeerConnected(1))
    stream.at(0.63, 2, events.NotificationSent(1, LOOKING, 1, 2, 0, 0))
    stream.at(
        0.64,
        1,
        events.NotificationReceived(2, LOOKING, 1, 2, 0, 0, 2, 0, LOOKING),
        events.VoteChanged(1, 1, 2, "higher id", 2, 0, 0, 0, 0),
        events.QuorumAgreed(1, 2, (1, 2), 2, 3),
    )
    stream.at(0.65, 2, events.QuorumAgreed(1, 2, (1, 2), 2, 3))
    _lead(stream, 0.85, leader=2, learner=1, epoch=1, plan=diff(1))
    stream.at(1.2, 3, started(3), events.StateChanged("", LOOKING, "start"))
    stream.at(1.21, 3, votes_for_itself(3, 1), decided(3, 2, 1, how="join"))
    stream.at(1.22, 3, events.StateChanged(LOOKING, FOLLOWING, "elected"))
    _join(stream, 1.25, leader=2, learner=3, epoch=1, plan=diff(3, EPOCH_1))
    return stream


def leader_killed() -> Stream:
    """n2 died: n1 and n3 notice, vote, and n3 leads epoch 2."""
    stream = Stream()
    for sid in (1, 3):
        stream.at(
            0.01,
            sid,
            events.LeaderLost(2, "closed", 9000),
            events.ServingStopped("leader-lost"),
            events.StateChanged(FOLLOWING, LOOKING, "leader-lost"),
            votes_for_itself(sid, 2, EPOCH_1, 1),
            events.PeerUnreachable(2, "127.0.0.1", 3889, "Connection refused"),
        )
    stream.at(
        0.02, 1, events.VoteChanged(2, 1, 3, "higher id", 3, EPOCH_1, EPOCH_1, 1, 1)
    )
    _lead(stream, 0.25, leader=3, learner=1, epoch=2, plan=diff(1, EPOCH_1))
    return stream


def _lead(
    stream: Stream,
    at: float,
    *,
    leader: int,
    learner: int,
    epoch: int,
    plan: events.SyncPlanned,
) -> None:
    round_ = epoch
    for sid in (leader, learner):
        state = LEADING if sid == leader else FOLLOWING
        stream.at(at, sid, decided(sid, leader, round_))
        stream.at(at, sid, events.StateChanged(LOOKING, state, "elected"))
    at += 0.05
    stream.at(at, leader, events.PhaseChanged(LEADING, "discovery", 0))
    stream.at(
        at, leader, events.LearnerJoined(learner, observer=False, accepted_epoch=0)
    )
    heard = tuple(sorted((leader, learner)))
    stream.at(at, leader, events.EpochProposed(epoch, heard, 2))
    stream.at(at, learner, events.EpochAccepted(epoch, leader, already=False))
    at += 0.02
    for number, (node, event) in enumerate(synced(leader, learner, epoch, plan)):
        stream.at(at + number / 1000, node, event)
    at += 0.02
    stream.at(at, leader, events.LeaderEstablished(epoch, heard, 2, 3))
    stream.at(at, leader, events.ServingClients(LEADING, epoch))
    for number, (node, event) in enumerate(serves(leader, learner, epoch)):
        stream.at(at + 0.001 + number / 1000, node, event)


def _join(
    stream: Stream,
    at: float,
    *,
    leader: int,
    learner: int,
    epoch: int,
    plan: events.SyncPlanned,
) -> None:
    both = [*synced(leader, learner, epoch, plan), *serves(leader, learner, epoch)]
    for number, (node, event) in enumerate(both):
        stream.at(at + number / 1000, node, event)

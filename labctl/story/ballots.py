"""The ballots of one node: its vote, why it changed, whose votes it has heard."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from node import events

_NO_VOTE = -(2**63)


class Ballot(NamedTuple):
    """A ballot: whom, and with which history."""

    leader: int  # 0: nobody
    epoch: int
    zxid: int
    round: int
    state: str = "LOOKING"  # of who casts it


class VoteChange(NamedTuple):
    """One change of a node's vote within an election."""

    at_ms: float
    vote: Ballot
    because: str  # itself | newer epoch | newer zxid | higher id | newer round | join
    heard_from: int  # 0: nobody, it was its own idea
    event: str  # the record's id


_EMPTY: Mapping[int, Ballot] = MappingProxyType({})


class Ballots(NamedTuple):
    """What one node knows of the election that it is in, or was in last."""

    vote: Ballot | None = None
    received: Mapping[int, Ballot] = _EMPTY  # the last heard of each peer
    changes: tuple[VoteChange, ...] = ()
    at_ms: float = 0  # when it last voted or decided
    decided: events.ElectionDecided | None = None
    ended: str = ""  # the id of the record that decided


def heard(ballots: Ballots, record: events.Record) -> Ballots:
    """Return the ballots after this record of their node."""
    match record.event:
        case events.ElectionStarted(round=number, leader=who, zxid=zxid):
            leader = 0 if who == _NO_VOTE else who
            vote = Ballot(leader, record.event.peer_epoch, zxid, number)
            first = _change(record, vote, "itself", 0)
            return Ballots(vote, changes=(first,), at_ms=record.at_ms)
        case events.VoteChanged() as event:
            vote = Ballot(
                event.new_leader, event.new_epoch, event.new_zxid, event.round
            )
            change = _change(record, vote, event.because, event.heard_from)
            changes = (*ballots.changes, change)
            return ballots._replace(vote=vote, changes=changes, at_ms=record.at_ms)
        case events.RoundJoined(new_round=number) if ballots.vote is not None:
            vote = ballots.vote._replace(round=number)
            return ballots._replace(vote=vote, received=_EMPTY, at_ms=record.at_ms)
        case events.NotificationReceived() as event if ballots.decided is None:
            nobody = event.leader == _NO_VOTE
            vote = Ballot(
                0 if nobody else event.leader,
                event.peer_epoch,
                event.zxid,
                event.round,
                event.state,
            )
            received = {**ballots.received, event.sender: vote}
            return ballots._replace(received=received)
        case events.ElectionDecided() as event:
            return _decided(ballots, record, event)
        case _:
            return ballots


def _decided(
    ballots: Ballots, record: events.Record, event: events.ElectionDecided
) -> Ballots:
    changes = ballots.changes
    before = ballots.vote
    vote = Ballot(event.leader, event.peer_epoch, event.zxid, event.round, event.state)
    if before is None or before.leader != event.leader:
        changes = (*changes, _change(record, vote, event.how, 0))
    return ballots._replace(
        vote=vote,
        changes=changes,
        at_ms=record.at_ms,
        decided=event,
        ended=record.id,
    )


def _change(
    record: events.Record, vote: Ballot, because: str, source: int
) -> VoteChange:
    return VoteChange(record.at_ms, vote, because, source, record.id)

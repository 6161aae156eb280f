"""The ballots of one node: its vote, why it changed, whose votes it has heard."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from node import events

_NO_VOTE = -(2**63)


class Vote(NamedTuple):
    """A ballot: whom, and with which history."""

    leader: int  # 0: nobody
    epoch: int
    zxid: int
    round: int
    state: str = "LOOKING"  # of who casts it


class Change(NamedTuple):
    """One step of a node's mind within an election."""

    at_ms: float
    vote: Vote
    because: str  # itself | newer epoch | newer zxid | higher id | newer round | join
    heard_from: int  # 0: nobody, it was its own idea
    event: str  # the record's id


_EMPTY: Mapping[int, Vote] = MappingProxyType({})


class Ballots(NamedTuple):
    """What one node knows of the election that it is in, or was in last."""

    vote: Vote | None = None
    received: Mapping[int, Vote] = _EMPTY  # the last heard of each peer
    changes: tuple[Change, ...] = ()
    decided: events.ElectionDecided | None = None
    ended: str = ""  # the id of the record that decided


def heard(ballots: Ballots, record: events.Record) -> Ballots:
    """Return the ballots after this record of their node."""
    match record.event:
        case events.ElectionStarted(round=number, leader=who, zxid=zxid):
            leader = 0 if who == _NO_VOTE else who
            vote = Vote(leader, record.event.peer_epoch, zxid, number)
            return Ballots(vote, changes=(_change(record, vote, "itself", 0),))
        case events.VoteChanged() as event:
            vote = Vote(event.new_leader, event.new_epoch, event.new_zxid, event.round)
            change = _change(record, vote, event.because, event.heard_from)
            return ballots._replace(vote=vote, changes=(*ballots.changes, change))
        case events.RoundJoined(new_round=number) if ballots.vote is not None:
            vote = ballots.vote._replace(round=number)
            return ballots._replace(vote=vote, received=_EMPTY)
        case events.NotificationReceived() as event if ballots.decided is None:
            nobody = event.leader == _NO_VOTE
            vote = Vote(
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
    vote = Vote(event.leader, event.peer_epoch, event.zxid, event.round, event.state)
    if before is None or before.leader != event.leader:
        changes = (*changes, _change(record, vote, event.how, 0))
    return ballots._replace(vote=vote, changes=changes, decided=event, ended=record.id)


def _change(record: events.Record, vote: Vote, because: str, source: int) -> Change:
    return Change(record.at_ms, vote, because, source, record.id)

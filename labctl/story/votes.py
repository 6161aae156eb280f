"""`labctl votes`: the last election as a matrix, one row for each changed vote."""

from typing import Any, NamedTuple

from rich.table import Table
from rich.text import Text

from labctl.screen.screen import Screen
from labctl.story.ballots import VoteChange
from labctl.story.participants import last_election
from labctl.story.world import LabWorld
from labctl.words.phrase import Phrase
from node.zxid import show


class VoteRow(NamedTuple):
    """One voter changed its vote, or decided; what all voters vote for then."""

    at_ms: float
    round: int
    voter: int
    votes: dict[int, int]  # voter -> candidate
    change: VoteChange
    decided: bool


def matrix(world: LabWorld) -> list[VoteRow]:
    """Return the last election's changes in order of time; empty if there was none."""
    steps = [
        (change.at_ms, sid, change, change is peer.ballots.changes[-1])
        for sid, peer in last_election(world).items()
        for change in peer.ballots.changes
    ]
    rows: list[VoteRow] = []
    votes: dict[int, int] = {}
    for at_ms, sid, change, final in sorted(steps, key=lambda step: step[:2]):
        votes = {**votes, sid: change.vote.leader}
        decided = final and world.peers[sid].ballots.decided is not None
        rows.append(VoteRow(at_ms, change.vote.round, sid, votes, change, decided))
    return rows


def show_votes(world: LabWorld, screen: Screen) -> None:
    """Print the matrix and what each voter decided."""
    rows = matrix(world)
    if screen.quiet:
        screen.document({"v": 1, "votes": [_document(row) for row in rows]})
        return
    if not rows:
        screen.say(Phrase("votes.none"))
        return
    voters = [sid for sid in world.voters if any(sid in row.votes for row in rows)]
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    table.add_column(screen.text(Phrase("column.time")), no_wrap=True)
    table.add_column(screen.text(Phrase("column.round")), no_wrap=True)
    for sid in voters:
        table.add_column(f"n{sid}", no_wrap=True)
    table.add_column(screen.text(Phrase("column.why")))
    for row in rows:
        table.add_row(*_cells(row, rows[0].at_ms, voters, screen))
    screen.show(table)
    for sid in voters:
        if (decided := world.peers[sid].ballots.decided) is not None:
            facts = {
                "sid": sid,
                "state": decided.state,
                "leader": decided.leader,
                "votes": decided.votes,
                "have": len(decided.votes),
                "need": decided.need,
                "voters": decided.voters,
                "took": decided.took_ms,
            }
            screen.say(Phrase("votes.decided", facts))


def _cells(
    row: VoteRow, origin_ms: float, voters: list[int], screen: Screen
) -> list[Any]:
    cells: list[Any] = [f"t+{(row.at_ms - origin_ms) / 1000:.2f}", str(row.round)]
    for sid in voters:
        vote = row.votes.get(sid)
        if vote is None:
            cells.append("")
            continue
        mark = "*" if sid == row.voter else " "
        cells.append(Text(f"{mark}n{vote}" if vote else f"{mark}-"))
    return [*cells, screen.text(_because(row))]


def _because(row: VoteRow) -> Phrase:
    vote = row.change.vote
    facts = {
        "voter": row.voter,
        "leader": vote.leader,
        "from": row.change.heard_from,
        "epoch": vote.epoch,
        "zxid": show(vote.zxid),
        "round": vote.round,
    }
    key = row.change.because.replace(" ", "-")
    return Phrase(f"rule.{key if key in _KNOWN else 'better'}", facts)


_KNOWN = ("itself", "newer-epoch", "newer-zxid", "higher-id", "newer-round", "join")


def _document(row: VoteRow) -> dict[str, Any]:
    vote = row.change.vote
    return {
        "at_ms": row.at_ms,
        "round": row.round,
        "voter": row.voter,
        "votes": {str(sid): leader or None for sid, leader in row.votes.items()},
        "because": row.change.because,
        "heard_from": row.change.heard_from or None,
        "epoch": vote.epoch,
        "zxid": show(vote.zxid),
        "event": row.change.event,
    }

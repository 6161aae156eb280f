"""How much a recording may pile up: what a fold carries along is copied at each step.

A lab's own recordings stay far below these bounds.  One made to be slow does not, and
is refused at the event that oversteps, so grading takes time in proportion to the
number of events.
"""

from collections.abc import Iterable

from labctl.classroom.marking import moved
from labctl.story.world import LabWorld, new_world
from node.events import Record

GAPS_MAX = 100  # spans of transactions on one disk: an honest log has one each epoch
CARRIED_MAX = 2000  # open sessions, faults that stand, changes of one node's vote


class PilesUp(Exception):
    """A recording has more open at once than any lab of ours."""


def check(records: Iterable[Record]) -> None:
    """Fold the records once; PilesUp where more is open than a lab can have."""
    world = new_world((), ())
    for record in records:
        world = moved(world, record)
        if _piles_up(world, record.node):
            raise PilesUp(record.id)


def _piles_up(world: LabWorld, sid: int) -> bool:
    gaps, carried = len(world.agreed), len(world.faults)
    if (peer := world.peers.get(sid)) is not None:
        log, ballots = peer.log, peer.ballots
        gaps = max(gaps, len(log.logged), len(log.committed), len(log.cut))
        sizes = (peer.sessions, peer.learners, peer.met, ballots.received)
        carried = max(carried, len(ballots.changes), *map(len, sizes))
    return gaps > GAPS_MAX or carried > CARRIED_MAX

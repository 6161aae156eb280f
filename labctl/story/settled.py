"""When has the ensemble settled?  Pure questions about a world.

With links blocked there may be several islands, each settled in its own way.  A
network that is broken in one direction only, or differently for each node, may
never come to rest; there the answer is that nothing changes any more.
"""

from collections.abc import Iterable

from labctl.story.states import LOOKING
from labctl.story.world import LabWorld, Peer

Blocked = frozenset[tuple[int, int]]  # what the first says, the second never hears
FREE: Blocked = frozenset()


def looking(world: LabWorld, sid: int) -> bool:
    """Return whether this node is up and votes, or already went beyond that."""
    return bool(world.peers[sid].up and world.peers[sid].state)


def serving(world: LabWorld) -> tuple[int, ...]:
    """Return the ids of the nodes that serve clients."""
    return tuple(peer.sid for peer in world.alive() if peer.serving)


def settled(world: LabWorld, blocked: Blocked = FREE) -> bool:
    """Return whether nothing more will happen unless somebody acts.

    An island with a majority: one leader, and every living node serves under it.
    Without one: no living voter serves any more, because none may.
    """
    parts = islands(world, blocked)
    if parts is None:
        return _steady(world)
    return all(_island_settled(world, part) for part in parts)


def blocked_by(world: LabWorld) -> Blocked:
    """Return the directions that the faults of this world block."""
    cuts = [f for f in world.faults.values() if f.kind in ("cut", "partition")]
    links = [link.split(">") for fault in cuts for link in fault.links]
    return frozenset((int(source), int(target)) for source, target in links)


def islands(world: LabWorld, blocked: Blocked) -> tuple[tuple[int, ...], ...] | None:
    """Return the living nodes by who hears whom, or None if that is no partition.

    In a partition everybody hears everybody on the same island, and nobody else.
    """
    alive = [peer.sid for peer in world.alive()]
    whole = [(a, b) for a, b in blocked if a in alive and b in alive]
    if any((b, a) not in blocked for a, b in whole):
        return None
    found: dict[frozenset[int], None] = {}
    for sid in alive:
        found[frozenset(s for s in alive if (sid, s) not in blocked)] = None
    if sum(map(len, found)) != len(alive):
        return None
    return tuple(tuple(sorted(part)) for part in found)


def leader_of(world: LabWorld, part: Iterable[int]) -> Peer | None:
    """Return the node that serves as leader among these, if one does."""
    leader = world._replace(peers={sid: world.peers[sid] for sid in part}).leader()
    return leader if leader and len(_followers(world, leader)) >= world.need else None


def fingerprint(world: LabWorld) -> object:
    """Return what must stay the same before a partial partition counts as settled."""
    leader = world.leader()
    return (leader.sid, leader.epoch) if leader else None, serving(world)


def _island_settled(world: LabWorld, part: tuple[int, ...]) -> bool:
    peers = [world.peers[sid] for sid in part]
    if len([peer for peer in peers if peer.voter]) >= world.need:
        return _one_leader(peers)
    return all(peer.state == LOOKING and not peer.serving for peer in peers)


def _one_leader(alive: list[Peer]) -> bool:
    leaders = [peer for peer in alive if peer.state == "LEADING"]
    if len(leaders) != 1 or not leaders[0].serving:
        return False
    leader = leaders[0]
    others = frozenset(peer.sid for peer in alive) - {leader.sid}
    return leader.learners == others and all(
        peer.serving and peer.leader == leader.sid and peer.epoch == leader.epoch
        for peer in alive
    )


def _steady(world: LabWorld) -> bool:
    """Return whether one leader has its majority, or nobody serves at all."""
    leaders = [p for p in world.alive() if p.state == "LEADING" and p.serving]
    if not leaders:
        return not serving(world)
    if len(leaders) > 1 or len(_followers(world, leaders[0])) < world.need:
        return False
    return all(peer.leader == leaders[0].sid for peer in world.alive() if peer.serving)


def _followers(world: LabWorld, leader: Peer) -> list[Peer]:
    """Return the voters that serve under a leader, itself included."""
    return [
        p for p in world.alive() if p.voter and p.serving and p.leader == leader.sid
    ]

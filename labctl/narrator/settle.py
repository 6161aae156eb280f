"""When has the ensemble settled?  Pure questions about a world."""

from labctl.narrator.world import LOOKING, Peer, World


def looking(world: World, sid: int) -> bool:
    """Return whether this node is up and votes, or already went beyond that."""
    return bool(world.peers[sid].up and world.peers[sid].state)


def serving(world: World) -> tuple[int, ...]:
    """Return the ids of the nodes that serve clients."""
    return tuple(peer.sid for peer in world.alive() if peer.serving)


def settled(world: World) -> bool:
    """Return whether nothing more will happen unless somebody acts.

    With a majority alive: one leader, and every living node serves under it.
    Without one: no living voter serves any more, because none may.
    """
    alive = world.alive()
    voters = [peer for peer in alive if peer.voter]
    if len(voters) >= world.need:
        return _one_reign(alive)
    return all(peer.state == LOOKING and not peer.serving for peer in alive)


def _one_reign(alive: list[Peer]) -> bool:
    leaders = [peer for peer in alive if peer.state == "LEADING"]
    if len(leaders) != 1 or not leaders[0].serving:
        return False
    leader = leaders[0]
    others = frozenset(peer.sid for peer in alive) - {leader.sid}
    return leader.learners == others and all(
        peer.serving and peer.leader == leader.sid and peer.epoch == leader.epoch
        for peer in alive
    )

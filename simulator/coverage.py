"""What a run exercised: which packet came in which state, which way to synchronize.

Counted, not guessed: `tests/torture` prints what a whole run never reached of the
pairs that it must reach.
"""

from node.broadcast.leader import Leader
from node.broadcast.learner import Learner
from node.events import SyncPlanned
from node.peer import Peer
from node.wire.notification import Notification, PeerState
from node.wire.quorum import Packet, PacketType


class Coverage:
    """How often each pair occurred in one world."""

    def __init__(self) -> None:
        """Begin with nothing reached."""
        self.reached: dict[str, int] = {}

    def _count(self, pair: str) -> None:
        self.reached[pair] = self.reached.get(pair, 0) + 1

    def heard(self, peer: Peer, n: Notification) -> None:
        """A vote came: count who hears it, who says it, and from which round."""
        mine, theirs = peer.state.name, PeerState(n.state).name
        own = peer.election.round
        age = "older" if n.round < own else "newer" if n.round > own else "same"
        self._count(f"{mine} <- {theirs}, {age} round")

    def received(self, peer: Peer, link: int, packet: Packet) -> None:
        """A packet came: count it with the role and how far that has come."""
        kind = PacketType(packet.type).name
        role = peer.role
        if isinstance(role, Leader):
            learner = role.learners.get(link)
            if learner is not None:
                who = "observer" if learner.observer else "learner"
                stage = learner.stage.value
                self._count(f"leader in {role.phase.value}, {who} {stage} <- {kind}")
        elif isinstance(role, Learner):
            who = "observer" if role.observer else "follower"
            phase = role.phase.value
            if phase == "synchronization":
                phase = "NEWLEADER acked" if role.accepted else "synchronization"
            self._count(f"{who} in {phase} <- {kind}")

    def planned(self, peer: Peer, event: SyncPlanned) -> None:
        """A leader chose how to bring a learner in line."""
        flying = isinstance(peer.role, Leader) and peer.role.agreement.outstanding
        plan = f"sync {event.mode} {event.because}"
        self._count(plan + (" + outstanding" if flying else ""))

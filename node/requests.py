"""What becomes of clients' requests: forwarded by a learner, proposed by a leader.

A learner sends writes upstream and waits for their commit like everybody else.
The leader gives each one its zxid, lets the `Preparer` decide what it means, and
has the result agreed on.  It also keeps watch over sessions: only the leader
expires them.  Census 2.8, 2.9, 3.11.
"""

from typing import TYPE_CHECKING

from node.broadcast import effects as do
from node.broadcast.effects import UPSTREAM
from node.broadcast.leader import Leader
from node.clients.prepare import Preparer, Request
from node.clients.service import Service
from node.clients.session import SessionTracker
from node.effects import note
from node.events import SessionExpired
from node.tree.znodes import Tree
from node.wire.client import Id, Op
from node.wire.quorum import (
    ForwardedRequest,
    Packet,
    PacketType,
    pack_request,
    pack_revalidation,
    pack_touches,
)

if TYPE_CHECKING:
    from node.server import Server


class Requests:
    """The way from this server's clients, and its learners', to the agreement.

    The node is the `Server` that this belongs to.
    """

    def __init__(self, node: "Server", tree: Tree, tick_ms: int) -> None:
        """Nobody leads as yet; the tracker is used while we do."""
        self.node = node
        self.tick_ms = tick_ms
        self.tracker = SessionTracker(tick_ms)
        self.preparer = Preparer(tree, self.tracker)
        self.owners: dict[int, object] = {}  # by link: who serves a session

    # --- a reign begins, a reign ends -------------------------------------------

    def lead(self, tree: Tree) -> None:
        """Watch over every known session, each with its full time-out."""
        now_ms = self.node.world.now_ms()
        self.tracker = SessionTracker(self.tick_ms)
        self.tracker.now_ms = now_ms  # else the first session is born dead
        self.preparer = Preparer(tree, self.tracker)
        for session, timeout_ms in tree.sessions.items():
            self.tracker.add(session, timeout_ms, now_ms)

    def delivered(self, zxid: int, session: int, kind: int) -> None:
        """A transaction of ours is in the tree."""
        self.preparer.committed(zxid)
        if kind == Op.CLOSE_SESSION:
            self.tracker.remove(session)

    # --- requests ---------------------------------------------------------------

    def take(self, service: Service, *, leading: bool) -> None:
        """Send on what the clients have asked since the last time."""
        role = self.node.peer.role
        while service.requests and service.serving:
            requests = service.requests[:]
            service.requests.clear()
            for request in requests:
                if self.node.peer.role is not role:
                    return  # the reign ended with the last one (zxid rollover)
                if not leading:
                    self._forward(request)
                elif request.op == Op.SYNC:
                    self.node.handle(do.SyncAsked())
                else:
                    self._propose(request)
        asked = service.revalidations[:]
        service.revalidations.clear()
        for session, timeout_ms in asked:
            if leading:
                alive = self._alive(session, timeout_ms, service)
                service.revalidated(session, alive)
            else:
                data = pack_touches({session: timeout_ms})
                self._upstream(Packet(PacketType.REVALIDATE, -1, data))

    def order(self, effect: do.Order) -> None:
        """A learner forwards a write of one of its clients."""
        ids = tuple(Id(*identity) for identity in effect.authinfo)
        owner = self.owners.get(effect.link)
        self._propose(Request(*effect.request, ids, owner))

    def _propose(self, request: Request) -> None:
        """Give a write its zxid, decide what it means, and have it agreed on."""
        node = self.node
        role = node.peer.role
        assert isinstance(role, Leader), "only a leader proposes"
        zxid = role.next_zxid
        entry = self.preparer.prepare(request, zxid, node.world.wall_ms())
        node.perform(node.peer.handle(do.Propose(zxid, entry), node.world.now_ms()))
        if node.peer.role is role:  # else the zxids of its epoch were used up
            node.spans.proposed.add(zxid, zxid)

    def _forward(self, request: Request) -> None:
        data = pack_request(ForwardedRequest(*request[:4]))
        ids = tuple((identity.scheme, identity.id) for identity in request.ids)
        self._upstream(Packet(PacketType.REQUEST, -1, data, ids))

    def _upstream(self, packet: Packet) -> None:
        self.node.world.send((UPSTREAM,), packet)

    # --- sessions -----------------------------------------------------------------

    def pong(self, effect: do.Pong) -> None:
        """Tell the leader which sessions we heard of."""
        touches = pack_touches(self.node.service.touched())
        self._upstream(Packet(PacketType.PING, effect.zxid, touches))

    def touch(self, sessions: dict[int, int]) -> None:
        """Somebody heard of these sessions."""
        now_ms = self.node.world.now_ms()
        for session, timeout_ms in sessions.items():
            self.tracker.touch(session, timeout_ms, now_ms)

    def revalidate(self, effect: do.Revalidate) -> None:
        """A learner asks whether a session that moved to it is alive."""
        owner = self.owners.get(effect.link)
        alive = self._alive(effect.session, effect.timeout_ms, owner)
        answer = pack_revalidation(effect.session, alive=alive)
        packet = Packet(PacketType.REVALIDATE, -1, answer)
        self.node.world.send((effect.link,), packet)

    def expire(self, service: Service) -> None:
        """Close the sessions that nobody has heard of for their time-out."""
        self.touch(service.touched())
        for session in self.tracker.expired(self.node.world.now_ms()):
            timeout_ms = self.tracker.timeout_of(session)
            self.node.world.publish(note(SessionExpired(session, timeout_ms)))
            self._propose(Request(session, 0, Op.CLOSE_SESSION, b"", (), service))

    def _alive(self, session: int, timeout_ms: int, owner: object) -> bool:
        alive = self.tracker.touch(session, timeout_ms, self.node.world.now_ms())
        if alive:
            self.tracker.set_owner(session, owner)
        return alive

"""What becomes of clients' requests: forwarded by a learner, proposed by a leader.

A learner sends writes upstream and waits for their commit like everybody else.
The leader gives each one its zxid, lets the `Preparer` decide what it means, and
has the result agreed on.  It also keeps watch over sessions: only the leader
expires them.  After ZooKeeper's PrepRequestProcessor, LearnerHandler and
SessionTrackerImpl.
"""

from collections.abc import Callable

from node.broadcast import effects as do
from node.broadcast import events as on
from node.broadcast.effects import UPSTREAM
from node.broadcast.leader import Leader
from node.clients.cleaner import Cleaner
from node.clients.prepare import Preparer, Request
from node.clients.service import Service
from node.clients.session import SessionTracker
from node.effects import note
from node.environment import Environment
from node.events import SessionExpired
from node.peer import Effect, Peer
from node.tree.znodes import Tree
from node.txn_ranges import TxnRange
from node.wire.client import Id, Op
from node.wire.jute import ustring_bytes
from node.wire.quorum import (
    ForwardedRequest,
    Packet,
    PacketType,
    pack_request,
    pack_revalidation,
    pack_touches,
)

ENDED_AT_ONCE = 128  # expired sessions whose ends are proposed together


class Requests:
    """The way from this server's clients, and its learners', to the agreement."""

    def __init__(
        self,
        env: Environment,
        peer: Peer,
        service: Service,
        perform: Callable[[list[Effect]], None],
        proposed: TxnRange,
    ) -> None:
        """Begin without leading; the session tracker is used only while we lead.

        `perform` carries out what the peer answers; `proposed` gathers the zxids of
        our own proposals for the event stream.
        """
        self.env = env
        self.peer = peer
        self.service = service
        self.perform = perform
        self.proposed = proposed
        self.tracker = SessionTracker(peer.member.limits.tick_ms)
        self.preparer = self._new_preparer()
        self.cleaner = self._new_cleaner()
        self.owners: dict[int, object] = {}  # by link: who serves a session
        self.expiring = False  # sessions may have expired that are not ended yet
        self.batch_zxid = 0  # the last end that was proposed; 0: it is applied

    # --- leading begins, leading ends -------------------------------------------

    def lead(self) -> None:
        """Watch over every known session, each with its full time-out."""
        tree, now_ms = self.service.tree, self.env.now_ms()
        self.tracker = SessionTracker(self.peer.member.limits.tick_ms)
        self.tracker.now_ms = now_ms  # else the first session has expired at once
        self.preparer = self._new_preparer()
        self.cleaner = self._new_cleaner()
        for session, timeout_ms in tree.sessions.items():
            self.tracker.add(session, timeout_ms, now_ms)

    def _new_preparer(self) -> Preparer:
        service = self.service
        ttl_nodes = service.settings.cleaner.ttl_nodes
        return Preparer(service.tree, self.tracker, ttl_nodes=ttl_nodes)

    def _new_cleaner(self) -> Cleaner:
        limits = self.service.settings.cleaner
        return Cleaner(self.service.tree, limits, self.env.now_ms())

    def stop(self) -> None:
        """Drop the changes that are on their way: we lead no more."""
        self.preparer.forget()
        self.expiring = False
        self.batch_zxid = 0

    def use_tree(self, tree: Tree) -> None:
        """Judge requests by another tree, after a SNAP or TRUNC put it in place."""
        self.preparer.use_tree(tree)

    def learner_up(self, link: int) -> None:
        """Let a learner own the sessions that it will speak for."""
        self.owners[link] = object()

    def learner_down(self, link: int) -> None:
        """Forget a learner whose connection has ended."""
        self.owners.pop(link, None)

    def delivered(self, zxid: int, session: int, kind: int) -> None:
        """A transaction of ours is in the tree."""
        self.preparer.committed(zxid)
        if kind == Op.CLOSE_SESSION:
            self.tracker.remove(session)
        if zxid == self.batch_zxid:
            self.batch_zxid = 0
            if self.expiring:
                self.env.settle_soon()

    # --- requests ---------------------------------------------------------------

    def take(self, *, leading: bool) -> None:
        """Send on what the clients have asked since the last time."""
        service, role = self.service, self.peer.role
        while service.requests and service.serving:
            requests = service.requests[:]
            service.requests.clear()
            for request in requests:
                if self.peer.role is not role:
                    return  # leading ended with the last one (zxid rollover)
                if not leading:
                    self._forward(request)
                elif request.op == Op.SYNC:
                    self.env.because(())
                    self._submit(on.SyncAsked())
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

    def forwarded(self, effect: do.Prepare) -> None:
        """A learner forwards a write of one of its clients."""
        ids = tuple(Id(*identity) for identity in effect.authinfo)
        owner = self.owners.get(effect.link)
        self._propose(Request(*effect.request, ids, owner))

    def _propose(self, request: Request) -> None:
        """Give a write its zxid, decide what it means, and have it agreed on."""
        role = self._leader()
        self.tracker.advance(self.env.now_ms())  # a new session's time begins now
        zxid = role.next_zxid
        entry = self.preparer.prepare(request, zxid, self.env.wall_ms())
        self._submit(on.Propose(zxid, entry))
        if self.peer.role is role:  # else the zxids of its epoch were used up
            self.proposed.add(zxid, zxid)

    def _leader(self) -> Leader:
        role = self.peer.role
        assert isinstance(role, Leader), "only a leader proposes"
        return role

    def _submit(self, event: on.Event) -> None:
        """Let the peer decide, and carry out what it answers."""
        self.perform(self.peer.handle(event, self.env.now_ms()))

    def _forward(self, request: Request) -> None:
        data = pack_request(ForwardedRequest(*request[:4]))
        ids = tuple((identity.scheme, identity.id) for identity in request.ids)
        self._upstream(Packet(PacketType.REQUEST, -1, data, ids))

    def _upstream(self, packet: Packet) -> None:
        self.env.send((UPSTREAM,), packet)

    # --- sessions -----------------------------------------------------------------

    def pong(self, effect: do.Pong) -> None:
        """Tell the leader which sessions we heard of."""
        touches = pack_touches(self.service.touched())
        self._upstream(Packet(PacketType.PING, effect.zxid, touches))

    def touch(self, sessions: dict[int, int]) -> None:
        """Somebody heard of these sessions."""
        now_ms = self.env.now_ms()
        for session, timeout_ms in sessions.items():
            self.tracker.touch(session, timeout_ms, now_ms)

    def revalidate(self, effect: do.Revalidate) -> None:
        """A learner asks whether a session that moved to it is alive."""
        owner = self.owners.get(effect.link)
        alive = self._alive(effect.session, effect.timeout_ms, owner)
        answer = pack_revalidation(effect.session, alive=alive)
        packet = Packet(PacketType.REVALIDATE, -1, answer)
        self.env.send((effect.link,), packet)

    def expire(self) -> None:
        """Have the sessions ended whose time-out has passed without a sign of life."""
        self.touch(self.service.touched())
        self.expiring = True

    def end_expired(self) -> None:
        """Propose the end of expired sessions; the next batch when this one is applied.

        The ends of ten thousand at once would keep everybody else waiting for seconds.
        A session that waits for its batch is not over yet: it may still be heard of.
        """
        if not self.expiring or self.batch_zxid:
            return
        expired = self.tracker.expired(self.env.now_ms(), ENDED_AT_ONCE)
        self.expiring = len(expired) == ENDED_AT_ONCE
        role = self.peer.role
        for session in expired:
            if self.peer.role is not role:
                return  # leading ended with the last one (zxid rollover)
            timeout_ms = self.tracker.timeout_of(session)
            self.env.publish(note(SessionExpired(session, timeout_ms)))
            self.batch_zxid = self._leader().next_zxid
            self._propose(Request(session, 0, Op.CLOSE_SESSION, b"", (), self.service))

    def _alive(self, session: int, timeout_ms: int, owner: object) -> bool:
        alive = self.tracker.touch(session, timeout_ms, self.env.now_ms())
        if alive:
            self.tracker.set_owner(session, owner)
        return alive

    # --- containers and TTL nodes -----------------------------------------------------

    def clean(self) -> None:
        """Propose the end of containers and TTL nodes whose time has passed.

        One that is about to change is left alone; the next look will find it.
        """
        role = self.peer.role
        for path in self.cleaner.due(self.env.now_ms(), self.env.wall_ms()):
            if self.peer.role is not role:
                return  # leading ended with the last one (zxid rollover)
            if self.preparer.at_rest(path):
                body = ustring_bytes(path)
                self.env.because(())
                self._propose(
                    Request(0, 0, Op.DELETE_CONTAINER, body, (), self.service)
                )

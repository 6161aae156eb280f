"""Follow the nodes' event streams, narrate them in order, know when to stop.

Records of several nodes are merged by their time; a short hold-back lets a
slower file catch up, so that a cause is narrated before its effect.
"""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path

from labctl.errors import CONFLICT, LabError
from labctl.lab.runtime.base import DOWN, PAUSED, LineTail, Runtime
from labctl.lab.runtime.files import FileTail
from labctl.lab.status import NodeView
from labctl.lab.topology import Topology
from labctl.lab.wire_tap import Wiretap
from labctl.screen.line import STORY, Line
from labctl.story.lab_events import LAB_EVENTS
from labctl.story.narrator.java import JavaLog
from labctl.story.narrator.narrate import narrate
from labctl.story.recording.order import Hold
from labctl.story.recording.recorder import FILE, LAB
from labctl.story.states import LEADING
from labctl.story.world import LabWorld, Peer, advance, fallen, new_world, with_pause
from labctl.words.phrase import Phrase
from node.events import ElectionStarted, Record, decode

_HOLD_MS = 60.0  # a slower file may still bring what was earlier
_POLL_S = 0.02
_LIVENESS_S = 0.25

Tails = dict[int, LineTail]  # of each node
Show = Callable[[Line, Record | None], None]  # None: the lab says it, no node


class Follower:
    """Follows one lab from now on, until the condition of its caller holds."""

    def __init__(
        self, lab: str, runtime: Runtime, tails: Tails, world: LabWorld, show: Show
    ) -> None:
        """Follow every node from where its tail begins; `world` is how it was then."""
        self.lab = lab
        self.runtime = runtime
        self.world = world
        self.show = show
        self.tails = tails
        self.before: Sequence[NodeView] = ()  # how the nodes were at the beginning
        self.seen: Mapping[int, tuple[str, int]] = {}  # boot and seq that `world` holds
        self.known: Collection[str] = ()  # ids of records that are in `world` already
        self.hold = Hold(_HOLD_MS)
        self.expected: set[int] = set()  # who should run; if one ends, that is narrated
        self.elections = 0  # how many times a voter began to vote
        self.next_look = 0.0
        self.java: JavaLog | None = None
        self.tap: Wiretap | None = None
        self.heard: Callable[[Record], None] = lambda _record: None
        self.gone: Callable[[], bool] = lambda: False  # the lab was taken down
        self.died: Callable[[int], None] = lambda _sid: None  # ended by itself

    def follow_lab_events(self, folder: Path, known: Collection[str]) -> None:
        """Narrate also what other commands do to this lab, past what is known."""
        self.tails[LAB] = FileTail(folder / FILE)
        self.known = known

    def note(self, sid: int, what: Phrase, why: Phrase | None = None) -> None:
        """Say what this command does itself, in the same story."""
        now_ms = time.time() * 1000
        self.show(Line(now_ms, sid, STORY, what, why, turning=True), None)

    def until(
        self, done: Callable[[LabWorld], bool], limit_s: float, *, stable_s: float = 0.0
    ) -> bool:
        """Narrate until `done` holds for a while; False at the time limit.

        LabError if somebody takes the lab down meanwhile.
        """
        end = time.monotonic() + limit_s
        since: float | None = None
        while True:
            self._read()
            self._release(time.time() * 1000)
            if self.gone():
                raise LabError(Phrase("lab.gone", {"lab": self.lab}), None, CONFLICT)
            self._check_lives()
            now = time.monotonic()
            if not done(self.world):
                since = None
            elif since is None:
                since = now
            if since is not None and now - since >= stable_s:
                self._release(float("inf"))
                if done(self.world):
                    return True
            if now > end:
                return False
            time.sleep(_POLL_S)

    def starts(self, sid: int) -> None:
        """Expect this node to live from now on."""
        self.expected.add(sid)

    def ends(self, sid: int) -> None:
        """Expect this node to end: it needs no line of its own."""
        self.expected.discard(sid)

    def fell(self, sid: int) -> None:
        """Take note that the node's process is gone."""
        self.ends(sid)
        self.world = fallen(self.world, sid)

    def set_paused(self, sid: int, *, paused: bool) -> None:
        """Take note that the node was paused or resumed."""
        self.world = with_pause(self.world, sid, paused=paused)

    def missing(self) -> list[int]:
        """Return the nodes that should live and do not."""
        return [
            sid
            for sid in sorted(self.expected)
            if self.runtime.run(sid).condition == DOWN
        ]

    def close(self) -> None:
        """Stop following."""
        for tail in self.tails.values():
            tail.close()

    def _read(self) -> None:
        if self.tap is not None:
            self.tap.renew()
        for tail in self.tails.values():
            self.hold.add(self._records(tail.read()))

    def _records(self, lines: Iterable[str]) -> list[Record]:
        records = (decode(line, LAB_EVENTS) for line in lines)
        return [
            r
            for r in records
            if r is not None and r.lab == self.lab and not self._has(r)
        ]

    def _has(self, record: Record) -> bool:
        """Return whether the world holds this event already."""
        boot, seq = self.seen.get(record.node, ("", 0))
        return record.id in self.known or (record.boot == boot and record.seq <= seq)

    def _release(self, now_ms: float) -> None:
        for record in self.hold.release(now_ms):
            line = narrate(self.world, record)
            if line is not None and self.java is not None:
                line = self.java.beside(line, self.world, record)
            peer = self.world.peers.get(record.node)
            if isinstance(record.event, ElectionStarted) and peer and peer.voter:
                self.elections += 1
            self.world = advance(self.world, record)
            if line is not None:
                self.show(line, record)
            self.heard(record)

    def _check_lives(self) -> None:
        now = time.monotonic()
        if now < self.next_look:
            return
        self.next_look = now + _LIVENESS_S
        for sid in self.missing():
            self._read()
            self._release(float("inf"))
            facts = {"why": self.runtime.last_words(sid)}
            self.note(
                sid, Phrase("NodeEnded.unasked"), Phrase("NodeEnded.unasked.why", facts)
            )
            self.died(sid)
            self.fell(sid)


def world_of(topology: Topology, views: Iterable[NodeView]) -> LabWorld:
    """Return the world as the nodes describe it, for the narrator to begin with."""
    world = new_world(topology.voters, topology.observers)
    peers = dict(world.peers)
    views = list(views)
    following = {v.node.sid: v.answer.leader for v in views if v.answer is not None}
    for view in views:
        sid, answer = view.node.sid, view.answer
        learners = {s for s, leader in following.items() if leader == sid and s != sid}
        peer = Peer(
            sid,
            view.node.voter,
            up=view.up,
            paused=view.run.condition == PAUSED,
            lonely=True,
        )
        if answer is not None:
            peer = peer._replace(
                state=answer.state,
                phase=answer.phase,
                leader=answer.leader,
                epoch=answer.epoch,
                serving=answer.serving,
                learners=frozenset(learners if answer.state == LEADING else ()),
            )
        peers[sid] = peer
    return LabWorld(peers)

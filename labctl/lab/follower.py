"""Follow the nodes' event streams, tell them in order, know when to stop.

Records of several nodes are merged by their time; a short hold-back lets a
slower file catch up, so that a cause is told before its effect.
"""

import time
from collections.abc import Callable, Iterable

from labctl.narrator.java import JavaLog
from labctl.narrator.line import STORY, Line
from labctl.narrator.story import tell
from labctl.narrator.world import World, advance, fallen, frozen
from labctl.recording.order import Hold
from labctl.runtime.base import DOWN, Runtime
from labctl.wiretap import Wiretap
from labctl.words.phrase import Phrase
from node.events import ElectionStarted, Record, decode

_HOLD_MS = 40.0
_POLL_S = 0.02
_LIVENESS_S = 0.25


class Watch:
    """One verb's view of the lab, from its first action until things settle."""

    def __init__(
        self, lab: str, runtime: Runtime, world: World, show: Callable[[Line], None]
    ) -> None:
        """Begin to follow every node, from now on."""
        self.lab = lab
        self.runtime = runtime
        self.world = world
        self.show = show
        self.tails = {sid: runtime.events(sid) for sid in world.peers}
        self.hold = Hold(_HOLD_MS)
        self.expected = {peer.sid for peer in world.peers.values() if peer.up}
        self.elections = 0  # how many times a voter began to vote
        self.next_look = 0.0
        self.java: JavaLog | None = None
        self.tap: Wiretap | None = None
        self.heard: Callable[[Record], None] = lambda _record: None
        self.died: Callable[[int], None] = lambda _sid: None  # ended by itself

    def note(self, sid: int, what: Phrase, why: Phrase | None = None) -> None:
        """Tell what we do ourselves, in the same story."""
        self.show(Line(time.time() * 1000, sid, STORY, what, why))

    def until(
        self, done: Callable[[World], bool], limit_s: float, *, stable_s: float = 0.0
    ) -> bool:
        """Tell the story until `done` holds for a while; False at the time limit."""
        end = time.monotonic() + limit_s
        since: float | None = None
        while True:
            self._read()
            self._release(time.time() * 1000)
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
        """Expect this node to die; its death is no surprise."""
        self.expected.discard(sid)

    def fell(self, sid: int) -> None:
        """Take note that the node's process is gone."""
        self.ends(sid)
        self.world = fallen(self.world, sid)

    def froze(self, sid: int, *, paused: bool) -> None:
        """Take note that the node was paused or resumed."""
        self.world = frozen(self.world, sid, paused=paused)

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
        records = (decode(line) for line in lines)
        return [r for r in records if r is not None and r.lab == self.lab]

    def _release(self, now_ms: float) -> None:
        for record in self.hold.release(now_ms):
            line = tell(self.world, record)
            if line is not None and self.java is not None:
                line = self.java.beside(line, self.world, record)
            if line is not None:
                self.show(line)
            peer = self.world.peers.get(record.node)
            if isinstance(record.event, ElectionStarted) and peer and peer.voter:
                self.elections += 1
            self.world = advance(self.world, record)
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
            self.note(sid, Phrase("died"), Phrase("died.why", facts))
            self.died(sid)
            self.fell(sid)

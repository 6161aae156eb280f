"""`labctl watch`: the story as it happens, across restarts, until Ctrl-C."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from labctl.lab import Lab
from labctl.narrator.java import java_log
from labctl.narrator.line import STORY, WIRE, Line
from labctl.narrator.story import tell
from labctl.narrator.world import World, advance
from labctl.recording import happened
from labctl.recording.film import Film
from labctl.recording.order import Hold
from labctl.recording.recorder import FILE
from labctl.recording.run import present
from labctl.runtime.files import FileTail
from labctl.screen.glyphs import GLYPHS
from labctl.screen.screen import Screen
from labctl.wiretap import Wiretap
from labctl.words.phrase import Phrase
from node import events, fault_events
from node.events import Record, decode

_HOLD_MS = 60.0  # a slower file may still bring what was earlier
_POLL_S = 0.05
_TIME_CELLS = 9

TOPICS: Mapping[str, frozenset[type[Any]]] = {
    "vote": frozenset(
        {
            events.ElectionStarted,
            events.NotificationSent,
            events.NotificationReceived,
            events.VoteChanged,
            events.RoundJoined,
            events.QuorumAgreed,
            events.ElectionDecided,
            events.NotificationTimedOut,
            events.PeerConnected,
            events.PeerLost,
            events.PeerUnreachable,
            events.ConnectionYielded,
        }
    ),
    "sync": frozenset(
        {events.SyncPlanned, events.SyncReceived, events.LearnerSynced}
        | {events.PacketSent, events.PacketReceived}
    ),
    "txn": frozenset(
        {events.TxnsProposed, events.TxnsLogged, events.TxnsCommitted}
        | {events.SnapshotTaken, events.SlowSync}
    ),
    "session": frozenset(
        {
            events.SessionOpened,
            events.SessionRefused,
            events.SessionExpired,
            events.SessionClosed,
            events.ClientLost,
            happened.ClientDid,
        }
    ),
    "fault": frozenset(
        {fault_events.GateSet, fault_events.GateCleared, fault_events.MessageLost}
        | set(happened.HAPPENED.values())
    ),
}
PHASE = "phase"  # everything else: lives, phases, epochs, reigns


def topic_of(event: object) -> str:
    """Return the topic that this event belongs to."""
    kind = type(event)
    return next((name for name, kinds in TOPICS.items() if kind in kinds), PHASE)


class Live:
    """One lab, followed from now on."""

    def __init__(self, lab: Lab, topics: Sequence[str], *, columns: bool) -> None:
        """Follow every node and the lab; no topics means all of them."""
        self.lab = lab
        self.topics = frozenset(topics)
        self.columns = columns
        sids = lab.topology.sids
        self.tails = [lab.runtime.events(sid) for sid in sids]
        self.tails.append(FileTail(lab.folder / FILE))
        film = Film(present(lab))
        self.world = film.at(len(film))
        self.known = {record.id for record in film.run.records}
        self.hold = Hold(_HOLD_MS)
        self.heads = ""
        brief = lab.screen.level == STORY and not topics
        self.tap = Wiretap(lab) if lab.screen.level == WIRE else None
        self.java = java_log(lab.screen.release, brief=brief)

    def follow(self) -> None:
        """Tell what happens until the reader leaves, or the lab is gone."""
        screen = self.lab.screen
        screen.origin_ms = time.time() * 1000
        if self.columns:
            self._head()
        else:
            screen.say(Phrase("watch.head", {"lab": self.lab.topology.lab}))
        while not screen.gone:
            if self.tap is not None:
                self.tap.renew()
            self._read()
            self._release(time.time() * 1000)
            screen.pipe.flush()
            if not (self.lab.folder / "lab.json").exists():
                self._release(float("inf"))
                screen.say(Phrase("watch.over", {"lab": self.lab.topology.lab}))
                return
            time.sleep(_POLL_S)

    def _read(self) -> None:
        for tail in self.tails:
            found = (decode(line, happened.HAPPENED) for line in tail.read())
            self.hold.add(r for r in found if r is not None and r.id not in self.known)

    def _release(self, now_ms: float) -> None:
        for record in self.hold.release(now_ms):
            line = tell(self.world, record)
            if line is not None and self.java is not None:
                line = self.java.beside(line, self.world, record)
            self.world = advance(self.world, record)
            if line is not None and self._asked(record, line):
                self._show(line)

    def _asked(self, record: Record, line: Line) -> bool:
        """Who names topics wants all of them, whatever their level."""
        if line.bare:
            return True
        if self.topics and line.level != WIRE:
            return topic_of(record.event) in self.topics
        return line.shows(self.lab.screen.level)

    def _show(self, line: Line) -> None:
        if self.columns:
            self._in_column(line)
        else:
            self.lab.screen.tell(line, tag=" " if self.topics else "")

    def _head(self) -> None:
        """Print who is what, when that has changed."""
        width = _width(self.lab.screen, len(self.world.peers))
        cells = [head(self.world, sid, width) for sid in sorted(self.world.peers)]
        line = " " * _TIME_CELLS + "".join(cells)
        if line != self.heads:
            self.heads = line
            self.lab.screen.raw(line.rstrip())

    def _in_column(self, line: Line) -> None:
        screen = self.lab.screen
        since = max(0.0, line.at_ms - screen.origin_ms) / 1000
        sids = sorted(self.world.peers)
        width = _width(screen, len(sids))
        lead = f"t+{since:.2f}".ljust(_TIME_CELLS)
        if line.node not in self.world.peers:
            screen.raw(lead + screen.text(line.what))
            return
        before = " " * (width * sids.index(line.node))
        told = [] if line.bare else [screen.text(line.what)]
        told += [screen.fit(f"┊ {said.message}") for said in line.java]
        for words in told:
            for piece in Text(words).wrap(screen.out, width - 1):
                screen.raw(lead + before + str(piece))
                lead = " " * _TIME_CELLS
        self._head()


def head(world: World, sid: int, width: int) -> str:
    """Return the head of a node's column: its name, glyph and state."""
    peer = world.peers[sid]
    state = "DOWN" if not peer.up else "PAUSED" if peer.paused else peer.state
    words = f"n{sid} {GLYPHS.get(state, '?')} {state or 'STARTING'}"
    return words + " " * max(1, width - cell_len(words))


def _width(screen: Screen, nodes: int) -> int:
    room = screen.out.width if screen.out.is_terminal else 80
    return max(12, (room - _TIME_CELLS) // max(1, nodes))

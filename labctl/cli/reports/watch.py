"""`labctl watch`: the story as it happens, across restarts, until Ctrl-C."""

import time
from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from labctl.lab.lab import Lab
from labctl.lab.runs import present
from labctl.screen.glyphs import GLYPHS
from labctl.screen.line import STORY, WIRE, Line
from labctl.screen.screen import Screen
from labctl.story.recording.timeline import Timeline
from labctl.story.topics import topic_of
from labctl.story.world import LabWorld
from labctl.words.phrase import Phrase
from node.events import Record

_TIME_CELLS = 9


class Watch:
    """One lab on the screen, from now on."""

    def __init__(self, lab: Lab, topics: Sequence[str], *, columns: bool) -> None:
        """Follow every node and the lab; no topics means all of them."""
        self.lab = lab
        self.topics = frozenset(topics)
        self.columns = columns
        tails = lab.tails()
        timeline = Timeline(present(lab))
        brief = lab.screen.level == STORY and not topics
        self.follower = lab.follower(
            tails, timeline.at(len(timeline)), self._show, brief=brief
        )
        known = {record.id for record in timeline.run.records}
        self.follower.follow_lab_events(lab.folder, known)
        self.heads = ""

    def run(self) -> None:
        """Narrate until the reader leaves, or the lab is gone."""
        screen = self.lab.screen
        screen.origin_ms = time.time() * 1000
        if self.columns:
            self._head()
        else:
            screen.say(Phrase("watch.head", {"lab": self.lab.topology.lab}))
        self.follower.until(self._over, float("inf"))
        if not screen.gone:
            screen.say(Phrase("watch.over", {"lab": self.lab.topology.lab}))

    def _over(self, _world: LabWorld) -> bool:
        self.lab.screen.pipe.flush()
        return self.lab.screen.gone or not (self.lab.folder / "lab.json").exists()

    def _show(self, line: Line, record: Record | None) -> None:
        if record is None or not self._wanted(record, line):
            return
        if self.columns:
            self._in_column(line)
        else:
            self.lab.screen.narrate(line, tag=" " if self.topics else "")

    def _wanted(self, record: Record, line: Line) -> bool:
        """Who names topics wants all of them, whatever their level."""
        if line.bare:
            return True
        if self.topics and line.level != WIRE:
            return topic_of(record.event) in self.topics
        return line.shows(self.lab.screen.level)

    def _head(self) -> None:
        """Print who is what, when that has changed."""
        width = _width(self.lab.screen, len(self.follower.world.peers))
        cells = [
            head(self.follower.world, sid, width)
            for sid in sorted(self.follower.world.peers)
        ]
        line = " " * _TIME_CELLS + "".join(cells)
        if line != self.heads:
            self.heads = line
            self.lab.screen.raw(line.rstrip())

    def _in_column(self, line: Line) -> None:
        screen = self.lab.screen
        since = max(0.0, line.at_ms - screen.origin_ms) / 1000
        sids = sorted(self.follower.world.peers)
        width = _width(screen, len(sids))
        lead = f"t+{since:.2f}".ljust(_TIME_CELLS)
        if line.node not in self.follower.world.peers:
            screen.raw(lead + screen.text(line.what))
            return
        before = " " * (width * sids.index(line.node))
        pieces = [] if line.bare else [screen.text(line.what)]
        pieces += [screen.fit(f"┊ {said.message}") for said in line.java]
        for words in pieces:
            for piece in Text(words).wrap(screen.out, width - 1):
                screen.raw(lead + before + str(piece))
                lead = " " * _TIME_CELLS
        self._head()


def head(world: LabWorld, sid: int, width: int) -> str:
    """Return the head of a node's column: its name, glyph and state."""
    peer = world.peers[sid]
    words = f"n{sid} {GLYPHS[peer.word]} {peer.word}"
    return words + " " * max(1, width - cell_len(words))


def _width(screen: Screen, nodes: int) -> int:
    room = screen.out.width if screen.out.is_terminal else 80
    return max(12, (room - _TIME_CELLS) // max(1, nodes))

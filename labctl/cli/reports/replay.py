"""`labctl replay`: narrate a recorded run again, at any pace, forwards or back."""

import sys
import time
from typing import NamedTuple

from labctl.screen.glyphs import GLYPHS
from labctl.screen.line import STORY, Line
from labctl.screen.screen import Screen
from labctl.story.narrator.java import java_log
from labctl.story.recording.run import Run
from labctl.story.recording.timeline import Timeline, narrated
from labctl.words.phrase import Phrase

_IDLE_S = 3.0  # a longer time without events is shortened


class Part(NamedTuple):
    """Which part of a run, in seconds from its beginning."""

    from_s: float = 0.0
    to_s: float = float("inf")


def lines_of(run: Run, screen: Screen, part: Part) -> list[tuple[int, Line]]:
    """Return the numbered lines of the part that the screen's level shows."""
    began = run.records[0].at_ms
    java = java_log(screen.release, brief=screen.level == STORY)
    return [
        (number, line)
        for number, _, line in narrated(run, java)
        if (line.shows(screen.level) or line.bare)
        and part.from_s <= (line.at_ms - began) / 1000 <= part.to_s
    ]


def replay(run: Run, screen: Screen, part: Part, speed: float) -> None:
    """Narrate the part; `speed` 2 is twice as fast, 0 does not wait at all."""
    _head(run, screen)
    before = 0.0
    for number, line in lines_of(run, screen, part):
        gap_s = (line.at_ms - before) / 1000 / speed if speed and before else 0.0
        if gap_s > _IDLE_S:
            screen.say(Phrase("replay.idle", {"idle": f"{gap_s * speed:.0f}"}))
        time.sleep(min(max(gap_s, 0.0), _IDLE_S))
        before = line.at_ms
        screen.narrate(line, tag=f"e{number}")
        if screen.gone:
            return


def step(run: Run, screen: Screen, part: Part) -> None:
    """Show one line at each Enter; `b` goes back, and the nodes with it."""
    timeline, lines = Timeline(run), lines_of(run, screen, part)
    _head(run, screen)
    screen.say(Phrase("replay.step"))
    at = -1
    while True:
        asked = "" if at < 0 else _asked()
        if asked == "q":
            return
        if asked == "b":
            at -= 1
            if at < 0:
                screen.say(Phrase("replay.start"))
                at = 0
            screen.say(Phrase("replay.back", {"number": lines[at][0]}))
        else:
            at += 1
        if at >= len(lines):
            screen.say(Phrase("replay.end"))
            return
        number, line = lines[at]
        screen.narrate(line, tag=f"e{number}")
        screen.say(_nodes(timeline, number))


def _asked() -> str:
    answer = sys.stdin.readline()
    return answer.strip().lower() if answer else "q"


def _nodes(timeline: Timeline, number: int) -> Phrase:
    """Who is what at this moment, as one line of glyphs."""
    peers = timeline.at(number).peers
    words = "   "
    for sid, peer in sorted(peers.items()):
        words += f"  n{sid} {GLYPHS[peer.word]}"
    return Phrase("as-is", {"text": words})


def _head(run: Run, screen: Screen) -> None:
    first, last = run.records[0].at_ms, run.records[-1].at_ms
    screen.origin_ms = first
    took = f"{(last - first) / 1000:.1f}"
    facts = {"id": run.name, "events": len(run.records), "took": took}
    screen.say(Phrase("replay.head", facts))

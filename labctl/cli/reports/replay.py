"""`labctl replay`: tell a recorded story again, at any pace, forwards or back."""

import sys
import time
from typing import NamedTuple

from labctl.narrator.java import java_log
from labctl.narrator.line import STORY, Line
from labctl.recording.film import Film, told
from labctl.recording.run import Run
from labctl.screen.glyphs import GLYPHS
from labctl.screen.screen import Screen
from labctl.words.phrase import Phrase

_IDLE_S = 3.0  # nobody watches nothing happen for longer


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
        for number, _, line in told(run, java)
        if (line.shows(screen.level) or line.bare)
        and part.from_s <= (line.at_ms - began) / 1000 <= part.to_s
    ]


def replay(run: Run, screen: Screen, part: Part, speed: float) -> None:
    """Tell the part; `speed` 2 is twice as fast, 0 does not wait at all."""
    _head(run, screen)
    before = 0.0
    for number, line in lines_of(run, screen, part):
        gap_s = (line.at_ms - before) / 1000 / speed if speed and before else 0.0
        if gap_s > _IDLE_S:
            screen.say(Phrase("replay.idle", {"idle": f"{gap_s * speed:.0f}"}))
        time.sleep(min(max(gap_s, 0.0), _IDLE_S))
        before = line.at_ms
        screen.tell(line, tag=f"e{number}")
        if screen.gone:
            return


def step(run: Run, screen: Screen, part: Part) -> None:
    """Tell one line at each Enter; `b` goes back, and the nodes with it."""
    film, lines = Film(run), lines_of(run, screen, part)
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
        screen.tell(line, tag=f"e{number}")
        screen.say(_nodes(film, number))


def _asked() -> str:
    answer = sys.stdin.readline()
    return answer.strip().lower() if answer else "q"


def _nodes(film: Film, number: int) -> Phrase:
    """Who is what at this moment, as one line of glyphs."""
    peers = film.at(number).peers
    words = "   "
    for sid, peer in sorted(peers.items()):
        state = (
            "DOWN"
            if not peer.up
            else "PAUSED"
            if peer.paused
            else peer.state or "STARTING"
        )
        words += f"  n{sid} {GLYPHS[state]}"
    return Phrase("as-is", {"text": words})


def _head(run: Run, screen: Screen) -> None:
    first, last = run.records[0].at_ms, run.records[-1].at_ms
    screen.origin_ms = first
    took = f"{(last - first) / 1000:.1f}"
    facts = {"id": run.name, "events": len(run.records), "took": took}
    screen.say(Phrase("replay.head", facts))

"""One lab, opened: its description, its runtime, and the screen to tell it on."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from labctl.home import lab_folder, no_such_lab
from labctl.lock import locked
from labctl.narrator.java import java_log
from labctl.narrator.line import STORY, WIRE
from labctl.recording.happened import NodeEnded, VerbGiven
from labctl.recording.recorder import Recorder
from labctl.runtime.base import Runtime
from labctl.runtime.process import ProcessRuntime
from labctl.screen.screen import Screen
from labctl.topology import Topology, load
from labctl.view import View, look, verdict, verdict_phrase, world_of
from labctl.watch import Watch
from labctl.wiretap import Wiretap
from labctl.words.phrase import Phrase


class Lab:
    """What every verb works on."""

    def __init__(
        self, topology: Topology, runtime: Runtime, folder: Path, screen: Screen
    ) -> None:
        """Join the parts."""
        self.topology = topology
        self.runtime = runtime
        self.folder = folder
        self.screen = screen
        self.recorder = Recorder(topology.lab, folder)
        self.deed = ""  # the id of the verb that was given last
        self.suffix = "" if topology.lab == "default" else f" --lab {topology.lab}"

    def look(self) -> list[View]:
        """Ask every node once."""
        return look(self.topology, self.runtime)

    def given(self, verb: str, words: Sequence[str], nodes: Sequence[int]) -> None:
        """Record what somebody asked for; what follows from it names it as cause."""
        event = VerbGiven(verb, tuple(words), tuple(nodes))
        self.deed = self.recorder.record(event)

    def did(self, event: Any) -> None:
        """Record what the lab did because of that."""
        self.recorder.record(event, *([self.deed] if self.deed else []))

    @contextmanager
    def watching(self) -> Iterator[Watch]:
        """Follow the nodes from their present state on."""
        world = world_of(self.topology, self.look())
        self.screen.origin_ms = time.time() * 1000
        watch = Watch(self.topology.lab, self.runtime, world, self.screen.tell)
        watch.java = java_log(self.screen.release, brief=self.screen.level == STORY)
        watch.tap = Wiretap(self) if self.screen.level == WIRE else None
        watch.died = lambda sid: self.did(NodeEnded(sid, "died"))
        try:
            yield watch
        finally:
            watch.close()

    def conclude(self) -> list[View]:
        """Say the verdict and what to try next; return what was seen."""
        views = self.look()
        judged = verdict(views)
        down = [view.node.sid for view in views if not view.up]
        self.screen.say(verdict_phrase(judged, down))
        self.screen.say(self._next(views))
        return views

    def _next(self, views: list[View]) -> Phrase:
        down = [view.node.sid for view in views if not view.up]
        paused = [v.node.sid for v in views if v.run.condition == "paused"]
        facts = {
            "lab": self.suffix,
            "down": ",".join(map(str, down)),
            "paused": ",".join(map(str, paused)),
            "leader": verdict(views).leader,
        }
        if paused:
            return Phrase("next.resume", facts)
        if len(down) == len(views):
            return Phrase("next.start-all", facts)
        return Phrase("next.start" if down else "next.break", facts)


def open_lab(name: str, screen: Screen) -> Lab:
    """Open the lab that exists under this name."""
    folder = lab_folder(name)
    topology = load(folder)
    if topology is None:
        raise no_such_lab(name)
    return Lab(topology, make_runtime(topology, folder), folder, screen)


def make_runtime(topology: Topology, folder: Path) -> Runtime:
    """Return the runtime that the lab was made for."""
    if topology.runtime == "docker":
        from labctl.runtime.docker import DockerRuntime  # 270 ms

        return DockerRuntime(topology, folder)
    return ProcessRuntime(topology, folder)


@contextmanager
def changing(name: str, verb: str, screen: Screen) -> Iterator[Lab]:
    """Open the lab for a verb that changes it; only one at a time may."""
    folder = lab_folder(name)
    with locked(folder, verb):
        yield open_lab(name, screen)

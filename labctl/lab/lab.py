"""One lab, opened: its description, its runtime, and the screen it is shown on."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from shutil import disk_usage
from typing import TYPE_CHECKING, Any

from labctl.lab.admin import AdminClient
from labctl.lab.fault_ledger import token
from labctl.lab.home import lab_folder, no_such_lab
from labctl.lab.lock import locked
from labctl.lab.runtime.base import UP, Runtime
from labctl.lab.runtime.process import ProcessRuntime
from labctl.lab.status import NodeView, look, verdict, verdict_phrase
from labctl.lab.topology import Topology, load
from labctl.screen.line import STORY, WIRE
from labctl.screen.screen import Screen
from labctl.words.phrase import Phrase

if TYPE_CHECKING:  # who only looks at a lab needs no narrator: 60 modules less
    from labctl.lab.follower import Follower, Show, Tails
    from labctl.story.recording.recorder import Recorder
    from labctl.story.world import LabWorld

LOG_FILE_BYTES = 64 << 20  # preAllocSize: what a new log file takes


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
        self.ending = folder / "ending"  # `down` has begun
        self.changed: Callable[[], None] = lambda: None  # lets others change it
        self.verb_id = ""  # of the verb that was given last
        self.suffix = "" if topology.lab == "default" else f" --lab {topology.lab}"

    def look(self) -> list[NodeView]:
        """Ask every node once."""
        return look(self.topology, self.runtime)

    @cached_property
    def recorder(self) -> "Recorder":
        """Return what writes the lab's own events."""
        from labctl.story.recording.recorder import Recorder

        return Recorder(self.topology.lab, self.folder)

    def given(self, verb: str, words: Sequence[str], nodes: Sequence[int]) -> None:
        """Record what somebody asked for; what follows from it names it as cause."""
        from labctl.story.lab_events import VerbGiven

        event = VerbGiven(verb, tuple(words), tuple(nodes))
        self.verb_id = self.recorder.record(event)

    def did(self, event: Any) -> None:
        """Record what the lab did because of that."""
        self.recorder.record(event, *([self.verb_id] if self.verb_id else []))

    @cached_property
    def admin(self) -> AdminClient:
        """Return the client of this lab's AdminServers."""
        return AdminClient(
            self.topology,
            token(self.folder),
            lambda sid: self.runtime.run(sid).condition == UP,
        )

    def tails(self) -> "Tails":
        """Begin to keep what the nodes publish; a follower narrates it later."""
        return {sid: self.runtime.events(sid) for sid in self.topology.sids}

    def follower(
        self, tails: "Tails", world: "LabWorld", show: "Show", *, brief: bool
    ) -> "Follower":
        """Follow the nodes from there on; `brief`: without Java's routine lines."""
        from labctl.lab.follower import Follower
        from labctl.lab.wire_tap import Wiretap
        from labctl.story.narrator.java import java_log

        found = Follower(self.topology.lab, self.runtime, tails, world, show)
        found.gone = lambda: self.ending.exists() or not self.folder.exists()
        found.java = java_log(self.screen.release, brief=brief)
        if self.screen.level == WIRE:
            found.tap = Wiretap(self.admin, self.runtime, self.folder)
        return found

    @contextmanager
    def watching(self) -> Iterator["Follower"]:
        """Follow the nodes from their present state on, which is asked for once."""
        from labctl.lab.follower import world_of
        from labctl.story.lab_events import NodeEnded

        tails = self.tails()  # before the look: nothing may fall between the two
        views = self.look()
        world = world_of(self.topology, views)
        self.screen.origin_ms = time.time() * 1000
        follower = self.follower(
            tails,
            world,
            lambda line, _record: self.screen.narrate(line),
            brief=self.screen.level == STORY,
        )
        follower.before = views
        follower.seen = {
            v.node.sid: (v.run.boot, v.answer.seq) for v in views if v.answer
        }
        follower.expected = {peer.sid for peer in world.peers.values() if peer.up}
        follower.died = lambda sid: self.did(NodeEnded(sid, "died"))
        try:
            yield follower
        finally:
            follower.close()

    def conclude(self) -> list[NodeView]:
        """Say the verdict and what to try next; return what was seen."""
        views = self.look()
        judged = verdict(views)
        down = [view.node.sid for view in views if not view.up]
        self.screen.say(verdict_phrase(judged, down))
        if full := self.full_disk(views):
            self.screen.say(full)
        self.screen.say(self._next(views))
        return views

    def full_disk(self, views: Sequence[NodeView]) -> Phrase | None:
        """Say so if a node ended or stalled and its disk has no room for a log."""
        well = all(view.answer and view.answer.serving for view in views)
        if well or self.topology.runtime != "process":
            return None
        for view in views:
            folder = Path(view.node.data_dir)
            if folder.exists() and (free := disk_usage(folder).free) < LOG_FILE_BYTES:
                facts = {"folder": folder, "free": f"{free >> 10} KiB"}
                return Phrase("disk.full", {**facts, "lab": self.suffix})
        return None

    def _next(self, views: list[NodeView]) -> Phrase:
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
        from labctl.lab.runtime.docker import DockerRuntime  # 270 ms

        return DockerRuntime(topology, folder)
    return ProcessRuntime(topology, folder)


@contextmanager
def changing(name: str, verb: str, screen: Screen) -> Iterator[Lab]:
    """Open the lab for a verb that changes it; only one at a time may.

    Whoever only narrates from here on calls `lab.changed()`: then others may.
    """
    folder = lab_folder(name)
    with locked(folder, verb) as lock:
        lab = open_lab(name, screen)
        lab.ending.unlink(missing_ok=True)  # of a `down` that was killed
        lab.changed = lock.release
        yield lab

"""Run the simulated world for people: the story, the verdict, how to see it again."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

from labctl.cli.reports.sim_recording import SimRecording
from labctl.errors import BROKEN, DONE, USAGE, LabError
from labctl.screen.line import STORY, Line
from labctl.screen.screen import Screen
from labctl.story.narrator.narrate import narrate
from labctl.story.recording.run import Run
from labctl.story.world import LabWorld, advance, fallen, new_world, with_pause
from labctl.words.phrase import Phrase
from node.events import NodeStarted, Record
from simulator.bugs.plant import BUGS, planted
from simulator.faults import KINDS
from simulator.schedule import Result, run_schedule
from simulator.world import Audience

DEATHS = ("kill", "power", "fsync")


class SimRequest(NamedTuple):
    """What a person asked for."""

    seed: int
    nodes: int  # 0: drawn from the seed
    faults: str | None  # "kill,partition", "none"; None: drawn
    bug: str | None
    schedules: int
    drills: bool  # steer the schedule toward what is rare
    file: Path | None = None  # where the page goes that shows it

    def command(self, seed: int) -> str:
        """Return the command that runs one of the seeds again."""
        parts = ["labctl sim"]
        if self.nodes:
            parts.append(f"--nodes {self.nodes}")
        parts.append(f"--seed {seed}")
        if self.faults is not None:
            parts.append(f"--faults {self.faults}")
        if self.bug is not None:
            parts.append(f"--bug {self.bug}")
        if not self.drills:
            parts.append("--no-drills")
        return " ".join(parts)


def simulate(wanted: SimRequest, screen: Screen) -> int:
    """Run schedules until one breaks a promise; tell the story of a single one."""
    kinds = _kinds(wanted.faults)
    if wanted.bug is not None and wanted.bug not in BUGS:
        hint = Phrase("sim.no-bug.hint", {"names": ", ".join(BUGS)})
        raise LabError(Phrase("sim.no-bug", {"name": wanted.bug}), hint, USAGE)
    screen.say(Phrase("sim.plan", {"seed": wanted.seed}))
    if wanted.bug is not None:
        bug = BUGS[wanted.bug]
        facts = {"name": bug.name, "sentence": bug.sentence, "source": bug.source}
        screen.say(Phrase("sim.bug", facts))
    recording = SimRecording()
    audience = Story(screen.narrate).audience if wanted.schedules == 1 else None
    if wanted.file is not None:
        audience = recording.audience
    results = []
    with planted(wanted.bug) if wanted.bug is not None else nullcontext():
        for seed in range(wanted.seed, wanted.seed + wanted.schedules):
            result = run_schedule(
                seed,
                nodes=wanted.nodes,
                kinds=kinds,
                steered=wanted.drills,
                audience=audience,
            )
            results.append(result)
            if result.broken:
                break
    if wanted.file is not None:
        _draw(recording.run(f"sim-{wanted.seed}"), wanted.file, screen)
    return _conclude(wanted, results, screen)


def _draw(run: Run, file: Path, screen: Screen) -> None:
    """Write the page of one schedule."""
    from labctl.pictures.html import html
    from labctl.pictures.saving import save
    from labctl.pictures.spacetime import whole

    save(file, html(run, whole(run), screen.lang), screen)


def list_bugs(screen: Screen) -> None:
    """Show every bug that can be planted: its name, what is wrong, where it is from."""
    for bug in BUGS.values():
        screen.raw(bug.name)
        screen.raw(f"    {bug.sentence} ({bug.source})")


class Story:
    """Narrates one schedule in the words of a real lab."""

    def __init__(self, show: Callable[[Line], None]) -> None:
        """Begin before the first server starts."""
        self.show = show
        self.world: LabWorld = new_world((), ())
        self.audience = Audience(self._hear, self._see)

    def _hear(self, record: Record) -> None:
        event = record.event
        if isinstance(event, NodeStarted) and not self.world.peers:
            self.world = new_world(event.voters, event.observers)
        line = narrate(self.world, record)
        if line is not None:
            self.show(line)
        self.world = advance(self.world, record)

    def _see(self, at_ms: int, kind: str, sids: tuple[int, ...]) -> None:
        what, why = Phrase(f"sim.{kind}"), Phrase(f"sim.{kind}.why")
        for sid in sids or (0,):
            self.show(Line(at_ms, sid, STORY, what, why))
            if kind in DEATHS:
                self.world = fallen(self.world, sid)
            elif kind in ("pause", "resume"):
                self.world = with_pause(self.world, sid, paused=kind == "pause")


def _kinds(faults: str | None) -> Sequence[str] | None:
    """Return the kinds of fault that were asked for; None if the seed decides."""
    if faults is None:
        return None
    names = tuple(name.strip() for name in faults.split(",") if name.strip())
    if names == ("none",):
        return ()
    for name in names:
        if name not in KINDS:
            hint = Phrase("sim.no-fault.hint", {"names": ", ".join(KINDS)})
            raise LabError(Phrase("sim.no-fault", {"name": name}), hint, USAGE)
    return names


def _conclude(wanted: SimRequest, results: Sequence[Result], screen: Screen) -> int:
    last = results[-1]
    if last.broken:
        facts = {"seed": last.seed, "why": last.broken}
        screen.say(Phrase("sim.broken", facts))
        screen.say(Phrase("sim.replay", {"command": wanted.command(last.seed)}))
        return BROKEN
    facts = {
        "schedules": len(results),
        "deaths": sum(result.deaths for result in results),
        "elections": sum(result.elections for result in results),
        "commits": sum(result.commits for result in results),
        "answers": sum(result.operations for result in results),
    }
    screen.say(Phrase("sim.clean", facts))
    if wanted.schedules == 1:
        screen.say(Phrase("sim.replay", {"command": wanted.command(last.seed)}))
    return DONE

"""What a step shows before its prediction: a stranger's logs, or a simulated run.

`labctl ex look` shows it as it is.  `labctl ex reveal` has it explained: the logs line
by line, the run by the checkers that hold a promise against every step.  Only the
latter is an act, so a prediction must come before it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from labctl.classroom import attempt
from labctl.classroom.attempt import Attempt
from labctl.classroom.exercise import Exercise, Facts, Simulated, Step, fill
from labctl.classroom.journal import LogChange, LogRead, RunJudged
from labctl.classroom.marking import moved
from labctl.classroom.simulated_lab import SimulatedLab, in_order
from labctl.classroom.simulated_time import CannotSimulate
from labctl.errors import NO_MATCH, LabError
from labctl.lab import runs
from labctl.logs.report import Shown, read_files, show_log
from labctl.screen.screen import Screen
from labctl.story.lab_events import ClientDid, VerbGiven
from labctl.story.narrator.narrate import narrate
from labctl.story.world import new_world
from labctl.words.phrase import Phrase
from node.events import Record
from simulator.bugs.plant import planted
from simulator.violation import Violation

_RUN = "run.jsonl.gz"


def look(screen: Screen) -> None:
    """Show the step's logs as they were written, or its run without a verdict."""
    mine = attempt.current()
    step = attempt.step_of(mine)
    facts = _facts(mine, step, screen)
    for path in log_files(mine.exercise, step, facts):
        screen.say(Phrase("ex.look.log", {"file": path.name}))
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, start=1):
            screen.raw(f"{number:>4} {line}")
    if step.simulated:
        parts = simulated(_chosen(step, facts), mine.seed)
        path = mine.folder / _RUN
        runs.write(path, tuple(record for part in parts for record in part.records))
        _show_parts(parts, screen)
        screen.say(Phrase("ex.look.replay", {"path": path}))
    screen.say(Phrase("ex.look.next"))


def reveal(screen: Screen) -> None:
    """Have it explained, and note that it was."""
    mine = attempt.current()
    step = attempt.step_of(mine)
    facts = _facts(mine, step, screen)
    events = revealed(mine.exercise, step, facts, mine.seed)
    files = log_files(mine.exercise, step, facts)
    if files:
        shown = " ".join(str(path) for path in files)
        screen.say(Phrase("ex.reveal.read", {"files": shown}))
        reads = read_files([str(path) for path in files])
        show_log(screen, reads, Shown(transitions=len(files) > 1))
    for event in events:
        attempt.note(mine, event)
        if isinstance(event, RunJudged):
            screen.say(Phrase("ex.reveal.broken", {"verdict": event.verdict}))
    screen.say(Phrase("ex.then"))


def revealed(exercise: Exercise, step: Step, facts: Facts, seed: int) -> list[Any]:
    """Return the events that tell what is in the step's logs, or what its run broke."""
    found: list[Any] = []
    if step.logs:
        files = log_files(exercise, step, facts)
        reads = read_files([str(path) for path in files])
        names = tuple(path.name for path in files)
        found.append(LogRead(step.id, names, len(reads), ""))
        for one in reads:
            if one.transition and one.known is not None:
                why = one.why.key.partition(".")[2] if one.why else ""
                change = LogChange(one.node, one.line.number, one.known.key, why, "")
                found.append(change)
    if step.simulated:
        run = _chosen(step, facts)
        verdict = broken(run, seed)
        if not verdict:
            raise CannotSimulate(f"nothing is broken by {run.bug}")
        found.append(RunJudged(step.id, run.breaks, verdict, ""))
    return found


def log_files(exercise: Exercise, step: Step, facts: Facts) -> list[Path]:
    """Return the logs of a step: those that were drawn for this student."""
    return [exercise.folder / fill(name, facts) for name in step.logs]


class Part(NamedTuple):
    """One command of a simulated run, and what came of it."""

    command: str
    records: tuple[Record, ...]


def simulated(run: Simulated, seed: int) -> list[Part]:
    """Return what happens in a run with its bug, which nobody judges."""
    lab = SimulatedLab(seed, judged=False)
    parts, seen = [], 0
    with planted(run.bug):
        for line in run.do:
            lab.perform(line)
            records = in_order(lab.records[seen:])
            parts.append(Part(line, tuple(records)))
            seen = len(lab.records)
    return parts


def broken(run: Simulated, seed: int) -> str:
    """Return which promise the checkers find broken; empty if none is."""
    lab = SimulatedLab(seed)
    try:
        with planted(run.bug):
            for line in run.do:
                lab.perform(line)
            lab.compare()
    except Violation as violation:
        return str(violation).partition(": {")[0]  # without all that it knew
    return ""


def _chosen(step: Step, facts: Facts) -> Simulated:
    """Return the run with the bug that was drawn for this student."""
    return next(run for run in step.simulated if run.bug == facts["bug"])


def _facts(mine: Attempt, step: Step, screen: Screen) -> Facts:
    if not step.exhibits:
        raise LabError(Phrase("ex.look.none"), Phrase("ex.look.none.hint"), NO_MATCH)
    marks, _ = attempt.marks(mine, screen)
    return marks.facts


def _show_parts(parts: Sequence[Part], screen: Screen) -> None:
    """Print the commands, the story, and what clients were answered."""
    world = new_world((), ())
    for part in parts:
        screen.say(Phrase("ex.look.command", {"command": part.command}))
        for record in part.records:
            event = record.event
            if isinstance(event, ClientDid):
                good = event.result.startswith("ok")
                facts: dict[str, object] = {"node": event.node, "op": event.op}
                facts["path"] = event.path
                facts["answer"] = event.value if good else event.result
                screen.say(Phrase("ex.look.answer", facts))
            elif not isinstance(event, VerbGiven) and (line := narrate(world, record)):
                screen.narrate(line)
            world = moved(world, record)

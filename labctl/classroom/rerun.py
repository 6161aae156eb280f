"""`grade --rerun`: do again what a recording says was done, and let that decide.

Who writes a recording can write what they like into it; what happens when its verbs
are given anew, in the simulator and from a fresh seed, nobody can write.  Only the
lab's own verbs are known here, each with the nodes it meant, so a stranger's words
reach no shell and no file.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from labctl.classroom.exercise import Exercise
from labctl.classroom.journal import EXERCISE_EVENTS
from labctl.classroom.marking import Marks, mark, moved
from labctl.classroom.simulated_lab import PATIENCE_MS, SimulatedLab, in_order
from labctl.classroom.simulated_time import CannotSimulate
from labctl.clients.grammar import understand
from labctl.errors import LabError
from labctl.lab.durations import span_ms
from labctl.story.lab_events import (
    ClientDid,
    FaultHealed,
    NodeWiped,
    VerbGiven,
)
from labctl.story.world import LabWorld, new_world
from labctl.words.phrase import Phrase
from node.events import NodeStarted, Record
from simulator.violation import Violation

COMMANDS_MAX = 200
NODES_MAX = 9
GAP_MS_MAX = 60_000  # of virtual time between two commands
WHOLE_MS_MAX = 600_000  # of virtual time in all of these together
_MOVES = ("kill", "stop", "start", "restart", "pause", "resume", "crash")
_LINKS = ("partition", "cut", "hold", "delay")
_SAID_ELSEWHERE = ("chaos", "wipe")  # by the verbs and events that follow
_AS_TYPED = {"children": "ls", "exists": "exists"}
_UNREPEATABLE = ("ex", "recipe")
_SPOILT_VERSION = 2**31 - 2  # no node is as old: what was refused is refused again
PASSED, FAILED, UNREACHED = "passed", "failed", "unreached"


class Given(NamedTuple):
    """One command as the recording has it, or what the student did in the exercise."""

    at_ms: float
    words: tuple[str, ...]  # () if the student did not act on the lab
    nodes: tuple[int, ...]  # whom it meant
    world: LabWorld  # as it was recorded then
    event: Any = None  # of the exercise


class Pace(NamedTuple):
    """How fast commands follow one another."""

    scale: float  # virtual time of a recorded millisecond
    gap_ms_max: int  # of virtual time; 0: as soon as the last has settled


class Rerun(NamedTuple):
    """What came of it: marks of the second run, and where it ended early."""

    marks: Marks
    stopped: Phrase | None


def repeatable(exercise: Exercise) -> bool:
    """Return whether a recording of this exercise says all that was done.

    A recipe's clients are no verb of the lab, and what was looked at ran before.
    """
    commands = [command for step in exercise.steps for command in step.solution]
    typed = all(command.split()[1] not in _UNREPEATABLE for command in commands)
    return typed and "sim" in exercise.runtimes


def rerun(
    exercise: Exercise, records: Sequence[Record], seed: int, fresh: int
) -> Rerun:
    """Give the recording's commands again; `seed` is the student's, `fresh` is new.

    First at their own pace, measured by the servers' patience, then each as soon as
    the last has settled: on a busy machine a real lab takes seconds where a simulated
    one takes none.  What shows in one of the two shows.
    """
    runs = []
    pace = _pace(records)
    for gap_ms_max in (GAP_MS_MAX, 0):
        how = Pace(pace, gap_ms_max)
        runs.append(_once(exercise, records, seed, SimulatedLab(fresh), how))
        if runs[-1].marks.score == runs[-1].marks.most:
            break
    return max(runs, key=lambda run: run.marks.score)


def _once(
    exercise: Exercise,
    records: Sequence[Record],
    seed: int,
    lab: SimulatedLab,
    how: Pace,
) -> Rerun:
    stopped = None
    try:
        _perform(lab, list(given(records)), how)
    except CannotSimulate as error:
        stopped = Phrase("rerun.cannot", {"verb": str(error)})
    except Violation as error:
        stopped = Phrase("rerun.broken", {"why": str(error)})
    except (LabError, ArithmeticError, LookupError, TypeError, ValueError):
        stopped = Phrase("rerun.senseless")
    return Rerun(mark(exercise, in_order(lab.records), seed), stopped)


def confirmed(first: Marks, second: Marks) -> Marks:
    """Return the recording's marks, each worth no more than the rerun shows."""
    words = {True: PASSED, False: FAILED, None: UNREACHED}
    both = tuple(
        one._replace(
            passed=again.passed if one.passed else one.passed,
            score=min(one.score, again.score),
            rerun=words[again.passed],
            recorded=words[one.passed],
        )
        for one, again in zip(first.marks, second.marks, strict=True)
    )
    return first._replace(marks=both)


def given(records: Sequence[Record]) -> Iterator[Given]:
    """Yield what was done, in its order, in the words of the lab's verbs."""
    world = new_world((), ())
    typed: list[tuple[str, str]] = []  # what `do` was told, its answer outstanding
    asked: set[int] = set()  # nodes that one `call` has asked
    before: tuple[str, ...] = ()
    for record in records:
        event, blank = record.event, Given(record.at_ms, (), (), world)
        if type(event).__name__ in EXERCISE_EVENTS:
            yield blank._replace(event=event)
        elif isinstance(event, ClientDid):
            if event.client == "call":
                call = ("call", _line(event))
                if call != before or event.node in asked:
                    asked = set()
                    yield blank._replace(words=call)
                asked, before = asked | {event.node}, call
            elif (event.op, event.path) in typed:
                typed.remove((event.op, event.path))
            elif event.client in ("do", "sh"):
                nodes = (event.node,) if event.node else ()
                yield blank._replace(words=("do", _line(event)), nodes=nodes)
        elif words := _words(event, world):
            if words[0] == "do":
                command = understand(words[-1])
                typed.append((command.kind, command.path))
            nodes = getattr(event, "nodes", ()) or (getattr(event, "sid", 0),)
            yield blank._replace(words=words, nodes=tuple(n for n in nodes if n))
        if not isinstance(event, ClientDid):
            before = before if type(event).__name__ not in _ACTS else ()
        world = moved(world, record)


_ACTS = ("VerbGiven", *EXERCISE_EVENTS)


def _words(event: Any, world: LabWorld) -> tuple[str, ...]:
    """The command behind an event of the lab; () if there is none."""
    match event:
        case VerbGiven(verb="up", words=words):
            voters = sum(peer.voter for peer in world.peers.values())
            observers = len(world.peers) - voters
            if not 0 < len(world.peers) <= NODES_MAX:
                raise ValueError(len(world.peers))
            shape = ("--nodes", str(voters), "--observers", str(observers))
            return ("up", *shape, *_together(words))
        case VerbGiven(verb=verb, words=words) if verb in _MOVES:
            return (verb, *_together(words))
        case VerbGiven(verb=verb, words=words) if verb in (*_LINKS, "do"):
            return (verb, *_without_time(words, verb))
        case VerbGiven(verb="heal") | FaultHealed(why="time-up"):
            return ("heal", "--all")
        case NodeWiped():
            return ("wipe",)
        case VerbGiven(verb=verb) if verb not in _SAID_ELSEWHERE:
            return (verb,)
        case _:
            return ()


def _together(words: Sequence[str]) -> tuple[str, ...]:
    return ("--together",) if "--together" in words else ()


def _without_time(words: Sequence[str], verb: str) -> tuple[str, ...]:
    """Without `--for 8s`: the recording says when that was over."""
    if verb == "do":
        return tuple(words)
    parts = " ".join(words).split()
    if "--for" in parts:
        at = parts.index("--for")
        parts = parts[:at] + parts[at + 2 :]
    return tuple(parts)


def _line(did: ClientDid) -> str:
    """What a client was told, from what it did."""
    verb = _AS_TYPED.get(did.op, did.op)
    if did.op not in ("create", "set"):
        return f"{verb} {_quoted(did.path)}"
    version = f" {_SPOILT_VERSION}" if did.result == "BAD_VERSION" else ""
    return f"{verb} {_quoted(did.path)} {_quoted(did.value)}{version}"


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "") + "'"


# --- doing it again -----------------------------------------------------------------


def _perform(lab: SimulatedLab, script: Sequence[Given], how: Pace) -> None:
    left_ms = WHOLE_MS_MAX
    then_ms = began_ms = 0.0  # when the last command was given: recorded, and now
    acts = 0
    for one in script:
        if one.event is not None:
            lab.note(one.event)
            continue
        acts += 1
        if acts > COMMANDS_MAX:
            raise ValueError(acts)
        if acts > 1:
            gap_ms = (one.at_ms - then_ms) * how.scale
            due_ms = began_ms + min(gap_ms, how.gap_ms_max)
            left_ms -= lab.wait_until(due_ms, left_ms)
        then_ms, began_ms = one.at_ms, lab.time_ms
        lab.act(_scaled(_translated(one, lab), how.scale))


def _pace(records: Sequence[Record]) -> float:
    """How long a recorded millisecond is there: servers there lose patience sooner."""
    for record in records:
        if isinstance(started := record.event, NodeStarted):
            return PATIENCE_MS / max(1, started.tick_ms * started.sync_limit)
    return 1.0


def _scaled(words: Sequence[str], scale: float) -> list[str]:
    """Return the words with the spans of a `do` at this pace."""
    scaled, before = list[str](), ""
    for word in words:
        span = before in ("--after", "--session-timeout", "--hold")
        scaled.append(f"{span_ms(word) * scale:.0f}ms" if span else word)
        before = word
    return scaled


def _translated(one: Given, lab: SimulatedLab) -> list[str]:
    """The command's words for the nodes that have the same parts now.

    With another seed another node may lead: what was done to the leader is done to
    the leader.
    """
    verb, *words = one.words
    there, here = one.world.leader(), lab.leader
    swap = {there.sid: here, here: there.sid} if there and here else {}
    nodes = [str(swap.get(sid, sid)) for sid in one.nodes]
    if verb in _MOVES or verb == "wipe":
        return [verb, *nodes, *words]
    if verb in _LINKS:
        return [verb, *(_swapped(word, swap) for word in words)]
    if verb == "do":
        *options, line = words
        while "--node" in options:
            at = options.index("--node")
            options = options[:at] + options[at + 2 :]
        return [verb, *(("--node", nodes[0]) if nodes else ()), *options, line]
    return [verb, *words]


def _swapped(word: str, swap: dict[int, int]) -> str:
    if word.startswith("--"):
        return word
    return re.sub(r"\d+", lambda found: str(swap.get(int(found[0]), found[0])), word)

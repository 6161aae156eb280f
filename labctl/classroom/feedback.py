"""What the student reads: the step, the marks, and the event behind each mark."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from labctl.classroom.attempt import Attempt
from labctl.classroom.exercise import Exercise, Facts, Question, Step, Text, fill
from labctl.classroom.journal import LogChange, LogRead, RunJudged
from labctl.classroom.marking import PREDICTION, Mark, Marks, moved
from labctl.classroom.moments import Moment
from labctl.screen.screen import Screen
from labctl.story.narrator.narrate import narrate
from labctl.story.world import LabWorld, new_world
from labctl.words.phrase import CATALOG, Phrase, known_or
from node.events import Record

_EXHIBITS = LogRead | LogChange | RunJudged  # no run has them: they have no number
_STATES = ("looking", "following", "leading", "observing")  # of a log's server
_SYNCS = ("diff", "snap", "trunc")  # how it catches up
_SHOWN = 3  # events behind one mark


class Evidence(NamedTuple):
    """One event, as it is shown: its number in the lab's run, or its id."""

    name: str
    words: str


def say_text(screen: Screen, text: Text, facts: Facts, key: str = "ex.text") -> None:
    """Print one text of the exercise."""
    for line in text.put(screen.lang, facts).splitlines():
        screen.say(Phrase(key, {"text": line}))


def show_step(attempt: Attempt, step: Step, facts: Facts, screen: Screen) -> None:
    """Print a step: what it is about, what to predict, what to type."""
    show_head(attempt.exercise, screen, step)
    say_text(screen, step.say, facts)
    if step.exhibits:
        screen.say(Phrase("ex.look.first"))
    for question in step.questions:
        show_question(step, question, facts, screen)
    show_commands(attempt, step, facts, screen)


def show_commands(attempt: Attempt, step: Step, facts: Facts, screen: Screen) -> None:
    """Print what to type in this step."""
    key = "ex.do" if step.questions else "ex.do.now"
    for command in commands(attempt.exercise, step, facts, attempt.lab):
        screen.say(Phrase(key, {"command": command}))
        key = "ex.do.more"
    screen.say(Phrase("ex.then"))


def show_head(exercise: Exercise, screen: Screen, step: Step | None = None) -> None:
    """Print the title, and which step this is."""
    facts: dict[str, object] = {"title": exercise.title.put(screen.lang, {})}
    facts |= {"id": exercise.id, "steps": len(exercise.steps)}
    if step is None:
        facts |= {"level": exercise.level, "minutes": exercise.minutes}
        screen.say(Phrase("ex.head", facts))
        return
    facts["number"] = exercise.steps.index(step) + 1
    screen.say(Phrase("ex.head.step", facts))


def show_question(step: Step, question: Question, facts: Facts, screen: Screen) -> None:
    """Print a question, and how to answer it."""
    ask = question.ask.put(screen.lang, facts)
    screen.say(Phrase("ex.ask", {"ask": ask}))
    for number, option in enumerate(question.names, start=1):
        named = option.put(screen.lang, facts)
        screen.say(Phrase("ex.option", {"number": number, "option": named}))
    screen.say(Phrase("ex.answer", {"form": answer_form(step, question)}))


def answer_form(step: Step, question: Question) -> str:
    """Return the command that answers a question, with N for what is to be said."""
    example = {"nodes": "N,N", "order": "N,N,N", "text": "'…'"}.get(question.kind, "N")
    name = f" --question {question.id}" if len(step.questions) > 1 else ""
    return f"labctl ex predict {example}{name}"


def commands(exercise: Exercise, step: Step, facts: Facts, lab: str) -> list[str]:
    """Return the step's commands as this student types them.

    With an engine `up` takes containers: an exercise that is not for them says so.
    """
    suffix = "" if lab == "default" else f" --lab {lab}"
    up = "" if "docker" in exercise.runtimes else " --runtime process"
    return [
        fill(line, facts) + (up if line.startswith("labctl up") else "") + suffix
        for line in step.do
    ]


def show_marks(
    found: Sequence[Mark],
    marks: Marks,
    evidence: Mapping[str, Evidence],
    out: Screen,
    moments: Mapping[str, Moment] | None = None,
) -> None:
    """Print each mark with what was predicted, what happened, and why."""
    for mark in found:
        out.say(_headline(mark, marks.facts, out))
        if mark.kind == PREDICTION:
            _show_prediction(mark, marks.facts, out)
        for name in mark.evidence[:_SHOWN]:
            if name in evidence and (shown := evidence[name]).words:
                out.say(Phrase("ex.evidence", shown._asdict()))
        if moments and (moment := moments.get(mark.id)):
            if moment.never:
                out.say(Phrase("moment.never", {"event": moment.name}))
            out.say(Phrase("moment.see", {"command": moment.command}))
        if mark.rerun:
            out.say(Phrase("rerun.mark", {"words": compared(mark)}))
        if mark.rule is not None and mark.passed is not None:
            rule = mark.rule.put(out.lang, marks.facts)
            out.say(Phrase("ex.rule", {"rule": rule}))


def _headline(mark: Mark, facts: Facts, screen: Screen) -> Phrase:
    sign = {True: "✓", False: "✗", None: "·"}[mark.passed]
    title = mark.title.put(screen.lang, facts)
    points = Phrase("ex.points", {"score": f"{mark.score:g}", "most": f"{mark.most:g}"})
    state = Phrase("ex.unreached") if mark.passed is None else Phrase("nothing")
    return Phrase(
        "ex.mark", {"sign": sign, "title": title, "points": points, "state": state}
    )


def _show_prediction(mark: Mark, facts: Facts, screen: Screen) -> None:
    said = {
        "said": mark.shown(mark.said, screen.lang),
        "true": mark.shown(mark.true, screen.lang),
    }
    if mark.timing:
        screen.say(Phrase(f"ex.said.{mark.timing}", said))
    if mark.true and mark.said:
        screen.say(Phrase("ex.was", said))
    if mark.reply is not None:
        say_text(screen, mark.reply, facts, "ex.reply")


def compared(mark: Mark) -> Phrase:
    """Return what the recording and the rerun show of a mark."""
    shown = {"recorded": mark.recorded, "rerun": mark.rerun}
    facts = {name: Phrase(f"rerun.{word}") for name, word in shown.items()}
    return Phrase("rerun.words", facts)


def show_sum(marks: Marks, screen: Screen) -> None:
    """Print the points of the whole exercise so far."""
    facts: dict[str, object] = {
        "score": f"{marks.score:g}",
        "most": f"{marks.most:g}",
        "percent": f"{marks.percent:g}",
        "hints": f"{marks.hints:g}",
    }
    screen.say(Phrase("ex.sum.hints" if marks.hints else "ex.sum", facts))


def evidence_of(
    marks: Sequence[Mark],
    records: Sequence[Record],
    numbers: Mapping[str, int],
    screen: Screen,
) -> dict[str, Evidence]:
    """Return the events that marks name, in the narrator's words."""
    wanted = {name for mark in marks for name in mark.evidence}
    found: dict[str, Evidence] = {}
    world = new_world((), ())
    for record in records:
        if record.id in wanted:
            name = f"e{numbers[record.id]}" if record.id in numbers else record.id
            name = "" if isinstance(record.event, _EXHIBITS) else name
            found[record.id] = Evidence(name, _words(world, record, screen))
        world = moved(world, record)
    return found


def _words(world: LabWorld, record: Record, screen: Screen) -> str:
    event = record.event
    if isinstance(event, LogChange):
        return screen.text(_change(event))
    if isinstance(event, LogRead | RunJudged):
        return screen.text(Phrase(f"ex.event.{type(event).__name__}", event._asdict()))
    line = narrate(world, record)
    if line is None:
        return ""
    who = f"n{line.node} " if line.node else ""
    why = Phrase("ex.event.why", {"why": line.why}) if line.why else Phrase("nothing")
    return f"{who}{screen.text(line.what)}{screen.text(why)}"


def _change(event: LogChange) -> Phrase:
    """Say what changed in a log, and why, in words: the event has only their keys."""
    if event.key in _STATES:
        change = Phrase(f"log.{event.key}")
    else:
        change = Phrase("ex.change.sync", {"mode": event.key.upper()})
    because = Phrase("nothing")
    if event.why:
        because = Phrase("ex.event.why", {"why": _cause(event.why)})
    facts = {"node": event.node, "line": event.line}
    return Phrase("ex.event.LogChange", {**facts, "change": change, "because": because})


def _cause(why: str) -> Phrase:
    """Return a cause's words, without what only the log itself could add to them."""
    mode = why.removesuffix(".bare")
    if mode in _SYNCS:
        return Phrase(f"logwhy.{mode}.bare")
    own = f"ex.because.{why}"
    return Phrase(own) if own in CATALOG else known_or(f"logwhy.{why}", why)
